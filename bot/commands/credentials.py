"""What was typed or pasted as a token: cleaned of what comes along, and known by its shape."""

from __future__ import annotations

import re

_AROUND = "\"'`\u2018\u2019\u201c\u201d<>"
_INVISIBLE = re.compile("[\\s\u200b\u200c\u200d\u2060\ufeff]+")
_NAME = re.compile(r"^(export)?[A-Z_]+=")


def cleaned(text: str) -> str:
    """Without spaces, quotes, or the name in front of it."""
    return _NAME.sub("", _INVISIBLE.sub("", text)).strip(_AROUND)


def fault_of_bot_token(token: str) -> str | None:
    """What it is instead of a bot token; None when it looks like one."""
    if token.startswith("xapp-"):
        return "That is an App-Level Token, which is asked for later. The bot token starts with xoxb-."
    if token.startswith("xoxp-"):
        return "That is a user token. Below it on the same page is the Bot User OAuth Token, xoxb-..."
    if token.startswith("xoxe"):
        return "That token expires by itself: switch token rotation off for this app, and install it again."
    return _fault(token, "xoxb-", "OAuth & Permissions, Bot User OAuth Token")


def fault_of_app_token(token: str) -> str | None:
    """The same for an app-level token."""
    if token.startswith("xoxb-"):
        return "That is the bot token. The App-Level Token starts with xapp-."
    return _fault(token, "xapp-", "Basic Information, App-Level Tokens")


def fault_of_signing_secret(secret: str) -> str | None:
    """The same for a signing secret."""
    if secret.startswith(("xoxb-", "xapp-", "xoxp-")):
        return "That is a token. The Signing Secret is under Basic Information, App Credentials."
    if re.fullmatch(r"[0-9a-f]{32,}", secret) is None:
        return "A signing secret is 32 digits and letters a to f: Basic Information, App Credentials."
    return None


def _fault(token: str, beginning: str, where: str) -> str | None:
    if not token:
        return f"Nothing arrived. It starts with {beginning}: {where}."
    if not token.startswith(beginning):
        return f"That does not start with {beginning}: {where}."
    if re.fullmatch(r"[A-Za-z0-9-]{10,}", token) is None:
        return f"Part of it is missing, or something else came along: copy it again from {where}."
    return None
