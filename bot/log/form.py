"""From the fields of the form to an entry, or to what has to be corrected beside each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.log.entries import ACTIVITIES, MOST_COUNT, MOST_MINUTES, Activity, Entry, faults_of, named
from bot.log.tasks import TaskNames

ACTIVITY, COUNT, MINUTES, DAY, TASK, RATING = "activity", "count", "minutes", "day", "task", "rating"
FIELDS = (ACTIVITY, COUNT, MINUTES, DAY, TASK, RATING)


def check(
    fields: Mapping[str, str | None], today: date, names: TaskNames
) -> tuple[Entry | None, dict[str, str]]:
    """The entry, or sentences by field. An empty count is 1, an empty day is `today`."""
    faults: dict[str, str] = {}
    activity = read_activity(fields.get(ACTIVITY))
    if activity is None:
        faults[ACTIVITY] = "Choose what you practised."
    count = _number(fields.get(COUNT), 1)
    if count is None:
        faults[COUNT] = f"Write a whole number from 1 to {MOST_COUNT}."
    minutes = _number(fields.get(MINUTES), 0)
    if minutes is None:
        faults[MINUTES] = f"Write whole minutes from 1 to {MOST_MINUTES}, or leave it empty."
    try:
        on = date.fromisoformat(fields.get(DAY) or today.isoformat())
    except ValueError:
        on = None
        faults[DAY] = "Choose a day."
    task = fields.get(TASK) or None
    if task is not None and activity is not None and names.activity_of(task) != activity:
        faults[TASK] = f"That is no {named(activity, 1)}. Choose another, or leave it empty."
    rating = _number(fields.get(RATING), None)
    if activity is None or count is None or minutes is None or on is None:
        return None, faults
    entry = Entry(activity=activity, on=on, count=count, minutes=minutes, task=task, rating=rating)
    faults = {**faults_of(entry, today), **faults}
    return (None, faults) if faults else (entry, {})


def read_activity(value: str | None) -> Activity | None:
    """The activity an option of ours stands for."""
    return next((activity for activity in ACTIVITIES if activity == value), None)


def _number(value: str | None, empty: int | None) -> int | None:
    typed = (value or "").strip()
    if not typed:
        return empty
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 6 else None
