"""Where a person stands: what their work shows, this week, the hours, the results, and the pace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.checkins.counts import Counts
from bot.clock import Now, local_date
from bot.log.streak import Standing, standing
from bot.members import Member
from bot.plan.service import PlanOverview, PlanService
from bot.progress.facts import TRACK_OF, Facts, minutes_of
from bot.progress.gathering import gather
from bot.progress.pace_rules import Forecast, Kind
from bot.progress.readiness import Bar, BarName, readiness
from bot.reminders.rest_days import is_holiday
from bot.reminders.service import ReminderService
from content.catalog import Catalog
from content.schema import TRACKS, Track
from storage import learners
from storage.engine import Database
from storage.models import Learner


@dataclass(frozen=True, kw_only=True, slots=True)
class WeekSoFar:
    """This week of the plan, or the last seven days without one."""

    from_on: date
    to_on: date
    goals: Counts | None
    """None without a plan."""
    logged: Counts


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackHours:
    """Minutes of a track since the plan began, and what the plan holds for these days."""

    track: Track
    done: int
    planned: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """All that `/prep progress` shows."""

    today: date
    bars: Mapping[BarName, Bar]
    week: WeekSoFar
    hours: tuple[TrackHours, ...]
    hours_since: date
    scores: tuple[tuple[date, int], ...]
    """Each finished assessment, the oldest first."""
    steadiness: Standing
    forecast: Forecast | None
    """None without a plan."""
    planned: Mapping[str, int]
    done_of_plan: Mapping[str, int]
    interview_on: date | None

    @property
    def has_plan(self) -> bool:
        return self.forecast is not None

    @property
    def days_to_interview(self) -> int | None:
        """None without a date, or when it has passed."""
        if self.interview_on is None or self.interview_on < self.today:
            return None
        return (self.interview_on - self.today).days


@dataclass(frozen=True, slots=True)
class ProgressService:
    """Reads what the other features keep; nothing is changed."""

    catalog: Catalog
    database: Database
    now: Now
    plan: PlanService
    reminders: ReminderService

    async def progress(self, member: Member) -> Progress:
        """Also for somebody who never did anything."""
        overview = await self.plan.overview(member)
        facts = await self.facts(member)
        return Progress(
            today=facts.today,
            bars=readiness(facts.known(self.catalog)),
            week=_week(facts, overview),
            hours=_hours(facts, overview),
            hours_since=_since(facts, overview),
            scores=tuple(
                (local_date(one.finished_at, facts.time_zone), one.score or 0)
                for one in reversed(facts.attempts)
                if one.finished_at is not None
            ),
            steadiness=standing({one.on for one in facts.pieces}, _rest(facts), facts.today),
            forecast=facts.forecast(self.catalog),
            planned=facts.planned(self.catalog),
            done_of_plan=facts.done_of_plan(self.catalog),
            interview_on=facts.interview_on,
        )

    async def bars(self, member: Member) -> Mapping[BarName, Bar]:
        """The four bars alone."""
        return readiness((await self.facts(member)).known(self.catalog))

    async def facts(self, member: Member) -> Facts:
        """Everything the rules ask for, empty for somebody unknown."""
        now = self.now()
        async with self.database.read() as session:
            learner = await learners.find(session, member.team_id, member.user_id)
            if learner is None:
                learner = Learner(id=0, team_id=member.team_id, user_id=member.user_id)
            return await gather(session, learner, zone=self.reminders.zone_of(learner), now=now)


def planned_so_far(kind: Kind, progress: Progress) -> tuple[int, int]:
    """(done, planned) of the plan's tasks of a kind."""
    return progress.done_of_plan.get(kind, 0), progress.planned.get(kind, 0)


def _week(facts: Facts, overview: PlanOverview | None) -> WeekSoFar:
    week = overview.weeks[overview.this_week - 1] if overview and overview.this_week else None
    from_on = week.starts_on if week else facts.today - timedelta(days=6)
    counts: dict[str, int] = {}
    for piece in facts.pieces:
        if from_on <= piece.on <= facts.today:
            counts[piece.activity] = counts.get(piece.activity, 0) + piece.number
    return WeekSoFar(
        from_on=from_on,
        to_on=from_on + timedelta(days=6),
        goals=Counts.read(week.goals.model_dump()) if week else None,
        logged=Counts.of_log(counts),
    )


def _since(facts: Facts, overview: PlanOverview | None) -> date:
    return overview.starts_on if overview else facts.today - timedelta(days=27)


def _hours(facts: Facts, overview: PlanOverview | None) -> tuple[TrackHours, ...]:
    since = _since(facts, overview)
    done: dict[Track, int] = dict.fromkeys(TRACKS, 0)
    for piece in facts.pieces:
        if since <= piece.on <= facts.today and piece.activity in TRACK_OF:
            done[TRACK_OF[piece.activity]] += minutes_of(piece)
    planned: dict[Track, int] = dict.fromkeys(TRACKS, 0)
    for week in overview.weeks if overview else ():
        # Of the week one is in, the part that has gone.
        days = min(max((facts.today - week.starts_on).days + 1, 0), 7)
        for task in week.tasks:
            planned[task.task.track] += task.minutes * days // 7
    return tuple(
        TrackHours(track=track, done=done[track], planned=planned[track] if overview else None)
        for track in TRACKS
    )


def _rest(facts: Facts) -> Callable[[date], bool]:
    """Which days are planned rest: weekdays left out, public holidays, and the pause that lasts."""
    own = facts.own
    if own is None:
        return lambda _on: False
    paused_from = local_date(own.paused_at, facts.time_zone) if own.paused_at else None

    def is_rest(on: date) -> bool:
        if own.days and on.isoweekday() not in own.days:
            return True
        if own.country is not None and is_holiday(own.country, on):
            return True
        in_pause = paused_from is not None and on >= paused_from
        return in_pause and (own.paused_until is None or on < own.paused_until)

    return is_rest
