"""Stories that tests are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from bot.stories.draft import Draft
from bot.stories.kept import Kept
from tests.builders import NOON

SITUATION = (
    "Two years ago I led fourteen engineers who owned the order "
    "database of a shop with 3 million customers. "
    "It ran at 85 per cent of its write capacity in spring, and "
    "sales expected twice the load for November. "
    "Every hour of outage in that month would have cost us a tenth of the week's sales."
)
TASK = (
    "I had to choose by June between larger machines, sharding, and moving all reads to replicas. "
    "My director wanted one page with a date on it, and I was the one who would answer for the peak. "
    "My own goal was that nobody would be woken at night in November because of it."
)
ACTION = (
    "I wrote the three options on four pages, each with its cost, its risk and a way back. "
    "Two senior engineers wanted sharding, so I asked what would "
    "have to be true for it, and listened for an hour. "
    "I checked their five points against the traffic of the last "
    "peak and found that two of them did not hold. "
    "I cut the move into six releases, each behind its own switch, and put my name on every one. "
    "I ran the third load test myself and stopped that release, "
    "because the replicas fell forty seconds behind. "
    "I told my director the same evening, and I moved one "
    "engineer from a feature to the replication for two weeks. "
    "I then repeated the test in front of both critics and asked them to try to break it before I went on."
)
RESULT = (
    "November came at 2.1 times the old load, and the shop stayed up for all of its 30 days. "
    "The slowest hundredth of requests fell from 900 to 240 "
    "milliseconds within five months, and stayed there. "
    "Since then I write down before each choice what would prove me wrong, and both critics do so too."
)
MIGRATION = Draft(
    title="Migration",
    situation=SITUATION,
    task=TASK,
    action=ACTION,
    result=RESULT,
    figures="900 to 240 ms within five months",
    principles=("ownership", "dive-deep"),
    scenario="technical-leadership",
    scope="L6",
    happened_on=date(2028, 11, 1),
)
HOSTILE = "<!channel> *bold* & <@U1|x> \u202eمرحبا\u202c 😀🏽 {quote} "  # noqa: RUF001 - right to left
LONGEST = (HOSTILE * 100)[:3000].strip()


def a_story(number: int = 1, **changes: Any) -> Kept:
    """A stored story; `told_on` and other fields of Kept, and those of its draft, may be given."""
    own = {name: changes.pop(name) for name in tuple(changes) if name in Kept.__dataclass_fields__}
    values: dict[str, Any] = {"changed_at": NOON, **own}
    return Kept(id=number, key=f"view:{number}", draft=replace(MIGRATION, **changes), **values)
