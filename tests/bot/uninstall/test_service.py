"""A workspace is deleted when it was really uninstalled, and only then."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.uninstall.service import SETTLE, UninstallService
from bot.workspaces.presence import Presence
from storage import installations, learners, outbox
from storage.engine import Database
from storage.models import Removal
from tests.bot.mydata.belongings import everything_stored, one_of_everything
from tests.builders import ANA, NOON, MovingClock
from tests.storage.test_removals import an_installation

TOKEN = "xoxb-1"


@dataclass
class Slack:
    """What auth.test says of the bot's token."""

    alive: bool | None = False
    asked: list[str] = field(default_factory=list)

    async def __call__(self, token: str) -> bool | None:
        self.asked.append(token)
        return self.alive


@pytest.fixture
def slack_says() -> Slack:
    return Slack()


@pytest.fixture
def closed() -> list[str]:
    return []


@pytest.fixture
def uninstall(
    database: Database, clock: MovingClock, slack_says: Slack, closed: list[str]
) -> UninstallService:
    presence = Presence(is_alive=slack_says, own_tokens={"T1": TOKEN}, on_closed=closed.append)
    return UninstallService(database=database, now=clock, presence=presence)


async def people(database: Database) -> int:
    return len((await everything_stored(database))["learner"])


async def marks(database: Database) -> int:
    return len((await everything_stored(database))["removal"])


async def install(database: Database, at: datetime) -> None:
    async with database.write() as session:
        await installations.save(session, an_installation())
        found = await installations.find(session, "T1")
        assert found is not None
        found.installed_at = at
        session.add(found)


async def test_all_of_it_is_deleted_after_the_token_was_tried(
    database: Database,
    uninstall: UninstallService,
    clock: MovingClock,
    slack_says: Slack,
    closed: list[str],
) -> None:
    await one_of_everything(database, ANA, "kumquat")
    await install(database, NOON - timedelta(days=1))
    await uninstall.note("T1", event_at=NOON)
    assert await people(database) == 1

    await uninstall.work()
    assert slack_says.asked == [TOKEN]
    assert closed == ["T1"]
    assert (await everything_stored(database))["installation"] == []
    assert await people(database) == 1  # what is in somebody's hands may settle first

    clock.instant += SETTLE
    await uninstall.work()
    assert not any((await everything_stored(database)).values())


async def test_an_event_that_comes_after_a_new_installation_deletes_nothing(
    database: Database, uninstall: UninstallService, slack_says: Slack, caplog: pytest.LogCaptureFixture
) -> None:
    await one_of_everything(database, ANA, "kumquat")
    await install(database, NOON + timedelta(minutes=2))

    await uninstall.note("T1", event_at=NOON)
    await uninstall.work()

    assert slack_says.asked == []
    assert (await people(database), await marks(database)) == (1, 0)
    assert "nothing is deleted" in caplog.text


async def test_nor_when_our_clock_is_behind_slacks_and_the_token_works(
    database: Database, uninstall: UninstallService, clock: MovingClock, slack_says: Slack
) -> None:
    slack_says.alive = True
    await one_of_everything(database, ANA, "kumquat")
    await install(database, NOON - timedelta(seconds=5))

    await uninstall.note("T1", event_at=NOON)
    for _ in range(15):
        await uninstall.work()
        clock.move(minutes=1)

    assert (await people(database), await marks(database)) == (1, 0)


async def test_nothing_is_deleted_while_slack_cannot_be_asked(
    database: Database, uninstall: UninstallService, clock: MovingClock, slack_says: Slack
) -> None:
    slack_says.alive = None
    await one_of_everything(database, ANA, "kumquat")
    await uninstall.note("T1", event_at=NOON)
    for _ in range(100):
        await uninstall.work()
        clock.move(minutes=1)
    assert (await people(database), await marks(database)) == (1, 1)

    slack_says.alive = False
    await uninstall.work()
    clock.instant += SETTLE
    await uninstall.work()
    assert (await people(database), await marks(database)) == (0, 0)


async def test_the_same_event_again_during_and_after_changes_nothing(
    database: Database, uninstall: UninstallService, clock: MovingClock
) -> None:
    await one_of_everything(database, ANA, "kumquat")
    for _ in range(6):
        await uninstall.note("T1", event_at=NOON)
        await uninstall.work()
        clock.instant += SETTLE

    assert (await people(database), await marks(database)) == (0, 0)


async def test_a_workspace_that_an_organisations_installation_serves_is_not_deleted(
    database: Database, uninstall: UninstallService
) -> None:
    await one_of_everything(database, ANA, "kumquat")
    async with database.write() as session:
        organisation = an_installation("E1")
        organisation.team_id = None
        await installations.save(session, organisation)
        await installations.learn(session, "T1", "E1")

    await uninstall.note("T1", event_at=NOON + timedelta(days=1))
    await uninstall.work()

    assert (await people(database), await marks(database)) == (1, 0)


async def test_an_organisation_goes_with_all_its_workspaces(
    database: Database, uninstall: UninstallService, clock: MovingClock
) -> None:
    async with database.write() as session:
        for team_id, organisation in (("T1", "E1"), ("T2", "E1"), ("T3", "E2")):
            await installations.learn(session, team_id, organisation)
            await learners.ensure(session, team_id, "U1", now=NOON)

    await uninstall.note("E1", event_at=NOON)
    await uninstall.work()
    clock.instant += SETTLE
    await uninstall.work()

    stored = await everything_stored(database)
    assert len(stored["learner"]) == len(stored["workspace"]) == 1
    assert "T3" in stored["learner"][0]


async def test_what_is_owed_goes_too(
    database: Database, uninstall: UninstallService, clock: MovingClock
) -> None:
    async with database.write() as session:
        learner = await learners.ensure(session, "T1", "U1", now=NOON)
        draft = outbox.Draft(
            idempotency_key="daily:1", team_id="T1", learner_id=learner.id, kind="daily", due_at=NOON
        )
        await outbox.enqueue(session, draft, now=NOON)

    await uninstall.note("T1", event_at=NOON)
    await uninstall.work()
    clock.instant += SETTLE
    await uninstall.work()

    assert (await everything_stored(database))["outbox_message"] == []


async def test_a_process_that_dies_is_followed_by_another(
    database: Database,
    uninstall: UninstallService,
    clock: MovingClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(30):
        async with database.write() as session:
            await learners.ensure(session, "T1", f"U{number}", now=NOON)
    await uninstall.note("T1", event_at=NOON)
    await uninstall.work()
    clock.instant += SETTLE
    batches = iter([1, 2])

    def dies() -> float:
        next(batches)
        return 0.0

    uninstall.monotonic = dies
    with pytest.raises(RuntimeError):
        await uninstall.work()
    left = await people(database)
    assert 0 < left < 30

    uninstall.monotonic = lambda: 0.0
    await uninstall.work()
    assert await people(database) == left  # its lease is not over

    clock.move(minutes=2)
    await uninstall.work()
    assert (await people(database), await marks(database)) == (0, 0)


async def test_a_batch_shrinks_when_it_takes_long(
    database: Database, uninstall: UninstallService, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from storage import removals

    limits: list[int] = []

    async def note_limit(_session: object, _team: str, *, limit: int) -> bool:
        limits.append(limit)
        return len(limits) < 5

    monkeypatch.setattr(removals, "delete_some", note_limit)
    times = iter([0, 0, 0, 0, 0, 1, 0, 1, 0, 0])
    uninstall.monotonic = lambda: next(times)
    await uninstall.note("T1", event_at=NOON)
    await uninstall.work()
    clock.instant += SETTLE
    await uninstall.work()

    assert limits == [8, 16, 32, 16, 8]


async def test_the_mark_is_gone_at_the_end(
    database: Database, uninstall: UninstallService, clock: MovingClock
) -> None:
    await uninstall.note("T1", event_at=NOON)
    await uninstall.work()
    clock.instant += SETTLE
    await uninstall.work()

    async with database.read() as session:
        assert await session.get(Removal, "T1") is None
