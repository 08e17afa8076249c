"""Draw what was claimed: all rows of a kind together, and each alone where that fails."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.outgoing import MessageKind, Outcome
from storage.models import OutboxMessage

log = logging.getLogger(__name__)


class NotDrawnError(Exception):
    """The renderer left the row out."""


@dataclass(slots=True)
class Drawing:
    """What comes of the rows that were claimed together."""

    done: asyncio.Event = field(default_factory=asyncio.Event)
    outcomes: dict[int, Outcome | Exception] = field(default_factory=dict)

    async def outcome_of(self, message: OutboxMessage) -> Outcome | Exception:
        """What is posted for a row, or why it could not be drawn."""
        await self.done.wait()
        return self.outcomes.get(message.id or 0) or NotDrawnError(f"kind {message.kind} drew no such row")

    async def draw(self, kinds: Mapping[str, MessageKind], messages: Sequence[OutboxMessage]) -> None:
        """Draw all rows of known kinds; whatever a renderer does, this ends."""
        of_kind: dict[str, list[OutboxMessage]] = {}
        for message in messages:
            if message.kind in kinds:
                of_kind.setdefault(message.kind, []).append(message)
        try:
            for name, rows in of_kind.items():
                await self._draw(kinds[name], name, rows)
        finally:
            self.done.set()

    async def _draw(self, kind: MessageKind, name: str, rows: Sequence[OutboxMessage]) -> None:
        try:
            self.outcomes.update(await kind.render(rows))
        except (Exception, asyncio.CancelledError) as error:
            if _is_ours(error):
                raise
            if len(rows) == 1:
                self.outcomes[rows[0].id or 0] = _told(error)
                return
            log.warning("drawing %d of %s failed (%s); each alone", len(rows), name, type(error).__name__)
            for row in rows:
                await self._draw(kind, name, [row])


def _is_ours(error: BaseException) -> bool:
    """Somebody asked us to end; a renderer may be cancelled by what it waits for, too."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling() > 0


def _told(error: BaseException) -> Exception:
    return (
        error if isinstance(error, Exception) else NotDrawnError(f"the renderer was {type(error).__name__}")
    )
