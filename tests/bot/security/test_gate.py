"""Who may not use the bot, or goes too fast, is answered before anything is read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bot import flood
from bot.callers import BOT_SENTENCE, GUESTS_START_NO_GROUP, STRANGER_SENTENCE, Caller, caller_of, is_guest
from bot.flood import BURST, MOST_PEOPLE, PER_SECOND, Flood, Turn
from bot.gate import REFUSED
from bot.log import views as log_views
from bot.members import Member
from bot.slack_hosts import is_slacks, leads_elsewhere
from content.loader import Catalog
from storage.models import Learner
from tests.bot.security.harvest import as_from
from tests.builders import ANA, BEN, MovingClock
from tests.conftest import sqlite_url
from tests.dispatch import (
    Dispatcher,
    answer,
    as_json,
    block_actions,
    command,
    dispatching,
    event,
    returned,
    shortcut,
    suggestion,
)

SLACK = "https://slack.com/api/"
PLAYGROUND = "http://127.0.0.1:4650/api/"
STRANGER: dict[str, Any] = {"id": "U5", "username": "eve", "team_id": "T9"}


@pytest.fixture
async def limited(migrated_file: Path, tmp_path: Path, catalog: Catalog) -> AsyncIterator[Dispatcher]:
    """Three requests at once, then practically none."""
    url = sqlite_url(migrated_file, tmp_path)
    slow = Flood(burst=3, per_second=1e-6)
    async with dispatching(url, catalog, MovingClock(), flood=slow) as dispatcher:
        yield dispatcher


async def people(slack: Dispatcher) -> list[str]:
    async with slack.coach.database.read() as session:
        return list(await session.exec(select(Learner.user_id)))


class TestFlood:
    def test_a_burst_passes_then_one_sentence_then_silence(self) -> None:
        seen = Flood()

        turns = [seen.turn(ANA, 0.0) for _ in range(BURST + 5)]

        assert turns == [Turn.GO] * BURST + [Turn.TELL] + [Turn.SKIP] * 4

    def test_it_goes_on_as_fast_as_hands_can_and_tells_once_until_it_was_quiet(self) -> None:
        seen = Flood()
        for _ in range(BURST + 1):
            seen.turn(ANA, 0.0)

        assert [seen.turn(ANA, 1.0) for _ in range(7)] == [Turn.GO] * int(PER_SECOND) + [Turn.SKIP] * 2
        assert seen.turn(ANA, 60.0) is Turn.GO
        assert [seen.turn(ANA, 60.0) for _ in range(BURST)][-1] is Turn.TELL

    def test_a_clock_that_goes_back_gives_nothing_and_takes_nothing(self) -> None:
        seen = Flood(burst=1)

        assert [seen.turn(ANA, at) for at in (5.0, 4.0, 4.0)] == [Turn.GO, Turn.TELL, Turn.SKIP]

    def test_people_do_not_share_and_namesakes_are_two(self) -> None:
        seen = Flood(burst=1)

        assert [seen.turn(one, 0.0) for one in (ANA, BEN, Member("T2", ANA.user_id))] == [Turn.GO] * 3

    def test_only_so_many_are_remembered(self) -> None:
        seen = Flood(burst=1)
        seen.turn(ANA, 0.0)

        for number in range(MOST_PEOPLE):
            seen.turn(Member("T1", f"X{number}"), 0.0)

        assert len(seen._buckets) == MOST_PEOPLE
        assert seen.turn(ANA, 0.0) is Turn.GO, "forgotten, and so as fresh as anybody"


class TestTooFast:
    async def test_a_command_is_acked_with_the_sentence_once(self, limited: Dispatcher) -> None:
        answers = [await limited.command("log 1 coding") for _ in range(6)]

        assert [response.status for response in answers] == [200] * 6
        assert as_json(answers[3]) == {"response_type": "ephemeral", "text": flood.SENTENCE}
        assert [response.body for response in answers[4:]] == ["", ""]
        assert limited.respond.await_count == 3

    async def test_a_form_stays_open_with_what_was_typed(self, limited: Dispatcher) -> None:
        await limited.send(shortcut(log_views.SHORTCUT))
        view = returned(limited.shown("views_open"))
        for _ in range(3):
            await limited.command("help")

        reply = as_json(await limited.submit(view))

        assert reply["response_action"] == "errors"
        assert next(iter(reply["errors"])) in view["state"]["values"]

    async def test_a_select_finds_nothing_and_a_button_is_answered_beside_it(
        self, limited: Dispatcher
    ) -> None:
        for _ in range(3):
            await limited.command("help")

        await limited.press("log.open")
        assert limited.said() == flood.SENTENCE
        assert as_json(await limited.send(suggestion("assessment.zone", "lis"))) == {"options": []}
        assert (await limited.press("log.open")).body == ""
        assert limited.respond.await_count == 4

    async def test_on_home_and_in_the_direct_message_it_is_said_there(self, limited: Dispatcher) -> None:
        for _ in range(3):
            await limited.command("help")

        for _ in range(3):
            await limited.send(event("message", channel_type="im", channel="D1", text="hi", ts="1.0"))

        limited.client.chat_postMessage.assert_awaited_once_with(channel=ANA.user_id, text=flood.SENTENCE)
        assert await people(limited) == []

    async def test_changes_of_accounts_and_channels_are_all_heard(self, limited: Dispatcher) -> None:
        for _ in range(5):
            await limited.command("log 1 coding")

        await limited.send(event("user_change", user={"id": ANA.user_id, "tz": "Asia/Tokyo"}))

        async with limited.coach.database.read() as session:
            [zone] = await session.exec(select(Learner.time_zone))
        assert zone == "Asia/Tokyo"

    async def test_one_persons_flood_does_not_slow_another(self, slack: Dispatcher, catalog: Catalog) -> None:
        url = str(slack.coach.database.readers.url.database)
        async with dispatching(f"sqlite:///{url}", catalog, slack.clock, flood=Flood()) as busy:
            stop = asyncio.Event()

            async def flood_it() -> None:
                while not stop.is_set():
                    await busy.command("help")
                    await asyncio.sleep(0)

            flooding = [asyncio.create_task(flood_it()) for _ in range(5)]
            waits = []
            for _ in range(50):
                began = time.perf_counter()
                response = await busy.send(as_from(command("help"), BEN))
                waits.append(time.perf_counter() - began)
                assert response.status == 200
            stop.set()
            await asyncio.gather(*flooding)

        assert sorted(waits)[-1] < 1.0, "far below the three seconds that Slack waits"


class TestCallers:
    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            (command("help"), Caller.MEMBER),
            (block_actions("x"), Caller.MEMBER),
            ({**block_actions("x"), "user": STRANGER}, Caller.STRANGER),
            ({**block_actions("x"), "user": STRANGER, "enterprise": {"id": "E1"}}, Caller.MEMBER),
            ({**block_actions("x"), "user": {"id": "U5", "is_bot": True}}, Caller.BOT),
            (event("message", bot_id="B1"), Caller.BOT),
            ({**event("message", user_team="T9"), "is_ext_shared_channel": True}, Caller.STRANGER),
            ({**event("message", user_team="T1"), "is_ext_shared_channel": True}, Caller.MEMBER),
            (event("message", user_team="E1"), Caller.MEMBER),
        ],
    )
    def test_are_told_apart_by_the_request_alone(self, body: dict[str, Any], kind: Caller) -> None:
        assert caller_of(body, "T1", "U5") is kind

    def test_slackbot_is_a_bot_and_guests_are_those_slack_restricts(self) -> None:
        assert caller_of(command("help"), "T1", "USLACKBOT") is Caller.BOT
        assert is_guest({"is_ultra_restricted": True})
        assert is_guest({"is_restricted": True})
        assert not is_guest({})

    async def test_a_stranger_in_a_shared_channel_hears_one_sentence_and_leaves_no_trace(
        self, slack: Dispatcher
    ) -> None:
        response = await slack.send({**block_actions("groups.join", value="1"), "user": STRANGER})

        assert (response.status, slack.said()) == (200, STRANGER_SENTENCE)
        assert await people(slack) == []

    async def test_a_strangers_form_says_so_beside_its_first_field(self, slack: Dispatcher) -> None:
        await slack.send(shortcut(log_views.SHORTCUT))
        view = returned(slack.shown("views_open"))

        reply = as_json(
            await slack.send({**shortcut(""), "type": "view_submission", "view": view, "user": STRANGER})
        )

        assert list(reply["errors"].values()) == [STRANGER_SENTENCE]

    async def test_a_bot_is_not_coached(self, slack: Dispatcher) -> None:
        response = await slack.send({**command("today"), "user_id": "USLACKBOT"})

        assert as_json(response)["text"] == BOT_SENTENCE
        assert await people(slack) == []

    async def test_a_guest_starts_no_group_and_prepares_like_anybody(self, slack: Dispatcher) -> None:
        slack.client.users_info.return_value = answer(user={"is_restricted": True})
        channel = {"id": "C1", "name": "prep", "is_member": True}
        slack.client.conversations_info.return_value = answer(channel=channel)

        await slack.command("group start")
        assert slack.said() == GUESTS_START_NO_GROUP
        slack.client.views_open.assert_not_awaited()
        await slack.command("log 1 coding")

        assert await people(slack) == [ANA.user_id]


class TestWhereAnswersGo:
    @pytest.mark.parametrize(
        ("url", "api_url", "expected"),
        [
            ("https://hooks.slack.com/commands/T1/1/x", SLACK, True),
            ("https://hooks.slack-gov.com/commands/T1/1/x", SLACK, True),
            ("http://hooks.slack.com/commands/T1/1/x", SLACK, False),
            ("https://hooks.slack.com.evil.example/x", SLACK, False),
            ("https://hooks.slack.com@evil.example/x", SLACK, False),
            ("https://hooks.slack.com:8443/x", SLACK, False),
            ("https://evil.example/hooks.slack.com", SLACK, False),
            ("https://slack.com/x", SLACK, True),
            ("file:///etc/passwd", SLACK, False),
            ("https://[", SLACK, False),
            ("", SLACK, False),
            (7, SLACK, False),
            ("http://127.0.0.1:4650/actions/x", PLAYGROUND, True),
            ("http://127.0.0.1:4651/actions/x", PLAYGROUND, False),
            ("http://127.0.0.1:4650/actions/x", SLACK, False),
        ],
    )
    def test_only_to_slack_or_to_what_takes_its_place(self, url: Any, api_url: str, expected: bool) -> None:
        assert is_slacks(url, api_url) is expected

    def test_every_address_of_a_request_is_looked_at(self) -> None:
        fine, evil = "https://hooks.slack.com/x", "https://evil.example/x"

        assert not leads_elsewhere({"response_url": fine, "response_urls": [{"response_url": fine}]}, SLACK)
        assert leads_elsewhere({"response_urls": [{"response_url": fine}, {"response_url": evil}]}, SLACK)
        assert leads_elsewhere({"response_url": evil, "response_urls": []}, SLACK)

    async def test_a_forged_address_is_refused_and_nothing_happens(
        self, slack: Dispatcher, caplog: pytest.LogCaptureFixture
    ) -> None:
        forged = {**command("log 1 coding"), "response_url": "https://evil.example/x"}

        response = await slack.send(forged)

        assert (response.status, as_json(response)["text"]) == (200, REFUSED)
        slack.respond.assert_not_awaited()
        assert await people(slack) == []
        assert "evil" not in caplog.text
        assert "another host than Slack's" in caplog.text
