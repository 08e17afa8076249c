"""Notes every call of the Web API, whoever makes it: a middleware of the one HTTP session."""

from __future__ import annotations

import asyncio
import json
import re
import time

import aiohttp
from aiohttp import ClientHandlerType, ClientMiddlewareType, ClientRequest, ClientResponse
from yarl import URL

from bot.metrics import OTHER, Metrics

UPLOAD = "upload"
"""Files go to an address of their own, which is no method."""
_METHOD = re.compile(r"[a-zA-Z0-9]{1,20}(\.[a-zA-Z0-9]{1,30}){1,4}")
_CODE = re.compile(r"[a-z0-9_]{1,60}")
# Slack writes "ok" first; reading the whole answer would cost ten times as much.
_OK = re.compile(rb'\s*\{\s*"ok"\s*:\s*true\b')


def noting(metrics: Metrics, api_url: str) -> ClientMiddlewareType:
    """What a session needs to be counted, for calls below this URL."""
    base = URL(api_url)

    async def note(request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        began = time.perf_counter()
        code = OTHER
        try:
            response = await handler(request)
            code = await _code_of(response)
        except asyncio.CancelledError:
            code = "cancelled"
            raise
        except TimeoutError:
            code = "timeout"
            raise
        except (aiohttp.ClientError, OSError):
            code = "connection"
            raise
        finally:
            metrics.called(_method_of(request.url, base), code, time.perf_counter() - began)
        return response

    return note


def _method_of(url: URL, base: URL) -> str:
    if url.host != base.host or not url.path.startswith(base.path):
        return UPLOAD
    method = url.path[len(base.path) :]
    return method if _METHOD.fullmatch(method) else OTHER


async def _code_of(response: ClientResponse) -> str:
    if response.status == 429:
        return "ratelimited"
    if response.content_type != "application/json":
        return "ok" if response.status == 200 else f"http_{response.status}"
    body = await response.read()
    if _OK.match(body):
        return "ok"
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or "ok" not in answer:
        return f"http_{response.status}"
    code = "ok" if answer["ok"] is True else str(answer.get("error"))
    return code if _CODE.fullmatch(code) else OTHER
