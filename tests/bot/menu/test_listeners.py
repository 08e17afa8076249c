"""/prep, what people write to the bot, and controls that nobody knows any more."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import col, select

from bot.assessment import ids
from bot.home.next_thing import HELP
from bot.menu.views import help_post
from bot.registration import WORDS
from storage import learners
from storage.models import OutboxMessage
from tests.bot.assessment.test_listeners import result_page
from tests.bot.surfaces import problems_of_post, words_of
from tests.builders import ANA
from tests.dispatch import (
    Dispatcher,
    as_json,
    block_actions,
    event,
    returned,
    shortcut,
    suggestion,
)

OLD_VIEW = {"id": "V1", "type": "modal", "callback_id": "of.an.older.version", "state": {"values": {}}}


async def owed(slack: Dispatcher) -> list[OutboxMessage]:
    async with slack.coach.database.read() as session:
        return list((await session.exec(select(OutboxMessage).order_by(col(OutboxMessage.id)))).all())


def written(text: str, **more: Any) -> dict[str, Any]:
    """A message in the bot's direct messages."""
    return event("message", channel_type="im", channel="D1", text=text, ts="1.0", **more)


class TestCommand:
    @pytest.mark.parametrize("typed", ["", "   "])
    async def test_opens_the_assessment_for_a_first_timer(self, slack: Dispatcher, typed: str) -> None:
        response = await slack.command(typed)

        assert (response.status, response.body) == (200, "")
        assert slack.shown("views_open")["callback_id"] == ids.CHOICE
        slack.respond.assert_not_called()

    async def test_opens_it_too_for_somebody_who_only_wrote_so_far(self, slack: Dispatcher) -> None:
        await slack.send(written("hello"))

        await slack.command("")

        assert slack.shown("views_open")["callback_id"] == ids.CHOICE

    async def test_names_the_next_thing_later(self, slack: Dispatcher) -> None:
        await result_page(slack)
        slack.client.views_open.reset_mock()

        await slack.command("")

        assert "You scored 60 of 100" in slack.said()
        slack.client.views_open.assert_not_called()

    @pytest.mark.parametrize("typed", ["help", "HELP", "help me"])
    async def test_help_lists_every_word(self, slack: Dispatcher, typed: str) -> None:
        await slack.command(typed)

        assert all(f"/prep {word.usage}" in slack.said() for word in WORDS)

    @pytest.mark.parametrize(
        ("typed", "answer"),
        [
            ("plna", "Did you mean `/prep plan`?"),
            ("asess", "Did you mean `/prep assess`?"),
            ("xyzzy", "`/prep help` lists everything"),
        ],
    )
    async def test_an_unknown_word_gets_the_nearest(self, slack: Dispatcher, typed: str, answer: str) -> None:
        await slack.command(typed)

        assert answer in words_of(slack.respond.call_args.kwargs["blocks"])
        assert answer.replace("`", "") in slack.said()
        assert typed in slack.said()

    @pytest.mark.parametrize(
        "typed", ["<!channel>", "<!here>", "<@U2>", "<https://evil.test|click>", "a&b<c"]
    )
    async def test_what_was_typed_pings_nobody_when_it_is_repeated(
        self, slack: Dispatcher, typed: str
    ) -> None:
        await slack.command(typed)

        shown = slack.said() + words_of(slack.respond.call_args.kwargs["blocks"])
        assert "<" not in shown.replace("&lt;", "")
        assert "&lt;" in shown

    async def test_a_long_word_is_cut(self, slack: Dispatcher) -> None:
        await slack.command("x" * 3000)

        assert "x" * 40 in slack.said()
        assert "x" * 41 not in slack.said()


def test_help_fits() -> None:
    assert problems_of_post(help_post(WORDS)) == []


async def test_the_help_button_in_a_message_answers_beside_it(slack: Dispatcher) -> None:
    await slack.press(HELP)

    assert slack.said().startswith("What I can do.")
    assert slack.respond.call_args.kwargs["replace_original"] is False


class TestWritingToTheBot:
    @pytest.mark.parametrize(
        ("text", "word"),
        [
            ("hello", ""),
            ("help", "help"),
            ("Help!", "help"),
            ("/prep help", "help"),
            ("`help`", "help"),
            ("plan", "plan"),
            ("my secret story", ""),
        ],
    )
    async def test_is_answered_through_the_outbox_and_not_kept(
        self, slack: Dispatcher, text: str, word: str
    ) -> None:
        await slack.send(written(text))

        [message] = await owed(slack)
        assert message.kind == "menu"
        assert message.payload["word"] == word
        assert set(message.payload) == {"learner_id", "word"}

    async def test_is_answered_once_however_often_slack_tells(self, slack: Dispatcher) -> None:
        for _ in range(3):
            await slack.send(written("hello", event_id="Ev-same") | {"event_id": "Ev-same"})
        await slack.send(written("hello") | {"event_id": "Ev-other"})

        assert [message.idempotency_key for message in await owed(slack)] == [
            "answer:Ev-same",
            "answer:Ev-other",
        ]

    async def test_plan_is_answered_with_the_plan_where_there_is_one(self, slack: Dispatcher) -> None:
        await slack.submit(returned(await result_page(slack)))

        await slack.send(written("plan"))

        told, asked = await owed(slack)
        assert (asked.kind, asked.payload) == ("plan", told.payload)

    async def test_remembers_the_conversation(self, slack: Dispatcher) -> None:
        await slack.send(written("hello"))

        async with slack.coach.database.read() as session:
            learner = await learners.find(session, ANA.team_id, ANA.user_id)
        assert learner is not None
        assert learner.dm_channel == "D1"

    @pytest.mark.parametrize(
        "change",
        [
            pytest.param({"subtype": "message_changed"}, id="an edit"),
            pytest.param({"subtype": "channel_join"}, id="a join"),
            pytest.param({"bot_id": "B2"}, id="another bot"),
            pytest.param({"channel_type": "channel"}, id="in a channel"),
        ],
    )
    async def test_anything_but_a_persons_own_message_is_left_alone(
        self, slack: Dispatcher, change: dict[str, str]
    ) -> None:
        body = written("hello")
        body["event"] |= change

        assert (await slack.send(body)).status == 200
        assert await owed(slack) == []


class TestWhatNobodyKnows:
    async def test_a_button_in_a_message_says_that_it_is_old(self, slack: Dispatcher) -> None:
        response = await slack.press("of.an.older.version")

        assert (response.status, response.body) == (200, "")
        assert "older version" in slack.said()

    async def test_a_link_needs_no_answer(self, slack: Dispatcher) -> None:
        response = await slack.send(block_actions("link", url="https://leetcode.com"))

        assert (response.status, response.body) == (200, "")
        slack.respond.assert_not_called()

    async def test_a_button_in_a_window_is_acked(self, slack: Dispatcher) -> None:
        response = await slack.press("of.an.older.version", view=OLD_VIEW)

        assert (response.status, response.body) == (200, "")

    async def test_a_form_closes(self, slack: Dispatcher) -> None:
        response = await slack.submit(OLD_VIEW)

        assert (response.status, response.body) == (200, "")

    async def test_a_shortcut_is_acked(self, slack: Dispatcher) -> None:
        assert (await slack.send(shortcut("of_an_older_version"))).status == 200

    async def test_a_select_finds_nothing(self, slack: Dispatcher) -> None:
        assert as_json(await slack.send(suggestion("of.an.older.version", "x"))) == {"options": []}
