"""Trouble on demand: what a caller of Slack's Web API has to live with."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.playground.model import JsonObject

FaultKind = Literal["error", "http_500", "ratelimited", "slow", "drop", "lost_answer", "hang"]


@dataclass(kw_only=True, slots=True, eq=False)
class Fault:
    """
    One kind of trouble.

    error        ok:false with the code `error`; nothing is done
    http_500     a server error without a JSON body; nothing is done
    ratelimited  HTTP 429 with Retry-After `seconds`; nothing is done
    slow         carried out and answered `seconds` late, even when the caller has gone
    drop         the connection closes before anything is done
    lost_answer  the call is carried out, then the connection closes without an answer
    hang         no answer for `seconds`, or until the server stops; nothing is done
    """

    method: str
    kind: FaultKind
    times: int | None = 1
    probability: float = 1.0
    matching: Callable[[JsonObject], bool] | None = None
    seconds: float = 1.0
    error: str = "internal_error"
    happened: int = 0

    @property
    def spent(self) -> bool:
        """Whether it has happened as often as it was asked for."""
        return self.times is not None and self.happened >= self.times


class Faults:
    """The troubles that are set up; the same seed meets the same calls."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)  # noqa: S311  # repeatable chance, not a secret
        self._faults: list[Fault] = []
        self.met = 0

    def add(
        self,
        *,
        method: str,
        kind: FaultKind,
        times: int | None = 1,
        probability: float = 1.0,
        matching: Callable[[JsonObject], bool] | None = None,
        seconds: float = 1.0,
        error: str = "internal_error",
    ) -> Fault:
        """Trouble for `times` calls (None: for all) of `method` ("*": any) that `matching` takes."""
        fault = Fault(
            method=method,
            kind=kind,
            times=times,
            probability=probability,
            matching=matching,
            seconds=seconds,
            error=error,
        )
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """No more trouble."""
        self._faults.clear()

    def next_for(self, method: str, arguments: JsonObject) -> Fault | None:
        """The trouble that this call meets, None for a good day."""
        if not self._faults:
            return None
        for fault in self._faults:
            if fault.spent or fault.method not in (method, "*"):
                continue
            if fault.matching is not None and not fault.matching(arguments):
                continue
            if self._random.random() < fault.probability:
                fault.happened += 1
                self.met += 1
                return fault
        return None
