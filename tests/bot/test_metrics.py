"""What is counted, without anybody who counts it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot import metrics as metrics_module
from bot.metrics import Metrics
from tests.builders import NOON
from tests.figures import figure


def test_what_was_never_missed_is_said_to_be_zero() -> None:
    metrics = Metrics()

    assert figure(metrics, "prep_missed_total") == 0
    assert figure(metrics, "prep_failures_total", part="tick") == 0
    assert figure(metrics, "prep_listener_errors_total", reason="error") == 0


def test_a_missed_message_counts_by_kind_and_in_the_sum() -> None:
    metrics = Metrics()

    metrics.ended("daily", "missed")
    metrics.ended("weekly", "missed")
    metrics.ended("daily", "sent")

    assert figure(metrics, "prep_missed_total") == 2
    assert figure(metrics, "prep_deliveries_total", kind="daily", state="missed") == 1
    assert figure(metrics, "prep_deliveries_total", kind="daily", state="sent") == 1


class TestLateness:
    def late(self, metrics: Metrics) -> float | None:
        return figure(metrics, "prep_lateness_seconds_sum", kind="daily")

    def test_counts_from_when_it_was_due(self) -> None:
        metrics = Metrics()

        metrics.arrived("daily", 1, NOON, NOON + timedelta(seconds=3))

        assert self.late(metrics) == 3

    def test_counts_from_when_it_was_due_at_first_however_often_it_waited(self) -> None:
        metrics = Metrics()

        metrics.put_back(1, NOON)
        metrics.put_back(1, NOON + timedelta(seconds=30))
        metrics.arrived("daily", 1, NOON + timedelta(seconds=60), NOON + timedelta(seconds=61))

        assert self.late(metrics) == 61

    def test_counts_anew_when_it_was_meant_to_come_later(self) -> None:
        metrics = Metrics()
        morning = NOON + timedelta(hours=9)

        metrics.put_back(1, NOON)
        metrics.forget(1)
        metrics.arrived("daily", 1, morning, morning + timedelta(seconds=2))

        assert self.late(metrics) == 2

    def test_is_never_below_zero(self) -> None:
        metrics = Metrics()

        metrics.arrived("daily", 1, NOON, NOON - timedelta(seconds=1))

        assert self.late(metrics) == 0

    def test_remembers_so_many_and_no_more(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(metrics_module, "MOST_REMEMBERED", 2)
        metrics = Metrics()
        for number in (1, 2, 3):
            metrics.put_back(number, NOON)

        metrics.arrived("daily", 1, NOON + timedelta(seconds=60), NOON + timedelta(seconds=61))
        metrics.arrived("daily", 3, NOON + timedelta(seconds=60), NOON + timedelta(seconds=61))

        assert self.late(metrics) == 1 + 61


def test_answers_nobody_has_heard_of_are_told_apart_only_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics_module, "MOST_CALLS", 3)
    metrics = Metrics()

    for number in range(10):
        metrics.called("chat.postMessage", f"code_{number}", 0.1)

    assert figure(metrics, "prep_api_calls_total", method="chat.postMessage", code="code_2") == 1
    assert figure(metrics, "prep_api_calls_total", method="chat.postMessage", code="code_3") is None
    assert figure(metrics, "prep_api_calls_total", method="chat.postMessage", code="other") == 7
    assert figure(metrics, "prep_api_call_seconds_count", method="chat.postMessage") == 10


def test_a_tick_that_fails_took_time_too(monkeypatch: pytest.MonkeyPatch) -> None:
    instant = 100.0
    monkeypatch.setattr("bot.metrics.time.monotonic", lambda: instant)
    metrics = Metrics()
    instant = 130.0
    assert figure(metrics, "prep_tick_age_seconds") == 30

    tick = metrics.ticking()
    tick.__enter__()
    instant = 132.0
    assert not tick.__exit__(ZeroDivisionError, ZeroDivisionError(), None)

    assert figure(metrics, "prep_tick_seconds_sum") == 2
    assert figure(metrics, "prep_tick_age_seconds") == 0


def test_nobody_is_named() -> None:
    labels = {
        label
        for family in Metrics().registry.collect()
        for sample in family.samples
        for label in sample.labels
        if family.name.startswith("prep_")
    }
    declared = set(re.findall(r'"(kind|state|type|reason|method|code|transport|part|pool)"', source()))

    assert labels <= declared | {"le"}
    assert "team" not in source()
    assert "user" not in source()


def source() -> str:
    """The file that declares them."""
    with open(metrics_module.__file__, encoding="utf-8") as file:
        return file.read()
