"""Telling a story as Slack sees it: the timer, the share, and the reader's window."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.stories import ids, rehearsal_views
from bot.stories.kept import Kept
from bot.stories.sharing import SharingService
from storage.models import LogEntry, OutboxMessage, ReviewCard
from tests.bot.stories.windows import a_story, opened_card, rows, service
from tests.bot.surfaces import words_of
from tests.builders import ANA, BEN, a_reminder_service
from tests.dispatch import Dispatcher, answer, as_json, refusal, returned


class TestRehearsal:
    async def test_is_timed_rated_and_logged_once(self, slack: Dispatcher) -> None:
        story = await a_story(slack)
        card = await opened_card(slack, story)
        await slack.press(ids.REHEARSE, value=story.ref, view=card)
        window = returned(slack.shown("views_push"))
        slack.clock.move(minutes=2, seconds=50)
        await slack.press(ids.STOP, view=window)
        asked = {**returned(slack.shown()), "id": window["id"]}
        assert "That took 2 min 50 s" in words_of(asked)

        for _ in range(2):
            await slack.press(f"{ids.RATE}.3", value="3", view=asked)

        below, done = (
            slack.client.views_update.call_args_list[-1],
            slack.client.views_update.call_args_list[-2],
        )
        assert "Good: written down." in words_of(done.kwargs["view"].to_dict())
        assert below.kwargs["view_id"] == card["id"]
        assert "told today" in words_of(below.kwargs["view"].to_dict())
        assert [(one.activity, one.minutes) for one in await rows(slack, LogEntry)] == [("story", 3)]
        assert [one.item for one in await rows(slack, ReviewCard)] == [f"story:{story.id}"]

    @pytest.mark.parametrize("value", ["0", "5", "", "Good"])
    async def test_a_forged_rating_is_refused(self, slack: Dispatcher, value: str) -> None:
        story = await a_story(slack)
        await slack.press(ids.REHEARSE, value=story.ref)
        window = returned(slack.shown("views_open"))

        await slack.press(f"{ids.RATE}.3", value=value, view=window)

        assert "older version" in words_of(slack.shown())
        assert await rows(slack, LogEntry) == []

    @pytest.mark.parametrize("metadata", ["", "{}", '{"r":"1","t":1e999,"s":1,"g":1,"u":null}'])
    async def test_a_window_that_we_did_not_draw_is_refused(self, slack: Dispatcher, metadata: str) -> None:
        view = {"id": "V1", "type": "modal", "callback_id": rehearsal_views.CALLBACK}

        await slack.press(ids.STOP, view={**view, "private_metadata": metadata})

        assert "older version" in words_of(slack.shown())


class TestSharing:
    async def share(self, slack: Dispatcher, user_id: str | None) -> dict[str, Any]:
        story = await a_story(slack)
        await slack.press(ids.SHARE, value=story.ref, view=await opened_card(slack, story))
        return as_json(await slack.submit(returned(slack.shown("views_push"), {ids.FIELD: user_id})))

    async def test_owes_the_reader_a_message(self, slack: Dispatcher) -> None:
        slack.client.users_info.return_value = answer(user={"id": BEN.user_id, "team_id": ANA.team_id})

        await self.share(slack, BEN.user_id)

        assert [one.kind for one in await rows(slack, OutboxMessage)] == ["story-share"]
        below, done = (
            slack.client.views_update.call_args_list[-1],
            slack.client.views_update.call_args_list[-2],
        )
        assert f"<@{BEN.user_id}> can read it now" in words_of(done.kwargs["view"].to_dict())
        assert f"<@{BEN.user_id}> can read this, shared on" in words_of(below.kwargs["view"].to_dict())

    @pytest.mark.parametrize(("user_id", "says"), [(None, "Choose a person"), (ANA.user_id, "That is you")])
    async def test_nobody_and_oneself_are_refused_beside_the_field(
        self, slack: Dispatcher, user_id: str | None, says: str
    ) -> None:
        reply = await self.share(slack, user_id)

        assert says in reply["errors"][ids.FIELD]

    @pytest.mark.parametrize(
        ("user", "says"),
        [
            ({"id": "U9", "is_bot": True}, "That is a bot"),
            ({"id": "U9", "is_restricted": True}, "Guests cannot"),
        ],
    )
    async def test_guests_and_bots_are_refused_in_the_form(
        self, slack: Dispatcher, user: dict[str, Any], says: str
    ) -> None:
        slack.client.users_info.return_value = answer(user=user)

        await self.share(slack, "U9")

        assert says in words_of(slack.shown())
        assert await rows(slack, OutboxMessage) == []

    async def test_without_slacks_answer_nothing_is_shared(self, slack: Dispatcher) -> None:
        slack.client.users_info.side_effect = refusal("user_not_found")

        await self.share(slack, "U9")

        assert "did not tell me" in words_of(slack.shown())
        assert await rows(slack, OutboxMessage) == []


async def given_by_ben(slack: Dispatcher) -> tuple[Kept, dict[str, Any]]:
    """Ben shared a story with Ana, who has it open."""
    story = await a_story(slack, BEN)
    database = slack.coach.database
    sharing = SharingService(database, slack.clock, a_reminder_service(database, slack.clock), lambda: None)
    await sharing.share(BEN, story.ref, ANA.user_id)
    card = await service(slack).card(BEN, story.ref)
    await slack.press(ids.READ, value=card.readers[0].ref)
    return story, returned(slack.shown("views_open"))


class TestReading:
    async def test_a_shared_story_is_read_and_commented_on(self, slack: Dispatcher) -> None:
        story, view = await given_by_ben(slack)
        assert "I cut the move into six releases" in words_of(view)
        field = next(iter(view["state"]["values"]))

        await slack.submit(returned(view, {field: "<!here> Why *six*?"}))

        shown = slack.shown()
        assert "Your comment is with <@U2>." in words_of(shown)
        assert "&lt;!here&gt; Why *six*?" in words_of(shown)
        card = await service(slack).card(BEN, story.ref)
        assert [one.text for one in card.remarks] == ["<!here> Why *six*?"]

    @pytest.mark.parametrize("text", [None, "   ", "x" * 1001])
    async def test_an_empty_or_endless_comment_is_refused(self, slack: Dispatcher, text: str | None) -> None:
        _, view = await given_by_ben(slack)
        field = next(iter(view["state"]["values"]))

        response = await slack.submit(returned(view, {field: text}))

        assert list(as_json(response)["errors"]) == [field]

    async def test_taken_back_an_open_window_takes_no_comment(self, slack: Dispatcher) -> None:
        story, view = await given_by_ben(slack)
        field = next(iter(view["state"]["values"]))
        await service(slack).delete(BEN, story.ref)

        await slack.submit(returned(view, {field: "Too late"}))
        assert "not shared with you" in words_of(slack.shown())
        await slack.press(ids.READ, value=json.loads(view["private_metadata"])["r"])

        assert "not shared with you" in slack.said()

    async def test_the_owner_takes_it_back_in_the_card(self, slack: Dispatcher) -> None:
        slack.client.users_info.return_value = answer(user={"id": BEN.user_id, "team_id": ANA.team_id})
        await TestSharing().share(slack, BEN.user_id)
        card = slack.shown()
        ref = next(
            block["accessory"]["value"]
            for block in card["blocks"]
            if ids.REVOKE in str(block.get("accessory"))
        )

        await slack.press(ids.REVOKE, value=ref, view={"id": "V1", **card})

        assert "can read this" not in words_of(slack.shown())
