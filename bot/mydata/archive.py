"""The export as one zip. Nothing is asked of anybody here, so it may run in a thread."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from bot.mydata.calendar_file import Agenda, calendar_file
from bot.mydata.log_table import log_table
from bot.mydata.record import Record, everything
from bot.mydata.story_files import file_name, markdown, page, story_texts


@dataclass(frozen=True, slots=True)
class Archive:
    """A file to be handed over."""

    name: str
    content: bytes


def pack(record: Record, agenda: Agenda) -> Archive:
    """everything.json, log.csv, stories as Markdown and as a page, plan.ics."""
    packed = io.BytesIO()
    day = record.exported_at.timetuple()[:6]
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _files(record, agenda):
            entry = zipfile.ZipInfo(name, date_time=day)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content)
    return Archive(f"prep-coach-{record.exported_at:%Y-%m-%d}.zip", packed.getvalue())


def _files(record: Record, agenda: Agenda) -> Iterator[tuple[str, str | bytes]]:
    yield "everything.json", everything(record)
    yield "log.csv", log_table(record.rows.get("log_entry", ()), record.titles)
    stories = story_texts(record.rows.get("story", ()), record.rows.get("rehearsal", ()), record.titles)
    for number, story in enumerate(stories, start=1):
        yield f"stories/{file_name(number, story.title)}", markdown(story)
    yield "stories.html", page(stories)
    yield "plan.ics", calendar_file(agenda)
