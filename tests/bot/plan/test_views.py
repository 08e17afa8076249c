"""A plan as a message: every week of every plan fits, and says what there is to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.learn.library import Library
from bot.plan import views
from bot.plan.service import PlanOverview, Week
from bot.replies import window
from content.loader import Catalog, load
from content.schema import Level
from tests.bot.surfaces import elements_of, problems_of_post, problems_of_view, words_of
from tests.builders import TODAY, an_overview

CATALOG = load()
SLUGS = list(CATALOG.plans)


def crowded_week(overview: PlanOverview) -> Week:
    """Five times as much as any week holds."""
    longest = max(overview.weeks, key=lambda week: len(week.tasks))
    return replace(longest, number=1, tasks=longest.tasks * 5)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("level", ["L6", "L7"])
@pytest.mark.parametrize("hours", [1, 15, 60])
def test_slack_accepts_every_week_as_message_and_as_window(slug: str, level: Level, hours: int) -> None:
    overview = an_overview(CATALOG, slug, points=1, hours=hours, level=level)
    problems = {}

    for week in overview.weeks:
        post = views.plan_post(overview, week.number)
        problems[week.number] = problems_of_post(post) + problems_of_view(window(post, "Your plan"))

    assert {number: found for number, found in problems.items() if found} == {}


@pytest.mark.parametrize("slug", SLUGS)
def test_slack_accepts_the_shortest_form_of_a_plan(slug: str) -> None:
    fewest = CATALOG.plans[slug].fewest_weeks
    overview = an_overview(CATALOG, slug, weeks=fewest, interview_on=TODAY + timedelta(weeks=fewest))

    assert len(overview.weeks) == fewest
    assert problems_of_post(views.plan_post(overview)) == []


class TestWhichWeek:
    @pytest.mark.parametrize(
        ("asked", "shown"),
        [
            pytest.param(None, 2, id="this week"),
            pytest.param(4, 4, id="the one asked for"),
            pytest.param(0, 1, id="below the first"),
            pytest.param(99, 6, id="beyond the last"),
        ],
    )
    def test_is_shown(self, catalog: Catalog, asked: int | None, shown: int) -> None:
        overview = an_overview(catalog, today=TODAY + timedelta(days=8))

        assert views.shown_week(overview, asked).number == shown

    @pytest.mark.parametrize(("days", "shown"), [(-1, 1), (0, 1), (41, 6), (42, 6)])
    def test_is_the_nearest_when_today_is_outside_the_plan(
        self, catalog: Catalog, days: int, shown: int
    ) -> None:
        overview = an_overview(catalog, today=TODAY + timedelta(days=days))

        assert views.shown_week(overview, None).number == shown

    def test_is_marked_in_the_select_and_the_others_are_folded(self, catalog: Catalog) -> None:
        post = views.plan_post(an_overview(catalog), 3)
        select = next(found for found in elements_of(post.blocks) if found["action_id"] == views.SHOW_WEEK)
        text = words_of(post.blocks)

        assert select["initial_option"]["value"] == "3"
        assert len(select["options"]) == 6
        assert f"*Week 3 of 6: {catalog.plans['six-week'].weeks[2].theme}*" in text
        assert f"1. now: {catalog.plans['six-week'].weeks[0].theme}" in text
        assert f"\n3. {catalog.plans['six-week'].weeks[2].theme}" not in text


class TestWhatIsSaid:
    def test_every_task_of_the_week_with_its_minutes(self, catalog: Catalog) -> None:
        overview = an_overview(catalog, hours=25)
        week = overview.weeks[0]

        text = words_of(views.plan_post(overview, 1).blocks)

        assert all(views.task_line(task) in text for task in week.tasks)
        assert all(f"{task.task.minutes} min" in views.task_line(task) for task in week.tasks)

    def test_which_tasks_are_there_for_a_gap(self, catalog: Catalog) -> None:
        overview = an_overview(catalog, points=1)
        tasks = [task for week in overview.weeks for task in week.tasks]

        for task in tasks:
            ending = f" _for {task.competency}_" if task.competency else ")"
            assert views.task_line(task).endswith(ending)
        assert any(task.competency for task in tasks)

    def test_that_fewer_hours_hold_less(self, catalog: Catalog) -> None:
        few = words_of(views.plan_post(an_overview(catalog, hours=10)).blocks)
        enough = words_of(views.plan_post(an_overview(catalog, hours=25)).blocks)

        assert "It is made for 25 to 30 hours a week" in few
        assert "It is made for" not in enough

    @pytest.mark.parametrize(
        ("days", "said"),
        [(30, "in 30 days."), (1, "tomorrow."), (0, "today."), (-1, None)],
    )
    def test_how_far_the_interview_is(self, catalog: Catalog, days: int, said: str | None) -> None:
        overview = an_overview(catalog, interview_on=TODAY + timedelta(days=days))

        text = words_of(views.plan_post(overview).blocks)

        assert ("Your interview" in text) == (said is not None)
        assert said is None or said in text

    def test_the_whole_of_it_again_in_plain_words(self, catalog: Catalog) -> None:
        overview = an_overview(catalog, hours=10)

        text = views.plan_post(overview).text

        assert text.startswith(f"{overview.plan.title}: 6 weeks until 14 April 2030, 10 hours a week.")
        assert all(task.task.title in text for task in overview.weeks[0].tasks)
        assert text.endswith("Type /prep plan for all of it.")

    def test_the_plain_words_end_at_a_whole_task_when_there_are_too_many(self, catalog: Catalog) -> None:
        overview = an_overview(catalog, hours=60)
        crowded = crowded_week(overview)

        text = views.plan_text(overview, crowded)

        assert len(text) <= 3800
        assert " minutes. Type /prep plan for all of it." in text


def test_a_long_list_of_tasks_is_cut_between_tasks_into_sections_that_fit(catalog: Catalog) -> None:
    overview = an_overview(catalog, hours=60)
    crowded = crowded_week(overview)

    texts = [block.to_dict()["text"]["text"] for block in views.week_blocks(overview, crowded)]

    assert max(len(text) for text in texts) <= 3000
    lines = [line for text in texts for line in text.splitlines()]
    assert all(views.task_line(task) in lines for task in crowded.tasks)


def test_goals_leave_out_what_there_is_none_of(catalog: Catalog) -> None:
    goals = catalog.plans["six-week"].weeks[0].goals

    none = goals.model_copy(update={"designs": 0, "coding": 0, "stories": 0, "mocks": 0})
    one = none.model_copy(update={"stories": 1, "coding": 2})
    assert views.goals_line(one) == "2 coding problems, 1 story"
    assert views.goals_line(none) == "none: rest"


class TestLessons:
    def test_of_the_week_are_offered_by_track_and_the_reading_last(self, catalog: Catalog) -> None:
        week = an_overview(catalog, "twelve-week", hours=25).weeks[0]

        groups = offered_lessons(week)

        assert [name for name in groups if name != "To read"] == [
            name for name in views.TRACK_NAMES.values() if name in groups
        ]
        assert groups["To read"] == [text.slug for text in week.reading]
        assert list(groups)[-1] == "To read"

    @pytest.mark.parametrize("slug", SLUGS)
    def test_offered_are_all_but_the_mocks_that_can_be_opened_and_nothing_else(
        self, catalog: Catalog, slug: str
    ) -> None:
        library = Library(catalog)
        for week in an_overview(catalog, slug, points=1, hours=25).weeks:
            offered = [lesson for group in offered_lessons(week).values() for lesson in group]
            tasks = [planned.task.slug for planned in week.tasks if planned.task.kind != "mock"]
            reading = [text.slug for text in week.reading]

            assert set(offered) == {found for found in tasks + reading if found in library.entries}
            assert len(offered) == len(set(offered))

    def test_are_no_select_when_there_are_none(self, catalog: Catalog) -> None:
        overview = an_overview(catalog)
        bare = replace(overview.weeks[0], tasks=(), reading=())

        assert views.open_select(bare) is None
        shown = views.plan_post(replace(overview, weeks=(bare, *overview.weeks[1:])), 1)
        assert [one["action_id"] for one in elements_of(shown.blocks)] == [views.SHOW_WEEK]

    def test_of_a_crowded_week_are_offered_once_each(self, catalog: Catalog) -> None:
        overview = an_overview(catalog, hours=60)
        crowded = crowded_week(overview)

        offered = [lesson for group in offered_lessons(crowded).values() for lesson in group]

        assert len(offered) == len(set(offered))

    def test_to_read_are_listed_with_their_minutes(self, catalog: Catalog) -> None:
        overview = an_overview(catalog, "twelve-week")
        text = overview.weeks[0].reading[0]

        assert f"• {text.title} ({text.minutes} min)" in words_of(views.plan_post(overview, 1).blocks)


def test_when_to_go_on_is_said(catalog: Catalog) -> None:
    overview = an_overview(catalog)
    week = overview.weeks[0]
    rule = "Passed with R > W & all else."
    ruled = replace(week, content=week.content.model_copy(update={"pass_rule": rule}))

    text = words_of([block.to_dict() for block in views.week_blocks(overview, ruled)])
    assert "*Going on:* Passed with R &gt; W &amp; all else." in text


def offered_lessons(week: Week) -> dict[str, list[str]]:
    """Label of the group to the slugs in it."""
    select = views.open_select(week)
    if select is None:
        return {}
    return {
        group["label"]["text"]: [option["value"] for option in group["options"]]
        for group in select.to_dict()["option_groups"]
    }


def test_the_select_is_read_back(catalog: Catalog) -> None:
    actions = views.plan_post(an_overview(catalog), 2).blocks[-1]

    assert views.read_plan_id(actions) == 7
    for odd in ({}, {"block_id": "plan"}, {"block_id": "plan.x.1"}, {"block_id": "a.b.c.d"}):
        assert views.read_plan_id(odd) == 0
