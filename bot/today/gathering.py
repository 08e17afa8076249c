"""Reads what is needed to choose and show the days of many people, with a fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import cast

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.assessment.scoring import Score, gaps
from bot.clock import Now
from bot.review.deck import task_of
from bot.review.service import due_items
from bot.stories.coverage import coverage, nudge_line, nudge_turn
from bot.stories.outline import outlined
from bot.today.choice import LOOK_BACK, PARTS, Background, Choice, Given, Part, Planned, Pool, choose
from bot.today.wording import is_last_days
from content.catalog import Catalog, FormName
from content.packs import Principle, Scenario
from content.schema import DIMENSIONS
from storage import log, practice, reviews, stories
from storage.models import Attempt
from storage.practice import Item, Person

Day = tuple[int, date]
"""A learner's id and a local date."""


@dataclass(slots=True)
class Gathered:
    """All that is known of one person's day. `items` grows while the day is chosen."""

    person: Person
    background: Background
    items: dict[str, Item]
    """By part, what is stored for the day."""
    has_result: bool = True
    chosen: dict[Part, Choice] | None = None
    """For the missing parts, from the background as far as it is read."""
    ratings: dict[str, int] = field(default_factory=dict)
    """By part, how well a ticked item went."""
    nudge: str | None = None
    """What there is to say about the stories."""

    def choices(self, pool: Pool) -> dict[Part, Choice]:
        """What is chosen for the missing parts."""
        if self.chosen is None:
            has_review = any(item.is_review for item in self.items.values())
            self.chosen = choose(self.background, pool, self.missing, may_review=not has_review)
        return self.chosen

    @property
    def missing(self) -> list[Part]:
        """Parts nothing is chosen for yet."""
        return [part for part in PARTS if part not in self.items]


@dataclass(frozen=True)
class Gatherer:
    """Knows the content, and asks storage for the rest."""

    catalog: Catalog
    pool: Pool
    now: Now
    default_zone: str

    async def gather(
        self, session: AsyncSession, days: Collection[Day], *, whole: bool = False
    ) -> dict[Day, Gathered]:
        """
        By day what is stored, and the background of a choice.

        The plan's other weeks and the gaps are read for those only who need them: who miss a part that this
        week has nothing for, who have no plan, or everybody if `whole`. Unknown learners are left out.
        """
        if not days:
            return {}
        ids = {learner_id for learner_id, _ in days}
        people = await practice.people(session, ids)
        first, last = min(on for _, on in days), max(on for _, on in days)
        items = await practice.items(session, ids, from_on=first - LOOK_BACK, to_on=last)
        done = await practice.finished(session, ids)
        known = await log.known(session, ids)
        found = {
            (learner_id, on): self._day(people[learner_id], on, items.get(learner_id, ()), done, known)
            for learner_id, on in days
            if learner_id in people
        }
        weeks = {
            day.person.plan_id: day.background.week
            for day in found.values()
            if day.person.plan_id is not None
        }
        tasks = await practice.week_tasks(session, weeks)
        incomplete = {day.person.learner_id for day in found.values() if day.missing}
        due = await due_items(session, incomplete, self.now()) if incomplete else {}
        for day in found.values():
            rows = tasks.get(day.person.plan_id or 0, ())
            waiting = [task_of(card.item) for card in due.get(day.person.learner_id, ())]
            day.background = replace(day.background, planned=self._planned(rows), due=waiting)
        await self._rate(session, found.values())
        await self._nudge(session, found.values())
        await self._complete(session, [day for day in found.values() if whole or self._needs_more(day)])
        return found

    def whole_day(
        self,
        person: Person,
        on: date,
        *,
        items: Iterable[Item],
        done: Mapping[str, date],
        known: Collection[str],
        tasks: Iterable[tuple[int, str, int, str | None]],
        gaps: Sequence[str],
        has_result: bool,
        ratings: Mapping[str, int],
    ) -> Gathered:
        """
        A day whose facts were read elsewhere, to be shown and not to be chosen.

        `tasks` are (week, task, times, competency) of the whole plan, `ratings` by part, also of what is not
        ticked any more.
        """
        mine = person.learner_id
        day = self._day(person, on, items, {mine: dict(done)}, {mine: known})
        day.has_result = has_result
        day.ratings = {
            part: ratings[part]
            for part, item in day.items.items()
            if item.done_at is not None and part in ratings
        }
        day.background = replace(day.background, planned=self._planned(tasks), gaps=gaps, is_whole=True)
        return day

    def _day(
        self,
        person: Person,
        on: date,
        items: Iterable[Item],
        done: Mapping[int, dict[str, date]],
        known: Mapping[int, Collection[str]],
    ) -> Gathered:
        week, starts_on = _week(person, on)
        since = on - LOOK_BACK
        given = [
            Given(item.on, item.part, item.task, item.is_review, item.done_at is not None)
            for item in items
            if since <= item.on < on
        ]
        background = Background(
            on=on,
            level=person.target_level,
            week=week,
            week_starts_on=starts_on,
            done=done.get(person.learner_id, {}),
            given=given,
            known=frozenset(known.get(person.learner_id, ())),
            is_taper=is_last_days(on, person.interview_on),
            is_whole=False,
        )
        return Gathered(person, background, {item.part: item for item in items if item.on == on})

    @staticmethod
    async def _rate(session: AsyncSession, days: Iterable[Gathered]) -> None:
        """Read how well what is ticked went."""
        done = {
            (item.learner_id, key_of(item)): day
            for day in days
            for item in day.items.values()
            if item.done_at is not None
        }
        for key, rating in (await reviews.ratings(session, done)).items():
            done[key].ratings[key[1].rpartition(":")[2]] = rating

    async def _nudge(self, session: AsyncSession, days: Iterable[Gathered]) -> None:
        """A line about the stories of those whose turn it is; nothing new right before an interview."""
        turns: dict[int, tuple[Gathered, int]] = {}
        for day in days:
            turn = nudge_turn(day.background.on, day.person.learner_id)
            if turn is not None and not day.background.is_taper:
                turns[day.person.learner_id] = (day, turn)
        if not turns:
            return
        for learner_id, found in (await stories.outlines(session, turns)).items():
            day, turn = turns[learner_id]
            zone = day.person.time_zone or self.default_zone
            kept = [outlined(row, zone) for row in found]
            matrix = coverage(kept, *self._guide)
            day.nudge = nudge_line(matrix, day.background.on, day.person.target_level, turn)

    @cached_property
    def _guide(self) -> tuple[tuple[Principle, ...], tuple[Scenario, ...]]:
        """What stories are for."""
        return tuple(self.catalog.principles.values()), tuple(self.catalog.scenarios.values())

    def _needs_more(self, day: Gathered) -> bool:
        """Whether this week's tasks neither fill the day nor explain what is on it."""
        if day.person.plan_id is None:
            return True
        known = {entry.task for entry in day.background.planned}
        if any(item.task not in known and not item.is_review for item in day.items.values()):
            return True
        return len(day.choices(self.pool)) < len(day.missing)

    async def _complete(self, session: AsyncSession, days: Collection[Gathered]) -> None:
        if not days:
            return
        plan_ids = {day.person.plan_id for day in days if day.person.plan_id is not None}
        tasks = await practice.week_tasks(session, plan_ids)
        attempts = await practice.last_results(session, {day.person.learner_id for day in days})
        answers = await practice.answers_of(session, {cast(int, one.id) for one in attempts.values()})
        for day in days:
            attempt = attempts.get(day.person.learner_id)
            day.has_result = attempt is not None
            day.chosen = None
            day.background = replace(
                day.background,
                planned=self._planned(tasks.get(day.person.plan_id or 0, ())),
                gaps=self._gaps(attempt, answers.get(attempt.id or 0, {})) if attempt else (),
                is_whole=True,
            )

    def _planned(self, rows: Iterable[tuple[int, str, int, str | None]]) -> list[Planned]:
        """Those of a plan's tasks that can be a daily minimum."""
        part_of = self.pool.part_of
        return [Planned._make(row) for row in rows if row[1] in part_of]

    def _gaps(self, attempt: Attempt, answers: Mapping[str, int]) -> tuple[str, ...]:
        """Competencies, the most urgent first."""
        form = self.catalog.forms.get(cast(FormName, attempt.form))
        if form is None or attempt.score is None:
            return ()
        items = [item for item in form.items if item.slug in answers]
        scored = Score(
            total=attempt.score,
            dimensions={name: getattr(attempt, name) or 0 for name in DIMENSIONS},
        )
        return tuple(gap.competency.slug for gap in gaps(items, answers, self.catalog.competencies, scored))


def key_of(item: Item) -> str:
    """What the practice and the answer that a tick stands for are called, of all those of the person."""
    return f"daily:{item.on}:{item.part}"


def _week(person: Person, on: date) -> tuple[int, date | None]:
    """Which week of the plan the date is in, and its first day; the first one before the plan begins."""
    if person.starts_on is None:
        return 1, None
    week = max((on - person.starts_on).days // 7 + 1, 1)
    return week, person.starts_on + timedelta(days=7 * (week - 1))
