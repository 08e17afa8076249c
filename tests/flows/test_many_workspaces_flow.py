"""One bot in two workspaces where people have the same ids: nothing crosses, and none waits for another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.app import Coach
from bot.playground.workspace import Workspace
from bot.running import running_coach
from bot.settings import Settings
from content.loader import Catalog
from storage.engine import Database
from tests.bot.mydata.belongings import everything_stored
from tests.bot.workspaces.town import QUAY, Town, open_town
from tests.flows.journeys import eventually, open_assessment, submit_profile
from tests.slack_user import SlackUser


@dataclass
class Both:
    """One person's id in each workspace, and the bot."""

    town: Town
    coach: Coach
    harbor: SlackUser
    quay: SlackUser


@asynccontextmanager
async def bot_in_both(
    database: Database, database_url: str, folder: Path, catalog: Catalog, *, rotates: bool = False
) -> AsyncIterator[Both]:
    async with open_town(database, folder, rotates=rotates) as town:
        for workspace in (town.harbor, town.quay):
            await town.install(workspace.team_id)
        settings = Settings(
            _env_file=None,
            **{
                **town.settings.model_dump(by_alias=True),
                "DATABASE_URL": database_url,
                "PREP_TICK_SECONDS": 0.2,
                "PREP_DAILY_AT": "09:00",
                "PREP_WEEKLY_AT": "Friday 16:00",
                "PREP_CLOCK_FILE": folder / "clock",
            },
        )
        async with running_coach(settings, catalog) as running:
            person = next(one.id for one in town.harbor.members.values() if not one.is_bot)
            yield Both(town, running.coach, SlackUser(town.harbor, person), SlackUser(town.quay, person))


def said_in(workspace: Workspace) -> list[str]:
    return [post.text for post in workspace.posts]


async def rows(both: Both, table: str) -> list[str]:
    return (await everything_stored(both.town.database))[table]


async def test_the_same_person_in_two_workspaces_is_two_people(
    database: Database, database_url: str, tmp_path: Path, catalog: Catalog
) -> None:
    async with bot_in_both(database, database_url, tmp_path, catalog) as both:
        await both.harbor.command("/prep")
        await both.harbor.see(lambda: both.harbor.has_modal)
        assert not both.quay.has_modal
        await both.quay.say("help")
        await both.quay.see(lambda: both.quay.dm()[1:])

        assert both.harbor.dm() == []
        assert said_in(both.town.harbor) == []
        assert len(said_in(both.town.quay)) == 1


async def test_a_revoked_token_in_one_does_not_delay_the_other(
    database: Database, database_url: str, tmp_path: Path, catalog: Catalog
) -> None:
    async with bot_in_both(database, database_url, tmp_path, catalog) as both:
        both.town.harbor.tokens.clear()

        await both.harbor.say("help")
        await both.quay.say("help")

        await both.quay.see(lambda: both.quay.dm()[1:], within=5)
        assert said_in(both.town.harbor) == []


async def test_removing_the_app_in_one_deletes_that_one(
    database: Database, database_url: str, tmp_path: Path, catalog: Catalog
) -> None:
    async with bot_in_both(database, database_url, tmp_path, catalog) as both:
        for user in (both.harbor, both.quay):
            await open_assessment(user)
            await submit_profile(user)

        async def learners(number: int) -> bool:
            return len(await rows(both, "learner")) == number

        await eventually(lambda: learners(2))
        await both.town.harbor.remove_app()

        async def is_closed() -> bool:
            return len(await rows(both, "installation")) == 1

        await eventually(is_closed)
        both.town.later(seconds=31)

        async def is_finished() -> bool:
            return await rows(both, "removal") == []

        await eventually(is_finished, within=10)
        assert await learners(1)

        assert QUAY in (await rows(both, "learner"))[0]
        assert "T0HARBOR01" not in str(await everything_stored(both.town.database))
        await both.quay.close(everything=True)
        await both.quay.say("help")
        await both.quay.see(lambda: both.quay.dm()[1:])


def has_a_new_token(workspace: Workspace) -> bool:
    ends = [end for end in workspace.tokens.values() if end is not None]
    return max(ends) - workspace.clock.now() > timedelta(hours=11)


async def test_tokens_are_exchanged_while_it_works(
    database: Database, database_url: str, tmp_path: Path, catalog: Catalog
) -> None:
    async with bot_in_both(database, database_url, tmp_path, catalog, rotates=True) as both:
        for hours in (10, 10, 10):
            both.town.later(hours=hours)
            before = len(both.quay.dm())
            await both.quay.see(lambda: has_a_new_token(both.town.quay))
            await both.quay.say("help")
            await both.quay.see(lambda before=before: both.quay.dm()[before + 1 :])  # type: ignore[misc]  # bound now
