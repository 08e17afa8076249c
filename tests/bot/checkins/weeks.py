"""Small pieces that tests of the check-in are put together from."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlmodel import col, select

from bot.assessment.service import AssessmentService
from bot.checkins.answers import Answer
from bot.checkins.counts import Counts
from bot.checkins.service import CheckInForm, CheckInResult, CheckInService, Place, Tally
from bot.members import Member
from bot.outgoing import Unneeded
from storage import learners
from storage.engine import Database
from storage.models import CheckIn, LogEntry, OutboxMessage
from tests.builders import ANA, NOON, a_profile, finish_assessment

SATURDAY, FRIDAY = date(2030, 3, 2), date(2030, 3, 8)
MONDAY, NEXT_FRIDAY = date(2030, 3, 11), date(2030, 3, 15)
GOALS = Counts(designs=2, coding=10, stories=3, mocks=1)


def at(on: date, hour: int = 16, minute: int = 0) -> datetime:
    """An instant on that date in UTC."""
    return datetime.combine(on, time(hour, minute), NOON.tzinfo)


def a_tally(
    goals: Counts = GOALS, logged: Counts | None = None, *, concepts: int = 0, to_on: date = FRIDAY
) -> Tally:
    return Tally(
        from_on=SATURDAY,
        to_on=to_on,
        goals=goals,
        logged=logged or Counts(designs=1, coding=7, stories=3),
        concepts=concepts,
    )


def an_answer(
    *,
    coding: int = 7,
    next_coding: int = 10,
    confidence: int = 3,
    blocker: str | None = None,
) -> Answer:
    return Answer(
        reported=Counts(designs=1, coding=coding, stories=3),
        confidence=confidence,
        blocker=blocker,
        next_goals=Counts(designs=2, coding=next_coding, stories=3, mocks=1),
    )


def a_form(tally: Tally | None = None, answer: Answer | None = None) -> CheckInForm:
    tally = tally or a_tally()
    return CheckInForm(
        tally=tally,
        reported=answer.reported if answer else tally.logged,
        confidence=answer.confidence if answer else None,
        blocker=answer.blocker if answer else None,
        next_goals=answer.next_goals if answer else GOALS,
        is_answered=answer is not None,
    )


def a_result(answer: Answer | None = None, *, stretch: str | None = None) -> CheckInResult:
    return CheckInResult(
        tally=a_tally(concepts=2),
        answer=answer or an_answer(),
        forecast=None,
        stretch=stretch,
        message=Place("D1", "1.0"),
    )


async def learner_id_of(database: Database, member: Member = ANA) -> int:
    """Our id of somebody, who gets a row if need be."""
    async with database.write() as session:
        learner = await learners.ensure(session, member.team_id, member.user_id, now=NOON)
    assert learner.id is not None
    return learner.id


async def log_practice(
    database: Database, learner_id: int, on: date, activity: str, count: int = 1, key: str = ""
) -> None:
    """Write practice into the log."""
    entry = LogEntry(
        learner_id=learner_id,
        key=key or f"{on}:{activity}:{count}",
        local_date=on,
        activity=activity,
        count=count,
        logged_at=at(on),
    )
    async with database.write() as session:
        session.add(entry)


def a_reminder(learner_id: int, on: date = FRIDAY, *, message_id: int = 1, turn: int = 0) -> OutboxMessage:
    """A weekly reminder as delivery hands it over; not stored."""
    return OutboxMessage(
        id=message_id,
        idempotency_key=f"weekly:{learner_id}:{on}",
        team_id=ANA.team_id,
        learner_id=learner_id,
        kind="weekly",
        local_date=on,
        payload={"turn": turn},
        due_at=at(on),
        created_at=at(on),
    )


async def choose_plan(service: CheckInService, member: Member = ANA, **profile: object) -> int:
    """A six-week plan that begins today (a Monday); our id of its learner."""
    assessment = AssessmentService(service.catalog, service.database, service.now, "UTC")
    await finish_assessment(assessment, member, profile=a_profile(**profile))  # type: ignore[arg-type]  # few and known
    await service.plan.choose(member, 1, "six-week")
    return await learner_id_of(service.database, member)


async def stored(database: Database) -> list[CheckIn]:
    async with database.read() as session:
        return list((await session.exec(select(CheckIn).order_by(col(CheckIn.to_on)))).all())


async def remind(service: CheckInService, learner_id: int, on: date = FRIDAY) -> Tally | Unneeded:
    return (await service.tallies([a_reminder(learner_id, on)]))[1]
