"""prep-coach init: a conversation that ends with a .env file and a bot that can start."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands import env_file
from bot.commands.credentials import (
    cleaned,
    fault_of_app_token,
    fault_of_bot_token,
    fault_of_signing_secret,
)
from bot.commands.terminal import fail, say

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.slack_checks import Finding

FILE = Path(".env")
BOT, APP, SIGNING = "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"
PORT, PUBLIC, DATABASE = "PREP_HTTP_PORT", "PREP_PUBLIC_URL", "DATABASE_URL"
NAMES = (BOT, APP, SIGNING, PORT, PUBLIC, DATABASE)
SOCKET, HTTP = "socket", "http"
DEFAULT_PORT = "8080"

WELCOME = """\
This connects Prep Coach to your Slack workspace and writes what it needs into {file}.
What you type of secrets is not shown. Ctrl-C stops at any time: what was accepted is kept, and the next
prep-coach init goes on from there.
"""
THE_APP = """\
1. The app in Slack
   Open https://api.slack.com/apps, choose Create New App, From a manifest, pick your workspace and paste
   {manifest}
   Then Install App, Install to Workspace.
   The bot token is under OAuth & Permissions, Bot User OAuth Token. It starts with xoxb-.
"""
THE_WAY = """
2. How Slack reaches the bot
   s  Socket Mode: the bot calls Slack, so no public address is needed. The usual choice.
   h  HTTP: Slack calls the bot at an https:// address of yours.
"""
CONNECTING = """\
   Under Basic Information, App-Level Tokens, choose Generate Token and Scopes and add connections:write.
   The token starts with xapp-.
"""
SIGNATURES = """\
   The signing secret is under Basic Information, App Credentials, Signing Secret.
"""
THE_ADDRESS = """\
   In the app's settings switch Socket Mode off, and set {address}/slack/events as the Request URL under
   Event Subscriptions, Interactivity & Shortcuts, and for the command under Slash Commands.
"""
THE_DATABASE = """
3. Where the data is kept
   Enter  a file on this machine, data/prep-coach.db: right for one bot process.
   Or a URL: sqlite:///PATH, or postgresql://USER@HOST/NAME for several processes. A password that is not in
   it is asked for, and not shown.
"""


class StoppedError(Exception):
    """It cannot go on; the message is one sentence with the fix."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    init = commands.add_parser("init", help="connect to a Slack workspace, step by step")
    init.add_argument(
        "--yes",
        action="store_true",
        help="ask nothing: take what the environment and .env say, check it and write it down",
    )
    init.add_argument("--mode", choices=(SOCKET, HTTP), help="how Slack reaches the bot")
    init.add_argument("--port", type=int, help="in HTTP mode, where the bot listens")
    init.add_argument("--public-url", help="in HTTP mode, how it is reached from outside")
    init.add_argument("--database-url", help="where the data is kept")
    init.set_defaults(command=_init)


def _init(options: argparse.Namespace) -> int:
    from bot.doctor import examine

    try:
        setup = Setup(known=env_file.read(FILE), options=options)
        if options.yes:
            setup.take_over()
        elif not sys.stdin.isatty():
            return fail(
                "There is no terminal to ask on: put the values into the environment (a command line is no "
                "place for secrets) and run prep-coach init --yes."
            )
        else:
            setup.converse()
    except (KeyboardInterrupt, EOFError):
        say(f"\nStopped. What was accepted is in {FILE}; prep-coach init goes on from there.")
        return 130
    except (StoppedError, OSError, UnicodeDecodeError) as error:
        return fail(str(error))
    say("\nAll together:")
    code = asyncio.run(examine(say))
    if code == 0:
        say("Next: prep-coach run (make run in a checkout). Then type /prep in Slack.")
    return code


@dataclass(slots=True)
class Setup:
    """What is known so far; every accepted value is written down at once."""

    known: dict[str, str]
    options: argparse.Namespace
    ask: Callable[[str], str] = input
    ask_secret: Callable[[str], str] = getpass.getpass
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)

    def converse(self) -> None:
        """Ask for one thing after another."""
        from bot.manifest import manifest_path

        say(WELCOME.format(file=FILE.absolute()))
        say(THE_APP.format(manifest=manifest_path()))
        self._secret(BOT, "Bot token", fault_of_bot_token, self._try_bot_token)
        mode = self.options.mode or self._ask_mode()
        if mode == SOCKET:
            say(CONNECTING)
            self._secret(APP, "App-level token", fault_of_app_token, self._try_app_token)
        else:
            say(SIGNATURES)
            self._secret(SIGNING, "Signing secret", fault_of_signing_secret, lambda _secret: [])
            self._keep({PORT: self._plain(PORT, "Port to listen on", DEFAULT_PORT, _fault_of_port)})
            self._keep({PUBLIC: self._plain(PUBLIC, "Public address", None, _fault_of_public_url)})
            say(THE_ADDRESS.format(address=self.known[PUBLIC]))
        self._leave_other_mode(mode)
        self._ask_database()

    def take_over(self) -> None:
        """Take everything from the environment, the options and the file; raises StoppedError."""
        given = {name: self.environment.get(name) or self.known.get(name, "") for name in NAMES}
        given = {
            **given,
            PORT: str(self.options.port or given[PORT]),
            PUBLIC: self.options.public_url or given[PUBLIC],
            DATABASE: self.options.database_url or given[DATABASE],
        }
        mode = self.options.mode or (HTTP if given[SIGNING] and not given[APP] else SOCKET)
        self._take(BOT, cleaned(given[BOT]), fault_of_bot_token, self._try_bot_token)
        if mode == SOCKET:
            self._take(APP, cleaned(given[APP]), fault_of_app_token, self._try_app_token)
        else:
            self._take(SIGNING, cleaned(given[SIGNING]), fault_of_signing_secret, lambda _secret: [])
            self._take(PORT, given[PORT] or DEFAULT_PORT, _fault_of_port, lambda _port: [])
            self._take(PUBLIC, given[PUBLIC], _fault_of_public_url, lambda _url: [])
        if given[DATABASE]:
            self._take(DATABASE, given[DATABASE], _fault_of_database_url, _try_database)
        self._leave_other_mode(mode)

    def _take(
        self,
        name: str,
        value: str,
        fault_of: Callable[[str], str | None],
        try_it: Callable[[str], list[Finding]],
    ) -> None:
        fault = fault_of(value)
        if fault is not None:
            raise StoppedError(f"{name} {'is wrong' if value else 'is missing'}: {fault}")
        findings = try_it(value)
        for finding in findings:
            say(str(finding))
        bad = next((finding for finding in findings if finding.fix), None)
        if bad is not None:
            raise StoppedError(f"{name} was not accepted. {bad.subject}: {bad.result}. {bad.fix}")
        self._keep({name: value})

    def _secret(
        self,
        name: str,
        title: str,
        fault_of: Callable[[str], str | None],
        try_it: Callable[[str], list[Finding]],
    ) -> None:
        """Ask until it is accepted; one that is there already is tried and may stay."""
        value = cleaned(self.known.get(name, ""))
        is_new = not value
        while True:
            if is_new:
                value = cleaned(self.ask_secret(f"   {title} (not shown): "))
            else:
                say(f"   {name} is in {FILE} already, ending in {value[-4:]}.")
            fault = fault_of(value)
            if fault is None and self._is_accepted(try_it, value):
                if is_new or not self._wants("   Take another one instead?", default=False):
                    break
            elif fault is not None:
                say(f"   {fault}")
            is_new = True
        if is_new:
            self._keep({name: value})

    def _is_accepted(self, try_it: Callable[[str], list[Finding]], value: str) -> bool:
        """Try it, as often as Slack does not answer and the person wants."""
        while True:
            findings = try_it(value)
            for finding in findings:
                say("   " + str(finding).replace("\n", "\n   "))
            if all(finding.is_known for finding in findings):
                break
            answer = self.ask("   Enter tries again, k keeps it unchecked: ").strip().lower()
            if answer == "k":
                return True
        faults = [finding for finding in findings if finding.fix]
        if not faults:
            return True
        # A token that works, but not for everything, may still be wanted for now.
        is_usable = all(finding.subject in ("Scopes", "Clock") for finding in faults)
        return is_usable and self._wants("   Keep it all the same?", default=False)

    def _ask_mode(self) -> str:
        say(THE_WAY)
        default = "h" if SIGNING in self.known and APP not in self.known else "s"
        while True:
            answer = (self.ask(f"   s or h (Enter: {default}): ").strip().lower() or default)[:1]
            if answer in ("s", "h"):
                return SOCKET if answer == "s" else HTTP
            say("   Type s or h.")

    def _ask_database(self) -> None:
        say(THE_DATABASE)
        while True:
            url = self._plain(DATABASE, "Database", "", _fault_of_database_url)
            finding = None
            if url:
                url = self._with_password(url)
                [finding] = _try_database(url)
                say("   " + str(finding).replace("\n", "\n   "))
            if finding is None or not finding.fix or self._wants("   Keep it all the same?", default=False):
                break
            self.known.pop(DATABASE, None)
        if url:
            self._keep({DATABASE: url})

    def _with_password(self, url: str) -> str:
        from sqlalchemy import make_url

        parsed = make_url(url)
        if parsed.get_backend_name() != "postgresql" or parsed.password or not parsed.username:
            return url
        password = self.ask_secret(f"   Password of {parsed.username} (not shown, Enter: none): ")
        if not password:
            return url
        return parsed.set(password=password).render_as_string(hide_password=False)

    def _plain(
        self, name: str, title: str, default: str | None, fault_of: Callable[[str], str | None]
    ) -> str:
        """Ask for what is no secret; Enter takes what is there already."""
        option = {
            PORT: self.options.port,
            PUBLIC: self.options.public_url,
            DATABASE: self.options.database_url,
        }
        value = str(option[name]) if option[name] else None
        present = self.known.get(name) or default
        hint = f" (Enter: {_shown(present)})" if present else ""
        while True:
            if value is None:
                value = self.ask(f"   {title}{hint}: ").strip() or present or ""
            if not value and default == "":
                return ""
            fault = fault_of(value)
            if fault is None:
                return value
            say(f"   {fault}")
            value = None

    def _wants(self, question: str, *, default: bool) -> bool:
        answer = self.ask(f"{question} {'[Y/n]' if default else '[y/N]'} ").strip().lower()
        return answer.startswith("y") if answer else default

    def _leave_other_mode(self, mode: str) -> None:
        """With credentials of both ways the bot would not know which to take."""
        other = SIGNING if mode == SOCKET else APP
        if other in self.known:
            self._keep({other: None})
            say(f"   {other} is no more needed: its line in {FILE} is a comment now.")

    def _keep(self, values: Mapping[str, str | None]) -> None:
        if all(self.known.get(name) == value for name, value in values.items()):
            return
        env_file.write(FILE, values)
        for name, value in values.items():
            if value is None:
                self.known.pop(name, None)
            else:
                self.known[name] = value
            if self.environment.get(name, value) != value:
                say(f"   {name} is also set in the environment, which counts more than {FILE}: unset it.")

    def _try_bot_token(self, token: str) -> list[Finding]:
        from bot import slack_checks

        async def work() -> list[Finding]:
            return [finding async for finding in slack_checks.bot_token(self._client(token))]

        return asyncio.run(work())

    def _try_app_token(self, token: str) -> list[Finding]:
        from bot import slack_checks

        async def work() -> list[Finding]:
            return [await slack_checks.app_token(self._client(self.known[BOT]), token)]

        return asyncio.run(work())

    def _client(self, token: str) -> AsyncWebClient:
        from slack_sdk.web.async_client import AsyncWebClient

        from bot.settings import SLACK_API_URL
        from bot.slack_checks import CALL_SECONDS

        url = self.environment.get("SLACK_API_URL") or self.known.get("SLACK_API_URL") or SLACK_API_URL
        return AsyncWebClient(token, url if url.endswith("/") else f"{url}/", timeout=CALL_SECONDS)


def _try_database(url: str) -> list[Finding]:
    from bot.doctor import database

    return [database(url)]


def _fault_of_database_url(url: str) -> str | None:
    from storage.engine import DatabaseUrlError, async_url

    try:
        async_url(url)
    except DatabaseUrlError as error:
        return f"That names no database: {error}."
    return None


def _fault_of_port(port: str) -> str | None:
    if port.isascii() and port.isdigit() and 0 < int(port) < 65536:
        return None
    return "A port is a number from 1 to 65535."


def _fault_of_public_url(url: str) -> str | None:
    if url.startswith("https://") and len(url) > len("https://") and not url.endswith("/"):
        return None
    return "Write the address Slack reaches the bot at, such as https://prep.example.org, and no / after it."


def _shown(value: str) -> str:
    """A URL without its password."""
    from sqlalchemy import make_url

    return make_url(value).render_as_string(hide_password=True) if "://" in value else value
