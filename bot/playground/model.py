"""The nouns of the workspace, and what can go wrong with a person's action."""

from dataclasses import dataclass, field
from typing import Any, Literal

from bot.playground.form import FormState

JsonObject = dict[str, Any]


@dataclass(kw_only=True, slots=True)
class Member:
    """A person or a bot of the workspace."""

    id: str
    name: str
    real_name: str
    tz: str | None = "UTC"
    deleted: bool = False
    is_bot: bool = False
    is_guest: bool = False
    is_admin: bool = False
    title: str = ""
    email: str | None = None


@dataclass(kw_only=True, slots=True)
class Conversation:
    """A channel, or the direct messages between one person and the bot."""

    id: str
    kind: Literal["channel", "im"]
    name: str = ""
    member_ids: list[str] = field(default_factory=list)
    is_private: bool = False
    is_archived: bool = False
    topic: str = ""
    purpose: str = ""
    creator: str = ""
    created: int = 0


@dataclass(kw_only=True, slots=True)
class Message:
    """A message as it stands now; `ephemeral_to` names the only person who sees it."""

    ts: str
    channel_id: str
    user: str
    text: str
    blocks: list[JsonObject] = field(default_factory=list)
    attachments: list[JsonObject] = field(default_factory=list)
    files: list[JsonObject] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    thread_ts: str | None = None
    edited: str | None = None
    ephemeral_to: str | None = None
    metadata: JsonObject | None = None
    is_bot: bool = False
    subtype: str | None = None
    client_msg_id: str | None = None


@dataclass(kw_only=True, slots=True)
class View:
    """A modal or Home view as the app described it; `form` is what its person has filled in."""

    id: str
    hash: str
    user_id: str
    payload: JsonObject
    root_view_id: str
    previous_view_id: str | None = None
    form: FormState = field(default_factory=FormState)

    @property
    def type(self) -> str:
        """`modal` or `home`."""
        return str(self.payload["type"])

    @property
    def blocks(self) -> list[JsonObject]:
        """The blocks, with the ids that the workspace gave to those without."""
        blocks: list[JsonObject] = self.payload["blocks"]
        return blocks


@dataclass(frozen=True, kw_only=True, slots=True)
class AcceptedPost:
    """One chat.postMessage that was accepted, as it was at that moment."""

    method: str
    channel: str
    ts: str
    text: str
    metadata: JsonObject | None
    blocks: list[JsonObject]
    thread_ts: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiCall:
    """One Web API call; `started` and `ended` are monotonic seconds, `error` is None when it was ok."""

    method: str
    arguments: JsonObject
    ok: bool
    error: str | None
    status: int
    started: float
    ended: float


@dataclass(kw_only=True, slots=True)
class EnvelopeRecord:
    """One Socket Mode envelope that was sent; `ack_ms` is None until the app has acked."""

    type: str
    envelope_id: str
    payload: JsonObject
    accepts_response_payload: bool
    retry_attempt: int = 0
    retry_reason: str = ""
    ack_ms: float | None = None
    response: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Something visible changed, for `user_ids` (None: for everybody who can see it)."""

    kind: str
    user_ids: frozenset[str] | None = None
    detail: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ViewTarget:
    """A control in a modal."""

    view_id: str


@dataclass(frozen=True, slots=True)
class MessageTarget:
    """A control in a message."""

    channel_id: str
    ts: str


@dataclass(frozen=True, slots=True)
class EphemeralTarget:
    """A control in a message that only one person sees."""

    channel_id: str
    ts: str


@dataclass(frozen=True, slots=True)
class HomeTarget:
    """A control in the app's Home tab."""


Target = ViewTarget | MessageTarget | EphemeralTarget | HomeTarget


@dataclass(frozen=True, slots=True)
class SubmitResult:
    """What came of pressing Submit: block_id to complaint, empty when the view was accepted."""

    errors: dict[str, str] = field(default_factory=dict)

    @property
    def accepted(self) -> bool:
        """Whether nothing was complained about."""
        return not self.errors


class ActionFailed(Exception):  # noqa: N818  # the agreed name; it reads as what the person is told
    """A person's action came to nothing; `code` is Slack's word, `message` is what the client shows."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
