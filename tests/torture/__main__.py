"""Run the parts, one after another, and print a row of RELIABILITY.md for each."""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from tests.torture import outage, parts, rivals
from tests.torture.row import HEAD, Row

PARTS: Mapping[str, Callable[[Path, int], Awaitable[Row]]] = {
    "kills": parts.random_kills,
    "every-300-ms": parts.killed_every_300_ms,
    "storm": parts.storm,
    "lock": parts.long_lock,
    "zones": parts.zones,
    "fuzz": parts.fuzz,
    "month": parts.month,
    "outage": outage.outage,
    "rivals": rivals.rivals,
}


def main() -> int:
    """0 when nothing was lost, doubled or late."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture")
    parser.add_argument("part", nargs="*", help=f"one or more of {', '.join(PARTS)}; all, if none is named")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10_000))
    arguments = parser.parse_args()
    if unknown := set(arguments.part) - PARTS.keys():
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    logging.basicConfig(level=logging.CRITICAL)
    parts.say(f"seed {arguments.seed}")
    rows = [_run(name, arguments.seed) for name in arguments.part or PARTS]
    parts.say(HEAD)
    for row in rows:
        parts.say(str(row))
    return 0 if all(row.is_clean for row in rows) else 1


def _run(name: str, seed: int) -> Row:
    began = time.monotonic()
    parts.say(f"{name} ...")
    with tempfile.TemporaryDirectory(prefix="prep-coach-torture-") as folder:
        try:
            row = asyncio.run(_awaited(PARTS[name](Path(folder), seed)))
        except AssertionError as error:
            row = Row(name, breaches=[str(error)])
    row.seconds = time.monotonic() - began
    parts.say(str(row))
    for line in row.breaches[:20]:
        parts.say(f"  {line}")
    return row


async def _awaited(work: Awaitable[Row]) -> Row:
    return await work


if __name__ == "__main__":
    sys.exit(main())
