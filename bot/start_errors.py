"""Why the bot cannot start, in one sentence with the fix."""

from __future__ import annotations

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

# AttributeError: slack_sdk takes the body of any 200 for an object, also a web page's.
UNREACHABLE = (aiohttp.ClientError, TimeoutError, OSError, AttributeError)


class StartError(Exception):
    """The bot cannot start; the message is one sentence with the fix."""


def refusal_code(error: SlackApiError, client: AsyncWebClient) -> str:
    """Slack's word for its refusal; StartError when it was not Slack that answered, or Slack is down."""
    data = getattr(error.response, "data", None)
    if not isinstance(data, dict) or "error" not in data or error.response.status_code >= 500:
        raise unreachable(client, error) from error
    return str(data["error"])


def unreachable(client: AsyncWebClient, error: Exception) -> StartError:
    """Nobody, or nobody who is Slack, answers at the base URL."""
    return StartError(
        f"Slack cannot be reached at {client.base_url} ({type(error).__name__}): check the network and "
        "SLACK_API_URL."
    )
