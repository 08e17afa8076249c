"""Requests that are nonsense: refused at the door, or answered with a sentence; never an error of ours."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.assessment import ids as assessment_ids
from bot.payloads import admit
from bot.plan import views as plan_views
from bot.review import views as review_views
from bot.stories import ids as story_ids
from bot.transport.socket_mode import only_sound
from content.loader import Catalog
from tests.bot.security.fuzzing import Fuzzed, fuzzed
from tests.dispatch import Payload, block_actions, command, event, suggestion

pytestmark = pytest.mark.timeout(600)
Send = Callable[[Any], list[str]]
VIEW: Payload = {"id": "V1", "type": "modal", "callback_id": "x", "private_metadata": "", "blocks": []}
DEEP = "[" * 2000
FOUND: dict[str, Payload] = {
    "a window's button without its window": block_actions(f"{story_ids.RATE}.4", value="4"),
    "a window that is null": {**block_actions(f"{story_ids.RATE}.4", value="4"), "view": None},
    "an assessment's button without a value": block_actions(f"{assessment_ids.START}.quick", view=VIEW),
    "an answer in a window without a state": block_actions(assessment_ids.BACK, view=VIEW),
    "no week chosen": block_actions(plan_views.SHOW_WEEK, block_id="plan.1.1"),
    "a week that is a full stop": block_actions(plan_views.SHOW_WEEK, option=".", block_id="plan.1.1"),
    "a plan with a number no database holds": block_actions(
        plan_views.SHOW_WEEK, option="2", block_id=f"plan.{'9' * 40}.1"
    ),
    "a page that is infinite": block_actions(f"{story_ids.PAGE}.next", value="1e999", view=VIEW),
    "brackets without end in a window": block_actions("x", view={**VIEW, "private_metadata": DEEP}),
    "brackets without end in a button": block_actions(review_views.REVEAL, value=DEEP),
    "an attempt with a number no database holds": block_actions(
        assessment_ids.BACK,
        view={**VIEW, "private_metadata": f'{{"n":1{"0" * 30},"f":"quick","p":1,"a":{{}}}}'},
    ),
    "a message from nowhere": event("message", channel_type="im", text="plan", ts="1.0"),
    "half a character": command("log 2 \ud800"),
    "a NUL": command("log 2 \x00coding"),
    "a NUL in a search": suggestion("stories.query", "\x00"),
    "a text that is null": command(None),  # type: ignore[arg-type]  # as nobody should send it
}


@pytest.fixture(scope="module")
def town(
    migrated_file: Path, tmp_path_factory: pytest.TempPathFactory, catalog: Catalog
) -> Iterator[tuple[Fuzzed, asyncio.Runner]]:
    """In a loop of its own, because hypothesis calls a plain function again and again."""
    with asyncio.Runner() as runner:
        opened = fuzzed(migrated_file, tmp_path_factory.mktemp("fuzz"), catalog)
        yield runner.run(opened.__aenter__()), runner
        runner.run(opened.__aexit__(None, None, None))


@pytest.fixture
def send(town: tuple[Fuzzed, asyncio.Runner]) -> Send:
    return lambda payload: town[1].run(town[0].send(payload))


@pytest.mark.parametrize("name", list(FOUND))
def test_nonsense_that_once_was_an_error(send: Send, name: str) -> None:
    assert send(FOUND[name]) == []


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(chance=st.randoms(use_true_random=False))
def test_a_request_with_something_wrong_is_no_error(
    town: tuple[Fuzzed, asyncio.Runner], send: Send, chance: random.Random
) -> None:
    assert send(town[0].made_of(chance)) == []


def test_many_of_them_are_none_either_and_change_nothing_of_others(
    town: tuple[Fuzzed, asyncio.Runner],
) -> None:
    fuzz, runner = town
    before = fuzz.admitted

    runner.run(fuzz.run(random.Random(6), requests=600))  # noqa: S311 - to be repeated, not to be secret

    assert fuzz.faults == []
    assert fuzz.admitted - before > 150, "the door refuses so much that nothing is tried behind it"


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "hello",
        {},
        {"type": "hello"},
        {"type": ["block_actions"]},
        {**command("help"), "user_id": None},
        {**command("help"), "team_id": 7},
        {**command("help"), "text": "x" * 1_000_001},
        {**block_actions("x"), "team": "T1"},
        {**block_actions("x"), "user": None},
        {**block_actions("x"), "actions": []},
        {**block_actions("x"), "actions": [{"action_id": "x"}]},
        {**block_actions("x"), "response_urls": [{"response_url": 5}]},
        {**event("message", channel="D1"), "event": {"type": {}}},
        {**event("message", channel="D1"), "authorizations": [None]},
    ],
    ids=str,
)
def test_the_door_refuses_what_slack_does_not_send(body: Any) -> None:
    assert admit(body) is None


def test_the_door_refuses_what_is_too_deep_to_be_read() -> None:
    deep: Any = "bottom"
    for _ in range(5000):
        deep = [deep]

    assert admit({**command("help"), "more": deep}) is None


async def test_what_the_door_refuses_is_acked_and_goes_no_further() -> None:
    taken: list[Any] = []
    acks: list[str] = []

    class Line:
        async def send_socket_mode_response(self, response: SocketModeResponse) -> None:
            acks.append(response.envelope_id)

    async def take(_client: Any, request: SocketModeRequest) -> None:
        taken.append(request.payload)

    for name, payload in (("nonsense", {"type": "hello"}), ("sense", command("note \x00"))):
        request = SocketModeRequest(type="slash_commands", envelope_id=name, payload=payload)
        await only_sound(take)(Line(), request)

    assert acks == ["nonsense"]
    assert [payload["text"] for payload in taken] == ["note \ufffd"]


def test_what_no_database_keeps_is_replaced() -> None:
    body = admit(command("note \x00 and \ud800"))

    assert body is not None
    assert body["text"] == "note \ufffd and \ufffd"


def test_an_organisations_request_without_a_team_comes_in() -> None:
    assert admit({**block_actions("x"), "team": None, "enterprise": {"id": "E1"}}) is not None
