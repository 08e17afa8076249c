"""The web server against callers who are slow, many or hostile."""

from __future__ import annotations

import asyncio
import socket

import pytest
from aiohttp import web

from bot.manifest import REQUESTS_PATH
from bot.start_errors import StartError
from bot.web.server import LARGEST_BODY, serving
from tests.bot.web.conftest import JSON, Front, signed

BODY = b'{"type": "event_callback", "event_id": "Ev1", "event": {"type": "x"}}'


def head(length: int | None, *, method: str = "POST", path: str = REQUESTS_PATH, more: str = "") -> bytes:
    """The beginning of a well signed request, with any length."""
    lines = [f"{method} {path} HTTP/1.1", "Host: x", f"Content-Type: {JSON}"]
    lines += [f"{name}: {value}" for name, value in signed(BODY).items()]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    return ("\r\n".join(lines) + f"\r\n{more}\r\n").encode()


async def status_of(reader: asyncio.StreamReader) -> int:
    """The status of the next answer; 0 when the connection is closed without one."""
    async with asyncio.timeout(10):
        line = await reader.readline()
    return int(line.split()[1]) if line else 0


async def is_closed(reader: asyncio.StreamReader) -> bool:
    async with asyncio.timeout(10):
        try:
            await reader.read()
        except ConnectionError:
            return True
    return True


class TestBodies:
    async def test_ten_megabytes_are_refused_before_they_are_read(self, front: Front) -> None:
        reader, writer = await front.raw()
        writer.write(head(10 * LARGEST_BODY))

        assert await status_of(reader) == 413

    async def test_ten_megabytes_in_chunks_of_unknown_length(self, front: Front) -> None:
        reader, writer = await front.raw()
        writer.write(head(None, more="Transfer-Encoding: chunked\r\n"))
        chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        for _ in range(LARGEST_BODY // 0x10000 + 1):
            writer.write(chunk)

        assert await status_of(reader) == 413

    async def test_a_small_body_in_chunks_is_a_body(self, front: Front) -> None:
        reader, writer = await front.raw()
        writer.write(head(None, more="Transfer-Encoding: chunked\r\n"))
        for number in range(0, len(BODY), 7):
            part = BODY[number : number + 7]
            writer.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        writer.write(b"0\r\n\r\n")

        assert await status_of(reader) == 200

    async def test_a_slow_body(self) -> None:
        front = Front()
        async with front.serve(read_seconds=0.1):
            reader, writer = await front.raw()
            writer.write(head(len(BODY)) + BODY[:10])

            assert await status_of(reader) == 408

    async def test_a_body_that_is_shorter_than_it_says(self, front: Front) -> None:
        reader, writer = await front.raw()
        writer.write(head(len(BODY) + 5) + BODY)
        writer.write_eof()
        await is_closed(reader)

        assert front.taken == []

    async def test_a_body_that_is_longer_than_it_says(self, front: Front) -> None:
        reader, writer = await front.raw()
        writer.write(head(len(BODY)) + BODY + b"and more\r\n\r\n")

        assert await status_of(reader) == 400
        assert await is_closed(reader)
        assert front.taken == []

    @pytest.mark.parametrize("length", ["-1", "1e3", "5, 6", "5\r\nContent-Length: 6"])
    async def test_a_length_that_is_none(self, front: Front, length: str) -> None:
        reader, writer = await front.raw()
        writer.write(head(None, more=f"Content-Length: {length}\r\n") + BODY)

        assert await status_of(reader) == 400
        assert front.taken == []

    async def test_two_ways_to_say_a_length(self, front: Front) -> None:
        """What a proxy in front reads another way would smuggle a request in."""
        reader, writer = await front.raw()
        writer.write(head(len(BODY), more="Transfer-Encoding: chunked\r\n") + BODY)

        assert await status_of(reader) == 400
        assert front.taken == []

    async def test_a_compressed_body_is_not_unpacked(self, front: Front) -> None:
        assert (await front.post(b"\x1f\x8b" + b"x" * 100, headers={"Content-Encoding": "gzip"}))[0] == 400


class TestConnections:
    async def test_one_that_asks_for_nothing_is_closed(self) -> None:
        front = Front()
        async with front.serve(head_seconds=0.1):
            reader, _ = await front.raw()
            assert await is_closed(reader)

    async def test_one_that_never_ends_its_head_is_closed(self) -> None:
        front = Front()
        async with front.serve(head_seconds=0.1):
            reader, writer = await front.raw()
            writer.write(head(5)[:-2])
            assert await is_closed(reader)

    async def test_one_that_has_asked_stays(self) -> None:
        front = Front()
        async with front.serve(head_seconds=0.1):
            reader, writer = await front.raw()
            for _ in range(2):
                writer.write(head(len(BODY)) + BODY)
                assert await status_of(reader) == 200
                while (await reader.readline()).strip():
                    pass
                await asyncio.sleep(0.15)

    async def test_thousands_of_idle_ones_keep_nobody_out(self) -> None:
        front = Front()
        async with front.serve(most_connections=50):
            _ = [await front.raw() for _ in range(300)]

            assert (await front.post(BODY))[0] == 200

    async def test_idle_ones_never_cost_one_that_is_being_answered(self) -> None:
        front = Front(holds=asyncio.Event())
        async with front.serve(most_connections=5):
            asking = asyncio.create_task(front.post(BODY))
            await front.asked.wait()
            _ = [await front.raw() for _ in range(50)]
            assert front.holds is not None
            front.holds.set()

            assert (await asking)[0] == 200

    async def test_a_large_head_is_refused(self, front: Front) -> None:
        reader, writer = await front.raw()
        writer.write(head(None, more=f"X-Long: {'x' * 20_000}\r\n"))

        assert await status_of(reader) == 400


class TestMethodsAndPaths:
    @pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
    async def test_only_posts_are_taken(self, front: Front, method: str) -> None:
        reader, writer = await front.raw()
        writer.write(head(None, method=method))

        assert await status_of(reader) == 405

    @pytest.mark.parametrize("path", ["/", "/slack", "/slack/events/", "/../slack/events", "//slack/events"])
    async def test_nothing_else_is_there(self, front: Front, path: str) -> None:
        reader, writer = await front.raw()
        writer.write(head(0, path=path))

        assert await status_of(reader) == 404

    async def test_answers_say_nothing_of_what_we_are_built_with(self, front: Front) -> None:
        assert front.session is not None
        async with front.session.get(front.url) as answer:
            assert answer.headers["Server"] == "prep-coach"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == "no-store"


class TestStop:
    async def test_what_is_being_answered_is_answered_and_nobody_new_gets_in(self) -> None:
        front = Front(holds=asyncio.Event())
        async with front.serve():
            assert front.server is not None
            reader, writer = await front.raw()
            writer.write(head(len(BODY)) + BODY)
            idle, _ = await front.raw()
            await front.asked.wait()

            front.server.stop_listening()

            with pytest.raises(OSError):  # noqa: PT011  (refused, or reset, as the system likes)
                await front.raw()
            assert front.holds is not None
            front.holds.set()
            assert await status_of(reader) == 200
            assert b"Connection: close" in await reader.read()
            assert await is_closed(idle)


async def test_a_port_that_is_taken_is_said_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=f"cannot listen on 127.0.0.1 port {port}"):
            async with serving([], port):
                pytest.fail("it must not start")


async def test_what_fails_is_an_answer_without_its_reason() -> None:
    async def fail(_request: web.Request) -> web.StreamResponse:
        raise ValueError("a secret")

    async with serving([web.get("/fail", fail)], 0) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET /fail HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        said = await reader.read()
        writer.close()

    assert said.startswith(b"HTTP/1.1 500")
    assert b"secret" not in said
