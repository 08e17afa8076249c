"""The modals: accepted by Slack, read back as they were drawn, and clear to a reader."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import zones
from bot.preferences import pause_views, views
from bot.preferences.choices import DAY_ENDS, Choices, check
from bot.preferences.countries import NAMES
from bot.preferences.outlook import Outlook, Upcoming
from tests.bot.preferences.forms import submitted
from tests.bot.surfaces import problems_of_post, problems_of_view, words_of
from tests.builders import NOON, TODAY

MINUTES = st.integers(0, 24 * 60 - 1)
CHOICES = st.builds(
    Choices,
    daily_on=st.booleans(),
    daily_at=MINUTES,
    days=st.sets(st.integers(1, 7), min_size=1).map(lambda days: tuple(sorted(days))),
    evening_on=st.booleans(),
    evening_at=MINUTES,
    weekly_on=st.booleans(),
    weekly_day=st.integers(1, 7),
    weekly_at=MINUTES,
    quiet_from=MINUTES,
    quiet_to=MINUTES,
    day_ends_at=st.sampled_from(DAY_ENDS),
    follows_zone=st.booleans(),
    time_zone=st.sampled_from(zones.names()),
    country=st.none() | st.sampled_from(sorted(NAMES)),
    follows_status=st.booleans(),
)
USUAL = Choices(
    daily_on=True,
    daily_at=540,
    days=(1, 2, 3, 4, 5, 6, 7),
    evening_on=False,
    evening_at=1200,
    weekly_on=True,
    weekly_day=5,
    weekly_at=960,
    quiet_from=1320,
    quiet_to=420,
    day_ends_at=180,
    follows_zone=True,
    time_zone="Europe/Lisbon",
    country="PT",
    follows_status=False,
)


def an_outlook(**changes: Any) -> Outlook:
    return Outlook(**{"now": NOON, "time_zone": "Europe/Lisbon", "has_plan": True, **changes})


OUTLOOKS = [
    an_outlook(upcoming=(Upcoming("daily", NOON + timedelta(days=1)),)),
    an_outlook(has_plan=False),
    an_outlook(is_paused=True),
    an_outlook(is_paused=True, paused_until=date(2030, 3, 11)),
    an_outlook(is_away=True, away_until=NOON + timedelta(days=9)),
    an_outlook(silent_since=NOON),
    an_outlook(off=("daily", "evening", "weekly")),
]
EVERY_OUTLOOK = pytest.mark.parametrize("outlook", OUTLOOKS)


class TestSettings:
    @settings(max_examples=25)
    @given(CHOICES, st.sampled_from(zones.names()), st.none() | st.sampled_from(zones.names()))
    def test_is_accepted_and_comes_back_as_it_was(
        self, choices: Choices, zone: str, slack_zone: str | None
    ) -> None:
        modal = views.settings_modal(choices, zone=zone, slack_zone=slack_zone, now=NOON)

        assert problems_of_view(modal) == []
        given_input = views.read_settings(submitted(modal))
        assert given_input.kinds == choices.kinds
        assert given_input.days == tuple(str(day) for day in choices.days)
        assert given_input.country == choices.country
        assert given_input.time_zone == zone
        assert (given_input.zone_mode == "slack") == choices.follows_zone
        assert given_input.follows_status == choices.follows_status
        assert views.read_slack_zone({**modal.to_dict()}) == slack_zone

    def test_comes_back_as_the_same_choices(self) -> None:
        modal = views.settings_modal(USUAL, zone="Europe/Lisbon", slack_zone="Europe/Lisbon", now=NOON)

        assert check(views.read_settings(submitted(modal))) == (USUAL, {})

    def test_what_is_emptied_comes_back_empty(self) -> None:
        modal = views.settings_modal(USUAL, zone="Europe/Lisbon", slack_zone=None, now=NOON)

        emptied = views.read_settings(submitted(modal, kinds=[], country=None, time_zone=None))

        assert (emptied.kinds, emptied.country, emptied.time_zone) == ((), None, None)

    def test_is_headed_by_what_it_is_about(self) -> None:
        modal = views.settings_modal(USUAL, zone="Europe/Lisbon", slack_zone="Europe/Lisbon", now=NOON)

        headers = [block["text"]["text"] for block in modal.to_dict()["blocks"] if block["type"] == "header"]

        assert headers == ["What I may send you", "Your days", "Your week", "Quiet hours", "Where you are"]
        assert "Follow Slack: Lisbon, Europe (12:00 now)" in words_of(modal.to_dict())

    @pytest.mark.parametrize("metadata", ["", "x", "[]", "7", "null", '{"zone": "Mars/Base"}', '{"zone": 7}'])
    def test_of_another_make_tells_no_zone(self, metadata: str) -> None:
        assert views.read_slack_zone({"private_metadata": metadata}) is None
        assert pause_views.read_zone({"private_metadata": metadata}) == "UTC"

    @given(st.text(max_size=20))
    def test_suggests_at_most_as_many_countries_as_slack_takes(self, typed: str) -> None:
        assert 1 <= len(views.country_options(typed)) <= 100


class TestPause:
    @EVERY_OUTLOOK
    def test_is_accepted_and_clear(self, outlook: Outlook) -> None:
        modal = pause_views.pause_modal(outlook, TODAY)

        assert problems_of_view(modal) == []
        assert pause_views.read_length(submitted(modal)) == ("length", "tomorrow")

    def test_says_the_first_day_back(self) -> None:
        shown = words_of(pause_views.pause_modal(an_outlook(), TODAY).to_dict())

        assert "First day back: tomorrow" in shown
        assert "First day back: Thursday 7 March" in shown
        assert "First day back: Monday 11 March" in shown

    @pytest.mark.parametrize("values", [{}, {"length": {}}, {"length": {"settings.pause_field": {}}}])
    def test_of_another_make_says_nothing(self, values: dict[str, Any]) -> None:
        assert pause_views.read_length({"state": {"values": values}}) == ("length", "")


class TestOutcome:
    @EVERY_OUTLOOK
    def test_is_accepted_and_says_it_all_in_its_text(self, outlook: Outlook) -> None:
        post = views.outcome_post("Saved.", outlook)

        assert problems_of_post(post) == []
        assert problems_of_post(views.resumed_post(outlook)) == []
        assert problems_of_view(views.outcome_modal("Saved.", outlook)) == []
        assert post.text in words_of(post.blocks)

    @EVERY_OUTLOOK
    def test_has_the_one_way_back(self, outlook: Outlook) -> None:
        ids = [button.action_id for button in views.outcome_buttons(outlook)]

        assert ids == [views.RESUME if outlook.rests else views.PAUSE, views.OPEN]
