"""Whatever arguments an app sends, every method answers."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.playground.clock import WorkspaceClock
from bot.playground.manifest import read_manifest
from bot.playground.seed import AMAZON_PREP
from bot.playground.web_api import answer
from bot.playground.web_api.dispatch import METHODS
from bot.playground.workspace import Workspace
from tests.bot.playground.conftest import INES, MANIFEST

NAMES = st.sampled_from(
    [
        "attachments", "blocks", "bot", "channel", "channel_id", "cursor", "error", "files", "filename",
        "hash", "inclusive", "latest", "length", "limit", "markdown_text", "message_ts", "metadata", "name",
        "oldest", "text", "thread_ts", "timestamp", "trigger_id", "ts", "types", "user", "user_id", "users",
        "view", "view_id", "external_id", "interactivity_pointer",
    ]
)  # fmt: skip
LIKELY = st.sampled_from(
    [
        INES,
        AMAZON_PREP,
        "1.2.3",
        "[]",
        "{}",
        "[{}]",
        '{"type": "home", "blocks": []}',
        "0",
        "-1",
        "nan",
        "im",
        "",
    ]
)
VALUES = st.recursive(
    LIKELY | st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    workspace = Workspace(manifest=read_manifest(MANIFEST), clock=WorkspaceClock())
    workspace.rate_limits_enabled = False
    return workspace


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(METHODS)), st.dictionaries(NAMES, VALUES, max_size=6))
async def test_every_call_is_answered(workspace: Workspace, method: str, arguments: dict[str, Any]) -> None:
    token = workspace.app_token if METHODS[method].caller == "app" else workspace.bot_token

    body = answer(workspace, method, arguments, token).body

    assert body["ok"] is True or isinstance(body["error"], str)
    await workspace.timeline.close()
