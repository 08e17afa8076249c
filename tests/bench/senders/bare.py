"""The yardstick: nothing but posts. `python -m tests.bench.senders.bare PEOPLE`."""

from __future__ import annotations

import asyncio
import sys

from tests.bench.senders.post import Poster, say_begun


async def main(people: int) -> None:
    """Print the instant, post to everybody and end."""
    poster = Poster()
    say_begun()
    async with poster.session:
        await asyncio.gather(*(poster.post(person) for person in range(1, people + 1)))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
