"""
People with a year of history: every day practised, logged and reviewed, stories told, weeks checked in.

One person is written in full; `year_of_many` copies a year of days to people who are there already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, insert, text
from sqlmodel import SQLModel

from bot.today.choice import PARTS, pool_of
from content.catalog import Catalog
from storage.models import (
    Attempt,
    AttemptAnswer,
    CheckIn,
    DailyItem,
    KnownTask,
    Learner,
    LogEntry,
    OutboxMessage,
    OutboxState,
    PlanTask,
    Preferences,
    Rehearsal,
    ReviewCard,
    ReviewLog,
    Story,
    StudyPlan,
)
from tests.builders import an_overview, answers_to

DAYS = 365
STORIES = 40
MOST_STORIES = 500
PLAN = "six-month"
WEEKS_GONE = 20
INTERVIEW_IN = 24
MINUTES = {"coding": 30, "concept": 30, "story": 15}
_WORDS = (
    "I found that the nightly run of the payments service took six hours and lost one order in a thousand. "
    "I measured each step, moved the joins next to the data, and had two engineers review the plan with me. "
)


def write_year(
    connection: Connection, catalog: Catalog, team_id: str, user_id: str, now: datetime, *, stories: int
) -> int:
    """Somebody new, whose 365 days end yesterday, with today's list open; our id of them."""
    today = now.astimezone(UTC).date()
    began = now - timedelta(days=DAYS)
    learner = insert(Learner).values(
        team_id=team_id,
        user_id=user_id,
        dm_channel="D1",
        time_zone="UTC",
        current_level="manager-l6",
        target_level="L7",
        interview_on=today + timedelta(days=INTERVIEW_IN),
        hours_per_week=12,
        profile_at=began,
        zone_is_fixed=False,
        created_at=began,
    )
    learner_id = _id_of(connection, learner)
    _add(
        connection,
        Preferences,
        [
            {
                "learner_id": learner_id,
                "daily_at": 540,
                "days": [1, 2, 3, 4, 5, 6, 7],
                "weekly_day": 5,
                "weekly_at": 960,
                "active_at": now,
            }
        ],
    )
    _write_plan(connection, catalog, learner_id, now)
    write_days(connection, catalog, learner_id, today)
    _write_weeks(connection, catalog, learner_id, today)
    _write_stories(connection, catalog, learner_id, now, stories)
    _write_messages(connection, learner_id, team_id, today)
    return learner_id


def write_days(connection: Connection, catalog: Catalog, learner_id: int, today: date) -> None:
    """Three daily minimums on each of the 365 days, done and in the log; today's three are open."""
    order = pool_of(catalog).in_order
    items, entries = [], []
    for ago in range(DAYS, -1, -1):
        on = today - timedelta(days=ago)
        done_at = _at(on) if ago else None
        for part in PARTS:
            task = order[part][(DAYS - ago) % len(order[part])]
            items.append(
                {
                    "learner_id": learner_id,
                    "local_date": on,
                    "part": part,
                    "task": task,
                    "is_review": ago % 7 == 0,
                    "done_at": done_at,
                }
            )
            if done_at is not None:
                entries.append(
                    _entry(learner_id, f"daily:{on}:{part}", on, part, task=task, minutes=MINUTES[part])
                )
    _add(connection, DailyItem, items)
    _add(connection, LogEntry, entries)


def year_of_many(connection: Connection, catalog: Catalog, people: int, today: date) -> None:
    """
    A year of days for the people 1 to `people` of tests/bench/population.py, on SQLite.

    The lists, the log and the cards: what the bot reads of many people at once.
    """
    write_days(connection, catalog, 1, today)
    connection.execute(text("DELETE FROM daily_item WHERE local_date = :today"), {"today": today.isoformat()})
    _write_cards(connection, catalog, 1, today)
    for model in (DailyItem, LogEntry, ReviewCard):
        names = [column.name for column in _table(model).c if column.name not in ("id", "learner_id")]
        listed = ", ".join(f'"{name}"' for name in names)
        connection.execute(
            text(
                f"INSERT INTO {_table(model).name} (learner_id, {listed}) "  # noqa: S608  (our own names)
                "WITH RECURSIVE numbers(n) AS "
                "(SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < :people)"
                f" SELECT n, {listed} FROM numbers CROSS JOIN "
                f"(SELECT * FROM {_table(model).name} WHERE learner_id = 1)"
            ),
            {"people": people},
        )


def _write_plan(connection: Connection, catalog: Catalog, learner_id: int, now: datetime) -> None:
    for number in range(1, 13):
        at = now - timedelta(days=DAYS - 30 * (number - 1))
        score = 40 + 3 * number
        attempt = insert(Attempt).values(
            learner_id=learner_id,
            number=number,
            form="complete",
            page=1,
            content_version=catalog.version,
            started_at=at,
            finished_at=at,
            score=score,
            technical=score,
            leadership=score,
            cultural=score,
        )
        attempt_id = _id_of(connection, attempt)
        given = answers_to(catalog, "complete", 3)
        rows = [
            {"attempt_id": attempt_id, "item": item, "points": points, "answered_at": at}
            for item, points in given.items()
        ]
        _add(connection, AttemptAnswer, rows)
    starts_on = now.date() - timedelta(weeks=WEEKS_GONE)
    overview = an_overview(catalog, PLAN, today=now.date(), starts_on=starts_on)
    plan = insert(StudyPlan).values(
        learner_id=learner_id,
        attempt_id=attempt_id,
        slug=PLAN,
        content_version=catalog.version,
        starts_on=starts_on,
        content_weeks=list(range(len(overview.weeks))),
        hours=12,
        target_level="L7",
        split=overview.split,
        created_at=now - timedelta(weeks=WEEKS_GONE),
    )
    plan_id = _id_of(connection, plan)
    tasks = [
        {
            "plan_id": plan_id,
            "week": week.number,
            "position": position,
            "task": planned.task.slug,
            "times": planned.times,
            "competency": None,
        }
        for week in overview.weeks
        for position, planned in enumerate(week.tasks)
    ]
    _add(connection, PlanTask, tasks)


def _write_weeks(connection: Connection, catalog: Catalog, learner_id: int, today: date) -> None:
    """A design and a check-in each week, a mock every second one."""
    entries, check_ins = [], []
    for week in range(1, DAYS // 7):
        on = today - timedelta(weeks=week)
        entries.append(_entry(learner_id, f"log:d{week}:0", on, "design", minutes=60))
        if week % 2 == 0:
            entries.append(_entry(learner_id, f"log:m{week}:0", on, "mock", minutes=60, rating=1 + week % 5))
        check_ins.append(
            {
                "learner_id": learner_id,
                "from_on": on - timedelta(days=6),
                "to_on": on,
                "goals": {"designs": 2, "coding": 10, "stories": 3, "mocks": 1},
                "confidence": 3,
                "next_goals": {"designs": 1, "coding": 7, "stories": 3, "mocks": 1},
                "answered_at": _at(on),
                "created_at": _at(on),
            }
        )
    _add(connection, LogEntry, entries)
    _add(connection, CheckIn, check_ins)
    _write_cards(connection, catalog, learner_id, today)
    problems = [slug for slug in catalog.tasks if slug.startswith("lc-")][:20]
    known = [{"learner_id": learner_id, "task": slug, "marked_at": _at(today)} for slug in problems]
    _add(connection, KnownTask, known)


def _write_cards(connection: Connection, catalog: Catalog, learner_id: int, today: date) -> None:
    """Cards of every concept and problem, some of them due, each answered four times."""
    order = pool_of(catalog).in_order
    named = [f"concept:{slug}" for slug in order["concept"]] + [f"problem:{slug}" for slug in order["coding"]]
    cards, answers = [], []
    for number, item in enumerate(named):
        cards.append(
            {
                "learner_id": learner_id,
                "item": item,
                "state": 2,
                "step": None,
                "stability": 12.0,
                "difficulty": 5.0,
                "due_at": _at(today + timedelta(days=number % 40 - 1)),
                "reviewed_at": _at(today - timedelta(days=10 + number % 20)),
                "repetitions": 4,
                "lapses": 0,
            }
        )
        for time_ in range(4):
            on = today - timedelta(days=10 + number % 20 + 30 * time_)
            answers.append(
                {
                    "learner_id": learner_id,
                    "key": f"review:{item}:{3 - time_}",
                    "item": item,
                    "rating": 3,
                    "reviewed_at": _at(on),
                }
            )
    _add(connection, ReviewCard, cards)
    _add(connection, ReviewLog, answers)


def _write_stories(
    connection: Connection, catalog: Catalog, learner_id: int, now: datetime, stories: int
) -> None:
    principles, scenarios = list(catalog.principles), list(catalog.scenarios)
    rows = [
        {
            "learner_id": learner_id,
            "key": f"view:V{number}",
            "title": f"The migration of region {number} that was late",
            **dict.fromkeys(("situation", "task", "action", "result"), _WORDS * 4),
            "figures": "6 h to 40 min",
            "principles": [
                principles[number % len(principles)],
                principles[(number * 7 + 3) % len(principles)],
            ],
            "scenario": scenarios[number % len(scenarios)],
            "scope": "L7" if number % 3 else "L6",
            "revision": 3,
            "created_at": now - timedelta(days=DAYS - number % 300),
            "updated_at": now - timedelta(days=number % 60),
        }
        for number in range(stories)
    ]
    ids = [_id_of(connection, insert(Story).values(**row)) for row in rows]
    told = [
        {
            "story_id": story_id,
            "key": f"tell:{time_}",
            "told_at": now - timedelta(days=(number * 3 + time_ * 20) % DAYS),
            "seconds": 150,
            "rating": 1 + (number + time_) % 4,
        }
        for number, story_id in enumerate(ids)
        for time_ in range(3)
    ]
    _add(connection, Rehearsal, told)


def _write_messages(connection: Connection, learner_id: int, team_id: str, today: date) -> None:
    """A daily message on each day, one in eight left out for a holiday."""
    rows = []
    for ago in range(1, DAYS + 1):
        on = today - timedelta(days=ago)
        is_rest = ago % 8 == 0
        rows.append(
            {
                "idempotency_key": f"daily:{learner_id}:{on}",
                "team_id": team_id,
                "learner_id": learner_id,
                "kind": "daily",
                "local_date": on,
                "payload": {"turn": ago},
                "priority": 1,
                "state": OutboxState.SKIPPED if is_rest else OutboxState.SENT,
                "reason": "public holiday" if is_rest else None,
                "due_at": _at(on),
                "created_at": _at(on),
            }
        )
    _add(connection, OutboxMessage, rows)


def _entry(
    learner_id: int, key: str, on: date, activity: str, *, task: str | None = None, **more: Any
) -> dict[str, Any]:
    return {
        "learner_id": learner_id,
        "key": key,
        "local_date": on,
        "activity": activity,
        "task": task,
        "count": 1,
        "rating": None,
        "logged_at": _at(on),
        **more,
    }


def _at(on: date) -> datetime:
    return datetime.combine(on, time(10), UTC)


def _id_of(connection: Connection, query: Any) -> int:
    key: Any = connection.execute(query).inserted_primary_key
    return int(key[0])


def _add(connection: Connection, model: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(insert(_table(model)), rows)


def _table(model: type[SQLModel]) -> Any:
    return SQLModel.metadata.tables[str(model.__tablename__)]
