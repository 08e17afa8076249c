"""A person who has done everything that can be done here, every text of theirs marked."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta
from itertools import islice
from typing import Any, cast

from sqlmodel import select

from bot.checkins.answers import BLOCKER, CONFIDENCE
from bot.groups.schedule import Schedule
from bot.groups.service import GroupService
from bot.members import Member
from bot.review.deck import item_of
from bot.review.ids import ADD
from bot.stories import ids as story_ids
from bot.stories.kept import Kept, reference
from bot.stories.sharing import SharingService
from content.loader import Catalog
from storage import learners, mydata
from storage.engine import Database
from storage.models import StoryShare, StudyGroup
from tests.bot.plan.test_listeners import give_plan
from tests.bot.stories.windows import a_story
from tests.builders import ANA, Bell, a_reminder_service
from tests.dispatch import Dispatcher, Payload, answer, returned

MARK = "ana-s-secret"
"""In every text that Ana typed."""
HOSTILE = "<!channel> & <@U0|x> <https://evil.example|y>"
"""Beside it: what would ping, link or break, were it posted as it was typed."""
TYPED = f"{MARK} {HOSTILE}"
MINUTES_MARK = "487"
"""How long Ana practised: what has no text of hers has a number that nobody else has."""
CHANNEL_MARK = "team-one-s-channel"
"""The name of a channel, which is nobody's business in another workspace."""
CAT = Member(ANA.team_id, "U3")
"""Reads a story of Ana's, with her consent, and is in her group."""
NAMESAKE = Member("T2", ANA.user_id)
"""Another person, in another workspace: Slack's user ids are only unique within one."""
CHANNEL = "C1"


def place_of(user_id: str) -> str:
    """The direct message of somebody with the bot."""
    return f"D-{user_id}"


def open_slack(slack: Dispatcher) -> None:
    """Have Slack answer whatever the bot asks of it."""
    client = slack.client
    numbers = iter(range(1, 1_000_000))

    def post(*, channel: str, **_: Any) -> Any:
        return answer(channel=channel, ts=f"{next(numbers)}.0")

    def look_up(*, user: str, **_: Any) -> Any:
        return answer(user={"id": user, "team_id": ANA.team_id, "tz": "Europe/Lisbon"})

    client.chat_postMessage.side_effect = post
    client.chat_update.side_effect = lambda **given: answer(channel=given["channel"], ts=given["ts"])
    client.conversations_open.side_effect = lambda users: answer(channel={"id": place_of(users)})
    client.users_info.side_effect = look_up
    client.views_update.return_value = answer(view={"hash": "1.0"})
    client.files_delete.return_value = answer()
    client.conversations_history.return_value = answer(messages=[])
    client.conversations_replies.return_value = answer(messages=[])
    client.conversations_members.return_value = answer(members=[ANA.user_id, CAT.user_id])
    client.conversations_info.side_effect = lambda channel: answer(
        channel={"id": channel, "name": "as-slack-says", "is_member": True, "is_archived": False}
    )


async def settle(slack: Dispatcher, catalog: Catalog) -> None:
    """Ana's life so far: a result, a plan, practice, a shared story, a group, a week, an interview."""
    await give_plan(slack, catalog)
    for activity in ("coding", "design", "mock", "story"):
        await slack.command(f"log {MINUTES_MARK}m {activity}")
    await slack.command("timer 30 coding")
    story = await a_story(
        slack, title=f"{TYPED} title", situation=f"{TYPED} situation. I led it.", figures=f"{TYPED} 40 %"
    )
    await _share(slack, story)
    await a_group(slack)
    await _check_in(slack)
    await _know_an_interview(slack)
    for item in islice((item for task in catalog.tasks.values() if (item := item_of(task))), 3):
        await slack.press(ADD, value=item)
    await _tell(slack, story)
    for moved in ({"minutes": 40}, {"days": 1}, {"days": 1}, {"days": 2, "hours": 4}):
        slack.clock.move(**moved)
        await slack.coach.tick()
        await slack.coach.delivery.drain()


async def a_group(slack: Dispatcher, lead: Member = ANA, others: Iterable[Member] = (CAT,)) -> None:
    """A group that Ana leads."""

    async def touch(*_: Any, **__: Any) -> None:
        return None

    groups = GroupService(slack.coach.database, slack.clock, "UTC", touch, Bell())
    state = await groups.start(lead, CHANNEL, f"{CHANNEL_MARK} {HOSTILE}", Schedule(5, 16 * 60, "UTC", 48))
    for one in others:
        await groups.join(one, state.group_id)


async def _share(slack: Dispatcher, story: Kept) -> None:
    database = slack.coach.database
    sharing = SharingService(database, slack.clock, a_reminder_service(database, slack.clock), Bell())
    await sharing.share(ANA, story.ref, CAT.user_id)
    async with database.read() as session:
        share = (await session.exec(select(StoryShare))).one()
    await sharing.comment(CAT, reference(cast(int, share.id), story.key), f"{TYPED} remark", "view:1")


async def _tell(slack: Dispatcher, story: Kept) -> None:
    await slack.press(story_ids.REHEARSE, value=story.ref)
    slack.clock.move(minutes=2)
    await slack.press(f"{story_ids.RATE}.1", value="1", view=returned(slack.shown("views_open")))


async def _check_in(slack: Dispatcher) -> None:
    await slack.command("week")
    filled = {CONFIDENCE: "3", BLOCKER: f"{TYPED} blocker"}
    await slack.submit(returned(slack.shown("views_open"), filled))


async def _know_an_interview(slack: Dispatcher) -> None:
    """Tomorrow's."""
    async with slack.coach.database.write() as session:
        ana = await learners.ensure(session, ANA.team_id, ANA.user_id, now=slack.clock())
        ana.interview_on = (slack.clock() + timedelta(days=1)).date()
        session.add(ana)


async def belongings(database: Database, *people: Member) -> dict[str, Any]:
    """Every row that is theirs, and the groups of their workspace."""
    found: dict[str, Any] = {}
    async with database.read() as session:
        for one in people:
            learner = await learners.find(session, one.team_id, one.user_id)
            assert learner is not None, f"{one} is gone"
            found[str(one)] = await mydata.rows(session, cast(int, learner.id))
        groups = select(StudyGroup).where(StudyGroup.team_id == people[0].team_id)
        found["groups"] = [row.model_dump() for row in await session.exec(groups)]
    return found


@contextmanager
def writes_to(database: Database) -> Iterator[Callable[[], bool]]:
    """Whether anything was committed since it was last asked; an SQLite file only."""
    with closing(sqlite3.connect(str(database.readers.url.database))) as connection:
        versions = [0]

        def is_written() -> bool:
            [version] = connection.execute("PRAGMA data_version").fetchone()
            versions.append(version)
            return bool(versions[-1] != versions[-2])

        is_written()
        yield is_written


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Where the two differ, in words."""
    found = []
    for key, content in before.items():
        if isinstance(content, dict):
            found += [f"{key} {line}" for line in changed(content, after[key])]
        elif content != after[key]:
            found.append(f"{key}: {content} -> {after[key]}")
    return found


def with_every_text(payload: Payload, change: Callable[[str], str]) -> Payload:
    """The payload with each text in it changed."""
    return cast(Payload, _changed(payload, change))


def _changed(content: Any, change: Callable[[str], str]) -> Any:
    if isinstance(content, str):
        return change(content)
    if isinstance(content, list):
        return [_changed(entry, change) for entry in content]
    if isinstance(content, dict):
        return {change(key): _changed(entry, change) for key, entry in content.items()}
    return content
