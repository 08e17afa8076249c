"""Ids in Slack's shapes, different within one workspace."""

import random
import string
from datetime import datetime

CAPITALS = string.ascii_uppercase + string.digits
LETTERS = string.ascii_letters + string.digits


class IdMint:
    """Makes every id of the workspace; the same seed makes the same ids."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311  # ids of a local toy, secrets come from `secrets`
        self._last_micros = 0
        self._count = 0

    def named(self, prefix: str) -> str:
        """An id such as V01QX2… for a view or Ev01… for an event."""
        self._count += 1
        return f"{prefix}0{self._count:06d}" + "".join(self._random.choices(CAPITALS, k=4))

    def short(self) -> str:
        """An id such as Slack gives to a block or an element without one."""
        return "".join(self._random.choices(LETTERS, k=5))

    def view_hash(self, now: datetime) -> str:
        """The version of a view."""
        return f"{int(now.timestamp())}.{''.join(self._random.choices(LETTERS, k=8))}"

    def ts(self, now: datetime) -> str:
        """A message's timestamp id: later than the one before, unless the clock was turned back."""
        micros = int(now.timestamp() * 1_000_000)
        if 0 <= self._last_micros - micros < 1_000_000:
            micros = self._last_micros + 1
        self._last_micros = micros
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"
