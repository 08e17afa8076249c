"""All that is known of a person's practice and plan, as the rules of progress ask for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import cast

from bot.assessment.scoring import Tier, tier_of
from bot.checkins.counts import GOAL_OF, Counts
from bot.progress.ground import Ground, Shape, Slot
from bot.progress.pace_rules import (
    FEWEST_DAYS,
    LOOK_BACK_DAYS,
    Forecast,
    Logged,
    Placed,
    forecast,
    kind_of,
    undone,
)
from bot.progress.readiness import Known, Piece, Said, Telling, Written
from content.catalog import Catalog, FormName
from content.packs import CodingProblem
from content.schema import Track
from storage.models import Attempt, CheckIn, PlanChange, Preferences, Story, StudyPlan

USUAL_MINUTES: Mapping[str, int] = {"coding": 30, "concept": 30, "design": 60, "story": 30, "mock": 60}
"""What a piece that was logged without minutes counts; the units of the plans."""
GOOD = 3
"""What a review that was remembered well counts as; Easy counts no more."""
TRACK_OF: Mapping[str, Track] = {
    "coding": "coding",
    "concept": "design",
    "design": "design",
    "story": "behavioural",
    "mock": "behavioural",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """One person at one moment. `plan` and what belongs to it are empty for somebody without one."""

    learner_id: int
    today: date
    time_zone: str
    target_level: str | None
    interview_on: date | None
    own: Preferences | None
    attempts: Sequence[Attempt] = ()
    """Finished ones, newest first."""
    pieces: Sequence[Piece] = ()
    solved_before: frozenset[str] = frozenset()
    remembered: Mapping[str, date] = field(default_factory=dict)
    """Item of a review to the last day it was remembered well."""
    stories: Sequence[Story] = ()
    told: Sequence[Telling] = ()
    plan: StudyPlan | None = None
    slots: tuple[Slot, ...] = ()
    changes: Sequence[PlanChange] = ()
    check_ins: Sequence[CheckIn] = ()
    """Answered ones, newest first."""
    rested: frozenset[date] = frozenset()
    """Dates whose reminder was skipped for planned rest."""
    answers: Mapping[str, int] = field(default_factory=dict)
    """Those of the attempt the plan came from, by item."""

    @property
    def dropped(self) -> set[str]:
        """Tasks that were taken out of the plan and not put back."""
        return {
            task
            for change in self.changes
            if change.undone_at is None
            for task in change.after.get("dropped", ())
        }

    @property
    def days_a_week(self) -> int:
        return len(self.own.days) if self.own is not None and self.own.days else 7

    def logged(self) -> list[Logged]:
        """
        The log as the pace is measured by it.

        What a check-in told beyond the log was done too: it counts on that week's last day, without a name.
        """
        rows = [Logged(one.on, one.activity, one.task, one.number, minutes_of(one)) for one in self.pieces]
        by_day = Counter[tuple[str, date]]()
        for one in self.pieces:
            by_day[one.activity, one.on] += one.number
        for week in self.check_ins:
            told = Counts.read(week.reported)
            days = [week.from_on + timedelta(days=day) for day in range((week.to_on - week.from_on).days + 1)]
            for kind, goal in GOAL_OF.items():
                beyond = told.of(goal) - sum(by_day[kind, on] for on in days)
                if beyond > 0:
                    rows.append(Logged(week.to_on, kind, None, beyond))
        return rows

    def undone(self, catalog: Catalog) -> list[Placed]:
        """What of the plan is not done."""
        if self.plan is None:
            return []
        placed = [Placed(slot.week, slot.task, slot.times, slot.competency) for slot in self.slots]
        return undone(
            placed,
            catalog.tasks,
            self.logged(),
            self.solved_before | self.dropped,
            starts_on=self.plan.starts_on,
            this_week=self.week_of(self.today),
        )

    def week_of(self, on: date) -> int:
        """The plan's week of a date, from 1; may lie outside of it."""
        return (on - self.plan.starts_on).days // 7 + 1 if self.plan is not None else 1

    def forecast(self, catalog: Catalog) -> Forecast | None:
        """Where the pace leads; None without a plan."""
        if self.plan is None:
            return None
        ground = self.ground(catalog)
        ends_on, is_interview = self.ends_on(self.plan)
        return forecast(
            [entry for entry in ground.undone if entry.week <= ground.last_week],
            catalog.tasks,
            self.logged(),
            starts_on=self.plan.starts_on,
            ends_on=ends_on,
            today=self.today,
            is_interview=is_interview,
        )

    def ends_on(self, plan: StudyPlan) -> tuple[date, bool]:
        """The last day of the plan, or the interview where it comes first; whether it is the interview."""
        end = date.fromordinal(plan.starts_on.toordinal() + 7 * len(plan.content_weeks) - 1)
        on = self.interview_on
        if on is not None and plan.starts_on <= on <= end:
            return on, True
        return end, False

    def ground(self, catalog: Catalog) -> Ground:
        """What bending the plan depends on; there must be one."""
        plan = cast(StudyPlan, self.plan)
        return Ground(
            shape=Shape(
                hours=plan.hours,
                interview_on=self.interview_on,
                content_weeks=tuple(plan.content_weeks),
                slots=self.slots,
            ),
            starts_on=plan.starts_on,
            today=self.today,
            tasks=catalog.tasks,
            loads=tuple(week.load for week in catalog.plans[plan.slug].weeks),
            tier_of=self._tiers(catalog),
            undone=self.undone(catalog),
            days_a_week=self.days_a_week,
            pace=self.pace(plan),
        )

    def pace(self, plan: StudyPlan) -> int | None:
        """Minutes a week of the last four weeks, or since the plan began; None in its first week."""
        days = min(LOOK_BACK_DAYS, (self.today - plan.starts_on).days + 1)
        if days < FEWEST_DAYS:
            return None
        first = date.fromordinal(self.today.toordinal() - days + 1)
        return sum(minutes_of(one) for one in self.pieces if first <= one.on <= self.today) * 7 // days

    def known(self, catalog: Catalog) -> Known:
        """What the bars depend on."""
        newest = self.attempts[0] if self.attempts else None
        told = [
            *self.told,
            *(
                Telling(int(item.removeprefix("story:")), on, GOOD)
                for item, on in self.remembered.items()
                if item.startswith("story:") and item.removeprefix("story:").isdecimal()
            ),
        ]
        return Known(
            today=self.today,
            target_level=self.target_level,
            said=_said(newest) if newest is not None else None,
            pieces=self.pieces,
            reviewed={item.partition(":")[2]: on for item, on in self.remembered.items()},
            stories=[_written(story) for story in self.stories],
            told=told,
            planned=self.planned(catalog),
            rung_of={
                slug: task.rung for slug, task in catalog.tasks.items() if isinstance(task, CodingProblem)
            },
            culture_tasks=frozenset(
                task
                for competency in catalog.competencies.values()
                if competency.dimension == "cultural"
                for task in competency.study
            ),
            principles=len(catalog.principles) or 16,
            scenarios=len(catalog.scenarios) or 5,
        )

    def planned(self, catalog: Catalog) -> dict[str, int]:
        """Activity to how many different tasks of it the plan holds."""
        found: dict[str, int] = {}
        for slug in {slot.task for slot in self.slots}:
            kind = kind_of(catalog.tasks[slug]) if slug in catalog.tasks else None
            if kind is not None:
                found[kind] = found.get(kind, 0) + 1
        return found

    def done_of_plan(self, catalog: Catalog) -> dict[str, int]:
        """Activity to how many different tasks of the plan were done, or solved before."""
        done = {piece.task for piece in self.pieces} | self.solved_before
        found: dict[str, int] = {}
        for slug in {slot.task for slot in self.slots} & done:
            kind = kind_of(catalog.tasks[slug]) if slug in catalog.tasks else None
            if kind is not None:
                found[kind] = found.get(kind, 0) + 1
        return found

    def _tiers(self, catalog: Catalog) -> dict[str, Tier]:
        lowest: dict[str, int] = {}
        for form in cast(Sequence[FormName], tuple(catalog.forms)):
            for item in catalog.forms[form].items:
                points = self.answers.get(item.slug)
                if points is not None:
                    lowest[item.competency] = min(points, lowest.get(item.competency, points))
        return {competency: tier_of(points) for competency, points in lowest.items()}


def minutes_of(piece: Piece) -> int:
    """As logged, or else as usual for its kind."""
    return piece.minutes or piece.number * USUAL_MINUTES.get(piece.activity, 0)


def _said(attempt: Attempt) -> Said:
    return Said(
        total=attempt.score or 0,
        technical=attempt.technical or 0,
        leadership=attempt.leadership or 0,
        cultural=attempt.cultural or 0,
    )


def _written(story: Story) -> Written:
    parts = (story.situation, story.task, story.action, story.result)
    return Written(
        story=cast(int, story.id),
        principles=tuple(story.principles or ()),
        scenario=story.scenario,
        scope=story.scope,
        filled=sum(bool(part.strip()) for part in parts),
    )
