"""What the assessment's words keep to, whoever edits them next."""

from __future__ import annotations

import difflib
import itertools
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from content.loader import Catalog, FormName, load
from content.schema import DIMENSIONS, Level

MODAL_TITLE_LENGTH = 24
LONGEST_SENTENCE = 30  # words
INVENTED_OR_BOASTING = re.compile(
    r"%|per ?cent|guarantee|success rate|pass rate|\bexperts?\b|world[- ]class|best[- ]in[- ]class|guru", re.I
)
BLAME = re.compile(r"\b(fail|failed|unfortunately|sadly|only|merely|weak|poor|should have|behind)\b", re.I)
VERBS = {
    "Ask", "Choose", "Draw", "Explain", "Find", "List", "Pick", "Put", "Read", "Set", "Take", "Write",
}  # fmt: skip


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load()


def labels(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Everything shown as a headline or an option, with the place it stands in."""
    for form in catalog.forms.values():
        yield form.name, form.title
        for item in form.items:
            for answer in item.answers:
                yield f"{item.slug} {answer.points}", answer.label
                yield f"{item.slug} {answer.points}", answer.detail or ""
    for band in catalog.bands:
        yield band.slug, band.label
    for competency in catalog.competencies.values():
        yield competency.slug, competency.title
        yield competency.slug, competency.topic


def sentences(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Everything shown as running text, with the place it stands in."""
    for form in catalog.forms.values():
        for item in form.items:
            yield item.slug, item.prompt
            if item.hint:
                yield item.slug, item.hint
    for band in catalog.bands:
        yield band.slug, band.meaning
    for competency in catalog.competencies.values():
        for text in (competency.why, competency.l6, competency.l7, competency.low_answer):
            yield competency.slug, text


def split(text: str) -> list[str]:
    return re.split(r"(?<=[.?])\s+", text)


@pytest.mark.parametrize(
    ("name", "technical", "leadership", "cultural"),
    [
        pytest.param("quick", 4, 4, 4, id="quick has four statements of each"),
        pytest.param("complete", 8, 6, 6, id="complete has eight, six and six questions"),
    ],
)
def test_items_by_dimension(
    catalog: Catalog, name: FormName, technical: int, leadership: int, cultural: int
) -> None:
    dimensions = [catalog.competencies[item.competency].dimension for item in catalog.forms[name].items]

    assert Counter(dimensions) == {"technical": technical, "leadership": leadership, "cultural": cultural}
    assert [dimension for dimension, _ in itertools.groupby(dimensions)] == list(DIMENSIONS)


@pytest.mark.parametrize(
    ("score", "plan"),
    [
        (100, "quick-reference"),
        (85, "quick-reference"),
        (84, "six-week"),
        (70, "six-week"),
        (69, "twelve-week"),
        (55, "twelve-week"),
        (54, "foundation"),
        (20, "foundation"),
    ],
)
def test_a_score_leads_to_the_plan_that_fits(catalog: Catalog, score: int, plan: str) -> None:
    assert catalog.band_of(score).plan == plan


def test_every_competency_is_measured_by_an_item(catalog: Catalog) -> None:
    measured = {item.competency for form in catalog.forms.values() for item in form.items}

    assert set(catalog.competencies) - measured == set()


def test_no_form_measures_a_competency_twice(catalog: Catalog) -> None:
    for form in catalog.forms.values():
        assert [slug for slug, n in Counter(item.competency for item in form.items).items() if n > 1] == []


def test_statements_speak_in_the_first_person_and_questions_ask(catalog: Catalog) -> None:
    assert [i.slug for i in catalog.forms["quick"].items if not re.search(r"\b(I|my)\b", i.prompt)] == []
    assert [i.slug for i in catalog.forms["complete"].items if not i.prompt.endswith("?")] == []


def test_the_answers_to_a_question_all_differ_and_say_what_can_be_observed(catalog: Catalog) -> None:
    for item in catalog.forms["complete"].items:
        lines = [line for answer in item.answers for line in (answer.label, answer.detail)]
        assert None not in lines, item.slug
        assert len(set(lines)) == 10, item.slug


def test_every_number_of_engineers_has_exactly_one_answer(catalog: Catalog) -> None:
    item = next(item for item in catalog.forms["complete"].items if item.slug == "complete-engineers-led")
    ranges = [[int(number) for number in re.findall(r"\d+", answer.label)] for answer in item.answers]

    assert ranges[0][0] == 0
    assert [low for low, *_ in ranges[1:]] == [high + 1 for _, high in ranges[:-1]]
    assert len(ranges[-1]) == 1, "the last answer is open upward"


def test_no_two_prompts_are_nearly_the_same(catalog: Catalog) -> None:
    prompts = [item.prompt for form in catalog.forms.values() for item in form.items]
    pairs = itertools.combinations(prompts, 2)

    assert [(a, b) for a, b in pairs if difflib.SequenceMatcher(None, a, b).ratio() >= 0.8] == []


def test_no_two_competencies_give_nearly_the_same_advice(catalog: Catalog) -> None:
    advice = [competency.low_answer for competency in catalog.competencies.values()]
    pairs = itertools.combinations(advice, 2)

    assert [(a, b) for a, b in pairs if difflib.SequenceMatcher(None, a, b).ratio() >= 0.8] == []


def test_nothing_is_promised_invented_or_shouted(catalog: Catalog) -> None:
    for place, text in itertools.chain(labels(catalog), sentences(catalog)):
        assert not INVENTED_OR_BOASTING.search(text), f"{place}: {text}"
        assert "!" not in text, f"{place}: {text}"


def test_a_score_is_never_explained_with_blame(catalog: Catalog) -> None:
    for band in catalog.bands:
        assert not BLAME.search(f"{band.label} {band.meaning}"), band.slug
        assert len(split(band.meaning)) in (2, 3), band.slug


def test_sentences_are_short_enough_to_read_once(catalog: Catalog) -> None:
    long = [
        (at, s) for at, text in sentences(catalog) for s in split(text) if len(s.split()) > LONGEST_SENTENCE
    ]

    assert long == []


def test_sentences_end_and_labels_do_not(catalog: Catalog) -> None:
    assert [(at, text) for at, text in sentences(catalog) if not text.endswith((".", "?"))] == []
    assert [(at, text) for at, text in labels(catalog) if text.endswith((".", "?", ","))] == []


def test_everything_begins_with_a_capital_or_a_number(catalog: Catalog) -> None:
    texts = itertools.chain(labels(catalog), sentences(catalog))

    assert [(at, text) for at, text in texts if not re.match(r"[A-Z0-9]", text)] == []


def test_form_titles_fit_the_title_of_a_dialog(catalog: Catalog) -> None:
    for form in catalog.forms.values():
        assert len(form.title) <= MODAL_TITLE_LENGTH


def test_what_to_do_about_a_low_answer_starts_with_a_verb(catalog: Catalog) -> None:
    for competency in catalog.competencies.values():
        verb = competency.low_answer.split()[0]
        assert verb in VERBS, f"{competency.slug}: is {verb} a verb? Then add it to VERBS"


def test_the_two_levels_are_told_apart(catalog: Catalog) -> None:
    assert [c.slug for c in catalog.competencies.values() if c.l6 == c.l7] == []


@pytest.mark.parametrize("level", ["L6", "L7"])
def test_every_competency_has_five_tasks_whichever_level_is_aimed_for(catalog: Catalog, level: Level) -> None:
    for competency in catalog.competencies.values():
        tasks = [catalog.tasks[slug] for slug in competency.study]
        fitting = [task for task in tasks if task.level in (None, level) and task.status == "active"]
        assert len(fitting) >= 5, competency.slug


def test_study_lists_are_short_without_repeats_and_mostly_for_their_own_round(catalog: Catalog) -> None:
    for competency in catalog.competencies.values():
        tasks = [catalog.tasks[slug] for slug in competency.study]
        assert len(set(competency.study)) == len(tasks) <= 8, competency.slug
        assert sum(task.track == competency.track for task in tasks) * 2 > len(tasks), competency.slug


def test_study_begins_with_something_for_an_hour_at_most_that_suits_both_levels(catalog: Catalog) -> None:
    for competency in catalog.competencies.values():
        first = catalog.tasks[competency.study[0]]
        assert first.minutes <= 60, competency.slug
        assert first.level is None, competency.slug
        assert first.kind != "mock", competency.slug


def test_study_serves_the_daily_minimum_of_its_round(catalog: Catalog) -> None:
    """A gap must be able to choose the day's problem, concept or story work."""
    daily = {"coding": {"problem"}, "design": {"concept"}, "behavioural": {"story", "rehearsal"}}
    for competency in catalog.competencies.values():
        kinds = {catalog.tasks[slug].kind for slug in competency.study}
        assert kinds & daily[competency.track], competency.slug


def test_sources_name_a_fact_and_no_file(catalog: Catalog) -> None:
    sources = [competency.source for competency in catalog.competencies.values()]
    sources += [item.source for form in catalog.forms.values() for item in form.items]

    assert [
        source for source in sources if "/" in source or ".md" in source or not 10 <= len(source) <= 80
    ] == []
