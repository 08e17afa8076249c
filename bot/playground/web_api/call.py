"""One Web API call: its arguments, and how it can be refused."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from bot.playground.block_kit import Refusal
from bot.playground.model import Conversation, JsonObject
from bot.playground.workspace import Workspace


class ApiRefused(Exception):  # noqa: N818  # an ok:false answer, which need not be an error of ours
    """The call is answered with ok:false and `code`."""

    def __init__(self, code: str, messages: list[str] | None = None, **fields: Any) -> None:
        super().__init__(code)
        self.code = code
        self.messages = messages or []
        self.fields = fields

    @classmethod
    def because(cls, refusal: Refusal) -> "ApiRefused":
        """Refused by the rules of Block Kit."""
        details = [message.removeprefix("[ERROR] ") for message in refusal.messages]
        extra = {"errors": details} if refusal.code == "invalid_blocks" else {}
        return cls(refusal.code, refusal.messages, **extra)


@dataclass(frozen=True, slots=True)
class Call:
    """A call with an accepted token."""

    workspace: Workspace
    method: str
    arguments: JsonObject
    token: str = ""

    def text(self, name: str, default: str = "") -> str:
        """A string argument; absent and null are the default."""
        value = self.arguments.get(name)
        if value is None:
            return default
        return value if isinstance(value, str) else json.dumps(value)

    def required(self, name: str) -> str:
        """A string argument that has to be there."""
        value = self.text(name)
        if not value:
            raise ApiRefused(
                "invalid_arguments", [f"[ERROR] missing required field: {name} [json-pointer:/{name}]"]
            )
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean argument in any of the spellings that Slack takes."""
        value = self.arguments.get(name)
        if value is None:
            return default
        return value is True or str(value).lower() in ("true", "1")

    def count(self, name: str, default: int, maximum: int) -> int:
        """A positive whole number up to `maximum`."""
        value = self.arguments.get(name)
        if value in (None, ""):
            return default
        try:
            number = int(str(value))
        except ValueError:
            raise ApiRefused(
                "invalid_arguments", [f"[ERROR] must provide a number [json-pointer:/{name}]"]
            ) from None
        if not 0 < number <= maximum:
            raise ApiRefused("invalid_limit")
        return number

    def structure(self, name: str, refusal: str) -> Any:
        """An argument that is JSON, possibly as text; None when it is absent, refused when it is no JSON."""
        value = self.arguments.get(name)
        if isinstance(value, str):
            if not value:
                return None
            try:
                return json.loads(value)
            except (ValueError, RecursionError):
                raise ApiRefused(refusal) from None
        return value

    def need(self, scope: str) -> None:
        """Refuse the call unless app.yaml has the scope."""
        granted = self.workspace.manifest.bot_scopes
        if scope not in granted:
            raise ApiRefused("missing_scope", needed=scope, provided=",".join(sorted(granted)))

    def need_by_kind(self, channel: Conversation, right: Literal["read", "history"]) -> None:
        """Refuse the call unless app.yaml has the scope for this kind of conversation."""
        kind = "im" if channel.kind == "im" else "groups" if channel.is_private else "channels"
        self.need(f"{kind}:{right}")

    def channel(self, name: str = "channel") -> Conversation:
        """The conversation of an argument, when the bot may know of it."""
        workspace = self.workspace
        found = workspace.channels.get(self.required(name))
        hidden = found is not None and (found.kind == "im" or found.is_private)
        if found is None or (hidden and workspace.bot_user_id not in found.member_ids):
            raise ApiRefused("channel_not_found")
        return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Method:
    """A method, the scope it always needs, its tier (None: a limit of its own) and whose token calls it."""

    run: Callable[[Call], JsonObject]
    scope: str | None = None
    tier: int | None = None
    caller: Literal["bot", "app", "anyone"] = "bot"
