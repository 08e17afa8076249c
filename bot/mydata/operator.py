"""`prep-coach export` and `prep-coach forget`: the same for whoever runs the bot."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from bot.clock import Now
from bot.members import Member
from bot.mydata.holdings import lines, sentence
from bot.mydata.service import MyDataService
from bot.plan.service import PlanService
from bot.reminders.service import ReminderService
from content.catalog import Catalog
from storage.engine import connect
from storage.preferences import Defaults

Say = Callable[[str], None]
Ask = Callable[[str], str]


async def on(
    database_url: str,
    catalog: Catalog,
    work: Callable[[MyDataService], Awaitable[int]],
    *,
    defaults: Defaults,
    now: Now,
    say: Say,
) -> int:
    """
    Do something with people's data; the exit code is 1 when the database cannot be used.

    A bot that runs beside finds what is owed with its next tick.
    """
    database = connect(database_url)
    reminders = ReminderService(database, now, defaults, _nobody)
    plan = PlanService(catalog, database, now, _nobody, reminders)
    try:
        return await work(MyDataService(catalog, database, now, plan, reminders, _nobody))
    except (OSError, DBAPIError) as error:
        cause = str(getattr(error, "orig", None) or error).splitlines()[0]
        say(
            f"The database cannot be used ({cause}): check DATABASE_URL, that the server runs, and that "
            "`prep-coach db upgrade` has brought it up to date."
        )
        return 1
    finally:
        await database.close()


async def export(data: MyDataService, person: str, file: Path, *, say: Say) -> int:
    """Write the person's zip to a new file that only its owner can read; the exit code is 1 if we cannot."""
    member = await _only(data, person, say)
    archive = await data.archive(member) if member else None
    if member is None or archive is None:
        return 1
    try:
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "wb") as opened:
            opened.write(archive.content)
    except FileExistsError:
        say(f"{file} is there already: choose another name.")
        return 1
    except OSError as error:
        say(f"{file} cannot be written ({error.strerror}).")
        return 1
    say(f"Everything of {_name(member)} is in {file}.")
    return 0


async def forget(data: MyDataService, person: str, *, ask: Ask | None, say: Say) -> int:
    """
    Delete everything of a person once `ask` gives their id again; None asks nothing.

    It may run beside the bot. The exit code is 1 when nothing was deleted.
    """
    member = await _only(data, person, say)
    if member is None:
        return 1
    kept = await data.kept(member) or {}
    say(f"{_name(member)}: {sentence(['the profile', *lines(kept)])}.")
    if ask is not None and ask("Type the id again to delete all of it: ").strip() not in (
        person,
        member.user_id,
        f"{member.team_id}:{member.user_id}",
    ):
        say("That is another id. Nothing was deleted.")
        return 1
    deleted = await data.forget(member)
    if deleted is None:
        say("It was deleted meanwhile.")
        return 0
    say(f"Deleted: {sentence(['the profile', *lines(deleted.counts)])}.")
    say("Their Home tab shows it when they open it next. Backups and Slack's own history are left to you.")
    return 0


async def _only(data: MyDataService, person: str, say: Say) -> Member | None:
    found = await data.called(person)
    if not found:
        say(
            f"Nobody with the id {person} is known here. Write the Slack user id, such as U012AB3CD: it is "
            "in the person's profile under Copy member ID."
        )
        return None
    if len(found) > 1:
        choices = " or ".join(f"{member.team_id}:{member.user_id}" for member in found)
        say(f"Several workspaces have somebody with that id. Write {choices}.")
        return None
    return found[0]


def _name(member: Member) -> str:
    return f"{member.user_id} in {member.team_id}"


def _nobody() -> None:
    """There is no delivery to wake."""
