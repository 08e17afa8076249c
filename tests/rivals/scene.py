"""A Friday afternoon on which three people of a group could press anything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import cast

from sqlmodel import col, select

from bot.assessment.wizard import Wizard
from bot.groups.schedule import Schedule
from bot.members import Member
from bot.preferences.choices import Choices
from bot.progress.bending import Preview
from bot.progress.outcomes import KIND as OUTCOME
from bot.review.sitting import Sitting, Table
from bot.stories.draft import Draft, hashes
from bot.stories.kept import reference
from bot.stories.service import Opened
from bot.today.day import Today
from storage.models import CheckIn, LogEntry, OutboxMessage, PlanChange, StoryShare
from tests.bot.checkins.weeks import an_answer
from tests.bot.stories.samples import MIGRATION
from tests.builders import ANA, BEN, NOON, MovingClock, a_profile, finish_assessment
from tests.rivals.crew import Crew

CLEO = Member("T1", "U3")
DAN = Member("T1", "U4")
"""Nobody knows him yet."""
CHANNEL = "C1"
FRIDAY = date(2030, 3, 8)
AT_FOUR = Schedule(5, 16 * 60, "UTC", 48)
LESSONS = ("concept:concept-estimation", "problem:lc-two-sum")


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What the people see, and press on."""

    today: Today
    entry: int
    story: str
    share: str
    opened: Opened
    group: int
    sitting: Sitting
    later: Preview
    change: int
    wizard: Wizard
    choices: Choices
    now: datetime


async def prepare(crew: Crew, clock: MovingClock) -> Scene:
    """Everybody's week up to that afternoon."""
    clock.instant = NOON
    await _plans(crew)
    story = (await crew.stories.save(ANA, Opened(base=hashes(Draft())), MIGRATION, "view:V1")).story
    await crew.sharing.share(ANA, story.ref, BEN.user_id)
    for lesson in LESSONS:
        await crew.review.add(ANA, lesson)
    group = await crew.groups.start(ANA, CHANNEL, "prep", AT_FOUR)
    for member in (BEN, CLEO):
        await crew.groups.join(member, group.group_id)
    await _look(crew)
    clock.instant = datetime.combine(FRIDAY, NOON.time().replace(hour=16, minute=1), NOON.tzinfo)
    await _look(crew)
    clock.move(hours=1)
    await crew.checkins.answer(BEN, FRIDAY, an_answer())
    await crew.practice_log.type(ANA, "2 coding", "typed:1")
    await crew.timers.start(ANA, 30, "coding", "timer:1")
    today = await crew.today.show(ANA)
    more = (await crew.bending.previews(ANA))["more"]
    change = cast(int, (await crew.bending.apply(ANA, "more", more.base)).change_id)
    standing = await crew.assessment.standing(ANA)
    wizard = Wizard(number=standing.next_number, form="quick")
    await crew.assessment.save_profile(ANA, wizard.at(1), a_profile())
    await _look(crew)
    await _leave_something_to_do(crew, clock)
    screen = await crew.review.begin(ANA)
    assert isinstance(screen, Table)
    later = (await crew.bending.previews(ANA))["later"]
    async with crew.database.read() as session:
        entry = (await session.exec(select(LogEntry).where(LogEntry.key == "typed:1:0"))).one()
        share = (await session.exec(select(StoryShare))).one()
        assert (await session.exec(select(PlanChange).where(PlanChange.id == change))).one()
        assert len((await session.exec(select(CheckIn))).all()) >= 1
        asked = select(OutboxMessage).where(col(OutboxMessage.kind) == OUTCOME)
        assert (await session.exec(asked)).one()
    return Scene(
        today=today,
        entry=cast(int, entry.id),
        story=story.ref,
        share=reference(cast(int, share.id), story.key),
        opened=Opened(key=story.key, revision=story.revision, base=hashes(story.draft)),
        group=group.group_id,
        sitting=screen.sitting,
        later=later,
        change=change,
        wizard=wizard,
        choices=(await crew.preferences.current(ANA)).choices,
        now=clock(),
    )


async def _plans(crew: Crew) -> None:
    for member, interview in ((ANA, None), (BEN, FRIDAY - timedelta(days=1)), (CLEO, None)):
        await finish_assessment(crew.assessment, member, points=2, profile=a_profile(interview_on=interview))
        await crew.plan.choose(member, 1, "six-week")


async def _leave_something_to_do(crew: Crew, clock: MovingClock) -> None:
    """A reminder to decide, and two messages to send."""
    current = (await crew.preferences.current(ANA)).choices
    soon = replace(current, evening_on=True, evening_at=clock().hour * 60 + 5)
    await crew.preferences.save(ANA, soon)
    clock.move(minutes=10)
    for member in (ANA, BEN):
        await crew.menu.owe_answer(member, f"Ev-{member.user_id}", f"D-{member.user_id}", "plan")


async def _look(crew: Crew) -> None:
    """A tick, and everything that was owed is sent."""
    await crew.coach.tick()
    await crew.coach.delivery.drain()
