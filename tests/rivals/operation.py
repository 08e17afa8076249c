"""What is done in one process while another does something else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.rivals.crew import Crew
from tests.rivals.scene import Scene

Operation = Callable[[Crew, Scene], Awaitable[None]]


class Operations(dict[str, Operation]):
    """By name."""

    def add(self, work: Operation) -> Operation:
        """One more, by its function's name."""
        self[work.__name__] = work
        return work
