"""
Spans for OpenTelemetry, where `opentelemetry-api` is installed; otherwise nothing at all.

Its tracer is one for the whole process by its own design, so it is not handed around here either.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

NAME = "prep-coach"
_NOTHING: AbstractContextManager[None] = nullcontext()


def find_tracer() -> Any:
    """The tracer of `opentelemetry-api`; None where it is not installed."""
    try:
        trace = importlib.import_module("opentelemetry.trace")
    except ImportError:
        return None
    return trace.get_tracer(NAME)


_tracer = find_tracer()


def span(name: str, **attributes: str) -> AbstractContextManager[None]:
    """A span around a piece of work. Attributes are never personal: kinds, not contents."""
    return _NOTHING if _tracer is None else _span(name, attributes)


@contextmanager
def _span(name: str, attributes: dict[str, str]) -> Iterator[None]:
    # The library would write the error's message into the span, which may quote what somebody typed.
    options = {"record_exception": False, "set_status_on_exception": False}
    with _tracer.start_as_current_span(name, attributes=attributes, **options) as current:
        try:
            yield
        except BaseException as error:
            current.set_attribute("error.type", type(error).__name__)
            raise
