"""Log lines: nothing talkative, and JSON that a machine can read."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from bot import logs

TALKATIVE = ("slack_bolt", "slack_sdk", "aiohttp", "aiosqlite", "apscheduler", "sqlalchemy", "alembic")


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """The loggers as they were before."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in TALKATIVE}
    yield
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
