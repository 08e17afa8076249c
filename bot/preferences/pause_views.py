"""For how long to pause, as a modal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    DatePickerElement,
    InputBlock,
    Option,
    RadioButtonsElement,
    SectionBlock,
)
from slack_sdk.models.blocks.basic_components import PlainTextObject
from slack_sdk.models.views import View

from bot import zones
from bot.preferences.outlook import Outlook, on_day, resting
from bot.preferences.pauses import OPEN_WORDS

CHOICE = "settings.pause_choice"
LENGTH = "length"
BACK_ON = "back_on"
"""block_ids of the two inputs."""
FIELD = "settings.pause_field"
TITLE = "Pause reminders"
BY_DATE = "date"


def pause_modal(outlook: Outlook, today: date) -> View:
    """The usual lengths, a date, or no end. An option's value is what one may type after /prep pause."""
    days = {"tomorrow": 1, "3d": 3, "1w": 7}
    labels = {"tomorrow": "Until tomorrow", "3d": "3 days, with today", "1w": "A week, with today"}
    options = [
        Option(
            value=value,
            text=_plain(label),
            description=_plain(f"First day back: {on_day(today + timedelta(days=days[value]), today)}"),
        )
        for value, label in labels.items()
    ]
    options += [
        Option(
            value=BY_DATE, text=_plain("Until a date"), description=_plain("Choose the first day back below")
        ),
        Option(
            value=OPEN_WORDS[0],
            text=_plain("Until I say so"),
            description=_plain("Resume with the button or with /prep resume"),
        ),
    ]
    blocks: list[Block] = []
    if outlook.is_paused:
        blocks.append(SectionBlock(text=_plain(resting(outlook)), block_id="now"))
    blocks += [
        InputBlock(
            block_id=LENGTH,
            label=_plain("For how long?"),
            element=RadioButtonsElement(action_id=FIELD, options=options, initial_option=options[0]),
            hint=_plain("Your plan stays as it is, and nothing piles up meanwhile."),
        ),
        InputBlock(
            block_id=BACK_ON,
            label=_plain("First day back"),
            element=DatePickerElement(action_id=FIELD, placeholder="Choose a date"),
            hint=_plain("Only for “Until a date”."),
            optional=True,
        ),
    ]
    return View(
        type="modal",
        callback_id=CHOICE,
        title=TITLE,
        submit="Pause",
        close="Close",
        private_metadata=json.dumps({"zone": outlook.time_zone}),
        blocks=blocks,
    )


def read_length(view: Mapping[str, Any]) -> tuple[str, str]:
    """The block_id that holds the answer, and what one would have typed; empty where nothing was chosen."""
    values: Mapping[str, Any] = view["state"]["values"]
    chosen = values.get(LENGTH, {}).get(FIELD, {}).get("selected_option") or {}
    if chosen.get("value") != BY_DATE:
        return LENGTH, str(chosen.get("value") or "")
    return BACK_ON, str(values.get(BACK_ON, {}).get(FIELD, {}).get("selected_date") or "")


def read_zone(view: Mapping[str, Any]) -> str:
    """The person's zone when the modal was drawn."""
    try:
        zone = json.loads(view.get("private_metadata") or "{}").get("zone")
    except (ValueError, AttributeError):
        return "UTC"
    return zone if isinstance(zone, str) and zones.is_zone(zone) else "UTC"


def _plain(text: str) -> PlainTextObject:
    return PlainTextObject(text=text)
