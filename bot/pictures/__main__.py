"""The drawing process: JSON comes in; for each picture its length (4 bytes, 0: failed) and a PNG go out."""

from __future__ import annotations

import contextlib
import os
import sys
import warnings

from bot.pictures.codec import loads
from bot.pictures.drawing import draw
from bot.pictures.series import Picture

LENGTH_BYTES = 4


def main() -> None:
    """Draw what stdin holds; whoever waits for the bot itself goes first."""
    # Not every system has it, and not every sandbox lets us.
    with contextlib.suppress(AttributeError, OSError):
        os.nice(10)
    for picture in loads(sys.stdin.read()):
        content = _drawn(picture)
        sys.stdout.buffer.write(len(content).to_bytes(LENGTH_BYTES, "big") + content)
    sys.stdout.buffer.flush()


def _drawn(picture: Picture) -> bytes:
    """One that cannot be drawn must not cost the others."""
    try:
        with warnings.catch_warnings(action="ignore"):  # a glyph that the font lacks
            return draw(picture)
    except Exception as error:  # noqa: BLE001  # whatever matplotlib raises: the words are there
        sys.stderr.write(f"{picture.kind}: {type(error).__name__}\n")
        return b""


if __name__ == "__main__":
    main()
