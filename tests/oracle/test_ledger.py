"""Each kind of breach is told in one line, and nothing else is."""

from __future__ import annotations

from datetime import date

import pytest

from tests.oracle.ledger import compare
from tests.oracle.owed import Expectation, Outcome
from tests.oracle.test_oracle import at

KEY = "daily:7:2026-03-10"


def expected(outcome: Outcome = "sent", reason: str = "") -> Expectation:
    return Expectation(
        key=KEY,
        kind="daily",
        on=date(2026, 3, 10),
        outcome=outcome,
        earliest=at("2026-03-10 09:00"),
        end=at("2026-03-10 21:00"),
        reason=reason,
    )


@pytest.mark.parametrize("instant", ["2026-03-10 09:00", "2026-03-10 20:59"])
def test_a_post_inside_its_window_is_right(instant: str) -> None:
    assert compare([expected()], [(KEY, at(instant))], {KEY: ("sent", None)}) == []


def test_nothing_posted_is_right_where_nothing_is_owed() -> None:
    assert compare([expected("none", "switched off")], [], {}) == []
    assert compare([expected("skipped", "paused")], [], {KEY: ("skipped", "paused")}) == []
    assert compare([expected("missed", "late")], [], {KEY: ("missed", "late")}) == []


@pytest.mark.parametrize(
    ("it", "posts", "line"),
    [
        pytest.param(
            expected(),
            [],
            "missing, owed from 2026-03-10 09:00:00Z, before 2026-03-10 21:00:00Z",
            id="missing",
        ),
        pytest.param(
            expected(),
            ["2026-03-10 09:00", "2026-03-10 09:01"],
            "doubled, posted 2 times: 2026-03-10 09:00:00Z, 2026-03-10 09:01:00Z",
            id="doubled",
        ),
        pytest.param(
            expected(),
            ["2026-03-10 08:59"],
            "too early, posted 2026-03-10 08:59:00Z, owed from 2026-03-10 09:00:00Z",
            id="too early",
        ),
        pytest.param(
            expected(),
            ["2026-03-10 21:00"],
            "after its window, posted 2026-03-10 21:00:00Z, over at 2026-03-10 21:00:00Z",
            id="after its window",
        ),
        pytest.param(
            expected("skipped", "paused"),
            ["2026-03-10 09:00"],
            "unexpected, posted 2026-03-10 09:00:00Z, but skipped: paused",
            id="unexpected",
        ),
        pytest.param(expected("skipped"), [], "skipped without a reason", id="no reason"),
    ],
)
def test_breaches_of_posts(it: Expectation, posts: list[str], line: str) -> None:
    assert compare([it], [(KEY, at(instant)) for instant in posts]) == [f"{KEY}: {line}"]


def test_a_post_of_a_key_that_was_never_owed() -> None:
    assert compare([], [(KEY, at("2026-03-10 09:00"))]) == [
        f"{KEY}: unexpected, posted 2026-03-10 09:00:00Z, and nobody was ever owed it"
    ]


@pytest.mark.parametrize(
    ("it", "trace", "line"),
    [
        (expected("skipped", "paused"), None, "no trace, and it was skipped paused"),
        (expected("skipped", "paused"), ("missed", "late"), "traced as missed, and it was skipped paused"),
        (expected("skipped", "paused"), ("skipped", None), "skipped without a reason in its trace"),
        (
            expected("none", "silent"),
            ("skipped", "silent"),
            "a trace (skipped) where there is none to leave: silent",
        ),
    ],
)
def test_breaches_of_traces(it: Expectation, trace: tuple[str, str | None] | None, line: str) -> None:
    assert compare([it], [], {KEY: trace} if trace else {}) == [f"{KEY}: {line}"]


def test_a_trace_of_a_key_that_was_never_owed() -> None:
    assert compare([], [], {KEY: ("skipped", "paused")}) == [
        f"{KEY}: a trace of something nobody was ever owed"
    ]
