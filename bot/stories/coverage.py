"""Which principles and core scenarios a person has stories for, at which level, and how fresh they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.stories.draft import LEVELS
from bot.stories.kept import Kept
from content.packs import Principle, Scenario

STALE_AFTER = timedelta(days=21)
"""A story that was not told for so long is worth telling again."""
NUDGE_EVERY_DAYS = 3
"""So often the daily message has a line about stories; not everybody's on the same day."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """The stories for one principle at one level, or for one scenario, the last told first."""

    stories: tuple[Kept, ...] = ()

    @property
    def told_on(self) -> date | None:
        """When one of them was last told."""
        return max((one.told_on for one in self.stories if one.told_on), default=None)

    @property
    def reviewed_on(self) -> date | None:
        """When one of them was last reviewed."""
        return max((one.reviewed_on for one in self.stories if one.reviewed_on), default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """
    The matrix: `cells` by (principle's slug, level), `scenarios` by slug, both complete and in order.

    Archived stories count nowhere; a story without a level counts for no principle.
    """

    cells: Mapping[tuple[str, str], Cell]
    scenarios: Mapping[str, Cell]
    names: Mapping[str, str]
    """Slug of a principle or scenario to its name."""
    stories: int
    stalest: Kept | None
    """The story that was not told for longest; None when none was ever told."""

    @property
    def missing(self) -> tuple[tuple[str, str], ...]:
        """(principle's slug, level) without a story, in the order of the principles."""
        return tuple(key for key, cell in self.cells.items() if not cell.stories)

    @property
    def missing_scenarios(self) -> tuple[str, ...]:
        """Slugs of the core scenarios without a story."""
        return tuple(slug for slug, cell in self.scenarios.items() if not cell.stories)

    @property
    def covered(self) -> int:
        """How many of the cells have a story."""
        return len(self.cells) - len(self.missing)


def coverage(
    stories: Iterable[Kept], principles: Sequence[Principle], scenarios: Sequence[Scenario]
) -> Coverage:
    """Lay the stories out over principles x levels and over the scenarios."""
    current = sorted(
        (one for one in stories if not one.is_archived),
        key=lambda one: (one.told_on or date.min, one.changed_at, one.id),
        reverse=True,
    )
    cells: dict[tuple[str, str], list[Kept]] = {
        (principle.slug, level): [] for principle in principles for level in LEVELS
    }
    by_scenario: dict[str, list[Kept]] = {scenario.slug: [] for scenario in scenarios}
    for story in current:
        for slug in story.draft.principles:
            cells.get((slug, story.draft.scope or ""), []).append(story)
        by_scenario.get(story.draft.scenario or "", []).append(story)
    told = [story for story in current if story.told_on is not None]
    return Coverage(
        cells={key: Cell(stories=tuple(found)) for key, found in cells.items()},
        scenarios={slug: Cell(stories=tuple(found)) for slug, found in by_scenario.items()},
        names={
            **{principle.slug: principle.name for principle in principles},
            **{scenario.slug: scenario.title for scenario in scenarios},
        },
        stories=len(current),
        stalest=told[-1] if told else None,
    )


def nudge_turn(on: date, person: int) -> int | None:
    """Which turn of the daily message's line it is on this date; None on the days without one."""
    turn, rest = divmod(on.toordinal() + person, NUDGE_EVERY_DAYS)
    return turn if rest == 0 else None


def nudge_line(found: Coverage, today: date, level: str | None, turn: int) -> str | None:
    """
    One sentence about the stories: plain text, to be escaped by who shows it.

    What there is to say takes turns: a story that waits to be told every other time, else what is missing.
    `level` is the one the person aims for: gaps at the other are not spoken of. None where nothing is missing
    and every story is fresh, and before the first.
    """
    if not found.stories:
        return None
    lines = [f"No story yet for {found.names[slug]}." for slug in found.missing_scenarios]
    lines += [
        f"{found.names[slug]} has no {scope} story."
        for slug, scope in found.missing
        if level in (None, scope)
    ]
    stalest = found.stalest
    if stalest is not None and stalest.told_on is not None and today - stalest.told_on > STALE_AFTER:
        if turn % 2 == 0 or not lines:
            return f"You last told “{stalest.draft.title}” {(today - stalest.told_on).days} days ago."
        turn //= 2
    return lines[turn % len(lines)] if lines else None
