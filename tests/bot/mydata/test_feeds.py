"""The calendar at a private address: whose it is, what it says, and how it ends."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import cast

import pytest
from icalendar import Calendar

from bot.mydata import views
from bot.mydata.feeds import CalendarFeeds, CalendarOffer
from bot.mydata.service import MyDataService
from bot.plan.service import PlanService
from storage import learners
from storage.engine import Database
from tests.bot.mydata.belongings import everything_stored, one_of_everything
from tests.builders import ANA, BEN, MovingClock
from tests.dispatch import Dispatcher, block_actions

PUBLIC_URL = "https://prep.example.org"
ADDRESS = re.compile(rf"{PUBLIC_URL}/calendar/([A-Za-z0-9_-]{{43}})\.ics")


@pytest.fixture
def feeds(mydata: MyDataService, database: Database, clock: MovingClock) -> CalendarFeeds:
    """On each kind of database."""
    return CalendarFeeds(database, clock, mydata.plan, mydata.reminders, PUBLIC_URL)


async def know(database: Database, clock: MovingClock) -> None:
    """Ana and Ben, with an interview and a mock."""
    async with database.write() as session:
        for member in (ANA, BEN):
            learner = await learners.ensure(session, member.team_id, member.user_id, now=clock())
            learner.interview_on = date(2030, 5, 6)
            session.add(learner)


async def secret_of(feeds: CalendarFeeds) -> str:
    """Of a new address of Ana's."""
    address = await feeds.make(ANA)
    assert address is not None
    found = ADDRESS.fullmatch(address)
    assert found is not None
    return found[1]


async def test_an_address_leads_to_its_persons_calendar(
    feeds: CalendarFeeds, database: Database, clock: MovingClock
) -> None:
    await know(database, clock)
    secret = await secret_of(feeds)

    content = await feeds.read(secret)

    assert content is not None
    events = Calendar.from_ical(content).walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in events] == ["Interview"]
    assert await feeds.read("x" * 43) is None


async def test_it_says_nothing_a_person_wrote_or_scored(feeds: CalendarFeeds, database: Database) -> None:
    await one_of_everything(database, ANA, "kumquat")
    # These rows name a plan's tasks that no content has.
    unplanned = replace(feeds, plan=cast(PlanService, _NoPlan()))

    content = await unplanned.read(await secret_of(unplanned))

    assert content is not None
    text = content.decode()
    assert "Mock interview" in text
    assert "kumquat" not in text
    assert "rated" not in text
    assert ANA.user_id not in text


async def test_it_stays_the_same_all_day(
    feeds: CalendarFeeds, database: Database, clock: MovingClock
) -> None:
    await know(database, clock)
    secret = await secret_of(feeds)
    before = await feeds.read(secret)

    clock.move(hours=6)
    assert await feeds.read(secret) == before
    clock.move(hours=6)
    assert await feeds.read(secret) != before


async def test_only_a_hash_of_the_secret_is_kept(
    feeds: CalendarFeeds, database: Database, clock: MovingClock
) -> None:
    await know(database, clock)
    secret = await secret_of(feeds)

    assert secret not in str(await everything_stored(database))


async def test_a_new_address_ends_the_one_before(
    feeds: CalendarFeeds, database: Database, clock: MovingClock
) -> None:
    await know(database, clock)
    old, new = await secret_of(feeds), await secret_of(feeds)

    assert await feeds.read(old) is None
    assert await feeds.read(new) is not None


async def test_switched_off_it_leads_nowhere_and_twice_is_once(
    feeds: CalendarFeeds, database: Database, clock: MovingClock
) -> None:
    await know(database, clock)
    secret = await secret_of(feeds)
    assert not await feeds.end(BEN)

    assert await feeds.end(ANA)
    assert not await feeds.end(ANA)

    assert await feeds.read(secret) is None


async def test_it_is_gone_with_the_person(
    feeds: CalendarFeeds, mydata: MyDataService, database: Database, clock: MovingClock
) -> None:
    await know(database, clock)
    secret = await secret_of(feeds)

    deleted = await mydata.forget(ANA)

    assert deleted is not None
    assert deleted.counts["calendar_feed"] == 1
    assert await feeds.read(secret) is None
    assert await feeds.make(ANA) is None


async def test_it_rests_while_the_account_is_deactivated(
    feeds: CalendarFeeds, database: Database, clock: MovingClock
) -> None:
    await know(database, clock)
    secret = await secret_of(feeds)
    async with database.write() as session:
        learner = await learners.find(session, ANA.team_id, ANA.user_id)
        assert learner is not None
        learner.deactivated_at = clock()
        session.add(learner)

    assert await feeds.read(secret) is None


async def test_what_is_offered(feeds: CalendarFeeds, database: Database, clock: MovingClock) -> None:
    assert await feeds.offer(ANA) is None
    await know(database, clock)
    assert await feeds.offer(ANA) == CalendarOffer(None)
    assert await replace(feeds, public_url=None).offer(ANA) is None

    await feeds.make(ANA)
    clock.instant += timedelta(days=9)

    assert await feeds.offer(ANA) == CalendarOffer(date(2030, 3, 4))


class _NoPlan:
    """In the place of the service."""

    async def overview(self, *_: object) -> None:
        return None


class TestInSlack:
    @pytest.fixture(autouse=True)
    async def known(self, slack: Dispatcher) -> None:
        await know(slack.coach.database, slack.clock)

    @pytest.fixture
    def reachable(self, slack: Dispatcher) -> None:
        """The web server is reached from outside."""
        feeds = replace(slack.coach.calendar_feeds, public_url=PUBLIC_URL)

        async def with_address(context: dict[str, object], next: object) -> None:
            context["calendar_feeds"] = feeds
            await next()  # type: ignore[operator]  # Bolt hands it in

        slack.coach.app.use(with_address)

    async def test_the_export_offers_an_address(self, slack: Dispatcher, reachable: None) -> None:
        await slack.command("export")

        blocks = slack.respond.call_args.kwargs["blocks"]
        [offered] = blocks[-1]["elements"]
        assert (offered["action_id"], offered["text"]["text"]) == (views.MAKE_ADDRESS, "Get an address")

    async def test_without_a_public_address_there_is_no_offer(self, slack: Dispatcher) -> None:
        await slack.command("export")
        assert slack.said() == views.COMING

        await slack.press(views.MAKE_ADDRESS)
        assert slack.said() == views.NO_CALENDARS

    async def test_the_address_is_shown_once_and_can_be_switched_off(
        self, slack: Dispatcher, reachable: None
    ) -> None:
        await slack.press(views.MAKE_ADDRESS)
        assert slack.acked_before == []
        found = ADDRESS.search(slack.said())
        assert found is not None
        assert await slack.coach.calendar_feeds.read(found[1]) is not None

        await slack.command("export")
        assert "since 4 March 2030" in slack.said()
        assert found[1] not in slack.said()

        await slack.press(views.END_ADDRESS)
        assert slack.said() == views.ENDED
        assert slack.respond.call_args.kwargs["replace_original"] is True
        await slack.press(views.END_ADDRESS)
        assert slack.said() == views.NO_ADDRESS

    async def test_from_home_it_opens_a_window(self, slack: Dispatcher, reachable: None) -> None:
        await slack.send(block_actions(views.MAKE_ADDRESS, view={"id": "V1", "type": "home"}))

        shown = slack.shown("views_open")
        assert ADDRESS.search(str(shown)) is not None
