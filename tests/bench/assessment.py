"""What a whole complete assessment costs the bot's process."""

from __future__ import annotations

from tests.bench.rig import COACH, median, report, running
from tests.flows.journeys import take_assessment, take_plan
from tests.slack_user import SlackUser

TIMES = 5


async def measure() -> None:
    """All pages with every tick, the result, the plan posted; CPU time of the bot, idle ticks included."""
    async with running(COACH, people=TIMES + 1) as coach:
        spent = []
        for person_id in coach.people:
            person = SlackUser(coach.workspace, person_id)
            before = coach.cpu_seconds
            await take_assessment(person, 2, form="complete")
            await take_plan(person)
            spent.append(coach.cpu_seconds - before)
        first, later = spent[0], spent[1:]
    report(
        "a whole complete assessment: 20 ticks, 7 pages, result, plan posted",
        f"{median(later):.2f} s of the bot's CPU time (median of {TIMES}); {first:.2f} s for the very first",
        "under 1 s",
        max(first, *later) < 1,
    )
