"""Putting the day's list off, and putting it away, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.reminders.timing import slot
from bot.today.answers import (
    NoListError,
    SnoozeRefusedError,
)
from bot.today.choice import PARTS
from bot.today.service import MOVED, NOT_TODAY
from storage.models import OutboxState
from tests.bot.today.conftest import Practice, tick
from tests.builders import ANA, NOON, TODAY

TOMORROW = TODAY + timedelta(days=1)


class TestSnooze:
    @pytest.mark.parametrize(
        ("choice", "due_at"),
        [
            ("1h", NOON + timedelta(hours=1)),
            ("3h", NOON + timedelta(hours=3)),
            ("evening", datetime(2030, 3, 4, 20, tzinfo=UTC)),
        ],
    )
    async def test_owes_the_list_once_more(self, diary: Practice, choice: str, due_at: datetime) -> None:
        learner_id = await diary.learner()
        await diary.service.show(ANA)

        changed = await diary.service.snooze(ANA, TODAY, choice)

        [row] = await diary.owed(learner_id, "snooze")
        assert (row.idempotency_key, row.due_at, row.priority) == (
            f"snooze:{learner_id}:{TODAY}:1",
            due_at,
            1,
        )
        assert row.expires_at == slot(TOMORROW, 180, "UTC")
        assert changed.again_at == due_at
        assert diary.bell.rings == 1

    async def test_pressed_twice_is_one(self, diary: Practice) -> None:
        learner_id = await diary.learner()
        await diary.service.show(ANA)
        await diary.service.snooze(ANA, TODAY, "1h")
        diary.clock.move(seconds=3)

        await diary.service.snooze(ANA, TODAY, "1h")

        assert len(await diary.owed(learner_id, "snooze")) == 1

    async def test_another_time_takes_the_place_of_the_first(self, diary: Practice) -> None:
        learner_id = await diary.learner()
        await diary.service.show(ANA)
        await diary.service.snooze(ANA, TODAY, "1h")

        await diary.service.snooze(ANA, TODAY, "3h")

        states = [(row.state, row.reason) for row in await diary.owed(learner_id, "snooze")]
        assert states == [(OutboxState.SKIPPED, MOVED), (OutboxState.DUE, None)]

    async def test_three_times_and_no_more(self, diary: Practice) -> None:
        learner_id = await diary.learner()
        await diary.service.show(ANA)
        for _ in range(3):
            await diary.service.snooze(ANA, TODAY, "1h")
            diary.clock.move(minutes=61)

        with pytest.raises(SnoozeRefusedError, match="put off 3 times"):
            await diary.service.snooze(ANA, TODAY, "1h")

        assert len(await diary.owed(learner_id, "snooze")) == 3

    @pytest.mark.parametrize(
        ("hour", "choice", "words"),
        [
            pytest.param(21, "1h", "quiet hours", id="from ten on it is quiet"),
            pytest.param(20, "3h", "quiet hours", id="in the middle of it"),
            pytest.param(20, "evening", "has passed", id="the evening's time is now"),
            pytest.param(23, "evening", "has passed", id="the evening's time is over"),
        ],
    )
    async def test_not_into_quiet_hours_or_the_past(
        self, diary: Practice, hour: int, choice: str, words: str
    ) -> None:
        learner_id = await diary.learner()
        await diary.service.show(ANA)
        diary.clock.instant = NOON.replace(hour=hour)

        with pytest.raises(SnoozeRefusedError, match=words):
            await diary.service.snooze(ANA, TODAY, choice)

        assert await diary.owed(learner_id, "snooze") == []

    async def test_not_beyond_the_end_of_the_day(self, diary: Practice) -> None:
        learner_id = await diary.learner()
        await diary.set(learner_id, quiet_from=0, quiet_to=0)
        await diary.service.show(ANA)
        diary.clock.instant = datetime(2030, 3, 5, 1, tzinfo=UTC)
        await diary.service.snooze(ANA, TODAY, "1h")

        with pytest.raises(SnoozeRefusedError, match="Your day ends before that"):
            await diary.service.snooze(ANA, TODAY, "3h")

    async def test_not_when_all_is_done(self, diary: Practice) -> None:
        await diary.learner()
        await diary.service.show(ANA)
        await tick(diary, *PARTS)

        with pytest.raises(SnoozeRefusedError, match="All of today is done"):
            await diary.service.snooze(ANA, TODAY, "1h")

    @pytest.mark.parametrize("choice", ["", "5m", "1h;drop"])
    async def test_a_time_we_never_offered_is_refused(self, diary: Practice, choice: str) -> None:
        await diary.learner()
        await diary.service.show(ANA)

        with pytest.raises(NoListError):
            await diary.service.snooze(ANA, TODAY, choice)


class TestNotToday:
    async def test_drops_what_is_owed_and_keeps_the_evening_quiet(self, diary: Practice) -> None:
        learner_id = await diary.learner()
        await diary.set(learner_id, evening_on=True)
        await diary.service.show(ANA)
        await diary.service.snooze(ANA, TODAY, "1h")
        await diary.reminder(learner_id)

        await diary.service.not_today(ANA, TODAY)

        rows = await diary.owed(learner_id, "daily", "evening", "snooze")
        assert {(row.kind, row.state, row.reason) for row in rows} == {
            (kind, OutboxState.SKIPPED, NOT_TODAY) for kind in ("daily", "evening", "snooze")
        }

    async def test_before_the_reminder_came_it_does_not_come(self, diary: Practice) -> None:
        learner_id = await diary.learner()
        await diary.service.show(ANA)
        await diary.service.not_today(ANA, TODAY)

        row = await diary.reminder(learner_id)

        assert (row.state, row.reason) == (OutboxState.SKIPPED, NOT_TODAY)

    async def test_leaves_no_trace_of_kinds_that_are_off(self, diary: Practice) -> None:
        learner_id = await diary.learner()
        await diary.service.show(ANA)

        await diary.service.not_today(ANA, TODAY)

        assert [row.kind for row in await diary.owed(learner_id, "daily", "evening")] == ["daily"]

    async def test_twice_is_once_and_tomorrow_is_free(self, diary: Practice) -> None:
        learner_id = await diary.learner()
        await diary.service.show(ANA)
        await diary.service.not_today(ANA, TODAY)
        await diary.service.not_today(ANA, TODAY)

        assert len(await diary.owed(learner_id, "daily")) == 1
        assert await diary.owed(learner_id, "daily", on=TOMORROW) == []
