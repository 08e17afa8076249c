"""Whatever is typed behind /prep is answered in words: nothing comes out as a bug, and nobody is pinged."""

from __future__ import annotations

import pytest

from content.loader import Catalog
from tests.bot.progress.plans import follow_plan
from tests.dispatch import Dispatcher

ODD = (
    "\x00\ud800 half",
    "\u202e<!channel> & =cmd|'/c calc'!A1",
    "👩🏽‍💻" * 40,
    "999999999999999999999999",
    "٣",
    "-1 coding",
    "x" * 4000,
    "9999-12-31",
)
WORDS = (
    "",
    "assess",
    "plan",
    "today",
    "log",
    "week",
    "progress",
    "stories",
    "review",
    "learn",
    "timer",
    "pause",
    "settings",
    "why",
    "help",
)


@pytest.mark.parametrize("word", WORDS)
async def test_is_answered(
    slack: Dispatcher, catalog: Catalog, caplog: pytest.LogCaptureFixture, word: str
) -> None:
    await follow_plan(catalog, slack.coach.database, slack.clock)

    for odd in ODD:
        await slack.command(f"{word} {odd}".strip())

    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
    assert "<!channel>" not in str(slack.respond.await_args_list)
