"""The line about stories in the day's list, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

from bot.today import views
from bot.today.day import Today
from bot.today.rendering import draw
from storage.models import Learner, Rehearsal, Story
from tests.bot.today.conftest import Practice
from tests.builders import ANA, BEN, NOON, TODAY

NEXT_DAYS = [TODAY + timedelta(days=days) for days in range(6)]


async def add_story(
    diary: Practice, learner_id: int, title: str = "Migration", *, told_days_ago: int
) -> None:
    async with diary.database.write() as session:
        story = Story(
            learner_id=learner_id,
            key=title,
            title=title,
            principles=["ownership"],
            scope="L6",
            created_at=NOON,
            updated_at=NOON,
        )
        session.add(story)
        await session.flush()
        for days in (told_days_ago, told_days_ago + 9):
            told_at = NOON - timedelta(days=days)
            session.add(Rehearsal(story_id=story.id or 0, key=str(days), told_at=told_at, rating=3))


async def nudges(diary: Practice, *learner_ids: int, days: list[date] = NEXT_DAYS) -> list[str]:
    """What the reminders of these days say."""
    messages = [await diary.reminder(one, on=on) for one in learner_ids for on in days]
    lists = [one for one in (await diary.service.drawn(messages)).values() if isinstance(one, Today)]
    assert len(lists) == len(messages)
    return [one.nudge for one in lists if one.nudge is not None]


async def test_says_what_is_missing_and_what_waits_on_two_days_of_six(diary: Practice) -> None:
    ana, ben = await diary.plan(ANA), await diary.plan(BEN)
    await add_story(diary, ana, told_days_ago=30)

    said = []
    for on in NEXT_DAYS:
        said += await nudges(diary, ana, ben, days=[on])

    assert len(said) == 2
    assert sum(line.startswith("You last told “Migration” 3") for line in said) == 1
    assert sum(line.startswith("No story yet for") for line in said) == 1


async def test_is_nobodys_who_has_no_story(diary: Practice) -> None:
    assert await nudges(diary, await diary.plan()) == []


async def test_says_nothing_new_right_before_the_interview(diary: Practice) -> None:
    ana = await diary.plan()
    await add_story(diary, ana, told_days_ago=30)
    async with diary.database.write() as session:
        learner = await session.get_one(Learner, ana)
        learner.interview_on = TODAY + timedelta(days=2)
        session.add(learner)

    assert await nudges(diary, ana, days=NEXT_DAYS[:3]) == []


async def test_is_shown_escaped_and_said_aloud(diary: Practice) -> None:
    ana = await diary.plan()
    await add_story(diary, ana, "<!channel> & =cmd()", told_days_ago=30)

    for on in NEXT_DAYS:
        [drawn] = (await diary.service.drawn([await diary.reminder(ana, on=on)])).values()
        assert isinstance(drawn, Today)
        post = draw(drawn)
        assert post == views.list_post(drawn)
        assert "<!" not in str(post)
        if drawn.nudge and "last told" in drawn.nudge:
            assert "“&lt;!channel&gt; &amp; =cmd()”" in views.list_post(drawn).text
            return
    raise AssertionError("no line in six days")
