"""The Dockerfile as its instructions."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction, with its continued lines joined and its variables of `ARG` filled in."""

    word: str
    rest: str


def stages() -> list[list[Instruction]]:
    """The instructions of each stage, beginning with its FROM."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = re.sub(r"\\\n\s*", "", "\n".join(line for line in text.splitlines() if not line.startswith("#")))
    arguments: dict[str, str] = {}
    found: list[list[Instruction]] = []
    for line in filter(None, lines.splitlines()):
        word, rest = line.split(maxsplit=1)
        rest = re.sub(r"\$\{(\w+)\}", lambda match: arguments[match[1]], rest)
        if word == "ARG":
            name, value = rest.split("=")
            arguments[name] = value
            continue
        if word == "FROM":
            found.append([])
        found[-1].append(Instruction(word, rest))
    return found


def environment(stage: list[Instruction]) -> dict[str, str]:
    """What ENV sets in a stage."""
    pairs = [pair for step in stage if step.word == "ENV" for pair in shlex.split(step.rest)]
    return dict(pair.split("=", maxsplit=1) for pair in pairs)


def only(stage: list[Instruction], word: str) -> str:
    """What follows the one instruction of this word."""
    (step,) = [step for step in stage if step.word == word]
    return step.rest
