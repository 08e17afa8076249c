"""prep-coach backup, restore and move."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.terminal import fail, say, tell_progress

if TYPE_CHECKING:
    from datetime import datetime

    from storage.backups import Report

MOST_NAMED = 20
"""So many people who come back are named one by one."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands to the command line."""
    backup = commands.add_parser("backup", help="write everything into one file, while the bot runs")
    backup.add_argument("file", metavar="FILE", type=Path, help="a new file")
    backup.set_defaults(command=_backup)

    restore = commands.add_parser("restore", help="put a backup in the place of what DATABASE_URL names")
    restore.add_argument("file", metavar="FILE", type=Path, help="made by prep-coach backup")
    _add_consent(restore)
    restore.set_defaults(command=_restore)

    move = commands.add_parser("move", help="copy a database into another, SQLite or PostgreSQL, and compare")
    move.add_argument("source", metavar="SOURCE_URL", help="stays as it is")
    move.add_argument("target", metavar="TARGET_URL", help="sqlite:///PATH or postgresql://...")
    _add_consent(move)
    move.set_defaults(command=_move)


def _add_consent(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--replace", action="store_true", help="even if people's data is there already")
    parser.add_argument(
        "--force", action="store_true", help="even if a bot seems to run; make sure none does"
    )


def _backup(options: argparse.Namespace) -> int:
    def work(url: str, now: datetime) -> int:
        from storage.backups import back_up

        report = back_up(url, options.file, now=now, version=version("prep-coach"), progress=_progress)
        say(
            f"{options.file} holds {report.rows:,} rows of {len(report.tables)} tables at {report.revision}, "
            "read back and compared. Whoever can read it can read what people wrote: keep it safe."
        )
        if report.needs_key:
            say("Tokens in it are encrypted: keep PREP_ENCRYPTION_KEY too, but in another place.")
        return 0

    return _on_settings(work)


def _restore(options: argparse.Namespace) -> int:
    def work(url: str, now: datetime) -> int:
        from storage.backups import restore
        from storage.places import place_of

        report = restore(
            options.file, url, replace=options.replace, force=options.force, now=now, progress=_progress
        )
        say(
            f"{report.rows:,} rows of {len(report.tables)} tables are in {place_of(url)}, the same as in "
            f"{options.file}."
        )
        _say_consequences(report)
        say(
            "Next: prep-coach run. What was sent since the backup was made is looked for in Slack and not "
            "sent again; what people did since then is gone."
        )
        return 0

    return _on_settings(work)


def _move(options: argparse.Namespace) -> int:
    def work(_url: str, now: datetime) -> int:
        from storage.backups import move
        from storage.engine import DatabaseUrlError, async_url
        from storage.places import place_of

        for url in (options.source, options.target):
            try:
                async_url(url)
            except DatabaseUrlError as error:
                return fail(f"{url.partition(':')[0]}: {error}.")
        report = move(
            options.source,
            options.target,
            replace=options.replace,
            force=options.force,
            now=now,
            progress=_progress,
        )
        width = max(len(name) for name in report.tables)
        for name, found in sorted(report.tables.items()):
            say(f"{name:<{width}}  {found.rows:>12,} rows, the same in both ({found.checksum[:12]})")
        say(
            f"{report.rows:,} rows are in {place_of(options.target)}; {place_of(options.source)} is as it "
            "was."
        )
        _say_consequences(report)
        say("Next: set DATABASE_URL to the new one and start the bot.")
        return 0

    return _on_settings(work)


def _say_consequences(report: Report) -> None:
    if report.kept is not None:
        say(f"What was there before is kept as {report.kept}: delete it when you need it no more.")
    if report.returned:
        say(
            f"{len(report.returned)} people have come back who were not in the database any more. If they "
            "had asked to be forgotten, run prep-coach forget for each:"
        )
        for person in report.returned[:MOST_NAMED]:
            say(f"  prep-coach forget {person}")
        if len(report.returned) > MOST_NAMED:
            say(f"  and {len(report.returned) - MOST_NAMED} more")
    if report.needs_key:
        say(
            "Its tokens need the PREP_ENCRYPTION_KEY they were encrypted with. A workspace whose token was "
            "renewed since has to install the app again."
        )


def _on_settings(work: Callable[[str, datetime], int]) -> int:
    """Do it with the database that the environment names, and the time the bot lives in."""
    from bot.clock import ShiftedClock, system_now
    from bot.settings import DatabaseSettings, SettingsError
    from storage.places import CopyError

    try:
        settings = DatabaseSettings.load()
        now = ShiftedClock(settings.clock_file) if settings.clock_file else system_now
        return work(settings.database_url, now())
    except (SettingsError, CopyError) as error:
        return fail(str(error))


def _progress(table: str, rows: int) -> None:
    tell_progress(f"  {table}: {rows:,}")
