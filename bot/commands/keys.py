"""prep-coach keys new and rotate."""

from __future__ import annotations

import argparse
import asyncio

from bot.commands.terminal import fail, say


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands to the command line."""
    keys = commands.add_parser("keys", help="work on the keys of PREP_ENCRYPTION_KEY")
    steps = keys.add_subparsers(required=True)
    steps.add_parser("new", help="print a new key").set_defaults(command=_new)
    steps.add_parser("rotate", help="encrypt every stored token with the first key").set_defaults(
        command=_rotate
    )


def _new(_options: argparse.Namespace) -> int:
    from bot.workspaces.secrets import new_key

    say(new_key())
    return 0


def _rotate(_options: argparse.Namespace) -> int:
    from bot.settings import DatabaseSettings, SettingsError
    from bot.workspaces import operator

    try:
        settings = DatabaseSettings.load()
    except SettingsError as error:
        return fail(str(error))
    if settings.encryption_key is None:
        return fail("PREP_ENCRYPTION_KEY is missing: write the new key and, after a comma, the old one.")
    keys = settings.encryption_key.get_secret_value()
    return asyncio.run(operator.rotate(settings.database_url, keys, say=say))
