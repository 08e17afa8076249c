"""Lets two operations meet in two processes, one of them stopped half-way, and judges what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError

from bot.errors import BotError
from content.loader import Catalog
from tests.builders import MovingClock
from tests.rivals.crew import Crew, a_crew
from tests.rivals.operations import OPERATIONS
from tests.rivals.scene import Scene, prepare
from tests.rivals.stage import Contents, PostgresStage, SqliteStage, Stage, contents, difference
from tests.rivals.turnstile import Turnstile

LOOK_SECONDS = 0.004
BLOCKED_AFTER = {"sqlite": 0.05, "postgresql": 0.6}
"""Seconds after which the one that is not stopped must be waiting for the other."""
PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class Outcome:
    """What both were told, and what is stored afterwards."""

    told: tuple[str, str]
    stored: Contents

    def turned(self) -> Outcome:
        """The same, the other one named first."""
        return Outcome((self.told[1], self.told[0]), self.stored)


@dataclass(repr=False)
class Arena:
    """Two processes on one database."""

    stage: Stage
    left: Crew
    right: Crew
    scene: Scene
    clock: MovingClock
    dialect: str

    async def breaches(self, one: str, other: str, most: int) -> list[str]:
        """
        Where one runs while the other is stopped half-way, and it becomes neither of the two sequences.

        Both take both parts; each is stopped at so many of its steps at `most`.
        """
        names, steps, in_turn = (one, other), [0, 0], []
        for first in (0, 1):
            counted = Turnstile()
            outcome = await self._one_after_the_other(names[first], names[1 - first], counted)
            in_turn.append(outcome if first == 0 else outcome.turned())
            steps[first] = counted.steps
        found = []
        for first in (0,) if one == other else (0, 1):
            for stop in _spread(steps[first], most):
                met = await self._together(names[first], names[1 - first], stop)
                met = met if first == 0 else met.turned()
                if met not in in_turn:
                    found.append(_described(names, f"{names[first]} stopped before {stop}", met, in_turn))
        return found

    async def _one_after_the_other(self, first: str, second: str, turnstile: Turnstile) -> Outcome:
        await self.stage.put_back()
        async with turnstile.at(self.left.database, self.dialect):
            one = await self._told(self.left, first)
        return Outcome((one, await self._told(self.right, second)), await contents(self.left.database))

    async def _together(self, first: str, second: str, stop: int) -> Outcome:
        await self.stage.put_back()
        turnstile = Turnstile(stop)
        async with turnstile.at(self.left.database, self.dialect), asyncio.timeout(PATIENCE_SECONDS):
            stopped = asyncio.create_task(self._told(self.left, first))
            reached = asyncio.create_task(turnstile.reached.wait())
            await asyncio.wait({stopped, reached}, return_when=asyncio.FIRST_COMPLETED)
            other = asyncio.create_task(self._told(self.right, second))
            await self._until_done_or_blocked(other)
            turnstile.may_pass.set()
            told = await stopped, await other
            reached.cancel()
        return Outcome(told, await contents(self.left.database))

    async def _until_done_or_blocked(self, task: asyncio.Task[str]) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + BLOCKED_AFTER[self.dialect]
        while loop.time() < end:
            done, _ = await asyncio.wait({task}, timeout=LOOK_SECONDS)
            if done or await self.stage.has_somebody_waiting():
                return

    async def _told(self, crew: Crew, name: str) -> str:
        """What the person is told, in a word."""
        try:
            await OPERATIONS[name](crew, self.scene)
        except BotError as error:
            return type(error).__name__
        except DBAPIError as error:
            return f"{type(error).__name__}: {error.orig}"
        except Exception as error:  # noqa: BLE001 - it is compared
            return f"{type(error).__name__}: {error}"
        return "done"


def _spread(steps: int, most: int) -> list[int]:
    """Steps from the first to the last; of many, those at which locks are taken are at the beginning."""
    if steps <= most:
        return list(range(1, steps + 1))
    early = list(range(1, most // 2 + 1))
    left = most - len(early)
    return early + [steps - (steps - len(early)) * n // left for n in reversed(range(left))]


def _described(names: tuple[str, str], how: str, met: Outcome, in_turn: Sequence[Outcome]) -> str:
    lines = [f"{names[0]} and {names[1]}, {how}: told {met.told}"]
    for name, outcome in zip(names, in_turn, strict=True):
        lines.append(f" beside {name} first: told {outcome.told}\n{difference(met.stored, outcome.stored)}")
    return "\n".join(lines)


@asynccontextmanager
async def open_arena(database_url: str, catalog: Catalog) -> AsyncIterator[Arena]:
    """The scene is prepared once, and put back before each try."""
    clock = MovingClock()
    async with a_crew(database_url, catalog, clock) as left, a_crew(database_url, catalog, clock) as right:
        scene = await prepare(left, clock)
        dialect = left.database.writers.dialect.name
        kind = SqliteStage if dialect == "sqlite" else PostgresStage
        stage = await kind.of(database_url, left.database, right.database)
        yield Arena(stage, left, right, scene, clock, dialect)
        await stage.close()
