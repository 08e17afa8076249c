"""What a person is told when something fails, wherever they are, and what the log keeps."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.assessment import ids
from bot.assessment.service import AssessmentService
from bot.home.service import HomeService
from bot.plan import views as plan_views
from bot.plan.service import PlanService
from content.loader import Catalog
from tests.bot.assessment.test_listeners import filled, first_page, result_page
from tests.bot.surfaces import words_of
from tests.builders import ANA, MovingClock
from tests.conftest import sqlite_url
from tests.dispatch import (
    Dispatcher,
    acked_view,
    as_json,
    dispatching,
    event,
    refusal,
    returned,
)

NUMBER = re.compile(r"the number `([0-9a-f]{8})`")
HOME = {"id": "V1", "type": "home"}


@pytest.fixture
async def real_slack(
    migrated_file: Path, tmp_path: Path, catalog: Catalog, clock: MovingClock
) -> AsyncIterator[Dispatcher]:
    """The app as it runs: a dispatch returns as soon as the listener has acked."""
    url = sqlite_url(migrated_file, tmp_path)
    async with dispatching(url, catalog, clock, waits=False) as dispatcher:
        yield dispatcher


@pytest.fixture
def errors(caplog: pytest.LogCaptureFixture) -> Any:
    """The messages of all lines that are errors."""
    caplog.set_level(logging.INFO)
    return lambda: [line.getMessage() for line in caplog.records if line.levelno >= logging.ERROR]


def broken(monkeypatch: pytest.MonkeyPatch, service: type, method: str) -> None:
    """Let a use case fail as a bug would."""

    async def fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("an answer that must not be shown")

    monkeypatch.setattr(service, method, fail)


def number_in(text: str) -> str:
    found = NUMBER.search(text)
    assert found is not None, text
    assert "ZeroDivision" not in text
    assert "must not be shown" not in text
    return found[1]


class TestABugIsToldWithANumberThatTheLogKnows:
    async def test_after_a_command(
        self, slack: Dispatcher, monkeypatch: pytest.MonkeyPatch, errors: Any
    ) -> None:
        broken(monkeypatch, PlanService, "overview")

        await slack.command("plan")

        assert errors() == [f"error {number_in(slack.said())}"]

    async def test_in_a_form_before_its_ack(
        self, slack: Dispatcher, monkeypatch: pytest.MonkeyPatch, errors: Any
    ) -> None:
        page = filled(await first_page(slack))
        monkeypatch.setattr(AssessmentService, "pages", lambda *_: 1 / 0)

        response = await slack.submit(page)

        view = acked_view(response)
        assert response.status == 200
        assert errors() == [f"error {number_in(words_of(view))}"]
        assert "submit" not in view

    async def test_in_a_form_after_its_ack(
        self, slack: Dispatcher, monkeypatch: pytest.MonkeyPatch, errors: Any
    ) -> None:
        page = filled(await first_page(slack))
        broken(monkeypatch, AssessmentService, "save")

        await slack.submit(page)

        assert errors() == [f"error {number_in(words_of(slack.shown('views_update')))}"]
        assert slack.client.views_update.call_args.kwargs["view_id"] == page["id"]

    async def test_after_a_button_on_home(
        self, slack: Dispatcher, monkeypatch: pytest.MonkeyPatch, errors: Any
    ) -> None:
        broken(monkeypatch, PlanService, "overview")

        await slack.press(plan_views.SHOW, view=HOME)

        told = slack.client.chat_postMessage.call_args.kwargs
        assert told["channel"] == ANA.user_id
        assert errors() == [f"error {number_in(told['text'])}"]

    async def test_after_a_button_in_a_message(
        self, slack: Dispatcher, monkeypatch: pytest.MonkeyPatch, errors: Any
    ) -> None:
        broken(monkeypatch, PlanService, "overview")

        await slack.press(plan_views.SHOW)

        assert errors() == [f"error {number_in(slack.said())}"]
        assert slack.respond.call_args.kwargs["replace_original"] is False

    async def test_but_nobody_is_written_to_after_an_event(
        self, slack: Dispatcher, monkeypatch: pytest.MonkeyPatch, errors: Any
    ) -> None:
        broken(monkeypatch, HomeService, "overview")

        response = await slack.send(event("app_home_opened", tab="home"))

        assert response.status == 200, "Slack must not send the event again"
        assert len(errors()) == 1
        slack.client.chat_postMessage.assert_not_called()


class TestWhatAPersonMayRead:
    async def test_is_told_as_it_is_and_is_no_error(self, slack: Dispatcher, errors: Any) -> None:
        await slack.command("plan")

        assert slack.said().startswith("You have no plan yet.")
        assert errors() == []

    async def test_is_shown_in_the_place_of_a_form_we_did_not_draw(
        self, slack: Dispatcher, errors: Any
    ) -> None:
        page = await first_page(slack) | {"private_metadata": "{}"}

        view = acked_view(await slack.submit(returned(page)))

        assert "older version of Prep Coach" in words_of(view)
        assert errors() == []

    async def test_is_shown_when_the_result_is_gone(self, slack: Dispatcher, errors: Any) -> None:
        view = returned(await result_page(slack) | {"private_metadata": "99"})

        await slack.submit(view)

        assert "This result is no longer there." in words_of(slack.shown("views_update"))
        assert errors() == []


class TestWhenNobodyWaits:
    @pytest.mark.parametrize("code", ["not_found", "hash_conflict", "exchanged_trigger_id"])
    async def test_nothing_is_said(self, slack: Dispatcher, errors: Any, code: str) -> None:
        page = filled(await first_page(slack))
        slack.client.views_update.side_effect = refusal(code)

        await slack.press(ids.BACK, view=page)

        assert slack.client.views_update.await_count == 1
        slack.client.chat_postMessage.assert_not_called()
        slack.respond.assert_not_called()
        assert errors() == []

    async def test_a_form_that_opens_too_late_is_explained_without_a_number(
        self, slack: Dispatcher, errors: Any
    ) -> None:
        slack.client.views_open.side_effect = refusal("expired_trigger_id")

        await slack.command("assess")

        assert "took too long" in slack.said()
        assert NUMBER.search(slack.said()) is None
        assert errors() == []

    async def test_a_person_who_cannot_be_told_costs_one_line(
        self, slack: Dispatcher, caplog: pytest.LogCaptureFixture
    ) -> None:
        slack.client.views_update.side_effect = refusal("invalid_arguments")
        slack.client.chat_postMessage.side_effect = refusal("user_disabled")

        await slack.press(ids.BACK, view=filled(await first_page(slack)))

        lines = [line.getMessage() for line in caplog.records if line.levelno == logging.WARNING]
        assert [line for line in lines if line.startswith("the person could not be told")] != []

    async def test_a_form_that_cannot_be_replaced_is_explained_in_the_direct_message(
        self, slack: Dispatcher
    ) -> None:
        slack.client.views_update.side_effect = aiohttp.ServerDisconnectedError()

        await slack.press(ids.BACK, view=filled(await first_page(slack)))

        sentence = slack.client.chat_postMessage.await_args.kwargs["text"]
        assert "Something went wrong on my side" in sentence


class TestTheAckReachesSlack:
    async def test_although_the_listener_fails_at_once(
        self, real_slack: Dispatcher, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Bolt looks for it every 10 ms and forgets it when the error is handled before it has looked."""
        broken(monkeypatch, PlanService, "overview")

        response = await real_slack.command("plan")

        assert response.status == 200
        assert await real_slack.coach.in_flight.wait(5)
        number_in(real_slack.said())
        real_slack.client.views_open.assert_not_called()  # a forgotten ack lets the next listener try

    async def test_with_the_error_in_the_place_of_the_form(
        self, real_slack: Dispatcher, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(AssessmentService, "pages", lambda *_: 1 / 0)
        metadata = '{"n":1,"f":"quick","p":1,"a":{}}'
        page = {"id": "V1", "type": "modal", "callback_id": ids.PAGE, "private_metadata": metadata}

        response = await real_slack.submit({**page, "state": {"values": {}}})

        assert as_json(response)["response_action"] == "update"
