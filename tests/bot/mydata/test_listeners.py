"""/prep export and /prep forget-me, as Slack sends them and as people read them."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from bot.mydata import views
from bot.today import views as today_views
from storage.engine import Database
from tests.bot.mydata.belongings import everything_stored, one_of_everything
from tests.builders import ANA, MovingClock
from tests.dispatch import Dispatcher, answer, as_json, block_actions, command, refusal, returned

MODAL = {"id": "V9", "type": "modal", "callback_id": views.CONFIRM}


@pytest.fixture
async def database(slack: Dispatcher) -> Database:
    """Of somebody of whom we keep something of every kind."""
    slack.client.conversations_open.return_value = answer(channel={"id": "D7"})
    slack.client.files_upload_v2.return_value = answer()
    await one_of_everything(slack.coach.database, ANA, "kumquat")
    return slack.coach.database


def old_button(**changes: Any) -> dict[str, Any]:
    """The press of a button in a message of the direct message."""
    container = {"type": "message", "message_ts": "1.0", "channel_id": "D1", **changes}
    body = block_actions(today_views.TICK, block_id="today.2030-03-04.coding", value="coding")
    return {**body, "container": container}


async def stored(database: Database) -> list[str]:
    """Tables that have a row."""
    return [name for name, rows in (await everything_stored(database)).items() if rows]


class TestExport:
    async def test_puts_one_zip_into_the_persons_own_direct_message(
        self, slack: Dispatcher, database: Database
    ) -> None:
        await slack.command("export")

        assert slack.acked_before == []
        assert slack.said() == views.COMING
        slack.client.conversations_open.assert_awaited_once_with(users=ANA.user_id)
        sent = slack.client.files_upload_v2.await_args.kwargs
        assert (sent["channel"], sent["filename"]) == ("D7", "prep-coach-2030-03-04.zip")
        assert sent["content"].startswith(b"PK")

    async def test_asked_again_within_a_minute_says_that_it_is_on_its_way(
        self, slack: Dispatcher, database: Database, clock: MovingClock
    ) -> None:
        request = command("export")
        await slack.send(request)
        await slack.send(request)
        await slack.command("export")
        assert slack.said() == views.UNDER_WAY
        assert "or there already" in views.UNDER_WAY
        assert slack.client.files_upload_v2.await_count == 1

        clock.move(seconds=61)
        await slack.command("export")

        assert slack.client.files_upload_v2.await_count == 2

    @pytest.mark.parametrize(
        ("error", "words"),
        [
            (refusal("missing_scope"), "Whoever runs Prep Coach can allow it"),
            (refusal("internal_error"), "type `/prep export` again"),
            (TimeoutError(), "type `/prep export` again"),
        ],
    )
    async def test_that_slack_refuses_is_said_and_may_be_asked_for_at_once(
        self, slack: Dispatcher, database: Database, error: Exception, words: str
    ) -> None:
        slack.client.files_upload_v2.side_effect = error
        await slack.command("export")
        said = " ".join(str(call) for call in slack.respond.await_args_list)
        told = " ".join(str(call) for call in slack.client.chat_postMessage.await_args_list)
        assert words in said + told

        slack.client.files_upload_v2.side_effect = None
        await slack.command("export")

        assert slack.said() == views.COMING
        assert slack.client.files_upload_v2.await_count == 2

    async def test_by_a_button_in_the_window_of_forgetting_tells_in_a_window(
        self, slack: Dispatcher, database: Database
    ) -> None:
        await slack.press(views.EXPORT, view=MODAL)

        assert views.COMING in str(slack.shown("views_push"))
        slack.client.files_upload_v2.assert_awaited_once()

    async def test_of_a_visitor_sends_nothing(self, slack: Dispatcher) -> None:
        await slack.command("export")

        assert slack.said() == views.NOTHING
        slack.client.files_upload_v2.assert_not_awaited()


class TestForgetting:
    async def test_asks_once_and_counts_what_would_go(self, slack: Dispatcher, database: Database) -> None:
        await slack.command("forget-me")

        shown = slack.shown("views_open")
        assert "your profile, 1 assessment, 1 answer, 1 plan" in str(shown)
        assert views.EXPORT in str(shown)
        assert "story" in await stored(database)

    async def test_deletes_says_what_it_was_and_draws_home_as_for_a_visitor(
        self, slack: Dispatcher, database: Database, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG, "bot")
        await slack.command("forget-me")
        slack.client.files_delete.side_effect = refusal("file_not_found")

        acked = as_json(await slack.submit(returned(slack.shown("views_open"))))

        assert views.DELETING in str(acked["view"])
        assert "Deleted: your profile, 1 assessment," in str(slack.shown("views_update"))
        assert await stored(database) == ["study_group", "group_round"]
        assert "How it works" in str(slack.shown("views_publish"))
        slack.client.files_delete.assert_awaited_once_with(file="kumquat picture file_id")
        assert "kumquat" not in caplog.text
        assert ANA.user_id not in caplog.text

    async def test_submitted_twice_says_that_nothing_is_left(
        self, slack: Dispatcher, database: Database
    ) -> None:
        await slack.command("forget-me")
        view = returned(slack.shown("views_open"))

        await slack.submit(view)
        await slack.submit(view)

        assert "Nothing of yours is left here" in str(slack.shown("views_update"))

    @pytest.mark.parametrize("view", [MODAL, {"id": "V1", "type": "home"}])
    async def test_by_a_button_opens_the_same_window(
        self, slack: Dispatcher, database: Database, view: dict[str, Any]
    ) -> None:
        await slack.press(views.FORGET, view=view)

        opened = "views_push" if view is MODAL else "views_open"
        assert slack.shown(opened)["callback_id"] == views.CONFIRM

    async def test_of_a_visitor_has_nothing_to_ask(self, slack: Dispatcher) -> None:
        await slack.command("forget-me")

        assert slack.said() == views.NOTHING
        slack.client.views_open.assert_not_awaited()


class TestButtonsFromBefore:
    async def test_begin_nothing_anew(self, slack: Dispatcher) -> None:
        await slack.send(old_button())

        assert slack.said() == views.FROM_BEFORE
        assert await stored(slack.coach.database) == []

    async def test_of_somebody_we_know_do_what_they_do(self, slack: Dispatcher, database: Database) -> None:
        await slack.send(old_button())

        assert slack.said() != views.FROM_BEFORE

    async def test_are_not_those_of_an_answer_to_a_visitor(self, slack: Dispatcher) -> None:
        await slack.send(old_button(is_ephemeral=True))

        assert slack.said() != views.FROM_BEFORE
