"""Pictures as JSON: what goes to the drawing process, and what tells whether anything has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from bot.pictures.series import Consistency, CoverageMatrix, HoursByTrack, Picture, ScoreOverTime, Series

STYLE = 1
"""To be counted up when drawing.py draws the same numbers otherwise: Slack then gets new files."""


def digest(picture: Picture) -> str:
    """The same for the same numbers in the same style, on every machine."""
    return hashlib.sha256(f"{STYLE}{dumps([picture])}".encode()).hexdigest()


def dumps(pictures: Sequence[Picture]) -> str:
    """As JSON; the order of sets does not matter."""
    return json.dumps([asdict(picture) for picture in pictures], default=_plain, sort_keys=True)


def loads(text: str) -> list[Picture]:
    """What `dumps` wrote. Raises ValueError for anything else."""
    try:
        return [_picture(entry) for entry in json.loads(text)]
    except (KeyError, TypeError) as error:
        raise ValueError("no picture") from error


def _plain(value: object) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(on.isoformat() for on in value)
    raise TypeError(type(value).__name__)


def _picture(entry: dict[str, Any]) -> Picture:
    match entry["kind"]:
        case "score":
            series = tuple(Series(name=one["name"], values=tuple(one["values"])) for one in entry["series"])
            days = tuple(map(date.fromisoformat, entry["days"]))
            return ScoreOverTime(**{**entry, "days": days, "series": series})
        case "hours":
            lists = {name: tuple(entry[name]) for name in ("tracks", "done", "planned")}
            return HoursByTrack(**{**entry, **lists})
        case "consistency":
            rest = frozenset(map(date.fromisoformat, entry["rest"]))
            from_on = date.fromisoformat(entry["from_on"])
            return Consistency(**{**entry, "from_on": from_on, "done": tuple(entry["done"]), "rest": rest})
        case "coverage":
            lists = {name: tuple(entry[name]) for name in ("principles", "scenarios", "scenario_stories")}
            return CoverageMatrix(**{**entry, **lists, "stories": tuple(map(tuple, entry["stories"]))})
        case _:
            raise ValueError("no picture of that kind")
