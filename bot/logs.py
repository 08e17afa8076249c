"""
Log lines as text or JSON. Payloads, tokens and what people write are never logged.

Our own lines are written so. Of a library's lines only warnings are kept, and of these only the beginning; of
an error its kind and where it was raised, but not its words.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal

from bot import correlation
from bot.discretion import first_words, name_of, told, without_secrets

_OURS = ("bot", "content", "storage", "__main__")
_TALKATIVE = ("slack_bolt", "slack_sdk", "aiohttp", "aiosqlite", "apscheduler", "sqlalchemy", "alembic")

# Without a level of their own these put every payload into words before they ask whether anybody listens.
_EAGER = ("slack_sdk.web.async_base_client", "slack_sdk.webhook.async_client")


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] in _OURS


_KNOWN = ("As you gave `client` as well", "Although the app should be installed into this workspace")


def _is_wanted(record: logging.LogRecord) -> bool:
    """
    Whatever level a library gives its loggers: Bolt gives the level of the root to each it makes.

    Bolt also finds SLACK_BOT_TOKEN in the environment and says each time that it does not use it; and at
    every request that a workspace is not known, which we say once.
    """
    if _is_ours(record):
        return True
    return record.levelno >= logging.WARNING and not str(record.msg).startswith(_KNOWN)


def _message(record: logging.LogRecord) -> str:
    if not _is_ours(record):
        return first_words(record.getMessage())
    if isinstance(record.args, tuple) and any(isinstance(each, BaseException) for each in record.args):
        discreet = tuple(name_of(each) if isinstance(each, BaseException) else each for each in record.args)
        return without_secrets(str(record.msg) % discreet)
    return without_secrets(record.getMessage())


def _error(record: logging.LogRecord) -> str | None:
    return told(record.exc_info[1]) if record.exc_info and record.exc_info[1] else None


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
        }
        if about := correlation.current():
            line["correlation"], line["kind"] = about
        if error := _error(record):
            line["error"] = error
        return json.dumps(line, ensure_ascii=False)


class TextFormatter(logging.Formatter):
    """One line, and one for each step of an error's traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{self.formatTime(record)} {record.levelname:7} {record.name}: {_message(record)}"
        if about := correlation.current():
            line += f" [{' '.join(about)}]"
        return f"{line}\n{error}" if (error := _error(record)) else line


def configure(level: str, style: Literal["text", "json"]) -> None:
    """Set up the root logger, and how an error is told that ends the process."""
    handler = logging.StreamHandler()
    handler.addFilter(_is_wanted)
    handler.setFormatter(JsonFormatter() if style == "json" else TextFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    quiet = max(logging.getLevelName(level), logging.WARNING)
    for name in (*_TALKATIVE, *_EAGER):
        logging.getLogger(name).setLevel(quiet)
    # A line that cannot be formatted would be printed with what it was about.
    logging.raiseExceptions = False
    sys.excepthook = _last_words


def _last_words(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        logging.getLogger(__name__).critical("ended by an error", exc_info=(kind, error, trace))
