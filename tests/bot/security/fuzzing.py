"""What nonsense does to a person who has everything: nothing that is an error, and nothing to others."""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.payloads import admit
from content.loader import Catalog
from tests.bot.mydata.belongings import one_of_everything
from tests.bot.security import harvest, household, nonsense
from tests.bot.security.harvest import Harvest, as_from, kind_of
from tests.bot.security.household import NAMESAKE
from tests.builders import ANA, MovingClock
from tests.conftest import sqlite_url
from tests.dispatch import Dispatcher, Payload, dispatching, event
from tests.test_manifest import CONTENT_OF_EVENTS


class Ears(logging.Handler):
    """Hears what should not have happened."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self.heard.append(f"{record.getMessage()}: {error!r}")


@dataclass
class Fuzzed:
    """The app with Ana in it, and everything that Slack could send for her."""

    slack: Dispatcher
    corpus: dict[str, list[Payload]]
    """By the first word of its kind, so that each control is as likely as any other."""
    others: dict[str, Any]
    """What belongs to somebody who does nothing meanwhile."""
    ears: Ears
    sent: int = 0
    admitted: int = 0
    faults: list[str] = field(default_factory=list)

    def made_of(self, chance: random.Random) -> Any:
        """A request that something is wrong with."""
        return nonsense.mutated(chance.choice(self.corpus[chance.choice(list(self.corpus))]), chance)

    async def send(self, payload: Any) -> list[str]:
        """What went wrong: a request that came in without being acked, or anything that was an error."""
        self.sent += 1
        body = admit(payload)
        if body is None:
            return []
        self.admitted += 1
        self.ears.heard.clear()
        try:
            response = await self.slack.send(body)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what we look for
            return [f"raised {error!r}: {nonsense.written(body)}"]
        is_acked = response.status == 200 or self.slack._ack() is not None
        # Bolt knows no other command, nor events that we did not ask for; Slack sends neither.
        is_unknown = response.status == 404 and (
            "command" in body or body["type"] in ("event_callback", "shortcut", "message_action")
        )
        found = list(self.ears.heard) if is_acked or is_unknown else [f"status {response.status}"]
        harvest.forget_calls(self.slack)
        self.slack.acked_before.clear()
        return [f"{line}: {nonsense.written(body)}" for line in found]

    async def run(self, chance: random.Random, *, seconds: float = 0, requests: int = 0) -> None:
        """Send for so long, or so many; `faults` has what went wrong."""
        end = time.monotonic() + seconds
        first = self.sent
        while time.monotonic() < end or self.sent - first < requests:
            self.faults += await self.send(self.made_of(chance))
        after = await household.belongings(self.slack.coach.database, NAMESAKE)
        self.faults += household.changed(self.others, after)


@asynccontextmanager
async def fuzzed(migrated: Path, folder: Path, catalog: Catalog) -> AsyncIterator[Fuzzed]:
    """Ana's life, and all that can be pressed in it."""
    ears = Ears()
    async with dispatching(sqlite_url(migrated, folder), catalog, MovingClock()) as slack:
        household.open_slack(slack)
        await household.settle(slack, catalog)
        found = await Harvest(slack, ANA).gather(*harvest.typed())
        found += [event(kind, **content) for kind, content in CONTENT_OF_EVENTS.items()]
        await one_of_everything(slack.coach.database, NAMESAKE, "theirs")
        others = await household.belongings(slack.coach.database, NAMESAKE)
        corpus: dict[str, list[Payload]] = {}
        for payload in found:
            assert admit(json.loads(json.dumps(payload))) == payload, f"refused: {kind_of(payload)}"
            corpus.setdefault(kind_of(payload).split()[0], []).append(as_from(payload, ANA))
        logging.getLogger("bot").addHandler(ears)
        logging.getLogger("slack_bolt").addHandler(ears)
        try:
            yield Fuzzed(slack, corpus, others, ears)
        finally:
            logging.getLogger("bot").removeHandler(ears)
            logging.getLogger("slack_bolt").removeHandler(ears)
