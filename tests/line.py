"""The line between a process and PostgreSQL, which can be cut, or go silent without a word."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from sqlalchemy import make_url

HOST = "127.0.0.1"


@dataclass
class Line:
    """Listens on the loopback interface, and hands everything on to the server's socket."""

    server_url: str
    port: int = 0
    _listening: asyncio.Server | None = None
    _calls: set[asyncio.Task[None]] = field(default_factory=set)
    _flows: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        """The database, by way of this line."""
        url = make_url(self.server_url).set(host=HOST, port=self.port, query={})
        return url.render_as_string(hide_password=False)

    async def mend(self) -> None:
        """Everything passes, what was held back too."""
        self._flows.set()
        if self._listening is None:
            self._listening = await asyncio.start_server(self._connected, HOST, self.port)
            self.port = self._listening.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Connections end, and new ones are refused."""
        if self._listening is not None:
            self._listening.close()
            self._listening = None
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    def silence(self) -> None:
        """Everything is taken, nothing is answered, and nobody hangs up."""
        self._flows.clear()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        call = asyncio.ensure_future(self._hand_on(reader, writer))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    async def _hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs: asyncio.StreamWriter | None = None
        try:
            await self._flows.wait()
            folder = make_url(self.server_url).query["host"]
            answers, theirs = await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.5432")
            ways = {asyncio.ensure_future(self._pump(reader, theirs))}
            ways.add(asyncio.ensure_future(self._pump(answers, writer)))
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        finally:
            for end in (writer, theirs):
                if end is not None:
                    end.transport.abort()

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await source.read(65536):
                await self._flows.wait()
                target.write(data)
                await target.drain()


@asynccontextmanager
async def a_line(server_url: str) -> AsyncIterator[Line]:
    """Through which everything passes, for now."""
    line = Line(server_url)
    await line.mend()
    try:
        yield line
    finally:
        await line.cut()
