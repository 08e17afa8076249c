"""Trigger ids: the proof that a person has just done something."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

LIFETIME = 3.0
REMEMBERED = 10_000


class TriggerRefused(Exception):  # noqa: N818  # carries one of Slack's codes
    """The trigger cannot be used; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Trigger:
    """Who did something when, and in which modal when it was one."""

    user_id: str
    issued: float
    view_id: str | None = None
    used: bool = False


class Triggers:
    """Triggers live three seconds of real time and work once."""

    def __init__(self, monotonic: Callable[[], float], team_number: str = "7300000000001") -> None:
        self._monotonic = monotonic
        self._team_number = team_number
        self._triggers: dict[str, Trigger] = {}

    def issue(self, user_id: str, *, view_id: str | None = None) -> str:
        """A new trigger id for what `user_id` does now."""
        if len(self._triggers) >= REMEMBERED:
            del self._triggers[next(iter(self._triggers))]
        trigger_id = f"{secrets.randbelow(10**13)}.{self._team_number}.{secrets.token_hex(16)}"
        self._triggers[trigger_id] = Trigger(user_id, self._monotonic(), view_id)
        return trigger_id

    def look_at(self, trigger_id: str) -> Trigger:
        """The trigger, when it could be exchanged now; raises TriggerRefused."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise TriggerRefused("invalid_trigger_id")
        if trigger.used:
            raise TriggerRefused("exchanged_trigger_id")
        if self._monotonic() - trigger.issued > LIFETIME:
            raise TriggerRefused("expired_trigger_id")
        return trigger
