"""A start with 5,000 installed workspaces, in some of which a message is due: how long, and with how much."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.menu import service as menu_service
from bot.workspaces.secrets import Cipher, new_key
from bot.workspaces.vault import Tokens, Vault
from storage import installations, learners, outbox
from storage.engine import connect
from storage.migrate import upgrade
from storage.models import Installation
from tests.bench.rig import COACH, median, report, running

WORKSPACES = 5000
DUE = 100
"""In so many of them a message is due."""
STARTS = 3
PATIENCE_SECONDS = 30.0
NOW = datetime.now(UTC)


async def measure() -> None:
    """Start to connected, in the mode of many workspaces; then all that is due is tried in each workspace."""
    key = new_key()
    settings = {
        "SLACK_BOT_TOKEN": "",
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "of-the-bench",  # pragma: allowlist secret
        "PREP_ENCRYPTION_KEY": key,
        "PREP_PUBLIC_URL": "https://prep.example.org",
        "PREP_HTTP_PORT": "0",
    }
    start_ms, few_ms, memory = [], [], []
    for _ in range(STARTS):
        async with running(COACH, settings=settings) as few:
            few_ms.append(few.start_ms)
        async with running(COACH, settings=settings, prepare=_prepared(key)) as many:
            start_ms.append(many.start_ms)
            memory.append(many.memory_mb)
            tried_in = await _until_tried(many.database)
    report(
        f"start with {WORKSPACES} installed workspaces, median of {STARTS}",
        f"{median(start_ms):.0f} ms to connected, {median(few_ms):.0f} ms with none; {median(memory):.0f} MB "
        f"resident; {tried_in:.1f} s more until the messages due in {DUE} of them were tried",
        "under 3000 ms",
        median(start_ms) < 3000,
    )


def _prepared(key: str) -> Callable[[Path], Awaitable[None]]:
    async def prepare(file: Path) -> None:
        url = f"sqlite:///{file}"
        upgrade(url)
        database = connect(url)
        vault = Vault(Cipher.of(key))
        async with database.write() as session:
            for number in range(WORKSPACES):
                await installations.save(session, _installation(vault, f"T{number:08}"))
            for number in range(DUE):
                await _owe(session, f"T{number * WORKSPACES // DUE:08}")
        await database.close()

    return prepare


def _installation(vault: Vault, place: str) -> Installation:
    sealed, _ = vault.sealed(place, Tokens(bot_token=f"xoxb-{place}"))
    return Installation(
        place=place,
        team_id=place,
        name=place,
        app_id="A1",
        bot_id="B1",
        bot_user_id="UBOT",
        scopes="chat:write",
        installer_id="U1",
        bot_token=sealed,
        installed_at=NOW,
    )


async def _owe(session: AsyncSession, team_id: str) -> None:
    """A message that Slack refuses, because it knows no such token: an attempt shows that it was tried."""
    learner = await learners.ensure(session, team_id, "U1", now=NOW)
    draft = outbox.Draft(
        idempotency_key=team_id,
        team_id=team_id,
        learner_id=learner.id,
        kind=menu_service.KIND,
        payload={"word": "help", "learner_id": learner.id},
        due_at=NOW,
    )
    await outbox.enqueue(session, draft, now=NOW)


async def _until_tried(file: Path) -> float:
    """Seconds until each message was tried once."""
    began = time.perf_counter()
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
        while True:
            (tried,) = database.execute("SELECT count(*) FROM outbox_message WHERE attempts > 0").fetchone()
            if tried >= DUE:
                return time.perf_counter() - began
            if time.perf_counter() - began > PATIENCE_SECONDS:
                raise TimeoutError(f"{tried} of {DUE} were tried")
            await asyncio.sleep(0.05)
