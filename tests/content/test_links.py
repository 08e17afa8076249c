"""What a text sends people to exists: addresses, commands and lessons."""

from __future__ import annotations

import re

from bot.learn.library import Library
from bot.registration import WORDS
from content.catalog import Catalog
from tests.content.texts import Text, nothing

ADDRESS = re.compile(r"https://leetcode\.com/problems/[a-z0-9]+(?:-[a-z0-9]+)*/")
LOOSE_ADDRESS = re.compile(r"https?://|www\.|\b[a-z-]+\.(?:com|org|io|dev|net)\b")
COMMAND = re.compile(r"/prep\b ?([a-z-]*)(?: ([^`]*))?")


def test_every_problem_leads_to_its_page_over_https(catalog: Catalog) -> None:
    addresses = {task.slug: str(task.url) for task in catalog.tasks.values() if task.url}

    nothing(f"{slug}, url: {url}" for slug, url in addresses.items() if not ADDRESS.fullmatch(url))
    assert len(set(addresses.values())) == len(addresses)


def test_a_problem_is_called_what_its_page_is_called(catalog: Catalog) -> None:
    def slug_of(title: str) -> str:
        return "-".join(re.sub(r"[^a-z0-9 ]", "", title.lower().replace("-", " ")).split())

    problems = [task for task in catalog.tasks.values() if task.kind == "problem"]
    nothing(
        f"{task.slug}, title: {task.title}" for task in problems if f"lc-{slug_of(task.title)}" != task.slug
    )


def test_texts_hold_no_addresses_of_their_own(texts: tuple[Text, ...]) -> None:
    """They grow old unseen. A title and an author can still be found."""
    nothing(text.around(found) for text in texts for found in LOOSE_ADDRESS.finditer(text.text))


def test_every_command_a_text_names_exists(texts: tuple[Text, ...]) -> None:
    known = {"", *(word.name for word in WORDS)}

    nothing(
        text.around(found) for text in texts for found in COMMAND.finditer(text.text) if found[1] not in known
    )


def test_a_command_is_set_apart_so_that_it_can_be_copied(texts: tuple[Text, ...]) -> None:
    nothing(
        text.around(found) for text in texts for found in re.finditer(r"(?<!`)/prep|/prep[^`]*$", text.text)
    )


def test_every_lesson_a_text_sends_people_to_is_in_the_library(
    catalog: Catalog, texts: tuple[Text, ...]
) -> None:
    library = Library(catalog)

    nothing(
        text.around(found)
        for text in texts
        for found in COMMAND.finditer(text.text)
        if found[1] == "learn" and found[2] not in library.entries
    )
