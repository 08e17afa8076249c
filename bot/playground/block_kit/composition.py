"""Composition objects: text, options, confirmation dialogs and what goes with them."""

from typing import Any

from bot.playground.block_kit.check import (
    Check,
    Report,
    array,
    boolean,
    by_type,
    integer,
    one_of,
    record,
    string,
)

MAX_TEXT = 3000
MAX_OPTIONS = 100
ID = string(255, 1)
URL = string(3000, 1)


def plain_text(maximum: int = MAX_TEXT, minimum: int = 1) -> Check:
    """A plain_text object."""
    return by_type({"plain_text": _plain(maximum, minimum)})


def any_text(maximum: int = MAX_TEXT, minimum: int = 1) -> Check:
    """A plain_text or mrkdwn object."""
    mrkdwn = record({"type": one_of("mrkdwn"), "text": string(maximum, minimum)}, {"verbatim": boolean})
    return by_type({"plain_text": _plain(maximum, minimum), "mrkdwn": mrkdwn})


def _plain(maximum: int, minimum: int) -> Check:
    return record({"type": one_of("plain_text"), "text": string(maximum, minimum)}, {"emoji": boolean})


CONFIRM = record(
    {"title": plain_text(100), "text": any_text(300), "confirm": plain_text(30), "deny": plain_text(30)},
    {"style": one_of("primary", "danger")},
)
DISPATCH = record({}, {"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), 1, 2)})
SLACK_FILE = record({}, {"id": string(255, 1), "url": URL})
FILTER = record(
    {},
    {
        "include": array(one_of("im", "mpim", "private", "public"), 1, 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)


def option(*, rich: bool = False, with_url: bool = False) -> Check:
    """An option; only radio buttons and checkboxes (`rich`) may format its text."""
    text = any_text if rich else plain_text
    optional: dict[str, Check] = {"description": text(75)}
    if with_url:
        optional["url"] = URL
    return record({"text": text(75), "value": string(150, 1)}, optional)


SELECT_OPTION = option()
OPTION_GROUP = record({"label": plain_text(75), "options": array(SELECT_OPTION, 1, MAX_OPTIONS)})


def focus(value: Any, at: str, report: Report) -> None:
    """`focus_on_load`: at most one element of a surface may ask for it."""
    boolean(value, at, report)
    if value is True:
        report.focused += 1
        if report.focused == 2:
            report.add("only one element can set `focus_on_load`", at)


SELECT_EXTRAS: dict[str, Check] = {
    "action_id": ID,
    "confirm": CONFIRM,
    "focus_on_load": focus,
    "placeholder": plain_text(150),
}
MULTI_EXTRAS: dict[str, Check] = {**SELECT_EXTRAS, "max_selected_items": integer(1, 10_000)}


def presets_are_listed(value: dict[str, Any], at: str, report: Report) -> None:
    """`initial_option(s)` repeat listed options exactly."""
    listed = {_meaning(entry) for entry in _options_of(value)}
    presets = []
    if "initial_option" in value:
        presets.append(("initial_option", value["initial_option"]))
    many = value.get("initial_options")
    if isinstance(many, list):
        presets += [(f"initial_options/{index}", entry) for index, entry in enumerate(many)]
    for name, preset in presets:
        if _meaning(preset) not in listed:
            report.add("must match exactly one of the options provided", f"{at}/{name}")


def options_or_groups(value: dict[str, Any], at: str, report: Report) -> None:
    """Exactly one of `options` and `option_groups`."""
    if ("options" in value) == ("option_groups" in value):
        report.add("must define either `options` or `option_groups`", at)


def _options_of(value: dict[str, Any]) -> list[Any]:
    options = value.get("options")
    found = list(options) if isinstance(options, list) else []
    groups = value.get("option_groups")
    for group in groups if isinstance(groups, list) else []:
        inner = group.get("options") if isinstance(group, dict) else None
        found += inner if isinstance(inner, list) else []
    return found


def _meaning(entry: Any) -> str:
    """What has to be equal: text, value and description, without the flags that Slack adds."""
    if not isinstance(entry, dict):
        return repr(entry)
    parts = []
    for name in ("text", "description"):
        part = entry.get(name)
        parts.append((part.get("type"), part.get("text")) if isinstance(part, dict) else part)
    return repr((parts, entry.get("value")))
