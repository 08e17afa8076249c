"""The plan as Slack sees it."""

from __future__ import annotations

import pytest

from bot.assessment.service import AssessmentService
from bot.members import Member
from bot.plan import views
from bot.plan.service import PlanService
from content.loader import Catalog
from tests.bot.surfaces import words_of
from tests.builders import ANA, BEN, Bell, a_reminder_service, finish_assessment
from tests.dispatch import Dispatcher

HOME = {"id": "V1", "type": "home"}
WINDOW = {"id": "V2", "type": "modal"}


async def give_plan(slack: Dispatcher, catalog: Catalog, member: Member = ANA) -> int:
    """A six-week plan, straight from the services; its id."""
    database = slack.coach.database
    await finish_assessment(AssessmentService(catalog, database, slack.clock, "UTC"), member)
    service = PlanService(catalog, database, slack.clock, Bell(), a_reminder_service(database, slack.clock))
    await service.choose(member, 1, "six-week")
    overview = await service.overview(member)
    assert overview is not None
    return overview.plan_id


class TestCommand:
    @pytest.mark.parametrize(
        ("typed", "week"),
        [
            ("plan", 1),
            ("plan 3", 3),
            ("PLAN 3", 3),
            ("  plan   3  ", 3),
            ("plan\t6", 6),
        ],
    )
    async def test_shows_the_week_to_the_person_alone(
        self, slack: Dispatcher, catalog: Catalog, typed: str, week: int
    ) -> None:
        await give_plan(slack, catalog)

        response = await slack.command(typed)

        assert (response.status, response.body) == (200, "")
        assert f"Week {week} of 6:" in slack.said()
        assert f"*Week {week} of 6:" in words_of(slack.respond.call_args.kwargs["blocks"])

    @pytest.mark.parametrize("typed", ["plan 99", "plan 0", "plan next", "plan -1", f"plan {'9' * 5000}"])
    async def test_a_week_that_is_not_there_is_said_so(
        self, slack: Dispatcher, catalog: Catalog, typed: str
    ) -> None:
        await give_plan(slack, catalog)

        await slack.command(typed)

        assert slack.said() == "Your plan has 6 weeks: type `/prep plan 1`, for example."

    async def test_without_a_plan_says_how_to_get_one(self, slack: Dispatcher) -> None:
        await slack.command("plan")

        assert "`/prep`" in slack.said()


class TestButton:
    async def test_in_a_message_answers_beside_it(self, slack: Dispatcher, catalog: Catalog) -> None:
        await give_plan(slack, catalog)

        await slack.press(views.SHOW)

        assert "Week 1 of 6" in slack.said()
        assert slack.respond.call_args.kwargs["replace_original"] is False

    async def test_on_home_opens_a_window(self, slack: Dispatcher, catalog: Catalog) -> None:
        await give_plan(slack, catalog)

        await slack.press(views.SHOW, view=HOME)

        assert "*Week 1 of 6:" in words_of(slack.shown("views_open"))
        slack.respond.assert_not_called()


class TestSelect:
    async def test_unfolds_another_week_in_the_message(self, slack: Dispatcher, catalog: Catalog) -> None:
        plan_id = await give_plan(slack, catalog)

        await slack.press(views.SHOW_WEEK, option="4", block_id=f"plan.{plan_id}.1")

        assert "Week 4 of 6" in slack.said()
        assert slack.respond.call_args.kwargs["replace_original"] is True

    async def test_unfolds_another_week_in_the_window(self, slack: Dispatcher, catalog: Catalog) -> None:
        plan_id = await give_plan(slack, catalog)

        await slack.press(views.SHOW_WEEK, option="4", block_id=f"plan.{plan_id}.1", view=WINDOW)

        assert slack.client.views_update.call_args.kwargs["view_id"] == WINDOW["id"]
        assert "*Week 4 of 6:" in words_of(slack.shown("views_update"))

    @pytest.mark.parametrize("block_id", ["plan.999.1", "plan.x.1", "other"])
    async def test_of_a_plan_that_is_not_there_says_so(
        self, slack: Dispatcher, catalog: Catalog, block_id: str
    ) -> None:
        await give_plan(slack, catalog)

        await slack.press(views.SHOW_WEEK, option="4", block_id=block_id)

        assert slack.said().startswith("This plan is no longer there.")

    async def test_does_not_show_anothers_plan(self, slack: Dispatcher, catalog: Catalog) -> None:
        plan_id = await give_plan(slack, catalog, BEN)

        await slack.press(views.SHOW_WEEK, option="4", block_id=f"plan.{plan_id}.1")

        assert slack.said().startswith("This plan is no longer there.")
