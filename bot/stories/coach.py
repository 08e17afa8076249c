"""
Reads a story and says what would make it stronger.

Which rules there are, their order, their words and their thresholds is content; how each is looked for is
written here. The same story always gets the same answer. It reads English; in any other text it finds less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from bot.stories import phrases
from bot.stories.draft import PARTS, Draft, month_text
from bot.stories.phrases import clip, sentence_with, sentences_of, words_of
from content.catalog import StoryGuide

FEWEST_WORDS = 8
"""A part with fewer words is missing."""
MOST_PRINCIPLES = 3
FEWEST_WE = 2
"""One "we" in a whole Action is how people talk."""
FAILURE = "failure-and-learning"
"""The core scenario that asks for what was learnt."""


@dataclass(frozen=True, slots=True)
class Point:
    """One thing to change. `quote` is the words it is about, "" where there are none."""

    rule: str
    text: str
    quote: str
    why: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What the coach says of a story."""

    points: tuple[Point, ...]
    seconds: int
    """How long it takes, told aloud."""
    words: int
    shares: Mapping[str, int]
    """Part to per cent of the words, rounded; all 0 for a story without words."""


class _Found(NamedTuple):
    """`phrase`, `part` and `number` fill in the rule's sentence; `quote` is shown beside it."""

    quote: str
    phrase: str = ""
    part: str = ""
    number: int | str = 0


class _Story:
    """A draft with what several rules count."""

    def __init__(self, draft: Draft, guide: StoryGuide, names: Mapping[str, str], today: date) -> None:
        self.draft, self.guide, self.names, self.today = draft, guide, names, today
        self.words = {part: words_of(draft.part(part)) for part in PARTS}
        self.total = sum(len(words) for words in self.words.values())
        # Rounded to five seconds: nobody speaks more evenly than that.
        self.seconds = round(self.total * 12 / guide.thresholds.words_per_minute) * 5

    @cached_property
    def missing(self) -> list[str]:
        return [part for part in PARTS if len(self.words[part]) < FEWEST_WORDS]

    @cached_property
    def result(self) -> str:
        """What the Result says, its figures included."""
        return "\n".join(text for text in (self.draft.result, self.draft.figures) if text)

    @cached_property
    def numbers(self) -> list[str]:
        return [match[0] for match in phrases.NUMBER.finditer(self.result)]

    def first(self, part: str) -> str:
        return next(iter(sentences_of(self.draft.part(part))), "")

    def longest(self, part: str) -> str:
        return max(sentences_of(self.draft.part(part)), key=len, default="")


def read(draft: Draft, guide: StoryGuide, names: Mapping[str, str], today: date) -> Reading:
    """
    What to change in a story, the most useful first, and how long it takes to tell.

    `names` are the names of the Leadership Principles by slug.
    """
    story = _Story(draft, guide, names, today)
    points: list[Point] = []
    for rule in guide.coach:
        for found in _LOOK.get(rule.slug, _nothing)(story):
            said = rule.says.format(quote=found.phrase, part=found.part.capitalize(), number=found.number)
            points.append(Point(rule.slug, said, clip(found.quote), rule.why))
    shares = {part: round(len(words) * 100 / max(1, story.total)) for part, words in story.words.items()}
    return Reading(tuple(points[: guide.thresholds.most_points]), story.seconds, story.total, shares)


def _nothing(_story: _Story) -> Iterator[_Found]:
    """A rule of an overlay that nobody taught the coach to look for."""
    return iter(())


def _missing_part(story: _Story) -> Iterator[_Found]:
    for part in story.missing:
        yield _Found(story.draft.part(part), part=part)


def _no_number(story: _Story) -> Iterator[_Found]:
    if not story.numbers and "result" not in story.missing:
        yield _Found(story.first("result"))


def _we_for_i(story: _Story) -> Iterator[_Found]:
    words = story.words["action"]
    we = sum(phrases.says_we(word) for word in words)
    own = sum(phrases.says_i(word) for word in words)
    if we >= FEWEST_WE and we > own * story.guide.thresholds.most_we_per_i:
        sentences = sentences_of(story.draft.action)
        most = max(sentences, key=lambda one: sum(phrases.says_we(word) for word in words_of(one)))
        yield _Found(most, number=we)


def _blame(story: _Story) -> Iterator[_Found]:
    for part in PARTS:
        if match := phrases.BLAME.search(story.draft.part(part)):
            yield _Found(sentence_with(story.draft.part(part), match[0]), phrase=match[0])
            return


def _no_learning(story: _Story) -> Iterator[_Found]:
    told = "result" not in story.missing
    if told and story.draft.scenario == FAILURE and not phrases.LEARNING.search(story.draft.result):
        yield _Found(sentences_of(story.draft.result)[-1])


def _too_long(story: _Story) -> Iterator[_Found]:
    if story.seconds > story.guide.thresholds.longest_seconds:
        yield _Found(story.longest("situation") or story.longest("action"), number=story.seconds)


def _too_short(story: _Story) -> Iterator[_Found]:
    if story.seconds < story.guide.thresholds.shortest_seconds:
        yield _Found(story.first("action"), number=story.seconds)


def _in_action(pattern: str) -> Callable[[_Story], Iterator[_Found]]:
    """A rule that looks for a phrase in the Action, by the name of its pattern."""

    def look(story: _Story) -> Iterator[_Found]:
        if match := getattr(phrases, pattern).search(story.draft.action):
            yield _Found(sentence_with(story.draft.action, match[0]), phrase=match[0])

    return look


def _no_baseline(story: _Story) -> Iterator[_Found]:
    if len(story.numbers) == 1 and not phrases.BASELINE.search(story.result):
        yield _Found(sentence_with(story.result, story.numbers[0]), number=story.numbers[0])


def _no_period(story: _Story) -> Iterator[_Found]:
    if story.numbers and not phrases.PERIOD.search(story.result):
        yield _Found(sentence_with(story.result, story.numbers[0]))


def _task_without_i(story: _Story) -> Iterator[_Found]:
    if "task" not in story.missing and not any(phrases.says_i(word) for word in story.words["task"]):
        yield _Found(story.first("task"))


def _part_too_long(story: _Story) -> Iterator[_Found]:
    if story.missing:
        return  # the shares say nothing yet
    over = {
        one.part: share - one.most
        for one in story.guide.star
        if (share := len(story.words[one.part]) * 100 / story.total) > one.most
    }
    if over:
        part = max(over, key=lambda name: over[name])
        share = round(len(story.words[part]) * 100 / story.total)
        yield _Found(story.longest(part), part=part, number=share)


def _part_too_short(story: _Story) -> Iterator[_Found]:
    if story.missing:
        return
    under = {
        one.part: one.least - share
        for one in story.guide.star
        if (share := len(story.words[one.part]) * 100 / story.total) < one.least
    }
    if under:
        part = max(under, key=lambda name: under[name])
        share = round(len(story.words[part]) * 100 / story.total)
        yield _Found(story.first(part), part=part, number=share)


def _vague(story: _Story) -> Iterator[_Found]:
    for part in ("result", "action", "situation", "task"):
        if match := phrases.VAGUE.search(story.draft.part(part)):
            yield _Found(sentence_with(story.draft.part(part), match[0]), phrase=match[0])
            return


def _no_date(story: _Story) -> Iterator[_Found]:
    told = "situation" not in story.missing
    if told and story.draft.happened_on is None and not phrases.DATE.search(story.draft.situation):
        yield _Found(story.first("situation"))


def _too_old(story: _Story) -> Iterator[_Found]:
    happened = story.draft.happened_on
    if happened is None:
        return
    months = (story.today.year - happened.year) * 12 + story.today.month - happened.month
    if months > story.guide.thresholds.oldest_years * 12:
        yield _Found(month_text(happened), number=months // 12)


def _no_principle(story: _Story) -> Iterator[_Found]:
    if not story.draft.principles:
        yield _Found(story.draft.title)


def _too_many_principles(story: _Story) -> Iterator[_Found]:
    chosen = story.draft.principles
    if len(chosen) > MOST_PRINCIPLES:
        yield _Found(", ".join(story.names.get(slug, slug) for slug in chosen), number=len(chosen))


_LOOK: Mapping[str, Callable[[_Story], Iterator[_Found]]] = {
    "missing-part": _missing_part,
    "no-number-in-result": _no_number,
    "we-for-i": _we_for_i,
    "blame": _blame,
    "no-learning": _no_learning,
    "story-too-long": _too_long,
    "story-too-short": _too_short,
    "passive-action": _in_action("PASSIVE"),
    "result-without-baseline": _no_baseline,
    "number-without-period": _no_period,
    "task-without-i": _task_without_i,
    "hidden-share": _in_action("HIDDEN_SHARE"),
    "theory": _in_action("THEORY"),
    "part-too-long": _part_too_long,
    "part-too-short": _part_too_short,
    "vague-words": _vague,
    "no-date": _no_date,
    "too-old": _too_old,
    "no-principle": _no_principle,
    "too-many-principles": _too_many_principles,
}
KNOWN_RULES = frozenset(_LOOK)
