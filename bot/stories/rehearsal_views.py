"""The window with the timer, and how it went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, SectionBlock
from slack_sdk.models.views import View

from bot import mrkdwn
from bot.errors import OutdatedFormError
from bot.stories import ids
from bot.stories.pieces import OUTDATED, Under, button, packed, spoken, unpacked
from bot.stories.service import LONGEST_MEASURED, RATINGS, Card

TITLE = "Rehearse"
CALLBACK = "stories.rehearsal"
RATING_NAMES = ("Again", "Hard", "Good", "Easy")
MEANINGS = "*Again*: I lost the thread. *Hard*: it took effort. *Good*: it came. *Easy*: no effort at all."


@dataclass(frozen=True, kw_only=True, slots=True)
class Telling:
    """A story that is being told, or was: rides in the window."""

    ref: str
    started_at: datetime
    seconds: int = 0
    target: int = 0
    under: Under | None = None


def timer_modal(card: Card, telling: Telling) -> View:
    """The timer runs; Slack cannot show it moving, so it says when it began."""
    began = int(telling.started_at.timestamp())
    clock = f"<!date^{began}^{{time_secs}}|{telling.started_at:%H:%M:%S} UTC>"
    text = (
        f"*{mrkdwn.escape(card.story.draft.title)}*\nTell it aloud, without reading. {_aim(telling.target)}"
    )
    stop = button("Stop", ids.STOP, telling.ref, "Stop the timer", style="primary")
    return _modal(
        telling,
        SectionBlock(text=text),
        SectionBlock(text=f"Started at {clock}."),
        ActionsBlock(elements=[stop]),
    )


def rating_modal(telling: Telling) -> View:
    """How long it took, and the question how it went."""
    buttons = [
        button(name, f"{ids.RATE}.{rating}", str(rating), f"It went: {name}")
        for rating, name in zip(RATINGS, RATING_NAMES, strict=True)
    ]
    text = f"{_took(telling)}\nHow did it go?\n{MEANINGS}"
    return _modal(telling, SectionBlock(text=text), ActionsBlock(elements=buttons))


def done_modal(telling: Telling, rating: int, times: int) -> View:
    """It is written down."""
    often = f"You have told it {mrkdwn.count(times, 'time')}."
    text = f"{RATING_NAMES[rating - 1]}: written down. {_took(telling)} {often}"
    return View(type="modal", title=TITLE, close="Close", blocks=[SectionBlock(text=text)])


def read_telling(view: Mapping[str, Any]) -> Telling:
    """What rides in the window; OutdatedFormError for one that we did not draw."""
    match unpacked(view):
        case {"r": str(ref), "t": int(began), "s": int(seconds), "g": int(target), "u": under}:
            try:
                started_at = datetime.fromtimestamp(began / 1000, UTC)
            except (ValueError, OverflowError, OSError) as error:
                raise OutdatedFormError(OUTDATED) from error
            return Telling(
                ref=ref, started_at=started_at, seconds=seconds, target=target, under=Under.unpacked(under)
            )
    raise OutdatedFormError(OUTDATED)


def read_rating(action: Mapping[str, Any]) -> int:
    """1 to 4; OutdatedFormError for anything else."""
    value = str(action.get("value"))
    if value not in {str(rating) for rating in RATINGS}:
        raise OutdatedFormError(OUTDATED)
    return int(value)


def _modal(telling: Telling, *blocks: SectionBlock | ActionsBlock) -> View:
    content = {
        "r": telling.ref,
        "t": int(telling.started_at.timestamp() * 1000),
        "s": telling.seconds,
        "g": telling.target,
        "u": telling.under.packed() if telling.under else None,
    }
    return View(
        type="modal",
        callback_id=CALLBACK,
        title=TITLE,
        close="Close",
        private_metadata=packed(content),
        blocks=list(blocks),
    )


def _aim(target: int) -> str:
    return f"As you wrote it, that takes about {spoken(target)}." if target else "Take two to three minutes."


def _took(telling: Telling) -> str:
    if not 0 < telling.seconds <= LONGEST_MEASURED:
        return "The timer ran too long to mean anything."
    took = f"That took {spoken(telling.seconds)}"
    return f"{took}; as you wrote it, about {spoken(telling.target)}." if telling.target else f"{took}."
