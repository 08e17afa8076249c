"""How much of anything one person may have; each limit says so in a sentence, and keeps what there was."""

from __future__ import annotations

import pytest

from bot import limits
from bot.assessment.service import AssessmentService
from bot.assessment.wizard import Wizard
from bot.errors import OutdatedFormError
from bot.groups.schedule import Schedule
from bot.groups.service import GroupService
from bot.limits import LimitError
from content.loader import Catalog
from storage.engine import Database
from tests.bot.groups.conftest import Circle, person
from tests.bot.log.conftest import desk_on
from tests.builders import ANA, MovingClock, a_profile, finish_assessment


@pytest.fixture(autouse=True)
def close(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a test reaches."""
    for place, name in (
        ("bot.log.service", "LOG_ENTRIES_A_DAY"),
        ("bot.assessment.service", "ATTEMPTS_A_DAY"),
        ("bot.plan.service", "PLANS_A_DAY"),
        ("bot.groups.service", "GROUPS"),
    ):
        monkeypatch.setattr(f"{place}.{name}", 2)


async def test_log_entries_within_a_day(database: Database, catalog: Catalog, clock: MovingClock) -> None:
    desk = desk_on(database, catalog, clock)
    await desk.type("1 coding", "log:1")
    await desk.type("1 design", "log:2")

    with pytest.raises(LimitError, match="tomorrow I take more"):
        await desk.type("1 coding", "log:3")
    await desk.type("1 design", "log:2")
    clock.move(days=1, minutes=1)
    await desk.type("1 coding", "log:4")

    assert len(await desk.entries()) == 3


async def test_assessments_within_a_day(database: Database, catalog: Catalog, clock: MovingClock) -> None:
    service = AssessmentService(catalog, database, clock, "UTC")
    for _ in range(2):
        await finish_assessment(service)

    with pytest.raises(LimitError, match="begin another one tomorrow"):
        await finish_assessment(service)
    clock.move(days=1, minutes=1)

    assert (await finish_assessment(service)).number == 3


async def test_a_forged_number_of_an_assessment_is_refused(
    database: Database, catalog: Catalog, clock: MovingClock
) -> None:
    service = AssessmentService(catalog, database, clock, "UTC")

    for number in (0, -1, 50, 999_999):
        with pytest.raises(OutdatedFormError):
            await service.save_profile(ANA, Wizard(number=number, form="quick"), a_profile())


async def test_plans_within_a_day(database: Database, catalog: Catalog, clock: MovingClock) -> None:
    desk = desk_on(database, catalog, clock)
    await desk.plan("six-week")
    choose = desk.service.plan.choose
    assert await choose(ANA, 1, "twelve-week")

    with pytest.raises(LimitError, match="The last one is yours"):
        await choose(ANA, 1, "six-week")

    overview = await desk.service.plan.overview(ANA)
    assert overview is not None
    assert overview.plan.slug == "twelve-week"


async def test_study_groups(database: Database, clock: MovingClock) -> None:
    groups: GroupService = Circle(database, clock).groups
    friday = Schedule(5, 16 * 60, "UTC", 48)
    for channel in ("C1", "C2"):
        await groups.start(person(1), channel, "prep", friday)
    third = await groups.start(person(2), "C3", "prep", friday)

    with pytest.raises(LimitError, match="makes room"):
        await groups.join(person(1), third.group_id)
    with pytest.raises(LimitError):
        await groups.start(person(1), "C4", "prep", friday)
    await groups.leave(person(1), (await groups.join(person(2), 1))[1].group_id)

    assert (await groups.join(person(1), third.group_id))[1].is_member


def test_each_limit_has_a_sentence_that_says_what_to_do() -> None:
    assert set(limits._SENTENCES) == {"entries", "plans", "attempts", "groups"}
