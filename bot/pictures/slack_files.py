"""Uploading drawings to Slack, and what Slack's refusals of a picture mean."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from enum import Enum, auto
from typing import Any

from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.refusals import CALL_ERRORS, AnswerRefusedError, code_of

log = logging.getLogger(__name__)

Client = AsyncWebClient
"""The bot's own, with its token."""
UPLOAD_SECONDS = 15.0
# The SDK takes any body of a 200 for an object, and raises these where it is none.
_ERRORS = (*CALL_ERRORS, SlackRequestError, AttributeError, TypeError)


class Refusal(Enum):
    """Why blocks with a picture were not taken."""

    BLOCKS = auto()
    """Blocks of this kind are unknown there."""
    FILE = auto()
    """The file is not ready yet (Slack looks through uploads first), or gone."""


async def upload(client: Client, name: str, content: bytes) -> str | None:
    """
    Slack's id of a new file that nobody but the bot can open until a block shows it; None when it failed.

    The alternative text goes with the block: the SDK drops the one of an upload.
    """
    try:
        async with asyncio.timeout(UPLOAD_SECONDS):
            answer = await client.files_upload_v2(filename=f"{name}.png", content=content, title=name)
        files = answer.get("files") or []
        file_id = files[0].get("id") if files else None
    except _ERRORS as error:
        log.warning("a picture could not be uploaded: %s", code_of(error))
        return None
    return file_id if isinstance(file_id, str) else None


async def delete(client: Client, file_ids: Iterable[str]) -> None:
    """Take files away from Slack; one that stays is told in the log."""
    for file_id in file_ids:
        try:
            await client.files_delete(file=file_id)
        except _ERRORS as error:
            if code_of(error) not in ("file_deleted", "file_not_found"):
                log.warning("a picture could not be deleted: %s", code_of(error))


def refusal_of(error: Exception) -> Refusal | None:
    """What an error of a message or view says of the pictures in it; None when it is about something else."""
    if isinstance(error, AnswerRefusedError):
        code, told = error.code, error.told
    elif isinstance(error, SlackApiError):
        code, told = code_of(error), str(_details(error))
    else:
        return None
    if code not in ("invalid_blocks", "invalid_arguments"):
        return None
    if "slack file" in told or "slack_file" in told:
        return Refusal.FILE
    return Refusal.BLOCKS if code == "invalid_blocks" else None


def _details(error: SlackApiError) -> Any:
    data = error.response.data
    return (data.get("errors"), data.get("response_metadata")) if isinstance(data, dict) else ""
