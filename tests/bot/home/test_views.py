"""The Home tab and the one next thing: useful before the first assessment, half-way, and with a plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.models.views import View

from bot.assessment import ids
from bot.assessment.service import Standing
from bot.assessment.wizard import Wizard
from bot.checkins import views as checkins_views
from bot.home.next_thing import HELP
from bot.home.overview import Board, Mock, NextThing, Overview
from bot.home.views import home_view
from bot.learn import views as learn_views
from bot.log import views as log_views
from bot.log.answers import Totals
from bot.log.streak import Standing as Steadiness
from bot.log.week import add_up, week_of
from bot.menu.views import menu_post, unknown_lead
from bot.mydata import views as mydata_views
from bot.plan import views as plan_views
from bot.preferences import views as preferences_views
from bot.progress import views as progress_views
from bot.progress.readiness import BARS, Known, Piece, Said, readiness
from bot.review import views as review_views
from bot.stories import ids as story_ids
from bot.stories.coverage import coverage
from bot.stories.draft import Draft
from bot.stories.kept import Kept
from bot.today import views as today_views
from bot.why import views as why_views
from content.loader import Catalog, load
from tests.bot.surfaces import elements_of, problems_of_post, problems_of_view, words_of
from tests.bot.today.test_views import ALL_DONE, a_day
from tests.builders import NOON, TODAY, a_result, a_score, an_overview

CATALOG = load()
HOSTILE = "<!channel> *Migration* " + "x" * 120


def a_story(number: int, **draft: Any) -> Kept:
    return Kept(id=number, key=f"k{number}", draft=Draft(**draft), changed_at=NOON)


def a_board(*, stories: list[Kept] | None = None, pieces: list[Piece] | None = None, **more: Any) -> Board:
    """Of somebody who did as much as is given: by default, nothing."""
    pieces = pieces or []
    week = week_of(TODAY, None)
    rows = [(piece.on, piece.activity, piece.number, piece.minutes) for piece in pieces]
    steady = Steadiness(days=12, strength=41, has_freeze=True) if pieces else Steadiness(0, 0, False)
    usual: dict[str, Any] = {
        "bars": readiness(
            Known(today=TODAY, pieces=pieces, said=Said(total=60, technical=60, leadership=55, cultural=70))
        ),
        "totals": Totals(
            today=TODAY,
            day=add_up(rows, TODAY, TODAY),
            week=week,
            done=add_up(rows, week.from_on, week.to_on),
            standing=steady,
        ),
        "coverage": coverage(
            stories or [], tuple(CATALOG.principles.values()), tuple(CATALOG.scenarios.values())
        ),
        "target_level": "L7",
        "interview_on": None,
        "mocks": (),
        "due": 0,
        "rests": False,
    }
    return Board(**{**usual, **more})


def problems_of(view: dict[str, Any]) -> list[str]:
    """Why Slack would refuse it, and what a reader would stumble over."""
    return problems_of_view(View(**view))


MUCH = a_board(
    pieces=[
        Piece("coding", TODAY, "lc-two-sum", 1, None, 30),
        Piece("coding", TODAY, None, 2, None, 90),
        Piece("mock", TODAY, None, 1, 4, 60),
    ],
    stories=[
        a_story(
            1, title=HOSTILE, principles=("ownership",), scope="L7", scenario=next(iter(CATALOG.scenarios))
        )
    ],
    mocks=tuple(Mock(on=TODAY, rating=rating, title=HOSTILE) for rating in (5, None, 1)),
    due=20,
    interview_on=TODAY + timedelta(days=24),
    rests=True,
)
BLANK = Overview(
    standing=Standing(next_number=1, unfinished=None, profile=None, time_zone=None, finished_on=None),
    result=None,
    plan=None,
    forms=CATALOG.forms,
)
SCORED = replace(
    BLANK,
    board=a_board(),
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
    NextThing.PRACTISE: replace(PLANNED, today=a_day(["concept"]), board=MUCH),
    NextThing.REVIEW: replace(PLANNED, today=ALL_DONE, board=MUCH),
    NextThing.FOLLOW_PLAN: replace(PLANNED, today=ALL_DONE),
    NextThing.ASSESS_AGAIN: OVER,
}
EVERY_STATE = pytest.mark.parametrize("next_thing", list(NextThing))


@EVERY_STATE
def test_there_is_one_next_thing(next_thing: NextThing) -> None:
    assert STATES[next_thing].next_thing == next_thing


@EVERY_STATE
def test_slack_accepts_home_and_menu(next_thing: NextThing) -> None:
    overview = STATES[next_thing]

    assert problems_of(home_view(overview)) == []
    assert problems_of_post(menu_post(overview)) == []
    assert problems_of_post(menu_post(overview, lead=unknown_lead("plna", ()))) == []


@EVERY_STATE
def test_no_action_is_offered_twice_and_one_is_primary(next_thing: NextThing) -> None:
    buttons = list(elements_of(home_view(STATES[next_thing])))

    # Each line of the list has its box, each bar its parts.
    several = (progress_views.PARTS, today_views.TICK, today_views.HINT, learn_views.SHOW)
    actions = [button["action_id"] for button in buttons if button["action_id"] not in several]
    actions = [action for action in actions if not action.startswith(today_views.RATE)]
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
        (NextThing.PRACTISE, "Coding problem: *Two Sum*, 30 minutes", today_views.SHOW),
        (NextThing.REVIEW, "20 cards", review_views.OPEN),
        (NextThing.FOLLOW_PLAN, "Today's list is done. Week 1 of 6", plan_views.SHOW),
        (NextThing.ASSESS_AGAIN, "Your plan has run its course", ids.OPEN),
    ],
)
def test_it_is_said_on_home_and_in_the_menu_with_its_button(
    next_thing: NextThing, said: str, action: str
) -> None:
    overview = STATES[next_thing]
    home, menu = home_view(overview), menu_post(overview)

    assert said in words_of(home)
    assert said in words_of(menu.blocks)
    assert said.replace("*", "") in menu.text
    assert next(elements_of(home))["action_id"] == action
    assert next(elements_of(menu.blocks))["action_id"] == action


def test_home_explains_itself_before_the_first_assessment_only() -> None:
    assert "How it works" in words_of(home_view(BLANK))
    assert "How it works" not in words_of(home_view(SCORED))


def test_home_shows_where_one_stands_and_what_changed() -> None:
    text = words_of(home_view(SCORED))

    assert "Where you stand: 60 of 100" in text
    assert "The same total as on" in text
    assert "Your week" not in text


def test_a_plan_that_is_over_has_no_week_that_is_yours() -> None:
    assert "Your week" in words_of(home_view(PLANNED))
    assert "Your week" not in words_of(home_view(OVER))
    assert "Your plan" in words_of(home_view(OVER))


def test_in_the_last_days_the_next_thing_is_a_warm_up() -> None:
    soon = replace(PLANNED, board=a_board(interview_on=TODAY + timedelta(days=2)))

    assert today_views.NOT_CHOSEN_WARM_UP in words_of(home_view(soon))
    assert today_views.NOT_CHOSEN not in words_of(home_view(soon))


def test_a_day_of_one_line_is_no_last_one() -> None:
    [line, *_] = a_day([]).lines
    light = replace(PLANNED, today=replace(a_day([]), lines=(line,)))

    assert "It is all for today." in words_of(home_view(light))


@pytest.mark.parametrize("slug", list(CATALOG.plans))
@pytest.mark.parametrize("hours", [1, 60])
def test_home_holds_this_week_of_every_plan(slug: str, hours: int) -> None:
    for week in range(len(CATALOG.plans[slug].weeks)):
        today = TODAY + timedelta(weeks=week)
        plan = an_overview(CATALOG, slug, points=1, hours=hours, today=today)
        view = home_view(replace(SCORED, plan=plan))

        assert problems_of(view) == []
        assert f"Week {week + 1} of" in words_of(view)
        assert CATALOG.plans[slug].weeks[week].milestone[:40] in words_of(view)


def test_the_last_day_of_a_plan_still_belongs_to_it(catalog: Catalog) -> None:
    last_day = replace(SCORED, plan=an_overview(catalog, today=TODAY + timedelta(days=41)))

    assert last_day.next_thing == NextThing.PRACTISE


def test_before_the_day_s_list_is_chosen_it_is_the_next_thing_and_the_week_is_named_once() -> None:
    text = words_of(home_view(PLANNED))

    assert text.count(today_views.NOT_CHOSEN) == 1
    assert text.count("Week 1 of 6") == 1
    assert next(elements_of(home_view(PLANNED)))["action_id"] == today_views.SHOW


class TestTheDashboard:
    def test_everything_is_on_it_and_it_stays_short(self) -> None:
        view = home_view(STATES[NextThing.PRACTISE])
        text = words_of(view)

        assert problems_of(view) == []
        assert len(view["blocks"]) <= 40
        for said in (
            "Interview in 24 days, on 28 March 2030.",
            "12 days in a row. One missed day is forgiven. Strength 41 of 100.",
            "1 of 3 done.",
            "3 of 10 coding problems",
            "You will know it worked when:",
            "Your work shows",
            "1 of 32 principles by level and 1 of 5 core scenarios have a story.",
            "rated 5 of 5",
            "20 cards due today.",
        ):
            assert said in text

    def test_a_line_is_ticked_in_place_with_the_list_s_own_control(self) -> None:
        view = home_view(STATES[NextThing.PRACTISE])

        boxes = [one for one in elements_of(view) if one["action_id"] == today_views.TICK]
        assert [bool(box.get("initial_options")) for box in boxes] == [False, True, False]

    def test_each_bar_has_its_parts_on_request(self) -> None:
        buttons = elements_of(home_view(SCORED))

        assert tuple(one["value"] for one in buttons if one["action_id"] == progress_views.PARTS) == BARS

    @pytest.mark.parametrize("next_thing", [NextThing.PRACTISE, NextThing.FOLLOW_PLAN, NextThing.CHOOSE_PLAN])
    def test_there_is_a_way_to_everything(self, next_thing: NextThing) -> None:
        offered = {one["action_id"] for one in elements_of(home_view(STATES[next_thing]))}

        assert offered >= {
            today_views.SHOW,
            log_views.OPEN,
            review_views.OPEN,
            learn_views.BROWSE,
            progress_views.OPEN,
            ids.SHOW_RESULT,
            ids.OPEN,
            checkins_views.OPEN,
            preferences_views.OPEN,
            why_views.SHOW,
            mydata_views.EXPORT,
            mydata_views.FORGET,
            HELP,
        }
        assert offered & {story_ids.OPEN, story_ids.ADD}

    def test_a_visitor_is_offered_what_needs_nothing_of_theirs(self) -> None:
        offered = {one["action_id"] for one in elements_of(home_view(BLANK))}

        assert {ids.OPEN, today_views.SHOW, learn_views.BROWSE, HELP} <= offered
        assert not {mydata_views.EXPORT, progress_views.OPEN, plan_views.SHOW, ids.SHOW_RESULT} & offered

    def test_who_rests_is_offered_to_resume(self) -> None:
        def offered(board: Board) -> set[str]:
            return {one["action_id"] for one in elements_of(home_view(replace(SCORED, board=board)))}

        assert preferences_views.RESUME in offered(a_board(rests=True))
        assert preferences_views.PAUSE in offered(a_board())

    def test_what_has_not_begun_says_how_it_begins(self) -> None:
        text = words_of(home_view(SCORED))

        assert "*Stories:* none yet." in text
        assert "*Mocks:* none yet." in text
        assert "nothing is due today" in text
        assert "No evidence yet; you say 60." in text
        assert "Strength" not in text

    def test_the_past_interview_is_not_counted_down(self) -> None:
        board = a_board(interview_on=TODAY - timedelta(days=1))

        assert "Interview in" not in words_of(home_view(replace(SCORED, board=board)))

    def test_what_a_person_called_a_story_pings_nobody(self) -> None:
        told = replace(
            a_story(1, title=HOSTILE, principles=("ownership",), scope="L7"),
            told_on=TODAY - timedelta(days=40),
        )
        for day in range(4):
            totals = replace(MUCH.totals, today=TODAY + timedelta(days=day))
            board = replace(a_board(stories=[told]), totals=totals)
            view = home_view(replace(SCORED, board=board))
            assert problems_of(view) == []
            assert "<!channel>" not in words_of(view)
