"""What the log looks like: within Slack's limits, in plain words, with nothing a person typed unescaped."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from bot.checkins.counts import Counts
from bot.log import form_views, timer_views, views
from bot.log.answers import Changing, Diary, Line, Logged, Shown, Totals, Undone
from bot.log.streak import NOTHING, Standing
from bot.log.timers import Started, Stopped, Timer
from bot.log.week import Sums, Week
from content.loader import Catalog
from tests.bot.surfaces import problems_of_post, problems_of_view, words_of
from tests.builders import NOON, TODAY

HOSTILE = "<!channel> & “<https://x|y>” " + "😀" * 200


def totals(standing: Standing = NOTHING, *, done: int = 0) -> Totals:
    counts = Counter({"coding": done, "concept": done})
    return Totals(
        today=TODAY,
        day=Sums(counts=counts, minutes=45 * done),
        week=Week(from_on=TODAY, goals=Counts(coding=10, mocks=1), is_of_plan=True),
        done=Sums(counts=counts, minutes=45 * done),
        standing=standing,
    )


def an_entry(number: int = 1, *, title: str | None = None, is_tick: bool = False) -> Shown:
    return Shown(
        entry_id=number,
        on=TODAY - timedelta(days=number % 7),
        activity="mock" if number % 2 else "coding",
        count=1,
        minutes=30,
        rating=4 if number % 2 else None,
        task="lc-two-sum" if title else None,
        title=title,
        is_tick=is_tick,
    )


def logged(*entries: Shown, lines: int = 0) -> Logged:
    ticked = tuple(Line(TODAY, f"part{number}", is_done=True) for number in range(lines))
    return Logged(source="log:0123456789abcdef0123", entries=entries, totals=totals(done=1), lines=ticked)


def diary(count: int) -> Diary:
    recent = sorted((an_entry(number) for number in range(count)), key=lambda one: one.on, reverse=True)
    return Diary(totals=totals(Standing(3, 14, True), done=2), recent=tuple(recent))


class TestPosts:
    @pytest.mark.parametrize("number", [1, 10])
    def test_of_what_was_logged(self, number: int) -> None:
        post = views.logged_post(logged(*(an_entry(one, title=HOSTILE) for one in range(number)), lines=1))

        assert problems_of_post(post) == []
        assert "Ticked on your list, too: 1 line." in post.text
        assert "Today: 1 coding problem, 1 design concept, 45 min." in post.text
        assert (
            "This week: 1 of 10 coding problems; 0 of 1 mock interview; 1 design concept, 45 min."
            in post.text
        )

    def test_of_what_was_taken_back(self) -> None:
        assert problems_of_post(views.undone_post(Undone((an_entry(),), diary(0)))) == []
        assert "not in your log any more" in views.undone_post(Undone((), diary(0))).text

    def test_of_the_log_in_a_chat(self) -> None:
        assert problems_of_post(views.diary_post(diary(3))) == []

    def test_of_what_was_solved_before(self, catalog: Catalog) -> None:
        task = catalog.tasks["lc-two-sum"]

        assert problems_of_post(views.known_post(task)) == []
        assert problems_of_post(views.unknown_post(task)) == []

    @pytest.mark.parametrize(
        ("standing", "said"),
        [
            (NOTHING, "A streak begins with the first thing you log on a day. Strength 0 of 100."),
            (Standing(1, 5, False), "1 day in a row. Strength 5 of 100."),
            (Standing(9, 40, True), "9 days in a row. One missed day is forgiven. Strength 40 of 100."),
        ],
    )
    def test_say_how_steadily(self, standing: Standing, said: str) -> None:
        assert views.steadiness(standing) == said


class TestForm:
    @pytest.mark.parametrize("number", [0, 1, 7, 500])
    def test_is_within_slacks_limits_however_much_was_logged(self, number: int) -> None:
        view = form_views.form(diary(number))

        assert problems_of_view(view) == []
        assert len(view.blocks) <= 100

    def test_says_what_is_not_shown(self) -> None:
        assert "440 older entries not shown." in words_of(form_views.form(diary(500)).to_dict())
        assert form_views.NOTHING_YET in words_of(form_views.form(diary(0)).to_dict())

    def test_to_change_an_entry_is_filled_in(self) -> None:
        view = form_views.change_form(Changing(shown=an_entry(1, title=("Long " * 24).strip()), today=TODAY))

        assert problems_of_view(view) == []
        assert form_views.read_form_entry(view.to_dict()) == 1

    def test_of_a_tick_asks_for_minutes_only(self) -> None:
        view = form_views.change_form(Changing(shown=an_entry(2, is_tick=True), today=TODAY)).to_dict()

        inputs = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
        assert inputs == ["log.minutes"]

    @pytest.mark.parametrize("value", ["", "change:", "remove:-1", "change:1e9", "x:" + "9" * 30])
    def test_reads_no_menu_it_did_not_draw(self, value: str) -> None:
        assert form_views.read_menu({"selected_option": {"value": value}})[1] == 0


class TestTimer:
    @pytest.mark.parametrize("activity", ["coding", None])
    def test_each_message_is_whole(self, activity: None) -> None:
        timer = Timer(started=1, minutes=90, activity=activity, ends_at=NOON)
        posts = [
            timer_views.started_post(Started(timer, None)),
            timer_views.started_post(Started(timer, timer)),
            timer_views.running_post(timer),
            timer_views.running_post(None),
            timer_views.ended_post(timer),
            timer_views.stopped_post(Stopped(timer, 12, None)),
            timer_views.stopped_post(Stopped(timer, 0, None)),
            timer_views.stopped_post(Stopped(timer, 12, logged(an_entry()))),
            timer_views.stopped_post(None),
        ]

        assert [problems_of_post(post) for post in posts] == [[]] * len(posts)

    def test_says_what_it_replaced(self) -> None:
        timer = Timer(started=1, minutes=30, activity="coding", ends_at=NOON)

        assert (
            "It takes the place of the timer until 12:00."
            in timer_views.started_post(Started(timer, timer)).text
        )

    @pytest.mark.parametrize("value", ["", "x", "-1", "1" * 30, "1.5", "²"])
    def test_reads_no_button_it_did_not_draw(self, value: str) -> None:
        action = {"action_id": "log.timer_keep.<x>", "value": value}

        assert views.read_timer(action) == (0, None)
