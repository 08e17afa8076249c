"""
Does the bot on this machine work? Asked from outside, by a container engine or a person.

With a port the process itself is asked. Without one the database tells when a bot last ran on it: enough
where one process has it to itself.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import Field
from sqlalchemy import create_engine, select
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Now
from bot.settings import DatabaseSettings
from storage.engine import async_url
from storage.models import Heartbeat

QUIET = timedelta(seconds=90)
"""The bot leaves word every 30 s, at a tick: longer silence than this and two ticks is no good sign."""
ANSWER_SECONDS = 5.0
_ANYWHERE = ("0.0.0.0", "::")  # noqa: S104  (compared with, not bound to)


class HealthSettings(DatabaseSettings):
    """What says where to look."""

    http_port: int | None = Field(None, alias="PREP_HTTP_PORT", ge=0, le=65_535)
    http_host: str = Field("127.0.0.1", alias="PREP_HTTP_HOST")
    tick_seconds: float = Field(5.0, alias="PREP_TICK_SECONDS", ge=0.1, le=300)


class UnhealthyError(Exception):
    """The bot does not work as it should; the message is one sentence."""


def check(settings: HealthSettings, now: Now) -> str:
    """What was found, as a sentence. Raises UnhealthyError."""
    if settings.http_port:
        host = "127.0.0.1" if settings.http_host in _ANYWHERE else settings.http_host
        return _ask(f"http://{host}:{settings.http_port}/healthz")
    return _last_seen(settings, now)


def _ask(url: str) -> str:
    # A proxy of the environment leads out of this machine.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url, timeout=ANSWER_SECONDS) as answer:
            answer.read()
    except urllib.error.HTTPError as error:
        raise UnhealthyError(f"The bot does not work: {_reason(error.read(), error.code)}.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise UnhealthyError(
            f"The bot does not answer at {url} ({reason}): it is not running, or PREP_HTTP_PORT is another."
        ) from error
    return f"The bot works, by {url}."


def _reason(body: bytes, code: int) -> str:
    try:
        found: Any = json.loads(body)
    except ValueError:
        found = None
    return str(found["reason"]) if isinstance(found, dict) and "reason" in found else f"it answered {code}"


def _last_seen(settings: HealthSettings, now: Now) -> str:
    url = async_url(settings.database_url)
    sqlite = url.get_backend_name() == "sqlite"
    # Opening it would make it.
    if sqlite and not Path(str(url.database)).exists():
        raise UnhealthyError(f"There is no database at {url.database}: the bot has not run yet.")
    # By itself the driver would wait for a server for minutes; what asks does not.
    engine = create_engine(
        url.set(drivername="sqlite") if sqlite else url,
        connect_args={"timeout" if sqlite else "connect_timeout": int(ANSWER_SECONDS)},
    )
    try:
        with engine.connect() as connection:
            at = connection.execute(select(Heartbeat.__table__.c.at)).scalar()  # type: ignore[attr-defined]  # SQLModel hides it
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise UnhealthyError(f"The database cannot be read ({cause}): is DATABASE_URL the bot's?") from error
    finally:
        engine.dispose()
    if at is None:
        raise UnhealthyError("No bot has run on this database yet.")
    age = now() - at
    if age > QUIET + timedelta(seconds=2 * settings.tick_seconds):
        raise UnhealthyError(
            f"The bot was last seen {age.total_seconds():.0f} s ago: it is not running, or it hangs."
        )
    return f"The bot works: it was seen {max(0.0, age.total_seconds()):.0f} s ago."
