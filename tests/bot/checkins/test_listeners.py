"""The weekly check-in as Slack sees it: what is acked, what is shown, what is kept."""

from __future__ import annotations

import logging
from typing import Any

import aiohttp
import pytest
from sqlmodel import select

from bot.checkins import views
from storage import outbox
from storage.models import CheckIn, OutboxMessage, OutboxState
from storage.outbox import Draft
from tests.bot.checkins.weeks import FRIDAY, NEXT_FRIDAY, at, learner_id_of, log_practice
from tests.bot.surfaces import words_of
from tests.builders import ANA
from tests.dispatch import Dispatcher, acked_view, as_json, refusal, returned

HOME = {"id": "V1", "type": "home"}
WINDOW = {"id": "V2", "type": "modal"}
Payload = dict[str, Any]


@pytest.fixture
def slack(slack: Dispatcher) -> Dispatcher:
    """On Friday at four."""
    slack.clock.instant = at(FRIDAY)
    return slack


async def open_form(slack: Dispatcher) -> Payload:
    """The modal as `/prep week` opens it."""
    await slack.command("week")
    return slack.shown("views_open")


async def stored(slack: Dispatcher) -> list[CheckIn]:
    async with slack.coach.database.read() as session:
        return list((await session.exec(select(CheckIn).order_by(CheckIn.to_on))).all())  # type: ignore[arg-type]  # a column


async def reminded(slack: Dispatcher, ts: str = "1.5") -> None:
    """The weekly message of this Friday has arrived."""
    ana = await learner_id_of(slack.coach.database)
    draft = Draft(
        idempotency_key=f"weekly:{ana}:{FRIDAY}",
        team_id=ANA.team_id,
        learner_id=ana,
        kind="weekly",
        local_date=FRIDAY,
        due_at=slack.clock(),
    )
    async with slack.coach.database.write() as session:
        await outbox.enqueue(session, draft, now=slack.clock())
        message = (await session.exec(select(OutboxMessage))).one()
        message.state, message.channel, message.message_ts = OutboxState.SENT, "D1", ts
        session.add(message)


class TestOpening:
    async def test_the_command_opens_the_week_as_it_was_logged(self, slack: Dispatcher) -> None:
        await log_practice(
            slack.coach.database, await learner_id_of(slack.coach.database), FRIDAY, "coding", 4
        )

        response = await slack.command("week")

        assert (response.status, response.body) == (200, "")
        assert slack.acked_before == []
        view = slack.shown("views_open")
        assert "2 to 8 March 2030" in words_of(view)
        assert "Goal 10, logged 4." in words_of(view)

    @pytest.mark.parametrize(
        ("place", "method"),
        [
            pytest.param({}, "views_open", id="in the direct message"),
            pytest.param({"view": HOME}, "views_open", id="on Home"),
            pytest.param({"view": WINDOW}, "views_push", id="in a window"),
        ],
    )
    async def test_the_button_opens_it_where_one_is(
        self, slack: Dispatcher, place: Payload, method: str
    ) -> None:
        await slack.press(views.OPEN, value=FRIDAY.isoformat(), **place)

        assert slack.acked_before == []
        assert slack.shown(method)["private_metadata"] == "2030-03-08"

    async def test_a_button_without_a_day_opens_the_open_week(self, slack: Dispatcher) -> None:
        await slack.press(views.OPEN)

        assert slack.shown("views_open")["private_metadata"] == "2030-03-08"

    @pytest.mark.parametrize("value", ["2020-01-03", "2031-01-03", "0001-01-01"])
    async def test_a_week_that_is_closed_says_so(self, slack: Dispatcher, value: str) -> None:
        await slack.press(views.OPEN, value=value)

        assert slack.said().startswith("That week is closed")
        slack.client.views_open.assert_not_called()

    async def test_a_button_of_another_version_says_so(self, slack: Dispatcher) -> None:
        await slack.press(views.OPEN, value="soon")

        assert slack.said() == views.OUTDATED


class TestSubmitting:
    async def test_keeps_the_answer_and_shows_where_it_leads(self, slack: Dispatcher) -> None:
        view = returned(await open_form(slack), {"confidence": "4", "reported.coding": "6"})
        slack.acked_before.clear()

        response = await slack.submit(view)

        assert "Saving" in words_of(acked_view(response))
        assert slack.acked_before == []
        [row] = await stored(slack)
        assert (row.confidence, (row.reported or {})["coding"]) == (4, 6)
        shown = words_of(slack.shown("views_update"))
        assert "6 of 10 coding problems" in shown
        assert "You have no plan yet" in shown
        slack.client.views_publish.assert_called_once()
        slack.client.chat_update.assert_not_called()

    async def test_turns_the_reminder_into_the_result_and_the_result_into_the_next(
        self, slack: Dispatcher
    ) -> None:
        await reminded(slack)
        view = await open_form(slack)

        await slack.submit(returned(view, {"confidence": "4", "blocker": "<!channel> on call"}))
        first = slack.client.chat_update.call_args.kwargs
        await slack.submit(returned(view, {"confidence": "2"}))
        second = slack.client.chat_update.call_args.kwargs

        assert (first["channel"], first["ts"]) == (second["channel"], second["ts"]) == ("D1", "1.5")
        assert "How sure: 4 of 5" in first["text"]
        assert "&lt;!channel&gt; on call" in words_of(first["blocks"])
        assert "How sure: 2 of 5" in second["text"]
        [row] = await stored(slack)
        assert (row.confidence, row.blocker) == (2, None)

    @pytest.mark.parametrize("failure", [refusal("message_not_found"), aiohttp.ClientError(), TimeoutError()])
    async def test_a_reminder_that_cannot_be_changed_costs_nothing(
        self, slack: Dispatcher, failure: Exception, caplog: pytest.LogCaptureFixture
    ) -> None:
        await reminded(slack)
        slack.client.chat_update.side_effect = failure

        await slack.submit(returned(await open_form(slack), {"confidence": "4", "blocker": "my secret"}))

        assert "Your week is written down." in words_of(slack.shown("views_update"))
        assert "could not be changed" in caplog.text
        assert "secret" not in caplog.text

    async def test_what_is_impossible_is_told_beside_its_field(self, slack: Dispatcher) -> None:
        view = returned(
            await open_form(slack),
            {"reported.coding": "-1", "next.mocks": "1.5", "reported.designs": None, "blocker": "x" * 501},
        )

        reply = as_json(await slack.submit(view))

        assert reply["response_action"] == "errors"
        assert set(reply["errors"]) == {
            "reported.coding",
            "reported.designs",
            "next.mocks",
            "confidence",
            "blocker",
        }
        assert await stored(slack) == []

    @pytest.mark.parametrize("metadata", ["", "soon", '{"learner": 7}'])
    async def test_a_form_of_another_version_is_told_so(self, slack: Dispatcher, metadata: str) -> None:
        view = returned(await open_form(slack), {"confidence": "4"})

        response = await slack.submit({**view, "private_metadata": metadata})

        assert views.OUTDATED in words_of(acked_view(response))
        assert await stored(slack) == []

    async def test_a_closed_week_is_told_so_and_stays_as_it_was(self, slack: Dispatcher) -> None:
        view = await open_form(slack)
        await slack.submit(returned(view, {"confidence": "4"}))
        slack.clock.instant = at(NEXT_FRIDAY)
        await slack.submit(returned(await open_form(slack), {"confidence": "5"}))

        await slack.submit(returned(view, {"confidence": "1"}))

        assert "That week is closed" in words_of(slack.shown("views_update"))
        assert [row.confidence for row in await stored(slack)] == [4, 5]

    async def test_nothing_personal_is_logged(
        self, slack: Dispatcher, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG, logger="bot")

        await slack.submit(returned(await open_form(slack), {"confidence": "4", "blocker": "my secret"}))

        assert "my secret" not in caplog.text
