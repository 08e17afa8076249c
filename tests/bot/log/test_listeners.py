"""Logging and the timer as Slack sees them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from bot.log import form_views, views
from bot.today import views as today_views
from content.loader import Catalog
from storage import outbox
from storage.models import LogEntry, OutboxState
from tests.bot.log.conftest import Desk, desk_on
from tests.bot.surfaces import elements_of, words_of
from tests.builders import ANA, TODAY
from tests.dispatch import Dispatcher, as_json, command, refusal, returned, shortcut, suggestion

WINDOW = {"id": "V2", "type": "modal"}
HOME = {"id": "V1", "type": "home"}


@pytest.fixture
def desk(slack: Dispatcher, catalog: Catalog) -> Desk:
    """The services on the app's database."""
    return desk_on(slack.coach.database, catalog, slack.clock)


async def undo_value(slack: Dispatcher) -> str:
    buttons = elements_of(slack.respond.call_args.kwargs["blocks"])
    return next(str(button["value"]) for button in buttons if button["action_id"] == views.UNDO)


def facts(rows: Sequence[LogEntry]) -> list[tuple[str, int, int]]:
    return [(row.activity, row.count, row.minutes) for row in rows]


class TestCommand:
    async def test_logs_and_says_what_to_the_person_alone(self, slack: Dispatcher, desk: Desk) -> None:
        response = await slack.command("log 2 coding, 1 design 45m yesterday")

        assert (response.status, response.body) == (200, "")
        assert slack.acked_before == []
        assert slack.said().startswith(
            "Logged: 2 coding problems, yesterday; 1 full design, 45 min, yesterday. Today: nothing yet."
        )
        assert facts(await desk.entries()) == [("coding", 2, 0), ("design", 1, 45)]
        assert slack.client.views_publish.await_count == 1

    async def test_repeated_by_slack_it_logs_once_and_typed_again_twice(
        self, slack: Dispatcher, desk: Desk
    ) -> None:
        body = command("log 2 coding")
        await slack.send(body)
        await slack.send(body)
        assert len(await desk.entries()) == 1

        await slack.command("log 2 coding")
        assert len(await desk.entries()) == 2

    async def test_what_is_not_understood_is_answered_and_not_stored(
        self, slack: Dispatcher, desk: Desk, caplog: pytest.LogCaptureFixture
    ) -> None:
        await slack.command("log 2 coding, 3 secret bananas &lt;!channel&gt;")

        assert "I understood: 2 coding problems." in slack.said()
        assert "<!channel>" not in slack.said()
        assert await desk.entries() == []
        assert "bananas" not in caplog.text

    async def test_alone_opens_the_form_with_the_last_days(self, slack: Dispatcher, desk: Desk) -> None:
        await desk.type("2 coding yesterday")

        await slack.command("log")

        assert slack.acked_before == []
        assert "2 coding problems" in words_of(slack.shown("views_open"))

    async def test_undo_takes_it_back_where_it_was_said(self, slack: Dispatcher, desk: Desk) -> None:
        await slack.command("log 2 coding, 1 story")
        value = await undo_value(slack)

        await slack.press(views.UNDO, value=value)

        assert slack.acked_before == []
        assert slack.said().startswith("Taken back: 2 coding problems; 1 story.")
        assert slack.respond.call_args.kwargs["replace_original"] is True
        assert await desk.entries() == []
        await slack.press(views.UNDO, value=value)
        assert slack.said().startswith("That is not in your log any more.")

    async def test_ticks_the_list_in_the_conversation(self, slack: Dispatcher, desk: Desk) -> None:
        learner_id = await desk.learner()
        await desk.give("coding", "lc-two-sum")
        await _list_arrived(desk, learner_id, "1.1")

        await slack.command("log 1 coding two sum")

        update = slack.client.chat_update.call_args.kwargs
        assert (update["channel"], update["ts"]) == ("D1", "1.1")
        assert "Two Sum" in update["text"]
        assert await desk.is_ticked("coding")
        assert len(await desk.entries()) == 1

    async def test_a_list_that_is_gone_spoils_nothing(self, slack: Dispatcher, desk: Desk) -> None:
        learner_id = await desk.learner()
        await desk.give("coding", "lc-two-sum")
        await _list_arrived(desk, learner_id, "1.1")
        slack.client.chat_update.side_effect = refusal("message_not_found")

        await slack.command("log 1 coding two sum")

        assert slack.said().startswith("Logged: 1 coding problem: Two Sum.")


class TestForm:
    async def opened(self, slack: Dispatcher) -> dict[str, Any]:
        await slack.send(shortcut(views.SHORTCUT))
        return slack.shown("views_open")

    async def test_opens_by_shortcut_and_by_button(self, slack: Dispatcher) -> None:
        assert (await self.opened(slack))["callback_id"] == form_views.SAVE
        await slack.press(views.OPEN)
        await slack.press(views.OPEN, view=HOME)
        assert slack.client.views_open.await_count == 3
        await slack.press(views.OPEN, view=WINDOW)
        assert slack.client.views_push.await_count == 1
        assert slack.acked_before == []

    async def test_logs_what_it_says_once(self, slack: Dispatcher, desk: Desk) -> None:
        view = returned(
            await self.opened(slack),
            {"log.activity": "coding", "log.minutes": "30", "log.task": "lc-two-sum"},
        )

        response = await slack.submit(view)
        await slack.submit(view)

        assert as_json(response)["response_action"] == "update"
        assert slack.acked_before == []
        assert "Two Sum" in words_of(slack.shown())
        [row] = await desk.entries()
        assert (row.activity, row.minutes, row.task, row.local_date) == ("coding", 30, "lc-two-sum", TODAY)

    async def test_says_beside_the_field_what_to_correct(self, slack: Dispatcher, desk: Desk) -> None:
        tomorrow = (TODAY + timedelta(days=1)).isoformat()
        view = returned(await self.opened(slack), {"log.activity": "coding", "log.day": tomorrow})

        answer = as_json(await slack.submit(view))

        assert answer["response_action"] == "errors"
        assert list(answer["errors"]) == ["log.day"]
        assert await desk.entries() == []

    async def test_of_an_older_version_is_answered(self, slack: Dispatcher) -> None:
        for callback in (form_views.SAVE, form_views.SAVE_CHANGE):
            view = {
                "id": "V9",
                "type": "modal",
                "callback_id": callback,
                "private_metadata": "?",
                "blocks": [],
            }
            answer = as_json(await slack.submit(view))
            assert "older version" in words_of(answer["view"])

    async def test_finds_tasks_of_the_chosen_activity(self, slack: Dispatcher) -> None:
        view = returned(await self.opened(slack), {"log.activity": "concept"})

        found = as_json(await slack.send(suggestion(form_views.FIND_TASK, "sharding", view)))

        assert found["options"]
        assert all(option["value"].startswith("concept-") for option in found["options"])
        nothing = await slack.send(suggestion(form_views.FIND_TASK, "<!channel>", view))
        assert as_json(nothing)["options"] == []


class TestCorrecting:
    async def test_remove_draws_the_form_anew(self, slack: Dispatcher, desk: Desk) -> None:
        entry_id = (await desk.type("2 coding")).entries[0].entry_id

        await slack.press(form_views.ENTRY, option=f"remove:{entry_id}", view=WINDOW)

        assert slack.acked_before == []
        assert slack.client.views_update.call_args.kwargs["view_id"] == WINDOW["id"]
        assert form_views.NOTHING_YET in words_of(slack.shown())
        assert await desk.entries() == []

    async def test_change_opens_a_form_on_top_and_saves(self, slack: Dispatcher, desk: Desk) -> None:
        entry_id = (await desk.type("2 coding")).entries[0].entry_id
        await slack.press(form_views.ENTRY, option=f"change:{entry_id}", view=WINDOW)
        view = returned(slack.shown("views_push"), {f"log.count.{entry_id}": "3"})

        await slack.submit({**view, "previous_view_id": WINDOW["id"]})

        assert slack.acked_before == []
        assert facts(await desk.entries()) == [("coding", 3, 0)]
        assert slack.client.views_update.call_args.kwargs["view_id"] == WINDOW["id"]
        assert "3 coding problems" in words_of(slack.shown())

    async def test_of_a_tick_changes_its_minutes(self, slack: Dispatcher, desk: Desk) -> None:
        await desk.give("coding", "lc-two-sum")
        await desk.today.tick(ANA, TODAY, "coding", is_done=True, at=slack.clock())
        [row] = await desk.entries()
        await slack.press(form_views.ENTRY, option=f"change:{row.id}", view=WINDOW)

        await slack.submit(returned(slack.shown("views_push"), {"log.minutes": "50"}))

        assert facts(await desk.entries()) == [("coding", 1, 50)]

    @pytest.mark.parametrize("option", ["change:999", "remove:x", "", "<!channel>:1"])
    async def test_a_forged_menu_is_answered(self, slack: Dispatcher, desk: Desk, option: str) -> None:
        await desk.type("2 coding")

        await slack.press(form_views.ENTRY, option=option, view=WINDOW)

        assert "`/prep log`" in words_of(slack.shown())
        assert len(await desk.entries()) == 1

    async def test_an_entry_removed_elsewhere_is_told(self, slack: Dispatcher, desk: Desk) -> None:
        entry_id = (await desk.type("2 coding")).entries[0].entry_id
        await slack.press(form_views.ENTRY, option=f"change:{entry_id}", view=WINDOW)
        view = returned(slack.shown("views_push"), {f"log.count.{entry_id}": "3"})
        await desk.service.remove(ANA, entry_id)

        await slack.submit(view)

        assert "not in your log any more" in words_of(slack.shown())


class TestSolvedBefore:
    async def test_is_marked_in_a_lesson_and_taken_back(self, slack: Dispatcher) -> None:
        await slack.command("learn two sum")
        lesson = slack.respond.call_args.kwargs["blocks"]
        button = next(one for one in elements_of(lesson) if one["action_id"] == views.KNOWN)

        await slack.press(views.KNOWN, value=button["value"])
        assert slack.said().startswith("Noted: you had solved Two Sum before.")
        assert slack.respond.call_args.kwargs["replace_original"] is False

        await slack.press(views.UNKNOWN, value=button["value"])
        assert slack.said() == "Taken back: Two Sum may be on your list again."
        assert slack.acked_before == []

    async def test_a_forged_one_is_answered(self, slack: Dispatcher) -> None:
        await slack.press(views.KNOWN, value="<!channel>")

        assert "no longer in the library" in slack.said()

    async def test_in_the_list_gives_another_and_offers_undo(self, slack: Dispatcher, desk: Desk) -> None:
        line = (await desk.today.show(ANA)).lines[0]

        option = f"coding:{line.slug}{today_views.KNOWN_BEFORE}"
        await slack.press(today_views.SWAP, option=option, block_id=f"today.{TODAY}.more.1")

        assert slack.said().startswith("Noted: you had solved")
        assert line.slug not in {one.slug for one in (await desk.today.show(ANA)).lines}


class TestTimer:
    async def test_says_when_it_ends_and_is_stopped_with_what_ran(
        self, slack: Dispatcher, desk: Desk
    ) -> None:
        await slack.command("timer 30 coding")
        assert slack.said() == "30 min of coding from now: I write to you at 12:30."

        slack.clock.move(minutes=10)
        await slack.command("timer")
        assert slack.said() == "30 min of coding until 12:30."
        await slack.press(views.STOP_TIMER, value="1")
        assert slack.said().startswith("Stopped after 10 min. Logged: 1 coding problem, 10 min.")
        assert facts(await desk.entries()) == [("coding", 1, 10)]
        await slack.command("timer stop")
        assert slack.said().startswith("No timer is running.")
        assert slack.acked_before == []

    async def test_logs_itself_by_one_tap(self, slack: Dispatcher, desk: Desk) -> None:
        await slack.command("timer 30")
        started = str(int(slack.clock().timestamp()))
        slack.clock.move(minutes=31)

        for _ in range(2):
            await slack.press(f"{views.KEEP_TIMER}.design", value=started)

        assert slack.said().startswith("Logged: 1 full design, 30 min.")
        assert slack.respond.call_args.kwargs["replace_original"] is True
        assert facts(await desk.entries()) == [("design", 1, 30)]

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("soon", "I do not understand “soon” as a timer."),
            ("30 bananas", "I do not understand “30 bananas” as a timer."),
            ("0", "A timer runs 1 to 240 minutes"),
            ("241m", "A timer runs 1 to 240 minutes"),
            ("99999999999999", "I do not understand"),
            ("<!channel>", "“&lt;!channel&gt;”"),
            ("x" * 3000, "I do not understand"),
        ],
    )
    async def test_what_it_cannot_be_is_told(
        self, slack: Dispatcher, desk: Desk, typed: str, said: str
    ) -> None:
        await slack.command(f"timer {typed}")

        assert said in slack.said()
        assert await desk.owed() == []

    @pytest.mark.parametrize(
        ("action_id", "value"),
        [("coding", "0"), ("coding", "12345"), ("coding", "x"), ("bananas", "1"), ("coding", "9" * 300)],
    )
    async def test_a_forged_offer_is_answered(
        self, slack: Dispatcher, desk: Desk, action_id: str, value: str
    ) -> None:
        await slack.press(f"{views.KEEP_TIMER}.{action_id}", value=value)

        assert "I do not know that timer any more." in slack.said()
        assert await desk.entries() == []


async def _list_arrived(desk: Desk, learner_id: int, ts: str, on: date = TODAY) -> None:
    """The day's list stands in the conversation."""
    draft = outbox.Draft(
        idempotency_key=f"daily:{learner_id}:{on}",
        team_id="T1",
        learner_id=learner_id,
        kind="daily",
        local_date=on,
        due_at=desk.clock(),
        payload={"turn": 0},
    )
    async with desk.database.write() as session:
        await outbox.enqueue(session, draft, now=desk.clock())
        row = await outbox.find(session, draft.idempotency_key)
        assert row is not None
        row.state, row.channel, row.message_ts, row.sent_at = OutboxState.SENT, "D1", ts, desk.clock()
        session.add(row)
