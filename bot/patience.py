"""How long somebody who has to be answered in three seconds waits for the database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from bot.errors import BotError

BEFORE_ACK_SECONDS = 1.5
AWAY = (
    "I cannot reach my database just now, so this was not kept. Nothing you entered before is lost: please "
    "try again in a minute."
)

Answer = TypeVar("Answer")


class DatabaseAwayError(BotError):
    """The database does not answer."""

    def __init__(self) -> None:
        super().__init__(AWAY)


async def soon(work: Awaitable[Answer], seconds: float = BEFORE_ACK_SECONDS) -> Answer:
    """
    What the work answers, or DatabaseAwayError when that takes too long to be waited for.

    The work goes on by itself: a driver that waits for its server cannot be interrupted.
    """
    task = asyncio.ensure_future(work)
    done, _ = await asyncio.wait({task}, timeout=seconds)
    if not done:
        task.add_done_callback(lambda late: late.cancelled() or late.exception())
        raise DatabaseAwayError
    return task.result()
