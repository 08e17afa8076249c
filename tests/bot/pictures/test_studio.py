"""Drawing in a process of its own: what comes out, what goes wrong, and what it leaves behind."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from bot.pictures.series import Picture
from bot.pictures.studio import NotDrawnError, Studio
from tests.bot.pictures.samples import A_YEAR, LITTLE, MONDAY, NOTHING, consistency, coverage, hours, scores

ROOT = Path(__file__).parents[3]
LARGEST_FILE = 60_000
PIXELS_ACROSS = 800


async def test_every_picture_is_a_small_png_at_twice_the_size_it_is_shown_in() -> None:
    odd = (
        scores(*(float(index % 100) for index in range(400)), apart=1),
        hours(0.1, planned=0),
        consistency(*[9] * 1000, from_on=MONDAY),
        coverage((1_000_000, 0), (0, 0)),
    )
    pictures: list[Picture] = [*NOTHING, *LITTLE, *A_YEAR, *odd]

    drawn = await Studio().draw(pictures)

    sizes = {picture.kind: len(content) for picture, content in zip(pictures, drawn, strict=True)}
    assert max(sizes.values()) < LARGEST_FILE
    for content in drawn:
        with Image.open(io.BytesIO(content)) as image:
            image.load()
            assert (image.format, image.width) == ("PNG", PIXELS_ACROSS)
            corner = image.convert("RGB").getpixel((20, image.height // 2))
            assert corner == (255, 255, 255), "a card of its own, also in dark mode"


async def test_the_same_numbers_give_the_same_file_whatever_their_names_hold() -> None:
    names = ("$x^2$ \N{ROCKET} עברית", "<!channel> & `code`", "")
    strange = coverage((1, 0), (0, 0), (0, 2))
    strange = type(strange)(
        principles=names, stories=strange.stories, scenarios=(), scenario_stories=(), title="$a_b$"
    )

    [first, again] = await Studio().draw([strange, strange])

    assert first == again
    assert first.startswith(b"\x89PNG")


async def test_a_process_that_takes_too_long_is_ended() -> None:
    before = time.monotonic()

    with pytest.raises(NotDrawnError, match=r"nothing within 0\.05 s"):
        await Studio(seconds=0.05).draw(A_YEAR)

    assert time.monotonic() - before < 30


async def test_a_process_that_fails_is_told() -> None:
    with pytest.raises(NotDrawnError, match="exit code 1"):
        await Studio(module="bot.nothing_of_this_name").draw(LITTLE)


async def test_who_stops_waiting_leaves_no_process_behind() -> None:
    studio = Studio()
    drawing = asyncio.create_task(studio.draw(A_YEAR))
    await asyncio.sleep(0.05)

    drawing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await drawing

    assert len(await studio.draw(NOTHING[:1])) == 1, "the next one is not kept waiting"


async def test_the_process_gets_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.pictures.studio import _environment

    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:secret@host/name")

    assert "secret" not in str(_environment())


def test_the_bot_itself_never_loads_matplotlib() -> None:
    """70 MB for good, in each process, for something most days do without."""
    code = (
        "import sys, bot.app, bot.running; "
        "sys.exit(any(name in sys.modules for name in ('matplotlib', 'numpy', 'PIL')))"
    )

    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0  # noqa: S603
