"""Shelves, topics, results and cards: what is shown, and where one can go from there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.learn import views
from bot.learn.cards import parts_of
from bot.learn.library import ALL, Library
from bot.outgoing import Post
from content.packs import ConceptCard
from tests.bot.surfaces import elements_of, problems_of_post, words_of


def element(post: Post, action_id: str) -> dict[str, Any]:
    """The control with this action_id."""
    found = {one["action_id"]: one for one in elements_of(post.blocks)}
    assert action_id in found, f"no {action_id}; there are {list(found)}"
    return found[action_id]


def actions_of(post: Post) -> list[str]:
    return [one["action_id"] for one in elements_of(post.blocks)]


def card(library: Library, slug: str, part: int = 0) -> Post:
    return views.card_post(library, library.entries[slug], part)


def primary_of(post: Post) -> list[str]:
    return [one["action_id"] for one in elements_of(post.blocks) if one.get("style") == "primary"]


class TestShelves:
    def test_browsing_offers_each_with_its_number(self, library: Library) -> None:
        post = views.browse_post(library)

        values = [one["value"] for one in elements_of(post.blocks)]
        assert values == list(library.shelves)
        assert "Core stories, 5" in words_of(post.blocks)
        assert "Core stories (5)" in post.text

    @pytest.mark.parametrize("shelf", ["Leadership Principles", "Core stories", "Mock interviews"])
    def test_a_small_one_shows_its_lessons_at_once(self, library: Library, shelf: str) -> None:
        post = views.shelf_post(library, shelf)

        entries = library.shelves[shelf][ALL]
        assert [one["value"] for one in element(post, views.OPEN)["options"]] == [
            entry.slug for entry in entries
        ]
        assert all(f". {entry.title}" in words_of(post.blocks) for entry in entries)

    @pytest.mark.parametrize("shelf", ["Guides", "Design problems"])
    def test_one_with_few_topics_has_a_button_for_each(self, library: Library, shelf: str) -> None:
        post = views.shelf_post(library, shelf)

        assert len(actions_of(post)) == len(library.shelves[shelf]) + 1
        assert actions_of(post)[-1] == views.BROWSE

    @pytest.mark.parametrize("shelf", ["Coding problems", "Design concepts", "Questions and answers"])
    def test_one_with_many_topics_has_one_select(self, library: Library, shelf: str) -> None:
        post = views.shelf_post(library, shelf)

        assert actions_of(post) == [f"{views.SHELF}.topic", views.BROWSE]
        assert len(element(post, f"{views.SHELF}.topic")["options"]) == len(library.shelves[shelf])

    def test_every_topic_is_opened_by_the_control_that_names_it(self, library: Library) -> None:
        for shelf, groups in library.shelves.items():
            if len(groups) == 1:
                continue
            controls = list(elements_of(views.shelf_post(library, shelf).blocks))
            choices = [one for control in controls for one in control.get("options", [control])]
            values = [one.get("value") for one in choices]
            for value, group in zip(values, groups, strict=False):
                assert value is not None
                assert views.shelf_post(library, value) == views.topic_post(library, shelf, group)

    @pytest.mark.parametrize("value", ["", "No shelf", "Guides#No topic", "#", "x" * 3000])
    def test_an_unknown_one_leads_to_all(self, library: Library, value: str) -> None:
        assert views.shelf_post(library, value) == views.browse_post(library, lead=views.GONE)


class TestTopics:
    def test_problems_are_shown_as_a_ladder(self, library: Library) -> None:
        text = words_of(views.topic_post(library, "Coding problems", "Arrays").blocks)

        rungs = [text.index(f"*{rung}*\n") for rung in ("Beginner", "Intermediate", "Advanced")]
        assert rungs == sorted(rungs)
        assert "*Beginner*\n1. Best Time to Buy and Sell Stock\n2. Missing Number\n" in text
        assert "*Intermediate*\n3. Rotate Array" in text

    def test_other_lessons_are_one_list(self, library: Library) -> None:
        text = words_of(views.topic_post(library, "Design concepts", "Replication").blocks)

        assert "1. Leader and follower" in text
        assert "Design concepts, 7" in text

    def test_leads_back_to_its_shelf(self, library: Library) -> None:
        post = views.topic_post(library, "Design concepts", "Replication")

        assert actions_of(post) == [views.OPEN, f"{views.SHELF}.back", views.BROWSE]
        assert element(post, f"{views.SHELF}.back")["value"] == "Design concepts"

    def test_a_name_as_long_as_the_content_allows_is_still_found(self, library: Library) -> None:
        faq = {
            slug: one.model_copy(update={"group": f"{one.group}" + " and so on" * 14})
            for slug, one in library.catalog.faq.items()
        }
        long = Library(replace(library.catalog, faq=faq))
        shelf = views.shelf_post(long, "Questions and answers")
        value = element(shelf, f"{views.SHELF}.topic")["options"][2]["value"]

        assert problems_of_post(shelf) == []
        assert "In the interview" in words_of(views.shelf_post(long, value).blocks)


class TestResults:
    def test_list_what_was_found_with_its_shelf(self, library: Library) -> None:
        found = library.search("sharding")

        post = views.results_post(library, "sharding", found)

        assert "Found for “sharding”:" in words_of(post.blocks)
        assert "• *Hash sharding*, Design concepts" in words_of(post.blocks)
        assert [one["value"] for one in element(post, views.OPEN)["options"]] == [one.slug for one in found]

    def test_of_nothing_are_the_shelves(self, library: Library) -> None:
        post = views.results_post(library, "xqzwv", ())

        assert post.text.startswith("I found nothing for “xqzwv”. These are the shelves:")
        assert len(actions_of(post)) == len(library.shelves)

    @pytest.mark.parametrize(
        "query", ["<!channel>", "<@U1> & co", "a" * 3000, "two\nlines   apart", "*b* _i_"]
    )
    def test_repeat_what_was_typed_harmlessly(self, library: Library, query: str) -> None:
        for found in ((), library.search("sharding")):
            post = views.results_post(library, query, found)

            assert "<!" not in post.text + words_of(post.blocks)
            assert "<@" not in post.text + words_of(post.blocks)
            assert "a" * 41 not in words_of(post.blocks)
            assert "two\n" not in words_of(post.blocks)


class TestCard:
    def test_begins_with_title_place_and_facts(self, library: Library) -> None:
        header, standing, *_ = card(library, "lc-missing-number").blocks

        assert header["text"]["text"] == "Missing Number"
        said = "Coding problems, Arrays, step 2 of 5 (beginner). Easy, 20 min, number 268"
        assert words_of(standing) == said

    def test_names_every_part_but_the_first(self, library: Library) -> None:
        assert "*The task*" not in words_of(card(library, "design-chat").blocks)
        assert "*Minute by minute*" in words_of(card(library, "design-chat", 1).blocks)

    def test_of_a_guide_names_its_first_section_too(self, library: Library) -> None:
        heading = library.catalog.texts["star-guide"].sections[0].heading

        assert f"*{heading}*" in words_of(card(library, "star-guide").blocks)

    def test_has_one_primary_button_until_the_end_of_the_shelf(self, library: Library) -> None:
        for entry in library.entries.values():
            parts = parts_of(entry.lesson, library.catalog.rubrics, library.catalog.scenarios)
            for number in range(len(parts)):
                assert len(primary_of(views.card_post(library, entry, number))) <= 1

    def test_leads_from_part_to_part_then_to_the_next_lesson(self, library: Library) -> None:
        assert primary_of(card(library, "concept-quorums")) == [f"{views.PART}.1"]
        assert primary_of(card(library, "concept-quorums", 1)) == [f"{views.OPEN}.next"]

    def test_of_few_parts_has_a_button_for_each(self, library: Library) -> None:
        post = card(library, "concept-quorums", 1)

        assert element(post, f"{views.PART}.0")["value"] == "concept-quorums#0"
        assert f"{views.PART}.choose" not in actions_of(post)

    def test_of_many_parts_has_the_next_one_and_a_select(self, library: Library) -> None:
        post = card(library, "design-chat", 2)

        assert primary_of(post) == [f"{views.PART}.3"]
        select = element(post, f"{views.PART}.choose")
        assert select["initial_option"]["text"]["text"] == "3. Decide aloud"
        assert [one["value"] for one in select["options"]][:2] == ["design-chat#0", "design-chat#1"]

    def test_every_part_has_ids_of_its_own_so_that_no_old_choice_stays(self, library: Library) -> None:
        ids = [
            block["block_id"]
            for part in range(3)
            for block in card(library, "design-chat", part).blocks
            if block["type"] == "actions"
        ]

        assert len(ids) == len(set(ids)) == 6

    def test_of_one_part_leads_straight_on(self, library: Library) -> None:
        post = card(library, "faq-stages")

        assert actions_of(post) == [f"{views.OPEN}.next", f"{views.SHELF}.here", views.BROWSE]
        assert primary_of(post) == [f"{views.OPEN}.next"]

    def test_of_a_first_hint_does_not_give_away_the_second(self, library: Library) -> None:
        problem = library.entries["lc-missing-number"].lesson
        for part in (0, 1):
            post = card(library, "lc-missing-number", part)

            assert problem.second_hint not in words_of(post.blocks) + post.text  # type: ignore[union-attr]  # a problem

    def test_says_all_of_it_in_plain_words_too(self, library: Library) -> None:
        text = card(library, "lc-missing-number").text

        assert text.startswith("Missing Number. Problem: Open the problem and set a timer to 20 min.")
        assert problems_of_post(card(library, "concept-pagination", 1)) == []

    @pytest.mark.parametrize("part", [99, 999])
    def test_with_a_part_beyond_the_last_shows_the_last(self, library: Library, part: int) -> None:
        assert card(library, "concept-quorums", part) == card(library, "concept-quorums", 1)


class TestWhatToKnowFirst:
    @pytest.mark.parametrize("number", [0, 1, 2, 4])
    def test_is_a_button_or_a_select(self, library: Library, number: int) -> None:
        needs = tuple(list(library.shelves["Design concepts"]["Caching"])[:number])
        lesson = library.entries["concept-quorums"].lesson
        assert isinstance(lesson, ConceptCard)
        changed = replace(
            library.entries["concept-quorums"],
            lesson=lesson.model_copy(update={"needs": tuple(one.slug for one in needs)}),
        )
        post = views._needed(library, changed)

        if number == 0:
            assert post == []
            return
        [shown] = [one.to_dict() for one in post]
        offered = [shown["value"]] if number == 1 else [one["value"] for one in shown["options"]]
        assert offered == [one.slug for one in needs]

    def test_is_offered_on_the_first_part_only(self, library: Library) -> None:
        assert f"{views.OPEN}.first" in actions_of(card(library, "concept-quorums"))
        assert f"{views.OPEN}.first" not in actions_of(card(library, "concept-quorums", 1))

    def test_leaves_out_what_is_retired(self, library: Library) -> None:
        lesson = library.entries["concept-quorums"].lesson
        assert isinstance(lesson, ConceptCard)
        gone = replace(
            library.entries["concept-quorums"], lesson=lesson.model_copy(update={"needs": ("no-such-card",)})
        )

        assert views._needed(library, gone) == []


class TestNext:
    def test_walks_through_the_topic(self, library: Library) -> None:
        post = card(library, "lc-best-time-to-buy-and-sell-stock")

        following = element(post, f"{views.OPEN}.next")
        assert following["value"] == "lc-missing-number"
        assert following["text"]["text"] == "Next: Missing Number"

    def test_goes_on_to_the_next_topic_at_the_end_of_one(self, library: Library) -> None:
        post = card(library, "lc-first-missing-positive")

        following = element(post, f"{views.SHELF}.next")
        assert following["text"]["text"] == "Next: Backtracking"
        assert views.shelf_post(library, following["value"]) == views.topic_post(
            library, "Coding problems", "Backtracking"
        )

    def test_ends_with_the_shelf(self, library: Library) -> None:
        post = card(library, "broad-responsibility")

        assert not [action for action in actions_of(post) if action.endswith(".next")]
        assert element(post, f"{views.SHELF}.here")["text"]["text"] == "Leadership Principles"

    def test_of_a_long_title_is_cut_for_the_eye_and_read_aloud_in_full(self, library: Library) -> None:
        post = card(library, "concept-read-replicas")
        button = element(post, f"{views.OPEN}.first")

        assert len(button["text"]["text"]) <= views.LONGEST_LABEL
        assert button["text"]["text"].endswith("…")
        assert button["accessibility_label"] == "First: Leader and follower replication"

    def test_reaches_every_lesson_of_a_shelf(self, library: Library) -> None:
        for groups in library.shelves.values():
            first = next(iter(groups.values()))[0]
            seen = [first.slug]
            while (following := _following(library, seen[-1])) is not None:
                seen.append(following)

            assert seen == [entry.slug for entries in groups.values() for entry in entries]


def _following(library: Library, slug: str) -> str | None:
    """Where Next leads, through the first lesson of the next topic."""
    by_action = {one["action_id"]: one for one in elements_of(card(library, slug).blocks)}
    if f"{views.OPEN}.next" in by_action:
        return str(by_action[f"{views.OPEN}.next"]["value"])
    if f"{views.SHELF}.next" in by_action:
        topic = views.shelf_post(library, by_action[f"{views.SHELF}.next"]["value"])
        return str(element(topic, views.OPEN)["options"][0]["value"])
    return None


@pytest.mark.parametrize(
    ("action", "read"),
    [
        ({"value": "lc-lru-cache#2"}, ("lc-lru-cache", 2)),
        ({"value": "lc-lru-cache"}, ("lc-lru-cache", 0)),
        ({"selected_option": {"value": "earn-trust#1"}}, ("earn-trust", 1)),
        ({"value": "earn-trust#-1"}, ("earn-trust", 0)),
        ({"value": "earn-trust#²"}, ("earn-trust", 0)),
        ({"value": "earn-trust#" + "9" * 1900}, ("earn-trust", 0)),
        ({"value": "#"}, ("", 0)),
        ({"selected_option": None}, ("", 0)),
        ({}, ("", 0)),
    ],
)
def test_a_forged_value_is_read_without_harm(action: dict[str, Any], read: tuple[str, int]) -> None:
    assert views.read_part(action) == read
