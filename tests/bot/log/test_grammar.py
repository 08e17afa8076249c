"""What may be typed after /prep log, and what is said of anything else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.log.entries import MOST_ITEMS, Entry, LogError, faults_of
from bot.log.grammar import read_line
from bot.log.tasks import ACTIVITY_OF, TaskNames
from content.loader import Catalog, load

TODAY = date(2030, 3, 6)
"""A Wednesday."""
YESTERDAY = TODAY - timedelta(days=1)
NAMES = TaskNames(load())


@pytest.fixture(scope="module")
def names(catalog: Catalog) -> TaskNames:
    return TaskNames(catalog)


def an_entry(activity: Any = "coding", count: int = 1, on: date = TODAY, **more: Any) -> Entry:
    return Entry(activity=activity, count=count, on=on, **more)


@pytest.mark.parametrize(
    ("typed", "entries"),
    [
        ("coding", [an_entry()]),
        ("2 coding", [an_entry(count=2)]),
        ("2x coding", [an_entry(count=2)]),
        ("two problems", [an_entry(count=2)]),
        ("I did 2 coding problems for 45 min", [an_entry(count=2, minutes=45)]),
        ("3 LC", [an_entry(count=3)]),
        ("45m design", [an_entry("design", minutes=45)]),
        ("1 system design 45 minutes", [an_entry("design", minutes=45)]),
        ("design 1h30", [an_entry("design", minutes=90)]),
        ("design 1h 30m", [an_entry("design", minutes=90)]),
        ("design 1.5h", [an_entry("design", minutes=90)]),
        ("design 1,5h", [an_entry("design", minutes=90)]),
        ("2 cards", [an_entry("concept", count=2)]),
        ("a design concept", [an_entry("concept")]),
        ("3 stories", [an_entry("story", count=3)]),
        ("1 mock 4/5", [an_entry("mock", rating=4)]),
        ("mock interview 4 / 5 1h yesterday", [an_entry("mock", rating=4, minutes=60, on=YESTERDAY)]),
        ("coding 121", [an_entry(task="lc-best-time-to-buy-and-sell-stock")]),
        ("1 coding two sum", [an_entry(task="lc-two-sum")]),
        ("1 coding tow sum", [an_entry(task="lc-two-sum")]),
        ("design url shortener 50m", [an_entry("design", task="design-url-shortener", minutes=50)]),
        ("concept quorums", [an_entry("concept", task="concept-quorums")]),
    ],
)
def test_an_item_is_count_activity_and_what_belongs_to_it(
    names: TaskNames, typed: str, entries: list[Entry]
) -> None:
    assert list(read_line(typed, TODAY, names)) == entries


@pytest.mark.parametrize(
    ("typed", "on"),
    [
        ("coding today", TODAY),
        ("coding yesterday", YESTERDAY),
        ("yesterday: 1 coding", YESTERDAY),
        ("coding on monday", date(2030, 3, 4)),
        ("coding thu", date(2030, 2, 28)),
        ("coding wednesday", TODAY),
        ("coding last wednesday", date(2030, 2, 27)),
        ("coding -2d", date(2030, 3, 4)),
        ("coding \u22122d", date(2030, 3, 4)),
        ("coding 2 days ago", date(2030, 3, 4)),
        ("coding 2030-03-01", date(2030, 3, 1)),
        ("coding -7d", date(2030, 2, 27)),
    ],
)
def test_a_day_may_be_said_in_several_ways(names: TaskNames, typed: str, on: date) -> None:
    assert [entry.on for entry in read_line(typed, TODAY, names)] == [on]


class TestItems:
    @pytest.mark.parametrize("separator", [", ", " and ", " + ", "; ", " &amp; ", ",", "\n"])
    def test_are_parted_by(self, names: TaskNames, separator: str) -> None:
        found = read_line(f"2 coding{separator}1 story", TODAY, names)

        assert list(found) == [an_entry(count=2), an_entry("story")]

    def test_a_name_may_hold_what_parts_items(self, names: TaskNames) -> None:
        typed = "coding best time to buy and sell stock, 1 coding pow(x, n) and 2 stories"

        found = read_line(typed, TODAY, names)

        assert [entry.task for entry in found] == [
            "lc-best-time-to-buy-and-sell-stock",
            "lc-powx-n",
            None,
        ]

    def test_the_only_day_at_an_end_is_the_day_of_all(self, names: TaskNames) -> None:
        for typed in ("2 coding, 1 design 45m yesterday", "yesterday 2 coding, 1 design 45m"):
            assert {entry.on for entry in read_line(typed, TODAY, names)} == {YESTERDAY}

    @pytest.mark.parametrize("typed", ["2 coding today, 1 design yesterday", "2 coding, yesterday 1 design"])
    def test_else_each_has_its_own(self, names: TaskNames, typed: str) -> None:
        assert [entry.on for entry in read_line(typed, TODAY, names)] == [TODAY, YESTERDAY]

    def test_minutes_and_a_day_may_come_after_a_comma(self, names: TaskNames) -> None:
        found = read_line("2 coding, 45m, yesterday", TODAY, names)

        assert list(found) == [an_entry(count=2, minutes=45, on=YESTERDAY)]


def test_every_task_can_be_logged_by_its_title(catalog: Catalog, names: TaskNames) -> None:
    for task in catalog.tasks.values():
        activity = ACTIVITY_OF.get(task.kind)
        if activity is None:
            continue
        found, mock = read_line(f"1 {activity} {task.title} 20m yesterday, 1 mock", TODAY, names)

        assert found.task is not None
        assert catalog.tasks[found.task].title == task.title
        assert (found.activity, found.count, found.minutes) == (activity, 1, 20)
        assert mock.activity == "mock"


class TestRefusals:
    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("hello", "I do not understand “hello”"),
            ("2 coding, 3 bananas", "I do not understand “3 bananas”"),
            ("many coding", "I do not understand “many”"),
            ("-1 coding", "I do not understand “-1”"),
            ("1.5 coding", "I do not understand “1.5”"),
            ("0 coding", "Log 1 to 20 at a time."),
            ("21 coding", "Log 1 to 20 at a time."),
            ("999999999 coding", "Log 1 to 20 at a time."),
            ("coding 0m", "minutes begin at 1."),
            ("coding 601m", "Minutes go from 1 to 600."),
            ("coding 999h", "Minutes go from 1 to 600."),
            ("coding -5m", "I know no coding task “-5m”."),
            ("coding tomorrow", "That day is still ahead."),
            ("coding 2030-03-07", "That day is still ahead."),
            ("coding -8d", "That is more than 7 days ago."),
            ("coding 0001-01-01", "That is more than 7 days ago."),
            ("coding 2030-02-30", "There is no 2030-02-30 in the calendar."),
            ("mock 6/5", "“6/5” is no rating"),
            ("mock 0/5", "“0/5” is no rating"),
            ("mock 8/10", "“8/10” is no rating"),
            ("coding 4/5", "A rating belongs to a mock interview."),
            ("2 coding two sum", "One named task is logged once."),
            ("design 45", "minutes look like `45m`"),
            ("coding rotated", "Did you mean “Find Minimum in Rotated Sorted Array” or “Search in Rotated"),
            ("coding <!channel>", "“&lt;!channel&gt;”"),
            ("coding &lt;!channel&gt;", "“&lt;!channel&gt;”"),
            ("coding 99999", "I know no coding task “99999”."),
            (", ".join(["1 coding"] * (MOST_ITEMS + 1)), "Log at most 10 things at once."),
            ("coding " + "x" * 3000, "That is too long"),
            ("", "For example"),
            (", , +", "For example"),
        ],
    )
    def test_say_what_is_wrong_and_give_an_example(self, names: TaskNames, typed: str, said: str) -> None:
        with pytest.raises(LogError) as refused:
            read_line(typed, TODAY, names)

        assert said in str(refused.value)
        assert "Nothing is logged yet." in str(refused.value)
        assert "`/prep log 2 coding, 1 design 45m yesterday`" in str(refused.value)

    def test_say_what_was_understood(self, names: TaskNames) -> None:
        with pytest.raises(LogError, match="I understood: 2 coding problems; 1 story, 30 min, yesterday"):
            read_line("2 coding, 1 story 30m yesterday, 3 bananas", TODAY, names)


WORDS = (
    "1 2 20 21 x a two coding design card mock 4/5 45m 1h30 h , and + yesterday monday -2d ago -9d "
    "2030-02-30 121 sum & <!here> 😀 \u202e \x00 / - . 2030-03-06 '"
)
LINES = st.lists(st.sampled_from(WORDS.split(" ")), max_size=12).map(" ".join)


@given(st.one_of(LINES, st.text(max_size=80)))
def test_whatever_is_typed_is_sense_or_a_refusal(typed: str) -> None:
    entries: tuple[Entry, ...] = ()
    refusal = ""
    try:
        entries = read_line(typed, TODAY, NAMES)
    except LogError as error:
        refusal = str(error)

    assert bool(entries) != bool(refusal)
    assert len(entries) <= MOST_ITEMS
    assert all(faults_of(entry, TODAY) == {} for entry in entries)
    assert "<" not in refusal
    assert len(refusal) < 1500
