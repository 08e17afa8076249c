"""Requests as Slack would never send them, made of ones that it sends."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

from tests.dispatch import Payload

Path = tuple[str | int, ...]
NASTY: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**63,
    10**30,
    -1e308,
    1e309,
    float("nan"),
    "",
    " ",
    "0",
    "-1",
    "1e999",
    "9" * 400,
    "٣",
    "²",
    "{}",
    "[]",
    "null",
    '{"n": 1}',
    '{"n": 1e999, "f": [], "p": {}, "a": 5}',
    "[" * 5000,
    "x" * 20_000,
    "\x00",
    "\ud800",
    "😀" * 300,
    "<!channel> & <@U1|x> *_~`",
    "../../etc/passwd",
    "' OR 1=1 --",
    "2030-02-30",
    "99999-01-01",
    "25:61",
    "U1",
    "story:1",
    [],
    [[]],
    [None],
    {},
    {"id": None},
    {"value": None},
    {"values": []},
)
LONGEST_WALK = 3
OURS = ("actions", "view", "event", "text", "value", "message")
"""Where values are that we drew ourselves, or that a person typed: here most of the reading is done."""


def mutated(payload: Payload, chance: random.Random) -> Any:
    """The payload with a few things about it changed; what it was made of stays as it is."""
    changed: Any = json.loads(json.dumps(payload))
    for _ in range(chance.randint(1, LONGEST_WALK)):
        changed = _once(changed, chance)
    return changed


def _once(payload: Any, chance: random.Random) -> Any:
    kind = chance.randint(0, 9)
    if kind == 0:
        return _with_a_byte_changed(payload, chance)
    paths = list(paths_of(payload))
    if not paths:
        return chance.choice(NASTY)
    inner = [path for path in paths if path[0] in OURS]
    path = chance.choice(inner if inner and chance.random() < 0.8 else paths)
    holder = payload
    for step in path[:-1]:
        holder = holder[step]
    if kind <= 2:
        del holder[path[-1]]
    elif kind == 3:
        holder[path[-1]] = _deep(chance.choice((5, 50, 2000)))
    elif kind == 4 and isinstance(holder[path[-1]], str):
        holder[path[-1]] = _spoilt(holder[path[-1]], chance)
    else:
        holder[path[-1]] = json.loads(json.dumps(chance.choice(NASTY)))
    return payload


def paths_of(content: Any, before: Path = ()) -> Iterator[Path]:
    """The way to everything in it, down to what is inside a view's blocks but not into each of them."""
    if len(before) > 12 or "blocks" in before[:-2]:
        return
    if isinstance(content, dict):
        for key, entry in content.items():
            yield (*before, key)
            yield from paths_of(entry, (*before, key))
    elif isinstance(content, list):
        for number, entry in enumerate(content):
            yield (*before, number)
            yield from paths_of(entry, (*before, number))


def _deep(depth: int) -> Any:
    content: Any = "bottom"
    for _ in range(depth):
        content = [content]
    return content


def _spoilt(text: str, chance: random.Random) -> str:
    """A text of ours (an id, a value, JSON in private_metadata) with a bit of it changed."""
    if not text:
        return "x"
    try:
        inside = json.loads(text)
    except (ValueError, RecursionError):
        inside = None
    if isinstance(inside, dict | list) and inside and chance.random() < 0.7:
        return json.dumps(_once(inside, chance))
    at = chance.randrange(len(text))
    return text[:at] + chance.choice(("", "0", "-", ".", "~", ":", "\u0663", "\x00", "é")) + text[at + 1 :]


def _with_a_byte_changed(payload: Any, chance: random.Random) -> Any:
    """As on a bad line: most of these are no JSON any more, which nobody can take for a request."""
    try:
        whole = json.dumps(payload).encode()
    except RecursionError:
        return payload
    for _ in range(20):
        line = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            line[chance.randrange(len(line))] = chance.randrange(256)
        try:
            return json.loads(bytes(line))
        except (ValueError, RecursionError):
            continue
    return payload


def written(payload: Any) -> str:
    """For a report: short enough to be read."""
    return json.dumps(payload)[:3000]
