"""Tokens are exchanged before they end, by one process at a time, and what Slack told is not thrown away."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.workspaces.rotation import Rotation
from bot.workspaces.slack_oauth import is_alive
from storage import installations
from storage.models import Installation
from tests.bot.workspaces.town import HARBOR, Town


async def stored(town: Town) -> Installation:
    async with town.database.read() as session:
        found = await installations.find(session, HARBOR)
    assert found is not None
    return found


def calls(town: Town) -> int:
    return sum(
        call.method == "oauth.v2.access" and call.arguments.get("grant_type") == "refresh_token"
        for call in town.harbor.calls
    )


async def works(town: Town) -> bool:
    """Whether the bot gets into Slack with the token it would use now."""
    token = await town.many.workspaces.token(HARBOR)
    return token is not None and await is_alive(town.slack, token) is True


async def test_nothing_is_exchanged_too_early(turning: Town) -> None:
    await turning.install(HARBOR)
    turning.later(hours=9, minutes=59)

    await turning.many.rotation.run_due()

    assert calls(turning) == 0


async def test_a_token_is_exchanged_two_hours_before_its_end_and_used_at_once(turning: Town) -> None:
    await turning.install(HARBOR)
    first = await turning.many.workspaces.token(HARBOR)
    turning.later(hours=10)

    await turning.many.rotation.run_due()

    assert await turning.many.workspaces.token(HARBOR) not in (None, first)
    assert await works(turning)
    row = await stored(turning)
    assert row.revision == 2
    assert row.expires_at is not None
    assert abs(row.expires_at - turning.clock.now() - timedelta(hours=12)) < timedelta(minutes=1)


async def test_it_goes_on_for_days(turning: Town) -> None:
    await turning.install(HARBOR)

    for _ in range(12):
        turning.later(hours=10, minutes=1)
        await turning.many.rotation.run_due()
        assert await works(turning)


async def test_many_processes_exchange_a_token_once(turning: Town) -> None:
    await turning.install(HARBOR)
    turning.later(hours=10)
    rotation = turning.many.rotation
    others = [
        Rotation(
            database=rotation.database,
            vault=rotation.vault,
            oauth=rotation.oauth,
            now=rotation.now,
            on_changed=lambda _: None,
        )
        for _ in range(4)
    ]

    await asyncio.gather(*(one.run_due() for one in (rotation, *others)))

    assert calls(turning) == 1
    assert (await stored(turning)).rotation_error is None


@pytest.mark.parametrize("kind", ["http_500", "drop", "ratelimited"])
async def test_slacks_trouble_is_tried_again_and_the_old_token_goes_on(turning: Town, kind: str) -> None:
    await turning.install(HARBOR)
    turning.later(hours=10)
    turning.harbor.faults.add(method="oauth.v2.access", kind=kind, seconds=20, times=1)  # type: ignore[arg-type]  # one of its words

    await turning.many.rotation.run_due()
    row = await stored(turning)
    assert row.rotation_error is not None
    assert row.rotation_failures == 1
    assert await works(turning)

    turning.later(minutes=1)
    await turning.many.rotation.run_due()

    row = await stored(turning)
    assert (row.rotation_error, row.rotation_failures, row.revision) == (None, 0, 2)


async def test_a_lost_answer_is_told_and_installing_again_mends_it(
    turning: Town, caplog: pytest.LogCaptureFixture
) -> None:
    await turning.install(HARBOR)
    turning.later(hours=10)
    turning.harbor.faults.add(method="oauth.v2.access", kind="lost_answer")
    await turning.many.rotation.run_due()

    turning.later(minutes=5)
    await turning.many.rotation.run_due()

    assert (await stored(turning)).rotation_error == "invalid_refresh_token"
    assert "cannot be exchanged (invalid_refresh_token)" in caplog.text
    assert "install Prep Coach there again" in caplog.text
    assert "xoxe" not in caplog.text
    assert await works(turning)  # for two more hours

    await turning.install(HARBOR)
    turning.later(hours=3)
    assert await works(turning)
    assert (await stored(turning)).rotation_error is None


async def test_what_slack_told_is_stored_as_soon_as_the_database_is_back(
    turning: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await turning.install(HARBOR)
    turning.later(hours=10)
    turning.many.rotation.store_again_seconds = 0
    real, failures = installations.renew, iter([OSError(), OSError()])

    async def renew(*arguments: object, **more: object) -> bool:
        for failure in failures:
            raise failure
        return await real(*arguments, **more)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(installations, "renew", renew)

    await turning.many.rotation.run_due()

    assert calls(turning) == 1
    assert await works(turning)
    assert (await stored(turning)).revision == 2


async def test_a_stop_waits_until_it_is_stored(turning: Town) -> None:
    await turning.install(HARBOR)
    turning.later(hours=10)
    turning.harbor.faults.add(method="oauth.v2.access", kind="slow", seconds=0.2)
    job = asyncio.create_task(turning.many.rotation.run_due())
    for _ in range(500):
        if turning.harbor.faults.met:
            break
        await asyncio.sleep(0.01)

    job.cancel()
    await turning.many.rotation.finish(5)

    assert (await stored(turning)).revision == 2


async def test_an_exchange_that_ends_after_a_new_installation_changes_nothing(turning: Town) -> None:
    await turning.install(HARBOR)
    old = await stored(turning)
    await turning.install(HARBOR)
    token = await turning.many.workspaces.token(HARBOR)

    await turning.many.rotation._store(old, turning.many.rotation.vault.opened(old))

    turning.many.workspaces.drop(HARBOR)
    assert await turning.many.workspaces.token(HARBOR) == token


async def test_tokens_that_last_are_left_alone(town: Town) -> None:
    await town.install(HARBOR)
    town.later(days=400)

    await town.many.rotation.run_due()

    assert calls(town) == 0
    assert await works(town)
