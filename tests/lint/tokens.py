"""What detect-secrets does not know by itself: Slack's other tokens, and the words of an example."""

from __future__ import annotations

import re

from detect_secrets.plugins.base import RegexBasedDetector


class SlackAppTokenDetector(RegexBasedDetector):
    """App-level tokens (xapp-), configuration and refresh tokens (xoxe-, xoxe.xoxb-)."""

    secret_type = "Slack App or Refresh Token"  # pragma: allowlist secret
    denylist = (
        re.compile(r"xapp-\d-[A-Z0-9]{6,}-\d{6,}-[a-f0-9]{16,}"),
        re.compile(r"xoxe(?:\.xox[bp])?-\d-[A-Za-z0-9]{16,}"),
    )


def is_placeholder(secret: str) -> bool:
    """True for what stands in an example where a password belongs."""
    return secret.casefold() in {"password", "secret"}
