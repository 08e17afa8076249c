"""Start a workspace on this machine and a bot that lives in it, each as its own program."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import webbrowser
from pathlib import Path

from bot.manifest import manifest_path
from bot.playground import page_api
from bot.playground.clock import WorkspaceClock
from bot.playground.manifest import load_manifest
from bot.playground.server import WorkspaceServer
from bot.playground.workspace import Workspace

FOLDER = Path("data/playground")
CONNECT_SECONDS = 30.0


def launch(*, port: int, open_browser: bool, say: str | None = None, charts: bool = True) -> int:
    """
    Run until Ctrl-C; the exit code is the bot's own if it stops by itself.

    `say` is a command that the first person types as soon as the bot is there. Without `charts` the workspace
    refuses Slack's chart block, as those do that do not have it yet.
    """
    # The workspace starts empty each time, so what the bot remembers of the last one would be wrong.
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    return asyncio.run(_launch(port=port, open_browser=open_browser, say=say, charts=charts))


async def _launch(*, port: int, open_browser: bool, say: str | None, charts: bool) -> int:
    clock_file = FOLDER / "clock"
    workspace = Workspace(manifest=load_manifest(manifest_path()), clock=WorkspaceClock(clock_file))
    workspace.has_charts = charts
    server = WorkspaceServer(workspace, port=port)
    page_api.add_routes(server.app, workspace)
    try:
        await server.start()
    except OSError as error:
        sys.stderr.write(
            f"Port {port} cannot be used ({error.strerror}): try prep-coach playground --port 0.\n"
        )
        return 1
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    bot = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", env=_environment(workspace, server.api_url, clock_file)
    )
    ended = asyncio.create_task(bot.wait())
    stopped = asyncio.create_task(stop.wait())
    announced = asyncio.create_task(_announce(workspace, server.url, open_browser, say))
    try:
        await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        announced.cancel()
        stopped.cancel()
        with contextlib.suppress(ProcessLookupError):
            bot.terminate()
        code = await ended
        await server.stop()
    return 0 if stop.is_set() else code


def _environment(workspace: Workspace, api_url: str, clock_file: Path) -> dict[str, str]:
    """The bot's usual configuration: only the base URL, the tokens and the clock are this workspace's."""
    return {
        **os.environ,
        "SLACK_API_URL": api_url,
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_APP_TOKEN": workspace.app_token,
        "DATABASE_URL": f"sqlite:///{FOLDER / 'prep-coach.db'}",
        "PREP_CLOCK_FILE": str(clock_file),
        "PREP_TICK_SECONDS": "1",
        "PREP_LOG_LEVEL": os.environ.get("PREP_LOG_LEVEL", "WARNING"),
    }


async def _announce(workspace: Workspace, url: str, open_browser: bool, say: str | None) -> None:
    """Say where the page is once the bot is there to answer."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(CONNECT_SECONDS), workspace.changes.subscribe() as changes:
            while not workspace.connected:
                await anext(changes)
    if say is not None and workspace.connected:
        person = next(member.id for member in workspace.members.values() if not member.is_bot)
        command, _, words = say.partition(" ")
        await workspace.run_command(person, workspace.conversations.open_dm(person).id, command, words)
        url = f"{url}/#{person}/app/messages"
    sys.stdout.write(f"\n  Prep Coach is waiting for you at {url}\n  Stop it with Ctrl-C.\n\n")
    sys.stdout.flush()
    if open_browser:
        await asyncio.to_thread(webbrowser.open, url)
