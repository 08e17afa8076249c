"""What somebody typed is shown and pings nobody: it is followed through everything that is ever shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from content.loader import Catalog
from tests.bot.security import harvest, household
from tests.bot.security.harvest import Harvest
from tests.bot.security.household import CAT, HOSTILE, MARK
from tests.builders import ANA
from tests.dispatch import Dispatcher, command, event, message_shortcut

WORDS = ("", "log 2", "timer", "learn", "stories", "pause", "plan", "group", "assess", "settings", "why")
DANGEROUS = ("<!channel>", "<@U0", "<https://evil")


def marked_up(content: Any) -> Iterator[str]:
    """Every text in which Slack reads mark-up: of mrkdwn objects, and the text of a message."""
    if isinstance(content, list):
        for entry in content:
            yield from marked_up(entry)
    elif isinstance(content, dict):
        if content.get("type") == "mrkdwn":
            yield str(content.get("text"))
        if "blocks" in content and isinstance(content.get("text"), str):
            yield content["text"]
        for entry in content.values():
            yield from marked_up(entry)


@pytest.mark.timeout(600)
async def test_what_somebody_typed_pings_nobody_wherever_it_is_shown(
    slack: Dispatcher, catalog: Catalog
) -> None:
    household.open_slack(slack)
    await household.settle(slack, catalog)
    typed = [command(f"{word} {HOSTILE}".strip()) for word in WORDS]
    said = event("message", channel_type="im", channel="D1", text=HOSTILE, ts="1.0")
    walk = Harvest(slack, ANA)

    await walk.gather(*harvest.typed(), *typed, said, message_shortcut("save_as_story", text=HOSTILE))
    reading = Harvest(slack, CAT)
    await reading.gather(*(one for one in walk.payloads if "stories.read" in harvest.kind_of(one)))
    await slack.coach.delivery.drain()
    shown = [*walk.surfaces, *reading.surfaces, *harvest.shown(slack)]

    texts = [text for surface in shown for text in marked_up(surface)]
    assert sum(MARK in text for text in texts) > 20, "nothing typed was shown, so nothing was tried"
    assert [text[:200] for text in texts if any(mark in text for mark in DANGEROUS)] == []
