"""Spans, where somebody has installed what takes them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from types import ModuleType
from typing import Any

import pytest

from bot import tracing


class Tracer:
    """Takes spans as the tracer of opentelemetry-api does."""

    def __init__(self) -> None:
        self.spans: list[dict[str, Any]] = []

    @contextmanager
    def start_as_current_span(
        self, name: str, *, attributes: dict[str, str], record_exception: bool, set_status_on_exception: bool
    ) -> Iterator[Tracer]:
        self.spans.append({"name": name, **attributes})
        assert not record_exception
        assert not set_status_on_exception
        yield self

    def set_attribute(self, name: str, value: str) -> None:
        self.spans[-1][name] = value


def test_without_the_library_a_span_is_nothing() -> None:
    with tracing.span("tick") as nothing:
        assert nothing is None


def test_the_librarys_tracer_is_found_by_our_name(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    library = ModuleType("opentelemetry.trace")
    library.get_tracer = asked.append  # type: ignore[attr-defined]  # as the library's module has it
    monkeypatch.setitem(sys.modules, "opentelemetry", ModuleType("opentelemetry"))
    monkeypatch.setitem(sys.modules, "opentelemetry.trace", library)

    tracing.find_tracer()

    assert asked == ["prep-coach"]


@pytest.fixture
def tracer(monkeypatch: pytest.MonkeyPatch) -> Tracer:
    fake = Tracer()
    monkeypatch.setattr(tracing, "_tracer", fake)
    return fake


def test_a_span_has_a_name_and_says_what_kind_it_is(tracer: Tracer) -> None:
    work: AbstractContextManager[None] = tracing.span("post", kind="daily")

    with work:
        pass

    assert tracer.spans == [{"name": "post", "kind": "daily"}]


def test_of_an_error_only_its_type_is_kept(tracer: Tracer) -> None:
    with pytest.raises(ValueError, match="what somebody typed"), tracing.span("request", type="command"):
        raise ValueError("what somebody typed")

    assert tracer.spans == [{"name": "request", "type": "command", "error.type": "ValueError"}]
