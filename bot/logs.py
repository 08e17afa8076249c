"""Log lines as text or JSON. Payloads, tokens and answers are never logged."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Literal

# At DEBUG the Slack libraries log whole payloads, with tokens and answers in them.
_TALKATIVE = ("slack_bolt", "slack_sdk", "aiohttp", "aiosqlite", "apscheduler", "sqlalchemy", "alembic")


def _is_news(record: logging.LogRecord) -> bool:
    """
    Bolt finds SLACK_BOT_TOKEN in the environment by itself and says each time that it does not use it.

    It also says at every request that a workspace is not known, which we say once.
    """
    return not record.getMessage().startswith(
        ("As you gave `client` as well", "Although the app should be installed into this workspace")
    )


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def configure(level: str, style: Literal["text", "json"]) -> None:
    """Set up the root logger."""
    handler = logging.StreamHandler()
    handler.addFilter(_is_news)
    if style == "json":
        handler.setFormatter(JsonFormatter())
    else:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.getLevelName(level), logging.WARNING))
