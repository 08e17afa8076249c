"""The environment (or a `.env` file) as frozen settings. The names are a contract; see README."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.workspaces.secrets import Cipher
from storage.engine import DatabaseUrlError, async_url

SLACK_API_URL = "https://slack.com/api/"
KEEP_DAYS = 400
LEAST_DAYS = 100
"""Whether somebody ignores their reminders is counted over 90 days."""
DEFAULT_DATABASE = "sqlite:///data/prep-coach.db"


class SettingsError(Exception):
    """A value is missing or wrong. The message is one sentence that names it."""


def _bot_token(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().startswith("xoxb-"):
        raise ValueError("a bot token starts with xoxb- (OAuth & Permissions, Bot User OAuth Token)")
    return value


def _app_token(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().startswith("xapp-"):
        raise ValueError("an app token starts with xapp- (Basic Information, App-Level Tokens)")
    return value


def _signing_secret(value: SecretStr) -> SecretStr:
    if re.fullmatch(r"[0-9a-f]{32,}", value.get_secret_value()) is None:
        raise ValueError("a signing secret is 32 digits and letters a to f (Basic Information)")
    return value


def read_public_url(value: str) -> str:
    """A base URL without a slash at the end; ValueError for what is neither https nor this machine."""
    parts = urlsplit(value)
    is_here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
    if not (parts.scheme == "https" or is_here) or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(
            "write the address people and Slack reach the bot at, such as https://prep.example.org"
        )
    return value.rstrip("/")


def _api_url(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("write a URL such as https://slack.com/api/")
    return value if value.endswith("/") else f"{value}/"


def _database_url(value: str) -> str:
    try:
        async_url(value)
    except DatabaseUrlError as error:
        raise ValueError(str(error)) from error
    return value


def _time_zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(f"{value} is no IANA time zone; write one such as Europe/Lisbon")
    return value


def _encryption_key(value: SecretStr) -> SecretStr:
    Cipher.of(value.get_secret_value())
    return value


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _minutes(value: str) -> int:
    """Minutes after midnight of a time such as 9:00 or 09:00."""
    found = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", value.strip())
    if found is None:
        raise ValueError(f"{value!r} is no time of a day; write one such as 09:00")
    return 60 * int(found[1]) + int(found[2])


def _weekday_and_minutes(value: str) -> tuple[int, int]:
    """Weekday 1 (Monday) to 7 and minutes after midnight of words such as Friday 16:00 or fri 16:00."""
    name, _, time = value.strip().partition(" ")
    days = [
        number for number, day in enumerate(WEEKDAYS, 1) if len(name) > 2 and day.startswith(name.lower())
    ]
    try:
        return days[0], _minutes(time)
    except (IndexError, ValueError):
        raise ValueError(f"{value!r} is no weekday and time; write such as Friday 16:00") from None


class Settings(BaseSettings):
    """Everything the process is told from outside."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True)

    bot_token: Annotated[SecretStr, AfterValidator(_bot_token)] | None = Field(None, alias="SLACK_BOT_TOKEN")
    """Given for one workspace, absent for many."""
    client_id: str | None = Field(None, alias="SLACK_CLIENT_ID")
    client_secret: SecretStr | None = Field(None, alias="SLACK_CLIENT_SECRET")
    encryption_key: Annotated[SecretStr, AfterValidator(_encryption_key)] | None = Field(
        None, alias="PREP_ENCRYPTION_KEY"
    )
    """One or several keys with commas between them: the first encrypts tokens, all decrypt."""
    app_token: Annotated[SecretStr, AfterValidator(_app_token)] | None = Field(None, alias="SLACK_APP_TOKEN")
    """Given for Socket Mode, absent for HTTP mode."""
    signing_secret: Annotated[SecretStr, AfterValidator(_signing_secret)] | None = Field(
        None, alias="SLACK_SIGNING_SECRET"
    )
    http_port: int | None = Field(None, alias="PREP_HTTP_PORT", ge=0, le=65535)
    """Where the web server listens, 0 for any free port; None for no web server."""
    http_host: str = Field("127.0.0.1", alias="PREP_HTTP_HOST", min_length=1)
    """This machine alone unless told otherwise: what is served has no TLS of its own."""
    public_url: Annotated[str, AfterValidator(read_public_url)] | None = Field(None, alias="PREP_PUBLIC_URL")
    """How the web server is reached from outside, without a slash at the end."""
    api_url: Annotated[str, AfterValidator(_api_url)] = Field(SLACK_API_URL, alias="SLACK_API_URL")
    database_url: Annotated[str, AfterValidator(_database_url)] = Field(
        DEFAULT_DATABASE, alias="DATABASE_URL"
    )
    time_zone: Annotated[str, AfterValidator(_time_zone)] = Field("UTC", alias="PREP_TIMEZONE")
    tick_seconds: float = Field(5.0, alias="PREP_TICK_SECONDS", ge=0.1, le=300)
    posts_per_second: float = Field(4.8, alias="PREP_POSTS_PER_SECOND", ge=0, le=1000, allow_inf_nan=False)
    """How fast we may post in the workspace; 0: as fast as Slack answers."""
    spread_seconds: int = Field(120, alias="PREP_SPREAD_SECONDS", ge=0, le=3600)
    """Over how long reminders to many people, due at the same time, are spread."""
    daily_at: Annotated[int, BeforeValidator(_minutes)] = Field(
        9 * 60, alias="PREP_DAILY_AT", validate_default=False
    )
    """When daily minimums come to somebody who never chose, in minutes after midnight."""
    weekly_at: Annotated[tuple[int, int], NoDecode, BeforeValidator(_weekday_and_minutes)] = Field(
        (5, 16 * 60), alias="PREP_WEEKLY_AT", validate_default=False
    )
    """The same for the weekly check-in: weekday 1 (Monday) to 7, and minutes after midnight."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", alias="PREP_LOG_LEVEL")
    log_format: Literal["text", "json"] = Field("text", alias="PREP_LOG_FORMAT")
    keep_days: int = Field(KEEP_DAYS, alias="PREP_KEEP_DAYS", ge=LEAST_DAYS, le=36500)
    """After so many days the trace of a message is deleted."""
    content_dir: Path | None = Field(None, alias="PREP_CONTENT_DIR")
    clock_file: Path | None = Field(None, alias="PREP_CLOCK_FILE")

    @property
    def has_many_workspaces(self) -> bool:
        """Whether workspaces come by installing the bot; otherwise there is one, by its token."""
        return self.client_id is not None

    @model_validator(mode="after")
    def _one_or_many(self) -> Self:
        """One workspace by its token, or many by the app's own credentials."""
        credentials: dict[str, object] = {
            "SLACK_CLIENT_ID": self.client_id,
            "SLACK_CLIENT_SECRET": self.client_secret,
            "PREP_ENCRYPTION_KEY": self.encryption_key,
        }
        given = [name for name, value in credentials.items() if value is not None]
        if given and self.bot_token is not None:
            raise _contradiction(
                f"SLACK_BOT_TOKEN and {given[0]} are both set: keep the first for one workspace, or the "
                "second, with what belongs to it, for many"
            )
        many = {**credentials, "PREP_PUBLIC_URL": self.public_url, "PREP_HTTP_PORT": self.http_port}
        for name, value in (many if given else {"SLACK_BOT_TOKEN": self.bot_token}).items():
            if value is None:
                raise _contradiction(f"{name} is missing: {_WHERE[name]}")
        return self

    @model_validator(mode="after")
    def _one_way_to_slack(self) -> Self:
        """Socket Mode by the app token, or HTTP mode by the signing secret and a port."""
        if self.app_token is not None and self.signing_secret is not None:
            raise _contradiction(
                "SLACK_APP_TOKEN and SLACK_SIGNING_SECRET are both set: keep the first for Socket Mode, or "
                "the second, with PREP_HTTP_PORT, for HTTP mode"
            )
        if self.app_token is None and self.signing_secret is None:
            if self.http_port is not None:
                raise _contradiction(
                    f"SLACK_SIGNING_SECRET is missing: {_WHERE['SLACK_SIGNING_SECRET']}, or set "
                    "SLACK_APP_TOKEN for Socket Mode"
                )
            raise _contradiction(f"SLACK_APP_TOKEN is missing: {_WHERE['SLACK_APP_TOKEN']}")
        if self.http_port is None and self.signing_secret is not None:
            raise _contradiction(
                "PREP_HTTP_PORT is missing: HTTP mode, by SLACK_SIGNING_SECRET, needs one, 8080 say, in .env"
            )
        if self.http_port is None and self.public_url is not None:
            raise _contradiction(
                "PREP_HTTP_PORT is missing: PREP_PUBLIC_URL leads to nothing without one such as 8080 in .env"
            )
        return self

    @classmethod
    def load(cls, env_file: str | None = ".env") -> Self:
        """Read the environment; SettingsError names the first value that is missing or wrong."""
        try:
            return cls(_env_file=env_file)
        except ValidationError as error:
            raise SettingsError(_sentence(error)) from error


class DatabaseSettings(BaseSettings):
    """What commands need that only touch the database, so that they run without tokens."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True)

    database_url: Annotated[str, AfterValidator(_database_url)] = Field(
        DEFAULT_DATABASE, alias="DATABASE_URL"
    )
    encryption_key: Annotated[SecretStr, AfterValidator(_encryption_key)] | None = Field(
        None, alias="PREP_ENCRYPTION_KEY"
    )
    time_zone: Annotated[str, AfterValidator(_time_zone)] = Field("UTC", alias="PREP_TIMEZONE")
    clock_file: Path | None = Field(None, alias="PREP_CLOCK_FILE")

    @classmethod
    def load(cls) -> Self:
        """Read the environment; SettingsError names the value when it is wrong."""
        try:
            return cls()
        except ValidationError as error:
            raise SettingsError(_sentence(error)) from error


class ContentSettings(BaseSettings):
    """What commands need that only read the content."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True)

    content_dir: Path | None = Field(None, alias="PREP_CONTENT_DIR")


_WHERE = {
    "SLACK_BOT_TOKEN": "copy the Bot User OAuth Token (xoxb-...) from OAuth & Permissions into .env",
    "SLACK_APP_TOKEN": "create an App-Level Token (xapp-...) with connections:write under Basic Information"
    " and put it into .env",
    "SLACK_SIGNING_SECRET": "copy the Signing Secret from Basic Information into .env",
    "SLACK_CLIENT_ID": "with many workspaces, copy it from Basic Information, App Credentials, into .env",
    "SLACK_CLIENT_SECRET": "with many workspaces, copy it from Basic Information, App Credentials, into .env",
    "PREP_ENCRYPTION_KEY": "with many workspaces, put what `prep-coach keys new` prints into .env, and keep "
    "a copy elsewhere",
    "PREP_PUBLIC_URL": "with many workspaces, put the https address people reach the bot at into .env",
    "PREP_HTTP_PORT": "with many workspaces, put the port for the installation pages into .env",
}


def _contradiction(sentence: str) -> PydanticCustomError:
    """What is wrong between several variables, which it names itself."""
    return PydanticCustomError("contradiction", "{sentence}", {"sentence": sentence})


def _sentence(error: ValidationError) -> str:
    detail = error.errors()[0]
    if detail["type"] == "contradiction":
        return f"{detail['msg']}."
    name = str(detail["loc"][0])
    if detail["type"] == "missing":
        return f"{name} is missing: {_WHERE[name]}."
    context = detail.get("ctx", {})
    reason = str(context["error"]) if "error" in context else detail["msg"]
    return f"{name} is wrong: {reason}."
