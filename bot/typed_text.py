"""What a person typed, as it can be kept."""

from __future__ import annotations

import re
from typing import Any

# Control signs, which PostgreSQL cannot keep or a screen cannot show, and halves of characters.
_UNKEEPABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def clean(text: Any) -> str:
    """Without what cannot be kept, and without space around it."""
    return _UNKEEPABLE.sub("", str(text or "").replace("\r\n", "\n").replace("\r", "\n")).strip()
