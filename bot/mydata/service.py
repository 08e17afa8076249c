"""A person's own data: hand it out, and delete it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from sqlalchemy.exc import DBAPIError
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import Now
from bot.groups import keeping
from bot.members import Member
from bot.mydata.agendas import agenda_of
from bot.mydata.archive import Archive, pack
from bot.mydata.calendar_file import Mock
from bot.mydata.holdings import WRITTEN
from bot.mydata.record import Record
from bot.plan.service import PlanService
from bot.reminders.service import ReminderService
from content.catalog import Catalog
from storage import groups, learners, mydata, outbox, preferences, traces
from storage.engine import Database
from storage.models import Learner, OutboxState

log = logging.getLogger(__name__)

KIND = "export"
"""Of the trace that an export leaves: it is handed over directly, and no delivery sends it."""
SAME_REQUEST = timedelta(minutes=1)
"""A second request within it means the first."""
DIRECT = "handed over directly"
TRIES = 20
"""How often a deletion begins again because somebody else is at work on the same person."""
PAUSE_SECONDS = 0.25
_BUSY = ("40P01", "55P03")
"""PostgreSQL's codes for two that wait for each other, and for a row that somebody holds."""


class _ChangedError(Exception):
    """The person joined or left a group while we waited for them."""


@dataclass(frozen=True, slots=True)
class Begun:
    """An export that is this request's to send, once."""

    key: str


@dataclass(frozen=True, slots=True)
class UnderWay:
    """The person asked a moment ago."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """What is gone."""

    counts: Mapping[str, int]
    """By table."""
    files: Sequence[str] = ()
    """Slack's ids of pictures that only Slack has now."""


@dataclass(frozen=True, slots=True)
class MyDataService:
    """The use cases of a person's data."""

    catalog: Catalog
    database: Database
    now: Now
    plan: PlanService
    reminders: ReminderService
    wake_delivery: Callable[[], None]

    async def begin_export(self, member: Member, request: str) -> Begun | UnderWay | None:
        """
        Take on a request, which Slack may repeat under the same name; None where we keep nothing.

        Whoever gets Begun sends the file and then says `exported` or `export_failed`.
        """
        now = self.now()
        async with self.database.write() as session:
            learner = await learners.held(session, member.team_id, member.user_id)
            if learner is None:
                return None
            learner_id = cast(int, learner.id)
            if await mydata.exports_since(session, learner_id, KIND, now - SAME_REQUEST):
                return UnderWay()
            draft = outbox.Draft(
                idempotency_key=f"{KIND}:{learner_id}:{request}",
                team_id=member.team_id,
                learner_id=learner_id,
                kind=KIND,
                due_at=now,
                state=OutboxState.SKIPPED,
                reason=DIRECT,
            )
            if not await outbox.enqueue(session, draft, now=now):
                return UnderWay()
            await self.reminders.touch(session, learner_id, now=now)
            return Begun(draft.idempotency_key)

    async def exported(self, begun: Begun) -> None:
        """The file has arrived."""
        async with self.database.write() as session:
            await mydata.export_sent(session, begun.key, now=self.now())

    async def export_failed(self, begun: Begun) -> None:
        """The file has not arrived: the person may ask again at once."""
        async with self.database.write() as session:
            await mydata.export_failed(session, begun.key)

    async def archive(self, member: Member) -> Archive | None:
        """Everything we keep of the person, packed in a thread; None where that is nothing."""
        plan = await self.plan.overview(member)
        async with self.database.read() as session:
            learner = await learners.find(session, member.team_id, member.user_id)
            if learner is None:
                return None
            learner_id = cast(int, learner.id)
            rows = await mydata.rows(session, learner_id)
            written = await mydata.comments_written(session, member.team_id, member.user_id)
            read = await mydata.stories_read(session, member.team_id, member.user_id)
            names = await mydata.group_names(session, learner_id)
            own = await preferences.get(session, learner_id)
        record = Record(
            exported_at=self.now(),
            rows=rows,
            elsewhere={WRITTEN: written, "stories_shared_with_you": read},
            titles=_titles(self.catalog),
            groups=names,
        )
        own = own or preferences.fresh(learner_id, self.reminders.defaults)
        mocks = [
            Mock(row["id"], row["local_date"], row["rating"])
            for row in rows["log_entry"]
            if row["activity"] == "mock"
        ]
        zone = self.reminders.zone_of(learner)
        agenda = agenda_of(learner, own, plan, mocks, time_zone=zone, now=self.now())
        return await asyncio.to_thread(pack, record, agenda)

    async def kept(self, member: Member) -> Mapping[str, int] | None:
        """What there is to delete, by table; None for somebody we do not know."""
        async with self.database.read() as session:
            learner = await learners.find(session, member.team_id, member.user_id)
            return None if learner is None else await _counts(session, learner)

    async def forget(self, member: Member) -> Deleted | None:
        """
        Delete every row of the person, and say what it was; None where there is nothing.

        Their groups go on with somebody else as lead, and the summaries they were counted in follow.
        """
        for tries_left in reversed(range(TRIES)):
            try:
                deleted = await self._forget(member)
            except (DBAPIError, _ChangedError) as error:
                if not (tries_left and _is_passing(error)):
                    raise
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                break
        if deleted is not None:
            log.info("a person was forgotten: %d rows", sum(deleted.counts.values()))
            self.wake_delivery()
        return deleted

    async def called(self, person: str) -> Sequence[Member]:
        """Everybody we know with this Slack user id, `U...` or `TEAM:U...`."""
        team_id, _, user_id = person.rpartition(":")
        async with self.database.read() as session:
            found = await traces.called(session, user_id, team_id or None)
        return [Member(learner.team_id, learner.user_id) for learner in found]

    async def _forget(self, member: Member) -> Deleted | None:
        async with self.database.write() as session:
            known = await learners.find(session, member.team_id, member.user_id)
            if known is None:
                return None
            learner_id = cast(int, known.id)
            touched = await mydata.groups_touched(session, learner_id, member.team_id, member.user_id)
            await mydata.lock_people(session, learner_id, touched)
            learner = await learners.held(session, member.team_id, member.user_id)
            if learner is None:
                return None
            await mydata.hold_reminders(session, learner_id)
            if touched != await mydata.groups_touched(session, learner_id, member.team_id, member.user_id):
                raise _ChangedError
            deleted = Deleted(
                await _counts(session, learner), await mydata.picture_files(session, learner_id)
            )
            for group_id in touched:
                await _leave(session, group_id, learner, self.now)
            await session.flush()
            await mydata.delete_all(session, learner)
            return deleted


async def _counts(session: AsyncSession, learner: Learner) -> dict[str, int]:
    counts = await mydata.counts(session, cast(int, learner.id))
    written = len(await mydata.comments_written(session, learner.team_id, learner.user_id))
    return {**counts, WRITTEN: written} if written else counts


async def _leave(session: AsyncSession, group_id: int, learner: Learner, now: Now) -> None:
    """The group goes on without the person, and nothing in it names them."""
    group = await groups.get(session, group_id, lock=True)
    if group is None:
        return
    await groups.leave(session, group_id, cast(int, learner.id), now=now())
    goes_on = group.ended_at is None
    if group.lead_id == learner.user_id and goes_on:
        await keeping.hand_over(session, group, now=now())
    if group.lead_id == learner.user_id:
        # Over by now, or before: who comes first in it is told if the channel comes back.
        others = await groups.members(session, group_id)
        group.lead_id = others[0].user_id if others else ""
        session.add(group)
    if group.ended_at is None:
        await keeping.round_changed(session, group, now=now())


def _titles(catalog: Catalog) -> dict[str, str]:
    titles = {item.slug: item.prompt for form in catalog.forms.values() for item in form.items}
    titles |= {slug: one.title for slug, one in catalog.competencies.items()}
    titles |= {slug: one.title for slug, one in catalog.plans.items()}
    titles |= {slug: one.name for slug, one in catalog.principles.items()}
    titles |= {slug: one.title for slug, one in catalog.scenarios.items()}
    return titles | {slug: one.title for slug, one in catalog.tasks.items()}


def _is_passing(error: DBAPIError | _ChangedError) -> bool:
    return isinstance(error, _ChangedError) or getattr(error.orig, "sqlstate", None) in _BUSY
