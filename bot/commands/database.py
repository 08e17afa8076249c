"""prep-coach db upgrade, downgrade and status."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.commands.terminal import ask, fail, say


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands to the command line."""
    database = commands.add_parser("db", help="work on the database").add_subparsers(required=True)
    database.add_parser("upgrade", help="bring the schema up to date").set_defaults(command=_upgrade)
    downgrade = database.add_parser("downgrade", help="take the schema back, before running an older version")
    downgrade.add_argument("revision", metavar="REVISION", help="such as 0002; db status lists them")
    downgrade.add_argument("--yes", action="store_true", help="do not ask for the revision again")
    downgrade.add_argument(
        "--force", action="store_true", help="even if a bot seems to run; make sure none does"
    )
    downgrade.set_defaults(command=_downgrade)
    database.add_parser("status", help="say where the database is, and who uses it").set_defaults(
        command=_status
    )


def _upgrade(_options: argparse.Namespace) -> int:
    def work(url: str, _now: datetime) -> int:
        from storage.migrate import upgrade

        before, after = upgrade(url)
        say(
            f"The database is at {after}."
            if before == after
            else f"Upgraded from {before or 'nothing'} to {after}."
        )
        return 0

    return _on_settings(work)


def _downgrade(options: argparse.Namespace) -> int:
    def work(url: str, now: datetime) -> int:
        from storage.migrate import current_revision, revisions, tables_at, upgrade
        from storage.places import last_beat, place_of, reading, refuse_if_in_use

        target = options.revision
        with reading(url) as connection:
            before = current_revision(connection)
            beat = last_beat(connection)
        if before is None or before not in revisions():
            return fail(
                f"The database is at {before or 'nothing'}, from which this program knows no way back."
            )
        if target not in revisions() or target >= before:
            older = ", ".join(name for name in revisions() if name < before) or "nothing"
            return fail(f"There is no way back from {before} to {target}: older than it is {older}.")
        refuse_if_in_use(beat, place_of(url), force=options.force, now=now)
        lost = ", ".join(sorted(tables_at(before) - tables_at(target))) or "no table"
        say(
            f"Going back from {before} to {target} deletes what newer versions added, for good: {lost}, and "
            "columns of others. Make a backup first (prep-coach backup FILE). A bot of this version would "
            "bring the schema up to date again, so run only the older one afterwards."
        )
        if not options.yes and ask(f"Type {target} to go back: ").strip() != target:
            return fail("Nothing was changed.")
        upgrade(url, target)
        say(f"Went back from {before} to {target}.")
        return 0

    return _on_settings(work)


def _status(_options: argparse.Namespace) -> int:
    def work(url: str, now: datetime) -> int:
        from storage.backups import LONG_AGO
        from storage.migrate import current_revision, newest_revision, revisions
        from storage.places import file_of, last_beat, place_of, reading

        say(f"Database   {place_of(url)}")
        file = file_of(url)
        if file is not None and not Path(file).exists():
            say("Schema     none yet: it is made at the first start")
            return 0
        with reading(url) as connection:
            revision, beat = current_revision(connection), last_beat(connection)
        newest = newest_revision()
        if revision == newest:
            say(f"Schema     {revision}, up to date")
        elif revision is None or revision < newest:
            say(
                f"Schema     {revision or 'none yet'}, which prep-coach db upgrade or the next start brings "
                f"to {newest}"
            )
        else:
            say(f"Schema     {revision}, newer than this program ({newest})")
        say(f"Revisions  {', '.join(revisions())}")
        if beat is None:
            say("Last used  never")
        elif beat == LONG_AGO:
            say("Last used  not since it was restored or moved")
        else:
            seconds = (now - beat).total_seconds()
            say(f"Last used  {beat:%Y-%m-%d %H:%M:%S} UTC, {seconds:,.0f} seconds ago")
        return 0

    return _on_settings(work)


def _on_settings(work: Callable[[str, datetime], int]) -> int:
    from sqlalchemy.exc import DBAPIError

    from bot.clock import ShiftedClock, system_now
    from bot.settings import DatabaseSettings, SettingsError
    from storage.migrate import DatabaseUnusableError
    from storage.places import CopyError

    try:
        settings = DatabaseSettings.load()
        now = ShiftedClock(settings.clock_file) if settings.clock_file else system_now
        return work(settings.database_url, now())
    except (SettingsError, DatabaseUnusableError, CopyError) as error:
        return fail(str(error))
    except DBAPIError as error:
        return fail(f"The database cannot be read ({str(error.orig).splitlines()[0]}): check DATABASE_URL.")
