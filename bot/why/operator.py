"""`prep-coach why PERSON`: the same question, asked by whoever runs the bot."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.exc import DBAPIError

from bot.clock import Now
from bot.preferences.service import PreferencesService
from bot.reminders.service import ReminderService
from bot.why.explanation import plain_lines
from bot.why.service import WhyService
from storage.engine import Database, connect
from storage.preferences import Defaults

Say = Callable[[str], None]


async def explain(database_url: str, person: str, *, defaults: Defaults, now: Now, say: Say) -> int:
    """
    Say what became of a person's reminders, and the missed windows of all; the exit code is 1 when we cannot.

    Reads only, so it may run beside the bot.
    """
    database = connect(database_url)
    try:
        return await _explain(database, person, defaults, now, say)
    except (OSError, DBAPIError) as error:
        cause = str(getattr(error, "orig", None) or error).splitlines()[0]
        say(
            f"The database cannot be read ({cause}): check DATABASE_URL, that the server runs, and that "
            "`prep-coach db upgrade` has brought it up to date."
        )
        return 1
    finally:
        await database.close()


async def _explain(database: Database, person: str, defaults: Defaults, now: Now, say: Say) -> int:
    reminders = ReminderService(database, now, defaults, lambda: None)
    why = WhyService(database, PreferencesService(database, now, reminders))
    found = await why.called(person)
    if not found:
        say(
            f"Nobody with the id {person} has done anything here. Write the Slack user id, such as "
            "U012AB3CD: it is in the person's profile under Copy member ID."
        )
        return 1
    if len(found) > 1:
        choices = " or ".join(f"{member.team_id}:{member.user_id}" for member in found)
        say(f"Several workspaces have somebody with that id. Write {choices}.")
        return 1
    [member] = found
    say(f"{member.user_id} in {member.team_id}, in the words the person reads:")
    for line in plain_lines(await why.explain(member)):
        say(line)
    say(f"Missed windows in all: {await why.missed()}")
    return 0
