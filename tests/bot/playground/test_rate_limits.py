"""429 comes by method and workspace, in real time."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.rate_limits import RateLimits
from bot.playground.workspace import Workspace
from tests.bot.playground.conftest import INES, Stopwatch


def test_a_channel_takes_a_short_burst_then_one_post_a_second(stopwatch: Stopwatch) -> None:
    limits = RateLimits(stopwatch)
    assert [limits.retry_after("chat.postMessage", None, "C1") for _ in range(6)] == [None] * 5 + [1]
    assert limits.retry_after("chat.postMessage", None, "C2") is None

    stopwatch.seconds += 1

    assert limits.retry_after("chat.postMessage", None, "C1") is None
    assert limits.retry_after("chat.postMessage", None, "C1") == 1


def test_the_workspace_takes_300_posts_a_minute(stopwatch: Stopwatch) -> None:
    limits = RateLimits(stopwatch)
    taken = [limits.retry_after("chat.postMessage", None, f"C{number}") for number in range(301)]
    assert taken[:300] == [None] * 300
    assert taken[300] == 60

    stopwatch.seconds += 60

    assert limits.retry_after("chat.postMessage", None, "C0") is None


@pytest.mark.parametrize(("tier", "per_minute"), [(1, 1), (2, 20), (3, 50), (4, 100)])
def test_a_tier_takes_so_many_calls_a_minute(stopwatch: Stopwatch, tier: int, per_minute: int) -> None:
    limits = RateLimits(stopwatch)
    assert all(limits.retry_after("a.method", tier, None) is None for _ in range(per_minute))
    assert limits.retry_after("a.method", tier, None) == 60
    assert limits.retry_after("another.method", tier, None) is None


async def test_the_answer_is_429_with_the_seconds_to_wait(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    for _ in range(5):
        await client.chat_postMessage(channel=INES, text="x")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=INES, text="x")

    assert caught.value.response.status_code == 429
    assert caught.value.response["error"] == "ratelimited"
    assert caught.value.response.headers["Retry-After"] == "1"
    assert len(workspace.posts) == 5
    assert workspace.calls[-1].status == 429


async def test_the_limits_can_be_switched_off(client: AsyncWebClient, workspace: Workspace) -> None:
    workspace.rate_limits_enabled = False
    for _ in range(20):
        await client.chat_postMessage(channel=INES, text="x")
    assert len(workspace.posts) == 20
