"""Why a reminder came or did not, in words a person can read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot import mrkdwn
from bot.preferences.choices import KIND_NAMES
from bot.preferences.outlook import Outlook, moment, place, sentence

DAYS = 7
"""How many local days are told of, with today."""
LATE = timedelta(minutes=2)
"""Later than this after it was due is worth a word."""
TITLES: Mapping[str, str] = {
    "daily": "Daily minimums",
    "evening": "Evening line",
    "weekly": "Weekly check-in",
    "snooze": "Reminded again (snooze)",
}
REFUSALS: Mapping[str, str] = {
    "account_inactive": "the bot's access to this workspace has ended",
    "cannot_dm_bot": "Slack allows no message to this account",
    "channel_not_found": "Slack knows no conversation with this person",
    "invalid_auth": "the bot's access to this workspace has ended",
    "token_revoked": "the bot's access to this workspace has ended",
    "user_disabled": "the Slack account is deactivated",
    "user_not_found": "Slack knows nobody with this id",
}
State = Literal["due", "claimed", "sending", "unclear", "sent", "skipped", "missed", "failed"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """What became of one reminder."""

    kind: str
    on: date
    state: State
    due_at: datetime
    sent_at: datetime | None = None
    reason: str | None = None
    doubtful: bool = False
    is_started: bool = False
    """Whether it has left once, as far as we wrote it down."""
    attempts: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """What comes next, what came last, and what became of each reminder of the last days."""

    outlook: Outlook
    last: Trace | None = None
    """The newest that arrived, however long ago."""
    traces: tuple[Trace, ...] = ()
    """The newest date first."""

    @property
    def missed(self) -> int:
        """How many were not sent within their window."""
        return sum(trace.state == "missed" for trace in self.traces)


def next_and_last(explanation: Explanation) -> str:
    """Next: tomorrow 08:30 (daily minimums), Lisbon time. Last: Mon 08:30:02, delivered."""
    outlook = explanation.outlook
    return " ".join(part for part in (sentence(outlook), last_line(explanation), off_line(outlook)) if part)


def last_line(explanation: Explanation) -> str:
    """Last: Mon 4 March 08:30:02, delivered (daily minimums)."""
    last = explanation.last
    if last is None or last.sent_at is None:
        return "Nothing was sent so far."
    zone = explanation.outlook.time_zone
    wall = last.sent_at.astimezone(ZoneInfo(zone))
    what = TITLES.get(last.kind, last.kind)
    return f"Last: {wall:%a} {_day(wall.date())} {wall:%H:%M:%S}, delivered ({what[:1].lower()}{what[1:]})."


def off_line(outlook: Outlook) -> str:
    """Which kinds the person has switched off."""
    if not outlook.off or len(outlook.off) == len(KIND_NAMES):
        return ""
    return f"Switched off in the settings: {', '.join(KIND_NAMES[kind] for kind in outlook.off)}."


def by_kind(explanation: Explanation) -> dict[str, list[str]]:
    """Title of a kind to a line for each of its dates, the newest first."""
    lines: dict[str, list[str]] = {}
    for kind, title in TITLES.items():
        own = [trace for trace in explanation.traces if trace.kind == kind]
        if own:
            lines[title] = [trace_line(trace, explanation.outlook) for trace in own]
    return lines


def trace_line(trace: Trace, outlook: Outlook) -> str:
    """Sat 2 March: skipped: your rest day"""
    return f"{trace.on:%a} {_day(trace.on)}: {_fate(trace, outlook)}"


def _fate(trace: Trace, outlook: Outlook) -> str:
    match trace.state:
        case "sent":
            return _delivered(trace, outlook.time_zone)
        case "skipped":
            return f"skipped: {_spoken(trace.reason or 'no longer useful')}"
        case "missed":
            return f"missed: {_missed_because(trace.reason)}"
        case "failed":
            return f"not delivered: {_refusal(trace.reason)}"
        case "unclear":
            if not trace.is_started:
                return f"due {moment(trace.due_at, outlook)}; I look first whether it was sent before"
            return "unclear: Slack's answer was lost. I look whether it arrived before I send it again"
        case "sending":
            return "on its way to Slack just now"
        case _:
            again = f", after Slack did not take it ({_refusal(trace.reason)})" if trace.attempts else ""
            return f"due {moment(trace.due_at, outlook)}{again}"


def _delivered(trace: Trace, time_zone: str) -> str:
    if trace.sent_at is None:
        return "delivered"
    words = f"delivered {trace.sent_at.astimezone(ZoneInfo(time_zone)):%H:%M:%S}"
    late = trace.sent_at - trace.due_at
    if trace.attempts:
        words += f", after {mrkdwn.count(trace.attempts, 'try', 'tries')} that Slack did not take"
    elif late >= LATE:
        words += f", {mrkdwn.duration(int(late.total_seconds()) // 60)} late"
    if trace.doubtful:
        words += ", perhaps twice: Slack's first answer was lost, and I could not look"
    return words


def _missed_because(reason: str | None) -> str:
    """The reason of a missed one is why it was late, if more is known than that it was."""
    words = (reason or "its window was over").removeprefix("late: ")
    return _spoken(words) if " " in words else f"its window was over ({_refusal(words)})"


def _refusal(reason: str | None) -> str:
    if not reason:
        return "Slack did not say why"
    if " " in reason:
        return _spoken(reason)
    return REFUSALS.get(reason, f"Slack answered {_spoken(reason)}")


def _spoken(reason: str) -> str:
    """A code without the marks that would be read aloud."""
    return reason.replace("_", " ")


def missed_line(explanation: Explanation) -> str:
    """Missed windows in the last 7 days: 0."""
    return f"Missed windows in the last {DAYS} days: {explanation.missed}."


def plain_lines(explanation: Explanation) -> Iterable[str]:
    """All of it, for a terminal or a screen reader."""
    yield next_and_last(explanation)
    kinds = by_kind(explanation)
    if not kinds:
        yield f"No reminder was due in the last {DAYS} days."
    for title, lines in kinds.items():
        yield f"{title}. {'; '.join(lines)}."
    yield f"{missed_line(explanation)} Times are {place(explanation.outlook.time_zone)}."


def _day(on: date) -> str:
    return f"{on.day} {on:%B}"
