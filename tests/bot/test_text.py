"""Text as Slack shows it, words after /prep, and time zones to choose from."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import mrkdwn, words, zones
from bot.words import Word
from tests.builders import NOON

KNOWN = (Word("assess", "assess", "x"), Word("plan", "plan [week]", "x"), Word("help", "help", "x"))


class TestMrkdwn:
    @pytest.mark.parametrize(
        ("typed", "shown"),
        [
            ("a & b", "a &amp; b"),
            ("<!channel>", "&lt;!channel&gt;"),
            ("<@U1>", "&lt;@U1&gt;"),
            ("&lt;", "&amp;lt;"),
            ("plain", "plain"),
        ],
    )
    def test_escape(self, typed: str, shown: str) -> None:
        assert mrkdwn.escape(typed) == shown

    @given(st.text())
    def test_what_is_escaped_pings_nobody(self, typed: str) -> None:
        assert not set("<>") & set(mrkdwn.escape(typed))

    @pytest.mark.parametrize(
        ("percent", "filled"), [(0, 0), (1, 1), (9, 1), (10, 1), (50, 5), (99, 9), (100, 10)]
    )
    def test_any_progress_shows_and_only_all_of_it_fills_the_bar(self, percent: int, filled: int) -> None:
        full, empty = mrkdwn.bar(100)[0], mrkdwn.bar(0)[0]

        assert mrkdwn.bar(percent) == full * filled + empty * (mrkdwn.BAR_CELLS - filled)

    @pytest.mark.parametrize(
        ("minutes", "shown"), [(45, "45 min"), (60, "1 h"), (75, "1 h 15 min"), (600, "10 h")]
    )
    def test_durations(self, minutes: int, shown: str) -> None:
        assert mrkdwn.duration(minutes) == shown

    def test_days_and_counts(self) -> None:
        assert mrkdwn.day(date(2027, 3, 4)) == "4 March 2027"
        assert mrkdwn.count(1, "week") == "1 week"
        assert mrkdwn.count(0, "week") == "0 weeks"
        assert mrkdwn.count(3, "story", "stories") == "3 stories"


class TestWords:
    @pytest.mark.parametrize(
        ("text", "first", "rest"),
        [
            ("", "", ""),
            ("  ", "", ""),
            ("Plan", "plan", ""),
            (" PLAN  3 ", "plan", "3"),
            ("assess Quick now", "assess", "Quick now"),
        ],
    )
    def test_the_first_word_in_lower_case_and_the_rest(self, text: str, first: str, rest: str) -> None:
        assert words.split(text) == (first, rest)

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("plna", "plan"),
            ("PLANS", "plan"),
            ("assessment", "assess"),
            ("hepl", "help"),
            ("xyz", None),
            ("", None),
        ],
    )
    def test_the_nearest_is_probably_meant(self, typed: str, meant: str | None) -> None:
        found = words.nearest(typed, KNOWN)

        assert (found.name if found else None) == meant

    @pytest.mark.parametrize(
        ("text", "expected"), [("plan 3", True), ("PLAN", True), ("planet", False), ("", False)]
    )
    async def test_a_command_is_matched_by_its_whole_first_word(self, text: str, expected: bool) -> None:
        assert await words.first_word_is("plan")({"text": text}) is expected

    async def test_a_command_without_text_matches_no_word(self) -> None:
        assert await words.first_word_is("plan")({}) is False


class TestZones:
    @pytest.mark.parametrize(
        ("typed", "first"),
        [
            ("lisbon", "Europe/Lisbon"),
            ("LISB", "Europe/Lisbon"),
            ("new york", "America/New_York"),
            ("york new", "America/New_York"),
            ("utc", "UTC"),
        ],
    )
    def test_a_place_is_found_by_its_beginning_first(self, typed: str, first: str) -> None:
        assert zones.search(typed)[0] == first

    def test_cities_that_begin_with_it_go_before_those_that_hold_it(self) -> None:
        cities = [name.rsplit("/", 1)[-1].lower() for name in zones.search("ber")]
        begins = [city.startswith("ber") for city in cities]

        assert begins == sorted(begins, reverse=True)
        assert set(begins) == {True, False}

    @pytest.mark.parametrize(
        ("typed", "zone"),
        [
            ("seattle", "America/Los_Angeles"),
            ("san fran", "America/Los_Angeles"),
            ("são paulo", "America/Sao_Paulo"),
            ("Zürich", "Europe/Zurich"),
            ("india", "Asia/Kolkata"),
            ("Munich", "Europe/Berlin"),
            ("tel aviv", "Asia/Jerusalem"),
            ("lisb", "Europe/Lisbon"),
            ("UTC", "UTC"),
            ("America/Sao_Paulo", "America/Sao_Paulo"),
        ],
    )
    def test_places_are_found_as_people_type_them(self, typed: str, zone: str) -> None:
        assert zones.search(typed)[0] == zone

    def test_every_other_name_belongs_to_a_zone_one_can_choose(self) -> None:
        assert set(zones._ALSO_KNOWN) <= set(zones.names())

    def test_an_area_lists_its_places_up_to_a_limit(self) -> None:
        assert len(zones.search("europe")) == zones.MOST
        assert zones.search("nowhere at all") == ()

    def test_nothing_typed_lists_the_first(self) -> None:
        assert len(zones.search("")) == zones.MOST

    @given(st.text(max_size=30))
    def test_whatever_is_typed_finds_only_zones(self, typed: str) -> None:
        assert all(zones.is_zone(name) for name in zones.search(typed))

    def test_a_label_says_the_place_and_its_time_of_day(self) -> None:
        assert zones.label("Europe/Lisbon", NOON) == "Lisbon, Europe (12:00 now)"
        assert (
            zones.label("America/Argentina/Buenos_Aires", NOON)
            == "Argentina/Buenos Aires, America (09:00 now)"
        )
        assert zones.label("UTC", NOON) == "UTC (12:00 now)"
        assert zones.label("Europe/Lisbon", datetime(2030, 7, 1, 12, tzinfo=UTC)).endswith("(13:00 now)")
