"""From numbers to what a person sees, in a workspace with Slack's rules for charts and files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.members import Member
from bot.pictures.service import PictureService
from bot.playground.server import WorkspaceServer
from bot.playground.workspace import Workspace
from storage import learners
from storage.engine import connect
from tests.bot.pictures.samples import consistency, scores
from tests.bot.pictures.test_service import CHART, IMAGE, Block, Studio, kinds
from tests.bot.playground.conftest import INES, Stopwatch, client, server, stopwatch, workspace
from tests.builders import MovingClock
from tests.slack_user import SlackUser

__all__ = ["Stopwatch", "client", "server", "stopwatch", "workspace"]


class Coach:
    """Shows pictures in a message of the direct messages with Ines."""

    def __init__(self, service: PictureService, client: AsyncWebClient, workspace: Workspace) -> None:
        self.service, self.client, self.workspace = service, client, workspace
        self.ines = SlackUser(workspace, INES)
        self.place: tuple[str, str] | None = None

    async def show(self, *pictures: Any) -> list[Block]:
        member = Member(self.workspace.team_id, INES)
        await self.service.show(member, pictures, self.client, self._send)
        return self.ines.dm()[-1].blocks

    async def _send(self, blocks: list[Block]) -> None:
        if self.place:
            channel, ts = self.place
            await self.client.chat_update(channel=channel, ts=ts, text="Progress", blocks=blocks)
        else:
            posted = await self.client.chat_postMessage(channel=INES, text="Progress", blocks=blocks)
            self.place = (posted["channel"], posted["ts"])


@pytest.fixture
async def coach(database_url: str, client: AsyncWebClient, workspace: Workspace) -> AsyncIterator[Coach]:
    database = connect(database_url)
    async with database.write() as session:
        await learners.ensure(session, workspace.team_id, INES, now=MovingClock()())
    workspace.rate_limits_enabled = False
    yield Coach(PictureService(database, MovingClock(), Studio().draw, _no_time), client, workspace)
    await database.close()


async def _no_time(_: float) -> None:
    """Waiting is what the workspace counts, not the clock."""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestPictures:
    async def test_a_workspace_with_charts_draws_them_itself(self, coach: Coach) -> None:
        assert kinds(await coach.show(scores(48, 61))) == [CHART]

    async def test_a_workspace_without_gets_an_image_that_the_page_can_show(
        self, coach: Coach, server: WorkspaceServer
    ) -> None:
        coach.workspace.has_charts = False
        coach.workspace.files.unready = 2

        blocks = await coach.show(scores(48, 61), consistency(1, 2))

        assert kinds(blocks) == [IMAGE, IMAGE]
        [file_id, _] = [block["slack_file"]["id"] for block in blocks if block["type"] == IMAGE]
        async with aiohttp.ClientSession() as session, session.get(f"{server.url}/shown/{file_id}") as shown:
            assert (await shown.read(), shown.content_type) == (b"PNG", "image/png")

    async def test_a_file_that_an_admin_deleted_is_uploaded_again(self, coach: Coach) -> None:
        [before] = [block for block in await coach.show(consistency(1)) if block["type"] == IMAGE]
        await coach.client.files_delete(file=before["slack_file"]["id"])

        [after] = [block for block in await coach.show(consistency(1)) if block["type"] == IMAGE]

        assert after["slack_file"] != before["slack_file"]


class TestWorkspace:
    async def test_without_charts_says_so(self, client: AsyncWebClient, workspace: Workspace) -> None:
        workspace.has_charts = False
        pie = {"type": "pie", "segments": [{"label": "Coding", "value": 1}]}
        blocks = [{"type": "data_visualization", "title": "Hours", "chart": pie}]

        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel=INES, text="x", blocks=blocks)

        assert caught.value.response["error"] == "invalid_blocks"
        assert caught.value.response["errors"] == [
            "unsupported type: data_visualization [json-pointer:/blocks/0/type]"
        ]

    async def test_refuses_a_file_that_is_not_there(self, client: AsyncWebClient) -> None:
        block = {"type": "image", "alt_text": "x", "slack_file": {"id": "F0NOTHERE1"}}

        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel=INES, text="x", blocks=[block])
        with pytest.raises(SlackApiError) as home:
            await client.views_publish(user_id=INES, view={"type": "home", "blocks": [block]})

        assert caught.value.response["errors"] == ["invalid slack file [json-pointer:/blocks/0/slack_file]"]
        assert home.value.response["error"] == "invalid_arguments"
        assert "invalid slack file" in str(home.value.response["response_metadata"])

    async def test_deletes_a_file_once(self, client: AsyncWebClient, server: WorkspaceServer) -> None:
        uploaded = await client.files_upload_v2(filename="x.png", content=b"PNG")
        file = uploaded["files"][0]
        await client.files_delete(file=file["id"])

        with pytest.raises(SlackApiError) as caught:
            await client.files_delete(file=file["id"])

        assert caught.value.response["error"] == "file_not_found"
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{server.url}/shown/{file['id']}") as gone,
        ):
            assert gone.status == 404
