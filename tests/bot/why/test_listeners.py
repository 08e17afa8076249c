"""/prep why and its button: only the person sees the answer."""

from __future__ import annotations

import pytest

from bot.why import views
from content.loader import Catalog
from tests.bot.plan.test_listeners import give_plan
from tests.bot.surfaces import words_of
from tests.dispatch import Dispatcher


@pytest.mark.parametrize("typed", ["why", "WHY", "why not?"])
async def test_by_typing(slack: Dispatcher, catalog: Catalog, typed: str) -> None:
    await give_plan(slack, catalog)

    response = await slack.command(typed)

    assert (response.status, response.body) == (200, "")
    assert slack.said().startswith("Next: tomorrow 09:00 (daily minimums), Fri 16:00 (weekly check-in), UTC.")
    assert slack.acked_before == []


async def test_somebody_who_never_did_anything_gets_an_answer_too(slack: Dispatcher) -> None:
    await slack.command("why")

    assert slack.said().startswith("Reminders begin with a plan: type /prep to get one.")


async def test_the_button_answers_where_it_is(slack: Dispatcher) -> None:
    await slack.press(views.SHOW)
    assert slack.respond.call_args.kwargs["replace_original"] is False

    await slack.press(views.SHOW, view={"id": "V1", "type": "home"})
    assert "Nothing was sent so far." in words_of(slack.shown("views_open"))
    assert slack.acked_before == []
