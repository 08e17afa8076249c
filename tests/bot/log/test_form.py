"""From the fields of the form to an entry, or to what is said beside each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.log.entries import Entry
from bot.log.form import check
from bot.log.tasks import TaskNames
from content.loader import Catalog
from tests.builders import TODAY

GOOD: dict[str, str | None] = {
    "activity": "coding",
    "count": "1",
    "minutes": "30",
    "day": TODAY.isoformat(),
    "task": "lc-two-sum",
    "rating": None,
}


def test_a_whole_form_is_an_entry(catalog: Catalog) -> None:
    entry, faults = check(GOOD, TODAY, TaskNames(catalog))

    assert entry == Entry(activity="coding", on=TODAY, minutes=30, task="lc-two-sum")
    assert faults == {}


def test_what_is_empty_has_its_meaning(catalog: Catalog) -> None:
    entry, _ = check({"activity": "mock"}, TODAY, TaskNames(catalog))

    assert entry == Entry(activity="mock", on=TODAY)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"activity": None}, "activity"),
        ({"activity": "<!channel>"}, "activity"),
        ({"count": "0"}, "count"),
        ({"count": "21", "task": None}, "count"),
        ({"count": "-1"}, "count"),
        ({"count": "1.5"}, "count"),
        ({"count": "٣"}, "count"),
        ({"count": "9" * 30}, "count"),
        ({"count": "2"}, "count"),
        ({"minutes": "601"}, "minutes"),
        ({"minutes": "-1"}, "minutes"),
        ({"day": (TODAY + timedelta(days=1)).isoformat()}, "day"),
        ({"day": (TODAY - timedelta(days=8)).isoformat()}, "day"),
        ({"day": "2030-02-30"}, "day"),
        ({"task": "concept-quorums"}, "task"),
        ({"task": "gone"}, "task"),
        ({"rating": "3"}, "rating"),
        ({"activity": "mock", "task": None, "rating": "6"}, "rating"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    catalog: Catalog, change: dict[str, Any], field: str
) -> None:
    entry, faults = check({**GOOD, **change}, TODAY, TaskNames(catalog))

    assert entry is None
    assert list(faults) == [field]
