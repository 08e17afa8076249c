"""
Small checks that are put together to the rules of each block.

A check gets a value, the JSON pointer to it and the report that collects what is wrong.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Surface = Literal["message", "modal", "home"]
MAX_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why Slack refuses: the error code and one line per problem."""

    code: str
    messages: list[str]


@dataclass(slots=True)
class Report:
    """What was found on one surface."""

    surface: Surface
    messages: list[str] = field(default_factory=list)
    code: str | None = None
    focused: int = 0
    text_length: int = 0

    def add(self, message: str, at: str) -> None:
        """Note a problem at the JSON pointer `at`."""
        if len(self.messages) < MAX_PROBLEMS:
            self.messages.append(f"[ERROR] {message} [json-pointer:{at}]")


Check = Callable[[Any, str, Report], None]


def anything(value: Any, at: str, report: Report) -> None:
    """No rule."""


def string(maximum: int | None = None, minimum: int = 0) -> Check:
    """A string of `minimum` to `maximum` characters."""

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, str):
            report.add("must provide a string", at)
        elif len(value) < minimum:
            report.add(f"must be more than {minimum - 1} characters", at)
        elif maximum is not None and len(value) > maximum:
            report.add(f"must be less than {maximum + 1} characters", at)

    return check


def boolean(value: Any, at: str, report: Report) -> None:
    """True or false."""
    if not isinstance(value, bool):
        report.add("must provide a boolean", at)


def integer(minimum: int, maximum: int) -> Check:
    """A whole number within the bounds."""

    def check(value: Any, at: str, report: Report) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            report.add("must provide an integer", at)
        elif value < minimum:
            report.add(f"must be greater than or equal to {minimum}", at)
        elif value > maximum:
            report.add(f"must be less than or equal to {maximum}", at)

    return check


def number(value: Any, at: str, report: Report) -> None:
    """Any number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        report.add("must provide a number", at)


def positive_number(value: Any, at: str, report: Report) -> None:
    """A number above zero."""
    number(value, at, report)
    if isinstance(value, int | float) and not value > 0:
        report.add("must be greater than 0", at)


def one_of(*allowed: str) -> Check:
    """One of the listed words."""

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, str):
            report.add("must provide a string", at)
        elif value not in allowed:
            report.add(f"must be one of the allowed values: {', '.join(allowed)}", at)

    return check


def array(item: Check, minimum: int = 0, maximum: int | None = None) -> Check:
    """A list of `minimum` to `maximum` items, each of which passes `item`."""

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, list):
            report.add("must provide an array", at)
            return
        if len(value) < minimum:
            report.add(f"no fewer than {minimum} items allowed", at)
        if maximum is not None and len(value) > maximum:
            report.add(f"no more than {maximum} items allowed", at)
        for index, entry in enumerate(value):
            item(entry, f"{at}/{index}", report)

    return check


def nullable(check: Check) -> Check:
    """The same, or null."""

    def check_unless_null(value: Any, at: str, report: Report) -> None:
        if value is not None:
            check(value, at, report)

    return check_unless_null


def record(
    required: Mapping[str, Check], optional: Mapping[str, Check] | None = None, *extra: Check
) -> Check:
    """An object with these fields and no others; `extra` checks see the whole object."""
    known = {**required, **(optional or {})}

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, dict):
            report.add("must provide an object", at)
            return
        for name in required:
            if name not in value:
                report.add(f"missing required field: {name}", at)
        for name, content in value.items():
            rule = known.get(name)
            if rule is None:
                report.add(f"invalid additional property: {name}", at)
            else:
                rule(content, f"{at}/{name}", report)
        for rule in extra:
            rule(value, at, report)

    return check


def kind_of(value: Any) -> str:
    """The `type` of an object, empty when it has none."""
    kind = value.get("type") if isinstance(value, dict) else None
    return kind if isinstance(kind, str) else ""


def by_type(rules: Mapping[str, Check]) -> Check:
    """An object whose `type` names the rule that it has to pass."""

    def check(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, dict):
            report.add("must provide an object", at)
        elif "type" not in value:
            report.add("missing required field: type", at)
        elif kind_of(value) not in rules:
            report.add(f"unsupported type: {value['type']}", f"{at}/type")
        else:
            rules[kind_of(value)](value, at, report)

    return check


def texts_in(value: Any) -> int:
    """How many characters of text a block shows; ids and values do not count."""
    if isinstance(value, list):
        return sum(texts_in(entry) for entry in value)
    if not isinstance(value, dict):
        return 0
    own = value.get("text")
    total = len(own) if isinstance(own, str) else 0
    return total + sum(texts_in(entry) for entry in value.values() if isinstance(entry, dict | list))
