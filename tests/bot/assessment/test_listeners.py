"""The assessment as Slack sees it: what is acked, what is shown, what is kept."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.assessment import ids
from bot.assessment.wizard import Wizard
from content.loader import Catalog
from storage import attempts, learners
from storage.models import Attempt, Learner
from tests.bot.surfaces import words_of
from tests.builders import ANA
from tests.dispatch import (
    Dispatcher,
    acked_view,
    as_json,
    refusal,
    returned,
    shortcut,
    suggestion,
)

PROFILE = {"current_level": "manager-l6", "target_level": "L7", "hours_per_week": "12"}
Payload = dict[str, Any]


async def open_profile(slack: Dispatcher, form: str = "quick") -> Payload:
    """The profile page, as Slack would send it back."""
    await slack.command(f"assess {form}")
    return returned(slack.shown("views_open"), PROFILE)


async def first_page(slack: Dispatcher, form: str = "quick") -> Payload:
    """The first page of items."""
    return acked_view(await slack.submit(await open_profile(slack, form)))


def filled(page: Payload, points: int = 3) -> Payload:
    """The page with the same answer to each item."""
    items = [block["block_id"] for block in page["blocks"] if block["type"] == "input"]
    return returned(page, dict.fromkeys(items, str(points)))


async def result_page(slack: Dispatcher, form: str = "quick", points: int = 3) -> Payload:
    """The result of answering every page alike."""
    page = await first_page(slack, form)
    while page.get("callback_id") == ids.PAGE:
        page = acked_view(await slack.submit(filled(page, points)))
    return slack.shown("views_update")


async def stored(slack: Dispatcher) -> tuple[Learner, Attempt, dict[str, int]]:
    """What is kept of Ana's newest attempt."""
    async with slack.coach.database.read() as session:
        learner = await learners.find(session, ANA.team_id, ANA.user_id)
        assert learner is not None
        assert learner.id is not None
        attempt = await attempts.latest(session, learner.id)
        assert attempt is not None
        assert attempt.id is not None
        return learner, attempt, await attempts.answers(session, attempt.id)


class TestOpening:
    async def test_the_command_offers_both_forms(self, slack: Dispatcher) -> None:
        response = await slack.command("assess")

        assert (response.status, response.body) == (200, "")
        assert slack.shown("views_open")["callback_id"] == ids.CHOICE

    @pytest.mark.parametrize("form", ["quick", "complete"])
    async def test_the_command_with_a_form_opens_it_at_once(self, slack: Dispatcher, form: str) -> None:
        await slack.command(f"assess {form.upper()}")

        view = slack.shown("views_open")
        assert view["callback_id"] == ids.PROFILE
        assert json.loads(view["private_metadata"])["f"] == form

    async def test_the_shortcut_and_the_button_open_the_choice(self, slack: Dispatcher) -> None:
        await slack.send(shortcut(ids.SHORTCUT))
        assert slack.shown("views_open")["callback_id"] == ids.CHOICE

        slack.client.views_open.reset_mock()
        await slack.press(ids.OPEN)
        assert slack.shown("views_open")["callback_id"] == ids.CHOICE

    async def test_the_zone_is_preset_from_slack(self, slack: Dispatcher) -> None:
        page = await open_profile(slack)

        chosen = page["state"]["values"]["time_zone"][ids.ZONE]["selected_option"]
        assert chosen["value"] == "Europe/Lisbon"

    @pytest.mark.parametrize("zone", ["", "Mars/Base", None])
    async def test_a_zone_slack_does_not_tell_falls_back_to_the_default(
        self, slack: Dispatcher, zone: str | None
    ) -> None:
        slack.client.users_info.side_effect = refusal("user_not_found") if zone is None else None
        slack.client.users_info.return_value = {"user": {"tz": zone}}

        page = await open_profile(slack)

        assert page["state"]["values"]["time_zone"][ids.ZONE]["selected_option"]["value"] == "UTC"


class TestProfile:
    async def test_mistakes_are_said_beside_their_fields_and_keep_the_form(self, slack: Dispatcher) -> None:
        page = await open_profile(slack)
        page = returned(page, {"hours_per_week": "0", "interview_on": "2030-03-03"})

        reply = as_json(await slack.submit(page))

        inputs = {block["block_id"] for block in page["blocks"] if block["type"] == "input"}
        assert reply["response_action"] == "errors"
        assert set(reply["errors"]) == {"hours_per_week", "interview_on", "current_level", "target_level"}
        assert set(reply["errors"]) <= inputs

    async def test_a_good_one_leads_to_the_first_page_and_is_kept(self, slack: Dispatcher) -> None:
        page = await first_page(slack)

        learner, attempt, _ = await stored(slack)
        assert page["callback_id"] == ids.PAGE
        assert (learner.hours_per_week, learner.target_level, learner.time_zone) == (
            12,
            "L7",
            "Europe/Lisbon",
        )
        assert (attempt.number, attempt.form, attempt.page) == (1, "quick", 1)

    async def test_is_filled_in_with_what_is_known_when_one_starts_again(self, slack: Dispatcher) -> None:
        await first_page(slack)

        await slack.command("assess complete")

        again = returned(slack.shown("views_open"))
        values = again["state"]["values"]
        assert values["hours_per_week"][ids.FIELD]["value"] == "12"
        assert values["target_level"][ids.FIELD]["selected_option"]["value"] == "L7"

    async def test_suggests_zones_for_what_is_typed(self, slack: Dispatcher) -> None:
        reply = as_json(await slack.send(suggestion(ids.ZONE, "lisb")))

        assert [option["value"] for option in reply["options"]] == ["Europe/Lisbon"]


class TestPages:
    async def test_an_open_item_is_named_and_the_page_stays(self, slack: Dispatcher) -> None:
        page = filled(await first_page(slack))
        missing, *_ = page["state"]["values"]
        page["state"]["values"][missing][ids.ANSWER]["selected_option"] = None

        reply = as_json(await slack.submit(page))

        assert reply == {
            "response_action": "errors",
            "errors": {missing: "Choose the answer that comes nearest."},
        }

    async def test_a_page_is_kept_when_it_is_left(self, slack: Dispatcher) -> None:
        page = filled(await first_page(slack), points=4)

        following = acked_view(await slack.submit(page))

        _, attempt, answers = await stored(slack)
        assert answers == dict.fromkeys(page["state"]["values"], 4)
        assert attempt.page == 2
        assert json.loads(following["private_metadata"])["p"] == 2

    async def test_an_answer_is_kept_as_it_is_ticked(self, slack: Dispatcher) -> None:
        page = returned(await first_page(slack))
        item = next(iter(page["state"]["values"]))

        response = await slack.press(ids.ANSWER, option="5", block_id=item, view=page, at=1.0)

        assert (response.status, response.body) == (200, "")
        assert (await stored(slack))[2] == {item: 5}

    async def test_ticks_that_overtake_each_other_leave_the_later_one(self, slack: Dispatcher) -> None:
        page = returned(await first_page(slack))
        item = next(iter(page["state"]["values"]))

        await slack.press(ids.ANSWER, option="5", block_id=item, view=page, at=20.0)
        await slack.press(ids.ANSWER, option="1", block_id=item, view=page, at=10.0)

        assert (await stored(slack))[2] == {item: 5}

    async def test_back_shows_the_page_before_with_its_answers_and_keeps_this_one(
        self, slack: Dispatcher
    ) -> None:
        first = filled(await first_page(slack), points=2)
        second = filled(acked_view(await slack.submit(first)), points=5)

        await slack.press(ids.BACK, view=second)

        back = returned(slack.shown("views_update"))
        chosen = {item: state[ids.ANSWER]["selected_option"]["value"] for item, state in _state(back)}
        assert chosen == dict.fromkeys(first["state"]["values"], "2")
        assert dict.fromkeys(second["state"]["values"], 5).items() <= (await stored(slack))[2].items()

    async def test_back_from_the_first_page_shows_the_profile_as_it_was_given(
        self, slack: Dispatcher
    ) -> None:
        page = returned(await first_page(slack))

        await slack.press(ids.BACK, view=page)

        profile = returned(slack.shown("views_update"))
        assert profile["callback_id"] == ids.PROFILE
        assert profile["state"]["values"]["hours_per_week"][ids.FIELD]["value"] == "12"

    async def test_closing_and_coming_back_goes_on_with_the_answers(self, slack: Dispatcher) -> None:
        first = filled(await first_page(slack), points=2)
        second = returned(acked_view(await slack.submit(first)))
        item = next(iter(second["state"]["values"]))
        await slack.press(ids.ANSWER, option="4", block_id=item, view=second, at=1.0)

        await slack.command("assess")
        await slack.press(ids.RESUME, view=returned(slack.shown("views_open")))

        page = returned(slack.shown("views_update"))
        assert json.loads(page["private_metadata"])["p"] == 2
        assert dict(_state(page))[item][ids.ANSWER]["selected_option"]["value"] == "4"

    async def test_going_on_with_what_was_finished_meanwhile_offers_the_choice(
        self, slack: Dispatcher
    ) -> None:
        await result_page(slack)

        await slack.press(ids.RESUME, view={"id": "V0", "type": "modal", "callback_id": ids.CHOICE})

        assert slack.shown("views_update")["callback_id"] == ids.CHOICE

    async def test_starting_anew_gives_the_unfinished_one_up(self, slack: Dispatcher) -> None:
        await slack.submit(filled(await first_page(slack)))
        await slack.command("assess")
        choice = returned(slack.shown("views_open"))
        buttons = [block["accessory"] for block in choice["blocks"] if "accessory" in block]
        complete = next(button for button in buttons if button["action_id"] == f"{ids.START}.complete")

        await slack.press(complete["action_id"], value=complete["value"], view=choice)

        profile = returned(slack.shown("views_update"), PROFILE)
        page = acked_view(await slack.submit(profile))
        _, attempt, answers = await stored(slack)
        wizard = Wizard.from_json(page["private_metadata"])
        assert (wizard.number, wizard.form, wizard.page, wizard.answers) == (2, "complete", 1, {})
        assert (attempt.number, attempt.form, answers) == (2, "complete", {})

    async def test_a_start_button_from_before_a_finished_one_begins_the_next(self, slack: Dispatcher) -> None:
        await slack.command("assess")
        old_choice = returned(slack.shown("views_open"))
        button = next(block["accessory"] for block in old_choice["blocks"] if "accessory" in block)
        await result_page(slack)

        await slack.press(button["action_id"], value=button["value"], view=old_choice)

        assert Wizard.from_json(slack.shown("views_update")["private_metadata"]).number == 2


class TestResult:
    @pytest.mark.parametrize("form", ["quick", "complete"])
    async def test_the_last_page_says_it_is_scoring_and_then_shows_the_result(
        self, slack: Dispatcher, form: str
    ) -> None:
        page = await first_page(slack, form)
        while page.get("callback_id") == ids.PAGE:
            response = await slack.submit(filled(page))
            page = acked_view(response)

        assert "Scoring" in page["blocks"][0]["text"]["text"]
        result = slack.shown("views_update")
        assert result["blocks"][0]["text"]["text"].startswith("60 of 100")
        assert "Where you stand: 60 of 100" in words_of(slack.shown("views_publish")), "Home shows it too"

    async def test_submitting_the_last_page_twice_scores_once(self, slack: Dispatcher) -> None:
        page = await first_page(slack)
        pages = []
        while page.get("callback_id") == ids.PAGE:
            pages.append(filled(page))
            page = acked_view(await slack.submit(pages[-1]))
        finished_at = (await stored(slack))[1].finished_at
        slack.clock.move(minutes=1)

        await slack.submit(pages[-1])

        _, attempt, _ = await stored(slack)
        assert (attempt.number, attempt.finished_at) == (1, finished_at)
        assert slack.shown("views_update")["callback_id"] == ids.RESULT

    async def test_can_be_seen_again(self, slack: Dispatcher) -> None:
        before = await result_page(slack)

        await slack.press(ids.SHOW_RESULT)

        assert slack.shown("views_open") == before

    async def test_there_is_none_before_the_first_and_the_choice_opens(self, slack: Dispatcher) -> None:
        await slack.press(ids.SHOW_RESULT)

        assert slack.shown("views_open")["callback_id"] == ids.CHOICE

    async def test_a_plan_is_taken_and_told(self, slack: Dispatcher, catalog: Catalog) -> None:
        view = returned(await result_page(slack), {ids.PLAN: "six-week"})

        told = acked_view(await slack.submit(view))

        assert catalog.plans["six-week"].title in told["blocks"][0]["text"]["text"]
        assert catalog.plans["six-week"].title in words_of(slack.shown("views_publish"))

    @pytest.mark.parametrize("slug", [None, "no-such-plan"])
    async def test_no_plan_or_an_unknown_one_is_asked_for_again(
        self, slack: Dispatcher, slug: str | None
    ) -> None:
        view = returned(await result_page(slack), {ids.PLAN: slug})

        reply = as_json(await slack.submit(view))

        assert reply == {"response_action": "errors", "errors": {ids.PLAN: "Choose a plan."}}


def _state(view: Payload) -> list[tuple[str, Any]]:
    return list(view["state"]["values"].items())
