"""user_change: the event carries the whole person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from storage import learners, preferences
from storage.preferences import Defaults
from tests.builders import ANA, BEN
from tests.dispatch import Dispatcher, event


def changed(user_id: str, **user: Any) -> dict[str, Any]:
    return event("user_change", user={"id": user_id, "team_id": "T1", "tz": "Europe/Lisbon", **user})


async def test_a_move_to_another_zone_is_followed(slack: Dispatcher) -> None:
    async with slack.coach.database.write() as session:
        await learners.ensure(session, ANA.team_id, ANA.user_id, now=slack.clock())

    response = await slack.send(changed(ANA.user_id, tz="Asia/Tokyo", deleted=True))

    async with slack.coach.database.read() as session:
        learner = await learners.find(session, ANA.team_id, ANA.user_id)
        stranger = await learners.find(session, BEN.team_id, BEN.user_id)
    assert response.status == 200
    assert learner is not None
    assert (learner.time_zone, learner.deactivated_at) == ("Asia/Tokyo", slack.clock())
    assert stranger is None


async def test_news_of_strangers_leave_no_trace(slack: Dispatcher) -> None:
    assert (await slack.send(changed(BEN.user_id))).status == 200

    async with slack.coach.database.read() as session:
        assert await learners.find(session, BEN.team_id, BEN.user_id) is None


async def test_a_vacation_in_the_status_is_followed_where_the_person_agreed(slack: Dispatcher) -> None:
    async with slack.coach.database.write() as session:
        learner = await learners.ensure(session, ANA.team_id, ANA.user_id, now=slack.clock())
        own = await preferences.ensure(session, learner.id or 0, Defaults())
        own.follows_status = True
        session.add(own)
    until = int(slack.clock().timestamp()) + 3600

    profile = {"status_text": "", "status_emoji": ":palm_tree:", "status_expiration": until}
    await slack.send(changed(ANA.user_id, profile=profile))

    async with slack.coach.database.read() as session:
        stored = await preferences.get(session, learner.id or 0)
    assert stored is not None
    assert (stored.away, stored.away_until) == (True, slack.clock() + timedelta(hours=1))
