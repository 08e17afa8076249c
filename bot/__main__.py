"""The command line: run, playground, doctor, content check, why, export, forget, keys, db upgrade."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from content.loader import Catalog, ContentError, load

if TYPE_CHECKING:
    from bot.clock import Now
    from bot.mydata.service import MyDataService
    from storage.preferences import Defaults


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0 when it worked."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except ContentError as error:
        return _fail(f"{error}\n{len(error.faults)} fault(s) in the content; nothing was started.")
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="prep-coach", description="Interview preparation coach for Slack.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    commands.add_parser("run", help="connect to Slack and work").set_defaults(command=_run)

    playground = commands.add_parser("playground", help="try it in a Slack workspace on this machine")
    playground.add_argument("--port", type=int, default=8765, help="port on 127.0.0.1 (default 8765, 0: any)")
    playground.add_argument("--no-browser", action="store_true", help="print the URL, do not open it")
    playground.add_argument(
        "--no-charts", action="store_true", help="a workspace without Slack's chart block: pictures are drawn"
    )
    playground.set_defaults(command=_playground)

    commands.add_parser(
        "doctor", help="try tokens, scopes, clock, database and content; name each fault with its fix"
    ).set_defaults(command=_doctor)

    content = commands.add_parser("content", help="work on the content").add_subparsers(required=True)
    content.add_parser("check", help="say what is wrong in which line, and how to mend it").set_defaults(
        command=_content_check
    )
    content.add_parser("stats", help="print what there is, and how well it covers").set_defaults(
        command=_content_stats
    )
    preview = content.add_parser("preview", help="look at one item in the playground")
    preview.add_argument("slug", help="the item's slug, such as concept-cache-aside")
    preview.add_argument("--port", type=int, default=8765, help="port on 127.0.0.1 (default 8765, 0: any)")
    preview.add_argument("--no-browser", action="store_true", help="print the URL, do not open it")
    preview.set_defaults(command=_content_preview)

    why = commands.add_parser("why", help="say why somebody's reminders came, or did not")
    why.add_argument(
        "person", metavar="PERSON", help="the Slack user id (U...), or TEAM:U... for one workspace"
    )
    why.set_defaults(command=_why)

    export = commands.add_parser("export", help="write everything kept of somebody to a zip")
    export.add_argument("person", metavar="PERSON", help="as for why")
    export.add_argument("file", metavar="FILE", type=Path, help="a new file")
    export.set_defaults(command=_export)

    forget = commands.add_parser("forget", help="delete everything kept of somebody")
    forget.add_argument("person", metavar="PERSON", help="as for why")
    forget.add_argument("--yes", action="store_true", help="do not ask for the id again")
    forget.set_defaults(command=_forget)

    keys = commands.add_parser("keys", help="work on the keys of PREP_ENCRYPTION_KEY")
    keys_commands = keys.add_subparsers(required=True)
    keys_commands.add_parser("new", help="print a new key").set_defaults(command=_keys_new)
    keys_commands.add_parser("rotate", help="encrypt every stored token with the first key").set_defaults(
        command=_keys_rotate
    )

    database = commands.add_parser("db", help="work on the database").add_subparsers(required=True)
    database.add_parser("upgrade", help="bring the schema up to date").set_defaults(command=_db_upgrade)
    return parser


def _run(_options: argparse.Namespace) -> int:
    from bot import logs
    from bot.running import StartError, run
    from bot.settings import Settings, SettingsError

    try:
        settings = Settings.load()
        logs.configure(settings.log_level, settings.log_format)
        asyncio.run(run(settings))
    except (SettingsError, StartError) as error:
        return _fail(str(error))
    return 0


def _playground(options: argparse.Namespace) -> int:
    from bot.playground.launcher import launch

    return launch(port=options.port, open_browser=not options.no_browser, charts=not options.no_charts)


def _doctor(_options: argparse.Namespace) -> int:
    from bot.doctor import examine

    return asyncio.run(examine(_say))


def _content_check(_options: argparse.Namespace) -> int:
    catalog = _catalog()
    items = sum(len(form.items) for form in catalog.forms.values())
    _say(
        f"Content {catalog.version} is fine: {items} items, {len(catalog.competencies)} competencies, "
        f"{len(catalog.plans)} plans, {len(catalog.tasks)} tasks, {len(catalog.texts)} reference texts."
    )
    return 0


def _content_stats(_options: argparse.Namespace) -> int:
    from content.stats import tables

    _say(tables(_catalog()))
    return 0


def _content_preview(options: argparse.Namespace) -> int:
    from bot.learn.library import Library
    from bot.playground.launcher import launch
    from content.faults import nearest

    entries = Library(_catalog()).entries
    if options.slug not in entries:
        guess = nearest(options.slug, entries)
        return _fail(
            f"There is no `{options.slug}` to look at." + (f" Did you mean `{guess}`?" if guess else "")
        )
    return launch(port=options.port, open_browser=not options.no_browser, say=f"/prep learn {options.slug}")


def _catalog() -> Catalog:
    """Our content with the workspace's own laid over it, as the bot would load it."""
    from bot.settings import ContentSettings

    return load(overlay=ContentSettings().content_dir)


def _why(options: argparse.Namespace) -> int:
    from bot.why.operator import explain

    def run(url: str, defaults: Defaults, now: Now) -> Awaitable[int]:
        return explain(url, options.person, defaults=defaults, now=now, say=_say)

    return _on_database(run)


def _export(options: argparse.Namespace) -> int:
    from bot.mydata import operator

    def run(url: str, defaults: Defaults, now: Now) -> Awaitable[int]:
        def work(data: MyDataService) -> Awaitable[int]:
            return operator.export(data, options.person, options.file, say=_say)

        return operator.on(url, _catalog(), work, defaults=defaults, now=now, say=_say)

    return _on_database(run)


def _forget(options: argparse.Namespace) -> int:
    from bot.mydata import operator

    def run(url: str, defaults: Defaults, now: Now) -> Awaitable[int]:
        def work(data: MyDataService) -> Awaitable[int]:
            return operator.forget(data, options.person, ask=None if options.yes else _ask, say=_say)

        return operator.on(url, _catalog(), work, defaults=defaults, now=now, say=_say)

    return _on_database(run)


def _on_database(run: Callable[[str, Defaults, Now], Awaitable[int]]) -> int:
    """Run what needs a database that is there already."""
    from sqlalchemy import make_url

    from bot.clock import ShiftedClock, system_now
    from bot.settings import DatabaseSettings, SettingsError
    from storage.preferences import Defaults

    try:
        settings = DatabaseSettings.load()
    except SettingsError as error:
        return _fail(str(error))
    url = make_url(settings.database_url)
    # Opening it would make it.
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        return _fail(f"There is no database at {url.database}: check DATABASE_URL, or start the bot once.")
    now = ShiftedClock(settings.clock_file) if settings.clock_file else system_now
    defaults = Defaults(time_zone=settings.time_zone)

    async def work() -> int:
        return await run(settings.database_url, defaults, now)

    return asyncio.run(work())


def _db_upgrade(_options: argparse.Namespace) -> int:
    from bot.settings import DatabaseSettings, SettingsError
    from storage.migrate import DatabaseUnusableError, upgrade

    try:
        before, after = upgrade(DatabaseSettings.load().database_url)
    except (SettingsError, DatabaseUnusableError) as error:
        return _fail(str(error))
    _say(
        f"The database is at {after}."
        if before == after
        else f"Upgraded from {before or 'nothing'} to {after}."
    )
    return 0


def _keys_new(_options: argparse.Namespace) -> int:
    from bot.workspaces.secrets import new_key

    _say(new_key())
    return 0


def _keys_rotate(_options: argparse.Namespace) -> int:
    from bot.settings import DatabaseSettings, SettingsError
    from bot.workspaces import operator

    try:
        settings = DatabaseSettings.load()
    except SettingsError as error:
        return _fail(str(error))
    if settings.encryption_key is None:
        return _fail("PREP_ENCRYPTION_KEY is missing: write the new key and, after a comma, the old one.")
    keys = settings.encryption_key.get_secret_value()
    return asyncio.run(operator.rotate(settings.database_url, keys, say=_say))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _ask(question: str) -> str:
    """What is typed; nothing when there is nobody to type."""
    try:
        return input(question)
    except EOFError:
        return ""


def _fail(text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
