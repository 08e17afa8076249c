"""
What a log may say of an error, and of a line that a library wrote.

Both can quote what somebody typed: a database names the row it refused, a failed conversion its argument, and
Slack's libraries print whole payloads.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator

import aiohttp
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from bot.refusals import code_of

LONGEST = 200
_SECRETS = re.compile(r"xox[a-z]-[\w-]+|xapp-[\w-]+|(?<=ticket=)[^&\s]+|(?<=://)[^/\s@]+(?=@)")
# What is quoted or in brackets may be anybody's.
_QUOTED = re.compile(r"[\n{\[<'\"`“]")


def without_secrets(text: str) -> str:
    """The text without tokens, tickets and passwords."""
    return _SECRETS.sub("...", text)


def first_words(text: str) -> str:
    """The beginning of a library's line, up to where it may quote somebody."""
    return without_secrets(_QUOTED.split(text, maxsplit=1)[0][:LONGEST].strip())


def name_of(error: BaseException) -> str:
    """The kind of an error, with its words only where they cannot be a person's."""
    kind = type(error).__qualname__
    told = without_secrets(_words(error))
    return f"{kind}: {told}" if told else kind


def _words(error: BaseException) -> str:
    if isinstance(error, SlackApiError):
        return code_of(error)
    if isinstance(error, DBAPIError):
        # Slots of psycopg's and names of sqlite3's errors; their messages quote values.
        code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
        constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        away = isinstance(error, OperationalError | InterfaceError)
        words = first_words(str(error.orig)) if away else None
        return " ".join(str(each) for each in (code, constraint, words) if each)
    if isinstance(error, OSError | aiohttp.ClientError):
        return first_words(str(error))
    return ""


def told(error: BaseException) -> str:
    """Where an error was raised and what kind it is, and the same of those it came from, in lines."""
    return "\n".join(_lines(error, set()))


def _lines(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _lines(before, seen)
        yield "which led to"
    yield from (line.rstrip("\n") for line in traceback.format_tb(error.__traceback__))
    yield name_of(error)
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield "of which"
            yield from _lines(each, seen)
