"""Rich text blocks."""

from typing import Any

from bot.playground.block_kit.check import (
    Check,
    Report,
    anything,
    array,
    boolean,
    by_type,
    integer,
    one_of,
    record,
    string,
)
from bot.playground.block_kit.composition import ID, URL

STYLE_FLAGS = ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
STYLE = record({}, dict.fromkeys(STYLE_FLAGS, boolean))


def _part(kind: str, required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    return record({"type": one_of(kind), **required}, {"style": STYLE, **(optional or {})})


PARTS = array(
    by_type(
        {
            "text": _part("text", {"text": string(None, 1)}),
            "link": _part("link", {"url": URL}, {"text": string(), "unsafe": boolean}),
            "user": _part("user", {"user_id": ID}),
            "usergroup": _part("usergroup", {"usergroup_id": ID}),
            "channel": _part("channel", {"channel_id": ID}),
            "team": _part("team", {"team_id": ID}),
            "emoji": _part("emoji", {"name": string(255, 1)}, {"unicode": string(), "skin_tone": anything}),
            "broadcast": _part("broadcast", {"range": one_of("here", "channel", "everyone")}),
            "color": _part("color", {"value": string(20, 1)}),
            "date": _part(
                "date",
                {"timestamp": integer(0, 10**11), "format": string(255, 1)},
                {"fallback": string(), "url": URL, "timezone": string(255, 1)},
            ),
            "tag": _part("tag", {"text": string(255, 1)}, {"color": string(50), "icon": anything}),
            "citation": _part("citation", {}, {"url": URL, "text": string(), "title": string()}),
        }
    )
)
BORDER = integer(0, 1)
SECTION = record({"type": one_of("rich_text_section"), "elements": PARTS})
LIST = record(
    {
        "type": one_of("rich_text_list"),
        "elements": array(SECTION, 1),
        "style": one_of("bullet", "ordered"),
    },
    {"indent": integer(0, 8), "offset": integer(0, 10**6), "border": BORDER},
)
PREFORMATTED = record(
    {"type": one_of("rich_text_preformatted"), "elements": PARTS},
    {"border": BORDER, "language": string(50)},
)
QUOTE = record({"type": one_of("rich_text_quote"), "elements": PARTS}, {"border": BORDER})
RICH_TEXT = record(
    {
        "type": one_of("rich_text"),
        "elements": array(
            by_type(
                {
                    "rich_text_section": SECTION,
                    "rich_text_list": LIST,
                    "rich_text_preformatted": PREFORMATTED,
                    "rich_text_quote": QUOTE,
                }
            ),
            1,
        ),
    },
    {"block_id": ID},
)


def rich_text(value: Any, at: str, report: Report) -> None:
    """A rich_text object outside of a block list: a table cell, a task's details."""
    by_type({"rich_text": RICH_TEXT})(value, at, report)
