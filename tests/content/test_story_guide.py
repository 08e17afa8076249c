"""The story coach's numbers and words, and the scales people place themselves on."""

from __future__ import annotations

import re
from itertools import pairwise
from string import Formatter

import pytest

from content.catalog import Catalog, StoryGuide
from tests.content.texts import nothing, words

GAPS = {"quote", "part", "number"}
SPEAKING_RATES = range(120, 161)
"""Words a minute of somebody who explains something."""


@pytest.fixture(scope="module")
def guide(catalog: Catalog) -> StoryGuide:
    assert catalog.stories
    return catalog.stories


def test_the_parts_of_a_story_come_in_their_order_and_add_up_to_the_whole(guide: StoryGuide) -> None:
    assert [part.part for part in guide.star] == ["situation", "task", "action", "result"]
    assert sum(part.share for part in guide.star) == 100


def test_a_recommended_share_lies_within_what_the_coach_accepts(guide: StoryGuide) -> None:
    nothing(part.part for part in guide.star if not part.least <= part.share <= part.most)


def test_some_story_satisfies_the_bounds_of_all_four_parts(guide: StoryGuide) -> None:
    assert sum(part.least for part in guide.star) <= 100 <= sum(part.most for part in guide.star)


def test_the_action_is_the_longest_part(guide: StoryGuide) -> None:
    shares = {part.part: part.share for part in guide.star}

    assert max(shares, key=lambda part: shares[part]) == "action"


def test_the_thresholds_of_the_coach_describe_a_story_one_can_tell(guide: StoryGuide) -> None:
    limits = guide.thresholds

    assert limits.shortest_seconds < limits.longest_seconds <= 5 * 60
    assert limits.words_per_minute in SPEAKING_RATES


def test_the_coach_fills_in_what_it_knows_and_nothing_else(guide: StoryGuide) -> None:
    nothing(
        f"{rule.slug}, says: {{{gap}}}"
        for rule in guide.coach
        for _, gap, _, _ in Formatter().parse(rule.says)
        if gap is not None and gap not in GAPS
    )
    nothing(f"{rule.slug}, why: {rule.why}" for rule in guide.coach if "{" in rule.why + rule.finds)


def test_what_the_coach_says_reads_well_once_it_is_filled_in(guide: StoryGuide) -> None:
    for rule in guide.coach:
        said = rule.says.format(quote="we rolled it out", part="Action", number=7)
        assert re.fullmatch(r"[A-Z\"\d].*[.?]", said), rule.slug
        assert len(words(said)) <= 45, rule.slug


def test_the_coach_always_says_what_to_do_next(guide: StoryGuide) -> None:
    verbs = re.compile(
        r"\b(?:Add|Answer|Ask|Cut|Finish|Go|Keep|Look|Name|Put|Say|Show|Strike|Turn|Write|answer one)\b"
    )

    nothing(f"{rule.slug}, says: {rule.says}" for rule in guide.coach if not verbs.search(rule.says))


def test_every_example_of_a_number_has_a_number(guide: StoryGuide) -> None:
    """Except where the question is how it was measured."""
    number = re.compile(
        r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|third|half)\b", re.IGNORECASE
    )
    items = [item for item in guide.quantify if item.slug != "method"]

    nothing(f"{item.slug}, example: {item.example}" for item in items if not number.search(item.example))


def test_slugs_of_rules_and_checks_differ(guide: StoryGuide) -> None:
    slugs = [*(rule.slug for rule in guide.coach), *(item.slug for item in guide.quantify)]

    assert len(slugs) == len(set(slugs))


def test_numbers_in_the_answers_to_a_question_go_one_way(catalog: Catalog) -> None:
    """Ranges rise, time limits fall. Whether the words grow harder is for a reader to say."""
    turning = []
    for item in catalog.forms["complete"].items:
        found = [re.search(r"\d[\d,]*", answer.label) for answer in item.answers]
        numbers = [int(match.group().replace(",", "")) for match in found if match]
        steps = {later > earlier for earlier, later in pairwise(numbers)}
        if len(steps) > 1 or len(numbers) != len(set(numbers)):
            turning.append(f"{item.slug}, answers: {numbers}")
    nothing(turning)


def test_bands_rise_without_a_gap_and_lead_to_different_plans(catalog: Catalog) -> None:
    bands = catalog.bands

    assert (bands[0].highest, bands[-1].lowest) == (100, 0)
    assert [band.highest + 1 for band in bands[1:]] == [band.lowest for band in bands[:-1]]
    assert len({band.plan for band in bands}) == len(bands)


def test_the_weights_of_a_rubric_are_in_steps_of_five_and_none_decides_alone(catalog: Catalog) -> None:
    nothing(
        f"{rubric.slug}, {criterion.name}: {criterion.weight}"
        for rubric in catalog.rubrics.values()
        for criterion in rubric.criteria
        if criterion.weight % 5 or criterion.weight >= 50
    )
