"""When the Home tab is drawn, and what its buttons do."""

from __future__ import annotations

from bot.assessment import ids
from bot.home.next_thing import HELP
from tests.bot.assessment.test_listeners import result_page
from tests.bot.surfaces import words_of
from tests.builders import ANA
from tests.dispatch import Dispatcher, event, refusal

HOME = {"id": "V1", "type": "home"}


async def test_opening_the_tab_draws_it_for_that_person(slack: Dispatcher) -> None:
    response = await slack.send(event("app_home_opened", tab="home"))

    assert response.status == 200
    assert slack.client.views_publish.call_args.kwargs["user_id"] == ANA.user_id
    assert "Your next step" in words_of(slack.shown("views_publish"))


async def test_opening_the_messages_tab_needs_nothing(slack: Dispatcher) -> None:
    response = await slack.send(event("app_home_opened", tab="messages"))

    assert response.status == 200
    slack.client.views_publish.assert_not_called()


async def test_a_home_that_cannot_be_drawn_does_not_stop_the_result(slack: Dispatcher) -> None:
    slack.client.views_publish.side_effect = refusal("not_enabled")

    view = await result_page(slack)

    assert view["callback_id"] == ids.RESULT


async def test_help_opens_in_a_window(slack: Dispatcher) -> None:
    await slack.press(HELP, view=HOME)

    window = slack.shown("views_open")
    assert window["title"]["text"] == "What I can do"
    assert "`/prep plan [week]`" in words_of(window)
