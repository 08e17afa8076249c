"""The wizard's modals: accepted by Slack with the real content, and read back as they were built."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import mrkdwn, zones
from bot.assessment import ids, views
from bot.assessment.pages import Page, pages
from bot.assessment.profile import CURRENT_LEVELS, TARGET_LEVELS, ProfileInput, check
from bot.assessment.service import Standing
from bot.assessment.wizard import Profile, Wizard
from bot.errors import OutdatedFormError
from bot.slack_zone import zone_options
from content.loader import Catalog, FormName, load
from tests.bot.surfaces import elements_of, problems_of_view, words_of
from tests.builders import NOON, answers_to
from tests.dispatch import returned

CATALOG = load()
FORMS: tuple[FormName, ...] = ("quick", "complete")
PAGES: list[tuple[FormName, Page]] = [
    (form, page) for form in FORMS for page in pages(CATALOG.forms[form], CATALOG.competencies)
]
EVERY_PAGE = pytest.mark.parametrize(
    ("form", "page"), PAGES, ids=[f"{form} {page.number}" for form, page in PAGES]
)
PROFILES = st.builds(
    Profile,
    current_level=st.sampled_from(sorted(CURRENT_LEVELS)),
    target_level=st.sampled_from(sorted(TARGET_LEVELS)),
    interview_on=st.none() | st.dates(date(2030, 3, 4), date(2032, 3, 3)),
    hours_per_week=st.integers(1, 60),
    time_zone=st.sampled_from(zones.names()),
)


def a_standing(
    *, unfinished: Wizard | None = None, finished: bool = False, profile: Profile | None = None
) -> Standing:
    return Standing(
        next_number=1,
        unfinished=unfinished,
        profile=profile,
        time_zone=None,
        finished_on=NOON if finished else None,
    )


class TestChoice:
    @pytest.mark.parametrize(
        ("standing", "said"),
        [
            pytest.param(a_standing(), "only you see the result", id="for the first time"),
            pytest.param(a_standing(finished=True), "last finished one on 4 March 2030", id="again"),
            pytest.param(
                a_standing(unfinished=Wizard(number=1, form="quick", page=2, answers={"quick-coding": 3})),
                "1 of 12 statements of the quick assessment are answered",
                id="half-way",
            ),
            pytest.param(
                a_standing(
                    unfinished=Wizard(
                        number=9, form="complete", page=6, answers=answers_to(CATALOG, "complete")
                    ),
                    finished=True,
                ),
                "20 of 20 questions of the complete assessment",
                id="nearly finished the second time",
            ),
        ],
    )
    def test_says_where_the_person_is(self, catalog: Catalog, standing: Standing, said: str) -> None:
        view = views.choice_modal(standing, catalog.forms, "UTC")

        assert problems_of_view(view) == []
        assert said in words_of(view.to_dict())

    def test_offers_to_go_on_only_with_something_unfinished(self, catalog: Catalog) -> None:
        wizard = Wizard(number=1, form="quick", page=2)

        without = views.choice_modal(a_standing(), catalog.forms, "UTC").to_dict()
        half_way = views.choice_modal(a_standing(unfinished=wizard), catalog.forms, "UTC").to_dict()

        assert ids.RESUME not in [element["action_id"] for element in elements_of(without)]
        primary = [element for element in elements_of(half_way) if element.get("style") == "primary"]
        assert [element["action_id"] for element in primary] == [ids.RESUME]

    def test_dates_the_last_one_by_the_persons_wall(self, catalog: Catalog) -> None:
        view = views.choice_modal(a_standing(finished=True), catalog.forms, "Pacific/Auckland")

        assert "5 March 2030" in words_of(view.to_dict())


class TestProfilePage:
    @given(PROFILES)
    def test_is_read_back_as_it_was_filled_in(self, profile: Profile) -> None:
        view = views.profile_modal(
            Wizard(number=1, form="quick"), 4, profile=profile, zone=profile.time_zone, now=NOON
        )

        given = views.read_profile(returned(view.to_dict()))

        assert problems_of_view(view) == []
        if profile.interview_on is None or profile.interview_on > date(2030, 3, 5):
            assert check(given, NOON) == (profile, {})

    def test_asks_for_everything_but_the_zone_the_first_time(self) -> None:
        view = views.profile_modal(Wizard(number=1, form="quick"), 4, profile=None, zone="UTC", now=NOON)

        assert problems_of_view(view) == []
        assert views.read_profile(returned(view.to_dict())) == ProfileInput(
            current_level=None, target_level=None, interview_on=None, hours_per_week=None, time_zone="UTC"
        )

    def test_is_read_as_empty_where_slack_sends_nothing(self) -> None:
        empty: dict[str, Any] = {
            "state": {"values": {"target_level": {ids.FIELD: {"selected_option": None}}}}
        }

        assert views.read_profile(empty) == ProfileInput(
            current_level=None, target_level=None, interview_on=None, hours_per_week=None, time_zone=None
        )

    def test_names_its_blocks_as_the_check_names_its_errors(self) -> None:
        view = views.profile_modal(Wizard(number=1, form="quick"), 4, profile=None, zone="UTC", now=NOON)
        nothing = ProfileInput(
            current_level=None, target_level=None, interview_on="x", hours_per_week=None, time_zone=None
        )

        inputs = {block["block_id"] for block in view.to_dict()["blocks"] if block["type"] == "input"}

        assert set(check(nothing, NOON)[1]) == inputs


class TestPages:
    @EVERY_PAGE
    @pytest.mark.parametrize("points", [None, 1, 5], ids=["nothing answered", "all 1", "all 5"])
    def test_are_accepted_and_read_back_as_they_were_built(
        self, form: FormName, page: Page, points: int | None
    ) -> None:
        answers = {item.slug: points for item in page.items if points}
        wizard = Wizard(number=1, form=form, page=page.number, answers=answers)

        view = views.page_modal(wizard, page, 7 if form == "complete" else 4)

        assert problems_of_view(view) == []
        back = returned(view.to_dict())
        assert views.read_answers(back) == answers
        assert views.read_wizard(back) == wizard

    @given(st.data())
    def test_are_read_back_however_they_are_answered(self, data: st.DataObject) -> None:
        form, page = data.draw(st.sampled_from(PAGES))
        answers = data.draw(
            st.dictionaries(st.sampled_from([item.slug for item in page.items]), st.integers(1, 5))
        )
        view = views.page_modal(Wizard(number=1, form=form, page=page.number), page, 7).to_dict()

        typed = {slug: str(points) for slug, points in answers.items()}

        assert views.read_answers(returned(view, typed)) == answers

    @EVERY_PAGE
    def test_show_how_far_one_is(self, form: FormName, page: Page) -> None:
        pages_in_all = 7 if form == "complete" else 4
        view = views.page_modal(Wizard(number=1, form=form, page=page.number), page, pages_in_all).to_dict()

        assert f"Page {page.number + 1} of {pages_in_all}" in words_of(view)
        is_last = page.number + 1 == pages_in_all
        assert view["submit"]["text"] == ("See result" if is_last else "Next")
        assert words_of(view).startswith(mrkdwn.bar((page.number + 1) * 100 // pages_in_all))

    def test_say_why_one_is_back_on_an_earlier_page(self) -> None:
        form, page = PAGES[0]

        view = views.page_modal(Wizard(number=1, form=form), page, 4, notice="Still open.").to_dict()

        assert "*Still open.*" in words_of(view)

    def test_ignore_what_is_no_answer(self) -> None:
        odd = {
            "a": {ids.ANSWER: {"selected_option": None}},
            "b": {ids.ANSWER: {"selected_option": {"value": "much"}}},
            "c": {"another": {"selected_option": {"value": "3"}}},
            "d": {ids.ANSWER: {"selected_option": {"value": "4"}}},
        }

        assert views.read_answers({"state": {"values": odd}}) == {"d": 4}


def test_scoring_says_that_nothing_is_lost() -> None:
    assert problems_of_view(views.scoring_modal()) == []


@pytest.mark.parametrize("metadata", ["", "7", "{}", json.dumps({"n": 1})])
def test_a_form_we_did_not_draw_is_refused_in_words(metadata: str) -> None:
    with pytest.raises(OutdatedFormError):
        views.read_wizard({"private_metadata": metadata})


def test_every_zone_fits_into_a_select() -> None:
    options = zone_options(zones.names(), NOON)

    assert len(options) > 300
    assert all(len(option["text"]["text"]) <= 75 and len(option["value"]) <= 75 for option in options)
