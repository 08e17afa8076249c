"""A row of the published table."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.survival.month import Counts
from tests.survival.process_town import ProcessTown

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


async def of_place(place: ProcessTown, run: str, faults: str) -> Row:
    """The row of a town whose bots are processes."""
    counts = Counts()
    counts.judge(await place.breaches())
    return Row(
        run,
        len(place.town.residents),
        len(place.town.posts.accepted),
        faults,
        counts.lost,
        counts.doubled,
        counts.late,
        breaches=counts.breaches,
    )
