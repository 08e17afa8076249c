"""`make bench`, or one part of it: `make bench ARGS=start`."""

from __future__ import annotations

import asyncio
import sys

from tests.bench import (
    assessment,
    clicks,
    curriculum,
    delivery,
    home,
    installed,
    killed,
    lateness,
    locked,
    metrics,
    modals,
    paced,
    processes,
    scale,
    start,
    tick,
)

PARTS = {
    "start": start,
    "installed": installed,
    "curriculum": curriculum,
    "modals": modals,
    "clicks": clicks,
    "assessment": assessment,
    "home": home,
    "locked": locked,
    "delivery": delivery,
    "processes": processes,
    "killed": killed,
    "tick": tick,
    "lateness": lateness,
    "paced": paced,
    "metrics": metrics,
    "scale": scale,
}


async def main(names: list[str]) -> None:
    """Measure the named parts, by default all."""
    for name in names or PARTS:
        await PARTS[name].measure()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
