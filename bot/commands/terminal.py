"""What a command says and asks."""

from __future__ import annotations

import sys


def say(text: str) -> None:
    """A line of the answer."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def fail(text: str) -> int:
    """A line about what went wrong; the exit code."""
    sys.stderr.write(f"{text}\n")
    return 1


def tell_progress(text: str) -> None:
    """A line for who waits, which is no part of the answer."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def ask(question: str) -> str:
    """What is typed; nothing when there is nobody to type."""
    try:
        return input(question)
    except EOFError:
        return ""
