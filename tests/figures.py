"""Reads single figures from the metrics."""

from __future__ import annotations

from bot.metrics import Metrics


def figure(metrics: Metrics, name: str, **labels: str) -> float | None:
    """The value of a sample; None when there is none."""
    return metrics.registry.get_sample_value(name, labels)
