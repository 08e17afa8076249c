"""What delivery gets for the weekly reminders, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.checkins.rendering import PLAIN, renderer, wordings
from bot.checkins.service import CheckInService
from bot.outgoing import Post, Postponed, Unneeded
from bot.reminders.decision import ANSWERED, PAUSED
from content.loader import Catalog
from storage import preferences
from storage.models import Preferences
from tests.bot.checkins.weeks import FRIDAY, a_reminder, an_answer, at, learner_id_of
from tests.builders import ANA, BEN, MovingClock


@pytest.fixture
def clock() -> MovingClock:
    """On Friday at four."""
    return MovingClock(at(FRIDAY))


async def terms_of(service: CheckInService, learner_id: int, **changes: object) -> None:
    """Store somebody's own terms."""
    async with service.database.write() as session:
        own: Preferences = await preferences.ensure(session, learner_id, service.reminders.defaults)
        for name, value in changes.items():
            setattr(own, name, value)
        session.add(own)


async def test_each_person_gets_their_week_or_the_reason_why_not(service: CheckInService) -> None:
    ana, ben = await learner_id_of(service.database), await learner_id_of(service.database, BEN)
    await terms_of(service, ana)
    await terms_of(service, ben, paused_at=at(FRIDAY))

    drawn = await renderer(service)([a_reminder(ana, message_id=1), a_reminder(ben, message_id=2)])

    post = drawn[1]
    assert isinstance(post, Post)
    assert post.text.startswith("Your week, 2 to 8 March 2030")
    assert drawn[2] == Unneeded(PAUSED)


async def test_it_waits_for_the_end_of_quiet_hours(service: CheckInService, clock: MovingClock) -> None:
    ana = await learner_id_of(service.database)
    await terms_of(service, ana)
    clock.instant = at(FRIDAY, 23)

    [outcome] = (await renderer(service)([a_reminder(ana)])).values()

    assert isinstance(outcome, Postponed)
    assert outcome.until == at(FRIDAY + timedelta(days=1), 7)


async def test_after_an_answer_it_is_not_needed(service: CheckInService) -> None:
    ana = await learner_id_of(service.database)
    await service.answer(ANA, FRIDAY, an_answer())

    assert await renderer(service)([a_reminder(ana)]) == {1: Unneeded(ANSWERED)}


async def test_the_wording_takes_turns(service: CheckInService, catalog: Catalog) -> None:
    ana = await learner_id_of(service.database)
    await terms_of(service, ana)
    texts = wordings(catalog)
    draw = renderer(service)

    shown = []
    for turn in range(len(texts) + 1):
        post = (await draw([a_reminder(ana, turn=turn)]))[1]
        assert isinstance(post, Post)
        shown.append(next(text for text in texts if text in post.text))

    assert shown == [*texts, texts[0]]


def test_without_any_wording_there_is_a_plain_one(catalog: Catalog) -> None:
    assert wordings(replace(catalog, messages={})) == (PLAIN,)
