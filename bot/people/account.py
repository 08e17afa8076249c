"""What Slack says of a person's account, and whether their status means that they are away."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

VACATION_EMOJI = (":palm_tree:",)
"""Slack's own “Vacationing”."""
VACATION_WORDS = (
    # English
    "vacation",
    "vacationing",
    "holiday",
    "holidays",
    "on leave",
    "annual leave",
    "parental leave",
    "maternity leave",
    "paternity leave",
    "pto",
    "out of office",
    "ooo",
    # German, Dutch
    "urlaub",
    "elternzeit",
    "vakantie",
    # Portuguese, Spanish, French, Italian
    "férias",
    "vacaciones",
    "vacances",
    "congés",
    "en congé",
    "ferie",
    # Danish and Norwegian, Swedish, Finnish, Polish
    "på ferie",
    "föräldraledig",
    "lomalla",
    "urlop",
)
"""A status text with one of these, as whole words and whatever its accents, says that a person is away."""
_BACK = re.compile(r"\bback from\b")


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """What we look at. Texts are Slack's and the person's; none of them is kept."""

    time_zone: str | None = None
    is_deleted: bool = False
    status_emoji: str = ""
    status_text: str = ""
    status_ends_at: datetime | None = None

    def is_away(self, now: datetime) -> bool:
        """Whether the status means vacation or leave, and has not ended."""
        if self.status_ends_at is not None and self.status_ends_at <= now:
            return False
        text = _plain(self.status_text)
        if _BACK.search(text):
            return False
        return self.status_emoji in VACATION_EMOJI or any(word.search(text) for word in _WORDS)


def read_account(user: Mapping[str, Any]) -> Account:
    """From Slack's user object; whatever is missing or malformed counts as not told."""
    profile = user.get("profile")
    profile = profile if isinstance(profile, dict) else {}
    return Account(
        time_zone=user.get("tz") if isinstance(user.get("tz"), str) else None,
        is_deleted=bool(user.get("deleted")),
        status_emoji=str(profile.get("status_emoji") or ""),
        status_text=str(profile.get("status_text") or ""),
        status_ends_at=_instant(profile.get("status_expiration")),
    )


def _instant(seconds: Any) -> datetime | None:
    """0 is Slack's word for no end."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC) if seconds else None
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _plain(text: str) -> str:
    """Without accents and case."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).casefold()


_WORDS = tuple(re.compile(rf"\b{re.escape(_plain(word))}\b") for word in VACATION_WORDS)
