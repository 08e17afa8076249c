"""What an error of the Web API means for a post."""

from __future__ import annotations

import asyncio
from unittest.mock import Mock

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.refusals import Meaning, code_of, meaning_of, retry_after


def refused(
    code: str = "x", status: int = 200, headers: dict[str, str] | None = None, data: object = None
) -> SlackApiError:
    response = AsyncSlackResponse(
        client=None,
        http_verb="POST",
        api_url="https://slack.test/api/chat.postMessage",
        req_args={},
        data={"ok": False, "error": code} if data is None else data,  # type: ignore[arg-type]  # Slack sends text too
        headers=headers or {},
        status_code=status,
    )
    return SlackApiError("refused", response)  # type: ignore[no-untyped-call]  # not annotated there


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("user_disabled", Meaning.PERSON_GONE),
        ("user_not_found", Meaning.PERSON_GONE),
        ("user_not_visible", Meaning.PERSON_GONE),
        ("channel_not_found", Meaning.PERMANENT),
        ("is_archived", Meaning.PERMANENT),
        ("messages_tab_disabled", Meaning.PERMANENT),
        ("msg_too_long", Meaning.PERMANENT),
        ("not_in_channel", Meaning.PERMANENT),
        ("restricted_action", Meaning.PERMANENT),
        ("invalid_blocks", Meaning.PLAIN),
        ("msg_blocks_too_long", Meaning.PLAIN),
        ("fatal_error", Meaning.UNCLEAR),
        ("internal_error", Meaning.UNCLEAR),
        ("request_timeout", Meaning.UNCLEAR),
        ("service_unavailable", Meaning.UNCLEAR),
        ("token_revoked", Meaning.LATER),
        ("missing_scope", Meaning.LATER),
        ("something_new", Meaning.LATER),
    ],
)
def test_codes(code: str, meaning: Meaning) -> None:
    assert meaning_of(refused(code)) == meaning
    assert code_of(refused(code)) == code


@pytest.mark.parametrize(
    ("status", "meaning"),
    [(429, Meaning.WAIT), (500, Meaning.UNCLEAR), (503, Meaning.UNCLEAR), (400, Meaning.LATER)],
)
def test_statuses_go_before_codes(status: int, meaning: Meaning) -> None:
    assert meaning_of(refused("x", status)) == meaning


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        pytest.param(
            aiohttp.ClientConnectorError(Mock(), OSError("refused")),
            Meaning.LATER,
            id="no connection: nothing was posted",
        ),
        pytest.param(aiohttp.ServerDisconnectedError(), Meaning.UNCLEAR, id="cut off after sending"),
        pytest.param(TimeoutError(), Meaning.UNCLEAR, id="no answer in time"),
        pytest.param(asyncio.IncompleteReadError(b"", 1), Meaning.UNCLEAR, id="half an answer"),
    ],
)
def test_what_goes_wrong_on_the_way(error: Exception, meaning: Meaning) -> None:
    assert meaning_of(error) == meaning
    assert code_of(error) == type(error).__name__


def test_an_answer_that_is_no_json_has_no_code() -> None:
    assert code_of(refused(status=502, data="<html>")) == "SlackApiError"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "30"}, 30),
        ({"retry-after": "1.5"}, 1.5),
        ({}, 1),
        ({"Retry-After": "soon"}, 1),
        ({"Retry-After": ""}, 1),
    ],
)
def test_the_seconds_slack_asks_to_wait(headers: dict[str, str], seconds: float) -> None:
    assert retry_after(refused("ratelimited", 429, headers)) == seconds
