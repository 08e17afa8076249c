"""Progress, bending and the question after the date as Slack sees them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.webhook import WebhookResponse
from sqlmodel import select

from bot.plan import views as plan_views
from bot.progress import outcome_views, replan_views, views
from bot.progress.outcomes import KIND
from content.loader import Catalog
from storage import outbox
from storage.models import InterviewOutcome, Learner, OutboxState, PlanChange
from tests.bot.progress.plans import INTERVIEW, follow_plan, log_work
from tests.bot.surfaces import words_of
from tests.builders import TODAY
from tests.dispatch import Dispatcher, acked_view, as_json, returned

Payload = dict[str, Any]
WINDOW = {"id": "V2", "type": "modal"}
HOME = {"id": "V1", "type": "home"}


@pytest.fixture
async def slack(slack: Dispatcher, catalog: Catalog) -> Dispatcher:
    """Ana is in the third week of a plan of which she did nothing."""
    await follow_plan(catalog, slack.coach.database, slack.clock)
    slack.clock.move(days=15)
    return slack


async def practise(slack: Dispatcher) -> None:
    """Ana does one problem."""
    async with slack.coach.database.read() as session:
        learner_id = (await session.exec(select(Learner.id))).one()
    await log_work(slack.coach.database, learner_id or 0, TODAY, "coding")


def kinds_of(call: Any) -> list[str]:
    """Types of the blocks of an answer."""
    return [block["type"] for block in call.kwargs["blocks"]]


async def changes(slack: Dispatcher) -> list[PlanChange]:
    async with slack.coach.database.read() as session:
        return list((await session.exec(select(PlanChange))).all())


async def preview(slack: Dispatcher, way: str) -> Payload:
    """The window with what that way would move, as the person has it."""
    await slack.press(replan_views.SHOW, value=way)
    return slack.shown("views_open")


class TestProgress:
    async def test_the_command_answers_privately(self, slack: Dispatcher) -> None:
        response = await slack.command("progress")

        assert (response.status, response.body) == (200, "")
        assert slack.acked_before == []
        assert "Technical skills: No evidence yet; you say 40." in slack.said()
        slack.respond.assert_awaited_once()

    async def test_before_anything_was_done_it_is_words_alone(self, slack: Dispatcher) -> None:
        await slack.command("progress")

        assert {"data_visualization", "image"}.isdisjoint(kinds_of(slack.respond.call_args))
        assert "Hours by track" in words_of(slack.respond.call_args.kwargs["blocks"])
        assert "40 of 100" in words_of(slack.respond.call_args.kwargs["blocks"])
        slack.client.files_upload_v2.assert_not_awaited()

    async def test_a_workspace_with_charts_gets_them_at_once_and_the_days_as_a_drawing(
        self, slack: Dispatcher
    ) -> None:
        await practise(slack)

        await slack.command("progress")

        first, last = slack.respond.await_args_list
        assert kinds_of(first).count("data_visualization") == 1
        assert "image" not in kinds_of(first)
        assert "Hours by track" in words_of(first.kwargs["blocks"])
        assert kinds_of(last).count("image") == 1

    async def test_elsewhere_words_come_first_and_drawings_alone_follow(self, slack: Dispatcher) -> None:
        async def respond(*_: Any, blocks: list[Payload], **__: Any) -> WebhookResponse:
            is_chart = "data_visualization" in str(blocks)
            return WebhookResponse(
                url="",
                status_code=400 if is_chart else 200,
                body="invalid_blocks" if is_chart else "ok",
                headers={},
            )

        slack.respond.side_effect = respond
        await practise(slack)

        await slack.command("progress")

        _, words, drawn = slack.respond.await_args_list
        assert "image" not in kinds_of(words)
        assert "Hours by track" in words_of(words.kwargs["blocks"])
        assert words.kwargs["replace_original"] is False
        assert kinds_of(drawn).count("image") >= 1
        assert "Where the pace leads" in words_of(words.kwargs["blocks"])
        assert "Where the pace leads" not in words_of(drawn.kwargs["blocks"])
        assert drawn.kwargs["replace_original"] is False

    @pytest.mark.parametrize(
        ("place", "method"),
        [({"view": HOME}, "views_open"), ({"view": WINDOW}, "views_push")],
    )
    async def test_the_button_opens_it_in_a_window(
        self, slack: Dispatcher, place: Payload, method: str
    ) -> None:
        await slack.press(views.OPEN, **place)

        assert slack.acked_before == []
        assert "Where the pace leads" in words_of(slack.shown(method))

    async def test_the_parts_of_a_bar(self, slack: Dispatcher) -> None:
        await slack.press(views.PARTS, value="stories")

        assert "Stories told aloud" in words_of(slack.shown("views_open"))

    async def test_a_forged_bar_is_told(self, slack: Dispatcher) -> None:
        await slack.press(views.PARTS, value="nothing")

        assert "I do not know that bar" in slack.said()


class TestBending:
    async def test_three_ways_with_a_preview_each(self, slack: Dispatcher) -> None:
        await slack.press(views.BEND)

        shown = slack.shown("views_open")
        buttons = [block["accessory"]["value"] for block in shown["blocks"] if "accessory" in block]
        assert buttons == ["more", "fewer", "later"]
        assert await changes(slack) == []

    async def test_from_a_window_it_takes_its_place(self, slack: Dispatcher) -> None:
        await slack.press(views.BEND, view=WINDOW)

        assert "More per day" in words_of(slack.shown("views_update"))
        slack.client.views_push.assert_not_awaited()

    @pytest.mark.parametrize("way", ["more", "fewer", "later"])
    async def test_apply_and_undo(self, slack: Dispatcher, way: str) -> None:
        form = returned(await preview(slack, way))

        response = await slack.submit(form)

        assert "Moving." in words_of(acked_view(response))
        done = slack.shown("views_update")
        assert "Done." in words_of(done)
        assert [change.undone_at for change in await changes(slack)] == [None]
        slack.client.views_publish.assert_awaited()
        [change] = await changes(slack)
        await slack.command("plan")
        assert "Bent to your date on 19 March 2030, as you chose" in slack.said()

        await slack.press(plan_views.UNDO, value=str(change.id), view={**WINDOW, "id": form["id"]})

        assert "Taken back" in words_of(slack.shown("views_update"))
        assert all(one.undone_at for one in await changes(slack))
        await slack.command("plan")
        assert "Bent to your date" not in slack.said()

    async def test_a_doubled_submit_is_one_change(self, slack: Dispatcher) -> None:
        form = returned(await preview(slack, "fewer"))

        await slack.submit(form)
        await slack.submit(form)

        assert len(await changes(slack)) == 1
        assert "Done." in words_of(slack.shown("views_update"))

    async def test_another_date_is_taken(self, slack: Dispatcher) -> None:
        wanted = INTERVIEW + timedelta(days=21)
        form = returned(await preview(slack, "later"), {replan_views.DATE: wanted.isoformat()})

        await slack.submit(form)

        async with slack.coach.database.read() as session:
            assert (await session.exec(select(Learner))).one().interview_on == wanted

    @pytest.mark.parametrize(
        "stored", ["", "[]", "{}", '{"way": "x"}', json.dumps({"way": "more", "base": "x", "on": "y"})]
    )
    async def test_a_forged_window_moves_nothing(self, slack: Dispatcher, stored: str) -> None:
        form = {**returned(await preview(slack, "more")), "private_metadata": stored}

        await slack.submit(form)

        assert await changes(slack) == []
        assert "/prep progress" in words_of(slack.shown("views_update"))

    @pytest.mark.parametrize("value", ["", "-1", "999", "1 or 1=1", "9" * 40])
    async def test_a_forged_undo_is_refused(self, slack: Dispatcher, value: str) -> None:
        await slack.press(plan_views.UNDO, value=value)

        assert "belongs to another plan" in slack.said()


async def asked(slack: Dispatcher) -> None:
    """The question of the day after the interview has arrived."""
    slack.clock.instant += INTERVIEW - TODAY - timedelta(days=15) + timedelta(days=1)
    await slack.coach.tick()
    async with slack.coach.database.write() as session:
        message = await outbox.find(session, f"outcome:1:{INTERVIEW}")
        assert message is not None
        assert message.kind == KIND
        message.state, message.channel, message.message_ts = OutboxState.SENT, "D1", "1.5"
        session.add(message)


async def outcome(slack: Dispatcher) -> str | None:
    async with slack.coach.database.read() as session:
        return (await session.exec(select(InterviewOutcome.outcome))).one()


class TestOutcome:
    @pytest.mark.parametrize("said", ["offer", "declined", "waiting", "none"])
    async def test_an_answer_changes_the_question(self, slack: Dispatcher, said: str) -> None:
        await asked(slack)

        await slack.press(f"{outcome_views.ANSWER}.{said}", value=INTERVIEW.isoformat())

        assert slack.acked_before == []
        assert await outcome(slack) == said
        changed = slack.client.chat_update.call_args.kwargs
        assert (changed["channel"], changed["ts"]) == ("D1", "1.5")
        assert outcome_views.REPLIES[said] in changed["text"]  # type: ignore[index]  # one of them

    async def test_a_new_date_stretches_the_plan(self, slack: Dispatcher) -> None:
        await asked(slack)
        await slack.press(f"{outcome_views.ANSWER}.moved", value=INTERVIEW.isoformat())
        assert await outcome(slack) is None
        wanted = INTERVIEW + timedelta(days=20)
        form = returned(slack.shown("views_open"), {replan_views.DATE: wanted.isoformat()})

        await slack.submit(form)

        assert "Done." in words_of(slack.shown("views_update"))
        assert await outcome(slack) == "moved"
        [change] = await changes(slack)
        assert change.way == "later"
        async with slack.coach.database.read() as session:
            assert (await session.exec(select(Learner))).one().interview_on == wanted

    async def test_an_old_date_is_told_beside_the_field(self, slack: Dispatcher) -> None:
        await asked(slack)
        await slack.press(f"{outcome_views.ANSWER}.moved", value=INTERVIEW.isoformat())
        form = returned(slack.shown("views_open"), {replan_views.DATE: TODAY.isoformat()})

        response = await slack.submit(form)

        assert as_json(response)["errors"] == {replan_views.DATE: outcome_views.LATER}
        assert await changes(slack) == []

    @pytest.mark.parametrize("value", ["", "yesterday", "2019-01-01"])
    async def test_a_forged_date_is_refused(self, slack: Dispatcher, value: str) -> None:
        await asked(slack)

        await slack.press(f"{outcome_views.ANSWER}.offer", value=value)

        assert await outcome(slack) is None
        assert "/prep progress" in slack.said()
