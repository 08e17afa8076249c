"""Entries gathered by slug from several files, each remembered with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from content.document import Document, Loc
from content.faults import Fault, nearest


class Slugged(Protocol):
    """Whatever has a slug."""

    @property
    def slug(self) -> str: ...


Entry = TypeVar("Entry", bound=Slugged)


@dataclass(frozen=True, slots=True)
class Placed(Generic[Entry]):
    """An entry and where it stands."""

    entry: Entry
    document: Document
    loc: Loc

    def fault(self, field: Loc, problem: str, fix: str) -> Fault:
        """A fault in a field of this entry."""
        return self.document.fault((*self.loc, *field), problem, fix)

    @property
    def place(self) -> str:
        return f"{self.document.name}:{self.document.line_of(self.loc)}"


class Shelf(Generic[Entry]):
    """
    The entries of one kind.

    `what` names the kind to an editor. A second file may replace an entry only when it is an overlay.
    """

    def __init__(self, what: str, faults: list[Fault]) -> None:
        self.what = what
        self._faults = faults
        self._placed: dict[str, Placed[Entry]] = {}

    def add(self, entries: Iterable[Entry], document: Document, key: str | None, *, replace: bool) -> None:
        """Take in a file's entries; `key` is the field they are listed under, None for the file itself."""
        mine: set[str] = set()
        for index, entry in enumerate(entries):
            placed = Placed(entry, document, (key, index) if key is not None else ())
            known = self._placed.get(entry.slug)
            if known is not None and (not replace or entry.slug in mine):
                fix = f"Choose another slug; the first is in {known.place}"
                self._faults.append(placed.fault(("slug",), f"`{entry.slug}` is used twice", fix))
                continue
            mine.add(entry.slug)
            self._placed[entry.slug] = placed

    def retire(self, slug: str) -> bool:
        """Take an entry out; False when there is none."""
        return self._placed.pop(slug, None) is not None

    def change(self, slug: str, **changes: Any) -> bool:
        """Replace fields of an entry; False when there is none."""
        placed = self._placed.get(slug)
        if placed is None:
            return False
        changed = placed.entry.model_copy(update=changes)  # type: ignore[attr-defined]  # all are pydantic models
        self._placed[slug] = Placed(changed, placed.document, placed.loc)
        return True

    def __iter__(self) -> Iterator[Placed[Entry]]:
        return iter(self._placed.values())

    def __contains__(self, slug: str) -> bool:
        return slug in self._placed

    @property
    def slugs(self) -> Iterable[str]:
        return self._placed.keys()

    def by_slug(self) -> dict[str, Entry]:
        """Slug to entry, in the order of the files."""
        return {slug: placed.entry for slug, placed in self._placed.items()}


def must_know(slug: str, shelf: Shelf[Any], placed: Placed[Any], field: Loc) -> Iterator[Fault]:
    """A fault when `slug` is not on the shelf, with the nearest one that is."""
    if slug in shelf:
        return
    guess = nearest(slug, shelf.slugs)
    fix = (
        f"Did you mean `{guess}`?" if guess else f"Add a {shelf.what} with this slug, or name one that exists"
    )
    yield placed.fault(field, f"there is no {shelf.what} `{slug}`", fix)
