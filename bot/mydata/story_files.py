"""Stories as files: Markdown for each, and one page that prints well."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

PARTS = (
    ("situation", "Situation"),
    ("task", "Task"),
    ("action", "Action"),
    ("result", "Result"),
    ("figures", "Figures"),
)
LONGEST_NAME = 60
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Stories</title>
<style>
body {{ font: 12pt/1.5 Georgia, serif; max-width: 42em; margin: 2em auto; padding: 0 1em; color: #111; }}
h1, h2, h3 {{ font-family: system-ui, sans-serif; line-height: 1.25; overflow-wrap: anywhere; }}
h3 {{ margin: 1.2em 0 0.2em; font-size: 1em; }}
p {{ margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }}
.facts {{ color: #444; font-size: 0.9em; }}
article {{ break-before: page; }}
article:first-of-type {{ break-before: auto; }}
h2, h3 {{ break-after: avoid; }}
@page {{ margin: 2cm; }}
</style>
</head>
<body>
<h1>Stories</h1>
<p class="facts">{summary}</p>
{stories}
</body>
</html>
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryText:
    """One story, with titles in place of slugs."""

    title: str
    parts: Mapping[str, str]
    """situation, task, action, result, figures: as typed."""
    principles: Sequence[str] = ()
    scenario: str | None = None
    scope: str | None = None
    happened_on: date | None = None
    is_archived: bool = False
    rehearsals: int = 0


def story_texts(
    stories: Iterable[Mapping[str, Any]],
    rehearsals: Iterable[Mapping[str, Any]],
    titles: Mapping[str, str],
) -> list[StoryText]:
    """Rows as the database has them, in their order."""
    told: dict[int, int] = {}
    for rehearsal in rehearsals:
        told[rehearsal["story_id"]] = told.get(rehearsal["story_id"], 0) + 1
    return [
        StoryText(
            title=row["title"],
            parts={name: row.get(name) or "" for name, _ in PARTS},
            principles=[titles.get(slug, slug) for slug in row.get("principles") or ()],
            scenario=titles.get(row.get("scenario") or "", row.get("scenario")),
            scope=row.get("scope"),
            happened_on=row.get("happened_on"),
            is_archived=row.get("archived_at") is not None,
            rehearsals=told.get(row["id"], 0),
        )
        for row in stories
    ]


def file_name(number: int, title: str) -> str:
    """`07-moved-the-billing.md`: letters, digits and dashes of any script, so that no folder can be named."""
    plain = unicodedata.normalize("NFC", title).lower()
    slug = re.sub(r"[\W_]+", "-", plain)[:LONGEST_NAME].strip("-")
    return f"{number:02d}-{slug or 'story'}.md"


def markdown(story: StoryText) -> str:
    """One story; what was typed stays as typed, but begins no heading and no HTML."""
    lines = [f"# {_inert(' '.join(story.title.split()))}", ""]
    lines += [f"- {fact}" for fact in _facts(story)]
    for name, heading in PARTS:
        if story.parts.get(name):
            lines += ["", f"## {heading}", "", _inert(story.parts[name])]
    return "\n".join(lines) + "\n"


def page(stories: Sequence[StoryText]) -> str:
    """All stories on a page that needs nothing but itself: to print, or to save as PDF."""
    number = len(stories)
    summary = f"{number} {'story' if number == 1 else 'stories'}. Yours alone, unless you share them."
    return _PAGE.format(summary=summary, stories="\n".join(_article(story) for story in stories))


def _article(story: StoryText) -> str:
    parts = "\n".join(
        f'<h3>{heading}</h3>\n<p dir="auto">{escape(story.parts[name])}</p>'
        for name, heading in PARTS
        if story.parts.get(name)
    )
    facts = escape(" · ".join(_facts(story)))
    heading = f'<h2 dir="auto">{escape(story.title)}</h2>'
    return f'<article>\n{heading}\n<p class="facts">{facts}</p>\n{parts}\n</article>'


def _facts(story: StoryText) -> Iterator[str]:
    if story.principles:
        yield f"Principles: {', '.join(story.principles)}"
    if story.scenario:
        yield f"Scenario: {story.scenario}"
    if story.scope:
        yield f"Scope: {story.scope}"
    if story.happened_on:
        yield f"Happened: {story.happened_on.isoformat()}"
    if story.rehearsals:
        yield f"Told aloud: {story.rehearsals} {'time' if story.rehearsals == 1 else 'times'}"
    if story.is_archived:
        yield "Archived"


def _inert(text: str) -> str:
    return re.sub(r"^(\s*)(#)", r"\1\\\2", text.replace("<", "\\<"), flags=re.MULTILINE)
