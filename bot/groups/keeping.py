"""What every change of a study group has in common: ending it, handing it over, owing its summary."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.groups.schedule import Schedule
from storage import groups, outbox
from storage.models import GroupRound, StudyGroup

THREAD = "group-thread"
SUMMARY = "group-summary"
INTRO = "group-intro"
NOTICE = "group-notice"
BULK = 1
"""The priority of what nobody waits for."""
SUMMARY_WINDOW = timedelta(days=7)

STOPPED = "stopped"
REMOVED = "removed"
ARCHIVED = "archived"
DELETED = "deleted"
REFUSED = "refused"
NOBODY = "nobody"
ENDINGS = (STOPPED, REMOVED, ARCHIVED, DELETED, REFUSED, NOBODY)
"""Why a group has ended, as stored."""
UNARCHIVED = "unarchived"
LEAD = "lead"


def group_id_of(group: StudyGroup) -> int:
    """The id of a stored group."""
    return cast(int, group.id)


def schedule_of(group: StudyGroup) -> Schedule:
    """The group's terms."""
    return Schedule(group.weekday, group.at, group.time_zone, group.answer_hours)


def thread_key(round_: GroupRound) -> str:
    """The idempotency key of a round's thread."""
    return f"group:{round_.group_id}:{round_.local_date.isoformat()}"


def summary_key(round_id: int, revision: int = 0) -> str:
    """The idempotency key of a round's summary; revisions edit the first."""
    return f"summary:{round_id}:{revision}"


async def round_changed(session: AsyncSession, group: StudyGroup, *, now: datetime) -> bool:
    """
    Owe the summary when everybody has answered, or its edit when it was owed before; True if so.

    The group must be locked: two last answers at once are one summary.
    """
    newest = await groups.newest_round(session, group_id_of(group))
    if newest is None:
        return False
    if newest.summarised_at is not None:
        newest.revision += 1
        session.add(newest)
        await _owe_summary(session, group, newest, now=now)
        return True
    members = await groups.members(session, newest.group_id)
    answered = {answer.learner_id for answer in await groups.answers(session, cast(int, newest.id))}
    if not members or any(member.learner_id not in answered for member in members):
        return False
    await close_round(session, group, newest, now=now)
    return True


async def close_round(session: AsyncSession, group: StudyGroup, round_: GroupRound, *, now: datetime) -> None:
    """Owe a round's first summary."""
    round_.summarised_at = now
    session.add(round_)
    await _owe_summary(session, group, round_, now=now)


async def _owe_summary(
    session: AsyncSession, group: StudyGroup, round_: GroupRound, *, now: datetime
) -> None:
    round_id = cast(int, round_.id)
    draft = outbox.Draft(
        idempotency_key=summary_key(round_id, round_.revision),
        team_id=group.team_id,
        learner_id=None,
        group_id=round_.group_id,
        local_date=round_.local_date,
        kind=SUMMARY,
        due_at=now,
        expires_at=now + SUMMARY_WINDOW,
        payload={"round_id": round_id, "revision": round_.revision},
        priority=BULK,
    )
    await outbox.enqueue(session, draft, now=now)


async def end(session: AsyncSession, group: StudyGroup, why: str, *, now: datetime) -> None:
    """Nothing more is posted for the group; its members and rounds are kept."""
    group.ended_at, group.ended_reason, group.next_at = now, why, None
    session.add(group)
    for round_ in await groups.open_rounds(session, group_id_of(group)):
        round_.summarised_at = now
        session.add(round_)
    await outbox.cancel(
        session,
        group_id=group_id_of(group),
        kinds=(THREAD, SUMMARY, INTRO),
        reason="the group has ended",
    )


async def hand_over(session: AsyncSession, group: StudyGroup, *, now: datetime) -> None:
    """The longest-standing member leads and is told; without one the group ends. Its people are locked."""
    members = await groups.members(session, group_id_of(group))
    if not members:
        await end(session, group, NOBODY, now=now)
        return
    group.lead_id = members[0].user_id
    session.add(group)
    await notify_lead(session, group, LEAD, now=now)


async def notify_lead(session: AsyncSession, group: StudyGroup, what: str, *, now: datetime) -> None:
    """Owe the lead a direct message about what happened, once for each end. The group's people are locked."""
    members = await groups.members(session, group_id_of(group))
    lead = next((member for member in members if member.user_id == group.lead_id), None)
    if lead is None:
        return
    number = f"{int((group.ended_at or now).timestamp())}-{lead.learner_id}"
    draft = outbox.Draft(
        idempotency_key=f"group-notice:{group.id}:{what}:{number}",
        team_id=group.team_id,
        learner_id=lead.learner_id,
        kind=NOTICE,
        due_at=now,
        payload={"group_id": group.id, "what": what, "learner_id": lead.learner_id},
        priority=BULK,
    )
    await outbox.enqueue(session, draft, now=now)
