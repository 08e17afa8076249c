"""
Many people in a database, the fast way: one of them is written in full, the others are copies made in SQL.

Person n has the id n in every table, the user id `U<n>` and the channel `senders.post.channel_of(n)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    String,
    Table,
    cast,
    create_engine,
    func,
    insert,
    literal,
    select,
    text,
)
from sqlmodel import SQLModel

from content.loader import load
from storage.engine import async_url
from storage.migrate import upgrade
from storage.models import (
    Attempt,
    AttemptAnswer,
    Learner,
    OutboxMessage,
    OutboxState,
    PlanTask,
    Preferences,
    Reminder,
    StudyPlan,
)
from tests.bench.post_server import TEAM
from tests.bench.senders.post import FIRST_CHANNEL, channel_of
from tests.builders import an_overview, answers_to

EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
PLAN = "six-week"
WEEK = 1
ONE = 1
"""The person who is written in full."""


def next_morning() -> datetime:
    """Nine o'clock UTC tomorrow: no quiet hours, and no leap for anybody's clock."""
    return datetime.combine(datetime.now(UTC).date() + timedelta(days=1), time(9), UTC)


def people_due(url: str, people: int, slot: datetime) -> None:
    """A migrated database whose people, all in UTC and in week 1 of a plan, are due daily at `slot`."""
    with _filling(url) as connection:
        _write_one(connection, slot, daily_at=slot)
        _write_plan(connection, slot)
        _copy_people(connection, people, plans=True)


def people_idle(url: str, people: int, now: datetime) -> None:
    """A migrated database in which nobody is due: the next reminders are ahead, an old one was sent."""
    with _filling(url) as connection:
        _write_one(connection, now, daily_at=now + timedelta(hours=6))
        _write_sent(connection, now - timedelta(days=300))
        _copy_people(connection, people, plans=False)
        copy(
            connection,
            OutboxMessage,
            people,
            {
                "learner_id": _N,
                "idempotency_key": literal("daily:").concat(cast(_N, String)),
                "channel": _channel(),
            },
        )


@contextmanager
def _filling(url: str) -> Iterator[Connection]:
    """One transaction on a migrated database, which is then as if it had grown by itself."""
    upgrade(url)
    parsed = async_url(url)
    if parsed.get_backend_name() == "sqlite":
        parsed = parsed.set(drivername="sqlite")
    engine = create_engine(parsed)
    with engine.begin() as connection:
        if engine.name == "postgresql":
            # Copies of a sound row are sound: checking each reference would take most of the time.
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield connection
        _tidy(connection)
    engine.dispose()


def _write_one(connection: Connection, now: datetime, *, daily_at: datetime) -> None:
    before = now - timedelta(days=1)
    learner = {
        "id": ONE,
        "team_id": TEAM,
        "user_id": f"U{ONE}",
        "dm_channel": channel_of(ONE),
        "time_zone": "UTC",
        "current_level": "manager-l6",
        "target_level": "L6",
        "hours_per_week": 15,
        "profile_at": before,
        "created_at": before,
    }
    connection.execute(insert(Learner), learner)
    preferences = {
        "learner_id": ONE,
        "daily_at": daily_at.hour * 60 + daily_at.minute,
        "days": EVERY_DAY,
        "weekly_day": (now + timedelta(days=3)).isoweekday(),
        "weekly_at": 16 * 60,
        "active_at": before,
    }
    connection.execute(insert(Preferences), preferences)
    weekly_on = (now + timedelta(days=3)).date()
    weekly_at = datetime.combine(weekly_on, time(16), UTC)
    for kind, next_on, next_at in (("daily", daily_at.date(), daily_at), ("weekly", weekly_on, weekly_at)):
        reminder = {
            "learner_id": ONE,
            "kind": kind,
            "next_on": next_on,
            "next_at": next_at,
            "time_zone": "UTC",
        }
        connection.execute(insert(Reminder), reminder)


def _write_plan(connection: Connection, slot: datetime) -> None:
    catalog = load()
    starts_on: date = (slot - timedelta(days=1)).date()
    overview = an_overview(catalog, PLAN, form="quick", today=slot.date(), starts_on=starts_on)
    began = slot - timedelta(days=1)
    attempt = {
        "id": ONE,
        "learner_id": ONE,
        "number": 1,
        "form": "quick",
        "content_version": catalog.version,
        "started_at": began,
        "finished_at": began,
        "score": 40,
        "technical": 40,
        "leadership": 40,
        "cultural": 40,
    }
    connection.execute(insert(Attempt), attempt)
    answers = [
        {"attempt_id": ONE, "item": item, "points": points, "answered_at": began}
        for item, points in answers_to(catalog, "quick", 2).items()
    ]
    connection.execute(insert(AttemptAnswer), answers)
    plan = {
        "id": ONE,
        "learner_id": ONE,
        "attempt_id": ONE,
        "slug": PLAN,
        "content_version": catalog.version,
        "starts_on": starts_on,
        "content_weeks": list(range(len(overview.weeks))),
        "hours": overview.hours,
        "target_level": overview.target_level,
        "split": overview.split,
        "created_at": began,
    }
    connection.execute(insert(StudyPlan), plan)
    tasks = [
        {
            "plan_id": ONE,
            "week": WEEK,
            "position": position,
            "task": planned.task.slug,
            "times": planned.times,
            "competency": None,
        }
        for position, planned in enumerate(overview.weeks[WEEK - 1].tasks)
    ]
    connection.execute(insert(PlanTask), tasks)


def _write_sent(connection: Connection, at: datetime) -> None:
    message = {
        "id": ONE,
        "idempotency_key": f"daily:{ONE}",
        "team_id": TEAM,
        "learner_id": ONE,
        "kind": "daily",
        "local_date": at.date(),
        "payload": {"learner_id": ONE},
        "priority": 1,
        "state": OutboxState.SENT,
        "due_at": at,
        "first_sending_at": at,
        "sending_at": at,
        "channel": channel_of(ONE),
        "message_ts": f"{at.timestamp():.6f}",
        "sent_at": at,
        "created_at": at,
    }
    connection.execute(insert(OutboxMessage), message)


_N: Column[int] = Column("n", Integer)
"""The number of the person a copy is made for."""


def _channel() -> Any:
    return literal("D").concat(cast(_N + FIRST_CHANNEL, String))


def _copy_people(connection: Connection, people: int, *, plans: bool) -> None:
    user_id = literal("U").concat(cast(_N, String))
    copy(connection, Learner, people, {"user_id": user_id, "dm_channel": _channel()})
    copy(connection, Preferences, people, {"learner_id": _N})
    copy(connection, Reminder, people, {"learner_id": _N})
    if plans:
        copy(connection, Attempt, people, {"learner_id": _N})
        copy(connection, AttemptAnswer, people, {"attempt_id": _N})
        copy(connection, StudyPlan, people, {"learner_id": _N, "attempt_id": _N})
        copy(connection, PlanTask, people, {"plan_id": _N})


def copy(connection: Connection, model: type[SQLModel], people: int, changes: dict[str, Any]) -> None:
    """
    Repeat all rows of the table for the people 2 to `people`, with `changes` by column.

    An id becomes the person's number, unless a person has several rows.
    """
    table = _table(model)
    count = connection.execute(select(func.count()).select_from(table)).scalar_one()
    if "id" in table.c and count == 1:
        changes = {"id": _N, **changes}
    names = [column.name for column in table.c if column.name != "id" or column.name in changes]
    numbers = select(literal(2).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < people))
    rows = table.alias("template")
    source = select(*(changes.get(name, rows.c[name]) for name in names)).select_from(
        rows.join(numbers, literal(True))
    )
    connection.execute(insert(table).from_select(names, source, include_defaults=False))


def _table(model: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(model.__tablename__)]


def _tidy(connection: Connection) -> None:
    """Statistics, and counters that know the ids in use."""
    if connection.dialect.name == "postgresql":
        for model in (Learner, Attempt, StudyPlan, OutboxMessage):
            table = _table(model)
            highest = connection.execute(select(func.max(table.c.id))).scalar()
            if highest is not None:
                counter = func.pg_get_serial_sequence(table.name, "id")
                connection.execute(select(func.setval(counter, highest)))
    connection.execute(text("ANALYZE"))
