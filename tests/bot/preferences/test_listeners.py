"""Settings, pause and resume as Slack sees them."""

from __future__ import annotations

from typing import Any

import pytest

from bot.preferences import pause_views, views
from content.loader import Catalog
from storage import learners, preferences
from storage.models import Learner, Preferences
from tests.bot.plan.test_listeners import give_plan
from tests.bot.preferences.forms import submitted
from tests.bot.surfaces import words_of
from tests.builders import ANA
from tests.dispatch import Dispatcher, acked_view, answer, as_json, suggestion

HOME = {"id": "V1", "type": "home"}
WINDOW = {"id": "V2", "type": "modal"}


async def stored(slack: Dispatcher) -> tuple[Learner, Preferences]:
    """What is kept of Ana."""
    async with slack.coach.database.read() as session:
        learner = await learners.find(session, ANA.team_id, ANA.user_id)
        assert learner is not None
        own = await preferences.get(session, learner.id or 0)
    assert own is not None
    return learner, own


async def settings_form(slack: Dispatcher) -> dict[str, Any]:
    """The modal that `/prep settings` opens."""
    await slack.command("settings")
    return slack.shown("views_open")


class TestOpening:
    @pytest.mark.parametrize("typed", ["settings", "SETTINGS", " settings  now "])
    async def test_by_typing(self, slack: Dispatcher, typed: str) -> None:
        response = await slack.command(typed)

        assert (response.status, response.body) == (200, "")
        assert slack.shown("views_open")["callback_id"] == views.FORM
        assert slack.acked_before == []

    async def test_by_the_button_in_a_message_or_home(self, slack: Dispatcher) -> None:
        await slack.press(views.OPEN)
        assert slack.shown("views_open")["callback_id"] == views.FORM

        await slack.press(views.OPEN, view=HOME)
        assert slack.client.views_open.await_count == 2
        assert slack.acked_before == []

    async def test_in_a_window_goes_on_top_of_it(self, slack: Dispatcher) -> None:
        await slack.press(views.OPEN, view=WINDOW)

        assert slack.shown("views_push")["callback_id"] == views.FORM
        slack.client.views_open.assert_not_called()

    async def test_shows_the_zone_slack_tells_of_a_stranger(self, slack: Dispatcher) -> None:
        assert "Follow Slack: Lisbon, Europe" in words_of(await settings_form(slack))

    async def test_when_slack_does_not_tell_the_zone_shows_the_one_in_use(self, slack: Dispatcher) -> None:
        slack.client.users_info.side_effect = OSError("no network")

        shown = words_of(await settings_form(slack))

        assert "Follow Slack\n" in shown
        assert "UTC" in shown


class TestSaving:
    async def test_stores_all_and_says_when_the_next_ones_come(
        self, slack: Dispatcher, catalog: Catalog
    ) -> None:
        await give_plan(slack, catalog)
        form = submitted(
            await settings_form(slack),
            kinds=["daily", "weekly"],
            daily_at="08:30",
            days=["1", "2", "3", "4", "5"],
            weekly_day="4",
            weekly_at="17:00",
            quiet_from="21:00",
            quiet_to="06:30",
            day_ends_at="120",
            country="PT",
        )

        response = await slack.submit(form)

        assert views_text(acked_view(response)).startswith("Saving.")
        learner, own = await stored(slack)
        assert (own.daily_at, own.days, own.weekly_day, own.weekly_at) == (510, [1, 2, 3, 4, 5], 4, 1020)
        assert (own.quiet_from, own.quiet_to, own.day_ends_at) == (1260, 390, 120)
        assert (own.country, own.follows_status, learner.zone_is_fixed) == ("PT", False, False)
        assert views_text(slack.shown()) == (
            "Saved. Next: tomorrow 08:30 (daily minimums), Thu 17:00 (weekly check-in), UTC."
        )
        slack.client.views_publish.assert_awaited()

    async def test_without_a_plan_says_that_reminders_begin_with_one(self, slack: Dispatcher) -> None:
        await slack.submit(submitted(await settings_form(slack)))

        assert views_text(slack.shown()) == "Saved. Reminders begin with a plan: type /prep to get one."
        learner, own = await stored(slack)
        assert (learner.time_zone, learner.zone_is_fixed) == ("Europe/Lisbon", False)
        assert own.daily_on is True

    async def test_a_zone_to_keep_is_fixed(self, slack: Dispatcher) -> None:
        form = submitted(await settings_form(slack), zone_mode="fixed", time_zone="Asia/Tokyo")

        await slack.submit(form)

        learner, _ = await stored(slack)
        assert (learner.time_zone, learner.zone_is_fixed) == ("Asia/Tokyo", True)

        again = submitted(await settings_form(slack), zone_mode="slack")
        await slack.submit(again)

        learner, _ = await stored(slack)
        assert (learner.time_zone, learner.zone_is_fixed) == ("Europe/Lisbon", False)

    async def test_what_cannot_be_is_refused_beside_its_field(self, slack: Dispatcher) -> None:
        form = submitted(await settings_form(slack), daily_at="06:00", days=["1"])

        response = await slack.submit(form)

        reply = as_json(response)
        assert reply["response_action"] == "errors"
        assert set(reply["errors"]) == {"daily_at"}
        slack.client.views_update.assert_not_called()

    async def test_a_holiday_in_the_status_counts_as_soon_as_it_is_agreed_to(self, slack: Dispatcher) -> None:
        profile = {"status_emoji": ":palm_tree:", "status_expiration": 0}
        slack.client.users_info.return_value = answer(user={"tz": "Europe/Lisbon", "profile": profile})

        await slack.submit(submitted(await settings_form(slack), follows_status=["yes"]))

        _, own = await stored(slack)
        assert own.away is True
        assert "says you are away" in views_text(slack.shown())

    @pytest.mark.parametrize("state", [{}, {"kinds": {}}, {"daily_at": {"x": {}}}])
    async def test_a_form_that_lacks_everything_is_refused(
        self, slack: Dispatcher, state: dict[str, Any]
    ) -> None:
        form = {**(await settings_form(slack)), "id": "V1", "state": {"values": state}}

        assert as_json(await slack.submit(form))["response_action"] == "errors"


class TestSuggestions:
    async def test_of_countries(self, slack: Dispatcher) -> None:
        response = await slack.send(suggestion(views.COUNTRY, "portu"))

        options = as_json(response)["options"]
        assert [option["value"] for option in options] == ["PT", "none"]
        assert slack.acked_before == []

    async def test_of_countries_before_anything_is_typed(self, slack: Dispatcher) -> None:
        options = as_json(await slack.send(suggestion(views.COUNTRY, "")))["options"]

        assert 10 < len(options) <= 100
        assert options[-1]["text"]["text"] == "No country"

    async def test_of_zones(self, slack: Dispatcher) -> None:
        options = as_json(await slack.send(suggestion(views.ZONE, "lisb")))["options"]

        assert [option["value"] for option in options] == ["Europe/Lisbon"]


class TestPausing:
    async def test_by_typing_pauses_at_once(self, slack: Dispatcher, catalog: Catalog) -> None:
        await give_plan(slack, catalog)

        response = await slack.command("pause 3d")

        assert (response.status, response.body) == (200, "")
        assert slack.said() == (
            "Paused. First day back: Thursday 7 March. Press Resume, or type /prep resume, to be back "
            "sooner. Next: Thu 09:00 (daily minimums), Fri 16:00 (weekly check-in), UTC."
        )
        assert slack.acked_before == []
        _, own = await stored(slack)
        assert str(own.paused_until) == "2030-03-07"

    async def test_without_a_length_asks_for_it(self, slack: Dispatcher) -> None:
        await slack.command("pause")

        assert slack.shown("views_open")["callback_id"] == pause_views.CHOICE
        assert slack.acked_before == []

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("pause nonsense", "I do not understand “nonsense” as a pause."),
            ("pause <!channel>", "I do not understand “&lt;!channel&gt;” as a pause."),
            ("pause 2030-03-03", "3 March 2030 has passed."),
            ("pause today", "That is today"),
            ("pause 400d", "A pause with a date lasts a year at most."),
        ],
    )
    async def test_what_cannot_be_is_said_so_and_changes_nothing(
        self, slack: Dispatcher, typed: str, said: str
    ) -> None:
        await slack.command(typed)

        assert slack.said().startswith(said)
        async with slack.coach.database.read() as session:
            assert await learners.find(session, ANA.team_id, ANA.user_id) is None

    @pytest.mark.parametrize("place", [None, HOME])
    async def test_the_button_asks_for_how_long(
        self, slack: Dispatcher, place: dict[str, Any] | None
    ) -> None:
        await slack.press(views.PAUSE, view=place)

        assert slack.shown("views_open")["callback_id"] == pause_views.CHOICE

    @pytest.mark.parametrize(
        ("length", "until"), [("tomorrow", "2030-03-05"), ("1w", "2030-03-11"), ("open", "None")]
    )
    async def test_by_the_form(self, slack: Dispatcher, length: str, until: str) -> None:
        await slack.command("pause")

        response = await slack.submit(submitted(slack.shown("views_open"), length=length))

        assert views_text(acked_view(response)).startswith("Saving.")
        assert views_text(slack.shown()).startswith("Paused")
        _, own = await stored(slack)
        assert str(own.paused_until) == until

    async def test_until_a_date(self, slack: Dispatcher) -> None:
        await slack.command("pause")
        form = slack.shown("views_open")

        for back_on, refusal in [
            (None, "Choose the first day back."),
            ("2030-03-04", "That is today"),
            ("2029-12-31", "31 December 2029 has passed"),
            ("2032-01-01", "A pause with a date lasts a year"),
        ]:
            reply = as_json(await slack.submit(submitted(form, length="date", back_on=back_on)))
            assert reply["response_action"] == "errors"
            assert reply["errors"]["back_on"].startswith(refusal)

        await slack.submit(submitted(form, length="date", back_on="2030-04-01"))
        _, own = await stored(slack)
        assert str(own.paused_until) == "2030-04-01"

    async def test_the_form_knows_of_the_pause_there_is(self, slack: Dispatcher) -> None:
        await slack.command("pause monday")
        await slack.command("pause")

        assert "First day back: Monday 11 March" in words_of(slack.shown("views_open"))


class TestResuming:
    async def test_by_typing(self, slack: Dispatcher, catalog: Catalog) -> None:
        await give_plan(slack, catalog)
        await slack.command("pause open")
        assert slack.said() == "Paused until you resume: press Resume, or type /prep resume."

        await slack.command("resume")

        assert slack.said() == (
            "Your reminders are on. Next: tomorrow 09:00 (daily minimums), Fri 16:00 (weekly check-in), UTC."
        )
        assert slack.acked_before == []
        _, own = await stored(slack)
        assert own.paused_at is None

    async def test_by_the_button_where_one_is(self, slack: Dispatcher) -> None:
        await slack.press(views.RESUME)
        assert slack.said().startswith("You are not paused.")
        assert slack.respond.call_args.kwargs["replace_original"] is False

        await slack.press(views.RESUME, view=HOME)
        assert "You are not paused." in words_of(slack.shown("views_open"))

        await slack.press(views.RESUME, view=WINDOW)
        assert "You are not paused." in words_of(slack.shown("views_update"))


def views_text(view: dict[str, Any]) -> str:
    """The sentence of a window without inputs."""
    text: str = view["blocks"][0]["text"]["text"]
    return text
