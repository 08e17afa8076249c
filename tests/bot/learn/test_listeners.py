"""Learning as Slack sees it: the command, Home's window, and messages that replace themselves."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from bot.learn import listeners, views
from content.loader import Catalog
from tests.bot.plan.test_listeners import give_plan
from tests.bot.surfaces import elements_of, words_of
from tests.dispatch import Dispatcher, block_actions, command, event

HOME = {"id": "V1", "type": "home"}
WINDOW = {"id": "V2", "type": "modal"}
BODIES: dict[str, Any] = {
    "learn": command("learn"),
    "learn a card": command("learn sharding"),
    "browse": block_actions(views.BROWSE),
    "browse on Home": block_actions(views.BROWSE, view=HOME),
    "browse in a window": block_actions(views.BROWSE, view=WINDOW),
    "show_shelf": block_actions(f"{views.SHELF}.1", value="Guides"),
    "show_beside": block_actions(views.SHOW, option="earn-trust"),
    "show_beside from Home": block_actions(views.SHOW, option="earn-trust", view=HOME),
    "show_card": block_actions(f"{views.OPEN}.next", value="earn-trust"),
    "show_card in a window": block_actions(f"{views.PART}.1", value="earn-trust#1", view=WINDOW),
}


@pytest.mark.parametrize("name", list(BODIES))
async def test_a_listener_acks_before_it_calls_slack(slack: Dispatcher, name: str) -> None:
    response = await slack.send(BODIES[name])

    assert response.status == 200
    assert slack.acked_before == []
    asked = (slack.respond, slack.client.views_open, slack.client.views_update)
    assert sum(method.call_count for method in asked) == 1


async def test_every_argument_a_listener_asks_for_is_provided(slack: Dispatcher) -> None:
    provided: set[str] = set()

    async def look(context: Any, next: Any) -> None:
        provided.update(context)
        await next()

    slack.coach.app.use(look)
    await slack.command("learn")
    asked = {
        name
        for listener in (
            listeners.learn,
            listeners.browse,
            listeners.show_shelf,
            listeners.show_beside,
            listeners.show_card,
        )
        for name in inspect.signature(listener).parameters
    }

    assert "library" in asked
    assert asked - {"ack", "action", "body", "client", "command", "respond"} - provided == set()


class TestCommand:
    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            pytest.param("learn", "Choose a shelf", id="nothing"),
            pytest.param("LEARN   ", "Choose a shelf", id="nothing but spaces"),
            pytest.param("learn concept-quorums", "Quorums. Card:", id="a slug"),
            pytest.param("learn Earn Trust", "Earn Trust. Meaning:", id="a title"),
            pytest.param("learn quorums", "Quorums. Card:", id="a word that only one has"),
            pytest.param("learn HB", "Have Backbone", id="a short form"),
            pytest.param("learn shading", "Found for “shading”: ", id="a slip"),
            pytest.param("learn 😀", "I found nothing for “😀”.", id="an emoji"),
            pytest.param("learn <!here>", "I found nothing for “&lt;!here&gt;”.", id="a broadcast"),
            pytest.param("learn " + "z" * 3000, "I found nothing for “zzz", id="three thousand characters"),
        ],
    )
    async def test_shows_what_was_asked_for(self, slack: Dispatcher, typed: str, said: str) -> None:
        response = await slack.command(typed)

        assert (response.status, response.body) == (200, "")
        assert slack.said().startswith(said)


class TestInAMessage:
    async def test_a_part_replaces_the_card(self, slack: Dispatcher) -> None:
        await slack.press(f"{views.PART}.1", value="lc-missing-number#1")

        assert slack.said().startswith("Missing Number. First hint:")
        assert slack.respond.call_args.kwargs["replace_original"] is True

    async def test_the_select_of_parts_replaces_the_card(self, slack: Dispatcher) -> None:
        await slack.press(f"{views.PART}.choose", option="design-chat#2")

        assert "*Decide aloud*" in words_of(slack.respond.call_args.kwargs["blocks"])

    async def test_a_result_replaces_the_list(self, slack: Dispatcher) -> None:
        await slack.press(views.OPEN, option="earn-trust")

        assert slack.said().startswith("Earn Trust.")
        assert slack.respond.call_args.kwargs["replace_original"] is True

    @pytest.mark.parametrize("action", [f"{views.SHELF}.0", f"{views.SHELF}.back", f"{views.SHELF}.next"])
    async def test_a_shelf_replaces_what_was_there(self, slack: Dispatcher, action: str) -> None:
        await slack.press(action, value="Core stories")

        assert slack.said().startswith("Core stories: ")
        assert slack.respond.call_args.kwargs["replace_original"] is True

    async def test_a_topic_of_the_select_replaces_the_shelf(self, slack: Dispatcher) -> None:
        await slack.press(f"{views.SHELF}.topic", option="Coding problems#Arrays")

        assert slack.said().startswith("Arrays: ")

    async def test_a_task_of_the_plan_is_shown_beside_it(self, slack: Dispatcher) -> None:
        await slack.press(views.SHOW, option="concept-quorums")

        assert slack.said().startswith("Quorums")
        assert slack.respond.call_args.kwargs["replace_original"] is False

    @pytest.mark.parametrize("action", [views.SHOW, views.OPEN, f"{views.PART}.1", f"{views.SHELF}.1"])
    @pytest.mark.parametrize("value", ["gone", "", "lc-two-sum-x#1", "<!channel>"])
    async def test_what_is_gone_is_said_to_be(self, slack: Dispatcher, action: str, value: str) -> None:
        await slack.press(action, value=value)

        assert slack.said().startswith(views.GONE)


class TestInAWindow:
    async def test_home_opens_one(self, slack: Dispatcher) -> None:
        await slack.press(views.SHOW, option="concept-quorums", view=HOME)

        assert "Quorums" in words_of(slack.shown("views_open"))
        slack.respond.assert_not_called()

    async def test_all_lessons_on_home_open_one_and_home_stays(self, slack: Dispatcher) -> None:
        await slack.press(views.BROWSE, view=HOME)

        assert "Choose a shelf" in words_of(slack.shown("views_open"))
        slack.client.views_update.assert_not_called()

    async def test_a_part_replaces_the_card_in_it(self, slack: Dispatcher) -> None:
        await slack.press(f"{views.PART}.1", value="concept-quorums#1", view=WINDOW)

        assert slack.client.views_update.call_args.kwargs["view_id"] == WINDOW["id"]
        assert "*At L6:*" in words_of(slack.shown("views_update"))

    async def test_a_card_replaces_a_card_in_it(self, slack: Dispatcher) -> None:
        await slack.press(f"{views.OPEN}.next", value="earn-trust", view=WINDOW)

        assert "Earn Trust" in words_of(slack.shown("views_update"))
        slack.client.views_open.assert_not_called()

    async def test_a_task_of_the_plan_s_window_lies_on_top_of_it(self, slack: Dispatcher) -> None:
        await slack.press(views.SHOW, option="concept-quorums", view=WINDOW)

        assert "Quorums" in words_of(slack.shown("views_push"))
        slack.client.views_update.assert_not_called()


async def test_home_offers_this_week_and_all_lessons(slack: Dispatcher, catalog: Catalog) -> None:
    await give_plan(slack, catalog)

    await slack.send(event("app_home_opened", tab="home"))

    offered = [one["action_id"] for one in elements_of(slack.shown("views_publish"))]
    assert views.SHOW in offered
    assert views.BROWSE in offered
