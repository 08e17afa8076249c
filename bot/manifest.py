"""The Slack app manifest: where it is, and how it reads for an app that Slack calls over HTTP."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent
REQUESTS_PATH = "/slack/events"
_BEGINNING = "# The Slack app manifest.", "# The Slack app manifest, for an app that Slack calls over HTTP."


def manifest_path() -> Path:
    """The path of app.yaml: beside the packages in a checkout, inside ours in an installation."""
    checkout = _HERE.parent / "app.yaml"
    return checkout if checkout.exists() else _HERE / "app.yaml"


def http_manifest(public_url: str) -> str:
    """
    app.yaml as text, with `public_url` (no slash at the end) as the address of everything Slack sends.

    It is changed line by line, because the comments say what each scope is for.
    """
    address = f"{public_url}{REQUESTS_PATH}"
    changed = []
    for line in manifest_path().read_text(encoding="utf-8").splitlines():
        indent = " " * (len(line) - len(line.lstrip()))
        changed.append(
            line.replace(*_BEGINNING).replace("socket_mode_enabled: true", "socket_mode_enabled: false")
        )
        if line.lstrip().startswith("- command:"):
            changed.append(f"{indent}  url: {address}")
        elif line.strip() in ("event_subscriptions:", "interactivity:"):
            changed.append(f"{indent}  request_url: {address}")
    return "\n".join([*changed, ""])
