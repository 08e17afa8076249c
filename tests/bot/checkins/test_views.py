"""The check-in as Slack takes it and as a person reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.checkins import views
from bot.checkins.answers import Answer, check
from bot.checkins.counts import MOST, USUAL, Counts
from bot.checkins.rendering import wordings
from bot.checkins.service import CheckInForm
from bot.checkins.stretch import stretch
from bot.errors import OutdatedFormError
from bot.preferences import views as preferences_views
from bot.progress.pace_rules import KINDS, Forecast, Kind
from content.loader import Catalog
from tests.bot.checkins.test_counts import COUNTS
from tests.bot.checkins.weeks import FRIDAY, a_form, a_result, a_tally, an_answer
from tests.bot.surfaces import elements_of, problems_of_post, problems_of_view, words_of
from tests.dispatch import returned

FULL = Counts(designs=MOST, coding=MOST, stories=MOST, mocks=MOST)
ANSWERS = st.builds(
    Answer,
    reported=COUNTS,
    confidence=st.integers(1, 5),
    blocker=st.none()
    | st.text("ab &<>*", min_size=1, max_size=500).filter(lambda text: text == text.strip()),
    next_goals=COUNTS,
)


class TestReminder:
    def test_slack_accepts_it_with_every_wording(self, catalog: Catalog) -> None:
        texts = wordings(catalog)
        assert len(texts) > 5
        for text in texts:
            for goals, logged in ((USUAL, Counts()), (FULL, FULL), (Counts(), Counts(coding=1))):
                post = views.reminder_post(a_tally(goals, logged, concepts=1), text)
                assert problems_of_post(post) == []
                assert text in words_of(post.blocks)

    def test_shows_goals_against_what_was_logged_in_numbers(self) -> None:
        shown = words_of(views.reminder_post(a_tally(concepts=4), "Look back.").blocks)

        assert "Your week, 2 to 8 March 2030" in shown
        assert "■■■■■■■□□□  7 of 10 coding problems" in shown
        assert "1 of 2 full designs" in shown
        assert "0 of 1 mock interview" in shown
        assert "You also logged 4 design concepts." in shown

    def test_says_all_of_it_in_its_text(self) -> None:
        assert views.reminder_post(a_tally(concepts=4), "Look back.").text == (
            "Your week, 2 to 8 March 2030: 1 of 2 full designs, 7 of 10 coding problems, 3 of 3 stories, "
            "0 of 1 mock interview. You also logged 4 design concepts. Look back. Check in with the button, "
            "or type /prep week. How sure you are and what stood in the way stay with you. "
            "Late is fine, too. To change or stop this message, type /prep settings or /prep pause."
        )

    def test_opens_its_own_week_and_leads_to_settings_and_pause_in_one_click(self) -> None:
        buttons = {
            found["action_id"]: found for found in elements_of(views.reminder_post(a_tally(), "x").blocks)
        }

        assert set(buttons) == {views.OPEN, preferences_views.OPEN, preferences_views.PAUSE}
        assert views.read_button_day(buttons[views.OPEN]) == FRIDAY

    def test_what_was_done_beyond_the_goals_is_shown_and_fills_no_bar_twice(self) -> None:
        tally = a_tally(Counts(coding=2), Counts(coding=5, stories=1))

        post = views.reminder_post(tally, "x")

        assert "■■■■■■■■■■  5 of 2 coding problems" in words_of(post.blocks)
        assert "1 story, without a goal" in words_of(post.blocks)
        assert "1 story without a goal" in post.text

    def test_a_week_without_goals_is_a_rest(self) -> None:
        post = views.reminder_post(a_tally(Counts(), Counts()), "x")

        assert "No goals this week: rest." in words_of(post.blocks)
        assert "no goals, a week of rest" in post.text


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        (date(2030, 3, 2), date(2030, 3, 8), "2 to 8 March 2030"),
        (date(2030, 2, 23), date(2030, 3, 1), "23 February to 1 March 2030"),
        (date(2029, 12, 29), date(2030, 1, 4), "29 December 2029 to 4 January 2030"),
        (date(2030, 3, 8), date(2030, 3, 8), "8 March 2030"),
    ],
)
def test_days_say_once_what_they_share(first: date, last: date, shown: str) -> None:
    assert views.days(replace(a_tally(), from_on=first, to_on=last)) == shown


class TestModal:
    @pytest.mark.parametrize(
        "form",
        [
            pytest.param(a_form(), id="new"),
            pytest.param(a_form(answer=an_answer(blocker="x" * 500)), id="answered"),
            pytest.param(a_form(a_tally(FULL, FULL, concepts=1)), id="full"),
        ],
    )
    def test_slack_accepts_it(self, form: CheckInForm) -> None:
        assert problems_of_view(views.modal(form)) == []

    def test_is_filled_in_beforehand(self) -> None:
        view = views.modal(a_form()).to_dict()

        fields = views.read_fields(returned(view))

        assert fields["reported.coding"] == "7"
        assert fields["next.coding"] == "10"
        assert (fields["confidence"], fields["blocker"]) == (None, None)
        assert "Goal 10, logged 7." in words_of(view)
        assert views.read_form_day(view) == FRIDAY

    def test_takes_whole_numbers_from_0_to_99_only(self) -> None:
        numbers = [
            found for found in elements_of(views.modal(a_form()).to_dict()) if found["type"] == "number_input"
        ]

        limits = {(found["min_value"], found["max_value"], found["is_decimal_allowed"]) for found in numbers}
        assert (len(numbers), limits) == (8, {("0", "99", False)})

    @settings(max_examples=50)
    @given(ANSWERS)
    def test_what_was_answered_comes_back_as_it_was(self, answer: Answer) -> None:
        view = views.modal(a_form(answer=answer)).to_dict()

        assert check(views.read_fields(returned(view))) == (answer, {})

    @pytest.mark.parametrize("metadata", ["", "soon", "2030-13-01", '{"to_on":"2030-03-08"}', "9" * 3000])
    def test_of_another_version_is_told_so(self, metadata: str) -> None:
        with pytest.raises(OutdatedFormError, match="`/prep week`"):
            views.read_form_day({"private_metadata": metadata})
        assert views.read_button_day({"value": ""}) is None

    def test_without_any_state_has_no_fields(self) -> None:
        assert views.read_fields({}) == {}
        assert views.read_fields({"state": {"values": {"confidence": {"other": {}}}}}) == {"confidence": None}


def behind(ends_on: date, short: Mapping[Kind, int]) -> Forecast:
    return Forecast(
        left=short, done={}, short=short, days=14, days_left=20, ends_on=ends_on, is_interview=False
    )


class TestResult:
    @settings(max_examples=50)
    @given(ANSWERS, st.lists(COUNTS, min_size=1, max_size=3), st.integers(0, 999))
    def test_slack_accepts_it(self, answer: Answer, reported: list[Counts], short: int) -> None:
        result = replace(
            a_result(answer),
            forecast=behind(FRIDAY, dict.fromkeys(KINDS, short)),
            stretch=stretch(answer.next_goals, reported),
        )

        assert (
            problems_of_post(views.result_post(replace(result, answer=replace(answer, blocker=None)))) == []
        )
        assert (
            problems_of_view(views.result_modal(replace(result, answer=replace(answer, blocker=None)))) == []
        )

    def test_the_longest_blocker_fits_escaped(self) -> None:
        result = a_result(an_answer(blocker="&" * 500), stretch="x" * 200)

        assert problems_of_post(views.result_post(result)) == []
        assert problems_of_view(views.result_modal(result)) == []
        assert problems_of_view(views.saving_modal()) == []

    def test_says_what_was_answered_and_where_it_leads(self) -> None:
        found = behind(date(2030, 4, 14), {"coding": 7})
        result = replace(a_result(an_answer(blocker="On call.")), forecast=found, stretch="Be kind.")

        post = views.result_post(result)

        assert post.text == (
            "Your week, 2 to 8 March 2030, checked in: 1 of 2 full designs, 7 of 10 coding problems, 3 of 3 "
            "stories, 0 of 1 mock interview. How sure: 3 of 5, about half-way. In the way: On call. "
            "Next week: 2 full designs, 10 coding problems, 3 stories, 1 mock interview. "
            "At this pace 7 problems short on 14 April 2030. Be kind. "
            "Type /prep progress to bend your plan. Type /prep week to change it."
        )
        for shown in (words_of(post.blocks), words_of(views.result_modal(result).to_dict())):
            assert "*In the way:* On call." in shown
            assert "7 problems short on 14 April 2030. Be kind." in shown

    def test_without_a_plan_says_so(self) -> None:
        assert "You have no plan yet" in views.result_post(a_result()).text

    def test_pings_nobody(self) -> None:
        result = a_result(an_answer(blocker="<!channel> asked & <@U1>"))

        post = views.result_post(result)

        assert "&lt;!channel&gt; asked &amp; &lt;@U1&gt;" in words_of(post.blocks)
        assert "<" not in post.text
        assert "<" not in words_of(views.result_modal(result).to_dict())

    def test_can_be_changed(self) -> None:
        buttons = {found["action_id"]: found for found in elements_of(views.result_post(a_result()).blocks)}

        assert views.read_button_day(buttons[views.OPEN]) == FRIDAY
        assert preferences_views.OPEN in buttons

    def test_a_week_of_rest_may_come_next(self) -> None:
        answer = replace(an_answer(), next_goals=Counts())

        assert "Next week: rest." in views.result_post(a_result(answer)).text
