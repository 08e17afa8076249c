"""What Slack accepted against what was owed: one readable line for each breach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from tests.oracle.owed import Expectation

Posts = Iterable[tuple[str, datetime]]
Traces = Mapping[str, tuple[str, str | None]]


def compare(expectations: Sequence[Expectation], posts: Posts, traces: Traces | None = None) -> list[str]:
    """The breaches, by key; empty if all is as it must be.

    posts: (key, when Slack accepted it). traces, if given: the outbox by key, (state, reason), finished rows.
    """
    accepted: dict[str, list[datetime]] = {}
    for key, instant in posts:
        accepted.setdefault(key, []).append(instant)
    expected = {it.key: it for it in expectations}
    lines = [
        f"{key}: unexpected, posted {_said(instants)}, and nobody was ever owed it"
        for key, instants in accepted.items()
        if key not in expected
    ]
    for key, it in expected.items():
        lines += _of_posts(it, sorted(accepted.get(key, [])))
        if traces is not None:
            lines += _of_trace(it, traces.get(key))
    for key in (traces or {}).keys() - expected.keys():
        lines.append(f"{key}: a trace of something nobody was ever owed")
    return sorted(lines)


def _of_posts(it: Expectation, instants: Sequence[datetime]) -> Iterable[str]:
    if it.outcome == "skipped" and not it.reason:
        yield f"{it.key}: skipped without a reason"
    if it.outcome != "sent":
        if instants:
            yield f"{it.key}: unexpected, posted {_said(instants)}, but {it.outcome}: {it.reason}"
        return
    assert it.earliest is not None
    assert it.end is not None
    if not instants:
        yield f"{it.key}: missing, owed from {_said([it.earliest])}, before {_said([it.end])}"
    if len(instants) > 1:
        yield f"{it.key}: doubled, posted {len(instants)} times: {_said(instants)}"
    for instant in instants:
        if instant < it.earliest:
            yield f"{it.key}: too early, posted {_said([instant])}, owed from {_said([it.earliest])}"
        if instant >= it.end:
            yield f"{it.key}: after its window, posted {_said([instant])}, over at {_said([it.end])}"


def _of_trace(it: Expectation, trace: tuple[str, str | None] | None) -> Iterable[str]:
    if it.outcome == "none":
        if trace is not None:
            yield f"{it.key}: a trace ({trace[0]}) where there is none to leave: {it.reason}"
        return
    if trace is None:
        yield f"{it.key}: no trace, and it was {it.outcome} {it.reason}".rstrip()
        return
    state, reason = trace
    if state != it.outcome:
        yield f"{it.key}: traced as {state}, and it was {it.outcome} {it.reason}".rstrip()
    if state == "skipped" and not reason:
        yield f"{it.key}: skipped without a reason in its trace"


def _said(instants: Iterable[datetime]) -> str:
    return ", ".join(f"{instant:%Y-%m-%d %H:%M:%S}Z" for instant in instants)
