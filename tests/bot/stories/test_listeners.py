"""Stories as Slack sees them: windows over windows, forms that lose nothing, and what others may not do."""

from __future__ import annotations

import json
from typing import Any
from unittest.mock import patch

import pytest

from bot.stories import form_views, ids
from storage.models import Story
from tests.bot.stories.windows import a_story, opened_card, opened_form, opened_list, rows, service
from tests.bot.surfaces import words_of
from tests.builders import ANA, BEN
from tests.dispatch import Dispatcher, answer, as_json, block_actions, message_shortcut, refusal, returned

HOME = {"id": "VH", "type": "home"}
FOREIGN = {"id": "VF", "type": "modal", "callback_id": "plan.week"}


class TestBank:
    async def test_opens_with_what_is_searched_for(self, slack: Dispatcher) -> None:
        await a_story(slack)

        assert "*Migration*" in words_of(await opened_list(slack, "MIGRATION"))
        assert "No story for “&lt;!here&gt;”" in words_of(await opened_list(slack, "<!here>"))

    async def test_is_searched_in_place(self, slack: Dispatcher) -> None:
        await a_story(slack)
        view = await opened_list(slack)

        response = await slack.submit(returned(view, {ids.QUERY: "replicas"}))

        shown = as_json(response)["view"]
        assert "1 story for “replicas”." in words_of(shown)
        assert json.loads(shown["private_metadata"])[0] == "replicas"

    async def test_is_filtered_and_left_for_a_story_and_back(self, slack: Dispatcher) -> None:
        story = await a_story(slack)
        view = await opened_list(slack)
        await slack.press(ids.FILTER, option="never-told", view=view)
        listed = returned(slack.shown())
        assert "(Never told aloud)" in words_of(listed)

        await slack.press(ids.SHOW, value=story.ref, view={**listed, "id": view["id"]})
        card = returned(slack.shown())
        assert "I cut the move into six releases" in words_of(card)
        await slack.press(ids.BACK, view=card)

        assert "(Never told aloud)" in words_of(slack.shown())

    async def test_opens_anywhere(self, slack: Dispatcher) -> None:
        await slack.press(ids.OPEN, view=HOME)
        assert "No story yet" in words_of(slack.shown("views_open"))
        assert "Nobody else sees it" in words_of(slack.shown("views_open"))

        await slack.press(ids.OPEN, view=FOREIGN)
        assert "No story yet" in words_of(slack.shown("views_push"))

    async def test_pages_are_turned(self, slack: Dispatcher) -> None:
        await a_story(slack)
        await slack.press(f"{ids.PAGE}.next", value="7", view=await opened_list(slack))

        assert "*Migration*" in words_of(slack.shown())

    async def test_the_picture_of_the_coverage_comes_when_it_is_ready(self, slack: Dispatcher) -> None:
        await a_story(slack)
        view = await opened_list(slack)
        slack.client.views_update.side_effect = None
        slack.client.views_update.return_value = answer(view={"hash": "h1"})

        await slack.press(ids.COVERAGE, view=view)

        words, drawn = slack.client.views_update.await_args_list[-2:]
        assert "image" not in [block.type for block in words.kwargs["view"].blocks]
        assert drawn.kwargs["view"].blocks[0].type == "image"
        assert (words.kwargs["hash"], drawn.kwargs["hash"]) == (None, "h1")

    async def test_coverage_is_shown_in_its_place(self, slack: Dispatcher) -> None:
        await slack.press(ids.COVERAGE, view=await opened_list(slack))

        assert "0 of 32 principles by level" in words_of(slack.shown())


class TestForm:
    async def test_a_new_story_is_kept_and_read_by_the_coach(self, slack: Dispatcher) -> None:
        listed = await opened_list(slack)
        await slack.press(ids.ADD, view=listed)
        form = slack.shown("views_push")

        response = await slack.submit(
            returned(
                form, {"title": "A & B", "action": "We did it.", "principles": ["ownership"], "scope": "L7"}
            )
        )

        assert as_json(response)["response_action"] == "update"
        calls = slack.client.views_update.call_args_list
        card, below = (call.kwargs["view"].to_dict() for call in calls[-2:])
        assert "*A &amp; B*" in words_of(card)
        assert "The Situation is still missing" in words_of(card)
        assert calls[-1].kwargs["view_id"] == listed["id"]
        assert "*A &amp; B*" in words_of(below)
        slack.client.views_publish.assert_awaited()
        (row,) = await rows(slack, Story)
        assert (row.title, row.principles, row.scope, row.scenario) == ("A & B", ["ownership"], "L7", None)

    async def test_a_doubled_submit_is_one_story(self, slack: Dispatcher) -> None:
        await slack.press(ids.ADD, view=HOME)
        form = returned(slack.shown("views_open"), {"title": "Once"})

        for _ in range(2):
            await slack.submit(form)

        assert len(await rows(slack, Story)) == 1

    async def test_adds_to_a_principle_or_scenario(self, slack: Dispatcher) -> None:
        await slack.press(ids.ADD, value="frugality", view=HOME)

        assert form_views.read_fields(returned(slack.shown("views_open")))["principles"] == ("frugality",)

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"title": None}, "title"),
            ({"title": "x", "happened_on": "2099-01"}, "happened_on"),
            ({"title": "x", "task": "x" * 3001}, "task"),
        ],
    )
    async def test_what_is_wrong_is_said_beside_its_field(
        self, slack: Dispatcher, values: dict[str, Any], field: str
    ) -> None:
        await slack.press(ids.ADD, view=HOME)

        response = await slack.submit(returned(slack.shown("views_open"), values))

        assert list(as_json(response)["errors"]) == [field]
        assert await rows(slack, Story) == []

    async def test_carries_no_word_of_the_story_beside_it(self, slack: Dispatcher) -> None:
        form = await opened_form(slack, await a_story(slack))

        assert len(form["private_metadata"]) < 3000
        assert "igration" not in form["private_metadata"]

    async def test_shows_both_versions_of_what_two_devices_changed(self, slack: Dispatcher) -> None:
        story = await a_story(slack)
        phone, laptop = await opened_form(slack, story), await opened_form(slack, story)
        await slack.submit(returned(phone, {"task": "From the phone & more", "title": "Phone"}))

        window = returned(laptop, {"task": "From the laptop", "scope": "L7"})
        await slack.submit(window)

        asked = next(
            call.kwargs["view"].to_dict()
            for call in slack.client.views_update.call_args_list[::-1]
            if call.kwargs["view_id"] == window["id"]
        )
        assert "From the phone &amp; more" in words_of(asked)
        assert form_views.read_fields(returned(asked))["task"] == "From the laptop"
        (row,) = await rows(slack, Story)
        assert (row.task, row.title, row.scope) == ("From the phone & more", "Phone", "L7")
        await slack.submit(returned(asked))
        assert (await rows(slack, Story))[0].task == "From the laptop"

    async def test_a_story_deleted_meanwhile_is_back_and_it_says_so(self, slack: Dispatcher) -> None:
        story = await a_story(slack)
        form = await opened_form(slack, story)
        await service(slack).delete(ANA, story.ref)

        await slack.submit(returned(form, {"task": "I had to finish it"}))

        shown = [words_of(call.kwargs["view"].to_dict()) for call in slack.client.views_update.call_args_list]
        assert any("It is back, as you typed it." in one for one in shown)
        assert (await rows(slack, Story))[0].task == "I had to finish it"

    async def test_what_was_typed_comes_back_when_it_cannot_be_saved(
        self, slack: Dispatcher, caplog: pytest.LogCaptureFixture
    ) -> None:
        await slack.press(ids.ADD, view=HOME)
        form = returned(slack.shown("views_open"), {"title": "Secret plan", "task": "A long text"})

        with patch("bot.stories.service.stories.by_key", side_effect=RuntimeError("Secret plan")):
            await slack.submit(form)

        again = slack.shown()
        assert form_views.NOT_SAVED in words_of(again)
        assert form_views.read_fields(returned(again))["task"] == "A long text"
        assert "Secret plan" not in caplog.text
        await slack.submit({**returned(again), "id": form["id"]})
        assert [row.title for row in await rows(slack, Story)] == ["Secret plan"]

    @pytest.mark.parametrize("metadata", ["", "[]", "{}", '{"n": 1}', '{"n": 1, "h": {}, "k": 7}'])
    async def test_a_form_that_we_did_not_draw_is_refused(self, slack: Dispatcher, metadata: str) -> None:
        form = await opened_form(slack, await a_story(slack))

        response = await slack.submit({**returned(form), "private_metadata": metadata})

        assert "older version" in words_of(as_json(response)["view"])


class TestMessage:
    async def test_becomes_the_situation(self, slack: Dispatcher) -> None:
        await slack.send(message_shortcut(ids.SAVE_MESSAGE, "I said &lt;no&gt; to <@U9|max>. Twice."))

        fields = form_views.read_fields(returned(slack.shown("views_open")))
        assert fields["situation"] == "I said <no> to @max. Twice."
        assert fields["title"] == "I said <no> to @max"

    async def test_twice_is_the_same_story(self, slack: Dispatcher) -> None:
        for number in range(2):
            await slack.send(message_shortcut(ids.SAVE_MESSAGE, "I said no.", ts="7.1"))
            form = slack.shown("views_open")
            assert (form_views.SEEN in words_of(form)) == bool(number)
            await slack.submit(returned(form, {"title": f"No {number}"}))

        assert [row.title for row in await rows(slack, Story)] == ["No 1"]

    @pytest.mark.parametrize(("text", "lead"), [("", form_views.NO_TEXT), ("x " * 4000, form_views.CUT)])
    async def test_without_text_or_too_long_says_so(self, slack: Dispatcher, text: str, lead: str) -> None:
        await slack.send(message_shortcut(ids.SAVE_MESSAGE, text))

        assert lead in words_of(slack.shown("views_open"))


class TestArchiveAndDelete:
    async def test_the_button_says_where_it_goes(self, slack: Dispatcher) -> None:
        story = await a_story(slack)
        card = await opened_card(slack, story)
        for _ in range(2):
            await slack.press(f"{ids.ARCHIVE}.in", value=story.ref, view=card)
            assert "in the archive" in words_of(slack.shown())

        await slack.press(f"{ids.ARCHIVE}.out", value=story.ref, view=card)

        assert "in the archive" not in words_of(slack.shown())

    async def test_a_deleted_story_is_gone_and_a_second_press_says_so(self, slack: Dispatcher) -> None:
        story = await a_story(slack)
        card = await opened_card(slack, story)

        await slack.press(ids.DELETE, value=story.ref, view=card)
        assert "“Migration” is deleted." in words_of(slack.shown())
        await slack.press(ids.DELETE, value=story.ref, view=card)

        assert "deleted before" in words_of(slack.shown())
        assert await rows(slack, Story) == []

    @pytest.mark.parametrize("action", [ids.OPEN, ids.EDIT, ids.REHEARSE, ids.SHARE, f"{ids.ARCHIVE}.in"])
    async def test_somebody_elses_story_is_not_found(self, slack: Dispatcher, action: str) -> None:
        own = await opened_card(slack, await a_story(slack))
        other = await a_story(slack, BEN, title="Ben's secret")

        await slack.press(action, value=other.ref, view=own)

        assert "I cannot find that story" in words_of(slack.shown())
        assert "secret" not in str(slack.client.mock_calls)


ACTIONS = (ids.OPEN, ids.ADD, ids.BACK, ids.COVERAGE, f"{ids.PAGE}.next", ids.FILTER)


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_listener_acks_before_it_calls_slack(slack: Dispatcher, action: str) -> None:
    response = await slack.send(block_actions(action, view=await opened_list(slack)))

    assert response.status == 200
    assert slack.acked_before == []


async def test_home_and_the_window_below_that_cannot_be_drawn_do_not_spoil_a_save(slack: Dispatcher) -> None:
    form = await opened_form(slack, await a_story(slack))
    slack.client.views_publish.side_effect = refusal("fatal_error")

    response = await slack.submit(returned(form, {"task": "I had to"}))

    assert as_json(response)["response_action"] == "update"
    assert (await rows(slack, Story))[0].task == "I had to"
