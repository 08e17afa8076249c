"""Ticked lines become cards: how they went, when they come back, and as what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.review.schedule import AGAIN, EASY, GOOD, HARD
from bot.today import views
from bot.today.answers import DayOverError, NoListError
from bot.today.day import Today
from content.loader import Catalog
from storage import reviews
from storage.models import ReviewCard
from tests.bot.surfaces import elements_of, problems_of_post
from tests.bot.today.conftest import Practice, tasks, tick
from tests.bot.today.test_listeners import practice_of, row
from tests.bot.today.test_views import a_day
from tests.builders import ANA, BEN, TODAY
from tests.dispatch import Dispatcher

DAY = timedelta(days=1)


async def card(diary: Practice, item: str) -> ReviewCard | None:
    learner_id = await diary.learner()
    async with diary.database.read() as session:
        return (await reviews.cards(session, learner_id, [item])).get(item)


async def rate(diary: Practice, part: str, rating: int) -> Today:
    return (await diary.service.rate(ANA, TODAY, part, rating)).today


def ratings(today: Today) -> dict[str, int | None]:
    return {line.part: line.rating for line in today.lines}


class TestTicks:
    async def test_a_problem_and_a_concept_come_back_a_story_task_does_not(self, diary: Practice) -> None:
        shown = await diary.service.show(ANA)

        today = await tick(diary, "coding", "concept", "story")

        slugs = tasks(shown)
        assert ratings(today) == {"coding": GOOD, "concept": GOOD, "story": None}
        assert ratings(await diary.service.show(ANA)) == ratings(today)
        for item in (f"problem:{slugs['coding']}", f"concept:{slugs['concept']}"):
            found = await card(diary, item)
            assert found is not None
            assert found.due_at.date() == TODAY + 2 * DAY

    async def test_twice_is_one_answer_and_taken_back_is_none(self, diary: Practice) -> None:
        item = f"problem:{tasks(await diary.service.show(ANA))['coding']}"
        await tick(diary, "coding", "coding")
        found = await card(diary, item)
        assert found is not None
        assert found.repetitions == 1

        today = await tick(diary, "coding", is_done=False)

        assert ratings(today)["coding"] is None
        assert await card(diary, item) is None

    async def test_the_last_word_on_how_it_went_counts(self, diary: Practice) -> None:
        item = f"problem:{tasks(await diary.service.show(ANA))['coding']}"
        await tick(diary, "coding")

        for rating in (AGAIN, EASY, EASY, HARD):
            assert ratings(await rate(diary, "coding", rating))["coding"] == rating

        found = await card(diary, item)
        assert found is not None
        assert (found.repetitions, found.due_at.date()) == (1, TODAY + DAY)

    async def test_what_is_not_ticked_or_never_comes_back_is_not_rated(self, diary: Practice) -> None:
        await diary.service.show(ANA)
        await tick(diary, "story")

        assert ratings(await rate(diary, "coding", EASY))["coding"] is None
        assert ratings(await rate(diary, "story", EASY))["story"] is None

    async def test_another_s_line_and_a_week_ago_are_refused(self, diary: Practice) -> None:
        await diary.service.show(ANA)
        await tick(diary, "coding")

        with pytest.raises(NoListError):
            await diary.service.rate(BEN, TODAY, "coding", EASY)
        diary.clock.move(days=8)
        with pytest.raises(DayOverError):
            await rate(diary, "coding", EASY)


class TestReviews:
    async def test_what_is_due_is_one_line_of_the_day_and_says_so(self, diary: Practice) -> None:
        await diary.plan()
        first = await diary.service.show(ANA)
        await tick(diary, "coding", "concept")
        diary.clock.move(days=4)

        today = await diary.service.show(ANA)

        # Both wait since the same day; the first by name is given.
        assert [line.why for line in today.lines if line.why.startswith("review")] == (
            ["review, last done 4 days ago"]
        )
        assert today.lines[1].slug == tasks(first)["concept"]
        assert today.lines[0].slug != tasks(first)["coding"]

    async def test_ticked_it_is_an_answer_and_taken_back_it_waits_again(self, diary: Practice) -> None:
        await diary.plan()
        item = f"concept:{tasks(await diary.service.show(ANA))['concept']}"
        await tick(diary, "concept")
        diary.clock.move(days=4)
        on = TODAY + 4 * DAY
        await diary.service.show(ANA)
        before = await card(diary, item)

        await tick(diary, "concept", on=on)
        answered = await card(diary, item)
        await tick(diary, "concept", on=on, is_done=False)

        assert answered is not None
        assert before is not None
        assert answered.due_at > before.due_at
        assert answered.repetitions == 2
        assert await card(diary, item) == before


class TestViews:
    def rated(self, rating: int = HARD) -> Today:
        today = a_day(["coding", "story"])
        return replace(today, lines=(replace(today.lines[0], rating=rating), *today.lines[1:]))

    def test_a_ticked_line_asks_how_it_went_and_marks_the_answer(self) -> None:
        post = views.list_post(self.rated())
        labels = [one["text"]["text"] for one in elements_of(post.blocks) if views.RATE in one["action_id"]]

        assert labels == ["Again", "✓ Hard", "Good", "Easy"]
        assert "done, it went: Hard." in post.text
        assert problems_of_post(post) == []

    @pytest.mark.parametrize("name", ["today.rate", "today.rate.", "today.rate.0", "today.rate.9", ""])
    def test_an_answer_we_never_drew_is_refused(self, name: str) -> None:
        with pytest.raises(NoListError):
            views.read_rating({"action_id": name})


class TestPress:
    async def test_redraws_the_list_and_home(self, slack: Dispatcher, catalog: Catalog) -> None:
        diary = practice_of(slack, catalog)
        await diary.service.show(ANA)
        await tick(diary, "coding")

        await slack.press(f"{views.RATE}.4", block_id=row("coding"))

        assert slack.acked_before == []
        assert "it went: Easy" in slack.said()
        assert slack.respond.call_args.kwargs["replace_original"] is True
        assert "✓ Easy" in str(slack.shown("views_publish"))
