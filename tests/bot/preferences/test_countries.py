"""Countries are found as people type them, and each has holidays that can be computed."""

from __future__ import annotations

import subprocess
import sys

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.preferences import countries


def test_the_table_holds_every_country_whose_holidays_are_known() -> None:
    known = holidays.list_supported_countries(include_aliases=False)

    assert sorted(countries.NAMES) == sorted(known)


def test_no_two_have_the_same_name() -> None:
    assert len(set(countries.NAMES.values())) == len(countries.NAMES)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("portugal", "PT"),
        ("pt", "PT"),
        ("PORTU", "PT"),
        ("uk", "GB"),
        ("england", "GB"),
        ("usa", "US"),
        ("united states", "US"),
        ("korea", "KR"),
        ("holland", "NL"),
        ("cote d'ivoire", "CI"),
        ("ivory", "CI"),
        ("são tomé", "ST"),
        ("turkey", "TR"),
        ("guinea", "GN"),
    ],
)
def test_what_people_type_finds_it_first(typed: str, first: str) -> None:
    assert countries.search(typed)[0] == first


def test_what_is_no_country_finds_nothing() -> None:
    assert countries.search("atlantis") == ()
    assert not countries.is_country("none")


def test_nothing_typed_lists_the_first_of_the_alphabet() -> None:
    assert countries.search("")[0] == "AF"
    assert len(countries.search("")) == countries.MOST


@given(st.text(max_size=30))
def test_whatever_is_typed_finds_only_countries(typed: str) -> None:
    assert all(countries.is_country(code) for code in countries.search(typed))


def test_neither_the_start_nor_a_search_loads_the_library() -> None:
    program = (
        "import sys, bot.app; from bot.preferences.countries import search; search('port');"
        "sys.exit('holidays' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0  # noqa: S603
