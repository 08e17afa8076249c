"""Calendars at private addresses: read cheaply, and by nobody who has no secret."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import aiohttp
import pytest

from bot.web import calendar
from bot.web.rate import Rate
from bot.web.server import WebServer, serving

SECRET = "s" * 43
CONTENT = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


class Answer(NamedTuple):
    """An answer, read."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Shelf:
    """One calendar behind the server."""

    server: WebServer
    session: aiohttp.ClientSession
    asked: list[str]
    now: list[float] = field(default_factory=lambda: [0.0])

    async def get(self, name: str = f"{SECRET}.ics", method: str = "GET", **headers: str) -> Answer:
        """What comes back."""
        url = f"http://127.0.0.1:{self.server.port}/calendar/{name}"
        async with self.session.request(method, url, headers=headers) as answer:
            return Answer(answer.status, answer.headers, await answer.read())


@pytest.fixture
async def shelf() -> AsyncIterator[Shelf]:
    asked: list[str] = []
    now = [0.0]

    async def read(secret: str) -> bytes | None:
        asked.append(secret)
        return CONTENT if secret == SECRET else None

    of_all = Rate(burst=8, seconds=1, monotonic=lambda: now[0])
    of_one = Rate(burst=3, seconds=30, monotonic=lambda: now[0])
    routes = calendar.routes(read, of_all=of_all, of_one=of_one)
    async with serving(routes, 0) as server, aiohttp.ClientSession() as session:
        yield Shelf(server, session, asked, now)


async def test_a_calendar_and_what_callers_may_keep_of_it(shelf: Shelf) -> None:
    answer = await shelf.get()

    assert (answer.status, answer.body) == (200, CONTENT)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, max-age=900"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


async def test_an_unchanged_one_is_not_sent_again(shelf: Shelf) -> None:
    tag = (await shelf.get()).headers["ETag"]

    again = await shelf.get(**{"If-None-Match": tag})
    other = await shelf.get(**{"If-None-Match": '"another"'})

    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
    assert other.status == 200


async def test_head_is_the_same_without_the_calendar(shelf: Shelf) -> None:
    answer = await shelf.get(method="HEAD")

    assert (answer.status, answer.body) == (200, b"")


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".ics",
        "x.ics",
        "t" * 43 + ".ics",
        SECRET,
        SECRET + ".ics.bak",
        "../" + SECRET + ".ics",
        "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "..%00" + "s" * 39 + ".ics",
        "s" * 4000 + ".ics",
        SECRET[:-1] + "'.ics",
    ],
)
async def test_nothing_else_is_found(shelf: Shelf, name: str) -> None:
    assert (await shelf.get(name)).status == 404
    assert set(shelf.asked) <= {"t" * 43}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_it_is_only_read(shelf: Shelf, method: str) -> None:
    assert (await shelf.get(method=method)).status == 405


async def test_one_calendar_is_read_so_often_and_no_oftener(shelf: Shelf) -> None:
    found = [await shelf.get() for _ in range(4)]

    assert [answer.status for answer in found] == [200, 200, 200, 429]
    assert found[-1].headers["Retry-After"] == "30"
    shelf.now[0] += 30
    assert (await shelf.get()).status == 200


async def test_a_flood_of_guesses_does_not_reach_the_database(shelf: Shelf) -> None:
    found = await asyncio.gather(*(shelf.get(f"{number:043d}.ics") for number in range(40)))

    assert sorted({answer.status for answer in found}) == [404, 429]
    assert len(shelf.asked) == 8
