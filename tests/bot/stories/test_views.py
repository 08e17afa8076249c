"""Every window and message of the stories within Slack's limits, with nothing in them and with the most."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from slack_sdk.models.views import View

from bot.stories import bank, coach, form_views, rehearsal_views, sharing_views, views
from bot.stories.bank import Wanted, page_of
from bot.stories.coverage import coverage
from bot.stories.coverage_views import coverage_lines
from bot.stories.draft import NAMES, Draft
from bot.stories.kept import Kept
from bot.stories.pieces import Under, age, spoken
from bot.stories.service import Card, Reader, Remark, Saved
from bot.stories.sharing import SharedStory
from content.catalog import Catalog
from tests.bot.stories.samples import LONGEST, a_story
from tests.bot.surfaces import problems_of_post, problems_of_view, words_of
from tests.builders import NOON

TODAY = date(2030, 3, 4)
UNDER = Under(view_id="V" * 20, ref="1.12345678", wanted=Wanted(query="q" * 100).to_json())
TEXTS = {
    "nothing": "",
    "hostile": LONGEST.replace("{quote}", "").replace("  ", " ")[:3000].strip(),
    "all to be escaped": "&" * 3000,
    "one word": "x" * 3000,
    "right to left": ("مرحبا بالعالم " * 300)[:3000].strip(),
    "emoji": "😀" * 3000,
    "lines": ("a line\n" * 600)[:3000].strip(),
}


def names(catalog: Catalog) -> dict[str, str]:
    return {
        **{slug: one.name for slug, one in catalog.principles.items()},
        **{slug: one.title for slug, one in catalog.scenarios.items()},
    }


def a_card(catalog: Catalog, text: str, *, story: Kept | None = None) -> Card:
    """A story that is all this text, with as many readers and remarks as there can be."""
    story = story or the_largest(catalog, text)
    assert catalog.stories
    readers = tuple(Reader(ref=f"{number}.1", user_id=f"U{number}", since=TODAY) for number in range(10))
    return Card(
        story=story,
        reading=coach.read(story.draft, catalog.stories, names(catalog), TODAY),
        readers=readers if text else (),
        remarks=tuple(Remark(user_id="U2", text=text[:1000], on=TODAY) for _ in range(10)) if text else (),
        today=TODAY,
    )


def the_largest(catalog: Catalog, text: str) -> Kept:
    return a_story(
        1,
        title=text[:150] or "T",
        situation=text,
        task=text,
        action=text,
        result=text,
        figures=text[:1000],
        principles=tuple(catalog.principles) if text else (),
    )


def visible_problems(view: View) -> list[str]:
    """Without what a reader would only stumble over because a person typed it."""
    return [problem for problem in problems_of_view(view) if not problem.startswith("careless")]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
class TestAnyText:
    def test_card(self, catalog: Catalog, text: str) -> None:
        view = views.card_modal(
            a_card(catalog, text), names(catalog), notes=("One", "Two"), wanted=UNDER.wanted
        )

        assert visible_problems(view) == []
        assert "<!" not in words_of(view.to_dict())

    def test_form(self, catalog: Catalog, text: str) -> None:
        form = form_views.edit_form(the_largest(catalog, text), UNDER)

        view = form_views.form_modal(form, catalog)

        assert visible_problems(view) == []
        read = form_views.read_fields({"state": {"values": state_of(view)}})
        assert (read["situation"] or "") == text

    def test_both_versions_of_everything(self, catalog: Catalog, text: str) -> None:
        story = the_largest(catalog, text)
        reading = a_card(catalog, text).reading
        saved = Saved(story=story, reading=reading, typed=Draft(title="Mine"), conflicts=tuple(NAMES))

        view = form_views.form_modal(form_views.conflict_form(saved, UNDER), catalog)

        assert visible_problems(view) == []
        assert "saved on the other device" in words_of(view.to_dict())

    def test_list(self, catalog: Catalog, text: str) -> None:
        stories = [replace(the_largest(catalog, text), id=number) for number in range(1, 30)]
        wanted = Wanted(query=text[:100].replace("<", ""), page=1)
        for one in (wanted, Wanted(), Wanted(filter=f"{bank.ABOUT}frugality"), Wanted(filter=bank.ARCHIVED)):
            page = page_of(stories, one, names(catalog), TODAY)
            assert visible_problems(views.list_modal(page, names(catalog), "It is done.")) == []

    def test_what_a_reader_sees(self, catalog: Catalog, text: str) -> None:
        remarks = a_card(catalog, text).remarks
        shared = SharedStory(
            ref="1.1", owner_id="U1", draft=the_largest(catalog, text).draft, remarks=remarks
        )

        window = sharing_views.reading_modal(shared, names(catalog), said=True)

        assert visible_problems(window) == []
        assert "Your comment is with <@U1>." in words_of(window.to_dict()["blocks"][:1])

    def test_share_and_rehearse(self, catalog: Catalog, text: str) -> None:
        card = a_card(catalog, text)
        telling = rehearsal_views.Telling(
            ref=card.story.ref, started_at=NOON, seconds=170, target=card.reading.seconds, under=UNDER
        )

        for view in (
            sharing_views.share_modal("1.1", card.story.draft.title, UNDER, "Not that one."),
            rehearsal_views.timer_modal(card, telling),
            rehearsal_views.rating_modal(telling),
            rehearsal_views.done_modal(telling, 3, 1),
        ):
            problems = [one for one in visible_problems(view) if "<!date" not in one]
            assert problems == []


def state_of(view: View) -> dict[str, dict[str, dict[str, object]]]:
    found = {}
    for block in view.to_dict()["blocks"]:
        if block["type"] == "input" and block["element"]["type"] == "plain_text_input":
            element = block["element"]
            found[block["block_id"]] = {element["action_id"]: {"value": element.get("initial_value")}}
    return found


class TestWords:
    def test_of_our_own_read_well(self, catalog: Catalog) -> None:
        card = a_card(catalog, "", story=a_story(1, told_on=date(2030, 2, 8)))
        empty = page_of([], Wanted(), names(catalog), TODAY)
        some = page_of([card.story, a_story(2)], Wanted(query="mig"), names(catalog), TODAY)
        matrix = coverage([card.story], tuple(catalog.principles.values()), tuple(catalog.scenarios.values()))

        for view in (
            views.card_modal(card, names(catalog)),
            views.list_modal(empty, names(catalog)),
            views.list_modal(some, names(catalog)),
            views.coverage_modal(matrix, coverage_lines(matrix, TODAY)),
            form_views.form_modal(form_views.new_form(Draft()), catalog),
            form_views.saving_modal(),
            sharing_views.share_modal("1.1", "T", None),
        ):
            assert problems_of_view(view) == []
        assert problems_of_post(views.invitation_post()) == []

    def test_a_story_in_the_list_says_what_it_is(self, catalog: Catalog) -> None:
        page = page_of([a_story(1, told_on=date(2030, 2, 8))], Wanted(), names(catalog), TODAY)

        text = words_of(views.list_modal(page, names(catalog)).to_dict())

        assert (
            "*Migration*\nOwnership, Dive Deep · Technical leadership · L6 · November 2028, 16 months ago · "
            "told 24 days ago"
        ) in text

    def test_the_coach_quotes_what_it_means(self, catalog: Catalog) -> None:
        story = a_story(1, task="The <b> & the rest of it had to be done by somebody.")

        card = a_card(catalog, "", story=story)

        text = words_of(views.card_modal(card, names(catalog)).to_dict())

        assert "The Task tells what was needed and not what was yours." in text
        assert "\n> The &lt;b&gt; &amp; the rest of it had to be done by somebody.\n" in text
        assert f"Told aloud: about {spoken(card.reading.seconds)}, {card.reading.words} words." in text

    @pytest.mark.parametrize(("seconds", "said"), [(150, "2 min 30 s"), (120, "2 min"), (5, "5 s"), (0, "")])
    def test_times_are_said_shortly(self, seconds: int, said: str) -> None:
        assert spoken(seconds) == said

    @pytest.mark.parametrize(
        ("on", "said"),
        [
            (date(2030, 3, 1), "this month"),
            (date(2030, 2, 1), "1 month ago"),
            (date(2028, 4, 1), "23 months ago"),
            (date(2028, 3, 1), "2 years ago"),
            (date(2031, 1, 1), "this month"),
        ],
    )
    def test_ages_are_rounded(self, on: date, said: str) -> None:
        assert age(on, TODAY) == said


class TestUnder:
    def test_rides_in_a_window(self) -> None:
        assert Under.unpacked(UNDER.packed()) == UNDER

    @pytest.mark.parametrize("content", [None, [], ["V1"], [1, None, ""], "V1", {"view_id": "V1"}])
    def test_anything_else_is_nothing(self, content: object) -> None:
        assert Under.unpacked(content) is None
