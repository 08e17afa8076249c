"""Block elements: their fields, and the blocks and surfaces that take them."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from bot.playground.block_kit.check import (
    Check,
    Report,
    Surface,
    anything,
    array,
    boolean,
    integer,
    kind_of,
    one_of,
    record,
    string,
)
from bot.playground.block_kit.composition import (
    CONFIRM,
    DISPATCH,
    FILTER,
    ID,
    MAX_OPTIONS,
    MULTI_EXTRAS,
    OPTION_GROUP,
    SELECT_EXTRAS,
    SELECT_OPTION,
    SLACK_FILE,
    URL,
    any_text,
    focus,
    option,
    options_or_groups,
    plain_text,
    presets_are_listed,
)

EVERYWHERE: frozenset[Surface] = frozenset({"message", "modal", "home"})
MESSAGE: frozenset[Surface] = frozenset({"message"})
MODAL: frozenset[Surface] = frozenset({"modal"})
ANY_PARENT = frozenset({"section", "actions", "input"})
DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
NUMBER = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class ElementRule:
    """What an element looks like and where it may stand."""

    check: Check
    parents: frozenset[str] = ANY_PARENT
    surfaces: frozenset[Surface] = EVERYWHERE


def matching(pattern: re.Pattern[str], shape: str) -> Check:
    """A string of the given shape."""

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            report.add(f"must be in the format {shape}", at)

    return check


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def zone(value: Any, at: str, report: Report) -> None:
    """An IANA time zone."""
    if not isinstance(value, str) or value not in _zones():
        report.add("must be a valid IANA time zone", at)


def image_source(value: dict[str, Any], at: str, report: Report) -> None:
    """Exactly one of image_url and slack_file."""
    if ("image_url" in value) == ("slack_file" in value):
        report.add("must define either `image_url` or `slack_file`", at)


def length_bounds(value: dict[str, Any], at: str, report: Report) -> None:
    """min_length must not exceed max_length."""
    shortest, longest = value.get("min_length"), value.get("max_length")
    if isinstance(shortest, int) and isinstance(longest, int) and shortest > longest:
        report.add("`min_length` must be less than or equal to `max_length`", at)


def _element(kind: str, required: dict[str, Check], optional: dict[str, Check], *extra: Check) -> Check:
    return record({"type": one_of(kind), **required}, optional, *extra)


_RICH_OPTIONS = array(option(rich=True), 1, 10)
_CHOICE: dict[str, Check] = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": focus}
_TYPED: dict[str, Check] = {
    "action_id": ID,
    "placeholder": plain_text(150),
    "focus_on_load": focus,
    "dispatch_action_config": DISPATCH,
}
_STATIC: dict[str, Check] = {
    "options": array(SELECT_OPTION, 1, MAX_OPTIONS),
    "option_groups": array(OPTION_GROUP, 1, 100),
}
_NAMES = array(string(255, 1))
_CONVERSATIONS: dict[str, Check] = {
    "default_to_current_conversation": boolean,
    "filter": FILTER,
}
_FEEDBACK = record({"text": plain_text(75), "value": string(2000)}, {"accessibility_label": string(75)})
_NUMERIC = matching(NUMBER, "of a number")

ELEMENTS: dict[str, ElementRule] = {
    "button": ElementRule(
        _element(
            "button",
            {"text": plain_text(75)},
            {
                "action_id": ID,
                "url": URL,
                "value": string(2000),
                "style": one_of("primary", "danger"),
                "confirm": CONFIRM,
                "accessibility_label": string(75),
                "agent_prompt": string(4000),
                "agent_prompt_display": anything,
                "visible_to_user_ids": _NAMES,
            },
        ),
        frozenset({"section", "actions", "card"}),
    ),
    "checkboxes": ElementRule(
        _element(
            "checkboxes",
            {"options": _RICH_OPTIONS},
            {**_CHOICE, "initial_options": array(option(rich=True), 1, 10)},
            presets_are_listed,
        )
    ),
    "radio_buttons": ElementRule(
        _element(
            "radio_buttons",
            {"options": _RICH_OPTIONS},
            {**_CHOICE, "initial_option": option(rich=True)},
            presets_are_listed,
        )
    ),
    "static_select": ElementRule(
        _element(
            "static_select",
            {},
            {**SELECT_EXTRAS, **_STATIC, "initial_option": SELECT_OPTION},
            options_or_groups,
            presets_are_listed,
        )
    ),
    "multi_static_select": ElementRule(
        _element(
            "multi_static_select",
            {},
            {**MULTI_EXTRAS, **_STATIC, "initial_options": array(SELECT_OPTION, 1, MAX_OPTIONS)},
            options_or_groups,
            presets_are_listed,
        ),
        frozenset({"section", "input"}),
    ),
    "external_select": ElementRule(
        _element(
            "external_select",
            {},
            {**SELECT_EXTRAS, "initial_option": SELECT_OPTION, "min_query_length": integer(0, 100)},
        )
    ),
    "multi_external_select": ElementRule(
        _element(
            "multi_external_select",
            {},
            {
                **MULTI_EXTRAS,
                "initial_options": array(SELECT_OPTION, 1, MAX_OPTIONS),
                "min_query_length": integer(0, 100),
            },
        ),
        frozenset({"section", "input"}),
    ),
    "users_select": ElementRule(
        _element("users_select", {}, {**SELECT_EXTRAS, "initial_user": string(255, 1)})
    ),
    "multi_users_select": ElementRule(
        _element("multi_users_select", {}, {**MULTI_EXTRAS, "initial_users": _NAMES}),
        frozenset({"section", "input"}),
    ),
    "conversations_select": ElementRule(
        _element(
            "conversations_select",
            {},
            {
                **SELECT_EXTRAS,
                **_CONVERSATIONS,
                "initial_conversation": string(255, 1),
                "response_url_enabled": boolean,
            },
        )
    ),
    "multi_conversations_select": ElementRule(
        _element(
            "multi_conversations_select",
            {},
            {**MULTI_EXTRAS, **_CONVERSATIONS, "initial_conversations": _NAMES},
        ),
        frozenset({"section", "input"}),
    ),
    "channels_select": ElementRule(
        _element(
            "channels_select",
            {},
            {**SELECT_EXTRAS, "initial_channel": string(255, 1), "response_url_enabled": boolean},
        )
    ),
    "multi_channels_select": ElementRule(
        _element("multi_channels_select", {}, {**MULTI_EXTRAS, "initial_channels": _NAMES}),
        frozenset({"section", "input"}),
    ),
    "overflow": ElementRule(
        _element(
            "overflow",
            {"options": array(option(with_url=True), 1, 5)},
            {"action_id": ID, "confirm": CONFIRM},
        ),
        frozenset({"section", "actions"}),
    ),
    "datepicker": ElementRule(
        _element("datepicker", {}, {**SELECT_EXTRAS, "initial_date": matching(DATE, "YYYY-MM-DD")})
    ),
    "timepicker": ElementRule(
        _element(
            "timepicker",
            {},
            {**SELECT_EXTRAS, "initial_time": matching(TIME, "HH:mm"), "timezone": zone},
        )
    ),
    "datetimepicker": ElementRule(
        _element(
            "datetimepicker", {}, {**_CHOICE, "initial_date_time": integer(1_000_000_000, 9_999_999_999)}
        ),
        frozenset({"actions", "input"}),
        frozenset({"message", "modal"}),
    ),
    "plain_text_input": ElementRule(
        _element(
            "plain_text_input",
            {},
            {
                **_TYPED,
                "initial_value": string(3000),
                "multiline": boolean,
                "min_length": integer(0, 3000),
                "max_length": integer(1, 3000),
            },
            length_bounds,
        ),
        frozenset({"input"}),
    ),
    "number_input": ElementRule(
        _element(
            "number_input",
            {"is_decimal_allowed": boolean},
            {**_TYPED, "initial_value": _NUMERIC, "min_value": _NUMERIC, "max_value": _NUMERIC},
        ),
        frozenset({"input"}),
        MODAL,
    ),
    "email_text_input": ElementRule(
        _element("email_text_input", {}, {**_TYPED, "initial_value": string(3000)}),
        frozenset({"input"}),
        MODAL,
    ),
    "url_text_input": ElementRule(
        _element("url_text_input", {}, {**_TYPED, "initial_value": string(3000)}),
        frozenset({"input"}),
        MODAL,
    ),
    "rich_text_input": ElementRule(
        _element(
            "rich_text_input",
            {"action_id": ID},
            {**_TYPED, "initial_value": anything, "min_lines": integer(1, 100), "max_lines": integer(1, 100)},
        ),
        frozenset({"input"}),
        frozenset({"modal", "home"}),
    ),
    "file_input": ElementRule(
        _element(
            "file_input",
            {},
            {"action_id": ID, "filetypes": array(string(50, 1), 1), "max_files": integer(1, 10)},
        ),
        frozenset({"input"}),
        MODAL,
    ),
    "image": ElementRule(
        _element(
            "image",
            {"alt_text": string(2000, 1)},
            {"image_url": URL, "slack_file": SLACK_FILE},
            image_source,
        ),
        frozenset({"section", "context", "card"}),
    ),
    "feedback_buttons": ElementRule(
        _element(
            "feedback_buttons",
            {"positive_button": _FEEDBACK, "negative_button": _FEEDBACK},
            {"action_id": ID},
        ),
        frozenset({"context_actions"}),
        MESSAGE,
    ),
    "icon_button": ElementRule(
        _element(
            "icon_button",
            {"icon": one_of("trash"), "text": plain_text(75)},
            {
                "action_id": ID,
                "value": string(2000),
                "confirm": CONFIRM,
                "accessibility_label": string(75),
                "visible_to_user_ids": _NAMES,
            },
        ),
        frozenset({"context_actions"}),
        MESSAGE,
    ),
    "workflow_button": ElementRule(
        _element(
            "workflow_button",
            {"text": plain_text(75), "workflow": anything},
            {"action_id": ID, "style": one_of("primary", "danger"), "accessibility_label": string(75)},
        ),
        frozenset({"section", "actions"}),
        MESSAGE,
    ),
}

_CONTEXT_TEXT = any_text()


def element_in(parent: str) -> Check:
    """Any element that may stand in a block of type `parent` on the surface of the report."""

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, dict):
            report.add("must provide an object", at)
            return
        kind = kind_of(value)
        if parent == "context" and kind in ("plain_text", "mrkdwn"):
            _CONTEXT_TEXT(value, at, report)
            return
        rule = ELEMENTS.get(kind)
        if "type" not in value:
            report.add("missing required field: type", at)
        elif rule is None or parent not in rule.parents or report.surface not in rule.surfaces:
            report.add(f"unsupported type: {value['type']}", f"{at}/type")
        else:
            rule.check(value, at, report)

    return check
