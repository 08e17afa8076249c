"""Time zones a person can choose from."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

MOST = 50


@cache
def _available() -> frozenset[str]:
    """The library reads a folder of files each time it is asked."""
    return frozenset(available_timezones())


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
    placed = (name for name in _available() if name.split("/")[0] in areas and "/" in name)
    return ("UTC", *sorted(placed))


def is_zone(name: str) -> bool:
    """Whether it is a zone we can compute with; Slack also sends some old names."""
    return name in _available()


_ALSO_KNOWN: dict[str, str] = {
    "America/Los_Angeles": "seattle san francisco san jose san diego portland palo alto pst pdt pacific",
    "America/New_York": "boston washington atlanta miami philadelphia pittsburgh est edt eastern",
    "America/Chicago": "austin dallas houston minneapolis nashville cst cdt central",
    "America/Denver": "salt lake city mst mdt mountain",
    "America/Toronto": "montreal ottawa waterloo",
    "America/Sao_Paulo": "rio de janeiro brasilia",
    "Europe/London": "manchester edinburgh cambridge oxford gmt bst",
    "Europe/Berlin": "munich hamburg frankfurt cologne cet cest",
    "Europe/Madrid": "barcelona valencia",
    "Europe/Lisbon": "porto",
    "Europe/Rome": "milan turin",
    "Europe/Zurich": "geneva basel",
    "Europe/Paris": "lyon toulouse",
    "Europe/Warsaw": "krakow gdansk",
    "Asia/Kolkata": "india bangalore bengaluru hyderabad mumbai delhi chennai pune ist",
    "Asia/Shanghai": "beijing shenzhen hangzhou china",
    "Asia/Tokyo": "osaka kyoto japan jst",
    "Asia/Jerusalem": "tel aviv haifa",
    "Asia/Dubai": "abu dhabi",
    "Africa/Johannesburg": "cape town pretoria",
    "Australia/Sydney": "canberra",
}
"""Places and abbreviations people type whose zone bears another city's name."""


def _plain(text: str) -> str:
    """Without accents, case and underscores: São Paulo is sao paulo."""
    decomposed = unicodedata.normalize("NFKD", text.replace("_", " "))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).lower()


@cache
def _searchable() -> tuple[tuple[str, str, str], ...]:
    """Name, city and everything it can be found by, ready to compare."""
    rows = []
    for name in names():
        city = _plain(name.rsplit("/", 1)[-1])
        rows.append((name, city, f" {_plain(name).replace('/', ' ')} {_ALSO_KNOWN.get(name, '')} "))
    return tuple(rows)


def search(query: str) -> tuple[str, ...]:
    """Zones whose place holds every word of the query; those whose city is it or begins with it first."""
    words = _plain(query).replace("/", " ").split()
    typed = " ".join(words)

    def rank(row: tuple[str, str, str]) -> tuple[int, str]:
        name, city, known = row
        if typed == city or f" {typed} " in f" {_ALSO_KNOWN.get(name, '')} ":
            return 0, name
        return (1 if city.startswith(typed) or f" {typed}" in known else 2), name

    found = [row for row in _searchable() if all(word in row[2] for word in words)]
    return tuple(name for name, _, _ in sorted(found, key=rank)[:MOST])


def label(name: str, instant: datetime) -> str:
    """Europe/Lisbon -> Lisbon, Europe (10:30 now)."""
    area, _, place = name.partition("/")
    title = f"{place.replace('_', ' ')}, {area}" if place else area
    return f"{title} ({instant.astimezone(ZoneInfo(name)):%H:%M} now)"[:75]
