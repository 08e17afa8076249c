"""What a renderer may answer, and what becomes of windows, edits, threads and groups."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from bot import sending
from bot.outgoing import MessageKind, Outcome, Post, Postponed, Render, one_by_one
from bot.sending import CALL_SECONDS, LEASE
from storage import claims, heartbeat
from storage.engine import connect
from storage.models import OutboxMessage, OutboxState, StudyGroup
from tests.conftest import sqlite_url
from tests.processes import KINDS, PostOffice, open_office


@pytest.fixture
async def office(migrated_file: Path, tmp_path: Path) -> AsyncIterator[PostOffice]:
    database = connect(sqlite_url(migrated_file, tmp_path))
    async with open_office(database) as opened:
        yield opened
    await database.close()


def drawn_by(render: Render) -> Mapping[str, MessageKind]:
    """The usual kinds and one that is drawn so."""
    return {**KINDS, "special": MessageKind(render, resend_if_unreadable=True)}


def always(outcome: Outcome) -> Mapping[str, MessageKind]:
    async def render(_payload: dict[str, Any]) -> Outcome:
        return outcome

    return drawn_by(one_by_one(render))


async def a_group(office: PostOffice, **changes: Any) -> int:
    """A study group in the workspace's first channel; our id of it."""
    channels = office.workspace.conversations.all.values()
    channel = next(each for each in channels if each.kind == "channel")
    if office.workspace.bot_user_id not in channel.member_ids:
        channel.member_ids.append(office.workspace.bot_user_id)
    now = office.clock.now()
    values: dict[str, Any] = {
        "team_id": office.workspace.team_id,
        "channel_id": channel.id,
        "channel_name": "study",
        "lead_id": office.people()[0],
        "weekday": 5,
        "at": 960,
        "time_zone": "UTC",
        "next_on": now.date(),
        "created_at": now,
        **changes,
    }
    async with office.database.write() as session:
        group = StudyGroup(**values)
        session.add(group)
        await session.flush()
        return group.id or 0


async def test_many_rows_of_a_kind_are_drawn_in_one_call(office: PostOffice) -> None:
    calls: list[int] = []

    async def render(messages: Sequence[OutboxMessage]) -> dict[int, Outcome | Exception]:
        calls.append(len(messages))
        return {message.id or 0: Post(message.idempotency_key, []) for message in messages}

    for user in office.people():
        await office.owe_all([f"{user} {number}" for number in range(5)], to=user, kind="special")
    count = 5 * len(office.people())

    await (await office.worker(kinds=drawn_by(render))).drain()

    assert len(office.posted()) == count
    assert calls == [count]


@pytest.mark.parametrize("how", ["raises", "left out", "an exception in its place"])
async def test_a_row_that_cannot_be_drawn_holds_up_itself_alone(office: PostOffice, how: str) -> None:
    async def render(messages: Sequence[OutboxMessage]) -> dict[int, Outcome | Exception]:
        drawn: dict[int, Outcome | Exception] = {}
        for message in messages:
            if message.idempotency_key != "bad":
                drawn[message.id or 0] = Post(message.idempotency_key, [])
            elif how == "raises":
                raise LookupError("no such plan")
            elif how == "an exception in its place":
                drawn[message.id or 0] = LookupError("no such plan")
        return drawn

    await office.owe_all(["one", "bad", "two"], kind="special")

    await (await office.worker(kinds=drawn_by(render))).drain()

    assert office.posted() == ["one", "two"]
    row = await office.row("bad")
    assert (row.state, row.attempts) == (OutboxState.DUE, 1)


async def test_a_postponed_message_is_drawn_anew_when_it_is_due_again(office: PostOffice) -> None:
    later = office.clock.now() + timedelta(hours=9)

    async def render(payload: dict[str, Any]) -> Outcome:
        return Postponed(later, "quiet hours") if office.clock.now() < later else Post("morning", [])

    await office.owe("night", kind="special")
    worker = await office.worker(kinds=drawn_by(one_by_one(render)))

    await worker.drain()
    row = await office.row("night")
    assert (row.state, row.due_at, row.reason, row.attempts) == (OutboxState.DUE, later, "quiet hours", 0)
    office.clock.move(9 * 3600)
    await worker.drain()
    assert office.posted() == ["night"]


async def test_a_window_that_ends_while_it_is_postponed_is_missed_and_told(
    office: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    end = office.clock.now() + timedelta(hours=1)
    kinds = always(Postponed(end + timedelta(hours=1), "quiet hours"))
    await office.owe("night", kind="special", expires_at=end)
    worker = await office.worker(kinds=kinds)
    await worker.drain()
    office.clock.move(2 * 3600)

    with caplog.at_level(logging.WARNING):
        await worker.drain()

    row = await office.row("night")
    assert (row.state, row.reason) == (OutboxState.MISSED, "late: its window is over")
    assert await office.counts() == {"missed": 1}
    [line] = caplog.records
    assert line.getMessage() == f"missed: special for learner {row.learner_id}, late: its window is over"


async def test_a_message_that_replaces_another_edits_it(office: PostOffice) -> None:
    await office.owe("first")
    worker = await office.worker()
    await worker.drain()
    first = await office.row("first")

    await office.owe("edit", kind="special")
    worker = await office.worker(kinds=always(Post("done", [], replaces=first.message_ts)))
    await worker.drain()

    dm = office.workspace.conversations.open_dm(office.people()[0])
    assert [(each.text, each.ts) for each in office.workspace.conversations.newest_first(dm.id)] == [
        ("done", first.message_ts)
    ]
    row = await office.row("edit")
    assert (row.state, row.message_ts) == (OutboxState.SENT, first.message_ts)


async def test_an_edit_whose_answer_was_lost_is_made_again_without_looking(office: PostOffice) -> None:
    await office.owe("first")
    await (await office.worker()).drain()
    first = await office.row("first")
    office.workspace.faults.add(method="chat.update", kind="lost_answer")
    await office.owe("edit", kind="special")
    worker = await office.worker(kinds=always(Post("done", [], replaces=first.message_ts)))

    await worker.drain()
    assert (await office.row("edit")).state == OutboxState.UNCLEAR
    office.clock.move(2)
    await worker.drain()

    assert (await office.row("edit")).state == OutboxState.SENT
    assert office.calls("conversations.history") == 0


@pytest.mark.parametrize("code", ["message_not_found", "cant_update_message", "edit_window_closed"])
async def test_an_edit_that_slack_refuses_for_good_ends(office: PostOffice, code: str) -> None:
    office.workspace.faults.add(method="chat.update", kind="error", error=code)
    await office.owe("edit", kind="special")

    await (await office.worker(kinds=always(Post("done", [], replaces="1.1")))).drain()

    row = await office.row("edit")
    assert (row.state, row.reason) == (OutboxState.FAILED, code)


async def test_a_reply_goes_into_the_thread_and_is_looked_for_there(office: PostOffice) -> None:
    await office.owe("first")
    await (await office.worker()).drain()
    first = await office.row("first")
    office.workspace.faults.add(method="chat.postMessage", kind="lost_answer")
    await office.owe("reply", kind="special")
    worker = await office.worker(kinds=always(Post("in the thread", [], thread_ts=first.message_ts)))

    await worker.drain()
    assert (await office.row("reply")).state == OutboxState.UNCLEAR
    office.clock.move(2)
    await worker.drain()

    assert office.posted() == ["first", "reply"]
    assert office.workspace.posts[1].thread_ts == first.message_ts
    assert (await office.row("reply")).state == OutboxState.SENT


async def test_a_study_group_gets_its_messages_in_its_channel(office: PostOffice) -> None:
    group_id = await a_group(office)
    await office.owe("round", learner_id=None, group_id=group_id)

    await (await office.worker()).drain()

    row = await office.row("round")
    async with office.database.read() as session:
        group = await session.get(StudyGroup, group_id)
    assert group is not None
    assert (row.state, row.channel) == (OutboxState.SENT, group.channel_id)


async def test_what_a_group_is_owed_anew_is_looked_for_after_a_long_absence(office: PostOffice) -> None:
    """The database may have come out of a backup that does not know of the first one."""
    group_id = await a_group(office)
    now = office.clock.now()
    owed: dict[str, Any] = {"learner_id": None, "group_id": group_id, "local_date": now.date()}
    await office.owe("round", **owed)
    await (await office.worker()).drain()
    async with office.database.write() as session:
        await session.exec(delete(OutboxMessage))
        await heartbeat.begin(session, now=now - timedelta(hours=1))
        await heartbeat.begin(session, now=now)
    office.clock.move(60)
    await office.owe("round", **owed)

    await (await office.worker()).drain()

    assert office.posted() == ["round"]
    assert (await office.row("round")).state == OutboxState.SENT


async def test_a_group_that_has_ended_gets_nothing_more(office: PostOffice) -> None:
    group_id = await a_group(office, ended_at=datetime.now(UTC))
    await office.owe("round", learner_id=None, group_id=group_id)

    await (await office.worker()).drain()

    assert (await office.row("round")).reason == "the group has ended"
    assert office.calls() == 0


@pytest.mark.parametrize(
    ("code", "is_told"), [("channel_not_found", True), ("is_archived", True), ("msg_too_long", False)]
)
async def test_a_channel_that_is_closed_to_us_is_told_once_written_down(
    office: PostOffice, code: str, is_told: bool
) -> None:
    told: list[tuple[int, str, str]] = []

    async def on_group_refused(group_id: int, code: str) -> None:
        told.append((group_id, code, (await office.row("round")).state))

    group_id = await a_group(office)
    office.workspace.faults.add(method="chat.postMessage", kind="error", error=code)
    await office.owe("round", learner_id=None, group_id=group_id)

    await (await office.worker(on_group_refused=on_group_refused)).drain()

    assert told == ([(group_id, code, OutboxState.FAILED)] if is_told else [])
    assert (await office.row("round")).reason == code


async def test_a_call_that_could_outlast_the_lease_is_not_made(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = claims.begin_sending
    late = LEASE.total_seconds() - CALL_SECONDS + 0.1

    async def begin_slowly(*arguments: Any, **options: Any) -> set[int]:
        begun = await begin(*arguments, **options)
        office.clock.move(late)
        monkeypatch.setattr(claims, "begin_sending", begin)
        assert office.calls() == 0
        return begun

    monkeypatch.setattr(claims, "begin_sending", begin_slowly)
    await office.owe("once")

    await (await office.worker()).drain()

    row = await office.row("once")
    assert (row.state, row.fence) == (OutboxState.SENT, 2)
    assert office.posted() == ["once"]


async def test_a_post_that_may_still_arrive_is_not_repeated_before_slack_has_settled(
    office: PostOffice,
) -> None:
    """As after a kill: the row says `sending`, its lease is over, the conversation does not show it yet."""
    await office.owe("once")
    async with office.database.write() as session:
        now = office.clock.now()
        [message] = await claims.claim(
            session,
            team_id=office.workspace.team_id,
            kinds=KINDS,
            priority=0,
            owner="dead",
            now=now,
            lease=LEASE,
            limit=1,
        )
        await claims.begin_sending(session, [message], now=now, lease=LEASE)
    worker = await office.worker()

    office.clock.move(LEASE.total_seconds())
    await worker.drain()
    row = await office.row("once")
    assert (row.state, row.due_at) == (OutboxState.UNCLEAR, now + sending.SETTLED)
    assert office.calls("conversations.history") == 1
    office.clock.move(4.9)
    await worker.drain()
    assert office.posted() == []

    office.clock.move(0.1)
    await worker.drain()
    assert office.posted() == ["once"]
    assert (await office.row("once")).doubtful is False
