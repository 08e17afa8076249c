"""Start a workspace on this machine and a bot that lives in it, each as its own program."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import sys
import webbrowser
from pathlib import Path

import yaml

from bot.manifest import REQUESTS_PATH, http_manifest, manifest_path
from bot.playground import page_api
from bot.playground.clock import WorkspaceClock
from bot.playground.manifest import load_manifest, read_manifest
from bot.playground.server import WorkspaceServer
from bot.playground.workspace import Workspace

FOLDER = Path("data/playground")
CLOCK_FILE = FOLDER / "clock"
POLL_SECONDS = 0.05
OUTSIDE = ("SLACK_", "PREP_HTTP_", "PREP_PUBLIC_", "PREP_ENCRYPTION_", "DATABASE_")
"""How variables begin that belong to another workspace."""
CONNECT_SECONDS = 30.0


def launch(
    *,
    port: int,
    open_browser: bool,
    say: str | None = None,
    charts: bool = True,
    over_http: bool = False,
    content_dir: Path | None = None,
) -> int:
    """
    Run until Ctrl-C; the exit code is the bot's own if it stops by itself.

    `say` is a command that the first person types as soon as the bot is there. Without `charts` the workspace
    refuses Slack's chart block, as those do that do not have it yet. With `over_http` it calls the bot, which
    otherwise calls it. `content_dir` holds content of the operator's own.
    """
    # The workspace starts empty each time, so what the bot remembers of the last one would be wrong.
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    workspace = _workspace(over_http=over_http)
    workspace.has_charts = charts
    return asyncio.run(
        _launch(workspace, port=port, open_browser=open_browser, say=say, content_dir=content_dir)
    )


def _workspace(*, over_http: bool) -> Workspace:
    clock = WorkspaceClock(CLOCK_FILE)
    if not over_http:
        return Workspace(manifest=load_manifest(manifest_path()), clock=clock)
    manifest = yaml.safe_load(http_manifest("https://playground.invalid"))
    return Workspace(manifest=read_manifest(manifest), clock=clock)


async def _launch(
    workspace: Workspace, *, port: int, open_browser: bool, say: str | None, content_dir: Path | None
) -> int:
    server = WorkspaceServer(workspace, port=port)
    page_api.add_routes(server.app, workspace)
    try:
        await server.start()
    except OSError as error:
        sys.stderr.write(
            f"Port {port} cannot be used ({error.strerror}): try prep-coach playground --port 0.\n"
        )
        return 1
    bot_url = None if workspace.manifest.socket_mode_enabled else f"http://127.0.0.1:{_free_port()}"
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    bot = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        # Whoever has a real workspace's settings beside this must not meet them here.
        *("--env-file", os.devnull),
        env=_environment(workspace, server.api_url, content_dir, bot_url),
    )
    ended = asyncio.create_task(bot.wait())
    stopped = asyncio.create_task(stop.wait())
    announced = asyncio.create_task(_announce(workspace, bot_url, server.url, open_browser, say))
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


def _environment(
    workspace: Workspace, api_url: str, content_dir: Path | None, bot_url: str | None
) -> dict[str, str]:
    """The bot's usual configuration: only what leads to this workspace is its own."""
    way_in = {"SLACK_APP_TOKEN": workspace.app_token}
    if bot_url is not None:
        port = bot_url.rpartition(":")[2]
        way_in = {"SLACK_SIGNING_SECRET": workspace.signing_secret, "PREP_HTTP_PORT": port}
        way_in["PREP_PUBLIC_URL"] = bot_url
    if content_dir is not None:
        way_in["PREP_CONTENT_DIR"] = str(content_dir)
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(OUTSIDE)},
        **way_in,
        "SLACK_API_URL": api_url,
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "DATABASE_URL": f"sqlite:///{FOLDER / 'prep-coach.db'}",
        "PREP_CLOCK_FILE": str(CLOCK_FILE),
        "PREP_TICK_SECONDS": "1",
        "PREP_LOG_LEVEL": os.environ.get("PREP_LOG_LEVEL", "WARNING"),
    }


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def _reached(workspace: Workspace, bot_url: str | None) -> None:
    """Return once requests reach the bot."""
    if bot_url is not None:
        while True:
            if await workspace.deliver_to(f"{bot_url}{REQUESTS_PATH}"):
                return
            await asyncio.sleep(POLL_SECONDS)
    async with workspace.changes.subscribe() as changes:
        while not workspace.connected:
            await anext(changes)


async def _announce(
    workspace: Workspace, bot_url: str | None, url: str, open_browser: bool, say: str | None
) -> None:
    """Say where the page is once the bot is there to answer."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(CONNECT_SECONDS):
            await _reached(workspace, bot_url)
    if say is not None and workspace.connected:
        person = next(member.id for member in workspace.members.values() if not member.is_bot)
        command, _, words = say.partition(" ")
        await workspace.run_command(person, workspace.conversations.open_dm(person).id, command, words)
        url = f"{url}/#{person}/app/messages"
    sys.stdout.write(f"\n  Prep Coach is waiting for you at {url}\n  Stop it with Ctrl-C.\n\n")
    sys.stdout.flush()
    if open_browser:
        await asyncio.to_thread(webbrowser.open, url)
