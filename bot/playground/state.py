"""Everything that the workspace knows."""

import time
from collections import deque
from collections.abc import Callable, Mapping

from bot.playground.block_kit import Refusal, check_message_blocks, without_charts
from bot.playground.changes import ChangeFeed
from bot.playground.clock import WorkspaceClock
from bot.playground.conversations import Conversations
from bot.playground.events import EventSender
from bot.playground.faults import Faults
from bot.playground.form import FormState
from bot.playground.ids import IdMint
from bot.playground.manifest import Manifest
from bot.playground.model import (
    AcceptedPost,
    ActionFailed,
    ApiCall,
    Conversation,
    EnvelopeRecord,
    JsonObject,
    Member,
    Message,
)
from bot.playground.objects import message_json
from bot.playground.payloads import Payloads
from bot.playground.rate_limits import RateLimits
from bot.playground.response_urls import ResponseUrls
from bot.playground.seed import seed
from bot.playground.sockets import ACK_SECONDS, SocketHub
from bot.playground.stored_files import StoredFiles
from bot.playground.team import Team
from bot.playground.timeline import Timeline
from bot.playground.triggers import Triggers
from bot.playground.views import Views

BOT_TOKEN = "xoxb-7300000000001-playground"  # noqa: S105  # opens nothing but this local workspace
APP_TOKEN = "xapp-1-A0PREP0001-playground"  # noqa: S105  # opens nothing but this local workspace
REMEMBERED_CALLS = 20_000
REMEMBERED_ENVELOPES = 5_000
REMEMBERED_FORMS = 5_000


class WorkspaceState:
    """The parts of the workspace, and the few things that all of its actions share."""

    def __init__(
        self,
        *,
        manifest: Manifest,
        clock: WorkspaceClock,
        bot_token: str = BOT_TOKEN,
        app_token: str = APP_TOKEN,
        monotonic: Callable[[], float] = time.monotonic,
        ack_seconds: float = ACK_SECONDS,
        random_seed: int = 0,
        seeded: bool = True,
    ) -> None:
        """
        A workspace in which the app of `manifest` is installed.

        `monotonic` (seconds) times triggers and rate limits; `ack_seconds` is real time; `seeded` False
        leaves out the people, channels and messages of the seed.
        """
        self.manifest = manifest
        self.clock = clock
        self.bot_token = bot_token
        self.app_token = app_token
        self.monotonic = monotonic
        self.team = Team()
        self.ids = IdMint(random_seed)
        self.changes = ChangeFeed()
        self.faults = Faults(random_seed)
        self.rate_limits = RateLimits(monotonic)
        self.rate_limits_enabled = True
        self.has_charts = True
        """Slack brings chart blocks to workspaces in phases; without them they are refused."""
        self.posts: list[AcceptedPost] = []
        self.calls: deque[ApiCall] = deque(maxlen=REMEMBERED_CALLS)
        self.envelopes: deque[EnvelopeRecord] = deque(maxlen=REMEMBERED_ENVELOPES)
        self.timeline = Timeline(clock)
        self.hub = SocketHub(self.envelopes, ack_seconds=ack_seconds)
        self.events = EventSender(
            manifest=manifest, team=self.team, ids=self.ids, clock=clock, hub=self.hub, timeline=self.timeline
        )
        self.triggers = Triggers(monotonic)
        self.response_urls = ResponseUrls(clock)
        self.files = StoredFiles(self.ids)
        self.views = Views(ids=self.ids, clock=clock, changes=self.changes)
        self.payloads = Payloads(self)
        self.people: dict[str, Member] = {}
        self.conversations = Conversations(ids=self.ids, clock=clock, bot_user_id=self.team.bot_user_id)
        self.message_forms: dict[tuple[str, str, str], FormState] = {}
        bot = Member(
            id=self.team.bot_user_id,
            name=manifest.bot_name,
            real_name=manifest.app_name,
            tz=None,
            is_bot=True,
        )
        self.people[bot.id] = bot
        if seeded:
            seed(self.people, self.conversations)
        clock.when_moved(lambda: self.changes.publish("clock"))

    @property
    def members(self) -> Mapping[str, Member]:
        """Everybody, the bot included, by id."""
        return self.people

    @property
    def channels(self) -> Mapping[str, Conversation]:
        """Every conversation, direct messages included, by id."""
        return self.conversations.all

    @property
    def team_id(self) -> str:
        """The id of the workspace."""
        return self.team.id

    @property
    def team_name(self) -> str:
        """The name of the workspace."""
        return self.team.name

    @property
    def app_id(self) -> str:
        """The id of the installed app."""
        return self.team.app_id

    @property
    def bot_user_id(self) -> str:
        """The app's own member id."""
        return self.team.bot_user_id

    @property
    def connected(self) -> bool:
        """Whether the app has a Socket Mode connection up."""
        return self.hub.connections > 0

    def person(self, user_id: str) -> Member:
        """Somebody who can act; raises ActionFailed for a stranger, a bot or a deactivated account."""
        member = self.people.get(user_id)
        if member is None or member.is_bot:
            raise ActionFailed("user_not_found", f"There is no person {user_id} in this workspace.")
        if member.deleted:
            raise ActionFailed("account_inactive", f"{member.real_name}'s account is deactivated.")
        return member

    def channel_for(self, user_id: str, channel_id: str) -> Conversation:
        """A conversation that the person can see; raises ActionFailed."""
        channel = self.conversations.all.get(channel_id)
        hidden = channel is not None and (channel.kind == "im" or channel.is_private)
        if channel is None or (hidden and user_id not in channel.member_ids):
            raise ActionFailed("channel_not_found", "You can't see that conversation.")
        return channel

    def viewers(self, channel: Conversation, ephemeral_to: str | None = None) -> set[str] | None:
        """Whom a change in the conversation concerns; None for everybody."""
        if ephemeral_to is not None:
            return {ephemeral_to}
        return set(channel.member_ids) if channel.kind == "im" or channel.is_private else None

    def refusal_of_blocks(self, blocks: object) -> Refusal | None:
        """Why this workspace refuses these blocks of a message, None when it takes them."""
        return (
            check_message_blocks(blocks)
            or (None if self.has_charts else without_charts(blocks))
            or self.files.refusal_of(blocks, "/blocks")
        )

    def message_changed(self, message: Message) -> None:
        """Tell whoever draws the workspace that a message came, changed or went."""
        channel = self.conversations.all[message.channel_id]
        self.changes.publish(
            "messages", self.viewers(channel, message.ephemeral_to), channel=channel.id, ts=message.ts
        )

    def message_event(self, message: Message, /, **fields: object) -> tuple[str, JsonObject]:
        """The name and body of the event about a message in its kind of conversation."""
        channel = self.conversations.all[message.channel_id]
        if channel.kind == "im":
            name, channel_type = "message.im", "im"
        elif channel.is_private:
            name, channel_type = "message.groups", "group"
        else:
            name, channel_type = "message.channels", "channel"
        body = dict(fields) or message_json(message, self.team, self.manifest.app_name)
        event: JsonObject = {"type": "message", **body, "channel": channel.id, "channel_type": channel_type}
        event.setdefault("event_ts", message.ts)
        return name, event
