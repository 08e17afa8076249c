"""Small pieces that many tests are put together from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from bot.assessment.profile import is_big_jump
from bot.assessment.scoring import Score, gaps, score
from bot.assessment.service import AssessmentService, Result
from bot.assessment.wizard import Profile, Wizard
from bot.members import Member
from bot.plan.planner import PlannedTask, build_plan, reachable_goals, scale_goals, split_time
from bot.plan.recommendation import recommend
from bot.plan.service import PlanOverview, Week
from bot.reminders.service import ReminderService
from content.loader import Catalog, FormName
from content.schema import Level
from storage.engine import Database
from storage.preferences import Defaults

NOON = datetime(2030, 3, 4, 12, tzinfo=UTC)
TODAY = NOON.date()
ANA = Member("T1", "U1")
BEN = Member("T1", "U2")


@dataclass
class MovingClock:
    """A `now` that a test moves."""

    instant: datetime = NOON

    def __call__(self) -> datetime:
        return self.instant

    def move(self, **by: float) -> None:
        """Move on, by arguments of timedelta."""
        self.instant += timedelta(**by)


@dataclass
class Bell:
    """Stands for delivery's `wake` and counts how often it was rung."""

    rings: int = field(default=0)

    def __call__(self) -> None:
        self.rings += 1


def a_reminder_service(database: Database, clock: MovingClock) -> ReminderService:
    """Reminders with the usual defaults, and nobody to wake."""
    return ReminderService(database, clock, Defaults(), Bell())


def a_profile(
    *,
    current_level: str = "manager-l6",
    target_level: str = "L6",
    interview_on: date | None = None,
    hours_per_week: int = 15,
    time_zone: str = "UTC",
) -> Profile:
    return Profile(
        current_level=current_level,
        target_level=target_level,
        interview_on=interview_on,
        hours_per_week=hours_per_week,
        time_zone=time_zone,
    )


def a_score(technical: int, leadership: int, cultural: int, total: int = 60) -> Score:
    return Score(
        total=total,
        dimensions={"technical": technical, "leadership": leadership, "cultural": cultural},
    )


def answers_to(
    catalog: Catalog, form: FormName = "quick", points: int | Callable[[str], int] = 3
) -> dict[str, int]:
    """An answer to every item, the same for all or by slug."""
    slugs = [item.slug for item in catalog.forms[form].items]
    return {slug: points if isinstance(points, int) else points(slug) for slug in slugs}


def a_result(
    catalog: Catalog,
    *,
    form: FormName = "quick",
    points: int | Callable[[str], int] = 3,
    profile: Profile | None = None,
    before: Score | None = None,
    today: date = TODAY,
) -> Result:
    """What a finished form leads to, without a database."""
    profile = profile or a_profile()
    answers = answers_to(catalog, form, points)
    items = catalog.forms[form].items
    scored = score(items, answers, catalog.competencies)
    band = catalog.band_of(scored.total)
    return Result(
        number=1 if before is None else 2,
        score=scored,
        band=band,
        before=before,
        before_on=NOON - timedelta(days=30) if before else None,
        gaps=gaps(items, answers, catalog.competencies, scored),
        profile=profile,
        recommendation=recommend(
            catalog.plans,
            band,
            hours=profile.hours_per_week,
            interview_on=profile.interview_on,
            today=today,
            is_big_jump=is_big_jump(profile),
        ),
    )


def an_overview(
    catalog: Catalog,
    slug: str = "six-week",
    *,
    points: int | Callable[[str], int] = 2,
    form: FormName = "complete",
    hours: int = 15,
    level: Level = "L6",
    weeks: int | None = None,
    today: date = TODAY,
    starts_on: date = TODAY,
    interview_on: date | None = None,
) -> PlanOverview:
    """A person's plan, without a database."""
    plan = catalog.plans[slug]
    result = a_result(catalog, form=form, points=points)
    split = split_time(result.score)
    built = build_plan(
        plan,
        weeks=weeks or len(plan.weeks),
        hours=hours,
        level=level,
        split=split,
        gaps=result.gaps,
        tasks=catalog.tasks,
    )
    number = (today - starts_on).days // 7 + 1
    return PlanOverview(
        plan_id=7,
        plan=plan,
        weeks=tuple(
            Week(
                number=week.number,
                content=plan.weeks[week.content_week],
                starts_on=starts_on + timedelta(days=7 * (week.number - 1)),
                goals=reachable_goals(
                    scale_goals(plan.weeks[week.content_week].goals, plan, hours), week.tasks
                ),
                tasks=tuple(_titled(task, catalog) for task in week.tasks),
                reading=tuple(catalog.texts[slug] for slug in plan.weeks[week.content_week].reading),
            )
            for week in built
        ),
        hours=hours,
        split=split,
        target_level=level,
        this_week=number if 1 <= number <= len(built) else None,
        today=today,
        interview_on=interview_on,
        is_current=True,
    )


def _titled(task: PlannedTask, catalog: Catalog) -> PlannedTask:
    """As the service shows it: with the gap's title instead of its slug."""
    gap = catalog.competencies.get(task.competency or "")
    return replace(task, competency=gap.title if gap else None)


async def finish_assessment(
    service: AssessmentService,
    member: Member = ANA,
    *,
    form: FormName = "quick",
    points: int | Callable[[str], int] = 3,
    profile: Profile | None = None,
) -> Result:
    """From nothing, or from the attempt before, to a scored attempt."""
    standing = await service.standing(member)
    wizard = Wizard(number=standing.next_number, form=form)
    await service.save_profile(member, wizard.at(1), profile or a_profile())
    answers: Mapping[str, int] = answers_to(service.catalog, form, points)
    last = len(service.pages(form))
    return await service.finish(member, replace(wizard, page=last, answers=answers))
