"""How a form is cut into pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from content.loader import Form
from content.schema import DIMENSIONS, Competency, Dimension, Item

MOST_ITEMS = 4
"""Fewer than the six inputs Slack advises: each of ours is five lines tall."""


@dataclass(frozen=True, slots=True)
class Page:
    """One screen of items. Number 0 is the profile, so the first page of items is 1."""

    number: int
    dimension: Dimension
    part: int
    parts: int
    items: tuple[Item, ...]


def pages(form: Form, competencies: Mapping[str, Competency]) -> tuple[Page, ...]:
    """One page for each dimension, or several of about the same length."""
    result: list[Page] = []
    for dimension in DIMENSIONS:
        items = form.of(dimension, competencies)
        parts = -(-len(items) // MOST_ITEMS)
        size = -(-len(items) // parts)
        for part in range(parts):
            chunk = items[part * size : (part + 1) * size]
            result.append(Page(len(result) + 1, dimension, part + 1, parts, chunk))
    return tuple(result)
