"""
Slack and the database as a process sees them that can be killed at any step.

Calls need no network: they go straight into the workspace, through the same troubles.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.playground.faults import Fault
from bot.playground.web_api import Answer, answer
from bot.playground.web_api.dispatch import rate_limited
from bot.playground.workspace import Workspace
from storage.engine import Database


@dataclass(slots=True)
class Life:
    """
    A process inside this one, which can be killed between any two steps.

    A step is a call that leaves, a call that was accepted, a transaction that opens or commits. After its
    last step nothing of it happens any more: what was not committed is lost, what Slack accepted stays.
    """

    steps: int = 0
    last: int | None = None
    """It dies at this step; None: it lives on."""
    on_death: Callable[[], object] | None = None

    @property
    def is_dead(self) -> bool:
        """Whether it was killed."""
        return self.last is not None and self.steps >= self.last

    async def step(self) -> None:
        """One step further; a dead process takes none."""
        await asyncio.sleep(0)
        if not self.is_dead:
            self.steps += 1
            if self.is_dead and self.on_death is not None:
                self.on_death()
        if self.is_dead:
            raise asyncio.CancelledError("killed")


class StraightClient(AsyncWebClient):
    """A client whose calls need no server. A call that hangs fails at once, as if its time were over."""

    def __init__(self, workspace: Workspace, life: Life | None = None) -> None:
        super().__init__(workspace.bot_token)
        self._workspace = workspace
        self._life = life or Life()

    async def api_call(self, api_method: str, **request: Any) -> AsyncSlackResponse:
        """Carry out a call; raises what the real client raises."""
        arguments: dict[str, Any] = {**(request.get("params") or {}), **(request.get("json") or {})}
        arguments = {name: value for name, value in arguments.items() if value is not None}
        await self._life.step()
        fault = self._workspace.faults.next_for(api_method, arguments)
        result = _instead(fault)
        if result is None:
            result = answer(self._workspace, api_method, arguments, self._workspace.bot_token)
        await self._life.step()
        if fault is not None and fault.kind == "lost_answer":
            raise aiohttp.ServerDisconnectedError
        response = AsyncSlackResponse(
            client=self,
            http_verb="POST",
            api_url=f"https://slack.com/api/{api_method}",
            req_args={},
            data=result.body,
            headers=result.headers,
            status_code=result.status,
        )
        checked: AsyncSlackResponse = response.validate()  # type: ignore[no-untyped-call]
        return checked


def _instead(fault: Fault | None) -> Answer | None:
    """What a trouble answers in the place of Slack."""
    if fault is None:
        return None
    match fault.kind:
        case "error":
            return Answer({"ok": False, "error": fault.error})
        case "http_500":
            return Answer({"ok": False, "error": "http_500"}, 500)
        case "ratelimited":
            return rate_limited(math.ceil(fault.seconds))
        case "drop":
            raise aiohttp.ServerDisconnectedError
        case "hang":
            raise TimeoutError
    return None


class MortalDatabase(Database):
    """The database as a process sees it that may be killed within a transaction."""

    def __init__(self, database: Database, life: Life) -> None:
        super().__init__(database.readers, database.writers)
        object.__setattr__(self, "life", life)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """One transaction; killed before it commits, it leaves nothing."""
        life: Life = getattr(self, "life")  # noqa: B009 - the base class is frozen
        await life.step()
        async with super().write() as session:
            yield session
            await life.step()
        await life.step()
