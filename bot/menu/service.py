"""Answers to what is typed into the bot's direct message, owed through the outbox so that none is doubled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from bot.clock import Now
from bot.members import Member
from storage import learners, outbox, plans
from storage.engine import Database

KIND = "menu"


@dataclass(frozen=True, slots=True)
class MenuService:
    """The use cases of the menu."""

    database: Database
    now: Now
    wake_delivery: Callable[[], None]

    async def owe_answer(self, member: Member, event_id: str, channel: str, word: str) -> None:
        """
        Owe one answer to one message, however often Slack tells us of it.

        `word` is the known word the message begins with, or "" for anything else: what a person typed is
        not kept.
        """
        now = self.now()
        async with self.database.write() as session:
            learner = await learners.ensure(session, member.team_id, member.user_id, now=now)
            learner_id = cast(int, learner.id)
            if learner.dm_channel is None:
                await learners.keep_dm_channel(session, learner_id, channel)
            current = await plans.current(session, learner_id) if word == "plan" else None
            kind, payload = self._answer(word, current.id if current else None, learner_id)
            draft = outbox.Draft(
                idempotency_key=f"answer:{event_id}",
                team_id=member.team_id,
                learner_id=learner_id,
                kind=kind,
                due_at=now,
                payload=payload,
            )
            await outbox.enqueue(session, draft, now=now)
        self.wake_delivery()

    @staticmethod
    def _answer(word: str, plan_id: int | None, learner_id: int) -> tuple[str, dict[str, Any]]:
        if plan_id is not None:
            return "plan", {"plan_id": plan_id}
        return KIND, {"learner_id": learner_id, "word": word}

    async def member_of(self, learner_id: int) -> Member:
        """The person behind one of our ids."""
        async with self.database.read() as session:
            learner = await learners.get(session, learner_id)
        return Member(learner.team_id, learner.user_id)
