"""Somebody the bot reminds, with everything they did: the oracle is told of it as it happened."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

from bot.members import Member
from tests.oracle.person import Pause, Person, Settings

TIMES = ("daily_at", "evening_at", "weekly_at", "quiet_from", "quiet_to")


@dataclass
class Resident:
    """One person. Histories ascend."""

    member: Member
    learner_id: int
    zones: list[tuple[datetime, str]]
    settings: list[tuple[datetime, Settings]]
    pauses: list[Pause] = field(default_factory=list)
    activity: list[datetime] = field(default_factory=list)
    done: dict[date, datetime] = field(default_factory=dict)

    @property
    def wants(self) -> Settings:
        """What is set now."""
        return self.settings[-1][1]

    @property
    def is_paused(self) -> bool:
        """Whether the last pause was not ended by hand."""
        return bool(self.pauses) and self.pauses[-1].ended is None

    def wants_from(self, now: datetime, **changes: Any) -> None:
        """Other settings from now on, in the oracle's words."""
        self.settings.append((now, replace(self.wants, **changes)))

    def ends_pause(self, now: datetime) -> None:
        """Back by hand."""
        if self.is_paused:
            self.pauses[-1] = replace(self.pauses[-1], ended=now)

    def changes(self) -> list[date]:
        """The dates on which they moved or wanted something else."""
        return [instant.date() for instant, _ in (*self.zones[1:], *self.settings[1:])]

    def as_person(self) -> Person:
        """What the oracle needs to know."""
        return Person(
            learner=str(self.learner_id),
            zones=self.zones,
            settings=self.settings,
            pauses=self.pauses,
            done=self.done,
            activity=self.activity,
        )


def in_the_bots_words(changes: dict[str, Any]) -> dict[str, Any]:
    """From the oracle's settings to the bot's: minutes after midnight, weekdays from Monday, 1."""
    told: dict[str, Any] = {}
    for name, value in changes.items():
        if isinstance(value, time):
            told[name] = 60 * value.hour + value.minute
        elif name == "days":
            told[name] = sorted(day + 1 for day in value)
        elif name == "weekly_day":
            told[name] = value + 1
        else:
            told[name] = value
    return told
