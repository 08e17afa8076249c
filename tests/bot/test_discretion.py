"""What may be said of an error: where it was, and what kind, but never what somebody typed."""

from __future__ import annotations

import aiohttp
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.discretion import first_words, name_of, told, without_secrets
from bot.errors import NoPlanError
from storage.engine import Database
from tests.dispatch import refusal

TYPED = "I told nobody about the outage"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError(TYPED), "ValueError"),
        (KeyError(TYPED), "KeyError"),
        (NoPlanError(TYPED), "NoPlanError"),
        (refusal("channel_not_found"), "SlackApiError: channel_not_found"),
        (ConnectionRefusedError(111, "Connection refused"), "ConnectionRefusedError"),
        (OSError("the disk is full"), "OSError: the disk is full"),
        (aiohttp.ServerDisconnectedError(), "ServerDisconnectedError: Server disconnected"),
        (TimeoutError(), "TimeoutError"),
        (OSError(f"cannot open {TYPED!r}"), "OSError: cannot open"),
    ],
)
def test_an_error_is_named_with_words_only_where_they_are_nobodys(error: Exception, said: str) -> None:
    assert name_of(error).startswith(said)
    assert TYPED not in name_of(error)


def test_what_led_to_what_is_told_with_its_places() -> None:
    try:
        try:
            int(TYPED)
        except ValueError as error:
            raise RuntimeError(TYPED) from error
    except RuntimeError as error:
        lines = told(error)

    assert TYPED not in lines
    assert lines.index("ValueError") < lines.index("which led to") < lines.index("RuntimeError")
    assert "int(TYPED)" in lines


def test_of_several_errors_each_is_told() -> None:
    lines = told(ExceptionGroup(TYPED, [ValueError(TYPED), KeyError(TYPED)]))

    assert TYPED not in lines
    assert lines.count("of which") == 2
    assert {"ValueError", "KeyError"} <= set(lines.splitlines())


def test_an_error_that_is_its_own_reason_is_told_once() -> None:
    error = ValueError()
    error.__cause__ = error

    assert told(error) == "ValueError"


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO outbox_message (idempotency_key) VALUES (:typed)",
        "INSERT INTO workspace (team_id) VALUES (:typed), (:typed)",
        "SELECT CAST(:typed AS text)::integer",
        "SELECT no_such_column FROM learner WHERE user_id = :typed",
    ],
)
async def test_what_a_database_refuses_is_named_by_code_and_constraint(
    database: Database, statement: str
) -> None:
    with pytest.raises(DBAPIError) as raised:
        async with database.write() as session:
            await (await session.connection()).execute(text(statement), {"typed": TYPED})

    assert TYPED not in told(raised.value)
    assert name_of(raised.value).count(" ") >= 1


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("Unhandled request ({'type': 'event_callback', 'text': 'x'})", "Unhandled request ("),
        (f"Failed to process a message: {TYPED!r}", "Failed to process a message:"),
        ("Task exception was never retrieved\nfuture: <Task exception=ValueError('x')>",
         "Task exception was never retrieved"),
        ("Cannot connect to host slack.com:443", "Cannot connect to host slack.com:443"),
        ("x" * 1000, "x" * 200),
    ],
)  # fmt: skip
def test_of_a_librarys_line_the_beginning_is_kept(line: str, kept: str) -> None:
    assert first_words(line) == kept


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("with xoxb-12-34-abc and xapp-1-A-b", "with ... and ..."),
        ("with xoxe.xoxp-1-abc", "with xoxe...."),
        ("wss://slack.test/link/?ticket=abc-def&app_id=1", "wss://slack.test/link/?ticket=...&app_id=1"),
        ("postgresql://prep:secret@db/prep", "postgresql://...@db/prep"),
    ],
)
def test_what_opens_a_door_is_left_out(line: str, kept: str) -> None:
    assert without_secrets(line) == kept
