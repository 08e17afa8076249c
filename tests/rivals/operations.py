"""Everything that reads and then writes: what people press, what Slack tells, what a tick does."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import col, select

from storage.models import OutboxMessage
from tests.builders import ANA, BEN
from tests.rivals import own_operations
from tests.rivals.crew import Crew
from tests.rivals.operation import Operations
from tests.rivals.scene import AT_FOUR, CHANNEL, CLEO, DAN, Scene

OPERATIONS = Operations(own_operations.OPERATIONS)


# The group


@OPERATIONS.add
async def join_group(crew: Crew, scene: Scene) -> None:
    await crew.groups.join(DAN, scene.group)


@OPERATIONS.add
async def leave_group(crew: Crew, scene: Scene) -> None:
    await crew.groups.leave(CLEO, scene.group)


@OPERATIONS.add
async def lead_leaves_group(crew: Crew, scene: Scene) -> None:
    await crew.groups.leave(ANA, scene.group)


@OPERATIONS.add
async def show_name(crew: Crew, scene: Scene) -> None:
    await crew.groups.show_name(BEN, scene.group, shows=True)


@OPERATIONS.add
async def change_group(crew: Crew, scene: Scene) -> None:
    new = replace(AT_FOUR, weekday=3)
    await crew.groups.change(ANA, scene.group, AT_FOUR, new, is_admin=False)


@OPERATIONS.add
async def admin_changes_group(crew: Crew, scene: Scene) -> None:
    new = replace(AT_FOUR, at=9 * 60)
    await crew.groups.change(BEN, scene.group, AT_FOUR, new, is_admin=True)


@OPERATIONS.add
async def stop_group(crew: Crew, scene: Scene) -> None:
    await crew.groups.stop(BEN, CHANNEL, is_admin=True)


@OPERATIONS.add
async def start_group(crew: Crew, scene: Scene) -> None:
    await crew.groups.start(DAN, "C2", "other", AT_FOUR)


@OPERATIONS.add
async def start_group_too(crew: Crew, scene: Scene) -> None:
    await crew.groups.start(BEN, "C2", "other", AT_FOUR)


@OPERATIONS.add
async def left_channel(crew: Crew, scene: Scene) -> None:
    await crew.group_upkeep.person_left(CLEO, CHANNEL)


@OPERATIONS.add
async def channel_archived(crew: Crew, scene: Scene) -> None:
    await crew.group_upkeep.archived(ANA.team_id, CHANNEL)


# What nobody presses


@OPERATIONS.add
async def tick(crew: Crew, scene: Scene) -> None:
    await crew.coach.tick()


@OPERATIONS.add
async def deliver(crew: Crew, scene: Scene) -> None:
    await crew.coach.delivery.drain()


@OPERATIONS.add
async def draw_reminders(crew: Crew, scene: Scene) -> None:
    messages = await _messages(crew, ("daily", "weekly"))
    await crew.checkins.tallies([one for one in messages if one.kind == "weekly"])
    await crew.today.drawn([one for one in messages if one.kind == "daily"])


def has_an_order(one: str, other: str) -> bool:
    """Delivery goes on until nothing is owed, also of what the other one owes meanwhile: both are first."""
    return one == other or "deliver" not in (one, other)


async def _messages(crew: Crew, kinds: tuple[str, ...]) -> list[OutboxMessage]:
    async with crew.database.read() as session:
        query = select(OutboxMessage).where(col(OutboxMessage.kind).in_(kinds))
        return list((await session.exec(query)).all())
