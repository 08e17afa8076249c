"""A row of the published table."""

from __future__ import annotations

from dataclasses import dataclass, field

HEAD = (
    "| Run | People | Messages | Faults met | Lost | Doubled | Late | Missed, as it must be | Minutes |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


@dataclass
class Row:
    """What one part came to."""

    run: str
    people: int = 0
    messages: int = 0
    faults: str = "0"
    lost: int = 0
    doubled: int = 0
    late: int = 0
    missed: int = 0
    breaches: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def is_clean(self) -> bool:
        """Whether the books are as they must be."""
        return not self.breaches

    def __str__(self) -> str:
        cells = (
            self.run,
            f"{self.people:,}",
            f"{self.messages:,}",
            self.faults,
            self.lost,
            self.doubled,
            self.late,
            f"{self.missed:,}",
            f"{self.seconds / 60:.1f}",
        )
        verdict = "" if self.is_clean else f" {len(self.breaches)} breaches"
        return "| " + " | ".join(str(cell) for cell in cells) + " |" + verdict
