"""What people do with a study group: start, join, leave, agree, change, stop, look."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum, auto
from typing import Protocol, cast

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.checkins.counts import Counts
from bot.clock import Now
from bot.errors import StudyGroupError
from bot.groups import keeping
from bot.groups.keeping import INTRO, STOPPED, THREAD, group_id_of, schedule_of
from bot.groups.schedule import Next, Schedule, reschedule
from bot.groups.summary import Answer, Summary, summarise
from bot.limits import GROUPS, must_be_below
from bot.members import Member
from storage import groups, learners, limits, outbox
from storage.engine import Database
from storage.groups import MemberAnswer
from storage.models import GroupRound, StudyGroup

NO_GROUP = "There is no study group in this channel. Type `/prep group start` to begin one."


class Touch(Protocol):
    """Notes that a person did something, inside the transaction."""

    def __call__(self, session: AsyncSession, learner_id: int, *, now: datetime) -> Awaitable[None]: ...


class Joined(Enum):
    """What came of joining."""

    NEW = auto()
    ALREADY = auto()


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupState:
    """A study group as one person sees it."""

    group_id: int
    channel_id: str
    channel_name: str
    schedule: Schedule
    lead_id: str
    members: int
    next: Next | None
    ended_reason: str | None
    is_lead: bool = False
    is_member: bool = False
    shows_name: bool = False

    @property
    def is_over(self) -> bool:
        return self.next is None


@dataclass(frozen=True, slots=True)
class Report:
    """A round's summary, and the date of its thread."""

    on: date
    summary: Summary


@dataclass(frozen=True, slots=True)
class GroupService:
    """The use cases of people. Who holds a person and a group at once has locked the person first."""

    database: Database
    now: Now
    default_zone: str
    touch: Touch
    wake_delivery: Callable[[], None]

    async def state(self, member: Member, channel_id: str) -> GroupState | None:
        """The channel's group, also when it is over; None where there never was one."""
        async with self.database.read() as session:
            group = await groups.of_channel(session, member.team_id, channel_id)
            return None if group is None else await _state(session, group, member)

    async def state_of(self, member: Member, group_id: int) -> GroupState:
        """The group of a button; StudyGroupError for one that is over or of another workspace."""
        async with self.database.read() as session:
            group = await groups.get(session, group_id)
            return await _state(session, _going_on(group, member), member)

    async def introduction(self, group_id: int) -> GroupState:
        """What the channel is told of its group."""
        async with self.database.read() as session:
            group = await groups.get(session, group_id)
            if group is None:
                raise StudyGroupError(NO_GROUP)
            return await _state(session, group, Member(group.team_id, group.lead_id))

    async def zone_of(self, member: Member) -> str | None:
        """The person's zone, None while nobody told."""
        async with self.database.read() as session:
            learner = await learners.find(session, member.team_id, member.user_id)
        return learner.time_zone if learner else None

    async def start(
        self, member: Member, channel_id: str, channel_name: str, schedule: Schedule
    ) -> GroupState:
        """
        Make the channel a study group led by this person, or bring an ended one back with its members.

        StudyGroupError when it has one that goes on; starting twice with the same terms is once.
        """
        now = self.now()
        async with self.database.write() as session:
            learner_id = await self._person(session, member, now)
            fresh = _fresh(member, channel_id, channel_name, schedule, now)
            must_be_below("groups", await limits.groups(session, learner_id), GROUPS)
            group, is_new = await groups.ensure(session, fresh)
            if not is_new and group.ended_at is None:
                if (group.lead_id, schedule_of(group)) == (member.user_id, schedule):
                    return await _state(session, group, member)
                raise StudyGroupError(
                    f"This channel has a study group already, led by <@{group.lead_id}>. "
                    "Type `/prep group join` to be in it."
                )
            group.lead_id, group.channel_name = member.user_id, channel_name
            group.ended_at = group.ended_reason = None
            last = await _last_decided(session, group)
            _apply(group, schedule, reschedule(schedule, last, None, now))
            session.add(group)
            await groups.join(session, group_id_of(group), learner_id, now=now)
            intro = outbox.Draft(
                idempotency_key=f"group-intro:{group.id}:{int(now.timestamp())}",
                team_id=group.team_id,
                learner_id=None,
                group_id=group.id,
                kind=INTRO,
                due_at=now,
                payload={"group_id": group.id},
            )
            await outbox.enqueue(session, intro, now=now)
            state = await _state(session, group, member)
        self.wake_delivery()
        return state

    async def join(self, member: Member, group_id: int) -> tuple[Joined, GroupState]:
        """Be a member; once, however often it is asked for."""
        now = self.now()
        async with self.database.write() as session:
            learner_id = await self._person(session, member, now)
            group = _going_on(await groups.get(session, group_id, lock=True), member)
            must_be_below("groups", await limits.groups(session, learner_id), GROUPS)
            new = await groups.join(session, group_id, learner_id, now=now)
            state = await _state(session, group, member)
        return Joined.NEW if new else Joined.ALREADY, state

    async def leave(self, member: Member, group_id: int) -> GroupState:
        """Be no member any more; what the person shared counts no longer."""
        now = self.now()
        async with self.database.write() as session:
            await groups.lock_members(session, group_id)
            group = _going_on(await groups.get(session, group_id, lock=True), member)
            learner = await learners.find(session, member.team_id, member.user_id)
            if learner is None or not await groups.leave(session, group_id, cast(int, learner.id), now=now):
                raise StudyGroupError("You are not in this study group, so there is nothing to leave.")
            await self.touch(session, cast(int, learner.id), now=now)
            if group.lead_id == member.user_id:
                await keeping.hand_over(session, group, now=now)
            if group.ended_at is None:
                await keeping.round_changed(session, group, now=now)
            state = await _state(session, group, member)
        self.wake_delivery()
        return state

    async def show_name(self, member: Member, group_id: int, *, shows: bool) -> GroupState:
        """Agree to be named in summaries, or no longer; the latest summary follows."""
        now = self.now()
        async with self.database.write() as session:
            learner_id = await self._person(session, member, now)
            group = _going_on(await groups.get(session, group_id, lock=True), member)
            before = await _state(session, group, member)
            if not await groups.show_name(session, group_id, learner_id, shows=shows):
                raise StudyGroupError("You are not in this study group. Type `/prep group join` first.")
            if before.shows_name != shows:
                await _revise(session, group, now)
        self.wake_delivery()
        return replace(before, shows_name=shows)

    async def changeable(self, member: Member, channel_id: str, *, is_admin: bool) -> GroupState:
        """The channel's group for somebody who may change it; else StudyGroupError."""
        async with self.database.read() as session:
            group = await groups.of_channel(session, member.team_id, channel_id)
            found = _led(_going_on(group, member), member, is_admin)
            return await _state(session, found, member)

    async def change(
        self, member: Member, group_id: int, before: Schedule, schedule: Schedule, *, is_admin: bool
    ) -> GroupState:
        """New terms in place of those the form showed; StudyGroupError when these have changed meanwhile."""
        now = self.now()
        async with self.database.write() as session:
            await self._person(session, member, now)
            group = _led(_going_on(await groups.get(session, group_id, lock=True), member), member, is_admin)
            if schedule_of(group) not in (before, schedule):
                raise StudyGroupError(
                    "Somebody else changed these settings while your form was open, and theirs are kept. "
                    "Type `/prep group settings` to look at them."
                )
            if schedule_of(group) != schedule:
                last = await _last_decided(session, group)
                _apply(group, schedule, reschedule(schedule, last, group.next_on, now))
                session.add(group)
            return await _state(session, group, member)

    async def stop(self, member: Member, channel_id: str, *, is_admin: bool) -> GroupState:
        """End the group; its members and rounds are kept, and a lead who did not do it is told."""
        now = self.now()
        async with self.database.write() as session:
            known = await groups.of_channel(session, member.team_id, channel_id)
            if known is not None:
                await groups.lock_members(session, group_id_of(known))
            await self._person(session, member, now)
            found = await groups.of_channel(session, member.team_id, channel_id, lock=True)
            group = _led(_going_on(found, member), member, is_admin)
            await keeping.end(session, group, STOPPED, now=now)
            if group.lead_id != member.user_id:
                await keeping.notify_lead(session, group, STOPPED, now=now)
            state = await _state(session, group, member)
        self.wake_delivery()
        return state

    async def report(self, member: Member, channel_id: str) -> Report | None:
        """The last summary; None while there is none."""
        async with self.database.read() as session:
            group = await groups.of_channel(session, member.team_id, channel_id)
            if group is None:
                raise StudyGroupError(NO_GROUP)
            found = await groups.newest_summarised(session, group_id_of(group))
            return None if found is None else Report(found.local_date, await summary_of(session, found))

    async def _person(self, session: AsyncSession, member: Member, now: datetime) -> int:
        learner = await learners.ensure(session, member.team_id, member.user_id, now=now)
        await self.touch(session, cast(int, learner.id), now=now)
        return cast(int, learner.id)


async def summary_of(session: AsyncSession, round_: GroupRound) -> Summary:
    """What the group may know of a round, as things stand now."""
    answers: list[MemberAnswer] = await groups.answers(session, cast(int, round_.id))
    members = await groups.members(session, round_.group_id)
    return summarise(
        [Answer(one.user_id, one.shows_name, Counts.read(one.reported)) for one in answers], len(members)
    )


async def _state(session: AsyncSession, group: StudyGroup, member: Member) -> GroupState:
    members = await groups.members(session, group_id_of(group))
    own = next((one for one in members if one.user_id == member.user_id), None)
    return GroupState(
        group_id=group_id_of(group),
        channel_id=group.channel_id,
        channel_name=group.channel_name,
        schedule=schedule_of(group),
        lead_id=group.lead_id,
        members=len(members),
        next=Next(group.next_on, group.next_at) if group.next_at and group.ended_at is None else None,
        ended_reason=group.ended_reason,
        is_lead=group.lead_id == member.user_id,
        is_member=own is not None,
        shows_name=own is not None and own.shows_name,
    )


def _going_on(group: StudyGroup | None, member: Member) -> StudyGroup:
    if group is None or group.team_id != member.team_id:
        raise StudyGroupError(NO_GROUP)
    if group.ended_at is not None:
        raise StudyGroupError(
            "The study group of this channel is over. Type `/prep group start` to bring it back with its "
            "members."
        )
    return group


def _led(group: StudyGroup, member: Member, is_admin: bool) -> StudyGroup:
    if group.lead_id != member.user_id and not is_admin:
        raise StudyGroupError(
            f"Only <@{group.lead_id}>, who leads this study group, or a workspace admin can change it."
        )
    return group


def _fresh(
    member: Member, channel_id: str, channel_name: str, schedule: Schedule, now: datetime
) -> StudyGroup:
    return StudyGroup(
        team_id=member.team_id,
        channel_id=channel_id,
        channel_name=channel_name,
        lead_id=member.user_id,
        weekday=schedule.weekday,
        at=schedule.at,
        time_zone=schedule.time_zone,
        answer_hours=schedule.answer_hours,
        next_on=now.date(),
        next_at=None,
        created_at=now,
    )


def _apply(group: StudyGroup, schedule: Schedule, coming: Next) -> None:
    group.weekday, group.at = schedule.weekday, schedule.at
    group.time_zone, group.answer_hours = schedule.time_zone, schedule.answer_hours
    group.next_on, group.next_at = coming.on, coming.at


async def _last_decided(session: AsyncSession, group: StudyGroup) -> date | None:
    traced = await groups.last_decided(session, group_id_of(group), THREAD)
    newest = await groups.newest_round(session, group_id_of(group))
    return max((on for on in (traced, newest.local_date if newest else None) if on), default=None)


async def _revise(session: AsyncSession, group: StudyGroup, now: datetime) -> None:
    newest = await groups.newest_round(session, group_id_of(group))
    if newest is not None and newest.summarised_at is not None:
        await keeping.round_changed(session, group, now=now)
