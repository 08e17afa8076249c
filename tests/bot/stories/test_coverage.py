"""Coverage: which principles and scenarios have a story, and what the daily message says of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.stories.coverage import Coverage, coverage, nudge_line, nudge_turn
from bot.stories.coverage_views import coverage_lines
from bot.stories.kept import Kept
from bot.stories.views import coverage_modal
from content.catalog import Catalog
from tests.bot.stories.samples import LONGEST, a_story
from tests.bot.surfaces import problems_of_view, words_of

TODAY = date(2030, 3, 4)


@pytest.fixture
def found(catalog: Catalog) -> Coverage:
    return laid_out(catalog, [a_story()])


def laid_out(catalog: Catalog, stories: Iterable[Kept]) -> Coverage:
    return coverage(stories, tuple(catalog.principles.values()), tuple(catalog.scenarios.values()))


class TestCoverage:
    def test_is_complete_also_without_a_story(self, catalog: Catalog) -> None:
        empty = laid_out(catalog, [])

        assert (len(empty.cells), len(empty.missing), len(empty.missing_scenarios)) == (32, 32, 5)
        assert (empty.stories, empty.stalest, empty.covered) == (0, None, 0)

    def test_a_story_covers_its_principles_at_its_level_and_its_scenario(self, found: Coverage) -> None:
        assert found.covered == 2
        assert [one.id for one in found.cells["ownership", "L6"].stories] == [1]
        assert ("ownership", "L7") in found.missing
        assert "technical-leadership" not in found.missing_scenarios

    def test_archived_ones_and_those_without_a_level_cover_no_principle(self, catalog: Catalog) -> None:
        stories = [a_story(1, is_archived=True), a_story(2, scope=None)]

        assert laid_out(catalog, stories).covered == 0

    def test_slugs_that_are_no_longer_in_the_content_are_passed_over(self, catalog: Catalog) -> None:
        assert laid_out(catalog, [a_story(1, principles=("gone",), scenario="gone")]).covered == 0

    def test_says_when_each_was_last_told_and_reviewed(self, catalog: Catalog) -> None:
        older = a_story(1, told_on=date(2030, 1, 1), reviewed_on=date(2030, 2, 2))
        newer = a_story(2, told_on=date(2030, 2, 1))

        cell = laid_out(catalog, [a_story(3), older, newer]).cells["ownership", "L6"]

        assert [one.id for one in cell.stories] == [2, 1, 3]
        assert (cell.told_on, cell.reviewed_on) == (date(2030, 2, 1), date(2030, 2, 2))

    def test_the_stalest_is_the_one_told_longest_ago(self, catalog: Catalog) -> None:
        stories = [a_story(1, told_on=date(2030, 2, 1)), a_story(2, told_on=date(2030, 1, 1)), a_story(3)]

        stalest = laid_out(catalog, stories).stalest

        assert stalest is not None
        assert stalest.id == 2


class TestNudge:
    def test_names_a_gap(self, catalog: Catalog, found: Coverage) -> None:
        lines = {nudge_line(found, TODAY, None, turn) for turn in range(100)}

        assert "Frugality has no L7 story." in lines
        assert "Ownership has no L6 story." not in lines
        assert "No story yet for Failure and learning." in lines

    def test_speaks_only_of_the_level_one_aims_for(self, found: Coverage) -> None:
        lines = {nudge_line(found, TODAY, "L6", turn) for turn in range(100)}

        assert not any("L7" in str(line) for line in lines)

    def test_a_stale_story_takes_turns_with_the_gaps(self, catalog: Catalog) -> None:
        found = laid_out(catalog, [a_story(1, told_on=TODAY - timedelta(days=24))])

        lines = [nudge_line(found, TODAY, None, turn) for turn in range(4)]

        assert lines[0] == lines[2] == "You last told “Migration” 24 days ago."
        assert lines[1] == f"No story yet for {found.names[found.missing_scenarios[0]]}."
        assert lines[3] == f"No story yet for {found.names[found.missing_scenarios[1]]}."

    def test_says_nothing_before_the_first_story(self, catalog: Catalog) -> None:
        assert nudge_line(laid_out(catalog, []), TODAY, None, 1) is None

    def test_says_nothing_where_all_is_covered_and_fresh(self, catalog: Catalog) -> None:
        everything = tuple(catalog.principles)
        stories = [
            a_story(number, principles=everything, scope=level, scenario=scenario, told_on=TODAY)
            for number, scenario in enumerate(catalog.scenarios)
            for level in ("L6", "L7")
        ]

        assert nudge_line(laid_out(catalog, stories), TODAY, None, 1) is None

    @given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 10_000))
    def test_comes_every_third_day_and_its_turns_count_up(self, on: date, person: int) -> None:
        turns = [nudge_turn(on + timedelta(days=days), person) for days in range(6)]

        given = [turn for turn in turns if turn is not None]
        assert len(given) == 2
        assert given[1] == given[0] + 1


class TestWords:
    def test_every_principle_level_and_scenario_is_in_them(self, found: Coverage) -> None:
        lines = "\n".join(coverage_lines(found, TODAY))

        for name in found.names.values():
            assert name in lines
        assert "2 of 32 principles by level and 1 of 5 core scenarios have a story." in lines
        assert "◐ *Ownership*\n• L6: Migration, never told\n• L7: none yet" in lines
        assert "○ *Frugality*: none yet" in lines

    def test_the_largest_bank_fits_and_pings_nobody(self, catalog: Catalog) -> None:
        everything = tuple(catalog.principles)
        scenarios = tuple(catalog.scenarios)
        stories = [
            a_story(
                number,
                title=LONGEST[:150].replace("{", "").replace("}", ""),
                principles=everything,
                scope="L6" if number % 2 else "L7",
                scenario=scenarios[number % 5],
                told_on=TODAY - timedelta(days=number),
                reviewed_on=TODAY,
            )
            for number in range(500)
        ]

        found = laid_out(catalog, stories)
        window = coverage_modal(found, coverage_lines(found, TODAY))

        assert [one for one in problems_of_view(window) if "mark-up" not in one] == []
        assert "<!" not in words_of(window.to_dict())
