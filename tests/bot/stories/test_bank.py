"""Finding stories: by words, by filter, page by page, and quickly."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.stories import bank
from bot.stories.bank import Page, Wanted, page_of, search
from bot.stories.kept import Kept
from tests.bot.stories.samples import MIGRATION, a_story
from tests.builders import NOON

NAMES = {"ownership": "Ownership", "dive-deep": "Dive Deep", "technical-leadership": "Technical leadership"}
TODAY = date(2030, 3, 4)
BANK = (
    a_story(1),
    a_story(2, title="The quiet engineer", principles=(), action="I asked the MIGRATION team.", scope=None),
    a_story(3, title="Straße & Ärger", result="", figures="", principles=("dive-deep",), told_on=TODAY),
    a_story(4, title="Old pager", is_archived=True),
)


def found(query: str) -> list[int]:
    return [one.id for one in search(BANK, query, NAMES)]


def page(**wanted: object) -> Page:
    return page_of(BANK, replace(Wanted(), **wanted), NAMES, TODAY)  # type: ignore[arg-type]  # fields by name


class TestSearch:
    @pytest.mark.parametrize(
        ("query", "ids"),
        [
            ("migration", [1, 2]),
            ("MIGRATION asked", [1, 2]),
            ("dive deep", [4, 3, 1]),
            ("strasse", [3]),
            ("ärger", [3]),
            ("pager replicas", [4]),
            ("migratoin", [1]),
            ("L6 quiet", []),
            ("nowhere", []),
            ("😀", []),
            ("<!channel>", []),
            ("*", []),
        ],
    )
    def test_finds_all_the_words_titles_first(self, query: str, ids: list[int]) -> None:
        assert found(query) == ids

    def test_no_words_find_everything_the_newest_first(self) -> None:
        newer = replace(BANK[0], changed_at=NOON + timedelta(hours=1))

        assert [one.id for one in search([*BANK[1:], newer], "  ", NAMES)] == [1, 4, 3, 2]

    def test_over_five_hundred_long_stories_within_twenty_milliseconds(self) -> None:
        stories = [
            a_story(number, title=f"Story {number}", action=MIGRATION.action + f" unique{number}")
            for number in range(bank.MOST_STORIES)
        ]
        times = []
        for query in ("unique250", "replicas test", "story 250", "nowhere", "migratoin"):
            began = time.process_time()
            search(stories, query, NAMES)
            times.append(time.process_time() - began)

        assert max(times) < 0.02


class TestPage:
    @pytest.mark.parametrize(
        ("filter_", "ids"),
        [
            (bank.ALL, [3, 2, 1]),
            (bank.ARCHIVED, [4]),
            (f"{bank.ABOUT}ownership", [1]),
            (f"{bank.ABOUT}technical-leadership", [3, 2, 1]),
            (bank.UNFINISHED, [3, 2]),
            (bank.NO_NUMBER, [3]),
            (bank.NO_PRINCIPLE, [2]),
            (bank.NEVER_TOLD, [2, 1]),
            ("forged", [3, 2, 1]),
        ],
    )
    def test_filters(self, filter_: str, ids: list[int]) -> None:
        assert [one.id for one in page(filter=filter_).stories] == ids

    def test_counts_the_archive_apart(self) -> None:
        assert (page().total, page().archived, page().found) == (3, 1, 3)

    def test_searches_within_the_filter(self) -> None:
        assert [one.id for one in page(filter=bank.ARCHIVED, query="migration").stories] == []

    def test_five_hundred_stories_are_all_reached_page_by_page(self) -> None:
        stories = [a_story(number) for number in range(1, 501)]
        seen: list[Kept] = []
        shown = page_of(stories, Wanted(), NAMES, TODAY)
        for number in range(shown.pages):
            seen += page_of(stories, Wanted(page=number), NAMES, TODAY).stories

        assert len({one.id for one in seen}) == len(seen) == 500

    @pytest.mark.parametrize("number", [1, 7, 10**9])
    def test_a_page_that_is_no_longer_there_is_the_last(self, number: int) -> None:
        assert page(page=number).wanted.page == 0


class TestWanted:
    def test_rides_in_a_window(self) -> None:
        wanted = Wanted(query='a "b"', filter=bank.ARCHIVED, page=3)

        assert Wanted.from_json(wanted.to_json()) == wanted

    @pytest.mark.parametrize("text", ["", "null", "[]", '{"a": 1}', '["a", "b", "c"]', "[1, 2, 1e999]"])
    def test_anything_else_is_everything(self, text: str) -> None:
        assert Wanted.from_json(text) == Wanted()

    def test_a_long_query_is_cut(self) -> None:
        assert len(Wanted.searching("x" * 3000).query) == bank.LONGEST_QUERY
