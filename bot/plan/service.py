"""Give a person the plan they chose, and show it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from bot.assessment.scoring import Score, gaps
from bot.clock import Now, local_date
from bot.errors import NoPlanError, OutdatedFormError
from bot.limits import DAY, PLANS_A_DAY, must_be_below
from bot.members import Member
from bot.plan.planner import PlannedTask, build_plan, reachable_goals, scale_goals, split_time
from bot.plan.recommendation import weeks_until
from bot.reminders.service import ReminderService
from content.loader import Catalog, FormName
from content.packs import ReferenceText
from content.schema import DIMENSIONS, Level, Plan, PlanWeek, Track, WeeklyGoals
from storage import attempts, learners, limits, outbox, plans, progress
from storage.engine import Database
from storage.models import Attempt, Learner, PlanChange, PlanTask, StudyPlan
from storage.plans import TaskRow

KIND = "plan"


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """How the plan was last bent to the date."""

    id: int
    way: str
    """more, fewer or later."""
    made_on: date
    hours: int
    """A week, since then."""
    moved: int
    """Tasks that were planned again."""
    dropped: int
    new_weeks: int
    can_undo: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Week:
    """One week of a person's plan, ready to be shown."""

    number: int
    content: PlanWeek
    starts_on: date
    goals: WeeklyGoals
    tasks: tuple[PlannedTask, ...]
    """Each with the title of the competency it is there for, not its slug."""
    reading: tuple[ReferenceText, ...]

    @property
    def minutes(self) -> int:
        return sum(task.minutes for task in self.tasks)


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanOverview:
    """A person's plan. `this_week` is None before it starts or when it is over."""

    plan_id: int
    plan: Plan
    weeks: tuple[Week, ...]
    hours: int
    split: Mapping[Track, int]
    target_level: str
    this_week: int | None
    today: date
    interview_on: date | None
    is_current: bool
    change: Change | None = None
    """The last change that holds, where it was asked for."""

    @property
    def ends_on(self) -> date:
        """The last day of the last week, or the interview when it is within that week."""
        last = self.weeks[-1].starts_on
        if self.interview_on is not None and last <= self.interview_on <= last + timedelta(days=6):
            return self.interview_on
        return last + timedelta(days=6)

    @property
    def is_after_interview(self) -> bool:
        return self.interview_on is not None and self.starts_on <= self.interview_on < self.today

    @property
    def starts_on(self) -> date:
        return self.weeks[0].starts_on


@dataclass(frozen=True, slots=True)
class PlanService:
    """The use cases of the plan."""

    catalog: Catalog
    database: Database
    now: Now
    wake_delivery: Callable[[], None]
    reminders: ReminderService

    async def choose(self, member: Member, attempt_number: int, slug: str) -> bool:
        """
        Store the plan and owe its message; False when it is the person's plan already.

        Raises OutdatedFormError when the attempt or the plan does not exist.
        """
        plan = self.catalog.plans.get(slug)
        now = self.now()
        async with self.database.write() as session:
            learner = await learners.ensure(session, member.team_id, member.user_id, now=now)
            learner_id = cast(int, learner.id)
            attempt = await attempts.find(session, learner_id, attempt_number)
            if plan is None or attempt is None or attempt.finished_at is None or learner.profile_at is None:
                raise OutdatedFormError(
                    "This result is no longer there. Type `/prep assess` to find out where you stand today."
                )
            current = await plans.current(session, learner_id)
            if current is not None and (current.attempt_id, current.slug) == (attempt.id, slug):
                return False
            taken = await limits.study_plans(session, learner_id, now - DAY)
            must_be_below("plans", taken, PLANS_A_DAY)
            answers = await attempts.answers(session, cast(int, attempt.id))
            await plans.end_current(session, learner_id, now=now)
            today = local_date(now, str(learner.time_zone))
            row, tasks = self._draft(
                plan,
                attempt,
                answers,
                starts_on=today,
                weeks_left=weeks_until(learner.interview_on, today),
                hours=cast(int, learner.hours_per_week),
                level=cast(Level, learner.target_level),
            )
            row.created_at = now
            stored = await plans.add(session, row, tasks)
            await self.reminders.begin(session, learner, now=now)
            draft = outbox.Draft(
                idempotency_key=f"plan:{stored.id}",
                team_id=member.team_id,
                learner_id=learner_id,
                kind=KIND,
                due_at=now,
                payload={"plan_id": stored.id},
            )
            await outbox.enqueue(session, draft, now=now)
        self.wake_delivery()
        return True

    def _draft(
        self,
        plan: Plan,
        attempt: Attempt,
        answers: Mapping[str, int],
        *,
        starts_on: date,
        weeks_left: int | None,
        hours: int,
        level: Level,
    ) -> tuple[StudyPlan, list[PlanTask]]:
        form = self.catalog.forms[cast(FormName, attempt.form)]
        items = [item for item in form.items if item.slug in answers]
        scored = Score(
            total=cast(int, attempt.score),
            dimensions={name: cast(int, getattr(attempt, name)) for name in DIMENSIONS},
        )
        split = split_time(scored)
        built = build_plan(
            plan,
            weeks=len(plan.weeks) if weeks_left is None else weeks_left,
            hours=hours,
            level=level,
            split=split,
            gaps=gaps(items, answers, self.catalog.competencies, scored),
            tasks=self.catalog.tasks,
        )
        row = StudyPlan(
            learner_id=attempt.learner_id,
            attempt_id=cast(int, attempt.id),
            slug=plan.slug,
            content_version=self.catalog.version,
            starts_on=starts_on,
            content_weeks=[week.content_week for week in built],
            hours=hours,
            target_level=level,
            split={str(track): share for track, share in split.items()},
        )
        tasks = [
            PlanTask(
                plan_id=0,
                week=week.number,
                position=position,
                task=planned.task.slug,
                times=planned.times,
                competency=planned.competency,
            )
            for week in built
            for position, planned in enumerate(week.tasks, start=1)
        ]
        return row, tasks

    async def overview(self, member: Member, *, with_change: bool = False) -> PlanOverview | None:
        """The person's current plan; how it was last bent is read only if asked for."""
        async with self.database.read() as session:
            learner = await learners.find(session, member.team_id, member.user_id)
            if learner is None or learner.id is None:
                return None
            row = await plans.current(session, learner.id)
            if row is None:
                return None
            tasks = await plans.tasks_of(session, cast(int, row.id))
            change = await progress.newest_change(session, cast(int, row.id)) if with_change else None
        return self.laid_out(row, tasks, str(learner.time_zone), learner.interview_on, change)

    async def overview_of(self, plan_id: int, member: Member | None = None) -> PlanOverview:
        """A plan by our id, current or not; for a member only if it is theirs, else NoPlanError."""
        async with self.database.read() as session:
            row = await plans.find(session, plan_id)
            learner = await learners.get(session, row.learner_id) if row is not None else None
            if row is None or learner is None or not _is(learner, member):
                raise NoPlanError("This plan is no longer there. Type `/prep assess` to get a new one.")
            tasks = await plans.tasks_of(session, plan_id)
            change = await progress.newest_change(session, plan_id)
        return self.laid_out(row, tasks, str(learner.time_zone), learner.interview_on, change)

    def laid_out(
        self,
        row: StudyPlan,
        rows: Sequence[PlanTask | TaskRow],
        time_zone: str,
        interview_on: date | None,
        change: PlanChange | None = None,
    ) -> PlanOverview:
        """A stored plan with its tasks, as it is shown today in the person's zone."""
        plan = self.catalog.plans[row.slug]
        today = local_date(self.now(), time_zone)
        number = (today - row.starts_on).days // 7 + 1
        by_week: dict[int, list[PlannedTask]] = {}
        for task in rows:
            known = self.catalog.tasks.get(task.task)
            if known is not None:
                gap = self.catalog.competencies.get(task.competency or "")
                shown = PlannedTask(known, task.times, gap.title if gap else None)
                by_week.setdefault(task.week, []).append(shown)
        weeks = tuple(
            Week(
                number=position,
                content=plan.weeks[index],
                starts_on=row.starts_on + timedelta(days=7 * (position - 1)),
                goals=reachable_goals(
                    scale_goals(plan.weeks[index].goals, plan, row.hours), by_week.get(position, ())
                ),
                tasks=tuple(by_week.get(position, ())),
                reading=tuple(
                    self.catalog.texts[slug]
                    for slug in plan.weeks[index].reading
                    if slug in self.catalog.texts
                ),
            )
            for position, index in enumerate(row.content_weeks, start=1)
        )
        return PlanOverview(
            plan_id=cast(int, row.id),
            plan=plan,
            weeks=weeks,
            hours=row.hours,
            split=cast(Mapping[Track, int], row.split),
            target_level=row.target_level,
            this_week=number if 1 <= number <= len(weeks) else None,
            today=today,
            interview_on=interview_on,
            is_current=row.ended_at is None,
            change=_change(change, time_zone, number) if change is not None else None,
        )


def _change(change: PlanChange, time_zone: str, this_week: int) -> Change:
    after = change.after
    return Change(
        id=cast(int, change.id),
        way=change.way,
        made_on=local_date(change.made_at, time_zone),
        hours=int(after["hours"]),
        moved=len(after["moved"]),
        dropped=len(after["dropped"]),
        new_weeks=int(after["new_weeks"]),
        # Finished weeks stay as they are.
        can_undo=int(after["changes_from"]) >= this_week,
    )


def _is(learner: Learner, member: Member | None) -> bool:
    return member is None or (learner.team_id, learner.user_id) == (member.team_id, member.user_id)
