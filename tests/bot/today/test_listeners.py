"""The day's practice as Slack sees it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.members import Member
from bot.reminders.service import ReminderService
from bot.today import views
from bot.today.service import TodayService
from content.loader import Catalog
from storage.preferences import Defaults
from tests.bot.plan.test_listeners import give_plan
from tests.bot.surfaces import words_of
from tests.bot.today.conftest import Practice
from tests.builders import ANA, BEN, TODAY, Bell
from tests.dispatch import Dispatcher, block_actions, refusal

HOME = {"id": "V1", "type": "home"}
WINDOW = {"id": "V2", "type": "modal"}


def row(part: str, on: object = TODAY) -> str:
    return f"today.{on}.{part}.01"


def practice_of(slack: Dispatcher, catalog: Catalog) -> Practice:
    """The service on the app's database."""
    database, bell = slack.coach.database, Bell()
    reminders = ReminderService(database, slack.clock, Defaults(), Bell())
    service = TodayService(catalog, database, slack.clock, reminders, bell)
    return Practice(service, database, slack.clock, bell)


@pytest.fixture
async def diary(slack: Dispatcher, catalog: Catalog) -> Practice:
    """Somebody with a plan and today's list."""
    await give_plan(slack, catalog)
    practice = practice_of(slack, catalog)
    await practice.service.show(ANA)
    return practice


async def tick(slack: Dispatcher, part: str, *, is_done: bool = True, **more: Any) -> None:
    """A press on a line's box."""
    more = {"block_id": row(part), "at": slack.clock().timestamp(), **more}
    options = [{"value": part}] if is_done else []
    await slack.press(views.TICK, type="checkboxes", selected_options=options, **more)


async def press_in(slack: Dispatcher, ts: str, action_id: str, **more: Any) -> None:
    """A control in the message with this ts."""
    body = block_actions(action_id, **more)
    body["container"] = {"type": "message", "message_ts": ts, "channel_id": "D1", "is_ephemeral": False}
    await slack.send(body)


async def is_done(diary: Practice, part: str, member: Member = ANA) -> bool:
    today = await diary.service.home(member)
    assert today is not None
    return next(line.is_done for line in today.lines if line.part == part)


class TestCommand:
    async def test_shows_the_list_to_the_person_alone(self, slack: Dispatcher, diary: Practice) -> None:
        response = await slack.command("today")

        assert (response.status, response.body) == (200, "")
        assert slack.acked_before == []
        assert "Coding problem: " in slack.said()

    async def test_works_without_a_plan(self, slack: Dispatcher) -> None:
        await slack.command("today")

        assert views.WITHOUT_PLAN in slack.said()


class TestShow:
    async def test_on_home_opens_a_window(self, slack: Dispatcher, diary: Practice) -> None:
        await slack.press(views.SHOW, view=HOME)

        assert slack.acked_before == []
        assert "*Coding:*" in words_of(slack.shown("views_open"))


class TestTick:
    async def test_redraws_where_it_was_pressed_and_home(self, slack: Dispatcher, diary: Practice) -> None:
        await tick(slack, "coding")

        assert slack.acked_before == []
        assert "1 of 3 done." in slack.said()
        assert slack.respond.call_args.kwargs["replace_original"] is True
        assert "1 of 3 done." in words_of(slack.shown("views_publish"))
        assert await is_done(diary, "coding")

    async def test_says_the_whole_state_so_a_repeat_changes_nothing(
        self, slack: Dispatcher, diary: Practice
    ) -> None:
        await tick(slack, "coding")
        await tick(slack, "coding")
        assert await is_done(diary, "coding")

        await tick(slack, "coding", is_done=False)
        assert not await is_done(diary, "coding")

    async def test_in_the_window_redraws_the_window(self, slack: Dispatcher, diary: Practice) -> None:
        await tick(slack, "story", view=WINDOW)

        assert slack.client.views_update.call_args.kwargs["view_id"] == WINDOW["id"]
        slack.respond.assert_not_called()

    async def test_on_home_redraws_home_only(self, slack: Dispatcher, diary: Practice) -> None:
        await tick(slack, "story", view=HOME)

        slack.client.views_open.assert_not_called()
        slack.respond.assert_not_called()
        assert "1 of 3 done." in words_of(slack.shown("views_publish"))

    async def test_elsewhere_redraws_the_message_too(self, slack: Dispatcher, diary: Practice) -> None:
        learner_id = await diary.learner()
        await diary.arrived(await diary.reminder(learner_id), "1.1")

        await tick(slack, "story")

        update = slack.client.chat_update.call_args.kwargs
        assert (update["channel"], update["ts"]) == ("D1", "1.1")
        assert "1 of 3 done." in update["text"]

    async def test_in_the_message_changes_it_once(self, slack: Dispatcher, diary: Practice) -> None:
        learner_id = await diary.learner()
        await diary.arrived(await diary.reminder(learner_id), "1.1")

        await press_in(slack, "1.1", views.TICK, block_id=row("story"), selected_options=[{"value": "story"}])

        slack.client.chat_update.assert_not_called()
        assert "1 of 3 done." in slack.said()

    async def test_the_newest_message_is_redrawn_and_older_ones_fold(
        self, slack: Dispatcher, diary: Practice
    ) -> None:
        learner_id = await diary.learner()
        await diary.arrived(await diary.reminder(learner_id), "1.1")
        await diary.arrived(await diary.reminder(learner_id, "snooze"), "2.2")

        await press_in(slack, "1.1", views.TICK, block_id=row("story"), selected_options=[{"value": "story"}])

        assert views.MOVED_ON in slack.said()
        assert slack.client.chat_update.call_args.kwargs["ts"] == "2.2"
        assert "1 of 3 done." in slack.client.chat_update.call_args.kwargs["text"]

    async def test_a_copy_that_is_gone_spoils_nothing(
        self, slack: Dispatcher, diary: Practice, caplog: pytest.LogCaptureFixture
    ) -> None:
        learner_id = await diary.learner()
        await diary.arrived(await diary.reminder(learner_id), "1.1")
        slack.client.chat_update.side_effect = refusal("message_not_found")

        await tick(slack, "story")

        assert "1 of 3 done." in slack.said()
        assert "a list could not be redrawn: message_not_found" in caplog.messages

    @pytest.mark.parametrize(
        "block_id",
        [
            row("coding", TODAY - timedelta(days=9)),
            row("coding", TODAY + timedelta(days=1)),
            row("coding", "2030-02-30"),
            row("coding", "9999-12-31"),
            row("coding", "0001-01-01"),
            row("mock"),
            "block",
        ],
    )
    async def test_of_a_list_that_never_was_is_answered(
        self, slack: Dispatcher, diary: Practice, block_id: str
    ) -> None:
        await tick(slack, "coding", block_id=block_id)

        assert "`/prep today`" in slack.said()
        assert not await is_done(diary, "coding")

    @pytest.mark.parametrize("action_ts", ["nan", "inf", "-1", "x", None, "1e300"])
    async def test_at_an_instant_that_never_was_counts_as_now(
        self, slack: Dispatcher, diary: Practice, action_ts: Any
    ) -> None:
        await tick(slack, "coding", action_ts=action_ts)

        assert await is_done(diary, "coding")

    async def test_does_not_reach_anothers_list(
        self, slack: Dispatcher, catalog: Catalog, diary: Practice
    ) -> None:
        await give_plan(slack, catalog, BEN)
        await diary.service.show(BEN)

        await tick(slack, "coding")

        assert not await is_done(diary, "coding", BEN)


class TestControls:
    async def test_swap_gives_another(self, slack: Dispatcher, diary: Practice) -> None:
        today = await diary.service.home(ANA)
        assert today is not None
        old = today.lines[0]

        await slack.press(views.SWAP, option=f"coding:{old.slug}", block_id=row("more"))

        assert slack.acked_before == []
        assert old.task is not None
        assert old.task.title not in slack.said()

    @pytest.mark.parametrize("option", ["coding:<!channel>", "mock:x", "", ":", "coding"])
    async def test_a_forged_swap_is_answered(self, slack: Dispatcher, diary: Practice, option: str) -> None:
        await slack.press(views.SWAP, option=option, block_id=row("more"))

        assert "`/prep today`" in slack.said()

    async def test_later_folds_the_list_and_says_when_it_comes(
        self, slack: Dispatcher, diary: Practice
    ) -> None:
        await slack.press(views.SNOOZE, option="1h", block_id=row("more"))

        assert slack.acked_before == []
        assert "at 13:00" in slack.said()

    async def test_not_today_folds_the_list(self, slack: Dispatcher, diary: Practice) -> None:
        await slack.press(views.NOT_TODAY, block_id=row("more"))

        assert slack.acked_before == []
        assert slack.said().startswith(views.FOLDED)

    async def test_a_hint_comes_beside_the_list_and_the_second_in_its_place(
        self, slack: Dispatcher, diary: Practice
    ) -> None:
        await slack.press(views.HINT, value="lc-two-sum")
        assert slack.acked_before == []
        assert "first hint" in slack.said()
        assert slack.respond.call_args.kwargs["replace_original"] is False

        await slack.press(views.HINT, value="lc-two-sum#2")
        assert "second hint" in slack.said()
        assert slack.respond.call_args.kwargs["replace_original"] is True

    @pytest.mark.parametrize("value", ["", "gone", "lc-two-sum; drop table"])
    async def test_a_hint_to_nothing_is_answered(
        self, slack: Dispatcher, diary: Practice, value: str
    ) -> None:
        await slack.press(views.HINT, value=value)

        assert "no longer in the library" in slack.said()

    async def test_a_link_needs_no_answer(self, slack: Dispatcher) -> None:
        response = await slack.press(views.LINK, url="https://leetcode.com/problems/two-sum/")

        assert response.status == 200
        slack.respond.assert_not_called()

    async def test_keeping_the_reminders_ends_the_silence(self, slack: Dispatcher, diary: Practice) -> None:
        learner_id = await diary.learner()
        await diary.set(learner_id, silent_since=slack.clock())
        message = await diary.reminder(learner_id)
        before = await diary.service.drawn([message])

        await slack.press(views.KEEP)

        assert slack.acked_before == []
        assert slack.said().startswith(views.KEPT)
        assert await diary.service.drawn([message]) != before
