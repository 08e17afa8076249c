"""What Slack may say to a post: each message arrives once, later, as plain text, or keeps the reason."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from storage.engine import connect
from storage.models import OutboxState
from tests.conftest import sqlite_url
from tests.processes import PostOffice, open_office


@pytest.fixture
async def office(migrated_file: Path, tmp_path: Path) -> AsyncIterator[PostOffice]:
    database = connect(sqlite_url(migrated_file, tmp_path))
    async with open_office(database) as opened:
        yield opened
    await database.close()


@pytest.mark.parametrize(
    "code", ["channel_not_found", "is_archived", "messages_tab_disabled", "msg_too_long", "not_in_channel"]
)
async def test_a_permanent_refusal_ends_the_message_with_its_reason(office: PostOffice, code: str) -> None:
    office.workspace.faults.add(method="chat.postMessage", kind="error", error=code)
    await office.owe("refused")
    await office.owe("next")

    await (await office.worker()).drain()

    assert (await office.row("refused")).state == OutboxState.FAILED
    assert (await office.row("refused")).reason == code
    assert office.posted() == ["next"]


async def test_a_deactivated_person_gets_nothing_more_and_the_reason_is_kept(office: PostOffice) -> None:
    ana, ben, *_ = office.people()
    office.workspace.people[ana].deleted = True
    await office.owe_all(["one", "two"], to=ana)
    await office.owe("other", to=ben)

    await (await office.worker()).drain()

    assert (await office.row("one")).state == OutboxState.FAILED
    assert (await office.row("one")).reason == "user_disabled"
    assert (await office.row("two")).state == OutboxState.SKIPPED
    assert (await office.row("two")).reason == "the account is deactivated"
    assert (await office.learner(ana)).deactivated_at == office.clock.now()
    assert office.posted() == ["other"]
    assert office.calls() == 2


@pytest.mark.parametrize("code", ["token_revoked", "invalid_auth", "something_new"])
async def test_what_may_work_later_is_tried_again_and_others_go_on(office: PostOffice, code: str) -> None:
    ana, ben, *_ = office.people()
    await office.owe("later", to=ana)
    await office.owe("other", to=ben)
    channel = (await office.learner(ana)).dm_channel
    office.workspace.faults.add(
        method="chat.postMessage",
        kind="error",
        error=code,
        times=2,
        matching=lambda a: a["channel"] == channel,
    )
    worker = await office.worker()

    await worker.drain()
    assert office.posted() == ["other"]
    assert (await office.row("later")).state == OutboxState.DUE
    assert (await office.row("later")).reason == code
    assert (await office.row("later")).due_at == office.clock.now() + timedelta(seconds=2)

    office.clock.move(2)
    await worker.drain()
    assert (await office.row("later")).due_at == office.clock.now() + timedelta(seconds=4)

    office.clock.move(4)
    await worker.drain()
    assert office.posted() == ["other", "later"]
    assert office.calls("conversations.history") == 0


async def test_refused_blocks_are_replaced_by_their_text(office: PostOffice) -> None:
    office.workspace.faults.add(
        method="chat.postMessage",
        kind="error",
        error="invalid_blocks",
        times=None,
        matching=lambda a: "blocks" in a,
    )
    await office.owe("plain")

    await (await office.worker()).drain()

    [post] = office.workspace.posts
    assert (post.text, post.blocks) == ("plain", [])
    assert (await office.row("plain")).state == OutboxState.SENT


async def test_after_a_429_nobody_posts_before_the_time_slack_asked_for(office: PostOffice) -> None:
    ana, ben, *_ = office.people()
    office.workspace.faults.add(method="chat.postMessage", kind="ratelimited", seconds=30)
    keys = [f"ana {n:02}" for n in range(40)]
    await office.owe_all(keys, to=ana)
    worker = await office.worker()

    await worker.drain()
    await office.owe("ben", to=ben)
    office.clock.move(29.9)
    await worker.drain()
    assert office.calls() == 1

    office.clock.move(0.1)
    await worker.drain()
    assert sorted(office.posted()) == [*keys, "ben"]
    assert office.calls() == 42


@pytest.mark.parametrize("method", ["conversations.open", "conversations.history"])
async def test_a_429_to_any_other_method_is_waited_for_too(office: PostOffice, method: str) -> None:
    office.workspace.faults.add(method="chat.postMessage", kind="lost_answer")
    office.workspace.faults.add(method=method, kind="ratelimited", seconds=40)
    await office.owe("once")
    worker = await office.worker()
    await worker.drain()
    assert (await office.row("once")).state == OutboxState.UNCLEAR
    async with office.database.write() as session:
        learner = await office.learner(office.people()[0])
        if method == "conversations.open":
            learner.dm_channel = None
            session.add(learner)

    office.clock.move(10)
    await worker.drain()
    assert (await office.row("once")).state == OutboxState.UNCLEAR
    assert (await office.row("once")).due_at == office.clock.now() + timedelta(seconds=40)

    office.clock.move(39.9)
    await worker.drain()
    assert office.calls(method) == 1
    office.clock.move(0.1)
    await worker.drain()
    assert (await office.row("once")).state == OutboxState.SENT
    assert office.posted() == ["once"]


async def test_a_retry_after_of_nothing_is_a_second(office: PostOffice) -> None:
    worker = await office.worker()
    worker.pace.close_for(0)
    office.workspace.faults.add(method="chat.postMessage", kind="ratelimited", seconds=0)
    await office.owe("soon")

    await worker.drain()

    assert (await office.row("soon")).due_at == office.clock.now() + timedelta(seconds=1)
