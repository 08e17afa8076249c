"""The command line. Groups of commands have files of their own in commands/."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands import copies, database, init, keys
from bot.commands.terminal import ask, fail, say
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
        return fail(f"{error}\n{len(error.faults)} fault(s) in the content; nothing was started.")
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="prep-coach", description="Interview preparation coach for Slack.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    init.add(commands)
    run = commands.add_parser("run", help="connect to Slack and work")
    run.add_argument("--env-file", default=".env", metavar="FILE", help="settings beside the environment's")
    run.set_defaults(command=_run)

    playground = commands.add_parser("playground", help="try it in a Slack workspace on this machine")
    playground.add_argument("--port", type=int, default=8765, help="port on 127.0.0.1 (default 8765, 0: any)")
    playground.add_argument("--no-browser", action="store_true", help="print the URL, do not open it")
    playground.add_argument(
        "--no-charts", action="store_true", help="a workspace without Slack's chart block: pictures are drawn"
    )
    playground.add_argument("--http", action="store_true", help="Slack calls the bot, instead of Socket Mode")
    playground.set_defaults(command=_playground)

    commands.add_parser(
        "doctor", help="try tokens, scopes, clock, database and content; name each fault with its fix"
    ).set_defaults(command=_doctor)

    commands.add_parser("health", help="say whether the bot works; for containers").set_defaults(
        command=_health
    )

    manifest = commands.add_parser("manifest", help="print the Slack app manifest")
    manifest.add_argument("--url", help="for HTTP mode: https address of the bot, as Slack reaches it")
    manifest.set_defaults(command=_manifest)

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

    copies.add(commands)
    database.add(commands)
    keys.add(commands)
    return parser


def _run(options: argparse.Namespace) -> int:
    from bot import logs
    from bot.running import run
    from bot.settings import Settings, SettingsError
    from bot.start_errors import StartError

    try:
        settings = Settings.load(options.env_file)
        logs.configure(settings.log_level, settings.log_format)
        with asyncio.Runner(loop_factory=_fast_loop()) as runner:
            runner.run(run(settings))
    except (SettingsError, StartError) as error:
        return fail(str(error))
    return 0


def _fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """An event loop in C where there is one; None: Python's own."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def _playground(options: argparse.Namespace) -> int:
    from bot.playground.launcher import launch

    return launch(
        port=options.port,
        open_browser=not options.no_browser,
        charts=not options.no_charts,
        over_http=options.http,
        content_dir=_content_dir(),
    )


def _manifest(options: argparse.Namespace) -> int:
    from bot.manifest import http_manifest, manifest_path
    from bot.settings import read_public_url

    if options.url is None:
        say(manifest_path().read_text(encoding="utf-8").rstrip("\n"))
        return 0
    try:
        address = read_public_url(options.url)
    except ValueError as error:
        return fail(f"--url is wrong: {error}.")
    say(http_manifest(address).rstrip("\n"))
    return 0


def _doctor(_options: argparse.Namespace) -> int:
    from bot.doctor import examine

    return asyncio.run(examine(say))


def _health(_options: argparse.Namespace) -> int:
    from bot.clock import ShiftedClock, system_now
    from bot.healthcheck import HealthSettings, UnhealthyError, check
    from bot.settings import SettingsError

    try:
        settings = HealthSettings.load()
        now = ShiftedClock(settings.clock_file) if settings.clock_file else system_now
        say(check(settings, now))
    except (SettingsError, UnhealthyError) as error:
        return fail(str(error))
    return 0


def _content_check(_options: argparse.Namespace) -> int:
    catalog = _catalog()
    items = sum(len(form.items) for form in catalog.forms.values())
    say(
        f"Content {catalog.version} is fine: {items} items, {len(catalog.competencies)} competencies, "
        f"{len(catalog.plans)} plans, {len(catalog.tasks)} tasks, {len(catalog.texts)} reference texts."
    )
    return 0


def _content_stats(_options: argparse.Namespace) -> int:
    from content.stats import tables

    say(tables(_catalog()))
    return 0


def _content_preview(options: argparse.Namespace) -> int:
    from bot.learn.library import Library
    from bot.playground.launcher import launch
    from content.faults import nearest

    entries = Library(_catalog()).entries
    if options.slug not in entries:
        guess = nearest(options.slug, entries)
        return fail(
            f"There is no `{options.slug}` to look at." + (f" Did you mean `{guess}`?" if guess else "")
        )
    return launch(
        port=options.port,
        open_browser=not options.no_browser,
        say=f"/prep learn {options.slug}",
        content_dir=_content_dir(),
    )


def _catalog() -> Catalog:
    """Our content with the workspace's own laid over it, as the bot would load it."""
    return load(overlay=_content_dir())


def _content_dir() -> Path | None:
    from bot.settings import ContentSettings

    return ContentSettings().content_dir


def _why(options: argparse.Namespace) -> int:
    from bot.why.operator import explain

    def run(url: str, defaults: Defaults, now: Now) -> Awaitable[int]:
        return explain(url, options.person, defaults=defaults, now=now, say=say)

    return _on_database(run)


def _export(options: argparse.Namespace) -> int:
    from bot.mydata import operator

    def run(url: str, defaults: Defaults, now: Now) -> Awaitable[int]:
        def work(data: MyDataService) -> Awaitable[int]:
            return operator.export(data, options.person, options.file, say=say)

        return operator.on(url, _catalog(), work, defaults=defaults, now=now, say=say)

    return _on_database(run)


def _forget(options: argparse.Namespace) -> int:
    from bot.mydata import operator

    def run(url: str, defaults: Defaults, now: Now) -> Awaitable[int]:
        def work(data: MyDataService) -> Awaitable[int]:
            return operator.forget(data, options.person, ask=None if options.yes else ask, say=say)

        return operator.on(url, _catalog(), work, defaults=defaults, now=now, say=say)

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
        return fail(str(error))
    url = make_url(settings.database_url)
    # Opening it would make it.
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        return fail(f"There is no database at {url.database}: check DATABASE_URL, or start the bot once.")
    now = ShiftedClock(settings.clock_file) if settings.clock_file else system_now
    defaults = Defaults(time_zone=settings.time_zone)

    async def work() -> int:
        return await run(settings.database_url, defaults, now)

    return asyncio.run(work())


if __name__ == "__main__":
    sys.exit(main())
