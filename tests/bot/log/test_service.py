"""Logging, correcting, undoing; what is on the day's list follows; what was solved before is not given."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.log.entries import Entry, GoneError, LogError
from bot.log.week import against_goals
from bot.review.schedule import GOOD
from storage import learners, preferences
from storage.models import CheckIn, OutboxState
from storage.outbox import Draft, enqueue
from tests.bot.log.conftest import Desk
from tests.builders import ANA, BEN, NOON, TODAY

YESTERDAY = TODAY - timedelta(days=1)


class TestLogging:
    async def test_stores_each_item_for_its_day(self, desk: Desk) -> None:
        await desk.type("2 coding, 1 design 45m, mock 4/5 1h")

        rows = await desk.entries()
        assert [(row.activity, row.count, row.minutes, row.rating, row.local_date) for row in rows] == [
            ("coding", 2, 0, None, TODAY),
            ("design", 1, 45, None, TODAY),
            ("mock", 1, 60, 4, TODAY),
        ]

    async def test_the_same_command_is_logged_once_and_another_again(self, desk: Desk) -> None:
        first = await desk.type("2 coding, 1 story", "log:a")
        again = await desk.type("2 coding, 1 story", "log:a")
        assert again.entries == first.entries
        assert len(await desk.entries()) == 2

        await desk.type("2 coding, 1 story", "log:b")
        assert len(await desk.entries()) == 4

    async def test_nothing_is_stored_where_one_item_is_not_understood(self, desk: Desk) -> None:
        with pytest.raises(LogError):
            await desk.type("2 coding, 3 bananas")

        assert await desk.entries() == []

    async def test_before_three_it_is_still_yesterday(self, desk: Desk) -> None:
        desk.clock.move(hours=13)

        await desk.type("1 coding")

        assert [row.local_date for row in await desk.entries()] == [TODAY]

    async def test_is_an_activity(self, desk: Desk) -> None:
        await desk.set(silent_since=NOON)

        await desk.type("1 coding")

        learner_id = await desk.learner()
        async with desk.database.read() as session:
            own = await preferences.get(session, learner_id)
        assert own is not None
        assert (own.silent_since, own.active_at) == (None, NOON)

    async def test_senseless_entries_of_a_form_are_refused(self, desk: Desk) -> None:
        tomorrow = Entry(activity="coding", on=TODAY + timedelta(days=1))
        with pytest.raises(LogError, match="still ahead"):
            await desk.service.add(ANA, [tomorrow], "log:x")

        assert await desk.entries() == []


class TestTotals:
    async def test_are_those_of_today_and_of_the_week_from_monday(self, desk: Desk) -> None:
        desk.clock.move(days=2)
        await desk.type("3 coding -2d, 1 coding -3d", "log:1")
        totals = (await desk.type("2 coding 40m, 2 cards", "log:2")).totals

        assert (totals.day.counts, totals.day.minutes) == ({"coding": 2, "concept": 2}, 40)
        assert against_goals(totals.week, totals.done) == [
            "0 of 2 full designs",
            "5 of 10 coding problems",
            "0 of 3 stories",
            "0 of 1 mock interview",
            "2 design concepts",
        ]

    async def test_are_against_the_week_of_the_plan(self, desk: Desk) -> None:
        await desk.plan()
        desk.clock.move(days=9)

        week = (await desk.type("1 coding")).totals.week

        plan = await desk.service.plan.overview(ANA)
        assert plan is not None
        assert week.is_of_plan
        assert week.from_on == TODAY + timedelta(days=7)
        assert week.goals.coding == plan.weeks[1].goals.coding

    async def test_goals_of_the_last_check_in_go_before(self, desk: Desk) -> None:
        row = CheckIn(
            learner_id=await desk.learner(),
            from_on=TODAY - timedelta(days=9),
            to_on=TODAY - timedelta(days=3),
            goals={},
            next_goals={"coding": 4},
            answered_at=NOON,
            created_at=NOON,
        )
        async with desk.database.write() as session:
            session.add(row)

        assert (await desk.type("1 coding")).totals.week.goals.coding == 4

    async def test_know_the_streak(self, desk: Desk) -> None:
        await desk.type("1 coding yesterday", "log:1")

        found = (await desk.type("1 story", "log:2")).totals.standing

        assert (found.days, found.strength) == (2, 10)

    async def test_rest_days_holidays_pauses_and_traces_break_no_streak(self, desk: Desk) -> None:
        await desk.set(days=[1, 2, 3, 4, 5], country="PT")
        learner_id = await desk.learner()
        async with desk.database.write() as session:
            draft = Draft(
                idempotency_key="daily:1:2030-02-28",
                team_id="T1",
                learner_id=learner_id,
                kind="daily",
                local_date=date(2030, 2, 28),
                due_at=NOON,
                state=OutboxState.SKIPPED,
                reason="you paused your reminders",
            )
            await enqueue(session, draft, now=NOON)
        # Thursday was paused, on Saturday and Sunday they rest; on Tuesday 5 March it is carnival.
        await desk.type("1 coding 2030-02-27", "log:1")
        await desk.type("1 coding 2030-03-01", "log:2")
        found = (await desk.type("1 coding", "log:3")).totals.standing

        assert found.days == 3

    async def test_a_pause_that_lasts_is_rest(self, desk: Desk) -> None:
        await desk.type("1 coding yesterday", "log:1")
        await desk.set(paused_at=NOON)
        desk.clock.move(days=5)

        assert (await desk.service.diary(ANA)).totals.standing.days == 1


class TestTheDaysList:
    async def test_is_ticked_by_its_task_and_unticked_by_undo(self, desk: Desk) -> None:
        await desk.give("coding", "lc-two-sum")

        logged = await desk.type("1 coding two sum")
        assert [(line.part, line.is_done) for line in logged.lines] == [("coding", True)]
        assert await desk.is_ticked("coding")

        undone = await desk.service.undo(ANA, logged.source)
        assert [(line.part, line.is_done) for line in undone.diary.lines] == [("coding", False)]
        assert not await desk.is_ticked("coding")

    async def test_its_card_comes_back_and_goes_again_with_it(self, desk: Desk) -> None:
        await desk.give("coding", "lc-two-sum")

        logged = await desk.type("1 coding two sum")
        assert await desk.answers() == [("problem:lc-two-sum", f"daily:{TODAY}:coding", GOOD)]
        await desk.type("1 coding two sum", "log:again")
        assert len(await desk.answers()) == 1

        await desk.service.undo(ANA, "log:again")
        assert len(await desk.answers()) == 1, "it is still in the log"
        await desk.service.undo(ANA, logged.source)
        assert await desk.answers() == []
        assert await desk.cards() == []

    async def test_of_another_day_is_not(self, desk: Desk) -> None:
        await desk.give("coding", "lc-two-sum")

        await desk.type("1 coding two sum yesterday")

        assert not await desk.is_ticked("coding")

    async def test_its_tick_is_in_the_log_and_removing_it_unticks(self, desk: Desk) -> None:
        await desk.give("coding", "lc-two-sum")
        await desk.today.tick(ANA, TODAY, "coding", is_done=True, at=NOON)
        shown = (await desk.service.diary(ANA)).recent[0]
        assert (shown.title, shown.is_tick) == ("Two Sum", True)

        await desk.service.remove(ANA, shown.entry_id)

        assert await desk.entries() == []
        assert not await desk.is_ticked("coding")

    async def test_of_a_tick_only_the_minutes_change(self, desk: Desk) -> None:
        await desk.give("coding", "lc-two-sum")
        await desk.today.tick(ANA, TODAY, "coding", is_done=True, at=NOON)
        shown = (await desk.service.diary(ANA)).recent[0]

        await desk.service.change(ANA, shown.entry_id, Entry(activity="story", on=YESTERDAY, minutes=50))

        [row] = await desk.entries()
        assert (row.activity, row.local_date, row.task, row.minutes) == ("coding", TODAY, "lc-two-sum", 50)


class TestCorrecting:
    async def test_shows_seven_days_the_newest_first(self, desk: Desk) -> None:
        await desk.type("1 coding -7d", "log:1")
        await desk.type("1 story -6d, 1 design yesterday", "log:2")

        recent = (await desk.service.diary(ANA)).recent

        assert [(shown.activity, (TODAY - shown.on).days) for shown in recent] == [
            ("design", 1),
            ("story", 6),
        ]

    async def test_changes_everything_of_an_entry(self, desk: Desk) -> None:
        entry_id = (await desk.type("2 coding")).entries[0].entry_id

        diary = await desk.service.change(
            ANA, entry_id, Entry(activity="mock", on=YESTERDAY, minutes=60, rating=3)
        )

        [shown] = diary.recent
        assert (shown.activity, shown.count, shown.minutes, shown.rating, shown.on) == (
            "mock",
            1,
            60,
            3,
            YESTERDAY,
        )

    async def test_follows_on_the_lists_of_both_days(self, desk: Desk) -> None:
        await desk.give("coding", "lc-two-sum")
        await desk.give("coding", "lc-two-sum", YESTERDAY)
        entry_id = (await desk.type("1 coding two sum")).entries[0].entry_id

        moved = Entry(activity="coding", on=YESTERDAY, task="lc-two-sum")
        await desk.service.change(ANA, entry_id, moved)

        assert not await desk.is_ticked("coding")
        assert await desk.is_ticked("coding", YESTERDAY)

    async def test_what_was_removed_elsewhere_is_told(self, desk: Desk) -> None:
        entry_id = (await desk.type("2 coding")).entries[0].entry_id
        await desk.service.remove(ANA, entry_id)
        await desk.service.remove(ANA, entry_id)

        with pytest.raises(GoneError):
            await desk.service.change(ANA, entry_id, Entry(activity="coding", on=TODAY))
        with pytest.raises(GoneError):
            await desk.service.changing(ANA, entry_id)

    async def test_ends_after_seven_days(self, desk: Desk) -> None:
        logged = await desk.type("2 coding")
        desk.clock.move(days=8)

        with pytest.raises(GoneError):
            await desk.service.remove(ANA, logged.entries[0].entry_id)
        with pytest.raises(GoneError):
            await desk.service.undo(ANA, logged.source)
        with pytest.raises(GoneError):
            await desk.service.change(ANA, logged.entries[0].entry_id, Entry(activity="coding", on=TODAY))
        assert len(await desk.entries()) == 1

    async def test_does_not_reach_another_persons_log(self, desk: Desk) -> None:
        logged = await desk.type("2 coding")
        entry_id = logged.entries[0].entry_id
        await desk.learner(BEN)

        await desk.service.remove(BEN, entry_id)
        await desk.service.undo(BEN, logged.source)
        with pytest.raises(GoneError):
            await desk.service.change(BEN, entry_id, Entry(activity="coding", on=TODAY, count=9))

        assert [row.count for row in await desk.entries()] == [2]

    async def test_of_somebody_forgotten_since_keeps_nothing_of_them(self, desk: Desk) -> None:
        entry = Entry(activity="coding", on=TODAY, count=9)
        for press in (
            desk.service.remove(BEN, 1),
            desk.service.undo(BEN, "log:1"),
            desk.service.change(BEN, 1, entry),
        ):
            with pytest.raises(GoneError):
                await press

        async with desk.database.read() as session:
            assert await learners.find(session, BEN.team_id, BEN.user_id) is None

    async def test_undo_takes_back_what_came_together_and_no_more(self, desk: Desk) -> None:
        await desk.type("1 story", "log:1")
        await desk.type("2 coding, 1 design", "log:11")

        undone = await desk.service.undo(ANA, "log:1")
        assert [shown.activity for shown in undone.entries] == ["story"]
        assert (await desk.service.undo(ANA, "log:1")).entries == ()
        for hostile in ("", "log:%", "log:1_", "daily"):
            await desk.service.undo(ANA, hostile)

        assert [row.activity for row in await desk.entries()] == ["coding", "design"]


class TestSolvedBefore:
    async def test_is_never_given_and_is_no_practice(self, desk: Desk) -> None:
        shown = await desk.today.show(BEN)
        first = next(line.slug for line in shown.lines if line.part == "coding")

        await desk.service.know(ANA, first, is_known=True)
        await desk.service.know(ANA, first, is_known=True)

        theirs = await desk.today.show(ANA)
        assert first not in {line.slug for line in theirs.lines}
        assert await desk.entries() == []

    async def test_can_be_taken_back(self, desk: Desk) -> None:
        shown = await desk.today.show(BEN)
        first = next(line.slug for line in shown.lines if line.part == "coding")
        await desk.service.know(ANA, first, is_known=True)

        await desk.service.know(ANA, first, is_known=False)

        assert first in {line.slug for line in (await desk.today.show(ANA)).lines}

    @pytest.mark.parametrize("slug", ["", "gone", "concept-quorums", "<!channel>"])
    async def test_is_for_problems_only(self, desk: Desk, slug: str) -> None:
        with pytest.raises(GoneError):
            await desk.service.know(ANA, slug, is_known=True)

    async def test_on_the_list_makes_place_for_another_and_costs_no_swap(self, desk: Desk) -> None:
        shown = await desk.today.show(ANA)
        first = next(line.slug for line in shown.lines if line.part == "coding")

        once = await desk.today.swap(ANA, TODAY, "coding", first, was_known=True)
        again = await desk.today.swap(ANA, TODAY, "coding", first, was_known=True)

        second = next(line.slug for line in once.today.lines if line.part == "coding")
        assert second != first
        assert again.today.lines == once.today.lines
        assert again.today.can_swap
        other = await desk.today.swap(ANA, TODAY, "coding", second)
        third = next(line.slug for line in other.today.lines if line.part == "coding")
        assert third not in (first, second)
        assert not other.today.can_swap
        last = await desk.today.swap(ANA, TODAY, "coding", third, was_known=True)
        assert next(line.slug for line in last.today.lines if line.part == "coding") != third

    async def test_marked_in_its_lesson_it_still_goes_from_the_list(self, desk: Desk) -> None:
        shown = await desk.today.show(ANA)
        first = next(line.slug for line in shown.lines if line.part == "coding")
        await desk.service.know(ANA, first, is_known=True)

        changed = await desk.today.swap(ANA, TODAY, "coding", first, was_known=True)

        assert first not in {line.slug for line in changed.today.lines}
