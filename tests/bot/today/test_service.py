"""The use cases of the day's practice, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.today.answers import (
    DayOverError,
    NoListError,
    SwapRefusedError,
)
from bot.today.choice import PARTS
from bot.today.day import Today
from storage import practice
from tests.bot.today.conftest import Practice, done, tasks, tick
from tests.builders import ANA, BEN, NOON, TODAY

TOMORROW = TODAY + timedelta(days=1)


class TestShow:
    async def test_gives_one_of_each_part_from_this_week_and_the_same_again(self, diary: Practice) -> None:
        await diary.plan()

        first = await diary.service.show(ANA)
        diary.clock.move(hours=5)

        assert [line.part for line in first.lines] == list(PARTS)
        assert all(line.why.startswith(("for ", "from this week")) for line in first.lines)
        assert tasks(await diary.service.show(ANA)) == tasks(first)

    async def test_two_devices_and_the_reminder_at_once_get_one_list(self, diary: Practice) -> None:
        learner_id = await diary.plan()
        message = await diary.reminder(learner_id)

        first, second, drawn = await asyncio.gather(
            diary.service.show(ANA), diary.service.show(ANA), diary.service.drawn([message])
        )

        reminded = drawn[message.id or 0]
        assert isinstance(reminded, Today)
        assert tasks(first) == tasks(second) == tasks(reminded)

    async def test_without_a_plan_gives_three_starters(self, diary: Practice) -> None:
        today = await diary.service.show(BEN)

        assert [line.part for line in today.lines] == list(PARTS)
        assert (today.has_plan, today.has_result) == (False, False)

    async def test_on_home_only_what_has_been_chosen(self, diary: Practice) -> None:
        assert await diary.service.home(ANA) is None
        await diary.plan()
        assert await diary.service.home(ANA) is None

        shown = await diary.service.show(ANA)

        home = await diary.service.home(ANA)
        assert home is not None
        assert tasks(home) == tasks(shown)

    @pytest.mark.parametrize(
        ("hour", "minute", "ends_at", "day"),
        [(1, 30, 180, TODAY), (3, 0, 180, TOMORROW), (1, 30, 0, TOMORROW)],
    )
    async def test_a_day_ends_when_the_person_s_day_does(
        self, diary: Practice, hour: int, minute: int, ends_at: int, day: date
    ) -> None:
        learner_id = await diary.plan()
        await diary.set(learner_id, day_ends_at=ends_at)
        diary.clock.instant = datetime(2030, 3, 5, hour, minute, tzinfo=UTC)

        assert (await diary.service.show(ANA)).on == day

    async def test_counts_as_an_activity(self, diary: Practice) -> None:
        learner_id = await diary.plan()
        await diary.set(learner_id, silent_since=NOON)

        await diary.service.show(ANA)

        async with diary.database.read() as session:
            [learner] = (await practice.people(session, [learner_id])).values()
        assert learner.plan_id is not None
        message = await diary.reminder(learner_id)
        assert isinstance((await diary.service.drawn([message]))[message.id or 0], Today)


class TestTick:
    async def test_is_kept_with_the_practice_it_stands_for(self, diary: Practice) -> None:
        learner_id = await diary.learner()
        shown = await diary.service.show(ANA)

        assert done(await tick(diary, "coding", "story")) == ["coding", "story"]

        log = await diary.log(learner_id)
        assert {key: (entry.activity, entry.minutes, entry.task) for key, entry in log.items()} == {
            f"daily:{TODAY}:coding": ("coding", 30, tasks(shown)["coding"]),
            f"daily:{TODAY}:story": ("story", 15, tasks(shown)["story"]),
        }

    async def test_twice_is_once(self, diary: Practice) -> None:
        learner_id = await diary.learner()
        await diary.service.show(ANA)

        assert done(await tick(diary, "coding", "coding")) == ["coding"]
        assert len(await diary.log(learner_id)) == 1

    async def test_from_two_devices_at_once_is_once(self, diary: Practice) -> None:
        learner_id = await diary.learner()
        await diary.service.show(ANA)

        await asyncio.gather(*(tick(diary, part) for part in ("coding", "coding", "story")))

        assert set(await diary.log(learner_id)) == {f"daily:{TODAY}:coding", f"daily:{TODAY}:story"}

    async def test_taken_back_leaves_nothing_in_the_log(self, diary: Practice) -> None:
        learner_id = await diary.learner()
        await diary.service.show(ANA)
        await tick(diary, "coding")

        assert done(await tick(diary, "coding", is_done=False)) == []
        assert await diary.log(learner_id) == {}

    async def test_a_press_that_was_overtaken_takes_nothing_back(self, diary: Practice) -> None:
        await diary.learner()
        await diary.service.show(ANA)
        before = diary.clock() - timedelta(seconds=2)
        await tick(diary, "coding")

        changed = await diary.service.tick(ANA, TODAY, "coding", is_done=False, at=before)

        assert done(changed.today) == ["coding"]

    async def test_after_midnight_counts_for_the_list_s_own_day(self, diary: Practice) -> None:
        learner_id = await diary.learner()
        await diary.service.show(ANA)
        diary.clock.instant = datetime(2030, 3, 5, 1, 30, tzinfo=UTC)

        today = await tick(diary, "coding")

        assert not today.is_over
        assert [entry.local_date for entry in (await diary.log(learner_id)).values()] == [TODAY]

    @pytest.mark.parametrize("is_done", [True, False])
    async def test_can_be_corrected_for_a_week_and_no_longer(self, diary: Practice, is_done: bool) -> None:
        learner_id = await diary.learner()
        await diary.service.show(ANA)
        diary.clock.move(days=7)
        today = await tick(diary, "coding")
        assert today.is_over
        diary.clock.move(days=1)

        with pytest.raises(DayOverError, match="more than a week ago"):
            await tick(diary, "coding", is_done=is_done)

        assert len(await diary.log(learner_id)) == 1

    @pytest.mark.parametrize(
        ("on", "part"),
        [
            pytest.param(TODAY - timedelta(days=3), "coding", id="a date without a list"),
            pytest.param(TOMORROW, "coding", id="a date to come"),
            pytest.param(date.max, "coding", id="the end of time"),
            pytest.param(date.min, "coding", id="its beginning"),
            pytest.param(TODAY, "mock", id="a part that is none"),
            pytest.param(TODAY, "", id="no part"),
        ],
    )
    async def test_of_a_line_that_never_was_is_refused(self, diary: Practice, on: date, part: str) -> None:
        learner_id = await diary.learner()
        await diary.service.show(ANA)

        with pytest.raises(NoListError):
            await tick(diary, part, on=on)

        assert await diary.log(learner_id) == {}

    async def test_touches_one_s_own_list_only(self, diary: Practice) -> None:
        ben = await diary.learner(BEN)
        await diary.service.show(BEN)

        with pytest.raises(NoListError):
            await tick(diary, "coding")

        assert await diary.log(ben) == {}

    async def test_of_everything_counts_the_last_seven_days(self, diary: Practice) -> None:
        await diary.learner()
        await diary.service.show(ANA)
        await tick(diary, "coding", "story")
        diary.clock.move(days=6)
        await diary.service.show(ANA)

        today = await tick(diary, *PARTS, on=TODAY + timedelta(days=6))

        assert (today.is_all_done, today.minutes_done) == (True, 75)
        assert (today.done_before, today.minutes_before) == (2, 45)

    async def test_knows_the_messages_that_show_the_list(self, diary: Practice) -> None:
        learner_id = await diary.learner()
        await diary.service.show(ANA)
        await diary.arrived(await diary.reminder(learner_id), "1.1")
        await diary.arrived(await diary.reminder(learner_id, "snooze"), "2.2")
        await diary.reminder(learner_id, "evening")

        changed = await diary.service.tick(ANA, TODAY, "coding", is_done=True, at=NOON)

        assert [copy.ts for copy in changed.copies] == ["1.1", "2.2"]


class TestSwap:
    async def test_gives_another_once_a_day(self, diary: Practice) -> None:
        await diary.learner()
        shown = await diary.service.show(ANA)
        old = tasks(shown)["coding"]

        swapped = (await diary.service.swap(ANA, TODAY, "coding", old)).today

        assert tasks(swapped)["coding"] != old
        assert {part: task for part, task in tasks(swapped).items() if part != "coding"} == {
            part: task for part, task in tasks(shown).items() if part != "coding"
        }
        assert not swapped.can_swap
        with pytest.raises(SwapRefusedError, match="Tomorrow you can swap again"):
            await diary.service.swap(ANA, TODAY, "story", tasks(shown)["story"])
        diary.clock.move(days=1)
        assert (await diary.service.show(ANA)).can_swap

    async def test_pressed_twice_is_one_swap(self, diary: Practice) -> None:
        await diary.learner()
        old = tasks(await diary.service.show(ANA))["coding"]
        first = await diary.service.swap(ANA, TODAY, "coding", old)

        again = await diary.service.swap(ANA, TODAY, "coding", old)

        assert tasks(again.today) == tasks(first.today)

    @pytest.mark.parametrize("slug", ["lc-no-such-problem", "", "<!channel>", "concept-estimation"])
    async def test_of_a_task_that_is_not_on_the_list_is_refused(self, diary: Practice, slug: str) -> None:
        await diary.learner()
        shown = await diary.service.show(ANA)

        with pytest.raises(SwapRefusedError, match="not on your list any more"):
            await diary.service.swap(ANA, TODAY, "coding", slug)

        assert tasks(await diary.service.show(ANA)) == tasks(shown)

    async def test_of_what_is_done_is_refused(self, diary: Practice) -> None:
        await diary.learner()
        shown = await tick(diary, "coding") if await diary.service.show(ANA) else None
        assert shown is not None

        with pytest.raises(SwapRefusedError, match="done already"):
            await diary.service.swap(ANA, TODAY, "coding", tasks(shown)["coding"])

    async def test_of_a_day_that_is_over_is_refused(self, diary: Practice) -> None:
        await diary.learner()
        shown = await diary.service.show(ANA)
        diary.clock.move(days=1)

        with pytest.raises(DayOverError):
            await diary.service.swap(ANA, TODAY, "coding", tasks(shown)["coding"])

    async def test_where_there_is_no_other_is_refused(self, diary: Practice) -> None:
        catalog = diary.service.catalog
        only = {"lc-two-sum": catalog.tasks["lc-two-sum"]}
        small = replace(diary.service, catalog=replace(catalog, tasks=only, competencies={}))
        shown = await small.show(BEN)
        assert tasks(shown) == {"coding": "lc-two-sum"}

        with pytest.raises(SwapRefusedError, match="no other task"):
            await small.swap(BEN, TODAY, "coding", "lc-two-sum")
