"""The weekly check-in: lay out the week, keep what the person says of it, see where the pace leads."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.checkins import period
from bot.checkins.answers import Answer
from bot.checkins.counts import CONCEPT, USUAL, Counts
from bot.checkins.stretch import stretch
from bot.checkins.weeks import ahead, goals_on
from bot.clock import Now
from bot.errors import BotError
from bot.members import Member
from bot.outgoing import Unneeded
from bot.plan.planner import PlannedTask, reachable_goals, scale_goals
from bot.plan.service import PlanOverview, PlanService
from bot.progress.gathering import gather
from bot.progress.pace_rules import Forecast
from bot.reminders.decision import ANSWERED, WEEKLY_DISTANCE
from bot.reminders.service import ReminderService
from bot.reminders.timing import learner_day
from content.loader import Catalog
from storage import checkins, learners, outbox, preferences
from storage.engine import Database
from storage.models import CheckIn, Learner, OutboxMessage, OutboxState, StudyPlan
from storage.preferences import fresh

KIND = "weekly"
HISTORY = 60
GONE = "the person was forgotten"
"""So many check-ins are looked back on: more than a year of them."""
NEWER = "a newer check-in is open"
OnAnswered = Callable[[AsyncSession, int, int, datetime], Awaitable[None]]
"""Gets the session, learner id, check-in id and now, inside the transaction that stores an answer."""


class ClosedCheckInError(BotError):
    """The check-in takes no answers any more."""

    def __init__(self) -> None:
        super().__init__(
            "That week is closed; its answers stay as they are. Type `/prep week` for the week you are in."
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """A week in numbers: its goals and what was logged from `from_on` to `to_on`."""

    from_on: date
    to_on: date
    goals: Counts
    logged: Counts
    concepts: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckInForm:
    """What the modal is filled in with: the person's own answer, or else the log and the plan."""

    tally: Tally
    reported: Counts
    confidence: int | None
    blocker: str | None
    next_goals: Counts
    is_answered: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A message in a conversation."""

    channel: str
    ts: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckInResult:
    """What was answered, and where it leads."""

    tally: Tally
    answer: Answer
    forecast: Forecast | None
    """The one of `/prep progress`, with this answer; None without a plan."""
    stretch: str | None
    message: Place | None
    """The reminder in the direct message; None where none was sent for this week."""


async def nobody_listens(_session: AsyncSession, _learner_id: int, _check_in_id: int, _now: datetime) -> None:
    """Nothing follows from an answer."""


@dataclass(frozen=True, slots=True)
class CheckInService:
    """The use cases of the weekly check-in."""

    catalog: Catalog
    database: Database
    now: Now
    plan: PlanService
    reminders: ReminderService
    on_answered: OnAnswered = nobody_listens

    async def form(self, member: Member, to_on: date | None = None) -> CheckInForm:
        """
        The check-in that ends on `to_on`, by default the open one, as the modal shows it.

        Raises ClosedCheckInError when it takes no answers any more. Nothing is stored.
        """
        plan = await self.plan.overview(member)
        async with self.database.read() as session:
            learner = await learners.find(session, member.team_id, member.user_id)
            if learner is None:
                learner = Learner(id=0, team_id=member.team_id, user_id=member.user_id)
            learner_id = cast(int, learner.id)
            today = await self._today(session, learner)
            newest = await checkins.newest(session, learner_id)
            to_on = self._open(to_on, today, newest)
            row = await self._draft(session, learner_id, to_on, plan)
            logged = await self._logged(session, {learner_id: [row]})
        tally = _tally(row, logged[row.to_on, learner_id])
        planned = next(iter(ahead(plan, to_on)), tally.goals)
        answered = row.answered_at is not None
        return CheckInForm(
            tally=tally,
            reported=Counts.read(row.reported) if answered else tally.logged,
            confidence=row.confidence,
            blocker=row.blocker,
            next_goals=Counts.read(row.next_goals) if answered else planned,
            is_answered=answered,
        )

    async def answer(self, member: Member, to_on: date, answer: Answer) -> CheckInResult:
        """
        Store the answer, also a corrected one, and say where the pace leads.

        Raises ClosedCheckInError when the check-in takes no answers any more.
        """
        now = self.now()
        async with self.database.write() as session:
            learner = await learners.ensure(session, member.team_id, member.user_id, now=now)
            # Only now: the goals are those of a plan that nobody changes until this is stored.
            plan = await self.plan.overview(member)
            learner_id = cast(int, learner.id)
            today = await self._today(session, learner)
            self._open(to_on, today, await checkins.newest(session, learner_id))
            draft = await self._draft(session, learner_id, to_on, plan)
            row = draft if draft.id is not None else await checkins.ensure(session, draft)
            _fill_in(row, answer, now)
            session.add(row)
            await session.flush()
            await self.reminders.touch(session, learner_id, now=now)
            await self.on_answered(session, learner_id, cast(int, row.id), now)
            answered = await checkins.answered(session, learner_id, limit=HISTORY)
            logged = await self._logged(session, {learner_id: [row]})
            message = await outbox.find(session, f"{KIND}:{learner_id}:{to_on.isoformat()}")
            facts = await gather(session, learner, zone=self.reminders.zone_of(learner), now=now)
        reported = [Counts.read(one.reported) for one in answered if one.to_on <= to_on]
        return CheckInResult(
            tally=_tally(row, logged[row.to_on, learner_id]),
            answer=answer,
            forecast=facts.forecast(self.catalog),
            stretch=stretch(answer.next_goals, reported),
            message=_place(message),
        )

    async def tallies(self, messages: Sequence[OutboxMessage]) -> dict[int, Tally | Unneeded]:
        """
        The week of each reminder, by message id, with a number of queries that does not grow with them.

        Each reminder begins the check-in that ends on its date. Unneeded where it is answered already, or
        answered so shortly before that another one would be too early.
        """
        wanted = [(cast(int, one.learner_id), cast(date, one.local_date)) for one in messages]
        if not wanted:
            return {}
        ids = {learner_id for learner_id, _ in wanted}
        earliest = min(on for _, on in wanted)
        async with self.database.write() as session:
            there = await learners.hold(session, ids)
            stored = defaultdict[int, list[CheckIn]](list)
            for row in await checkins.since(session, ids, earliest - period.GOALS_HOLD_FOR):
                stored[row.learner_id].append(row)
            unneeded = {key: reason for key in wanted if (reason := _why_not(stored[key[0]], key[1]))}
            unneeded |= {key: GONE for key in wanted if key[0] not in there}
            rows = {(learner_id, row.to_on): row for learner_id, found in stored.items() for row in found}
            missing = [key for key in dict.fromkeys(wanted) if key not in rows and key not in unneeded]
            planned = await self._planned_goals(session, missing)
            for learner_id, on in missing:
                previous = _before(stored[learner_id], on)
                rows[learner_id, on] = self._new(learner_id, on, previous, planned.get((learner_id, on)))
            await checkins.add_missing(session, [rows[key] for key in missing])
            shown = defaultdict[int, list[CheckIn]](list)
            for key in wanted:
                if key not in unneeded:
                    shown[key[0]].append(rows[key])
            logged = await self._logged(session, shown)
        found: dict[int, Tally | Unneeded] = {}
        for message, (learner_id, on) in zip(messages, wanted, strict=True):
            reason = unneeded.get((learner_id, on))
            tally = Unneeded(reason) if reason else _tally(rows[learner_id, on], logged[on, learner_id])
            found[cast(int, message.id)] = tally
        return found

    async def _today(self, session: AsyncSession, learner: Learner) -> date:
        own = await preferences.get(session, cast(int, learner.id))
        own = own or fresh(cast(int, learner.id), self.reminders.defaults)
        return learner_day(self.now(), self.reminders.zone_of(learner), own.day_ends_at)

    @staticmethod
    def _open(to_on: date | None, today: date, newest: CheckIn | None) -> date:
        last = newest.to_on if newest else None
        if to_on is None:
            return period.open_on(today, last)
        if not period.is_open(to_on, today, last):
            raise ClosedCheckInError
        return to_on

    async def _draft(
        self, session: AsyncSession, learner_id: int, to_on: date, plan: PlanOverview | None
    ) -> CheckIn:
        """The stored check-in, or a new one that is not stored."""
        row = await checkins.newest(session, learner_id, before=to_on + timedelta(days=1))
        if row is not None and row.to_on == to_on:
            return row
        goals = goals_on(plan, to_on) if plan else None
        return self._new(learner_id, to_on, row, goals)

    def _new(self, learner_id: int, to_on: date, previous: CheckIn | None, planned: Counts | None) -> CheckIn:
        """`planned` is what the plan asks for; goals that the person set last time go before."""
        goals = planned or USUAL
        if previous is not None and previous.next_goals is not None:
            chosen_for = previous.to_on + period.GOALS_HOLD_FOR
            goals = Counts.read(previous.next_goals) if to_on <= chosen_for else goals
        return CheckIn(
            learner_id=learner_id,
            from_on=period.first_day(to_on, previous.to_on if previous else None),
            to_on=to_on,
            goals=goals.to_dict(),
            created_at=self.now(),
        )

    async def _planned_goals(
        self, session: AsyncSession, wanted: Sequence[tuple[int, date]]
    ) -> dict[tuple[int, date], Counts]:
        """(learner id, last day) to the goals of the plan's week, as `goals_on` finds them for one person."""
        followed = await checkins.current_plans(session, {learner_id for learner_id, _ in wanted})
        weeks: dict[tuple[int, date], tuple[StudyPlan, int]] = {}
        for learner_id, on in wanted:
            plan = followed.get(learner_id)
            number = max(period.plan_week(plan.starts_on, on), 1) if plan else 0
            if plan and plan.starts_on <= on and number <= len(plan.content_weeks):
                weeks[learner_id, on] = (plan, number)
        tasks = defaultdict[tuple[int, int], list[PlannedTask]](list)
        asked = {(cast(int, plan.id), number) for plan, number in weeks.values()}
        for plan_id, week, slug, times in await checkins.tasks_of_weeks(session, asked):
            if slug in self.catalog.tasks:
                tasks[plan_id, week].append(PlannedTask(self.catalog.tasks[slug], times))
        found = {}
        for key, (row, number) in weeks.items():
            content = self.catalog.plans[row.slug]
            scaled = scale_goals(content.weeks[row.content_weeks[number - 1]].goals, content, row.hours)
            reachable = reachable_goals(scaled, tasks[cast(int, row.id), number])
            days = period.days_of_plan(row.starts_on, key[1])
            found[key] = Counts.read(reachable.model_dump()).for_days(days)
        return found

    @staticmethod
    async def _logged(
        session: AsyncSession, shown: Mapping[int, Sequence[CheckIn]]
    ) -> dict[tuple[date, int], Counter[str]]:
        """(last day, learner id) to how many of each activity."""
        rows = [row for found in shown.values() for row in found]
        sums = {(row.to_on, row.learner_id): Counter[str]() for row in rows}
        if not rows:
            return sums
        first, last = min(row.from_on for row in rows), max(row.to_on for row in rows)
        for learner_id, on, activity, number in await checkins.logged(session, shown.keys(), first, last):
            for row in shown[learner_id]:
                if row.from_on <= on <= row.to_on:
                    sums[row.to_on, learner_id][activity] += number
        return sums


def _fill_in(row: CheckIn, answer: Answer, now: datetime) -> None:
    before = (row.reported, row.confidence, row.blocker, row.next_goals)
    row.reported = answer.reported.to_dict()
    row.confidence = answer.confidence
    row.blocker = answer.blocker
    row.next_goals = answer.next_goals.to_dict()
    if row.answered_at is None:
        row.answered_at = now
    elif before != (row.reported, row.confidence, row.blocker, row.next_goals):
        row.edited_at = now


def _tally(row: CheckIn, logged: Mapping[str, int]) -> Tally:
    return Tally(
        from_on=row.from_on,
        to_on=row.to_on,
        goals=Counts.read(row.goals),
        logged=Counts.of_log(logged),
        concepts=logged.get(CONCEPT, 0),
    )


def _before(rows: Sequence[CheckIn], on: date) -> CheckIn | None:
    earlier = [row for row in rows if row.to_on < on]
    return earlier[-1] if earlier else None


def _why_not(rows: Sequence[CheckIn], on: date) -> str | None:
    """Why a reminder for that date is not needed; `rows` are the person's newest check-ins by last day."""
    if any(row.answered_at is not None and row.to_on > on - WEEKLY_DISTANCE for row in rows):
        return ANSWERED
    return NEWER if any(row.to_on > on for row in rows) else None


def _place(message: OutboxMessage | None) -> Place | None:
    if message is None or message.state != OutboxState.SENT or not message.channel or not message.message_ts:
        return None
    return Place(message.channel, message.message_ts)
