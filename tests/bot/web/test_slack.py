"""Slack's requests over HTTP: what is not proven to be Slack's gets nowhere, and what is arrives whole."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import urlencode

import pytest
from slack_bolt.response import BoltResponse

from bot.web import slack
from bot.web.slack import OLDEST_SECONDS
from tests.bot.web.conftest import FORM, JSON, NOW, Front, signed

EVENT = {"type": "event_callback", "event_id": "Ev1", "event": {"type": "app_home_opened", "user": "U1"}}


def test_the_signature_is_the_one_that_slack_documents() -> None:
    """The example of Slack's page about verifying requests."""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554"
        b"%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    expected = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    secret = "8f742231b10e8888abcd99yyyzzz85a5"  # pragma: allowlist secret

    assert slack.sign(secret, "1531420618", body) == expected


class TestWhatIsTaken:
    async def test_an_event(self, front: Front) -> None:
        status, text = await front.post(
            EVENT, headers={"X-Slack-Retry-Num": "2", "X-Slack-Retry-Reason": "http_timeout"}
        )

        assert (status, text) == (200, "")
        assert front.taken == [EVENT]
        assert front.headers[0]["x-slack-retry-num"] == ["2"]

    async def test_a_command(self, front: Front) -> None:
        ids = {"user_id": "U1", "team_id": "T1", "channel_id": "C1", "trigger_id": "1.2"}
        fields = {"command": "/prep", "text": "", **ids}

        assert (await front.post(urlencode(fields), kind=FORM))[0] == 200
        assert front.taken == [fields]

    async def test_an_interaction_and_the_answer_to_it(self, front: Front) -> None:
        reply = {"response_action": "errors", "errors": {"hours": "A whole number, please."}}
        front.reply = BoltResponse(
            status=200, body=json.dumps(reply), headers={"content-type": "application/json"}
        )
        view = {"id": "V1", "type": "modal", "callback_id": "log", "state": {"values": {}}}
        payload = {"type": "view_submission", "user": {"id": "U1"}, "view": view}

        status, text = await front.post(urlencode({"payload": json.dumps(payload)}), kind=FORM)

        assert (status, json.loads(text)) == (200, reply)
        assert front.taken == [payload]

    async def test_nothing_of_what_slack_never_sends(self, front: Front) -> None:
        assert await front.post({**EVENT, "event": {"type": 7}}) == (200, "")
        assert front.taken == []

    async def test_the_proof_that_the_address_is_ours(self, front: Front) -> None:
        status, text = await front.post({"type": "url_verification", "challenge": "3eZbrw1a"})

        assert (status, json.loads(text)) == (200, {"challenge": "3eZbrw1a"})
        assert front.taken == []

    async def test_a_look_at_the_certificate(self, front: Front) -> None:
        assert await front.post("ssl_check=1&token=x", kind=FORM) == (200, "")
        assert front.taken == []

    @pytest.mark.parametrize("off", [-OLDEST_SECONDS, 0, OLDEST_SECONDS])
    async def test_a_signature_of_the_last_five_minutes(self, front: Front, off: int) -> None:
        assert (await front.post(EVENT, stamp=str(int(NOW) + off)))[0] == 200


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("headers", "word"),
        [
            pytest.param({"X-Slack-Signature": ""}, "not_signed", id="no signature"),
            pytest.param({"X-Slack-Signature": "v0=" + "0" * 64}, "not_signed", id="forged"),
            pytest.param({"X-Slack-Signature": "v0=\xff\xfe"}, "not_signed", id="no text"),
            pytest.param({"X-Slack-Request-Timestamp": ""}, "not_signed", id="no time"),
            pytest.param({"X-Slack-Request-Timestamp": "soon"}, "not_signed", id="no number"),
            pytest.param({"X-Slack-Request-Timestamp": "٣"}, "not_signed", id="digits of another script"),
            pytest.param({"X-Slack-Request-Timestamp": "9" * 400}, "not_signed", id="a long number"),
            pytest.param({"X-Slack-Request-Timestamp": str(int(NOW) - 1)}, "not_signed", id="another time"),
        ],
    )
    async def test_what_is_not_slacks(self, front: Front, headers: dict[str, str], word: str) -> None:
        status, text = await front.post(EVENT, headers=headers)

        assert (status, json.loads(text)["error"]) == (401, word)
        assert front.taken == []

    @pytest.mark.parametrize("off", [-OLDEST_SECONDS - 1, OLDEST_SECONDS + 1])
    async def test_a_replay(self, front: Front, off: int) -> None:
        status, text = await front.post(EVENT, stamp=str(int(NOW) + off))

        assert (status, json.loads(text)["error"]) == (401, "too_old")

    async def test_another_apps_signature(self, front: Front) -> None:
        assert (await front.post(EVENT, secret="f" * 32))[0] == 401

    async def test_the_body_of_another_signature(self, front: Front) -> None:
        headers = signed(json.dumps(EVENT).encode())

        assert (await front.post({**EVENT, "event_id": "Ev2"}, headers=headers))[0] == 401

    async def test_nothing_is_parsed_that_is_not_signed(self, front: Front) -> None:
        """Whatever is wrong with it: a stranger learns that it is not signed, and nothing else."""
        for body in (b"", b"{", b"[" * 100_000, b"\xff\xfe", b"payload=%7B"):
            assert (await front.post(body, secret="f" * 32, kind="text/html"))[0] == 401

    @pytest.mark.parametrize(
        ("body", "kind", "status"),
        [
            pytest.param(b"", JSON, 400, id="nothing"),
            pytest.param(b"{", JSON, 400, id="half"),
            pytest.param(b"[1]", JSON, 400, id="no object"),
            pytest.param(b"[" * 100_000, JSON, 400, id="deep"),
            pytest.param(b"\xff\xfe", JSON, 400, id="no text"),
            pytest.param(b"payload=5", FORM, 400, id="no payload"),
            pytest.param(b"payload=%7B", FORM, 400, id="half a payload"),
            pytest.param(b"a=1", FORM, 400, id="neither command nor interaction"),
            pytest.param(b"nothing", FORM, 400, id="no form"),
            pytest.param(b"&".join(b"f%d=1" % n for n in range(99)), FORM, 400, id="many fields"),
            pytest.param(b"{}", "text/plain", 415, id="text"),
            pytest.param(b"{}", "multipart/form-data; boundary=x", 415, id="parts"),
        ],
    )
    async def test_what_cannot_be_read(self, front: Front, body: bytes, kind: str, status: int) -> None:
        assert (await front.post(body, kind=kind))[0] == status
        assert front.taken == []

    @pytest.mark.parametrize("body", [EVENT, {"type": "url_verification", "challenge": "3eZbrw1a"}])
    async def test_everything_before_the_start_is_over_and_during_a_stop(
        self, front: Front, body: dict[str, object]
    ) -> None:
        front.mode.refuse()

        status, text = await front.post(body)

        assert (status, json.loads(text)["error"]) == (503, "not_ready")
        assert front.taken == []


async def test_a_request_is_in_flight_until_it_is_answered(front: Front) -> None:
    front.holds = asyncio.Event()
    asking = asyncio.create_task(front.post(EVENT))
    await front.asked.wait()
    assert front.in_flight.running == 1

    front.holds.set()

    assert (await asking)[0] == 200
    assert await front.in_flight.wait(1)
