"""What is found by what was typed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.learn.library import MOST_RESULTS, Library
from bot.learn.search import Index, words_of
from content.loader import Catalog, load

LIBRARY = Library(load())

FIRST = {
    "a whole slug": ("concept-quorums", "concept-quorums"),
    "the end of a slug": ("quorums", "concept-quorums"),
    "a whole title": ("LRU Cache", "lc-lru-cache"),
    "one word of a title": ("lru", "lc-lru-cache"),
    "two words written as one": ("twosum", "lc-two-sum"),
    "words in the wrong order": ("hashing consistent", "concept-consistent-hashing"),
    "a number": ("146", "lc-lru-cache"),
    "a slip in a long word": ("idempotancy", "concept-idempotency"),
    "a slip in one of two words": ("url shortner", "design-url-shortener"),
    "a slip beside a word nobody knows": ("amazn loop", "loop-rounds"),
    "a slip in a principle": ("customer obsesion", "customer-obsession"),
    "letters left out": ("accomodation", "faq-accommodations"),
    "a principle's short form": ("HB", "have-backbone"),
    "the short form in small letters": ("hb", "have-backbone"),
    "a form of the word": ("frugal", "frugality"),
    "singular for plural": ("retry", "concept-retries"),
    "another ending": ("load balancer", "concept-load-balancing-algorithms"),
    "American spelling": ("linearizability", "concept-linearisability"),
    "a keyword of a guide": ("salary", "offers-and-negotiation"),
    "a keyword written as one": ("barraiser", "bar-raiser-guide"),
    "a guide by its subject": ("star", "star-guide"),
    "a sentence": ("I forgot everything and am stuck", "when-you-are-stuck"),
    "a comparison": ("difference between l6 and l7", "level-comparison"),
    "a question that is one of ours": ("who is the bar raiser", "faq-bar-raiser"),
    "another name for it": ("tinyurl", "design-url-shortener"),
    "a company's name for it": ("uber", "design-ride-hailing"),
    "an abbreviation": ("p99", "concept-tail-latency"),
    "a pattern's abbreviation, its ladder from the start": ("dp", "lc-climbing-stairs"),
    "a pattern": ("dynamic programing", "lc-climbing-stairs"),
    "a service": ("aws", "aws-services-by-importance"),
    "a part of a title": ("study group", "running-a-study-group"),
    "a subject that is also a word of other titles": ("coding", "coding-for-managers"),
    "punctuation": ("«chat»!?", "design-chat"),
    "letters in capitals": ("DEAD LETTER", "concept-dead-letter-queues"),
    "an emoji beside it": ("😀 saga", "concept-sagas"),
}
AMONG_THREE = {
    "a beginning": ("consist", "concept-consistent-hashing"),
    "a slip": ("shading", "concept-hash-sharding"),
    "a slip in a common word": ("leadrship", "technical-leadership"),
    "a question": ("how do I negotiate an offer", "offers-and-negotiation"),
    "a word too much": ("cap theorem", "concept-cap"),
    "a kind of mock": ("l7 design mock", "mock-design-l7"),
    "a theme": ("caching", "concept-cache-aside"),
    "the principles": ("lp", "principles-at-a-glance"),
    "a concept and a task": ("rate limit", "concept-rate-limiting"),
    "a data structure": ("trees", "concept-b-trees"),
    "a plan for the worst": ("falling behnd", "falling-behind"),
}
NOTHING = {
    "nothing": "",
    "spaces": "   ",
    "an emoji": "😀🔥",
    "punctuation": "<>&!?*_`",
    "no word of ours": "xqzwv",
    "words that say nothing": "how do I do it",
    "a number that is no problem's": "99999999",
}


@pytest.mark.parametrize(("typed", "slug"), FIRST.values(), ids=list(FIRST))
def test_comes_first(typed: str, slug: str) -> None:
    assert LIBRARY.search(typed)[0].slug == slug


@pytest.mark.parametrize(("typed", "slug"), AMONG_THREE.values(), ids=list(AMONG_THREE))
def test_is_among_the_first_three(typed: str, slug: str) -> None:
    assert slug in [entry.slug for entry in LIBRARY.search(typed)[:3]]


@pytest.mark.parametrize("typed", NOTHING.values(), ids=list(NOTHING))
def test_finds_nothing(typed: str) -> None:
    assert LIBRARY.search(typed) == ()


def test_a_service_finds_the_cards_that_name_it() -> None:
    found = LIBRARY.search("dynamo")

    assert found
    assert all("dynamo" in f"{entry.keywords} {entry.summary}".lower() for entry in found)


def test_every_lesson_is_found_first_by_its_title_or_stands_beside_its_namesake() -> None:
    for entry in LIBRARY.entries.values():
        titles = [found.title for found in LIBRARY.search(entry.title)[:2]]

        assert entry.title in titles, entry.slug


def test_of_a_long_text_only_the_beginning_is_read() -> None:
    assert LIBRARY.search("quorums " * 375) == LIBRARY.search("quorums")
    assert LIBRARY.search("x" * 2999 + " quorums") == ()


@given(st.text(max_size=300))
def test_whatever_is_typed_leads_to_a_few_different_entries(typed: str) -> None:
    found = LIBRARY.search(typed)

    assert len(found) <= MOST_RESULTS
    assert len({entry.slug for entry in found}) == len(found)


class TestIndex:
    def test_a_title_counts_more_than_a_keyword(self) -> None:
        index = Index({"other": [("Other", 4), ("queue", 2)], "queue": [("Queue", 4)]})

        assert index.search("queue", 5)[0] == "queue"

    def test_a_short_title_comes_before_a_longer_one(self) -> None:
        index = Index({"long": [("Queue of many other things", 4)], "short": [("Queue", 4)]})

        assert index.search("queue", 5)[0] == "short"

    def test_equals_keep_their_order(self) -> None:
        index = Index({"b": [("First queue", 4)], "a": [("Other queue", 4)]})

        assert index.search("queue", 5) == ("b", "a")

    def test_more_of_the_words_come_before_fewer(self) -> None:
        index = Index({"one": [("Red", 4)], "both": [("Red and green", 4)], "none": [("Blue", 4)]})

        assert index.search("red green", 5)[0] == "both"

    def test_what_fits_much_worse_than_the_best_is_left_out(self) -> None:
        index = Index({"best": [("Queue", 4)], "worse": [("A long title without it", 4), ("queue", 1)]})

        assert index.search("queue", 5) == ("best",)

    def test_no_more_are_found_than_asked_for(self) -> None:
        index = Index({str(number): [(f"Queue {number}", 4)] for number in range(9)})

        assert len(index.search("queue", 3)) == 3

    @pytest.mark.parametrize("typed", ["cat", "ubser"])
    def test_short_words_are_not_guessed_at(self, typed: str) -> None:
        assert Index({"car": [("Car", 4)], "number": [("Number", 4)]}).search(typed, 5) == ()


def test_an_empty_library_finds_nothing(catalog: Catalog) -> None:
    bare = replace(catalog, tasks={}, principles={}, scenarios={}, mocks={}, texts={}, faq={})

    assert Library(bare).search("sharding") == ()


def test_words_have_neither_case_nor_punctuation() -> None:
    assert words_of("Are Right, A Lot!") == ["are", "right", "a", "lot"]
