"""prep-coach health: what it finds, in a sentence and an exit code."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.healthcheck import HealthSettings, UnhealthyError, check
from storage import heartbeat
from storage.engine import Database

NINE = datetime(2030, 3, 4, 9, tzinfo=UTC)


def settings(**given: str) -> HealthSettings:
    return HealthSettings(_env_file=None, **given)  # type: ignore[arg-type]  # by alias, as the environment gives them


@contextmanager
def answering(status: int, body: str) -> Iterator[int]:
    """A server that gives one answer on /healthz; its port."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


class TestWithAPort:
    def test_the_process_is_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

        with answering(200, '{"status": "ready"}') as port:
            said = check(settings(PREP_HTTP_PORT=str(port), PREP_HTTP_HOST="::"), lambda: NINE)

        assert said == f"The bot works, by http://127.0.0.1:{port}/healthz."

    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            pytest.param('{"reason": "slack: not connected"}', "slack: not connected", id="with a reason"),
            pytest.param("Bad gateway", "it answered 503", id="without a reason"),
        ],
    )
    def test_its_reason_is_passed_on(self, body: str, reason: str) -> None:
        with answering(503, body) as port, pytest.raises(UnhealthyError, match=reason):
            check(settings(PREP_HTTP_PORT=str(port)), lambda: NINE)

    def test_nobody_there_is_said(self) -> None:
        with pytest.raises(UnhealthyError, match=r"does not answer at http://127\.0\.0\.1:9/healthz"):
            check(settings(PREP_HTTP_PORT="9"), lambda: NINE)


class TestWithoutAPort:
    async def test_word_left_lately_is_enough(self, database: Database, database_url: str) -> None:
        async with database.write() as session:
            await heartbeat.begin(session, now=NINE)

        assert check(settings(DATABASE_URL=database_url), lambda: NINE + timedelta(seconds=40)) == (
            "The bot works: it was seen 40 s ago."
        )

    async def test_a_long_silence_is_not(self, database: Database, database_url: str) -> None:
        async with database.write() as session:
            await heartbeat.begin(session, now=NINE)

        with pytest.raises(UnhealthyError, match="last seen 101 s ago"):
            check(settings(DATABASE_URL=database_url), lambda: NINE + timedelta(seconds=101))

        longer_tick = settings(DATABASE_URL=database_url, PREP_TICK_SECONDS="60")
        assert check(longer_tick, lambda: NINE + timedelta(seconds=101))

    def test_a_database_nobody_ran_on_is_said(self, database_url: str) -> None:
        with pytest.raises(UnhealthyError, match="No bot has run"):
            check(settings(DATABASE_URL=database_url), lambda: NINE)

    @pytest.mark.parametrize(
        ("url", "said"),
        [
            pytest.param("sqlite:////nowhere/coach.db", "There is no database", id="no file"),
            pytest.param("postgresql://nobody:secret@127.0.0.1:9/prep", "cannot be read", id="no server"),
        ],
    )
    def test_a_database_that_cannot_be_read_is_said_without_its_password(self, url: str, said: str) -> None:
        with pytest.raises(UnhealthyError, match=said) as raised:
            check(settings(DATABASE_URL=url), lambda: NINE)

        assert "secret" not in str(raised.value)


def test_the_exit_code_is_for_whoever_asks(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/none.db")

    assert main(["health"]) == 1
    assert "There is no database" in capsys.readouterr().err
    assert not (tmp_path / "none.db").exists()

    monkeypatch.setenv("PREP_HTTP_PORT", "many")
    assert main(["health"]) == 1
    assert capsys.readouterr().err.startswith("PREP_HTTP_PORT is wrong:")
