"""A person's bank of stories: keep, find, read, archive and delete them, and write down that one was told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import cast

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import Now, local_date
from bot.errors import BotError
from bot.members import Member
from bot.reminders.service import ReminderService
from bot.reminders.timing import learner_day
from bot.stories import bank, coach
from bot.stories.bank import MOST_STORIES, Page, Wanted
from bot.stories.coach import Reading
from bot.stories.coverage import Coverage, coverage
from bot.stories.draft import FIELDS, Draft, hashes, merge
from bot.stories.kept import Kept, is_meant, read_reference, reference
from content.catalog import StoryGuide
from content.loader import Catalog
from storage import learners, practice, preferences, stories
from storage.engine import Database
from storage.models import Learner, LogEntry, Rehearsal, Story
from storage.preferences import fresh

ACTIVITY = "story"
LONGEST_MEASURED = 30 * 60
"""Seconds after which a timer was forgotten rather than watched."""
MOST_COMMENTS = 10
RATINGS = (1, 2, 3, 4)
"""Again, Hard, Good, Easy."""

OnRated = Callable[[AsyncSession, int, str, int, str, datetime], Awaitable[object]]
"""Gets the session, learner id, `story:<id>`, rating, key and now, in the transaction of a rehearsal."""


class NoSuchStoryError(BotError):
    """There is no such story of this person."""

    def __init__(self) -> None:
        super().__init__(
            "I cannot find that story: it may have been deleted. `/prep stories` shows the ones you have."
        )


class FullBankError(BotError):
    """A person has as many stories as are kept."""

    def __init__(self) -> None:
        super().__init__(
            f"You have {MOST_STORIES} stories, and that is as many as I keep. "
            "Delete one you will not tell again, and save this one then."
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """The story a form was opened on, and how it stood then. Rides in the form, without any text."""

    key: str | None = None
    """None for a new story."""
    revision: int = 0
    was_archived: bool = False
    base: Mapping[str, str] | None = None
    """Field to the hash of what the form showed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """What became of a save."""

    story: Kept
    reading: Reading
    typed: Draft
    """As the person typed it."""
    taken: tuple[str, ...] = ()
    """Fields that were changed elsewhere meanwhile, and have that text."""
    conflicts: tuple[str, ...] = ()
    """Fields that both changed: the story has the other text, and the person is asked."""
    was_gone: bool = False
    """It had been deleted or archived meanwhile, and is back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """Somebody who may read a story."""

    ref: str
    user_id: str
    since: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """What a reader said."""

    user_id: str
    text: str
    on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """One story with everything around it."""

    story: Kept
    reading: Reading
    readers: tuple[Reader, ...] = ()
    remarks: tuple[Remark, ...] = ()
    today: date


async def nobody_reviews(
    _session: AsyncSession, _learner_id: int, _item: str, _rating: int, _key: str, _now: datetime
) -> None:
    """Nothing comes back for review."""


@dataclass(frozen=True)
class StoryService:
    """The use cases of one's own stories."""

    catalog: Catalog
    database: Database
    now: Now
    reminders: ReminderService
    on_rated: OnRated = nobody_reviews

    @property
    def guide(self) -> StoryGuide:
        """How a story is built and read."""
        return cast(StoryGuide, self.catalog.stories)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Slug of a principle or scenario to its name."""
        return {
            **{slug: one.name for slug, one in self.catalog.principles.items()},
            **{slug: one.title for slug, one in self.catalog.scenarios.items()},
        }

    async def page(self, member: Member, wanted: Wanted) -> Page:
        """The stories that were asked for."""
        kept, today = await self._all(member, texts=bool(wanted.query) or wanted.filter in bank.GAPS)
        return bank.page_of(kept, wanted, self.names, today)

    async def all(self, member: Member, *, texts: bool = True) -> list[Kept]:
        """Every story of the person, the archived ones too; without `texts` their parts are empty."""
        return (await self._all(member, texts=texts))[0]

    async def _all(self, member: Member, *, texts: bool) -> tuple[list[Kept], date]:
        async with self.database.read() as session:
            learner = await learners.find(session, member.team_id, member.user_id)
            rows = await stories.bank(session, cast(int, learner.id), texts=texts) if learner else []
        zone = self.reminders.zone_of(learner) if learner else self.reminders.defaults.time_zone
        return [_kept(row, zone) for row in rows], local_date(self.now(), zone)

    async def coverage(self, member: Member) -> tuple[Coverage, date]:
        """The matrix of principles and scenarios, and the person's date."""
        kept, today = await self._all(member, texts=False)
        principles, scenarios = self.catalog.principles.values(), self.catalog.scenarios.values()
        return coverage(kept, tuple(principles), tuple(scenarios)), today

    def latest_date(self) -> date:
        """The date where it is latest: good enough for a month, and known without asking."""
        return local_date(self.now(), "Pacific/Kiritimati")

    async def card(self, member: Member, ref: str) -> Card:
        """One story. Raises NoSuchStoryError, also for somebody else's."""
        async with self.database.read() as session:
            learner = await learners.find(session, member.team_id, member.user_id)
            if learner is None:
                raise NoSuchStoryError
            return await self._card(session, learner, ref)

    async def of_message(self, member: Member, key: str) -> Kept | None:
        """The story that was made of a message."""
        async with self.database.read() as session:
            learner = await learners.find(session, member.team_id, member.user_id)
            story = await stories.by_key(session, cast(int, learner.id), key) if learner else None
            if learner is None or story is None:
                return None
            return await self._kept(session, learner, cast(int, story.id))

    async def save(self, member: Member, opened: Opened, typed: Draft, new_key: str) -> Saved:
        """
        Keep what was typed; `new_key` names the story if it is a new one, so that a doubled submit is one.

        What was saved elsewhere since the form was opened is put together with it field by field. Where both
        changed the same field the other text stays and the field is among `conflicts`. A story that was
        deleted or archived meanwhile is back. Raises FullBankError.
        """
        now = self.now()
        async with self.database.write() as session:
            learner = await learners.ensure(session, member.team_id, member.user_id, now=now)
            learner_id = cast(int, learner.id)
            key = opened.key or new_key
            row = await stories.by_key(session, learner_id, key)
            is_gone = row is None and opened.revision > 0
            taken: tuple[str, ...] = ()
            conflicts: tuple[str, ...] = ()
            is_new = False
            if row is None:
                if await stories.count(session, learner_id) >= MOST_STORIES:
                    raise FullBankError
                row = Story(learner_id=learner_id, key=key, title="", principles=[], created_at=now)
                # Counted on from where the deleted one stood, for other forms that are still open on it.
                row.revision, draft = opened.revision, typed
                is_new = True
            else:
                draft, taken, conflicts = _together(opened, row, typed)
            was_archived = row.archived_at is not None and not opened.was_archived and opened.revision > 0
            if was_archived:
                row.archived_at = None
            if is_new or was_archived or draft != draft_of(row):
                _fill_in(row, draft, now)
            session.add(row)
            await session.flush()
            await self.reminders.touch(session, learner_id, now=now)
            story = await self._kept(session, learner, cast(int, row.id))
        return Saved(
            story=story,
            reading=self._read(story, learner),
            typed=typed,
            taken=taken,
            conflicts=conflicts,
            was_gone=is_gone or was_archived,
        )

    async def archive(self, member: Member, ref: str, *, is_archived: bool) -> Card:
        """Put a story away or take it out again; a second press changes nothing. Raises NoSuchStoryError."""
        now = self.now()
        async with self.database.write() as session:
            learner, row = await self._own(session, member, ref, now)
            if (row.archived_at is not None) != is_archived:
                row.archived_at = now if is_archived else None
                session.add(row)
                await session.flush()
            await self.reminders.touch(session, row.learner_id, now=now)
            return await self._card(session, learner, ref)

    async def delete(self, member: Member, ref: str) -> str:
        """Delete a story for good; its title. Raises NoSuchStoryError."""
        now = self.now()
        async with self.database.write() as session:
            _, row = await self._own(session, member, ref, now)
            await stories.remove(session, row)
            await self.reminders.touch(session, row.learner_id, now=now)
        return row.title

    async def rehearsed(
        self, member: Member, ref: str, *, started_at: datetime, seconds: int, rating: int
    ) -> Card:
        """
        Write down that a story was told, once for each start of the timer. Raises NoSuchStoryError.

        A timer that nobody stopped for half an hour measured nothing: the story's own time is logged then.
        """
        now = self.now()
        key = f"rehearsal:{int(started_at.timestamp() * 1000)}"
        measured = seconds if 0 < seconds <= LONGEST_MEASURED else None
        async with self.database.write() as session:
            learner, row = await self._own(session, member, ref, now)
            story_id, learner_id = cast(int, row.id), row.learner_id
            told = Rehearsal(story_id=story_id, key=key, told_at=now, seconds=measured, rating=rating)
            if await stories.add_rehearsal(session, told):
                own = await preferences.get(session, learner_id) or fresh(learner_id, self.reminders.defaults)
                taken = measured or self._read(_of_row(row), learner).seconds
                entry = LogEntry(
                    learner_id=learner_id,
                    key=f"{reference(story_id, row.key)}:{key}",
                    local_date=learner_day(now, self.reminders.zone_of(learner), own.day_ends_at),
                    activity=ACTIVITY,
                    minutes=max(1, round(taken / 60)),
                    logged_at=now,
                )
                await practice.log(session, entry)
                await self.on_rated(session, learner_id, f"story:{story_id}", rating, entry.key, now)
            await self.reminders.touch(session, learner_id, now=now)
            return await self._card(session, learner, ref)

    async def _own(
        self, session: AsyncSession, member: Member, ref: str, now: datetime
    ) -> tuple[Learner, Story]:
        read = read_reference(ref)
        found = await learners.find(session, member.team_id, member.user_id)
        if read is None or found is None:
            raise NoSuchStoryError
        learner = await learners.ensure(session, member.team_id, member.user_id, now=now)
        row = await stories.get(session, cast(int, learner.id), read[0])
        if row is None or not is_meant(ref, cast(int, row.id), row.key):
            raise NoSuchStoryError
        return learner, row

    async def _kept(self, session: AsyncSession, learner: Learner, story_id: int) -> Kept:
        rows = await stories.bank(session, cast(int, learner.id), story_id=story_id)
        if not rows:
            raise NoSuchStoryError
        return _kept(rows[0], self.reminders.zone_of(learner))

    async def _card(self, session: AsyncSession, learner: Learner, ref: str) -> Card:
        read = read_reference(ref)
        if read is None:
            raise NoSuchStoryError
        story = await self._kept(session, learner, read[0])
        if not is_meant(ref, story.id, story.key):
            raise NoSuchStoryError
        zone = self.reminders.zone_of(learner)
        shares = await stories.shares(session, story.id)
        said = await stories.comments(session, story_id=story.id, limit=MOST_COMMENTS)
        return Card(
            story=story,
            reading=self._read(story, learner),
            readers=tuple(
                Reader(
                    ref=reference(cast(int, one.id), story.key),
                    user_id=one.user_id,
                    since=local_date(one.shared_at, zone),
                )
                for one in shares
            ),
            remarks=tuple(
                Remark(user_id=one.user_id, text=one.text, on=local_date(one.created_at, zone))
                for one in said
            ),
            today=local_date(self.now(), zone),
        )

    def _read(self, story: Kept, learner: Learner) -> Reading:
        today = local_date(self.now(), self.reminders.zone_of(learner))
        return coach.read(story.draft, self.guide, self.names, today)


def draft_of(row: Story | stories.BankRow) -> Draft:
    """What is written in a stored story."""
    return Draft(
        title=row.title,
        situation=row.situation,
        task=row.task,
        action=row.action,
        result=row.result,
        figures=row.figures,
        principles=tuple(row.principles or ()),
        scenario=row.scenario,
        scope=row.scope,
        happened_on=row.happened_on,
    )


def _together(opened: Opened, row: Story, typed: Draft) -> tuple[Draft, tuple[str, ...], tuple[str, ...]]:
    stored = draft_of(row)
    if opened.revision == row.revision:
        return typed, (), ()
    merged = merge(opened.base or hashes(Draft()), stored, typed)
    return merged.draft, merged.taken, merged.conflicts


def _fill_in(row: Story, draft: Draft, now: datetime) -> None:
    for name in FIELDS:
        setattr(row, name, getattr(draft, name))
    row.principles = list(draft.principles)
    row.revision += 1
    row.updated_at = now


def _of_row(row: Story) -> Kept:
    return Kept(id=cast(int, row.id), key=row.key, draft=draft_of(row), changed_at=row.updated_at)


def _kept(row: stories.BankRow, zone: str) -> Kept:
    return Kept(
        id=row.id,
        key=row.key,
        draft=draft_of(row),
        revision=row.revision,
        is_archived=row.archived_at is not None,
        changed_at=row.updated_at,
        told_on=local_date(row.told_at, zone) if row.told_at else None,
        times_told=row.times_told,
        reviewed_on=local_date(row.reviewed_at, zone) if row.reviewed_at else None,
    )
