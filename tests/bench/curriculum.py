"""How long the content takes to load in a fresh process, and a search over all of it."""

from __future__ import annotations

import asyncio
import sys
import time

from bot.learn.library import Library
from content.loader import load
from tests.bench.rig import median, percentile, report

STARTS = 5
LOAD = """
import time
from content.loader import load
began = time.perf_counter()
load()
print(time.perf_counter() - began)
"""
QUERIES = (
    "sharding",
    "shading",
    "leadrship",
    "how do I negotiate an offer",
    "146",
    "dynamo",
    "HB",
    "consist",
)


async def measure() -> None:
    """Loading is measured without the imports, searching after the index was built."""
    loads = [await _load_ms() for _ in range(STARTS)]
    library = Library(load())
    library.search("warm up")
    searches = [_search_ms(library, query) for query in QUERIES * 5]
    report(
        f"all content loaded and checked in a fresh process, median of {STARTS}",
        f"{median(loads):.0f} ms; a search over {len(library.entries)} lessons {median(searches):.1f} ms, "
        f"p99 {percentile(searches, 99):.1f} ms",
        "under 300 ms",
        median(loads) < 300,
    )


async def _load_ms() -> float:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", LOAD, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    return float(output) * 1000


def _search_ms(library: Library, query: str) -> float:
    began = time.perf_counter()
    library.search(query)
    return (time.perf_counter() - began) * 1000
