"""The other methods of the Web API."""

from datetime import timedelta

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.seed import AMAZON_PREP, GENERAL
from bot.playground.server import WorkspaceServer
from bot.playground.workspace import Workspace
from tests.bot.playground.conftest import INES, error_of
from tests.slack_user import SlackUser


async def test_who_am_i(client: AsyncWebClient, workspace: Workspace) -> None:
    answer = await client.auth_test()
    assert answer["user_id"] == workspace.bot_user_id
    assert answer["team"] == "Harbor Labs"


async def test_a_person_has_a_zone_whose_offset_is_the_one_of_now(client: AsyncWebClient) -> None:
    user = (await client.users_info(user="U0ARJUN001"))["user"]
    assert (user["tz"], user["tz_offset"], user["deleted"]) == ("Asia/Kolkata", 19_800, False)
    assert await error_of(client.users_info(user="U404")) == "user_not_found"


async def test_people_come_in_pages(client: AsyncWebClient, workspace: Workspace) -> None:
    names = []
    async for answer in await client.users_list(limit=3):
        names += [member["name"] for member in answer["members"]]
    assert names == [member.name for member in workspace.members.values()]


class TestConversations:
    async def test_opening_twice_gives_the_same(self, client: AsyncWebClient) -> None:
        first = await client.conversations_open(users=INES)
        second = await client.conversations_open(users=INES)
        assert first["channel"]["id"] == second["channel"]["id"]
        assert second["already_open"]

    async def test_preventing_creation_finds_none(self, client: AsyncWebClient) -> None:
        assert (
            await error_of(client.conversations_open(users=INES, prevent_creation=True))
            == "channel_not_found"
        )

    async def test_lists_what_the_bot_is_in(self, client: AsyncWebClient) -> None:
        mine = await client.users_conversations()
        everything = await client.conversations_list()
        assert [channel["id"] for channel in mine["channels"]] == [AMAZON_PREP]
        assert {channel["id"] for channel in everything["channels"]} == {GENERAL, AMAZON_PREP}

    async def test_tells_members_and_their_number(self, client: AsyncWebClient, workspace: Workspace) -> None:
        members = await client.conversations_members(channel=AMAZON_PREP)
        info = await client.conversations_info(channel=AMAZON_PREP, include_num_members=True)
        assert members["members"] == workspace.channels[AMAZON_PREP].member_ids
        assert info["channel"]["num_members"] == 5

    async def test_history_comes_newest_first_in_pages(self, client: AsyncWebClient) -> None:
        for number in range(5):
            await client.chat_postMessage(channel=INES, text=str(number))
        dm = (await client.conversations_open(users=INES))["channel"]["id"]

        texts = []
        async for answer in await client.conversations_history(channel=dm, limit=2):
            texts += [message["text"] for message in answer["messages"]]

        assert texts == ["4", "3", "2", "1", "0"]

    async def test_history_keeps_to_its_bounds(self, client: AsyncWebClient) -> None:
        posts = [await client.chat_postMessage(channel=INES, text=str(number)) for number in range(3)]
        middle = posts[1]["ts"]

        async def texts(**bounds: object) -> list[str]:
            answer = await client.api_call(
                "conversations.history", params={"channel": posts[0]["channel"], **bounds}
            )
            return [message["text"] for message in answer["messages"]]

        assert await texts(oldest=middle) == ["2"]
        assert await texts(oldest=middle, inclusive="true") == ["2", "1"]
        assert await texts(latest=middle) == ["0"]

    async def test_replies_stay_in_their_thread(self, client: AsyncWebClient) -> None:
        parent = await client.chat_postMessage(channel=AMAZON_PREP, text="parent")
        await client.chat_postMessage(channel=AMAZON_PREP, text="reply", thread_ts=parent["ts"])

        history = await client.conversations_history(channel=AMAZON_PREP, limit=1)
        replies = await client.conversations_replies(channel=AMAZON_PREP, ts=parent["ts"])

        assert [(m["text"], m["reply_count"]) for m in history["messages"]] == [("parent", 1)]
        assert [message["text"] for message in replies["messages"]] == ["parent", "reply"]

    @pytest.mark.parametrize(("limit", "code"), [("0", "invalid_limit"), ("1001", "invalid_limit")])
    async def test_a_strange_limit_is_refused(self, client: AsyncWebClient, limit: str, code: str) -> None:
        call = client.api_call("conversations.history", params={"channel": AMAZON_PREP, "limit": limit})
        assert await error_of(call) == code

    async def test_a_strange_cursor_is_refused(self, client: AsyncWebClient) -> None:
        call = client.conversations_history(channel=AMAZON_PREP, cursor="bogus!")
        assert await error_of(call) == "invalid_cursor"

    async def test_what_the_bot_is_not_in_cannot_be_read(self, client: AsyncWebClient) -> None:
        assert await error_of(client.conversations_history(channel=GENERAL)) == "not_in_channel"


async def test_a_reaction_counts_once(client: AsyncWebClient, ines: SlackUser) -> None:
    posted = await client.chat_postMessage(channel=INES, text="x")
    where = {"channel": posted["channel"], "timestamp": posted["ts"]}
    await client.reactions_add(name="tada", **where)

    assert await error_of(client.reactions_add(name="tada", **where)) == "already_reacted"
    assert list(ines.dm()[0].reactions) == ["tada"]


async def test_a_file_is_uploaded_shared_and_shown(
    client: AsyncWebClient, server: WorkspaceServer, ines: SlackUser
) -> None:
    dm = (await client.conversations_open(users=INES))["channel"]["id"]

    await client.files_upload_v2(
        channel=dm, filename="chart.png", content=b"\x89PNG", initial_comment="Look", title="Chart"
    )

    [message] = ines.dm()
    [file] = message.files
    assert (message.text, file["title"], file["size"]) == ("Look", "Chart", 4)
    async with aiohttp.ClientSession() as session, session.get(file["url_private"]) as shown:
        assert (await shown.read(), shown.content_type) == (b"\x89PNG", "image/png")


async def test_the_workspace_lives_in_its_own_time(client: AsyncWebClient, workspace: Workspace) -> None:
    before = await client.chat_postMessage(channel=INES, text="x")
    workspace.clock.jump_by(timedelta(days=2))
    after = await client.chat_postMessage(channel=INES, text="x")
    assert 2 * 86_400 <= float(after["ts"]) - float(before["ts"]) < 2 * 86_400 + 60


class TestSmallMethods:
    async def test_a_permalink_leads_to_the_message(self, client: AsyncWebClient) -> None:
        posted = await client.chat_postMessage(channel=AMAZON_PREP, text="x")
        answer = await client.chat_getPermalink(channel=AMAZON_PREP, message_ts=posted["ts"])
        assert answer["permalink"].endswith(f"/archives/{AMAZON_PREP}/p{posted['ts'].replace('.', '')}")

    async def test_team_and_bot_know_their_names(self, client: AsyncWebClient) -> None:
        assert (await client.team_info())["team"]["domain"] == "harbor-labs"
        assert (await client.bots_info(bot="B0PREP0001"))["bot"]["name"] == "Test App"
        assert await error_of(client.bots_info(bot="B404")) == "bot_not_found"

    async def test_api_test_answers_what_it_was_told(self, client: AsyncWebClient) -> None:
        assert (await client.api_test(foo="bar"))["args"] == {"foo": "bar"}
        assert await error_of(client.api_test(error="my_error")) == "my_error"

    async def test_a_file_without_its_bytes_is_not_found(self, client: AsyncWebClient) -> None:
        place = await client.files_getUploadURLExternal(filename="x.png", length=3)
        shared = client.files_completeUploadExternal(files=[{"id": place["file_id"], "title": "x"}])
        assert await error_of(shared) == "file_not_found"
