"""Events API: what the app subscribed to, sent at least once, retried as Slack does."""

from datetime import timedelta

from bot.playground.clock import WorkspaceClock
from bot.playground.ids import IdMint
from bot.playground.manifest import Manifest
from bot.playground.model import JsonObject
from bot.playground.sockets import NoAckError, NoConnectionError, SocketHub
from bot.playground.team import Team
from bot.playground.timeline import Timeline

RETRY_AFTER = (timedelta(0), timedelta(minutes=1), timedelta(minutes=5))

# The scopes without which Slack does not send an event, whatever the app subscribed to.
EVENT_SCOPES = {
    "message.im": "im:history",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "app_mention": "app_mentions:read",
    "user_change": "users:read",
    "team_join": "users:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "channel_archive": "channels:read",
    "channel_unarchive": "channels:read",
    "channel_rename": "channels:read",
    "channel_deleted": "channels:read",
    "channel_left": "channels:read",
    "group_archive": "groups:read",
    "group_unarchive": "groups:read",
    "group_rename": "groups:read",
    "group_deleted": "groups:read",
    "group_left": "groups:read",
}


class EventSender:
    """Wraps events into Slack's envelope and sees to their delivery."""

    def __init__(
        self,
        *,
        manifest: Manifest,
        team: Team,
        ids: IdMint,
        clock: WorkspaceClock,
        hub: SocketHub,
        timeline: Timeline,
    ) -> None:
        self._manifest = manifest
        self._team = team
        self._ids = ids
        self._clock = clock
        self._hub = hub
        self._timeline = timeline
        self.given_up = 0

    def subscribed(self, name: str) -> bool:
        """Whether app.yaml asks for the event and has its scope."""
        scope = EVENT_SCOPES.get(name)
        return name in self._manifest.bot_events and (scope is None or scope in self._manifest.bot_scopes)

    async def send(self, name: str, event: JsonObject) -> None:
        """Send the event and return after the first attempt; retries follow in the background."""
        if self.subscribed(name):
            await self._attempt(self._payload(event), 0, "")

    def send_later(self, name: str, event: JsonObject) -> None:
        """The same, without waiting for the app."""
        if self.subscribed(name):
            payload = self._payload(event)
            self._timeline.soon(lambda: self._attempt(payload, 0, ""))

    async def send_again(self, payload: JsonObject, attempt: int, reason: str) -> None:
        """Send a payload that was sent before."""
        await self._hub.dispatch(
            "events_api",
            payload,
            accepts_response_payload=False,
            retry_attempt=attempt,
            retry_reason=reason,
        )

    async def _attempt(self, payload: JsonObject, attempt: int, reason: str) -> None:
        try:
            await self.send_again(payload, attempt, reason)
        except NoConnectionError:
            self._retry(payload, attempt, "connection_failed")
        except NoAckError as error:
            if error.again:
                self._retry(payload, attempt, error.reason)

    def _retry(self, payload: JsonObject, attempt: int, reason: str) -> None:
        if attempt == len(RETRY_AFTER):
            self.given_up += 1
            return
        due = self._clock.now() + RETRY_AFTER[attempt]
        self._timeline.at(due, lambda: self._attempt(payload, attempt + 1, reason))

    def _payload(self, event: JsonObject) -> JsonObject:
        now = self._clock.now()
        event.setdefault("event_ts", f"{now.timestamp():.6f}")
        return {
            "token": "",
            "team_id": self._team.id,
            "context_team_id": self._team.id,
            "context_enterprise_id": None,
            "api_app_id": self._team.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": self._ids.named("Ev"),
            "event_time": int(now.timestamp()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": self._team.id,
                    "user_id": self._team.bot_user_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-{self._ids.named('Ec')}",
        }
