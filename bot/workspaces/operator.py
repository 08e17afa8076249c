"""`prep-coach keys new` and `prep-coach keys rotate`, and what the doctor says of many workspaces."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Now
from bot.workspaces.secrets import Cipher, UndecipherableError
from bot.workspaces.vault import check_keys, rotate_keys
from storage import installations
from storage.engine import connect
from storage.installations import Standing

Say = Callable[[str], None]
REMEDY = (
    "Put the missing key back into PREP_ENCRYPTION_KEY, after a comma; without it these workspaces have to "
    "be installed again."
)


async def rotate(database_url: str, keys: str, *, say: Say) -> int:
    """Encrypt every stored token with the first key; the exit code is 1 when a key is missing."""
    cipher = Cipher.of(keys)
    database = connect(database_url)
    try:
        number = await rotate_keys(database, cipher)
    except UndecipherableError as error:
        say(str(error))
        return 1
    except (OSError, SQLAlchemyError) as error:
        cause = str(getattr(error, "orig", None) or error).splitlines()[0]
        say(
            f"The database cannot be used ({cause}): check DATABASE_URL, that the server runs, and that "
            "`prep-coach db upgrade` has brought it up to date."
        )
        return 1
    finally:
        await database.close()
    say(f"{number} installation(s) encrypted anew; all need the key {cipher.key_id} only.")
    others = sorted(cipher.key_ids - {cipher.key_id})
    if others:
        say(
            "Once every bot runs with this PREP_ENCRYPTION_KEY, take the others out of it: "
            f"{', '.join(others)}."
        )
    return 0


async def examine(database_url: str, keys: str, now: Now) -> list[tuple[str, str, str]]:
    """Subject, result and fix (empty when it is well) of what many workspaces need."""
    cipher = Cipher.of(keys)
    database = connect(database_url)
    try:
        async with database.read() as session:
            standing = await installations.standing(session, now=now())
            stored = await installations.key_ids(session)
        found = [_installed(standing)]
        try:
            await check_keys(database, cipher)
        except UndecipherableError as error:
            found.append(("Keys", str(error), REMEDY))
        else:
            old = sorted(stored.keys() - {cipher.key_id})
            more = f"; run prep-coach keys rotate to let {', '.join(old)} go" if old else ""
            found.append(("Keys", f"every stored token can be read with {cipher.key_id}{more}", ""))
        return found
    except (OSError, SQLAlchemyError):
        return [("Installations", "not looked at: the database is not there or not up to date yet", "")]
    finally:
        await database.close()


def _installed(standing: Standing) -> tuple[str, str, str]:
    result = (
        f"{standing.workspaces} workspace(s) and {standing.organisations} organisation(s), "
        f"{standing.rotating} with tokens that rotate, {standing.removals} being deleted"
    )
    if standing.failing or standing.expired:
        result += f"; {standing.failing} whose token could not be exchanged, {standing.expired} expired"
        fix = "The log names them and says why; open /slack/install and install the bot there again."
        return "Installations", result, fix
    return "Installations", result, ""
