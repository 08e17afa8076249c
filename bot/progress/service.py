"""Where a person stands: what their work shows, this week, the hours, the results, and the pace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.checkins.period import GOALS_HOLD_FOR
from bot.clock import Now, local_date
from bot.log.rest import rest_of
from bot.log.streak import Standing, standing
from bot.log.week import Sums, Week, add_up, week_of
from bot.members import Member
from bot.pictures.sources import DAYS_IN_A_YEAR
from bot.plan.service import PlanOverview, PlanService
from bot.progress.facts import TRACK_OF, Facts, minutes_of
from bot.progress.gathering import gather
from bot.progress.pace_rules import Forecast, Kind
from bot.progress.readiness import Bar, BarName, readiness
from bot.reminders.service import ReminderService
from bot.today.choice import PARTS
from content.catalog import Catalog
from content.schema import TRACKS, Track
from storage import learners
from storage.engine import Database
from storage.models import Learner
from storage.preferences import fresh


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
    week: Week
    this_week: Sums
    hours: tuple[TrackHours, ...]
    hours_since: date
    scores: tuple[tuple[date, int], ...]
    """Each finished assessment, the oldest first."""
    steadiness: Standing
    parts_done: Mapping[date, int]
    """How many of the three daily minimums' kinds were practised, by day."""
    rest: frozenset[date]
    """Planned rest in the last year."""
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
        week = _week(facts, overview)
        own = facts.own or fresh(facts.learner_id, self.reminders.defaults)
        rest = rest_of(own, facts.time_zone, facts.rested)
        year = [facts.today - timedelta(days=ago) for ago in range(DAYS_IN_A_YEAR)]
        return Progress(
            today=facts.today,
            bars=readiness(facts.known(self.catalog)),
            week=week,
            this_week=add_up(
                ((one.on, one.activity, one.number, one.minutes) for one in facts.pieces),
                week.from_on,
                week.to_on,
            ),
            hours=_hours(facts, overview),
            hours_since=_since(facts, overview),
            scores=tuple(
                (local_date(one.finished_at, facts.time_zone), one.score or 0)
                for one in reversed(facts.attempts)
                if one.finished_at is not None
            ),
            steadiness=standing({one.on for one in facts.pieces}, rest, facts.today),
            parts_done=_parts_done(facts),
            rest=frozenset(on for on in year if rest(on)),
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


def _week(facts: Facts, overview: PlanOverview | None) -> Week:
    """The same week and goals as on Home and in the log."""
    week = overview.weeks[overview.this_week - 1] if overview and overview.this_week else None
    newest = facts.check_ins[0] if facts.check_ins else None
    holds = newest is not None and newest.to_on >= facts.today - GOALS_HOLD_FOR
    return week_of(
        facts.today,
        (week.starts_on, week.goals.model_dump()) if week else None,
        newest.next_goals if newest is not None and holds else None,
    )


def _parts_done(facts: Facts) -> Mapping[date, int]:
    return Counter(on for on, _ in {(one.on, one.activity) for one in facts.pieces if one.activity in PARTS})


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
