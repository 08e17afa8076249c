"""What the app manifest declares: the workspace grants and sends exactly this."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """A slash command of the app."""

    name: str
    description: str
    usage_hint: str
    should_escape: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortcut:
    """A global or message shortcut of the app."""

    name: str
    kind: str
    callback_id: str
    description: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """The parts of app.yaml that change how Slack treats the app."""

    app_name: str
    description: str
    bot_name: str
    bot_scopes: frozenset[str]
    """What was asked for, and all that was optional: whoever installs it here agrees."""
    bot_events: frozenset[str]
    commands: dict[str, Command]
    shortcuts: dict[str, Shortcut]
    home_tab_enabled: bool
    messages_tab_enabled: bool
    messages_tab_read_only: bool
    interactivity_enabled: bool
    socket_mode_enabled: bool


def load_manifest(path: Path) -> Manifest:
    """Read the manifest file; a missing part means "not declared"."""
    return read_manifest(yaml.safe_load(path.read_text(encoding="utf-8")))


def read_manifest(content: dict[str, Any]) -> Manifest:
    """The manifest from its parsed YAML or JSON."""
    features = content.get("features", {})
    settings = content.get("settings", {})
    home = features.get("app_home", {})
    name = content["display_information"]["name"]
    commands = [
        Command(
            name=command["command"],
            description=command["description"],
            usage_hint=command.get("usage_hint", ""),
            should_escape=command.get("should_escape", False),
        )
        for command in features.get("slash_commands", [])
    ]
    shortcuts = [
        Shortcut(
            name=shortcut["name"],
            kind=shortcut["type"],
            callback_id=shortcut["callback_id"],
            description=shortcut["description"],
        )
        for shortcut in features.get("shortcuts", [])
    ]
    scopes = content.get("oauth_config", {}).get("scopes", {})
    return Manifest(
        app_name=name,
        description=content["display_information"].get("description", ""),
        bot_name=features.get("bot_user", {}).get("display_name", name),
        bot_scopes=frozenset([*scopes.get("bot", []), *scopes.get("bot_optional", [])]),
        bot_events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", [])),
        commands={command.name: command for command in commands},
        shortcuts={shortcut.callback_id: shortcut for shortcut in shortcuts},
        home_tab_enabled=home.get("home_tab_enabled", False),
        messages_tab_enabled=home.get("messages_tab_enabled", False),
        messages_tab_read_only=home.get("messages_tab_read_only_enabled", False),
        interactivity_enabled=settings.get("interactivity", {}).get("is_enabled", False),
        socket_mode_enabled=settings.get("socket_mode_enabled", False),
    )
