"""The result page, with the real content and the worst answers."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from bot.assessment import ids, result_views
from content.loader import Catalog, FormName
from tests.bot.surfaces import problems_of_view, words_of
from tests.builders import TODAY, a_profile, a_result, a_score
from tests.dispatch import returned

Points = int | Callable[[str], int]


def reasons(catalog: Catalog, **profile: Any) -> str:
    """What is said about the plan, with this profile."""
    result = a_result(catalog, profile=a_profile(**profile))
    return "\n".join(result_views.plan_reasons(result))


def in_weeks(weeks: int) -> date:
    return TODAY + timedelta(weeks=weeks)


@pytest.mark.parametrize("form", ["quick", "complete"])
@pytest.mark.parametrize("days", [None, -1, 0, 1, 20, 50, 100, 700])
def test_slack_accepts_it_whatever_was_answered(catalog: Catalog, form: FormName, days: int | None) -> None:
    every: list[Points] = [1, 2, 3, 4, 5, lambda slug: 1 + len(slug) % 5]
    interview_on = None if days is None else TODAY + timedelta(days=days)
    problems = {}
    for points, hours, level in itertools.product(every, (1, 14, 60), ("L6", "L7")):
        profile = a_profile(
            current_level="senior-engineer",
            target_level=level,
            hours_per_week=hours,
            interview_on=interview_on,
        )
        before = a_score(100, 20, 60) if hours == 60 else None
        result = a_result(catalog, form=form, points=points, profile=profile, before=before)
        problems[points, hours, level] = problems_of_view(result_views.result_modal(result))

    assert {case: found for case, found in problems.items() if found} == {}


def test_the_preset_choice_is_read_back_with_the_attempt(catalog: Catalog) -> None:
    view = returned(result_views.result_modal(a_result(catalog, before=a_score(60, 60, 60))).to_dict())

    assert result_views.read_choice(view) == (2, "twelve-week")


@pytest.mark.parametrize("slug", ["quick-reference", "six-week", "twelve-week", "foundation", "six-month"])
def test_every_plan_can_be_chosen(catalog: Catalog, slug: str) -> None:
    view = result_views.result_modal(a_result(catalog)).to_dict()

    assert result_views.read_choice(returned(view, {ids.PLAN: slug})) == (1, slug)
    assert problems_of_view(result_views.chosen_modal(catalog.plans[slug].title)) == []


@pytest.mark.parametrize("metadata", ["", "x", "-1", "²"])
def test_a_result_we_did_not_draw_belongs_to_no_attempt(metadata: str) -> None:
    assert result_views.read_choice({"private_metadata": metadata, "state": {"values": {}}}) == (0, None)


class TestGaps:
    def test_critical_ones_are_counted_and_quote_the_answer(self, catalog: Catalog) -> None:
        slugs = [item.slug for item in catalog.forms["quick"].items]

        text = words_of(
            result_views.result_modal(a_result(catalog, points=lambda s: 2 if s == slugs[0] else 4)).to_dict()
        )

        assert "1 critical gap: begin here" in text
        assert "(you said: I have made a start)" in text

    def test_without_one_the_next_three_are_shown(self, catalog: Catalog) -> None:
        text = words_of(result_views.result_modal(a_result(catalog, points=3)).to_dict())

        assert "No critical gap" in text
        assert text.count("(you said: Partly)") == 3

    def test_there_may_be_nothing_left_to_close(self, catalog: Catalog) -> None:
        text = words_of(result_views.result_modal(a_result(catalog, points=5)).to_dict())

        assert "Keep what you have warm" in text
        assert "(you said" not in text


class TestChange:
    @pytest.mark.parametrize(
        ("before", "sentence"),
        [
            (48, "12 more than on 2 February 2030 (48)."),
            (60, "The same total as on 2 February 2030."),
            (70, "10 less than on 2 February 2030 (70)."),
        ],
    )
    def test_is_told_after_a_second_attempt(self, catalog: Catalog, before: int, sentence: str) -> None:
        result = a_result(catalog, points=3, before=a_score(40, 60, 80, total=before))

        assert result_views.change_sentence(result) == sentence
        assert "*60* (+20)  Technical" in result_views.score_lines(result)
        assert "*60* (no change)  Leadership" in result_views.score_lines(result)
        assert "*60* (\N{MINUS SIGN}20)  Amazon" in result_views.score_lines(result)

    def test_is_not_told_after_the_first(self, catalog: Catalog) -> None:
        assert result_views.change_sentence(a_result(catalog)) is None
        assert "change" not in result_views.score_lines(a_result(catalog))


class TestReasons:
    def test_begin_with_what_the_score_says(self, catalog: Catalog) -> None:
        said = reasons(catalog)

        assert said.startswith("*Your score, 60, points to the")
        assert "points to the twelve-week" in said.lower()
        assert "Your interview" not in said
        assert "is made for" not in said

    @pytest.mark.parametrize(
        ("weeks", "said"),
        [
            (12, "12 weeks away, just enough."),
            (13, "13 weeks away, 1 week more than the plan needs."),
            (20, "8 weeks more than the plan needs."),
        ],
    )
    def test_say_that_the_date_leaves_room(self, catalog: Catalog, weeks: int, said: str) -> None:
        assert said in reasons(catalog, interview_on=in_weeks(weeks))

    def test_say_both_facts_when_the_date_is_too_close(self, catalog: Catalog) -> None:
        said = reasons(catalog, interview_on=in_weeks(6))

        assert "6 weeks away, and the" in said
        assert f"takes at least {catalog.plans['twelve-week'].fewest_weeks}" in said
        assert f"the most that fits is the {catalog.plans['six-week'].title}".lower() in said.lower()
        assert "moving it is worth a question" in said

    @pytest.mark.parametrize(
        ("days", "said"),
        [(1, "is 1 day away"), (13, "is 13 days away"), (14, "is 2 weeks away"), (700, "far longer than")],
    )
    def test_say_how_far_it_is(self, catalog: Catalog, days: int, said: str) -> None:
        assert said in reasons(catalog, interview_on=TODAY + timedelta(days=days))

    def test_say_that_weeks_are_left_out(self, catalog: Catalog) -> None:
        fewest = catalog.plans["twelve-week"].fewest_weeks

        assert f"can be spared; {fewest} weeks remain" in reasons(catalog, interview_on=in_weeks(fewest))

    def test_say_that_the_interview_is_today(self, catalog: Catalog) -> None:
        assert "Your interview is today.* Rest, and good luck." in reasons(catalog, interview_on=TODAY)

    def test_say_that_a_date_in_the_past_does_not_count(self, catalog: Catalog) -> None:
        said = reasons(catalog, interview_on=TODAY - timedelta(days=1))

        assert "has passed" in said

    def test_warn_of_too_few_hours_and_name_a_lighter_plan(self, catalog: Catalog) -> None:
        said = reasons(catalog, hours_per_week=10)

        assert "You have 10 hours a week; the twelve-week comprehensive plan is made for" in said
        assert "slower, but your hours cover it" in said

    def test_warn_of_one_hour_without_naming_a_plan_that_needs_more(self, catalog: Catalog) -> None:
        said = reasons(catalog, hours_per_week=1)

        assert "You have 1 hour a week" in said
        assert "slower" not in said

    def test_name_the_long_plan_for_a_jump_of_two_levels(self, catalog: Catalog) -> None:
        jump = {"current_level": "senior-engineer", "target_level": "L7"}

        assert "a jump of two levels" in reasons(catalog, **jump)
        assert "a jump of two levels" not in reasons(catalog, **jump, interview_on=in_weeks(8))
        assert "a jump" not in reasons(catalog, current_level="senior-engineer")


def test_the_options_say_what_they_fit(catalog: Catalog) -> None:
    view = result_views.result_modal(a_result(catalog, profile=a_profile(interview_on=in_weeks(6)))).to_dict()
    options = view["blocks"][-1]["element"]["options"]
    shown = {
        option["value"]: f"{option['text']['text']}; {option['description']['text']}" for option in options
    }

    assert list(shown) == list(catalog.plans)
    assert "fits your date" in shown["six-week"]
    assert "fits your score" in shown["twelve-week"]
    assert shown["six-month"].endswith("longer than your time")
