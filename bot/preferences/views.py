"""The settings as a modal, and the short answers after a change."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    CheckboxesElement,
    ExternalDataSelectElement,
    HeaderBlock,
    InputBlock,
    Option,
    RadioButtonsElement,
    SectionBlock,
    StaticSelectElement,
    TimePickerElement,
)
from slack_sdk.models.blocks.basic_components import PlainTextObject
from slack_sdk.models.views import View

from bot import zones
from bot.outgoing import Post
from bot.preferences import countries
from bot.preferences.choices import DAY_ENDS, DAY_NAMES, NO_COUNTRY, Choices, SettingsInput, clock
from bot.preferences.outlook import Outlook, sentence
from bot.slack_zone import zone_select
from bot.words import Word

WORDS = (
    Word("settings", "settings", "when reminders come, which ones, and your quiet hours"),
    Word("pause", "pause [3d | 2w | monday | date]", "no reminders for a while"),
    Word("resume", "resume", "reminders again"),
)
OPEN = "settings.open"
PAUSE = "settings.pause"
RESUME = "settings.resume"
FORM = "settings.form"
FIELD = "settings.field"
ZONE = "settings.zone"
COUNTRY = "settings.country"
TITLE = "Settings"
_KIND_OPTIONS: Mapping[str, tuple[str, str]] = {
    "daily": ("Daily minimums", "One message a day: a coding problem, a design concept, a story task"),
    "evening": ("Evening line", "One line on days on which nothing is done by then"),
    "weekly": ("Weekly check-in", "Your week against its goals, and where the pace leads"),
}
_FOLLOWS_SLACK = "slack"
_FIXED = "fixed"
_YES = "yes"


def settings_button(text: str = "Settings") -> ButtonElement:
    """Opens the settings from any message or Home."""
    return ButtonElement(
        text=text, action_id=OPEN, accessibility_label=f"{text}: when reminders come, and which"
    )


def pause_button() -> ButtonElement:
    """Asks for how long to pause, from any message or Home."""
    return ButtonElement(text="Pause", action_id=PAUSE, accessibility_label="Pause reminders for a while")


def resume_button() -> ButtonElement:
    """Ends a pause, an absence or a silence."""
    return ButtonElement(
        text="Resume", action_id=RESUME, accessibility_label="Resume: reminders come again", style="primary"
    )


def settings_modal(choices: Choices, *, zone: str, slack_zone: str | None, now: datetime) -> View:
    """
    All settings; block_id is the field's name.

    `zone` is the one in use, `slack_zone` what Slack shows, where it told.
    """
    return View(
        type="modal",
        callback_id=FORM,
        title=TITLE,
        submit="Save",
        close="Close",
        private_metadata=json.dumps({"zone": slack_zone}),
        blocks=[
            *_kinds(choices),
            *_days_and_times(choices),
            *_quiet_hours(choices),
            *_place(choices, zone, slack_zone, now),
        ],
    )


def _kinds(choices: Choices) -> list[Block]:
    options = {
        kind: Option(value=kind, text=_plain(title), description=_plain(meaning))
        for kind, (title, meaning) in _KIND_OPTIONS.items()
    }
    boxes = _boxes(options, choices.kinds)
    return [
        HeaderBlock(text="What I may send you"),
        _input("kinds", "Reminders", boxes, optional=True),
    ]


def _days_and_times(choices: Choices) -> list[Block]:
    days = {str(day): Option(value=str(day), text=_plain(name)) for day, name in DAY_NAMES.items()}
    weekly = StaticSelectElement(
        action_id=FIELD, options=list(days.values()), initial_option=days[str(choices.weekly_day)]
    )
    return [
        HeaderBlock(text="Your days"),
        _input("daily_at", "Daily minimums at", _time(choices.daily_at)),
        _input("evening_at", "Evening line at", _time(choices.evening_at)),
        _input(
            "days",
            "Days for both",
            _boxes(days, [str(day) for day in choices.days]),
            "The other days are rest days.",
            optional=True,
        ),
        HeaderBlock(text="Your week"),
        _input("weekly_day", "Weekly check-in on", weekly),
        _input("weekly_at", "Weekly check-in at", _time(choices.weekly_at)),
    ]


def _quiet_hours(choices: Choices) -> list[Block]:
    ends = {str(end): Option(value=str(end), text=_plain(clock(end))) for end in DAY_ENDS}
    end = StaticSelectElement(
        action_id=FIELD, options=list(ends.values()), initial_option=ends.get(str(choices.day_ends_at))
    )
    return [
        HeaderBlock(text="Quiet hours"),
        _input("quiet_from", "Quiet from", _time(choices.quiet_from)),
        _input(
            "quiet_to",
            "Quiet until",
            _time(choices.quiet_to),
            "Nothing arrives between these times. The same time twice: no quiet hours.",
        ),
        _input(
            "day_ends_at",
            "Your day ends at",
            end,
            "Work before this time counts for the day before.",
        ),
    ]


def _place(choices: Choices, zone: str, slack_zone: str | None, now: datetime) -> list[Block]:
    shown = f"Follow Slack: {zones.label(slack_zone, now)}" if slack_zone else "Follow Slack"
    modes = {
        _FOLLOWS_SLACK: Option(value=_FOLLOWS_SLACK, text=_plain(shown[:75])),
        _FIXED: Option(value=_FIXED, text=_plain("Always the zone below, also when I travel")),
    }
    mode = RadioButtonsElement(
        action_id=FIELD,
        options=list(modes.values()),
        initial_option=modes[_FOLLOWS_SLACK if choices.follows_zone else _FIXED],
    )
    country = ExternalDataSelectElement(
        action_id=COUNTRY,
        placeholder="No country",
        min_query_length=0,
        initial_option=_country_option(choices.country) if choices.country else None,
    )
    status = {_YES: Option(value=_YES, text=_plain("Rest while my Slack status says I am on holiday"))}
    return [
        HeaderBlock(text="Where you are"),
        _input("zone_mode", "Time zone", mode),
        _input(
            "time_zone",
            "Zone to keep",
            zone_select(ZONE, zone, now),
            "Used when you do not follow Slack. Another zone takes effect from your next day on.",
            optional=True,
        ),
        _input(
            "country",
            "Public holidays of",
            country,
            "Those of the whole country become rest days. Type its name.",
            optional=True,
        ),
        _input(
            "follows_status",
            "Slack status",
            _boxes(status, [_YES] if choices.follows_status else []),
            "I look at your status only if you tick this.",
            optional=True,
        ),
    ]


def read_settings(view: Mapping[str, Any]) -> SettingsInput:
    """The inverse of settings_modal."""
    values: Mapping[str, Any] = view["state"]["values"]

    def state(name: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = next(iter(values.get(name, {}).values()), {})
        return found

    def one(name: str) -> str | None:
        option = state(name).get("selected_option") or {}
        return option.get("value")

    def many(name: str) -> tuple[str, ...]:
        return tuple(str(option.get("value")) for option in state(name).get("selected_options") or ())

    def at(name: str) -> str | None:
        return state(name).get("selected_time")

    return SettingsInput(
        kinds=many("kinds"),
        daily_at=at("daily_at"),
        days=many("days"),
        evening_at=at("evening_at"),
        weekly_day=one("weekly_day"),
        weekly_at=at("weekly_at"),
        quiet_from=at("quiet_from"),
        quiet_to=at("quiet_to"),
        day_ends_at=one("day_ends_at"),
        zone_mode=one("zone_mode"),
        time_zone=one("time_zone"),
        country=one("country"),
        follows_status=_YES in many("follows_status"),
    )


def read_slack_zone(view: Mapping[str, Any]) -> str | None:
    """The zone Slack showed when the modal was drawn."""
    try:
        zone = json.loads(view.get("private_metadata") or "{}").get("zone")
    except (ValueError, AttributeError):
        return None
    return zone if isinstance(zone, str) and zones.is_zone(zone) else None


def country_options(typed: str) -> list[dict[str, Any]]:
    """Suggestions for the country, and last of all none."""
    return [_country_option(code).to_dict() for code in (*countries.search(typed), NO_COUNTRY)]


def note_modal(text: str, *, title: str = TITLE, buttons: Sequence[ButtonElement] = ()) -> View:
    """A sentence in the place of a form."""
    return View(type="modal", title=title, close="Close", blocks=_note(text, buttons))


def outcome_post(lead: str, outlook: Outlook) -> Post:
    """What a change did, and what comes next; with the way back."""
    text = " ".join(part for part in (lead, sentence(outlook)) if part)
    return Post(text=text, blocks=[block.to_dict() for block in _note(text, outcome_buttons(outlook))])


def resumed_post(outlook: Outlook) -> Post:
    """Whatever the person was resting from is over."""
    return outcome_post("Your reminders are on." if outlook.upcoming else "You are not paused.", outlook)


def outcome_modal(lead: str, outlook: Outlook, *, title: str = TITLE) -> View:
    """The same in a window."""
    text = " ".join(part for part in (lead, sentence(outlook)) if part)
    return note_modal(text, title=title, buttons=outcome_buttons(outlook))


def outcome_buttons(outlook: Outlook) -> list[ButtonElement]:
    """Resume or Pause, whichever changes something, and Settings."""
    return [resume_button() if outlook.rests else pause_button(), settings_button()]


def _note(text: str, buttons: Sequence[ButtonElement]) -> list[Block]:
    blocks: list[Block] = [SectionBlock(text=_plain(text))]
    if buttons:
        blocks.append(ActionsBlock(elements=list(buttons), block_id="settings.next"))
    return blocks


def _country_option(code: str) -> Option:
    return Option(value=code, text=_plain(countries.NAMES.get(code, "No country")))


def _boxes(options: Mapping[str, Option], ticked: Iterable[str]) -> CheckboxesElement:
    chosen = [options[value] for value in ticked if value in options]
    return CheckboxesElement(action_id=FIELD, options=list(options.values()), initial_options=chosen or None)


def _time(minutes: int) -> TimePickerElement:
    return TimePickerElement(action_id=FIELD, initial_time=clock(minutes))


def _input(
    name: str, label: str, element: Any, hint: str | None = None, *, optional: bool = False
) -> InputBlock:
    return InputBlock(
        block_id=name,
        label=_plain(label),
        element=element,
        hint=_plain(hint) if hint else None,
        optional=optional,
    )


def _plain(text: str) -> PlainTextObject:
    return PlainTextObject(text=text)
