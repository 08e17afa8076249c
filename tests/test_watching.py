"""The dashboard, the alerts and the documents speak of metrics that exist."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from bot.metrics import Metrics

ROOT = Path(__file__).parent.parent
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
DASHBOARD = json.loads((ROOT / "bot/deploy/grafana-dashboard.json").read_text(encoding="utf-8"))
ALERTS = yaml.safe_load((ROOT / "bot/deploy/alerts.yaml").read_text(encoding="utf-8"))["groups"][0]["rules"]
ENDINGS = {
    "counter": ("_total",),
    "gauge": ("",),
    "histogram": ("_bucket", "_sum", "_count"),
    "info": ("_info",),
}
VALUES = {
    "state": {"sent", "skipped", "missed", "failed"},
    "reason": {"refused", "late", "error"},
    "part": {"tick", "delivery"},
}
PATTERN = re.compile(r"\b(prep_\w+)(?:\{([^}]*)\})?")


def instruments() -> Iterator[MetricWrapperBase]:
    """All that is declared, in the order it is declared in."""
    yield from (each for each in vars(Metrics()).values() if isinstance(each, MetricWrapperBase))


def labels_of(instrument: MetricWrapperBase) -> tuple[str, ...]:
    return tuple(instrument._labelnames)


def samples() -> dict[str, set[str]]:
    """Name of a sample to the labels it may have."""
    found: dict[str, set[str]] = {}
    for each in instruments():
        [family] = each.describe()
        for ending in ENDINGS[family.type]:
            extra = {"le"} if ending == "_bucket" else set()
            found[family.name + ending] = {*labels_of(each), *extra}
    return found


def expressions() -> list[str]:
    panels = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    return panels + [rule["expr"] for rule in ALERTS]


def table() -> str:
    """What ARCHITECTURE says is counted."""
    lines = ["| Metric | Labels | What |", "|---|---|---|"]
    for each in instruments():
        [family] = each.describe()
        name = family.name + {"counter": "_total", "info": "_info"}.get(family.type, "")
        labels = ", ".join(labels_of(each)) or "version, content, python" * (family.type == "info")
        lines.append(f"| `{name}` | {labels} | {family.documentation} |")
    return "\n".join(lines)


def test_architecture_lists_every_metric_as_it_is_declared() -> None:
    assert table() in ARCHITECTURE, f"the table must read:\n{table()}"


@pytest.mark.parametrize("expression", expressions())
def test_an_expression_asks_for_what_exists(expression: str) -> None:
    known = samples()
    asked = PATTERN.findall(expression)
    grouped = {name for group in re.findall(r"by \(([^)]*)\)", expression) for name in group.split(", ")}

    assert asked
    assert expression.count("(") == expression.count(")")
    allowed: set[str] = set()
    for name, matchers in asked:
        assert name in known, name
        allowed |= known[name]
        for label, value in re.findall(r'(\w+)\s*!?=~?\s*"([^"]*)"', matchers):
            assert label in known[name], f"{name} has no {label}"
            assert value in VALUES.get(label, {value}), f"{label} is never {value}"
    assert grouped <= allowed
    if "histogram_quantile" in expression:
        assert "_bucket" in expression
        assert "le" in grouped


def test_the_dashboard_shows_everything_but_what_is_only_for_alerts() -> None:
    shown = " ".join(expressions())
    stems = {name.removesuffix("_bucket").removesuffix("_sum").removesuffix("_count") for name in samples()}

    assert {stem for stem in stems if stem not in shown} == set()


def test_panels_are_one_beside_the_other() -> None:
    places = [panel["gridPos"] for panel in DASHBOARD["panels"]]
    cells = [
        (column, row)
        for place in places
        for column in range(place["x"], place["x"] + place["w"])
        for row in range(place["y"], place["y"] + place["h"])
    ]

    assert len(cells) == len(set(cells))
    assert max(column for column, _ in cells) < 24
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(places)


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: str(rule["alert"]))
def test_an_alert_says_what_happened_and_what_to_do(rule: dict[str, dict[str, str]]) -> None:
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert rule["labels"]["severity"] in {"warning", "critical"}
    assert len(rule["annotations"]["summary"]) < 80
    assert rule["annotations"]["description"].endswith((".", "?"))
