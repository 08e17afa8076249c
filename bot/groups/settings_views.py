"""The form in which a study group is started or changed, and what it says back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    NumberInputElement,
    Option,
    SectionBlock,
    StaticSelectElement,
    TimePickerElement,
)
from slack_sdk.models.blocks.basic_components import PlainTextObject
from slack_sdk.models.views import View

from bot.errors import OutdatedFormError
from bot.groups.schedule import FEWEST_HOURS, MOST_HOURS, Schedule, ScheduleInput
from bot.groups.service import GroupState
from bot.groups.views import when
from bot.preferences.choices import DAY_NAMES, clock
from bot.slack_zone import zone_select

START = "groups.start"
CHANGE = "groups.change"
FIELD = "groups.field"
ZONE = "groups.zone"
TITLE = "Study group"
USUAL = (5, 16 * 60, 48)
"""Weekday, time and hours that a new group is offered."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a form was opened on: a channel to start in, or a group with its terms of that moment."""

    channel_id: str = ""
    channel_name: str = ""
    group_id: int = 0
    before: Schedule | None = None


def start_modal(channel_id: str, channel_name: str, zone: str, now: datetime) -> View:
    """Start a group in a channel; `zone` is the starter's."""
    weekday, at, hours = USUAL
    return _modal(
        Opened(channel_id=channel_id, channel_name=channel_name),
        Schedule(weekday, at, zone, hours),
        now,
        callback_id=START,
        submit="Start",
        lead=(
            "Once a week I post a thread into this channel, where members check in together. "
            "You lead the group and are its first member."
        ),
    )


def change_modal(state: GroupState, now: datetime) -> View:
    """Change a group's terms."""
    return _modal(
        Opened(group_id=state.group_id, before=state.schedule),
        state.schedule,
        now,
        callback_id=CHANGE,
        submit="Save",
        lead="What you change takes effect from the next thread on.",
    )


def _modal(
    opened: Opened, schedule: Schedule, now: datetime, *, callback_id: str, submit: str, lead: str
) -> View:
    days = {day: Option(value=str(day), text=_plain(name)) for day, name in DAY_NAMES.items()}
    weekday = StaticSelectElement(
        action_id=FIELD, options=list(days.values()), initial_option=days[schedule.weekday]
    )
    hours = NumberInputElement(
        action_id=FIELD,
        is_decimal_allowed=False,
        min_value=str(FEWEST_HOURS),
        max_value=str(MOST_HOURS),
        initial_value=str(schedule.answer_hours),
    )
    blocks: list[Block] = [
        SectionBlock(text=lead),
        _input("weekday", "Weekday of the thread", weekday),
        _input("at", "Time", TimePickerElement(action_id=FIELD, initial_time=clock(schedule.at))),
        _input("time_zone", "Time zone of the group", zone_select(ZONE, schedule.time_zone, now)),
        _input(
            "answer_hours",
            "Hours until the summary",
            hours,
            "It comes earlier when everybody has checked in, and late answers still count.",
        ),
    ]
    return View(
        type="modal",
        callback_id=callback_id,
        title=TITLE,
        submit=submit,
        close="Close",
        private_metadata=json.dumps(asdict(opened)),
        blocks=blocks,
    )


def read_opened(view: Mapping[str, Any]) -> Opened:
    """The inverse of the form's metadata; OutdatedFormError for a form we did not draw."""
    try:
        content = json.loads(view.get("private_metadata", ""))
        before = content.pop("before")
        return Opened(**content, before=Schedule(**before) if before else None)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise OutdatedFormError(
            "This form is from an older version of me. Type `/prep group` to go on from there."
        ) from error


def read_schedule(view: Mapping[str, Any]) -> ScheduleInput:
    """What was filled in; block_id is the field's name."""
    values: Mapping[str, Any] = view["state"]["values"]

    def field(name: str, key: str) -> str | None:
        element: Mapping[str, Any] = next(iter(values.get(name, {}).values()), {})
        value = element.get(key)
        return value.get("value") if isinstance(value, Mapping) else value

    return ScheduleInput(
        weekday=field("weekday", "selected_option"),
        at=field("at", "selected_time"),
        time_zone=field("time_zone", "selected_option"),
        answer_hours=field("answer_hours", "value"),
    )


def saving_modal() -> View:
    """Shown while the terms are stored."""
    return _told("Saving. If nothing comes, close this and type `/prep group`.")


def started_modal(state: GroupState) -> View:
    """The group is there."""
    return _told(
        f"Your study group has begun: {when(state.schedule)}. I am posting a message with a Join button "
        "into the channel; invite people to press it."
    )


def changed_modal(state: GroupState) -> View:
    """The new terms."""
    if state.next is None:
        return _told("Saved.")
    first = f"{state.next.on:%A} {state.next.on.day} {state.next.on:%B}"
    return _told(f"Saved: {when(state.schedule)}. The next thread comes on {first}.")


def _told(text: str) -> View:
    return View(type="modal", title=TITLE, close="Close", blocks=[SectionBlock(text=text)])


def _input(name: str, label: str, element: Any, hint: str | None = None) -> InputBlock:
    return InputBlock(
        block_id=name, label=_plain(label), element=element, hint=_plain(hint) if hint else None
    )


def _plain(text: str) -> PlainTextObject:
    return PlainTextObject(text=text)
