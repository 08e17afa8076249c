"""Which task is meant by a name or a number."""

from __future__ import annotations

import pytest

from bot.log.entries import Activity
from bot.log.tasks import MOST_OFFERED, TaskNames
from content.loader import Catalog


@pytest.fixture(scope="module")
def names(catalog: Catalog) -> TaskNames:
    return TaskNames(catalog)


@pytest.mark.parametrize(
    ("activity", "typed", "slug"),
    [
        ("coding", "Two Sum", "lc-two-sum"),
        ("coding", "two-sum", "lc-two-sum"),
        ("coding", "twoo sum", "lc-two-sum"),
        ("coding", "lc-two-sum", "lc-two-sum"),
        ("coding", "#121", "lc-best-time-to-buy-and-sell-stock"),
        ("coding", "lc 121", "lc-best-time-to-buy-and-sell-stock"),
        ("design", "URL shortener", "design-url-shortener"),
        ("concept", "the thundering herd", "concept-thundering-herd"),
        ("coding", "quorums", None),
        ("concept", "two sum", None),
        ("coding", "0", None),
        ("coding", "sum", None),
        ("coding", "<!channel>", None),
        ("coding", "😀", None),
        ("coding", "x" * 3000, None),
    ],
)
def test_a_name_means_one_task_or_none(
    names: TaskNames, activity: Activity, typed: str, slug: str | None
) -> None:
    found = names.find(activity, typed)

    assert (found.task.slug if found.task else None) == slug


def test_what_is_not_clear_brings_what_is_near(names: TaskNames) -> None:
    found = names.find("coding", "rotated")

    assert found.task is None
    assert 1 < len(found.near) <= 3
    assert all("Rotated" in task.title for task in found.near)


class TestSearch:
    def test_offers_what_fits_the_best_first(self, names: TaskNames) -> None:
        assert names.search("two su")[0].slug == "lc-two-sum"
        assert names.search("121")[0].slug == "lc-best-time-to-buy-and-sell-stock"

    def test_keeps_to_the_chosen_activity(self, names: TaskNames) -> None:
        assert {task.kind for task in names.search("sharding", "concept")} == {"concept"}

    def test_offers_a_mock_only_to_one(self, names: TaskNames) -> None:
        assert "mock" not in {task.kind for task in names.search("mock")}
        assert {task.kind for task in names.search("bar raiser", "mock")} == {"mock"}

    @pytest.mark.parametrize("typed", ["", "  ", "x" * 3000, "<!channel>", "😀", "%"])
    def test_takes_anything(self, names: TaskNames, typed: str) -> None:
        assert len(names.search(typed)) <= MOST_OFFERED
