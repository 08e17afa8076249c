"""The Home tab and the one next thing: useful before the first assessment, half-way, and with a plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.assessment import ids
from bot.assessment.service import Standing
from bot.assessment.wizard import Wizard
from bot.home.next_thing import HELP
from bot.home.service import NextThing, Overview
from bot.home.views import home_view
from bot.menu.views import menu_post, unknown_lead
from bot.plan import views as plan_views
from content.loader import Catalog, load
from tests.bot.surfaces import elements_of, problems_of_post, problems_of_view, words_of
from tests.builders import NOON, TODAY, a_result, a_score, an_overview

CATALOG = load()
BLANK = Overview(
    standing=Standing(next_number=1, unfinished=None, profile=None, time_zone=None, finished_on=None),
    result=None,
    plan=None,
    forms=CATALOG.forms,
)
SCORED = replace(
    BLANK,
    standing=replace(BLANK.standing, next_number=2, finished_on=NOON),
    result=a_result(CATALOG, before=a_score(20, 100, 60)),
)
PLANNED = replace(SCORED, plan=an_overview(CATALOG))
OVER = replace(SCORED, plan=an_overview(CATALOG, today=TODAY + timedelta(days=42)))
HALF_WAY = replace(
    PLANNED,
    standing=replace(
        SCORED.standing, unfinished=Wizard(number=2, form="quick", page=1, answers={"quick-coding": 1})
    ),
)
STATES = {
    NextThing.START: BLANK,
    NextThing.RESUME: HALF_WAY,
    NextThing.CHOOSE_PLAN: SCORED,
    NextThing.FOLLOW_PLAN: PLANNED,
    NextThing.ASSESS_AGAIN: OVER,
}
EVERY_STATE = pytest.mark.parametrize("next_thing", list(NextThing))


@EVERY_STATE
def test_there_is_one_next_thing(next_thing: NextThing) -> None:
    assert STATES[next_thing].next_thing == next_thing


@EVERY_STATE
def test_slack_accepts_home_and_menu(next_thing: NextThing) -> None:
    overview = STATES[next_thing]

    assert problems_of_view(home_view(overview)) == []
    assert problems_of_post(menu_post(overview)) == []
    assert problems_of_post(menu_post(overview, lead=unknown_lead("plna", ()))) == []


@EVERY_STATE
def test_no_action_is_offered_twice_and_one_is_primary(next_thing: NextThing) -> None:
    buttons = list(elements_of(home_view(STATES[next_thing]).to_dict()))

    actions = [button["action_id"] for button in buttons]
    assert len(actions) == len(set(actions))
    assert [button.get("style") for button in buttons].count("primary") == 1
    assert buttons[0]["style"] == "primary"
    assert HELP in actions


@pytest.mark.parametrize(
    ("next_thing", "said", "action"),
    [
        (NextThing.START, "12 statements, about 5 minutes", ids.OPEN),
        (NextThing.RESUME, "1 of 12 are answered and kept", ids.OPEN),
        (NextThing.CHOOSE_PLAN, "You scored 60 of 100", ids.SHOW_RESULT),
        (NextThing.FOLLOW_PLAN, "Week 1 of 6", plan_views.SHOW),
        (NextThing.ASSESS_AGAIN, "Your plan has run its course", ids.OPEN),
    ],
)
def test_it_is_said_on_home_and_in_the_menu_with_its_button(
    next_thing: NextThing, said: str, action: str
) -> None:
    overview = STATES[next_thing]
    home, menu = home_view(overview).to_dict(), menu_post(overview)

    assert said in words_of(home)
    assert said in words_of(menu.blocks)
    assert said in menu.text
    assert next(elements_of(home))["action_id"] == action
    assert next(elements_of(menu.blocks))["action_id"] == action


def test_home_explains_itself_before_the_first_assessment_only() -> None:
    assert "How it works" in words_of(home_view(BLANK).to_dict())
    assert "How it works" not in words_of(home_view(SCORED).to_dict())


def test_home_shows_where_one_stands_and_what_changed() -> None:
    text = words_of(home_view(SCORED).to_dict())

    assert "Where you stand: 60 of 100" in text
    assert "The same total as on" in text
    assert "Your plan" not in text


@pytest.mark.parametrize("slug", list(CATALOG.plans))
@pytest.mark.parametrize("hours", [1, 60])
def test_home_holds_this_week_of_every_plan(slug: str, hours: int) -> None:
    for week in range(len(CATALOG.plans[slug].weeks)):
        today = TODAY + timedelta(weeks=week)
        plan = an_overview(
            CATALOG, slug, points=1, hours=hours, today=today, interview_on=today + timedelta(days=1)
        )
        view = home_view(replace(SCORED, plan=plan))

        assert problems_of_view(view) == []
        assert f"Week {week + 1} of" in words_of(view.to_dict())
        assert "Interview tomorrow" in words_of(view.to_dict())


def test_the_last_day_of_a_plan_still_belongs_to_it(catalog: Catalog) -> None:
    last_day = replace(SCORED, plan=an_overview(catalog, today=TODAY + timedelta(days=41)))

    assert last_day.next_thing == NextThing.FOLLOW_PLAN
