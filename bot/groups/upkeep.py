"""What happens to a study group from outside: the channel, the bot's place in it, its people's accounts."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import Now
from bot.groups import keeping
from bot.groups.keeping import ARCHIVED, DELETED, REFUSED, REMOVED, UNARCHIVED, group_id_of
from bot.members import Member
from bot.outgoing import Postponed, Unneeded
from bot.reminders.timing import Quiet, is_quiet, quiet_end
from storage import groups, learners, preferences
from storage.engine import Database
from storage.models import StudyGroup
from storage.preferences import Defaults

log = logging.getLogger(__name__)

WHY_REFUSED = {"is_archived": ARCHIVED, "channel_not_found": REMOVED, "not_in_channel": REMOVED}
"""Slack's refusal of a post to what it says of the channel."""
OF_THE_CHANNEL = {
    *WHY_REFUSED,
    "restricted_action",
    "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel",
    "restricted_action_non_threadable_channel",
    "team_access_not_granted",
}
"""Refusals that every later post would meet too."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What the lead is told."""

    what: str
    channel_id: str
    channel_name: str


@dataclass(frozen=True, slots=True)
class GroupUpkeep:
    """The use cases of events. Doubled and late events change nothing."""

    database: Database
    now: Now
    defaults: Defaults
    wake_delivery: Callable[[], None]

    async def bot_left(self, team_id: str, channel_id: str) -> None:
        """The bot was removed from the channel."""
        await self._end(team_id, channel_id, REMOVED)

    async def archived(self, team_id: str, channel_id: str) -> None:
        """The channel was archived."""
        await self._end(team_id, channel_id, ARCHIVED)

    async def deleted(self, team_id: str, channel_id: str) -> None:
        """The channel is gone with all its messages."""
        await self._end(team_id, channel_id, DELETED)

    async def refused(self, group_id: int, code: str) -> None:
        """Slack refused a post to the group's channel for good: end the group where that is the channel's."""
        if code not in OF_THE_CHANNEL:
            log.warning("group %s: a post was refused (%s)", group_id, code)
            return
        async with self.database.read() as session:
            group = await groups.get(session, group_id)
        if group is not None:
            await self._end(group.team_id, group.channel_id, WHY_REFUSED.get(code, REFUSED))

    async def unarchived(self, team_id: str, channel_id: str) -> None:
        """The channel is back: its lead is told how to go on."""
        group_id = await self._known(team_id, channel_id)
        if group_id is None:
            return
        async with self.database.write() as session:
            await groups.lock_members(session, group_id)
            group = await groups.get(session, group_id, lock=True)
            if group is not None and group.ended_at is not None and group.ended_reason == ARCHIVED:
                await keeping.notify_lead(session, group, UNARCHIVED, now=self.now())
        self.wake_delivery()

    async def renamed(self, team_id: str, channel_id: str, name: str) -> None:
        """The channel has another name."""
        if name and await self._known(team_id, channel_id) is not None:
            async with self.database.write() as session:
                group = await groups.of_channel(session, team_id, channel_id, lock=True)
                if group is not None:
                    group.channel_name = name
                    session.add(group)

    async def person_left(self, member: Member, channel_id: str, since: datetime | None = None) -> None:
        """
        Somebody left the channel: they leave its group too, and another member leads if they did.

        `since` is when they left, where that is no news: whoever joined again after it stays.
        """
        group_id = await self._known(member.team_id, channel_id)
        if group_id is not None:
            await self._without(member, group_id, leaves=True, since=since)

    async def person_gone(self, member: Member) -> None:
        """An account was deactivated: its groups are led by somebody else."""
        async with self.database.read() as session:
            learner = await learners.find(session, member.team_id, member.user_id)
            if learner is None:
                return
            theirs = await groups.of_member(session, cast(int, learner.id))
        for group in theirs:
            await self._without(member, group_id_of(group), leaves=False)

    async def notice(self, group_id: int, what: str, learner_id: int) -> Notice | Unneeded | Postponed:
        """What a notice is drawn from; nobody is told in their quiet hours."""
        now = self.now()
        async with self.database.read() as session:
            group = await groups.get(session, group_id)
            learner = await learners.get(session, learner_id)
            own = await preferences.get(session, learner_id) or preferences.fresh(learner_id, self.defaults)
        if group is None:
            return Unneeded("the group is gone")
        zone = learner.time_zone or self.defaults.time_zone
        quiet = Quiet(own.quiet_from, own.quiet_to)
        if is_quiet(now, zone, quiet):
            return Postponed(quiet_end(now, zone, quiet), "quiet hours")
        return Notice(what, group.channel_id, group.channel_name)

    async def _known(self, team_id: str, channel_id: str) -> int | None:
        """Most channels are no study groups: they need no write."""
        async with self.database.read() as session:
            group = await groups.of_channel(session, team_id, channel_id)
        return None if group is None else group.id

    async def _end(self, team_id: str, channel_id: str, why: str) -> None:
        group_id = await self._known(team_id, channel_id)
        if group_id is None:
            return
        now = self.now()
        async with self.database.write() as session:
            await groups.lock_members(session, group_id)
            group = await groups.get(session, group_id, lock=True)
            if group is None or group.ended_at is not None:
                return
            await keeping.end(session, group, why, now=now)
            await keeping.notify_lead(session, group, why, now=now)
        log.info("group %s has ended: %s", group_id, why)
        self.wake_delivery()

    async def _without(
        self, member: Member, group_id: int, *, leaves: bool, since: datetime | None = None
    ) -> None:
        now = self.now()
        async with self.database.write() as session:
            await groups.lock_members(session, group_id)
            group = await groups.get(session, group_id, lock=True)
            learner = await learners.find(session, member.team_id, member.user_id)
            if group is None or learner is None:
                return
            learner_id = cast(int, learner.id)
            if since is not None and await groups.joined_after(session, group_id, learner_id, since):
                return
            if leaves and not await groups.leave(session, group_id, learner_id, now=now):
                return
            if group.ended_at is None:
                await _go_on_without(session, group, member.user_id, now)
        self.wake_delivery()


async def _go_on_without(session: AsyncSession, group: StudyGroup, user_id: str, now: datetime) -> None:
    if group.lead_id == user_id:
        await keeping.hand_over(session, group, now=now)
    if group.ended_at is None:
        await keeping.round_changed(session, group, now=now)
