"""What became of reminders, in plain words, on Monday 4 March 2030 at noon UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.preferences.outlook import Outlook, Upcoming
from bot.why.explanation import (
    TITLES,
    Explanation,
    State,
    Trace,
    missed_line,
    next_and_last,
    plain_lines,
    trace_line,
)
from bot.why.views import why_post
from tests.bot.surfaces import problems_of_post, words_of
from tests.builders import NOON

NINE = datetime(2030, 3, 4, 9, tzinfo=UTC)
STATES: tuple[State, ...] = ("due", "claimed", "sending", "unclear", "sent", "skipped", "missed", "failed")


def an_outlook(**changes: Any) -> Outlook:
    values = {"now": NOON, "time_zone": "Europe/Lisbon", "has_plan": True, **changes}
    return Outlook(**values)


def a_trace(state: State = "sent", **changes: Any) -> Trace:
    values: dict[str, Any] = {
        "kind": "daily",
        "on": date(2030, 3, 4),
        "state": state,
        "due_at": NINE,
        "sent_at": NINE + timedelta(seconds=2) if state == "sent" else None,
        **changes,
    }
    return Trace(**values)


@pytest.mark.parametrize(
    ("trace", "said"),
    [
        (a_trace(), "delivered 09:00:02"),
        (a_trace(sent_at=NINE + timedelta(minutes=75)), "delivered 10:15:00, 1 h 15 min late"),
        (a_trace(attempts=1), "delivered 09:00:02, after 1 try that Slack did not take"),
        (a_trace(attempts=3), "delivered 09:00:02, after 3 tries that Slack did not take"),
        (
            a_trace(doubtful=True),
            "delivered 09:00:02, perhaps twice: Slack's first answer was lost, and I could not look",
        ),
        (a_trace("skipped", reason="your rest day"), "skipped: your rest day"),
        (a_trace("skipped"), "skipped: no longer useful"),
        (a_trace("missed", reason="late: its window was over"), "missed: its window was over"),
        (a_trace("missed"), "missed: its window was over"),
        (
            a_trace("missed", reason="internal_error"),
            "missed: its window was over (Slack answered internal error)",
        ),
        (a_trace("failed", reason="user_disabled"), "not delivered: the Slack account is deactivated"),
        (a_trace("failed", reason="odd_code"), "not delivered: Slack answered odd code"),
        (
            a_trace("failed", reason="unclear whether it arrived: not_in_channel", doubtful=True),
            "not delivered: unclear whether it arrived: not in channel",
        ),
        (
            a_trace("unclear", is_started=True),
            "unclear: Slack's answer was lost. I look whether it arrived before I send it again",
        ),
        (a_trace("unclear"), "due today 09:00; I look first whether it was sent before"),
        (a_trace("due"), "due today 09:00"),
        (a_trace("claimed"), "due today 09:00"),
        (
            a_trace("due", attempts=2, reason="fatal_error"),
            "due today 09:00, after Slack did not take it (Slack answered fatal error)",
        ),
        (a_trace("sending"), "on its way to Slack just now"),
    ],
)
def test_a_line_says_what_became_of_a_date(trace: Trace, said: str) -> None:
    assert trace_line(trace, an_outlook()) == f"Mon 4 March: {said}"


def test_what_could_not_be_looked_up_is_not_called_undelivered() -> None:
    trace = a_trace("failed", reason="unclear whether it arrived: not_in_channel", doubtful=True)

    assert "unclear whether it arrived" in trace_line(trace, an_outlook())


class TestSummary:
    def test_says_what_is_next_and_what_was_last(self) -> None:
        explanation = Explanation(
            outlook=an_outlook(
                upcoming=(Upcoming("daily", NINE + timedelta(days=1)),), off=("evening", "weekly")
            ),
            last=a_trace(),
        )

        assert next_and_last(explanation) == (
            "Next: tomorrow 09:00 (daily minimums), Lisbon time. "
            "Last: Mon 4 March 09:00:02, delivered (daily minimums). "
            "Switched off in the settings: evening line, weekly check-in."
        )

    def test_says_when_nothing_was_sent_so_far(self) -> None:
        said = next_and_last(Explanation(outlook=an_outlook(has_plan=False)))

        assert said == "Reminders begin with a plan: type /prep to get one. Nothing was sent so far."

    def test_counts_missed_windows(self) -> None:
        traces = (a_trace("missed"), a_trace(), a_trace("missed", kind="weekly"))

        line = missed_line(Explanation(outlook=an_outlook(), traces=traces))

        assert line == "Missed windows in the last 7 days: 2."


TRACES = st.builds(
    Trace,
    kind=st.sampled_from(sorted(TITLES)),
    on=st.dates(date(2030, 2, 26), date(2030, 3, 4)),
    state=st.sampled_from(STATES),
    due_at=st.just(NINE),
    sent_at=st.none() | st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(year=2030)),
    reason=st.none() | st.sampled_from(["user_disabled", "your rest day", "late: its window was over"]),
    doubtful=st.booleans(),
    is_started=st.booleans(),
    attempts=st.integers(0, 20),
)


class TestPost:
    @settings(max_examples=30)
    @given(st.lists(TRACES, max_size=21))
    def test_whatever_there_is_fits_into_a_message(self, traces: list[Trace]) -> None:
        explanation = Explanation(outlook=an_outlook(), last=a_trace(), traces=tuple(traces))
        post = why_post(explanation)

        assert [problem for problem in problems_of_post(post) if "careless" not in problem] == []
        for line in plain_lines(explanation):
            assert line in post.text

    def test_says_all_in_its_text_and_offers_the_way_to_change_it(self) -> None:
        traces = (a_trace(), a_trace("skipped", on=date(2030, 3, 3), reason="your rest day"))
        post = why_post(Explanation(outlook=an_outlook(is_paused=True), last=traces[0], traces=traces))

        assert problems_of_post(post) == []
        assert "Daily minimums. Mon 4 March: delivered 09:00:02; Sun 3 March: skipped: your rest day." in (
            post.text
        )
        assert "• Sun 3 March: skipped: your rest day" in words_of(post.blocks)
        ids = [element["action_id"] for element in post.blocks[-1]["elements"]]
        assert ids == ["settings.resume", "settings.open"]

    def test_escapes_what_came_from_elsewhere(self) -> None:
        post = why_post(
            Explanation(outlook=an_outlook(), traces=(a_trace("failed", reason="<!channel> odd"),))
        )

        assert "<!channel>" not in words_of(post.blocks)
