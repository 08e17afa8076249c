"""The app comes by OAuth, its tokens end and are exchanged, and it goes again, in each workspace alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import authorize_page
from bot.playground.clock import WorkspaceClock
from bot.playground.manifest import read_manifest
from bot.playground.server import WorkspaceServer
from bot.playground.slack_app import SlackApp
from bot.playground.team import Team
from bot.playground.workspace import Workspace
from tests.bot.playground.conftest import INES, MANIFEST, error_of

BACK = "https://app.test/back"


class Slack:
    """Two workspaces and the app's registration."""

    def __init__(self) -> None:
        manifest, self.clock = read_manifest(MANIFEST), WorkspaceClock()
        self.first = Workspace(manifest=manifest, clock=self.clock, installed=False)
        team = Team(id="T0SECOND02", name="Second", domain="second")
        self.second = Workspace(
            manifest=manifest, clock=self.clock, installed=False, team=team, beside=self.first
        )
        self.app = SlackApp([self.first, self.second], self.clock, rotates=True)
        self.server = WorkspaceServer(self.first, others=[self.second])
        authorize_page.add_routes(self.server.app, self.app)

    def client(self, token: str = "") -> AsyncWebClient:
        return AsyncWebClient(token, self.server.api_url, retry_handlers=[])

    async def access(self, **arguments: str) -> dict[str, Any]:
        """oauth.v2.access, with the secret in the body."""
        ours = {"client_id": self.app.client_id, "client_secret": self.app.client_secret, **arguments}
        answer = await self.client().api_call("oauth.v2.access", data=ours)
        assert isinstance(answer.data, dict)
        return answer.data

    async def install(self, workspace: Workspace) -> dict[str, Any]:
        location = self.app.allow(
            workspace.team_id, INES, scopes=["chat:write"], redirect_uri=BACK, state="s"
        )
        return await self.access(code=parse_qs(urlsplit(location).query)["code"][0], redirect_uri=BACK)


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    slack = Slack()
    async with slack.server:
        yield slack


async def test_a_code_becomes_a_token_of_that_workspace_once(slack: Slack) -> None:
    location = slack.app.allow(
        slack.second.team_id, INES, scopes=["chat:write"], redirect_uri=BACK, state="s"
    )
    query = parse_qs(urlsplit(location).query)

    answer = await slack.access(code=query["code"][0], redirect_uri=BACK)

    assert query["state"] == ["s"]
    assert (answer["team"]["id"], answer["scope"], answer["authed_user"]) == (
        slack.second.team_id,
        "chat:write",
        {"id": INES},
    )
    assert answer["expires_in"] == 12 * 3600
    identity = await slack.client(answer["access_token"]).auth_test()
    assert identity["team_id"] == slack.second.team_id
    again = slack.access(code=query["code"][0], redirect_uri=BACK)
    assert await error_of(again) == "code_already_used"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"client_id": "1.1"}, "invalid_client_id"),
        ({"client_secret": "x"}, "bad_client_secret"),
        ({"code": "x"}, "invalid_code"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_refresh_token"),
    ],
)
async def test_what_is_wrong_is_named(slack: Slack, arguments: dict[str, str], error: str) -> None:
    assert await error_of(slack.access(**arguments)) == error


async def test_a_code_is_good_for_ten_minutes_and_its_own_address(slack: Slack) -> None:
    location = slack.app.allow(slack.first.team_id, INES, scopes=[], redirect_uri=BACK, state="")
    code = parse_qs(urlsplit(location).query)["code"][0]

    assert await error_of(slack.access(code=code, redirect_uri=f"{BACK}/other")) == "bad_redirect_uri"
    slack.clock.jump_by(timedelta(minutes=11))
    assert await error_of(slack.access(code=code, redirect_uri=BACK)) == "invalid_code"


async def test_a_token_ends_after_twelve_hours_and_is_exchanged_once(slack: Slack) -> None:
    first = await slack.install(slack.first)
    slack.clock.jump_by(timedelta(hours=11))

    second = await slack.access(grant_type="refresh_token", refresh_token=first["refresh_token"])

    for token in (first["access_token"], second["access_token"]):
        assert (await slack.client(token).auth_test())["ok"]
    slack.clock.jump_by(timedelta(hours=2))
    assert await error_of(slack.client(first["access_token"]).auth_test()) == "token_expired"
    assert (await slack.client(second["access_token"]).auth_test())["ok"]
    again = slack.access(grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert await error_of(again) == "invalid_refresh_token"


async def test_two_tokens_are_live_at_most(slack: Slack) -> None:
    answers = [await slack.install(slack.first)]
    for _ in range(2):
        refresh_token = answers[-1]["refresh_token"]
        answers.append(await slack.access(grant_type="refresh_token", refresh_token=refresh_token))

    assert list(slack.first.tokens) == [answer["access_token"] for answer in answers[1:]]


async def test_a_token_posts_in_its_own_workspace(slack: Slack) -> None:
    await slack.install(slack.first)
    token = (await slack.install(slack.second))["access_token"]

    await slack.client(token).chat_postMessage(channel=INES, text="hello")

    assert slack.first.posts == []
    assert [post.text for post in slack.second.posts] == ["hello"]


async def test_revoking_and_removing_end_it_there_alone(slack: Slack) -> None:
    one, other = [
        slack.client((await slack.install(where))["access_token"]) for where in (slack.first, slack.second)
    ]

    assert (await one.auth_revoke())["revoked"]
    assert await error_of(one.auth_test()) == "account_inactive"
    await slack.second.remove_app()

    assert slack.second.tokens == {}
    assert await error_of(other.auth_test()) == "account_inactive"


async def test_the_page_asks_and_sends_back(slack: Slack) -> None:
    asked = {"client_id": slack.app.client_id, "scope": "chat:write", "redirect_uri": BACK, "state": "s&t"}
    address = f"{slack.server.url}/oauth/v2/authorize"
    async with aiohttp.ClientSession() as session:
        async with session.get(address, params=asked) as response:
            text = await response.text()
        assert "Allow in Harbor Labs" in text
        assert "Allow in Second" in text
        assert "chat:write" in text
        for more, key in (
            ({"decision": "allow", "team": "T0SECOND02"}, "code"),
            ({"decision": "cancel"}, "error"),
        ):
            async with session.get(address, params={**asked, **more}, allow_redirects=False) as response:
                query = parse_qs(urlsplit(response.headers["Location"]).query)
            assert query["state"] == ["s&t"]
            assert key in query
        async with session.get(address, params={**asked, "client_id": "x"}) as response:
            assert response.status == 400
