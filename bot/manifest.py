"""Where the Slack app manifest is: beside the packages in a checkout, inside ours in an installation."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent


def manifest_path() -> Path:
    """The path of app.yaml."""
    checkout = _HERE.parent / "app.yaml"
    return checkout if checkout.exists() else _HERE / "app.yaml"
