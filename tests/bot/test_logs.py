"""Log lines: nothing talkative, and JSON that a machine can read."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from typing import Literal

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot import logs

TALKATIVE = ("slack_bolt", "slack_sdk", "aiohttp", "aiosqlite", "apscheduler", "sqlalchemy", "alembic")

EAGER = ("slack_sdk.web.async_base_client", "slack_sdk.webhook.async_client")


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """The loggers as they were before."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in (*TALKATIVE, *EAGER)}
    hook, raises = sys.excepthook, logging.raiseExceptions
    yield
    sys.excepthook, logging.raiseExceptions = hook, raises
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


@pytest.mark.parametrize("name", TALKATIVE)
def test_libraries_never_log_payloads(name: str) -> None:
    logs.configure("DEBUG", "text")

    logger = logging.getLogger(f"{name}.part")
    assert not logger.isEnabledFor(logging.DEBUG)
    assert not logger.isEnabledFor(logging.INFO)
    assert logger.isEnabledFor(logging.WARNING)
    assert logging.getLogger("bot").isEnabledFor(logging.DEBUG)


def test_a_library_that_sets_its_own_level_is_not_heard_either(capsys: pytest.CaptureFixture[str]) -> None:
    """Bolt gives each of its loggers the level of the root; one is named after the file it was made in."""
    logs.configure("DEBUG", "text")

    for name in ("slack_bolt.AsyncApp", "app.py"):
        logger = logging.getLogger(name)
        logger.setLevel(logging.DEBUG)
        logger.debug("Sending a request with data: %s", "what somebody typed")
        logger.setLevel(logging.NOTSET)

    assert capsys.readouterr().err == ""


def test_slacks_library_puts_no_payload_into_words_to_throw_it_away() -> None:
    """It does for a logger without a level of its own, whatever is heard of it, for every post."""
    logs.configure("INFO", "text")

    assert AsyncWebClient().logger.level > logging.DEBUG
    assert AsyncWebhookClient("https://hooks.slack.test/x").logger.level > logging.DEBUG


@pytest.mark.parametrize("style", ["text", "json"])
def test_an_error_that_ends_the_process_is_told_without_its_words(
    capsys: pytest.CaptureFixture[str], style: Literal["text", "json"]
) -> None:
    logs.configure("INFO", style)
    error = ValueError("what somebody typed")

    sys.excepthook(ValueError, error, None)

    [line, *_] = capsys.readouterr().err.splitlines()
    assert "ended by an error" in line
    assert "what somebody typed" not in line


def test_an_error_in_the_place_of_a_word_is_told_by_its_kind(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", "text")

    logging.getLogger("bot.test").warning("%s failed: %s", "this", KeyError("what somebody typed"))

    assert capsys.readouterr().err.rstrip().endswith("this failed: KeyError")


def test_a_line_that_cannot_be_put_together_is_not_printed_in_pieces(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("INFO", "text")

    logging.getLogger("bot.test").warning("%d", "what somebody typed")

    assert capsys.readouterr().err == ""


def test_a_quieter_level_holds_for_libraries_too() -> None:
    logs.configure("ERROR", "text")

    assert not logging.getLogger("slack_bolt").isEnabledFor(logging.WARNING)


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", "json")

    logging.getLogger("bot.test").warning("two\nlines, %s and ünïcode", '"quotes"')
    try:
        raise ValueError("broken")
    except ValueError:
        logging.getLogger("bot.test").exception("failed")

    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert first["message"] == 'two\nlines, "quotes" and ünïcode'
    assert (first["level"], first["logger"]) == ("WARNING", "bot.test")
    assert first["time"].endswith("+00:00")
    assert "error" not in first
    assert second["error"].endswith("ValueError")
    assert "test_json_is_one_object_a_line" in second["error"]


def test_text_names_level_and_logger(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", "text")

    logging.getLogger("bot.test").info("ready")
    logging.getLogger("bot.test").debug("not shown")

    [line] = capsys.readouterr().err.splitlines()
    assert line.endswith("INFO    bot.test: ready")


def test_what_bolt_says_of_the_environment_each_time_is_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("INFO", "text")

    logging.getLogger("slack_bolt.App").warning("As you gave `client` as well, `token` will be unused.")

    assert capsys.readouterr().err == ""
