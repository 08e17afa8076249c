"""Nobody reads the same thing twice under two names."""

from __future__ import annotations

from collections import Counter, defaultdict

from rapidfuzz import fuzz, process

from bot.learn.library import Library
from content.catalog import Catalog
from tests.content.texts import Text, nothing, words

TOO_ALIKE = 85
"""Of 100, by letters: about one word in seven differs."""
FEWEST_WORDS = 5
ALIKE_ON_PURPOSE = {
    "coach finds": "says when a rule applies; two rules may watch the two ends of one measure",
    "concept aws": "names of services",
    "design numbers": "the same sum with other figures",
    "item answers.detail": "the twelve statements share one scale",
    "item answers.label": "the twelve statements share one scale",
    "mock title": "L6 and L7",
    "problem title": "the problem's public name",
    "reading title": "two readings on two rounds",
    "script timetable.do": "every mock ends with scores and feedback",
    "script title": "L6 and L7",
    "text sections.heading": "one text may treat two rounds in the same way",
}


def test_nothing_is_said_twice_in_nearly_the_same_words(texts: tuple[Text, ...]) -> None:
    """Compared within a field: questions with questions, hints with hints. Plans have tests of their own."""
    fields: dict[str, list[Text]] = defaultdict(list)
    for text in texts:
        if (
            text.kind != "plan"
            and text.field not in ALIKE_ON_PURPOSE
            and len(words(text.text)) >= FEWEST_WORDS
        ):
            fields[text.field].append(text)

    alike = []
    for group in fields.values():
        for place, text in enumerate(group):
            later = [other.text.lower() for other in group[place + 1 :]]
            close = process.extract(
                text.text.lower(), later, scorer=fuzz.ratio, score_cutoff=TOO_ALIKE, limit=None
            )
            alike += [f"{text.place} and {group[place + 1 + index].place}" for _, _, index in close]
    nothing(alike)


def test_a_sentence_is_written_once_in_a_field(texts: tuple[Text, ...]) -> None:
    """Two tips may differ as a whole and still end on the same line."""
    written: dict[tuple[str, str], list[str]] = defaultdict(list)
    for text in texts:
        if text.kind != "plan" and text.field not in ALIKE_ON_PURPOSE:
            for sentence in text.sentences:
                if len(words(sentence)) >= FEWEST_WORDS:
                    written[text.field, sentence.lower()].append(text.slug)

    nothing(f"{', '.join(slugs)}: {line}" for (_, line), slugs in written.items() if len(slugs) > 1)


def test_an_exception_to_sameness_is_still_needed(texts: tuple[Text, ...]) -> None:
    assert set(ALIKE_ON_PURPOSE) - {text.field for text in texts} == set()


def test_a_question_of_one_kind_is_not_asked_again_by_another(texts: tuple[Text, ...]) -> None:
    """Principles, scripts and core stories all ask about the past; each asks something else."""
    asked = {"principle questions", "script questions.question", "scenario prompts", "principle prompts"}
    questions = [text for text in texts if text.field in asked]

    again = []
    for place, text in enumerate(questions):
        later = [other.text.lower() for other in questions[place + 1 :]]
        close = process.extract(
            text.text.lower(), later, scorer=fuzz.ratio, score_cutoff=TOO_ALIKE, limit=None
        )
        again += [f"{text.place} and {questions[place + 1 + index].place}" for _, _, index in close]
    nothing(again)


def test_what_can_be_learned_has_slugs_and_titles_of_its_own(catalog: Catalog) -> None:
    """The library finds lessons by slug and by title across all kinds."""
    library = Library(catalog)
    titles = Counter(entry.title.lower() for entry in library.entries.values())
    kinds = (catalog.texts, catalog.principles, catalog.scenarios, catalog.mocks, catalog.faq)
    lessons = [task.slug for task in catalog.tasks.values() if task.kind in ("problem", "concept", "design")]
    slugs = Counter([slug for kind in kinds for slug in kind] + lessons)

    nothing(title for title, count in titles.items() if count > 1)
    nothing(slug for slug, count in slugs.items() if count > 1)


def test_the_same_message_is_not_worded_twice_in_its_first_words(catalog: Catalog) -> None:
    """Two reminders that begin alike feel like one, whatever follows."""
    openings: dict[tuple[str, str], list[str]] = defaultdict(list)
    for message in catalog.messages.values():
        openings[message.occasion, " ".join(words(message.text)[:4]).lower()].append(message.slug)

    nothing(f"{opening}: {', '.join(slugs)}" for (_, opening), slugs in openings.items() if len(slugs) > 1)
