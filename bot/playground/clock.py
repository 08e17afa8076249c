"""The time of the whole workspace: real time that can be moved."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path


class WorkspaceClock:
    """Real time plus an offset. A jump moves the offset; after it, time flows on as before."""

    def __init__(self, offset_file: Path | None = None) -> None:
        """Follow `offset_file` (seconds as text) when one is given: a restart stays in the same time."""
        self._offset_file = offset_file
        self._offset = timedelta(0)
        self._listeners: list[Callable[[], None]] = []
        if offset_file is not None and offset_file.exists():
            self._offset = timedelta(seconds=float(offset_file.read_text(encoding="utf-8")))
        self._write()

    @property
    def offset(self) -> timedelta:
        """How far the workspace is ahead of real time."""
        return self._offset

    def now(self) -> datetime:
        """The instant that everybody in the workspace reads, in UTC."""
        return datetime.now(UTC) + self._offset

    def jump_to(self, instant: datetime) -> None:
        """Make it `instant` (aware) now."""
        if instant.tzinfo is None:
            raise ValueError("The workspace clock needs an instant with a time zone.")
        self._move(instant.astimezone(UTC) - datetime.now(UTC))

    def jump_by(self, delta: timedelta) -> None:
        """Move on (or back) by `delta`."""
        self._move(self._offset + delta)

    def when_moved(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every jump."""
        self._listeners.append(listener)

    def _move(self, offset: timedelta) -> None:
        self._offset = offset
        self._write()
        for listener in list(self._listeners):
            listener()

    def _write(self) -> None:
        """Replace the file in one step, so that no reader sees half a number."""
        if self._offset_file is None:
            return
        self._offset_file.parent.mkdir(parents=True, exist_ok=True)
        draft = self._offset_file.with_name(f"{self._offset_file.name}.{os.getpid()}.new")
        draft.write_text(repr(self._offset.total_seconds()), encoding="utf-8")
        draft.replace(self._offset_file)
