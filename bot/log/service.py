"""Log practice, correct it, undo it; and the problems somebody had solved before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import cast

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.checkins.period import GOALS_HOLD_FOR
from bot.clock import Now
from bot.limits import DAY, LOG_ENTRIES_A_DAY, must_be_below
from bot.log.answers import Changing, Diary, Line, Logged, Shown, Totals, Undone
from bot.log.entries import DAYS_BACK, Entry, GoneError, LogError, faults_of
from bot.log.grammar import read_line
from bot.log.rest import RESTED, rest_of
from bot.log.streak import Standing, standing
from bot.log.tasks import TaskNames
from bot.log.week import add_up, week_of
from bot.members import Member
from bot.plan.service import PlanOverview, PlanService
from bot.reminders.service import ReminderService
from bot.reminders.timing import learner_day
from bot.review.deck import item_of
from bot.review.keeping import ReviewKeeper
from bot.review.schedule import GOOD
from content.catalog import Catalog
from content.packs import CodingProblem
from content.schema import Task
from storage import learners, limits, log, practice, preferences
from storage.engine import Database
from storage.models import DailyItem, Learner, LogEntry, Preferences
from storage.preferences import fresh

GONE = "That entry is not in your log any more. `/prep log` shows what is."
TICK = "daily:"
"""How the keys of ticked daily minimums begin."""


@dataclass(frozen=True)
class LogService:
    """The use cases of the log."""

    catalog: Catalog
    database: Database
    now: Now
    plan: PlanService
    reminders: ReminderService

    @cached_property
    def names(self) -> TaskNames:
        """The tasks by what people call them."""
        return TaskNames(self.catalog)

    async def type(self, member: Member, line: str, source: str) -> Logged:
        """
        Log what was typed, all of it or nothing. `source` names the command: repeated, it logs nothing more.

        Raises LogError with what was not understood.
        """
        return await self._add(member, source, lambda today: read_line(line, today, self.names))

    async def add(self, member: Member, entries: Sequence[Entry], source: str) -> Logged:
        """Log these entries, once for each source. Raises LogError."""
        return await self._add(member, source, lambda _: tuple(entries))

    async def today(self, member: Member) -> date:
        """The person's learner day."""
        async with self.database.read() as session:
            learner = await self._find(session, member)
            return self._day(learner, await self._terms(session, learner))

    async def diary(self, member: Member) -> Diary:
        """The log of the last days. Nothing is stored."""
        plan = await self.plan.overview(member)
        async with self.database.read() as session:
            return await self._diary(session, await self._find(session, member), plan)

    async def changing(self, member: Member, entry_id: int) -> Changing:
        """One entry, to be changed. Raises GoneError."""
        async with self.database.read() as session:
            learner = await self._find(session, member)
            today = self._day(learner, await self._terms(session, learner))
            row = await self._entry(session, learner, entry_id, today)
            return Changing(shown=self._shown(row), today=today)

    async def change(self, member: Member, entry_id: int, entry: Entry) -> Diary:
        """
        Correct one entry; of a ticked daily minimum only the minutes.

        Raises GoneError when it was removed meanwhile or is too old, LogError for what cannot be.
        """
        plan = await self.plan.overview(member)
        now = self.now()
        async with self.database.write() as session:
            learner = await self._held(session, member)
            today = self._day(learner, await self._terms(session, learner))
            row = await self._entry(session, learner, entry_id, today)
            _ask_for_sense([entry], today)
            before = (row.local_date, row.task)
            row.minutes = entry.minutes
            if not row.key.startswith(TICK):
                row.local_date, row.activity, row.count = entry.on, entry.activity, entry.count
                row.task, row.rating = entry.task, entry.rating
            session.add(row)
            await session.flush()
            lines = await self._follow(session, learner, [before, (row.local_date, row.task)])
            await self.reminders.touch(session, row.learner_id, now=now)
            return replace(await self._diary(session, learner, plan), lines=lines)

    async def remove(self, member: Member, entry_id: int) -> Diary:
        """
        Take one entry out; a daily minimum loses its tick. One that is out already stays out.

        Raises GoneError when it is too old, and for somebody we know nothing of.
        """
        plan = await self.plan.overview(member)
        now = self.now()
        async with self.database.write() as session:
            learner = await self._held(session, member)
            learner_id = cast(int, learner.id)
            today = self._day(learner, await self._terms(session, learner))
            row = await log.entry(session, learner_id, entry_id)
            lines = await self._take_out(session, learner, [row], today) if row else ()
            await self.reminders.touch(session, learner_id, now=now)
            return replace(await self._diary(session, learner, plan), lines=lines)

    async def undo(self, member: Member, source: str) -> Undone:
        """Take out everything that was logged together. Raises GoneError when it is too old."""
        plan = await self.plan.overview(member)
        now = self.now()
        async with self.database.write() as session:
            learner = await self._held(session, member)
            learner_id = cast(int, learner.id)
            today = self._day(learner, await self._terms(session, learner))
            rows = await log.of_source(session, learner_id, source) if source else []
            shown = tuple(self._shown(row) for row in rows)
            lines = await self._take_out(session, learner, rows, today)
            await self.reminders.touch(session, learner_id, now=now)
            return Undone(shown, replace(await self._diary(session, learner, plan), lines=lines))

    async def know(self, member: Member, slug: str, *, is_known: bool) -> Task:
        """
        Mark a problem as solved before, so that it is never given, or take that back.

        It is no practice and counts for nothing. Raises GoneError for what is no problem of the library.
        """
        task = self.catalog.tasks.get(slug)
        if not isinstance(task, CodingProblem):
            raise GoneError("That problem is no longer in the library. `/prep learn` shows what is.")
        now = self.now()
        async with self.database.write() as session:
            learner = await learners.ensure(session, member.team_id, member.user_id, now=now)
            learner_id = cast(int, learner.id)
            if is_known:
                await log.know(session, learner_id, slug, now=now)
            else:
                await log.forget(session, learner_id, slug)
            await self.reminders.touch(session, learner_id, now=now)
        return task

    async def standing(self, session: AsyncSession, learner: Learner, own: Preferences) -> Standing:
        """Streak and strength of the person, with two queries."""
        learner_id = cast(int, learner.id)
        done = await log.practised_dates(session, learner_id)
        rested = await log.skipped_dates(session, learner_id, "daily", RESTED)
        return self.standing_of(learner, own, done, rested)

    def standing_of(
        self, learner: Learner, own: Preferences, done: Collection[date], rested: Collection[date]
    ) -> Standing:
        """The same from the dates with practice, and those whose reminder was skipped for RESTED."""
        return standing(done, rest_of(own, self.reminders.zone_of(learner), rested), self._day(learner, own))

    # What the use cases share.

    async def _add(self, member: Member, source: str, read: Callable[[date], tuple[Entry, ...]]) -> Logged:
        plan = await self.plan.overview(member)
        now = self.now()
        async with self.database.write() as session:
            learner = await learners.ensure(session, member.team_id, member.user_id, now=now)
            learner_id = cast(int, learner.id)
            own = await self._terms(session, learner)
            today = self._day(learner, own)
            rows: Sequence[LogEntry] = await log.of_source(session, learner_id, source)
            lines: tuple[Line, ...] = ()
            if not rows:
                entries = read(today)
                _ask_for_sense(entries, today)
                had = await limits.log_entries(session, learner_id, now - DAY)
                must_be_below("entries", had + len(entries) - 1, LOG_ENTRIES_A_DAY)
                for number, entry in enumerate(entries):
                    await practice.log(session, self._row(learner_id, f"{source}:{number}", entry))
                lines = await self._follow(session, learner, [(entry.on, entry.task) for entry in entries])
                rows = await log.of_source(session, learner_id, source)
            await self.reminders.touch(session, learner_id, now=now)
            totals = await self._totals(session, learner, own, plan)
        return Logged(
            source=source, entries=tuple(self._shown(row) for row in rows), totals=totals, lines=lines
        )

    def _row(self, learner_id: int, key: str, entry: Entry) -> LogEntry:
        return LogEntry(
            learner_id=learner_id,
            key=key,
            local_date=entry.on,
            activity=entry.activity,
            task=entry.task,
            count=entry.count,
            minutes=entry.minutes,
            rating=entry.rating,
            logged_at=self.now(),
        )

    async def _take_out(
        self, session: AsyncSession, learner: Learner, rows: Sequence[LogEntry], today: date
    ) -> tuple[Line, ...]:
        if not rows:
            return ()
        if any(today - row.local_date > timedelta(days=DAYS_BACK) for row in rows):
            raise GoneError(f"That is more than {DAYS_BACK} days ago, so it stays in the log.")
        touched = [(row.local_date, row.task) for row in rows]
        await log.remove(session, cast(int, learner.id), [cast(int, row.id) for row in rows])
        return await self._follow(session, learner, touched)

    async def _follow(
        self, session: AsyncSession, learner: Learner, touched: Iterable[tuple[date, str | None]]
    ) -> tuple[Line, ...]:
        """A daily minimum and its card are ticked where the task is in the log of its day, and only there."""
        learner_id, lines = cast(int, learner.id), []
        for on, task in dict.fromkeys(touched):
            item = await log.daily_item(session, learner_id, on, task) if task else None
            if item is None or task is None:
                continue
            is_done = await log.is_logged(session, learner_id, on, task)
            if is_done != (item.done_at is not None):
                item.done_at = self.now() if is_done else None
                session.add(item)
                await session.flush()
                await self._answer_card(session, item)
                lines.append(Line(on, item.part, is_done))
        return tuple(lines)

    async def _answer_card(self, session: AsyncSession, item: DailyItem) -> None:
        """As a tick on the list does: Good until the person says otherwise, or the answer taken back."""
        task = self.catalog.tasks.get(item.task)
        card = item_of(task) if task is not None else None
        if card is None:
            return
        key, keeper = f"{TICK}{item.local_date}:{item.part}", ReviewKeeper(self.reminders.defaults.time_zone)
        if item.done_at is not None:
            await keeper.on_rated(session, item.learner_id, card, GOOD, key, item.done_at, may_change=True)
        else:
            keep, now = item.is_review, self.now()
            await keeper.take_back(session, item.learner_id, card, key, keep=keep, now=now)

    async def _find(self, session: AsyncSession, member: Member) -> Learner:
        """The person, or an unstored one who has nothing yet."""
        learner = await learners.find(session, member.team_id, member.user_id)
        return learner or Learner(id=0, team_id=member.team_id, user_id=member.user_id)

    async def _held(self, session: AsyncSession, member: Member) -> Learner:
        """The person, locked, for what changes only what is there: nobody who was forgotten begins anew."""
        learner = await learners.held(session, member.team_id, member.user_id)
        if learner is None:
            raise GoneError(GONE)
        return learner

    async def _terms(self, session: AsyncSession, learner: Learner) -> Preferences:
        learner_id = cast(int, learner.id)
        own = await preferences.get(session, learner_id)
        return own or fresh(learner_id, self.reminders.defaults)

    def _day(self, learner: Learner, own: Preferences) -> date:
        return learner_day(self.now(), self.reminders.zone_of(learner), own.day_ends_at)

    async def _entry(self, session: AsyncSession, learner: Learner, entry_id: int, today: date) -> LogEntry:
        row = await log.entry(session, cast(int, learner.id), entry_id)
        if row is None:
            raise GoneError(GONE)
        if today - row.local_date > timedelta(days=DAYS_BACK):
            raise GoneError(f"That is more than {DAYS_BACK} days ago, so it stays as it is.")
        return row

    async def _diary(self, session: AsyncSession, learner: Learner, plan: PlanOverview | None) -> Diary:
        own = await self._terms(session, learner)
        today = self._day(learner, own)
        rows = await log.entries(
            session, cast(int, learner.id), from_on=today - timedelta(days=DAYS_BACK - 1), to_on=today
        )
        newest_first = sorted(rows, key=lambda row: (row.local_date, row.id or 0), reverse=True)
        return Diary(
            totals=await self._totals(session, learner, own, plan),
            recent=tuple(self._shown(row) for row in newest_first),
        )

    async def _totals(
        self, session: AsyncSession, learner: Learner, own: Preferences, plan: PlanOverview | None
    ) -> Totals:
        learner_id = cast(int, learner.id)
        today = self._day(learner, own)
        chosen = await log.chosen_goals(session, learner_id, since=today - GOALS_HOLD_FOR)
        planned = None
        if plan is not None and plan.this_week is not None:
            this_week = plan.weeks[plan.this_week - 1]
            planned = (this_week.starts_on, this_week.goals.model_dump())
        week = week_of(today, planned, chosen)
        rows = await log.entries(session, learner_id, from_on=min(week.from_on, today), to_on=week.to_on)
        facts = [(row.local_date, row.activity, row.count, row.minutes) for row in rows]
        return Totals(
            today=today,
            day=add_up(facts, today, today),
            week=week,
            done=add_up(facts, week.from_on, week.to_on),
            standing=await self.standing(session, learner, own),
        )

    def _shown(self, row: LogEntry) -> Shown:
        return Shown(
            entry_id=cast(int, row.id),
            on=row.local_date,
            activity=row.activity,
            count=row.count,
            minutes=row.minutes,
            rating=row.rating,
            task=row.task,
            title=self.names.title(row.task),
            is_tick=row.key.startswith(TICK),
        )


def _ask_for_sense(entries: Iterable[Entry], today: date) -> None:
    """Whatever was typed or filled in, nothing senseless is stored."""
    for entry in entries:
        faults = faults_of(entry, today)
        if faults:
            raise LogError(" ".join(faults.values()))
