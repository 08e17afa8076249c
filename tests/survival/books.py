"""The books of a town: what Slack accepted and what the outbox says, against what was owed."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from typing import get_args

from sqlalchemy import func
from sqlmodel import col, select

from bot.playground.model import AcceptedPost
from bot.playground.workspace import Workspace
from bot.reminders.decision import NO_SUCH_TIME
from storage import traces
from storage.engine import Database
from storage.models import OutboxMessage
from tests.oracle.ledger import compare
from tests.oracle.owed import Expectation, owed
from tests.oracle.person import Person
from tests.oracle.window import Kind
from tests.processes import HandClock
from tests.survival.resident import Resident

KINDS: tuple[Kind, ...] = get_args(Kind)
SKIPPED_TIE = "a trace (skipped) where there is none to leave: silent"
MISSED_TIE = "a trace (missed) where there is none to leave: silent"


class Posts(list[AcceptedPost]):
    """What Slack accepted, by key, each with the instant."""

    def __init__(self, hand: HandClock) -> None:
        super().__init__()
        self._hand = hand
        self.accepted: list[tuple[str, datetime]] = []
        self.places: list[tuple[str, str]] = []
        """Channel and ts of each."""

    def append(self, post: AcceptedPost) -> None:
        """Slack accepts a post. Only its key is kept: a month of ten thousand people is long."""
        if post.metadata is not None:
            self.accepted.append((post.metadata["event_payload"]["key"], self._hand.now()))
            self.places.append((post.channel, post.ts))


@dataclass
class Books:
    """Who lives there, when nobody was at work, and what came of it."""

    database: Database
    clock: HandClock
    workspace: Workspace
    posts: Posts
    residents: list[Resident] = field(default_factory=list)
    outages: list[tuple[datetime, datetime]] = field(default_factory=list)
    began: datetime = field(init=False)

    def expected(self, first: date, last: date, processes: int = 1) -> list[Expectation]:
        """What must have become of every date."""
        look = partial(owed_of, first=first, last=last, outages=self.outages)
        arrived: dict[str, dict[str, datetime]] = {}
        for key, instant in self.posts.accepted:
            arrived.setdefault(key.split(":")[1], {}).setdefault(key, instant)
        people = [
            replace(who.as_person(), arrived=arrived.get(str(who.learner_id), {})) for who in self.residents
        ]
        if processes == 1:
            return [it for person in people for it in look(person)]
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            return [it for found in pool.map(look, people, chunksize=50) for it in found]

    async def recorded(self, first: date, last: date) -> dict[str, tuple[str, str | None]]:
        """What the outbox says of them."""
        query = select(OutboxMessage.idempotency_key, OutboxMessage.state, OutboxMessage.reason).where(
            col(OutboxMessage.kind).in_(KINDS),
            col(OutboxMessage.local_date) >= first,
            col(OutboxMessage.local_date) <= last,
        )
        async with self.database.read() as session:
            found = await session.exec(query)
            # Of a date that a zone leaves out the bot says so; to the oracle there was no such date.
            return {key: (state, reason) for key, state, reason in found if reason != NO_SUCH_TIME}

    async def breaches(
        self,
        first: date | None = None,
        last: date | None = None,
        *,
        forgiving: bool = False,
        processes: int = 1,
    ) -> list[str]:
        """
        Where the books differ from what was owed, up to the day before yesterday unless said.

        `forgiving`, where the specification can be read either way: a date whose window was over at the very
        moment its person moved or changed its time may be left out or missed; what falls due in the second
        in which somebody is asked whether to pause may be skipped or missed, or be no more due.
        """
        first = first or self.began.date() - timedelta(days=1)
        last = last or self.clock.now().date() - timedelta(days=2)
        expected = self.expected(first, last, processes)
        known = {it.key for it in expected}
        dates = [(key, instant) for key, instant in self.posts.accepted if on_of(key) <= last]
        lines = compare(expected, dates, await self.recorded(first, last))
        missed = sum(it.outcome == "missed" for it in expected)
        if forgiving:
            changes = {str(who.learner_id): who.changes() for who in self.residents}
            passed_by = {
                f"{it.key}: no trace, and it was missed late"
                for it in expected
                if any(abs(on - it.on) <= timedelta(days=2) for on in changes[it.key.split(":")[1]])
            }
            missed -= len(passed_by.intersection(lines))
            missed += sum(line.endswith(MISSED_TIE) for line in lines)
            ties = (SKIPPED_TIE, MISSED_TIE)
            lines = [line for line in lines if line not in passed_by and not line.endswith(ties)]
        counted = await self.missed(last)
        if counted != missed:
            lines.append(f"{counted} are counted as missed, and {missed} were")
        assert known, "nobody was owed anything"
        return lines

    async def missed(self, last: date) -> int:
        """How many the bot says were missed."""
        async with self.database.read() as session:
            later = select(func.count()).where(
                OutboxMessage.state == "missed", col(OutboxMessage.local_date) > last
            )
            return await traces.missed(session) - (await session.exec(later)).one()

    def accepted(self) -> list[str]:
        """The keys Slack accepted, in order."""
        return [key for key, _ in self.posts.accepted]


def owed_of(
    person: Person, *, first: date, last: date, outages: Sequence[tuple[datetime, datetime]]
) -> list[Expectation]:
    """All kinds of a person's reminders."""
    return [it for kind in KINDS for it in owed(person, kind, first, last, outages)]


def on_of(key: str) -> date:
    """The local date in a reminder's key."""
    return date.fromisoformat(key.rsplit(":", 1)[1])
