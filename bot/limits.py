"""
How much of anything one person may have, far above what anybody needs.

Limits of a single thing stand where it is read: the length of a text in `stories/draft.py` and
`checkins/answers.py`, what one line may log in `log/entries.py`, how long a timer runs in `log/timers.py`
(there is one at a time), how many stories in `stories/bank.py`, readers and comments of a story in
`stories/sharing.py`, how fast in `flood.py`.
"""

from __future__ import annotations

from datetime import timedelta

from bot.errors import BotError

LOG_ENTRIES_A_DAY = 300
PLANS_A_DAY = 20
ATTEMPTS_A_DAY = 30
GROUPS = 30
DAY = timedelta(days=1)
_SENTENCES = {
    "entries": (
        f"You have logged {LOG_ENTRIES_A_DAY} things within a day, which is all I take. Nothing of this one "
        "is written down; tomorrow I take more."
    ),
    "plans": (
        f"You have taken {PLANS_A_DAY} plans within a day. The last one is yours; choose another tomorrow."
    ),
    "attempts": (
        f"You have begun {ATTEMPTS_A_DAY} assessments within a day. Nothing of them is lost; "
        "begin another one tomorrow."
    ),
    "groups": (
        f"You are in {GROUPS} study groups, which is all I keep up with. `/prep group leave` in the channel "
        "of one makes room."
    ),
}


class LimitError(BotError):
    """The person has as much of something as anybody may have."""


def must_be_below(what: str, number: int, limit: int) -> None:
    """LimitError, with the sentence for `what`, when there is no room for one more."""
    if number >= limit:
        raise LimitError(_SENTENCES[what])
