"""Where answers may be sent: to Slack, whatever a request says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

HOOKS = ("hooks.slack.com", "hooks.slack-gov.com")


def is_slacks(url: Any, api_url: str) -> bool:
    """Whether this is an address of Slack's for answers, or of what `SLACK_API_URL` puts in its place."""
    if not isinstance(url, str):
        return False
    try:
        to, api = urlsplit(url), urlsplit(api_url)
        if (to.scheme, to.netloc) == (api.scheme, api.netloc):
            return True
        return to.scheme == "https" and to.netloc in HOOKS
    except ValueError:
        return False


def leads_elsewhere(body: Mapping[str, Any], api_url: str) -> bool:
    """Whether a request asks for an answer to be sent to anybody but Slack."""
    more = body.get("response_urls")
    urls = (
        [entry.get("response_url") if isinstance(entry, dict) else entry for entry in more or ()]
        if (isinstance(more, list))
        else []
    )
    if body.get("response_url") is not None:
        urls.append(body["response_url"])
    return not all(is_slacks(url, api_url) for url in urls)
