"""A database that is locked, full, read-only, cut off, torn from its power, or put back from last night."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.scheduler import build_scheduler
from storage.engine import Database
from tests.processes import until
from tests.survival.conftest import on_postgres, on_sqlite
from tests.survival.edge import Life, StraightClient
from tests.survival.files import back_up, cut_power, file_of, log_of, opened, settle, synchronous
from tests.survival.process_town import PAST_LEASE
from tests.survival.rig import Town, new_town

PEOPLE = 20
TODAY = date(2026, 5, 4)
LOCKED_SECONDS = 2.0
TICKS_UNTIL_CONNECTED = 4
"""A lost connection is noticed when it is used: reading, writing, deciding, delivering."""
MANY = 400
"""Enough that owing them something needs room in the file."""


async def nine_o_clock(database: Database, people: int = PEOPLE) -> Town:
    """Everybody is due now."""
    town = new_town(database, "2026-05-04 00:00")
    await town.settle_many(people, weekly_on=False)
    town.set("2026-05-04 09:00")
    return town


async def end_of_day(town: Town) -> list[str]:
    """Live on until the books of the day can be closed; the breaches."""
    town.set(town.clock.now() + PAST_LEASE)
    await town.live_until("2026-05-04 23:00")
    return await town.breaches(TODAY, TODAY)


def guarded(town: Town) -> Callable[[], Awaitable[object]]:
    """The tick as the scheduler runs it: what fails is told in the log, and tried again."""
    work: Callable[[], Awaitable[object]] = build_scheduler(town.tick, tick_seconds=5).get_job("tick").func
    return work


@on_sqlite
async def test_23_another_writer_holds_the_database(database: Database) -> None:
    """Survives 23: a lock that lasts; thirty seconds in make torture."""
    town = await nine_o_clock(database)
    async with locked(file_of(database), LOCKED_SECONDS):
        await town.tick()

    assert await end_of_day(town) == []


@asynccontextmanager
async def locked(file: Path, seconds: float) -> AsyncIterator[None]:
    """Somebody else begins to write, and takes their time."""
    held = threading.Event()

    def hold() -> None:
        connection = sqlite3.connect(file, isolation_level=None, timeout=30)
        connection.execute("BEGIN IMMEDIATE")
        held.set()
        threading.Event().wait(seconds)
        connection.execute("ROLLBACK")
        connection.close()

    holding = asyncio.create_task(asyncio.to_thread(hold))
    await until(held.is_set)
    yield
    await holding


@on_sqlite
@pytest.mark.parametrize(
    ("spoil", "mend", "cause"),
    [
        pytest.param(
            "PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1073741823", "disk is full", id="full"
        ),
        pytest.param(
            "PRAGMA query_only = ON", "PRAGMA query_only = OFF", "readonly database", id="read-only"
        ),
    ],
)
async def test_23_the_file_takes_nothing_more(
    database: Database, spoil: str, mend: str, cause: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Survives 23: no room, or no right to write: a clear line, no half state, and on it goes by itself."""
    town = await nine_o_clock(database, MANY)
    tick = guarded(town)
    await pragma(database, spoil)
    await tick()
    assert town.accepted() == []
    assert "a tick failed; the next one tries again" in caplog.text
    assert cause in caplog.text
    await pragma(database, mend)

    await tick()

    assert len(town.accepted()) == MANY
    assert await end_of_day(town) == []


@on_sqlite
async def test_23_the_file_takes_nothing_more_after_slack_accepted(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Survives 23: the file becomes read-only between Slack's yes and our writing it down."""
    town = await nine_o_clock(database)

    async def spoil() -> None:
        await pragma(database, "PRAGMA query_only = ON")

    town.delivery = town.worker(poster=AfterPosts(town, 5, spoil))
    await guarded(town)()
    await pragma(database, "PRAGMA query_only = OFF")
    town.delivery = town.worker()

    assert await end_of_day(town) == []


async def pragma(database: Database, statement: str) -> None:
    """Set something on the one connection that writes."""
    async with database.writers.connect() as connection:
        raw: Any = (await connection.get_raw_connection()).driver_connection
        cursor = await raw.execute(statement)
        await cursor.close()


class AfterPosts(StraightClient):
    """Does something once, right after Slack accepted so many posts and before their answers are there."""

    def __init__(
        self, town: Town, posts: int, then: Callable[[], Awaitable[object]], life: Life | None = None
    ) -> None:
        super().__init__(town.workspace, life)
        self._town = town
        self._posts = posts
        self._then: Callable[[], Awaitable[object]] | None = then

    async def api_call(self, api_method: str, **request: Any) -> AsyncSlackResponse:
        """Carry out a call."""
        response = await super().api_call(api_method, **request)
        if self._then is not None and len(self._town.accepted()) >= self._posts:
            then, self._then = self._then, None
            await then()
        return response


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode != 0:  # noqa: S603
        pytest.skip("only root can mount a small disk; the same is tried with a limit on pages")
    yield place
    subprocess.run(["umount", str(place)], check=True)  # noqa: S603, S607


async def test_23_a_disk_that_is_full_amid_the_wave(
    small_disk: Path, migrated_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Survives 23: not a byte is left on the disk from the sixth post on; then somebody makes room."""
    file = small_disk / "prep-coach.db"
    await asyncio.to_thread(shutil.copyfile, migrated_file, file)
    filler = small_disk / "filler"

    async def fill() -> None:
        with filler.open("wb", buffering=0) as out:
            try:
                while True:
                    out.write(b"0" * 4096)
            except OSError:
                return

    async with opened(file) as database:
        town = await nine_o_clock(database)
        town.delivery = town.worker(poster=AfterPosts(town, 6, fill))
        await settle(database)
        await guarded(town)()
        assert "disk is full" in caplog.text or "disk I/O error" in caplog.text
        filler.unlink()
        town.delivery = town.worker()

        assert await end_of_day(town) == []


@on_sqlite
@pytest.mark.parametrize("posts", [1, 7, 19])
async def test_23_the_power_fails(database: Database, tmp_path: Path, posts: int) -> None:
    """
    Survives 23: the files as they are on the disk in some moment, opened again.

    Of what SQLite has not yet made sure of, only some has reached the disk.
    """
    town = await nine_o_clock(database)
    await settle(database)
    keeps = 0 if await synchronous(database) < 2 else None
    left = tmp_path / "left.db"
    life = Life()

    async def fail() -> None:
        log = log_of(file_of(database))
        cut_power(
            file_of(database),
            left,
            keeps=log.stat().st_size if keeps is None else keeps,
            chance=random.Random(posts),  # noqa: S311 - repeatable
        )
        life.last = life.steps + 1

    town.delivery = town.worker(life=life, poster=AfterPosts(town, posts, fail, life))
    working = asyncio.create_task(town.tick())
    life.on_death = working.cancel
    await asyncio.wait([working])
    async with opened(left) as after:
        town.work_on(after)
        assert await end_of_day(town) == []


@on_sqlite
@pytest.mark.parametrize(
    ("backed_up", "restored"),
    [
        ("03:00", "07:00"),
        ("03:00", "09:05"),
        ("03:00", "09:30"),
        ("03:00", "20:30"),
        ("09:00", "09:05"),
        ("09:00", "12:00"),
    ],
)
async def test_24_last_nights_backup_is_put_back(
    database: Database, tmp_path: Path, backed_up: str, restored: str
) -> None:
    """Survives 24: what was sent since the backup is not sent again, even if it was made amid a wave."""
    town = new_town(database, "2026-05-04 00:00")
    await town.settle_many(4, weekly_on=False, evening_on=True)
    await town.live_until(f"2026-05-04 {backed_up}")
    await town.service.plan_due()
    await back_up(database, tmp_path / "backup.db")
    await town.live_until(f"2026-05-04 {restored}")
    sent = list(town.accepted())

    async with opened(tmp_path / "backup.db") as after:
        town.work_on(after)
        await town.service.take_over()
        await town.tick()
        assert town.accepted() == sent
        await town.live_until("2026-05-04 23:00")

        assert await town.breaches(TODAY, TODAY) == []


@on_postgres
@pytest.mark.parametrize("posts", [1, 9])
async def test_25_the_way_to_the_database_is_cut_right_after_slack_accepted(
    database: Database, database_url: str, posts: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Survives 25: every connection is gone at that moment; they come back by themselves."""
    town = await nine_o_clock(database)

    async def cut() -> None:
        await asyncio.to_thread(_end_all_connections, database_url)

    town.delivery = town.worker(poster=AfterPosts(town, posts, cut))
    tick = guarded(town)
    await tick()
    assert len(town.accepted()) >= posts
    town.delivery = town.worker()
    for _ in range(TICKS_UNTIL_CONNECTED):
        await tick()

    assert await end_of_day(town) == []
    assert "Traceback" in caplog.text


def _end_all_connections(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
