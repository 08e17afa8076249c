"""What detect-secrets does not know by itself: Slack's tokens, and the words of an example."""

from __future__ import annotations

import re

from detect_secrets.plugins.base import RegexBasedDetector


class SlackTokenDetector(RegexBasedDetector):
    """
    Tokens as long as Slack's own, and webhooks.

    The detector that comes with detect-secrets knows no app-level and no refresh token, and takes every
    short one that a test makes up for real.
    """

    secret_type = "Slack Token"
    denylist = (
        re.compile(r"xox[abposr]-(?:\d{8,}-)+[A-Za-z0-9]{12,}"),
        re.compile(r"https://hooks\.slack\.com/services/T\w+/B\w+/\w+"),
        re.compile(r"xapp-\d-[A-Z0-9]{6,}-\d{6,}-[a-f0-9]{16,}"),
        re.compile(r"xoxe(?:\.xox[bp])?-\d-[A-Za-z0-9]{16,}"),
    )


def is_placeholder(secret: str) -> bool:
    """True for what stands in an example where a password belongs."""
    return secret.casefold() in {"password", "secret"}
