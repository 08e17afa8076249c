"""Time zones a person can choose from."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

MOST = 50


@cache
def names() -> tuple[str, ...]:
    """IANA zones named after a place, and UTC."""
    areas = (
        "Africa",
        "America",
        "Antarctica",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    )
    placed = (name for name in available_timezones() if name.split("/")[0] in areas and "/" in name)
    return ("UTC", *sorted(placed))


def is_zone(name: str) -> bool:
    """Whether it is a zone we can compute with; Slack also sends some old names."""
    return name in available_timezones()


def search(query: str) -> tuple[str, ...]:
    """Zones whose place holds every word of the query; those whose city begins with it first."""
    words = query.lower().replace("_", " ").split()
    found = [name for name in names() if all(word in name.lower().replace("_", " ") for word in words)]

    def rank(name: str) -> tuple[bool, str]:
        city = name.rsplit("/", 1)[-1].lower().replace("_", " ")
        return (not city.startswith(" ".join(words)), name)

    return tuple(sorted(found, key=rank)[:MOST])


def label(name: str, instant: datetime) -> str:
    """Europe/Lisbon -> Lisbon, Europe (10:30 now)."""
    area, _, place = name.partition("/")
    title = f"{place.replace('_', ' ')}, {area}" if place else area
    return f"{title} ({instant.astimezone(ZoneInfo(name)):%H:%M} now)"[:75]
