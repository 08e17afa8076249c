"""
One chromium for the whole session; each `new_page` is a fresh profile in it.

A test fails when a script on one of its pages did. Without a browser the tests are skipped, on CI they fail.
"""

import os
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright

from tests.browser import STEP_MS, NewPage

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
)
START_SECONDS = 30.0


def find_chromium() -> str | None:
    """The system's chromium, or the one that `playwright install chromium` put into its cache."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    own = sorted(cache.glob("chromium-*/chrome-*/chrome"))
    return str(own[-1]) if own else None


@pytest.fixture(scope="session")
def chromium_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the session's browser takes DevTools connections."""
    executable = find_chromium()
    if executable is None:
        reason = "no chromium: install one, or run `playwright install chromium`"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    profile = tmp_path_factory.mktemp("chromium")
    with (profile / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603  # the browser that was just looked up
            [executable, *FLAGS, f"--user-data-dir={profile}", "about:blank"], stdout=log, stderr=log
        )
    try:
        yield f"http://127.0.0.1:{_port(profile, process)}"
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture
async def browser(chromium_address: str) -> AsyncIterator[Browser]:
    """A connection to the session's browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(chromium_address)
        yield browser
        await browser.close()


@pytest.fixture
async def new_page(browser: Browser) -> AsyncIterator[NewPage]:
    """`await new_page(width=…, height=…, **context_options)`: a fresh page that must not stumble."""
    contexts = []
    stumbles: list[str] = []

    async def open_page(*, width: int = 1280, height: int = 800, **options: Any) -> Page:
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            **{"reduced_motion": "reduce", "locale": "en-GB", **options},
        )
        contexts.append(context)
        context.set_default_timeout(STEP_MS)
        page = await context.new_page()
        page.on("pageerror", lambda error: stumbles.append(str(error)))
        page.on("console", lambda message: stumbles.append(message.text) if _is_serious(message) else None)
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert stumbles == []


def _is_serious(message: Any) -> bool:
    """Script errors and breaches of the content policy; a picture that does not load is none."""
    return message.type == "error" and "Failed to load resource" not in message.text


def _port(profile: Path, process: "subprocess.Popen[bytes]") -> str:
    """The port that the browser wrote down once it listens."""
    note = profile / "DevToolsActivePort"
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        if note.exists() and note.read_text().strip():
            return note.read_text().splitlines()[0]
        time.sleep(0.05)
    raise AssertionError(f"chromium did not start: {(profile / 'log').read_text()[-2000:]}")
