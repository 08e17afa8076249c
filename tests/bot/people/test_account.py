"""Which Slack status means that a person is away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.people.account import Account, read_account
from tests.builders import NOON


@pytest.mark.parametrize(
    ("emoji", "text", "away"),
    [
        (":palm_tree:", "", True),
        (":palm_tree:", "Vacationing", True),
        ("", "On vacation until Monday", True),
        ("", "HOLIDAY", True),
        ("", "out of office, back 3 May", True),
        ("", "OOO", True),
        ("", "On parental leave", True),
        (":sunny:", "Im Urlaub", True),
        ("", "De férias", True),
        ("", "De ferias!", True),
        ("", "en vacances", True),
        ("", "Congés jusqu'au 3", True),
        ("", "De vacaciones", True),
        ("", "Back from vacation", False),
        ("", "", False),
        (":spiral_calendar_pad:", "In a meeting", False),
        (":bus:", "Commuting", False),
        (":face_with_thermometer:", "Out sick", False),
        ("", "Urlaubsplanung", False),
        ("", "oooh", False),
        ("", "Please leave me alone", False),
    ],
)
def test_a_status(emoji: str, text: str, away: bool) -> None:
    assert Account(status_emoji=emoji, status_text=text).is_away(NOON) is away


def test_a_status_that_has_ended_says_nothing() -> None:
    status = Account(status_emoji=":palm_tree:", status_ends_at=NOON)

    assert status.is_away(NOON - timedelta(seconds=1))
    assert not status.is_away(NOON)


def test_slacks_user_object_is_read() -> None:
    profile = {"status_text": "Off", "status_emoji": ":palm_tree:", "status_expiration": 1_900_000_000}

    account = read_account({"tz": "Europe/Lisbon", "deleted": True, "profile": profile})

    assert account == Account(
        time_zone="Europe/Lisbon",
        is_deleted=True,
        status_emoji=":palm_tree:",
        status_text="Off",
        status_ends_at=datetime.fromtimestamp(1_900_000_000, UTC),
    )


def test_zero_is_slacks_word_for_no_end() -> None:
    assert read_account({"profile": {"status_expiration": 0}}).status_ends_at is None


JSON: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(), st.lists(st.text())
)
FIELDS = ("tz", "deleted", "profile", "status_text", "status_emoji", "status_expiration")


@given(st.dictionaries(st.sampled_from(FIELDS), JSON | st.dictionaries(st.sampled_from(FIELDS), JSON)))
def test_whatever_arrives_is_read(user: dict[str, Any]) -> None:
    read_account(user).is_away(NOON)
