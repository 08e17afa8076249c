"""What is shown of progress, bending and interviews: within Slack's limits, and all of it in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.checkins import views as checkins_views
from bot.checkins.counts import Counts
from bot.log.streak import Standing
from bot.log.week import Sums, Week
from bot.progress import outcome_views, pace_rules, replan_views, views
from bot.progress.bending import Preview
from bot.progress.ground import WAYS, Bent, Ground, Moved, Way
from bot.progress.outcome_rules import OUTCOMES
from bot.progress.pace_rules import Forecast
from bot.progress.readiness import BARS, Known, Piece, Said, readiness
from bot.progress.replan import bend
from bot.progress.service import Progress, TrackHours
from bot.progress.words_of_bars import drawn
from tests.bot.checkins.weeks import a_result
from tests.bot.progress.plans import CATALOG, CRITICAL, PROBLEMS, a_ground, slots_of
from tests.bot.surfaces import problems_of_post, problems_of_view, words_of
from tests.builders import TODAY

SAID = Said(total=60, technical=64, leadership=50, cultural=40)
NOTHING = Known(today=TODAY)
FULL = Known(
    today=TODAY,
    said=SAID,
    pieces=[Piece("coding", TODAY, f"p{number}") for number in range(12)]
    + [Piece("mock", TODAY, rating=4) for _ in range(3)],
)


def a_forecast(problems: int = 15, *, days: int = 28) -> Forecast:
    return Forecast(
        left=dict.fromkeys(pace_rules.KINDS, problems),
        done=dict.fromkeys(pace_rules.KINDS, 3),
        short=dict.fromkeys(pace_rules.KINDS, 7),
        days=days,
        days_left=11,
        ends_on=date(2030, 3, 14),
        is_interview=True,
    )


def a_progress(known: Known = FULL, *, has_plan: bool = True) -> Progress:
    return Progress(
        today=TODAY,
        bars=readiness(known),
        week=Week(from_on=TODAY, goals=Counts(designs=1, coding=5), is_of_plan=has_plan),
        this_week=Sums(counts={"coding": 3}, minutes=90),
        hours=tuple(
            TrackHours(track=track, done=90, planned=120 if has_plan else None)
            for track in ("behavioural", "design", "coding")
        ),
        hours_since=TODAY,
        scores=((TODAY, 40), (TODAY + timedelta(days=30), 62)) if known.said else (),
        steadiness=Standing(days=3, strength=12, has_freeze=True),
        parts_done={TODAY: 2} if known.pieces else {},
        rest=frozenset(),
        forecast=a_forecast() if has_plan else None,
        planned={"coding": 28} if has_plan else {},
        done_of_plan={"coding": 12},
        interview_on=date(2030, 3, 14) if has_plan else None,
    )


def a_preview(way: Way, ground: Ground, bent: Bent | None = None, change_id: int | None = None) -> Preview:
    return Preview(
        bent=bent or bend(ground, way),
        base="0" * 20,
        tasks=CATALOG.tasks,
        forecast=a_forecast(),
        weekly_minutes=300,
        earliest=TODAY + timedelta(days=43),
        latest=TODAY + timedelta(days=400),
        highest_hours=28,
        change_id=change_id,
    )


GROUNDS = {
    "nothing to move": a_ground([]),
    "one missed": a_ground(slots_of(1, PROBLEMS[0])),
    "a whole plan missed": a_ground(
        [slot for week in range(1, 7) for slot in slots_of(week, *PROBLEMS[week * 9 : week * 9 + 9])],
        interview_on=TODAY + timedelta(days=41),
        pace=30,
    ),
    "too much": a_ground(slots_of(1, *PROBLEMS[:90], competency=CRITICAL), hours=1, days_a_week=1),
}


class TestProgress:
    @pytest.mark.parametrize("known", [NOTHING, replace(NOTHING, said=SAID), FULL])
    @pytest.mark.parametrize("has_plan", [True, False])
    def test_is_taken_by_slack_with_nothing_little_and_much(self, known: Known, has_plan: bool) -> None:
        progress = a_progress(known, has_plan=has_plan)

        assert problems_of_post(views.progress_post(progress)) == []
        for name in BARS:
            assert problems_of_post(views.parts_post(progress, name)) == []

    def test_says_what_is_shown_and_what_is_said_side_by_side(self) -> None:
        text = views.progress_post(a_progress()).text

        assert (
            "Technical skills: Your work shows 16; you say 64. 12 pieces of evidence: some confidence."
            in text
        )
        assert "3 mocks: low confidence" in text
        assert "Cultural alignment: No evidence yet; you say 40." in text

    def test_says_the_week_the_hours_the_results_and_the_pace(self) -> None:
        text = views.progress_post(a_progress()).text

        assert "0 of 1 full design; 3 of 5 coding problems, until 10 March 2030." in text
        assert "Coding: 1 h 30 min, planned so far 2 h." in text
        assert "40 on 4 March 2030, 62 on 3 April 2030. That is 22 more than the first time." in text
        assert "3 days in a row, strength 12 of 100. One missed day is forgiven." in text
        assert "short on 14 March 2030" in text
        assert "Your interview is in 10 days." in text

    def test_the_text_says_every_sentence_of_the_blocks(self) -> None:
        progress = a_progress()
        post = views.progress_post(progress)

        for bar in progress.bars.values():
            assert str(bar.shown) in post.text
        assert views.scores_line(progress) in post.text

    def test_pictures_stand_with_the_numbers_they_draw(self) -> None:
        picture = {"type": "image", "image_url": "https://example.org/x.png", "alt_text": "Scores"}

        assert picture in views.progress_post(a_progress(), [picture]).blocks

    @pytest.mark.parametrize(
        ("shown", "said", "cells"),
        [(0, None, "□□□□□□□□□□"), (0, 64, "▤▤▤▤▤▤□□□□"), (31, 64, "■■■▤▤▤□□□□"), (80, 40, "■■■■■■■■□□")],
    )
    def test_a_bar_draws_both(self, shown: int, said: int | None, cells: str) -> None:
        assert drawn(replace(readiness(FULL)["technical"], shown=shown, said=said)) == cells

    def test_the_parts_name_counts_weights_and_the_plan(self) -> None:
        text = views.parts_post(a_progress(), "technical").text

        assert "Coding problems: 40 of 100, weighs 40 %. Counted: 12 of the 30 that fill it" in text
        assert "of your plan's 28, 12 done" in text
        assert "You say: 64 of 100." in text

    def test_a_bar_we_did_not_draw_is_none(self) -> None:
        assert views.read_bar({"value": "technical"}) == "technical"
        assert views.read_bar({"value": "<!channel>"}) is None
        assert views.read_bar({}) is None


class TestBending:
    @pytest.mark.parametrize("case", GROUNDS)
    def test_is_taken_by_slack(self, case: str) -> None:
        previews = {way: a_preview(way, GROUNDS[case]) for way in WAYS}

        assert problems_of_view(replan_views.ways_modal(previews)) == []
        for preview in previews.values():
            assert problems_of_view(replan_views.preview_modal(preview)) == []
            assert problems_of_view(replan_views.done_modal(replace(preview, change_id=3))) == []
        assert problems_of_post(replan_views.undone_post()) == []

    def test_says_how_many_move_and_which(self) -> None:
        preview = a_preview("more", GROUNDS["one missed"])

        words = words_of(replan_views.preview_modal(preview).to_dict())
        assert "1 task gets another week." in words
        assert f"{CATALOG.tasks[PROBLEMS[0]].title}: from week 1 to week 4" in words

    def test_a_long_list_is_counted_not_cut(self) -> None:
        moved = tuple(Moved(slug, 1, 4) for slug in PROBLEMS[:40])
        preview = a_preview("more", GROUNDS["one missed"])
        long = replace(preview, bent=replace(preview.bent, moved=moved))

        assert "and 28 more" in words_of(replan_views.preview_modal(long).to_dict())

    def test_what_cannot_be_applied_has_no_button_for_it(self) -> None:
        assert (
            replan_views.preview_modal(a_preview("more", GROUNDS["too much"])).to_dict().get("submit") is None
        )
        assert "would not hold all of it" in replan_views.summary(a_preview("more", GROUNDS["too much"]))


class TestOutcome:
    def test_the_question_and_each_reply_are_taken_by_slack(self) -> None:
        assert problems_of_post(outcome_views.question_post(TODAY)) == []
        for outcome in OUTCOMES:
            assert problems_of_post(outcome_views.answered_post(TODAY, outcome)) == []
        assert problems_of_view(outcome_views.new_date_modal(TODAY, TODAY + timedelta(days=2))) == []

    def test_the_text_names_every_choice(self) -> None:
        text = outcome_views.question_post(TODAY).text

        assert "Offer, No offer, Waiting, It was moved, or rather not say." in text

    def test_no_reply_blames(self) -> None:
        for outcome in OUTCOMES:
            text = outcome_views.answered_post(TODAY, outcome).text.lower()
            assert not [word for word in ("should have", "failed", "unfortunately", "!") if word in text]


class TestInTheCheckIn:
    """Each week, who is behind is offered to bend the plan."""

    @pytest.mark.parametrize(("days", "short", "is_offered"), [(28, 7, True), (28, 0, False), (6, 7, False)])
    def test_the_button(self, days: int, short: int, is_offered: bool) -> None:
        found = replace(a_forecast(days=days), short={"coding": short})
        result = replace(a_result(), forecast=found)
        post, window = checkins_views.result_post(result), checkins_views.result_modal(result)

        assert (views.BEND in str(post.blocks)) is is_offered
        assert (views.BEND in str(window.to_dict())) is is_offered
        assert ("bend your plan" in post.text) is is_offered
        assert problems_of_post(post) == []
        assert problems_of_view(window) == []
