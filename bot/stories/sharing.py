"""One story for one other person to read and comment on, until it is taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import cast

from sqlmodel.ext.asyncio.session import AsyncSession

from bot import zones
from bot.clock import Now, local_date
from bot.errors import BotError
from bot.members import Member
from bot.outgoing import Postponed, Unneeded
from bot.reminders.service import ReminderService
from bot.reminders.terms import quiet_of
from bot.reminders.timing import is_quiet, quiet_end
from bot.stories.draft import Draft
from bot.stories.kept import is_meant, read_reference, reference
from bot.stories.readers import ONESELF
from bot.stories.service import MOST_COMMENTS, NoSuchStoryError, Remark, draft_of
from storage import learners, outbox, preferences, stories
from storage.engine import Database
from storage.models import Learner, Story, StoryComment, StoryShare

SHARED = "story-share"
COMMENTED = "story-comment"
MOST_READERS = 10
MOST_COMMENTS_OF_ONE = 50
LONGEST_COMMENT = 1000
GONE = "the story is not shared any more"


class NotSharedError(BotError):
    """The person may not read the story, or not any more."""

    def __init__(self) -> None:
        super().__init__("That story is not shared with you, or not any more. Nothing of it is kept for you.")


class ShareRefusedError(BotError):
    """The story cannot be shared with that person."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SharedStory:
    """What a reader sees."""

    ref: str
    owner_id: str
    """Slack's id of who wrote it."""
    draft: Draft
    remarks: tuple[Remark, ...]
    """Their own, the newest first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What a message about a share is drawn from: to the reader, or to the owner with the story's title."""

    ref: str
    user_id: str
    """Slack's id of the other person."""
    title: str = ""


@dataclass(frozen=True, slots=True)
class SharingService:
    """The use cases of shares. Who may read is asked of the database each time."""

    database: Database
    now: Now
    reminders: ReminderService
    wake_delivery: Callable[[], None]

    async def share(self, member: Member, ref: str, user_id: str, *, time_zone: str | None = None) -> None:
        """
        Let one person read a story, and tell them; a repeated share changes nothing.

        `time_zone` is what Slack says of the reader: somebody we do not know yet has quiet hours, too.
        Raises NoSuchStoryError, and ShareRefusedError for oneself and one reader too many.
        """
        now = self.now()
        if user_id == member.user_id:
            raise ShareRefusedError(ONESELF)
        async with self.database.write() as session:
            await _own(session, member, ref)
            people = await _locked(session, member.team_id, (member.user_id, user_id), now)
            reader = people[user_id]
            if reader.time_zone is None and time_zone is not None and zones.is_zone(time_zone):
                reader.time_zone = time_zone
                session.add(reader)
            story = await _own(session, member, ref)
            story_id = cast(int, story.id)
            await self.reminders.touch(session, story.learner_id, now=now)
            share = await stories.share_with(session, story_id, user_id)
            if share is not None and share.revoked_at is None:
                return
            if len(await stories.shares(session, story_id)) >= MOST_READERS:
                raise ShareRefusedError(
                    f"{MOST_READERS} people can read this story already. Take it back from one of them first."
                )
            if share is None:
                share = StoryShare(story_id=story_id, user_id=user_id, shared_at=now)
            share.shared_at, share.revoked_at = now, None
            session.add(share)
            await session.flush()
            draft = outbox.Draft(
                idempotency_key=f"{SHARED}:{share.id}:{now.isoformat()}",
                team_id=member.team_id,
                learner_id=reader.id,
                kind=SHARED,
                due_at=now,
                payload={"share_id": share.id, "learner_id": reader.id},
            )
            await outbox.enqueue(session, draft, now=now)
        self.wake_delivery()

    async def revoke(self, member: Member, ref: str) -> str | None:
        """Take a share back; the story's reference, None where the share is gone. Only its owner can."""
        now = self.now()
        read = read_reference(ref)
        async with self.database.write() as session:
            await _locked(session, member.team_id, (member.user_id,), now)
            found = await stories.shared(session, read[0], lock=True) if read else None
            if found is None:
                return None
            share, story, owner = found
            mine = (owner.team_id, owner.user_id) == (member.team_id, member.user_id)
            if not mine or not is_meant(ref, cast(int, share.id), story.key):
                raise NoSuchStoryError
            await stories.revoke(session, cast(int, share.id), now=now)
            await self.reminders.touch(session, story.learner_id, now=now)
            return reference(cast(int, story.id), story.key)

    async def read(self, member: Member, ref: str) -> SharedStory:
        """The story for its reader. Raises NotSharedError once it was taken back, and for anybody else."""
        async with self.database.read() as session:
            share, story, owner = await _readable(session, member, ref)
            return await self._shared(session, share, story, owner)

    async def comment(self, member: Member, ref: str, text: str, key: str) -> SharedStory:
        """
        Keep a comment and tell the owner; the same one under the same key is one.

        Raises NotSharedError, and ShareRefusedError for one too many.
        """
        now = self.now()
        async with self.database.write() as session:
            owner = (await _readable(session, member, ref))[2]
            people = await _locked(session, member.team_id, (member.user_id, owner.user_id), now)
            share, story, owner = await _readable(session, member, ref, lock=True)
            await self.reminders.touch(session, cast(int, people[member.user_id].id), now=now)
            share_id = cast(int, share.id)
            if await stories.comments_of(session, share_id) >= MOST_COMMENTS_OF_ONE:
                raise ShareRefusedError(
                    f"You have commented {MOST_COMMENTS_OF_ONE} times on this story. Talk about it in person."
                )
            digest = sha256(f"{key}:{text}".encode()).hexdigest()[:16]
            comment = StoryComment(share_id=share_id, key=digest, text=text, created_at=now)
            comment_id = await stories.add_comment(session, comment)
            if comment_id is not None:
                draft = outbox.Draft(
                    idempotency_key=f"{COMMENTED}:{comment_id}:{now.isoformat()}",
                    team_id=owner.team_id,
                    learner_id=owner.id,
                    kind=COMMENTED,
                    due_at=now,
                    payload={"share_id": share_id, "learner_id": owner.id},
                )
                await outbox.enqueue(session, draft, now=now)
            shown = await self._shared(session, share, story, owner)
        self.wake_delivery()
        return shown

    async def told(self, kind: str, share_id: int, learner_id: int) -> Told | Unneeded | Postponed:
        """What a message about a share is drawn from; nobody is told in their quiet hours."""
        now = self.now()
        async with self.database.read() as session:
            found = await stories.shared(session, share_id)
            if found is None:
                return Unneeded(GONE)
            share, story, owner = found
            addressee = await learners.get(session, learner_id)
            own = await preferences.get(session, learner_id)
        terms = own or preferences.fresh(learner_id, self.reminders.defaults)
        zone, quiet = self.reminders.zone_of(addressee), quiet_of(terms)
        if is_quiet(now, zone, quiet):
            return Postponed(quiet_end(now, zone, quiet), "quiet hours")
        if kind == COMMENTED:
            ref = reference(cast(int, story.id), story.key)
            return Told(ref=ref, user_id=share.user_id, title=story.title)
        return Told(ref=reference(share_id, story.key), user_id=owner.user_id)

    async def _shared(
        self, session: AsyncSession, share: StoryShare, story: Story, owner: Learner
    ) -> SharedStory:
        share_id = cast(int, share.id)
        said = await stories.comments(session, share_id=share_id, limit=MOST_COMMENTS)
        zone = self.reminders.zone_of(owner)
        return SharedStory(
            ref=reference(share_id, story.key),
            owner_id=owner.user_id,
            draft=draft_of(story),
            remarks=tuple(
                Remark(user_id=one.user_id, text=one.text, on=local_date(one.created_at, zone))
                for one in said
            ),
        )


async def _locked(
    session: AsyncSession, team_id: str, user_ids: Iterable[str], now: datetime
) -> dict[str, Learner]:
    """These people, locked in one order for all: two may share with each other at the same moment."""
    return {one: await learners.ensure(session, team_id, one, now=now) for one in sorted(user_ids)}


async def _own(session: AsyncSession, member: Member, ref: str) -> Story:
    read = read_reference(ref)
    learner = await learners.find(session, member.team_id, member.user_id)
    story = await stories.get(session, cast(int, learner.id), read[0]) if learner and read else None
    if story is None or not is_meant(ref, cast(int, story.id), story.key):
        raise NoSuchStoryError
    return story


async def _readable(
    session: AsyncSession, member: Member, ref: str, *, lock: bool = False
) -> tuple[StoryShare, Story, Learner]:
    read = read_reference(ref)
    found = await stories.shared(session, read[0], lock=lock) if read else None
    if found is None:
        raise NotSharedError
    share, story, owner = found
    is_theirs = (owner.team_id, share.user_id) == (member.team_id, member.user_id)
    if not is_theirs or not is_meant(ref, cast(int, share.id), story.key):
        raise NotSharedError
    return found
