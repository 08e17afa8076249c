"""Text as Slack shows it."""

from __future__ import annotations

from datetime import date

BAR_CELLS = 10


def escape(text: str) -> str:
    """What a person typed, so that it is shown and pings nobody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def bar(percent: int) -> str:
    """A bar of ten cells; any progress shows, and only all of it fills the bar."""
    filled = percent * BAR_CELLS // 100
    if percent > 0:
        filled = max(1, filled)
    return "■" * filled + "□" * (BAR_CELLS - filled)


def duration(minutes: int) -> str:
    """45 -> 45 min, 60 -> 1 h, 75 -> 1 h 15 min."""
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part)


def day(value: date) -> str:
    """14 March 2027"""
    return f"{value.day} {value:%B %Y}"


def days_ahead(days: int) -> str:
    """today, tomorrow, in 8 days"""
    return "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"


def count(number: int, noun: str, plural: str | None = None) -> str:
    """1 week, 2 weeks, 1 story, 3 stories."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
