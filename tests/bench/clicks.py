"""500 people clicking at once, each every few seconds, for a while: how long each press waits for its ack."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections import deque

from bot.playground.model import EnvelopeRecord, Message
from bot.today.views import TICK
from tests.bench.rig import COACH, Running, median, percentile, report, running
from tests.slack_user import SlackUser

PEOPLE = 500
SECONDS = 60.0
EVERY_SECONDS = 5.0
"""How long a person looks at what came before they press again, on average."""
PATIENCE_SECONDS = 30.0
IN_TIME_MS = 300


async def measure() -> None:
    """They all begin within the time in which each of them presses once."""
    async with running(COACH, people=PEOPLE) as coach:
        await _day(SlackUser(coach.workspace, coach.people[0]), time.monotonic())
        envelopes = counted(coach)
        used, began = coach.cpu_seconds, time.monotonic()
        failed = await everybody(coach, began + SECONDS)
        took, used = time.monotonic() - began, coach.cpu_seconds - used
    waited = [record.ack_ms for record in envelopes if record.ack_ms is not None]
    unacked = len(envelopes) - len(waited)
    p99 = percentile(waited, 99)
    report(
        f"{PEOPLE} people pressing something every {EVERY_SECONDS:.0f} s for {SECONDS:.0f} s, one process",
        f"{len(waited)} presses, {len(waited) / took:.0f} a second, {unacked} not acked, {failed} not "
        f"answered; ack median {median(waited):.0f} ms, p99 {p99:.0f} ms; "
        f"{1000 * used / max(1, len(waited)):.1f} ms of a core a press, {100 * used / took:.0f} % of a core",
        f"p99 under {IN_TIME_MS} ms, each acked",
        p99 < IN_TIME_MS and unacked == 0,
    )


def counted(coach: Running) -> deque[EnvelopeRecord]:
    """Everything that is sent to the bot from now on; the workspace itself forgets."""
    coach.workspace.hub.envelopes = envelopes = deque[EnvelopeRecord]()
    return envelopes


async def everybody(coach: Running, until: float) -> int:
    """How many of them did not see what they had pressed for."""
    days = [_day(SlackUser(coach.workspace, person), until) for person in coach.people]
    ended = await asyncio.gather(*days, return_exceptions=True)
    failures = [one for one in ended if isinstance(one, BaseException)]
    for failure in failures[:3]:
        sys.stderr.write(f"{type(failure).__name__}: {failure}\n")
    return len(failures)


async def _day(user: SlackUser, until: float) -> None:
    """Again and again the same six presses; each mixed in among everybody else's."""
    chance = random.Random(user.id)  # noqa: S311 - repeatable
    await asyncio.sleep(chance.uniform(0, EVERY_SECONDS) if until > time.monotonic() else 0)
    while True:
        for press in (_menu, _today, _tick, _log, _home, _begin):
            await press(user)
            if time.monotonic() >= until and press is _begin:
                return
            await asyncio.sleep(chance.uniform(0, 2 * EVERY_SECONDS) if until > time.monotonic() else 0)


async def _menu(user: SlackUser) -> None:
    await user.command("/prep help")


async def _today(user: SlackUser) -> None:
    seen = len(_lists(user))
    await user.command("/prep today")
    await user.see(lambda: len(_lists(user)) > seen, within=PATIENCE_SECONDS)


async def _tick(user: SlackUser) -> None:
    message = _lists(user)[-1]
    block = next(one["block_id"] for one in message.blocks if TICK in str(one))
    await user.pick(block, [block.split(".")[-2]], on=message)


def _lists(user: SlackUser) -> list[Message]:
    """Today's lists that the person sees, with boxes to tick, oldest first."""
    return [message for message in user.ephemeral() if TICK in str(message.blocks)]


async def _log(user: SlackUser) -> None:
    await user.command("/prep log 1 coding")


async def _home(user: SlackUser) -> None:
    await user.open_home()


async def _begin(user: SlackUser) -> None:
    await user.command("/prep assess")
    await user.see(lambda: user.has_modal, within=PATIENCE_SECONDS)
    await user.click("Start quick")
    await user.close(everything=True)
