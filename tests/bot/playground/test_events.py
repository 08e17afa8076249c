"""Events and Socket Mode: who gets what, retries in the workspace's time, reconnecting."""

from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.clock import WorkspaceClock
from bot.playground.manifest import read_manifest
from bot.playground.seed import AMAZON_PREP, GENERAL
from bot.playground.server import DisconnectReason, WorkspaceServer
from bot.playground.workspace import Workspace
from tests.bot.playground.conftest import ACK_SECONDS, INES, MANIFEST, connected
from tests.slack_user import SlackUser

Event = dict[str, Any]


@pytest.fixture
def events(app: AsyncApp) -> list[Event]:
    """The events that arrived."""
    seen: list[Event] = []
    for name in MANIFEST["settings"]["event_subscriptions"]["bot_events"]:

        @app.event(name)
        async def take(body: Event) -> None:
            seen.append(body)

    return seen


async def test_a_new_zone_is_told_with_the_whole_person(
    app: AsyncApp, run: Any, events: list[Event], workspace: Workspace, ines: SlackUser
) -> None:
    await run(app)
    await workspace.set_time_zone(INES, "Asia/Tokyo")

    [body] = await ines.see(lambda: events)
    assert body["event"]["type"] == "user_change"
    assert body["event"]["user"]["tz"] == "Asia/Tokyo"
    assert body["event_id"].startswith("Ev")
    assert body["authorizations"][0]["user_id"] == workspace.bot_user_id


async def test_a_deactivated_person_is_told_as_deleted(
    app: AsyncApp, run: Any, events: list[Event], workspace: Workspace, marcus: SlackUser
) -> None:
    await run(app)
    await workspace.deactivate(INES)
    [body] = await marcus.see(lambda: events)
    assert body["event"]["user"]["deleted"] is True


async def test_channel_life_is_told(
    app: AsyncApp, run: Any, events: list[Event], workspace: Workspace, ines: SlackUser
) -> None:
    await run(app)
    group = await workspace.create_channel("mocks", members=[INES])
    await workspace.join_channel(workspace.bot_user_id, group.id, inviter=INES)
    newcomer = await workspace.add_member("noor")
    await workspace.join_channel(newcomer.id, group.id)
    await workspace.leave_channel(newcomer.id, group.id)
    await workspace.rename_channel(group.id, "mock-rounds")
    await workspace.archive_channel(group.id, by=INES)
    await workspace.unarchive_channel(group.id, by=INES)
    await workspace.delete_channel(group.id)

    await ines.see(lambda: len(events) == 8)
    assert [body["event"]["type"] for body in events] == [
        "member_joined_channel",
        "team_join",
        "member_joined_channel",
        "member_left_channel",
        "channel_rename",
        "channel_archive",
        "channel_unarchive",
        "channel_deleted",
    ]
    assert events[0]["event"]["inviter"] == INES


async def test_a_mention_is_told_where_the_bot_is(
    app: AsyncApp, run: Any, events: list[Event], workspace: Workspace, ines: SlackUser
) -> None:
    await run(app)
    for channel in (GENERAL, AMAZON_PREP):
        await workspace.send_message(INES, channel, f"<@{workspace.bot_user_id}> hello")

    [body] = await ines.see(lambda: events)
    assert (body["event"]["type"], body["event"]["channel"]) == ("app_mention", AMAZON_PREP)


async def test_what_is_not_subscribed_to_is_not_sent(
    app: AsyncApp, run: Any, workspace: Workspace, ines: SlackUser
) -> None:
    await run(app)
    await ines.say("nobody listens")
    assert list(workspace.envelopes) == []


async def test_private_channels_have_events_of_their_own(
    app: AsyncApp, run: Any, workspace: Workspace
) -> None:
    await run(app)
    secret = await workspace.create_channel("secret", members=[INES], is_private=True)
    await workspace.archive_channel(secret.id, by=INES)
    assert list(workspace.envelopes) == []


class TestDirectMessages:
    """An app that reads its direct messages gets its own posts, too."""

    @pytest.fixture
    def workspace(self) -> Workspace:
        manifest = MANIFEST | {
            "settings": MANIFEST["settings"] | {"event_subscriptions": {"bot_events": ["message.im"]}}
        }
        return Workspace(manifest=read_manifest(manifest), clock=WorkspaceClock(), ack_seconds=ACK_SECONDS)

    async def test_what_a_person_writes_arrives(self, app: AsyncApp, run: Any, ines: SlackUser) -> None:
        @app.event("message")
        async def answer(event: Event, say: Any) -> None:
            await say(f"{event['channel_type']}: {event['text']}")

        await run(app)
        await ines.say("help & more")

        await ines.see(lambda: len(ines.dm()) == 2)
        assert ines.dm()[1].text == "im: help &amp; more"

    async def test_the_bots_own_posts_and_edits_come_back(
        self, app: AsyncApp, run: Any, client: AsyncWebClient, workspace: Workspace, ines: SlackUser
    ) -> None:
        @app.event("message")
        async def ignore() -> None:
            return

        await run(app)
        posted = await client.chat_postMessage(channel=INES, text="one")
        await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="two")

        await ines.see(
            lambda: (
                [one.ack_ms for one in workspace.envelopes if one.ack_ms] and len(workspace.envelopes) == 2
            )
        )
        own, changed = (envelope.payload["event"] for envelope in workspace.envelopes)
        assert (own["text"], own["bot_id"]) == ("one", "B0PREP0001")
        assert (changed["subtype"], changed["message"]["text"]) == ("message_changed", "two")
        assert changed["previous_message"]["text"] == "one"


class TestRetries:
    """An event without an ack comes again: at once, after a minute, after five."""

    async def test_follow_the_clock_of_the_workspace(
        self, server: WorkspaceServer, workspace: Workspace, ines: SlackUser
    ) -> None:
        async with SilentApp(server):
            await ines.open_home()
            await ines.see(lambda: workspace.timeline.waiting == 1 and len(workspace.envelopes) == 2)

            workspace.clock.jump_by(timedelta(minutes=1))
            await ines.see(lambda: workspace.timeline.waiting == 1 and len(workspace.envelopes) == 3)

            workspace.clock.jump_by(timedelta(minutes=5))
            await ines.see(lambda: workspace.events.given_up == 1)

        envelopes = list(workspace.envelopes)
        assert [one.retry_attempt for one in envelopes] == [0, 1, 2, 3]
        assert [one.retry_reason for one in envelopes] == ["", "timeout", "timeout", "timeout"]
        assert len({one.payload["event_id"] for one in envelopes}) == 1
        assert len({one.envelope_id for one in envelopes}) == 4

    async def test_reach_an_app_that_comes_up_in_between(
        self, app: AsyncApp, run: Any, events: list[Event], workspace: Workspace, ines: SlackUser
    ) -> None:
        await ines.open_home()
        await ines.see(lambda: workspace.timeline.waiting == 1)
        await run(app)

        workspace.clock.jump_by(timedelta(minutes=1))

        [body] = await ines.see(lambda: events)
        assert body["event"]["type"] == "app_home_opened"

    async def test_stop_after_an_ack(
        self, app: AsyncApp, run: Any, events: list[Event], workspace: Workspace, ines: SlackUser
    ) -> None:
        await run(app)
        await ines.open_home()
        await ines.see(lambda: events)
        assert workspace.timeline.waiting == 0


async def test_an_envelope_can_be_delivered_again(
    app: AsyncApp, run: Any, events: list[Event], workspace: Workspace, ines: SlackUser
) -> None:
    await run(app)
    await ines.open_home()
    await workspace.redeliver(workspace.envelopes[0].envelope_id)

    await ines.see(lambda: len(events) == 2)
    first, second = events
    assert first["event_id"] == second["event_id"]


class TestConnections:
    async def test_take_turns(self, server: WorkspaceServer, workspace: Workspace, ines: SlackUser) -> None:
        got: list[str] = []

        def app_named(name: str) -> AsyncApp:
            client = AsyncWebClient(token=workspace.bot_token, base_url=server.api_url)
            app = AsyncApp(client=client, request_verification_enabled=False)

            @app.command("/test")
            async def take(ack: Any) -> None:
                got.append(name)
                await ack()

            return app

        async with connected(workspace, app_named("one")), connected(workspace, app_named("two")):
            for _ in range(4):
                await ines.command("/test")

        assert sorted(got) == ["one", "one", "two", "two"]
        assert got[0] != got[1]

    @pytest.mark.parametrize("reason", ["warning", "refresh_requested", "abrupt"])
    async def test_come_back_after_they_were_dropped(
        self,
        app: AsyncApp,
        run: Any,
        server: WorkspaceServer,
        workspace: Workspace,
        ines: SlackUser,
        reason: DisconnectReason,
    ) -> None:
        @app.command("/test")
        async def take(ack: Any) -> None:
            await ack("here")

        await run(app)
        await server.drop_connections(reason)
        assert not workspace.connected

        await ines.see(lambda: workspace.connected, within=10)
        await ines.command("/test")
        assert ines.ephemeral()[-1].text == "here"

    async def test_more_than_ten_are_turned_away(self, server: WorkspaceServer) -> None:
        async with aiohttp.ClientSession() as session:
            sockets = [await session.ws_connect(await socket_url(server)) for _ in range(11)]
            frames = [(await socket.receive_json())["type"] for socket in sockets]
            for socket in sockets:
                await socket.close()
        assert frames == ["hello"] * 10 + ["disconnect"]

    async def test_an_address_works_once(self, server: WorkspaceServer) -> None:
        url = await socket_url(server)
        async with aiohttp.ClientSession() as session:
            await (await session.ws_connect(url)).close()
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(url)


async def socket_url(server: WorkspaceServer) -> str:
    client = AsyncWebClient(base_url=server.api_url)
    answer = await client.apps_connections_open(app_token=server.workspace.app_token)
    return str(answer["url"])


class SilentApp:
    """A connection that takes everything and acks nothing."""

    def __init__(self, server: WorkspaceServer) -> None:
        self._server = server
        self._session = aiohttp.ClientSession()

    async def __aenter__(self) -> None:
        self._socket = await self._session.ws_connect(await socket_url(self._server))
        await self._socket.receive_json()

    async def __aexit__(self, *error: object) -> None:
        await self._socket.close()
        await self._session.close()
