"""Follow what Slack says of a person: their time zone, and whether the account is still there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from bot import zones
from bot.clock import Now
from bot.coalesced import CoalescedMembership
from bot.members import Member
from storage import learners
from storage.engine import Database


@dataclass(frozen=True)
class PeopleService:
    """The use cases of people's accounts."""

    database: Database
    now: Now

    @cached_property
    def _known(self) -> CoalescedMembership[Member]:
        return CoalescedMembership(self._look_up)

    async def _look_up(self, members: Collection[Member]) -> set[Member]:
        async with self.database.read() as session:
            found = await learners.known(session, [(one.team_id, one.user_id) for one in members])
        return {Member(team_id, user_id) for team_id, user_id in found}

    async def is_known(self, member: Member) -> bool:
        """Whether the person ever did anything we keep."""
        return await self._known.has(member)

    async def follow(self, member: Member, *, time_zone: str | None, is_deleted: bool) -> None:
        """Take over a change of somebody we know; a zone the person chose themselves stays."""
        async with self.database.read() as session:
            known = await learners.find(session, member.team_id, member.user_id)
        if known is None or not self._differs(
            known.time_zone, known.zone_is_fixed, known.deactivated_at is not None, time_zone, is_deleted
        ):
            return
        async with self.database.write() as session:
            learner = await learners.ensure(session, member.team_id, member.user_id, now=self.now())
            if time_zone and zones.is_zone(time_zone) and not learner.zone_is_fixed:
                learner.time_zone = time_zone
            learner.deactivated_at = (learner.deactivated_at or self.now()) if is_deleted else None
            session.add(learner)

    @staticmethod
    def _differs(
        zone: str | None, is_fixed: bool, is_deactivated: bool, new_zone: str | None, is_deleted: bool
    ) -> bool:
        """Slack tells of every change of status too: most need no write."""
        return is_deactivated != is_deleted or (new_zone is not None and not is_fixed and new_zone != zone)
