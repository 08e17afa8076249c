"""The sums in sizes and examples are right: a wrong one would be learnt by heart."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.content.texts import Text, nothing

UNITS = {
    "": 1, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "k": 1e3, "m": 1e6, "b": 1e9,
    "t": 1e12, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12, "pb": 1e15, "eb": 1e18,
}  # fmt: skip
DAY, YEAR = 86_400, 365
NUMBER = r"(\d[\d,]*(?:\.\d+)?)"
AMOUNT = rf"{NUMBER} ?(K|M|B|T|KB|MB|GB|TB|PB|EB|million|billion|trillion)?\b"
CLOSE = 0.06
"""Sums are rounded for the head: 2.3 for 2.31, 110 for 109.5."""

DAY_TO_SECOND = re.compile(
    rf"{AMOUNT}(?: [a-z]+){{0,4}} a day[:,](?: about)? {AMOUNT}(?: [a-z]+)? a second(?! at peak)"
)
SECOND_TO_DAY = re.compile(rf"{AMOUNT}/s[:,]? (?:is )?about {AMOUNT} a day")
DAY_TO_RATE = re.compile(rf"{AMOUNT} a day[:,](?: about)? {AMOUNT}/s")
DAY_TO_YEAR = re.compile(rf"{AMOUNT} a day[:,](?: about)? {AMOUNT} a year")
SIZE = rf"{NUMBER} ?(B|KB|MB|GB|TB|PB|EB)\b"
SIZES = {"B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "PB": 1e15, "EB": 1e18}
"""Here B is a byte; beside a count it is a billion."""
MANY_OF_A_SIZE = re.compile(
    rf"^{AMOUNT}(?: [a-z]+){{0,3}}(?: (?:with|as) {AMOUNT} [a-z]+)? (?:at|of) {SIZE}:"
    rf"(?: about)? {SIZE}(?! a day)"
)
EACH_HAS_MORE = {"design-file-sync"}
"""Its line counts files for each user, and the users stand in the line before."""


def amount(number: str, unit: str | None) -> float:
    """`2.74`, `billion` -> 2740000000.0"""
    return float(number.replace(",", "")) * UNITS[(unit or "").lower()]


def differs(expected: float, written: float) -> bool:
    return abs(expected - written) > CLOSE * expected


@pytest.mark.parametrize(
    ("pattern", "factor", "fewest"),
    [
        pytest.param(DAY_TO_SECOND, 1 / DAY, 20, id="a day to a second"),
        pytest.param(SECOND_TO_DAY, DAY, 3, id="bytes a second to bytes a day"),
        pytest.param(DAY_TO_RATE, 1 / DAY, 2, id="bytes a day to bytes a second"),
        pytest.param(DAY_TO_YEAR, YEAR, 4, id="a day to a year"),
    ],
)
def test_a_rate_is_the_same_rate_in_another_unit(
    texts: tuple[Text, ...], pattern: re.Pattern[str], factor: float, fewest: int
) -> None:
    wrong, seen = [], 0
    for text, found in _found(texts, pattern):
        seen += 1
        first, second = amount(found[1], found[2]), amount(found[3], found[4])
        if differs(first * factor, second):
            wrong.append(f"{text.around(found)}: {first * factor:,.4g}")
    nothing(wrong)
    assert seen >= fewest


def test_so_many_of_this_size_take_so_much(texts: tuple[Text, ...]) -> None:
    wrong, seen = [], 0
    for text, found in _found(texts, MANY_OF_A_SIZE):
        seen += 1
        many = amount(found[1], found[2]) * (amount(found[3], found[4]) if found[3] else 1)
        expected = many * amount(found[5], None) * SIZES[found[6]]
        if text.slug not in EACH_HAS_MORE and differs(expected, amount(found[7], None) * SIZES[found[8]]):
            wrong.append(f"{text.around(found)}: {expected:,.4g} bytes")
    nothing(wrong)
    assert seen >= 10


def _found(texts: tuple[Text, ...], pattern: re.Pattern[str]) -> Iterator[tuple[Text, re.Match[str]]]:
    return ((text, found) for text in texts for found in pattern.finditer(text.text))
