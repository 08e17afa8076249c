"""The day's practice as Slack and a reader get it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.outgoing import Post
from bot.replies import window
from bot.today import views
from bot.today.answers import NoListError
from bot.today.choice import PARTS, Part, pool_of
from bot.today.day import Line, Today
from bot.today.wording import AFTER_A_GAP, EVERY_DAY, LAST_DAYS, occasion_of, sentence, wordings_of
from content.loader import load
from tests.bot.surfaces import elements_of, problems_of_post, problems_of_view, words_of
from tests.builders import NOON, TODAY

CATALOG = load()
POOL = pool_of(CATALOG)


def a_line(part: Part, slug: str, *, is_done: bool = False, why: str = "from this week of your plan") -> Line:
    return Line(part=part, slug=slug, task=CATALOG.tasks.get(slug), why=why, is_done=is_done)


def a_day(done: Iterable[Part] = (), **changes: object) -> Today:
    slugs: dict[Part, str] = {
        "coding": "lc-two-sum",
        "concept": "concept-estimation",
        "story": "story-core-failure",
    }
    today = Today(
        on=TODAY,
        lead="Any order is fine, and so is only a part of it.",
        lines=tuple(a_line(part, slugs[part], is_done=part in done) for part in PARTS),
        drawn_at=NOON,
        can_swap=True,
        is_over=False,
        has_plan=True,
        has_result=True,
    )
    return replace(today, **changes)  # type: ignore[arg-type]  # names of its fields


def actions_of(post: Post) -> list[str]:
    return [element["action_id"] for element in elements_of(post.blocks)]


ALL_DONE = a_day(PARTS, done_before=4, minutes_before=105)
POSTS = {
    "a new day": views.list_post(a_day()),
    "one done": views.list_post(a_day(["coding"])),
    "all done": views.list_post(ALL_DONE),
    "swapped": views.list_post(a_day(can_swap=False)),
    "over": views.list_post(a_day(["story"], is_over=True)),
    "without a plan": views.list_post(a_day(has_plan=False, has_result=False)),
    "without a plan, with a result": views.list_post(a_day(has_plan=False)),
    "without words": views.list_post(a_day(lead="")),
    "the evening": views.evening_post(a_day()),
    "the question": views.question_post("Shall I pause?"),
    "folded": views.folded_post(views.FOLDED),
    "moved on": views.folded_post(views.MOVED_ON),
    "kept": views.folded_post(views.KEPT),
    "put off": views.folded_post(views.snoozed_sentence(NOON)),
}


class TestLimits:
    @pytest.mark.parametrize("name", list(POSTS))
    def test_slack_takes_it_and_it_reads_well(self, name: str) -> None:
        assert problems_of_post(POSTS[name]) == []

    @pytest.mark.parametrize("name", list(POSTS))
    def test_it_opens_as_a_window(self, name: str) -> None:
        assert problems_of_view(window(POSTS[name], views.TITLE)) == []

    @pytest.mark.parametrize("today", [None, a_day(), a_day(["story"]), ALL_DONE])
    def test_home_takes_it(self, today: Today | None) -> None:
        assert problems_of_post(Post("Today", views.home_blocks(today))) == []

    def test_every_task_that_can_be_given_fits(self) -> None:
        reasons = [f"for {one.title}" for one in CATALOG.competencies.values()]
        longest = max(reasons, key=len)
        for slug, part in POOL.part_of.items():
            post = views.list_post(a_day(lines=(a_line(part, slug, why=longest),)))
            assert problems_of_post(post) == []
            name = CATALOG.tasks[slug].title.removeprefix("Story: ")
            assert name[1:40] in words_of(post.blocks).replace("&amp;", "&")

    @given(st.text(min_size=3, max_size=120), st.text(max_size=120))
    def test_whatever_an_overlay_calls_it_fits_and_pings_nobody(self, title: str, why: str) -> None:
        task = CATALOG.tasks["lc-two-sum"].model_copy(update={"title": title})
        line = Line(part="coding", slug=task.slug, task=task, why=why)

        [row] = views.line_blocks(a_day(lines=(line,)))

        option = row["elements"][0]["options"][0]
        assert len(option["text"]["text"]) <= 75
        assert len(option["description"]["text"]) <= 75
        assert not set("<>") & set(option["text"]["text"] + option["description"]["text"])

    def test_a_task_that_left_the_library_can_be_ticked_and_swapped(self) -> None:
        post = views.list_post(a_day(lines=(a_line("coding", "gone"),)))

        assert problems_of_post(post) == []
        assert views.GONE in words_of(post.blocks)
        assert views.HINT not in actions_of(post)

    @pytest.mark.parametrize("slug", sorted(POOL.part_of)[::7])
    def test_hints_fit(self, slug: str) -> None:
        for number in (1, 2):
            assert problems_of_post(views.hint_post(CATALOG.tasks[slug], number)) == []


class TestList:
    def test_says_title_minutes_and_why_of_each_line(self) -> None:
        words = words_of(views.list_post(a_day()).blocks)

        assert "*Coding:* Two Sum" in words
        assert "30 min, from this week of your plan" in words
        assert "15 of 60 min, from this week of your plan" in words

    def test_its_text_says_everything(self) -> None:
        text = views.list_post(a_day(["concept"])).text

        assert text == (
            "Any order is fine, and so is only a part of it. "
            "Coding problem: Two Sum, 30 minutes, from this week of your plan. "
            "Design concept: Quick estimation, 30 minutes, from this week of your plan, done. "
            "Story task: Core story: failure and learning, 15 of 60 minutes, from this week of your plan. "
            "1 of 3 done."
        )

    def test_ticked_are_the_lines_that_are_done(self) -> None:
        boxes = {
            element["options"][0]["value"]: "initial_options" in element
            for element in elements_of(views.list_post(a_day(["story"])).blocks)
            if element["action_id"] == views.TICK
        }

        assert boxes == {"coding": False, "concept": False, "story": True}

    def test_each_drawing_has_its_own_ids(self) -> None:
        """A client keeps a box as it was under the same id, whatever it is told since."""
        draws = [a_day(), a_day(["coding"]), a_day(drawn_at=NOON.replace(microsecond=5000))]
        ids = [{block["block_id"] for block in views.line_blocks(today)} for today in draws]

        assert ids[0] & ids[2] == set()
        assert len(ids[0] & ids[1]) == 2

    def test_only_an_open_line_has_help(self) -> None:
        assert views.HINT not in actions_of(views.list_post(ALL_DONE))
        opening = [
            element["url"]
            for element in elements_of(views.list_post(a_day()).blocks)
            if element["action_id"] == views.LINK
        ]
        assert opening == ["https://leetcode.com/problems/two-sum/"]

    def test_a_problem_without_a_link_opens_its_card(self) -> None:
        task = CATALOG.tasks["lc-two-sum"].model_copy(update={"url": None})
        line = Line(part="coding", slug=task.slug, task=task, why="review")

        assert views.LINK not in actions_of(views.list_post(a_day(lines=(line,))))

    def test_only_what_is_open_can_be_swapped_and_only_once(self) -> None:
        select = next(
            element
            for element in elements_of(views.list_post(a_day(["coding"])).blocks)
            if element["action_id"] == views.SWAP
        )

        assert [option["value"] for option in select["options"]] == [
            "concept:concept-estimation",
            "story:story-core-failure",
        ]
        left = next(
            element for element in elements_of(POSTS["swapped"].blocks) if element["action_id"] == views.SWAP
        )
        assert [option["value"].partition("#")[2] for option in left["options"]] == ["known"]

    @pytest.mark.parametrize("name", ["a new day", "one done", "all done", "over", "the evening", "folded"])
    def test_leads_to_settings_and_pause(self, name: str) -> None:
        assert {"settings.open", "settings.pause"} <= set(actions_of(POSTS[name]))

    @pytest.mark.parametrize("name", ["all done", "over"])
    def test_what_is_over_cannot_be_put_off(self, name: str) -> None:
        assert {views.SNOOZE, views.SWAP, views.NOT_TODAY} & set(actions_of(POSTS[name])) == set()

    def test_all_done_says_what_was_counted(self) -> None:
        assert views.list_post(ALL_DONE).text.startswith("All done: 1 h 15 min.")
        assert "In the last seven days: 7 lines done, 3 h." in words_of(views.list_post(ALL_DONE).blocks)

    def test_without_a_plan_it_says_what_would_be_better(self) -> None:
        assert views.WITHOUT_PLAN in POSTS["without a plan"].text
        assert "assessment.open" in actions_of(POSTS["without a plan"])
        assert "assessment.show_result" in actions_of(POSTS["without a plan, with a result"])


class TestOthers:
    def test_the_evening_names_what_is_left(self) -> None:
        assert views.evening_post(a_day(["coding"])).text.startswith(
            "Still on today's list: Quick estimation (30 min), Core story: failure and learning (15 min)."
        )

    def test_the_question_offers_three_ways(self) -> None:
        assert actions_of(POSTS["the question"]) == ["settings.pause", views.KEEP, "settings.open"]

    def test_hints_come_one_at_a_time(self) -> None:
        task = CATALOG.tasks["lc-two-sum"]
        first, second = (views.hint_post(task, number) for number in (1, 2))

        assert getattr(task, "hint", "?") in first.text
        assert getattr(task, "second_hint", "?") not in first.text
        assert getattr(task, "second_hint", "?") in second.text
        assert list(elements_of(second.blocks)) == []

    def test_a_card_asks_and_a_story_tells_how_it_goes(self) -> None:
        card, story = CATALOG.tasks["concept-estimation"], CATALOG.tasks["story-core-failure"]

        assert getattr(card, "question", "?") in views.hint_post(card, 1).text
        assert (story.note or "?") in views.hint_post(story, 1).text


class TestReading:
    def test_undoes_drawing(self) -> None:
        for line, block in zip(a_day().lines, views.line_blocks(a_day()), strict=True):
            assert views.read_line(block) == (TODAY, line.part)

    @pytest.mark.parametrize(
        "block_id",
        [
            "",
            "other",
            "today.2030-02-30.coding.0",
            "today.2030-W10-1.coding.0",
            "today.20300304.coding.0",
            "today..coding.0",
            "today.2030-03-04.coding",
            "plan.2030-03-04.coding.0",
        ],
    )
    def test_refuses_what_we_did_not_draw(self, block_id: str) -> None:
        with pytest.raises(NoListError):
            views.read_line({"block_id": block_id})

    def test_reads_options_and_hints(self) -> None:
        swap = {"selected_option": {"value": "coding:lc-two-sum"}}
        known = {"selected_option": {"value": "coding:lc-two-sum#known"}}
        assert views.read_swap(swap) == ("coding", "lc-two-sum", False)
        assert views.read_swap(known) == ("coding", "lc-two-sum", True)
        assert views.read_swap({"selected_option": None}) == ("", "", False)
        assert views.read_hint({"value": "lc-two-sum#2"}) == ("lc-two-sum", 2)
        assert views.read_hint({"value": "lc-two-sum"}) == ("lc-two-sum", 1)
        assert views.read_hint({}) == ("", 1)


class TestWording:
    @pytest.mark.parametrize(
        ("interview", "last", "occasion"),
        [
            (None, None, EVERY_DAY),
            (date(2030, 3, 7), None, LAST_DAYS),
            (date(2030, 3, 8), None, EVERY_DAY),
            (date(2030, 3, 3), None, EVERY_DAY),
            (None, date(2030, 3, 1), EVERY_DAY),
            (None, date(2030, 2, 28), AFTER_A_GAP),
            (date(2030, 3, 4), date(2030, 2, 1), LAST_DAYS),
        ],
    )
    def test_fits_the_day(self, interview: date | None, last: date | None, occasion: str) -> None:
        assert occasion_of(TODAY, interview_on=interview, last_practised_on=last) == occasion

    def test_begins_again_only_when_all_were_seen(self) -> None:
        wordings = wordings_of(CATALOG.messages)
        number = len(wordings[EVERY_DAY, None])

        seen = [sentence(wordings, EVERY_DAY, "L6", turn) for turn in range(2 * number)]

        assert len(set(seen)) == number
        assert seen[:number] == seen[number:]

    def test_without_any_there_is_none(self) -> None:
        assert sentence({}, EVERY_DAY, "L6", 3) == ""
