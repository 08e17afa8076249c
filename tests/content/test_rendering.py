"""Everything in the library, drawn by the bot's own views and held against Slack's limits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.learn import views
from bot.learn.cards import Part, parts_of
from bot.learn.library import MOST_RESULTS, Entry, Library
from bot.outgoing import Post
from bot.replies import window
from content.catalog import Catalog
from tests.bot.surfaces import elements_of, problems_of_post, problems_of_view
from tests.content.texts import Text, nothing

LONGEST_OPTION = 75
ONWARD = "First: "
"""The longest word put before a title on a button."""
LONGEST_PART_NAME = 60
MOST_BLOCKS = 25
SHELVES = (
    "Guides",
    "Leadership Principles",
    "Core stories",
    "Design concepts",
    "Design problems",
    "Coding problems",
    "Mock interviews",
    "Questions and answers",
)


@pytest.fixture(scope="module")
def library(catalog: Catalog) -> Library:
    return Library(catalog)


def parts(library: Library, entry: Entry) -> tuple[Part, ...]:
    return parts_of(entry.lesson, library.catalog.rubrics, library.catalog.scenarios)


def entries(library: Library, shelf: str) -> Iterator[Entry]:
    for group in library.shelves[shelf].values():
        yield from group


def problems_of(post: Post) -> list[str]:
    """What Slack would refuse, or a reader stumble over, in a private message and in a window."""
    return problems_of_post(post) + problems_of_view(window(post, views.TITLE))


def test_these_are_the_shelves(library: Library) -> None:
    assert set(library.shelves) == set(SHELVES)


@pytest.mark.parametrize("shelf", SHELVES)
def test_slack_takes_every_part_of_every_lesson_and_none_is_a_page_without_end(
    library: Library, shelf: str
) -> None:
    found = []
    for entry in entries(library, shelf):
        for number, part in enumerate(parts(library, entry)):
            post = views.card_post(library, entry, number)
            place = f"{entry.slug}, {part.name}"
            found += [f"{place}: {problem}" for problem in problems_of(post)]
            found += [f"{place}: {len(post.blocks)} blocks"] if len(post.blocks) > MOST_BLOCKS else []
    nothing(found)


@pytest.mark.parametrize("shelf", SHELVES)
def test_slack_takes_every_shelf_and_topic_and_every_lesson_is_offered(library: Library, shelf: str) -> None:
    posts = [views.shelf_post(library, shelf)]
    posts += [views.topic_post(library, shelf, group) for group in library.shelves[shelf]]
    offered = {
        option["value"]
        for post in posts
        for element in elements_of(post.blocks)
        for option in element.get("options", [])
    }

    nothing(problem for post in posts for problem in problems_of(post))
    nothing(entry.slug for entry in entries(library, shelf) if entry.slug not in offered)


@pytest.mark.parametrize(
    "lead",
    [
        pytest.param(None, id="as it is"),
        pytest.param("Nothing here is called “" + "&lt;" * 40 + "”. These are the shelves:", id="no find"),
    ],
)
def test_slack_takes_the_list_of_shelves(library: Library, lead: str | None) -> None:
    nothing(problems_of(views.browse_post(library, lead=lead)))


@pytest.mark.parametrize("query", ["scaling", "<!channel> & <@U1>", "x" * 3000])
def test_slack_takes_the_longest_results(library: Library, query: str) -> None:
    longest = sorted(library.entries.values(), key=lambda entry: -len(entry.title))[:MOST_RESULTS]

    nothing(problems_of(views.results_post(library, query, longest)))


def test_no_title_is_cut_in_a_list_or_on_a_button(library: Library) -> None:
    nothing(
        f"{entry.slug}, title: {len(entry.title)} characters"
        for entry in library.entries.values()
        if len(ONWARD + entry.title) > LONGEST_OPTION
    )


def test_names_of_parts_fit_a_button_and_differ_within_a_lesson(library: Library) -> None:
    for entry in library.entries.values():
        names = [part.name for part in parts(library, entry)]
        assert max(map(len, names)) <= LONGEST_PART_NAME, entry.slug
        assert len(names) == len(set(names)), entry.slug


def test_no_part_of_a_lesson_is_empty(library: Library) -> None:
    nothing(
        f"{entry.slug}, {part.name}"
        for entry in library.entries.values()
        for part in parts(library, entry)
        if not part.paragraphs or not all(paragraph.strip() for paragraph in part.paragraphs)
    )


def test_every_text_of_a_lesson_is_shown_in_one_of_its_parts(
    library: Library, texts: tuple[Text, ...]
) -> None:
    """The notes of cards and designs belong to plans; a summary and keywords are for searching."""
    elsewhere = {"concept note", "design note", "text summary", "text keywords"}
    kinds = {"concept", "problem", "design", "principle", "scenario", "script", "text", "faq"}
    shown = {
        entry.slug: "\n".join(
            [entry.title, entry.group]
            + [f"{part.name}\n" + "\n".join(part.paragraphs) for part in parts(library, entry)]
        )
        for entry in library.entries.values()
    }

    nothing(
        text.place
        for text in texts
        if text.kind in kinds and text.field not in elsewhere and text.text not in shown[text.slug]
    )
