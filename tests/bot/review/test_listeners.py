"""Reviews as Slack sees them."""

from __future__ import annotations

from typing import Any, cast

import pytest

from bot.outgoing import Block
from bot.review import views
from bot.review.ids import ADD
from bot.review.keeping import ReviewKeeper
from storage import learners, reviews
from tests.bot.surfaces import elements_of, words_of
from tests.builders import ANA, NOON
from tests.dispatch import Dispatcher, event

HOME = {"id": "V1", "type": "home"}
WINDOW = {"id": "V2", "type": "modal"}
CARD, PROBLEM = "concept:concept-estimation", "problem:lc-two-sum"


@pytest.fixture
async def learner_id(slack: Dispatcher) -> int:
    """Somebody with two cards that are due."""
    async with slack.coach.database.write() as session:
        learner = await learners.ensure(session, ANA.team_id, ANA.user_id, now=NOON)
        learner.time_zone = "UTC"
        found = cast(int, learner.id)
        for item in (CARD, PROBLEM):
            await ReviewKeeper("UTC").note_done(session, found, item, now=NOON)
    slack.clock.move(days=1)
    return found


def blocks(slack: Dispatcher) -> list[Block]:
    """Of the newest private answer."""
    return cast(list[Block], slack.respond.call_args.kwargs["blocks"])


def value_of(content: Any, action_id: str) -> str:
    return str(next(one["value"] for one in elements_of(content) if one["action_id"] == action_id))


async def answers(slack: Dispatcher, learner_id: int) -> list[int]:
    async with slack.coach.database.read() as session:
        given = await reviews.given(session, learner_id, since=NOON)
    return [rating for rating, number in sorted(given.items()) for _ in range(number)]


@pytest.mark.usefixtures("learner_id")
class TestWhereItOpens:
    async def test_by_command_for_the_person_alone(self, slack: Dispatcher) -> None:
        response = await slack.command("review")

        assert (response.status, response.body, slack.acked_before) == (200, "", [])
        assert slack.said().startswith("Review, 1 of 2. ")

    async def test_from_home_in_a_window(self, slack: Dispatcher) -> None:
        await slack.press(views.OPEN, view=HOME)

        assert slack.acked_before == []
        assert "Review, 1 of 2" in words_of(slack.shown("views_open"))

    async def test_beside_a_message(self, slack: Dispatcher) -> None:
        await slack.press(views.OPEN)

        assert slack.respond.call_args.kwargs["replace_original"] is False

    async def test_by_writing_to_the_bot(self, slack: Dispatcher) -> None:
        await slack.send(event("message", channel_type="im", channel="D1", text="review", ts="1.0"))
        slack.client.chat_postMessage.return_value = {"ok": True, "channel": "D1", "ts": "2.0"}
        await slack.coach.delivery.drain()

        assert "Review, 1 of 2" in slack.client.chat_postMessage.call_args.kwargs["text"]


class TestRound:
    async def test_question_answer_rating_end(self, slack: Dispatcher, learner_id: int) -> None:
        await slack.command("review")
        for number in (1, 2):
            assert slack.said().startswith(f"Review, {number} of 2. ")
            await slack.press(views.REVEAL, value=value_of(blocks(slack), views.REVEAL))
            assert slack.respond.call_args.kwargs["replace_original"] is True
            await slack.press(f"{views.RATE}.3", value=value_of(blocks(slack), f"{views.RATE}.3"))

        assert slack.acked_before == []
        assert slack.said() == "2 cards answered: 2 Good. Next: 2 cards in 2 days."
        assert await answers(slack, learner_id) == [3, 3]
        assert slack.client.views_publish.await_count == 2

    async def test_in_a_window_it_stays_in_the_window(self, slack: Dispatcher, learner_id: int) -> None:
        await slack.press(views.OPEN, view=HOME)
        value = value_of(slack.shown("views_open")["blocks"], views.REVEAL)

        await slack.press(views.REVEAL, value=value, view=WINDOW)
        assert "Good, 2 days" in words_of(slack.shown())
        await slack.press(f"{views.RATE}.1", value=value, view=WINDOW)

        assert "Review, 2 of 2" in words_of(slack.shown())
        slack.respond.assert_not_called()
        assert await answers(slack, learner_id) == [1]

    async def test_a_double_click_is_one_answer(self, slack: Dispatcher, learner_id: int) -> None:
        await slack.command("review")
        value = value_of(blocks(slack), views.REVEAL)

        await slack.press(f"{views.RATE}.4", value=value)
        await slack.press(f"{views.RATE}.4", value=value)

        assert slack.said().startswith("Review, 2 of 2. ")
        assert await answers(slack, learner_id) == [4]

    async def test_skip_stop_and_go_on(self, slack: Dispatcher, learner_id: int) -> None:
        await slack.command("review")
        await slack.press(views.SKIP, value=value_of(blocks(slack), views.SKIP))
        assert slack.said().startswith("Review, 2 of 2. ")

        await slack.press(views.STOP, value=value_of(blocks(slack), views.STOP))
        assert "1 card skipped for now. 2 cards are due." in slack.said()
        await slack.press(views.GO_ON)

        assert slack.acked_before == []
        assert slack.said().startswith("Review, 1 of 2. ")
        assert await answers(slack, learner_id) == []

    @pytest.mark.parametrize("action_id", [views.REVEAL, f"{views.RATE}.3", views.SKIP, views.STOP])
    @pytest.mark.parametrize("value", [None, "", "x", "1~1~0~concept:<!channel>#0"])
    async def test_what_we_never_drew_is_answered(
        self, slack: Dispatcher, learner_id: int, action_id: str, value: str | None
    ) -> None:
        await slack.press(action_id, value=value)

        assert slack.acked_before == []
        assert "Type `/prep review`" in slack.said()
        assert await answers(slack, learner_id) == []

    async def test_an_answer_we_never_offered_is_answered(self, slack: Dispatcher, learner_id: int) -> None:
        await slack.command("review")

        await slack.press(f"{views.RATE}.7", value=value_of(blocks(slack), views.REVEAL))

        assert "Type `/prep review`" in slack.said()
        assert await answers(slack, learner_id) == []


class TestAdd:
    async def test_a_lesson_that_was_opened_comes_back_tomorrow(self, slack: Dispatcher) -> None:
        await slack.command("learn concept-hash-sharding")
        value = value_of(blocks(slack), ADD)
        for _ in range(2):
            await slack.press(ADD, value=value)

        assert slack.acked_before == []
        assert slack.said() == "Hash sharding comes back tomorrow, as a card in /prep review."
        slack.clock.move(days=1)
        await slack.press(ADD, value=value, view=WINDOW)
        assert "is due now" in words_of(slack.shown("views_push"))
        await slack.command("review")
        assert slack.said().startswith("Review, 1 of 1. Concept: Hash sharding.")

    @pytest.mark.parametrize(
        "value", [None, "", "concept:gone", "story:1", "problem:concept-estimation", "x"]
    )
    async def test_what_is_no_lesson_is_answered(self, slack: Dispatcher, value: str | None) -> None:
        await slack.press(ADD, value=value)

        assert "no longer in the library" in slack.said()


async def test_without_cards_it_says_where_they_come_from(slack: Dispatcher) -> None:
    await slack.command("review")

    assert slack.said() == views.NO_CARDS
