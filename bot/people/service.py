"""Follow what Slack says of a person: time zone, status, and whether the account is still there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import cast

from bot import zones
from bot.clock import Now
from bot.coalesced import CoalescedMembership
from bot.members import Member
from bot.people.account import Account
from bot.reminders.decision import AWAY
from bot.reminders.service import ReminderService
from bot.reminders.timing import KINDS
from storage import learners, outbox, preferences
from storage.engine import Database
from storage.models import Learner, Preferences


@dataclass(frozen=True, slots=True)
class _Known:
    """What of an account we keep."""

    time_zone: str | None
    is_deactivated: bool
    away: bool
    away_until: datetime | None


async def nobody_follows(_member: Member) -> None:
    """Nothing follows from an account that is gone."""


@dataclass(frozen=True)
class PeopleService:
    """The use cases of people's accounts."""

    database: Database
    now: Now
    reminders: ReminderService
    on_gone: Callable[[Member], Awaitable[None]] = nobody_follows
    """Called once an account is deactivated, after that is stored."""

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

    async def follow(self, member: Member, account: Account) -> None:
        """
        Take over a change of somebody we know, and compute their reminders anew.

        A zone the person chose themselves stays; the status counts only for those who agreed.
        """
        now = self.now()
        async with self.database.read() as session:
            known = await learners.find(session, member.team_id, member.user_id)
            if known is None:
                return
            own = await preferences.get(session, cast(int, known.id))
        # Slack tells of every change of a profile: most need no write.
        if _state(known, own) == _wanted(known, own, account, now):
            return
        async with self.database.write() as session:
            learner = await learners.held(session, member.team_id, member.user_id)
            if learner is None:
                return  # forgotten meanwhile: nothing of them may begin anew
            own = await preferences.ensure(session, cast(int, learner.id), self.reminders.defaults)
            wanted = _wanted(learner, own, account, now)
            if _state(learner, own) == wanted:
                return  # another process was told the same, and was quicker
            learner.time_zone = wanted.time_zone
            learner.deactivated_at = (learner.deactivated_at or now) if wanted.is_deactivated else None
            own.away, own.away_until = wanted.away, wanted.away_until
            session.add_all((learner, own))
            if wanted.away:
                await outbox.cancel(session, learner_id=learner.id, kinds=(*KINDS, "snooze"), reason=AWAY)
            await self.reminders.reschedule(session, learner, own, now=now)
        if account.is_deleted and known.deactivated_at is None:
            await self.on_gone(member)


def _state(learner: Learner, own: Preferences | None) -> _Known:
    return _Known(
        time_zone=learner.time_zone,
        is_deactivated=learner.deactivated_at is not None,
        away=own is not None and own.away,
        away_until=own.away_until if own else None,
    )


def _wanted(learner: Learner, own: Preferences | None, account: Account, now: datetime) -> _Known:
    """What we should keep of this account."""
    told = account.time_zone
    follows = own is not None and own.follows_status
    away = follows and account.is_away(now)
    moved = told is not None and zones.is_zone(told) and not learner.zone_is_fixed
    return _Known(
        time_zone=told if moved else learner.time_zone,
        is_deactivated=account.is_deleted,
        away=away,
        away_until=account.status_ends_at if away else None,
    )
