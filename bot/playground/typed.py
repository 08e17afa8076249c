"""Names that a person typed, in the form in which Slack sends them."""

import re
from collections.abc import Iterable

from bot.playground.model import Conversation, Member

NAME = re.compile(r"(?<![\w<])([@#])([\w.\-]+)")


def with_mentions(text: str, people: Iterable[Member], channels: Iterable[Conversation]) -> str:
    """`@name` and `#channel` become `<@U…|name>` and `<#C…|channel>`; unknown names stay."""
    if "@" not in text and "#" not in text:
        return text
    ids = {f"@{person.name}": person.id for person in people}
    ids |= {f"#{channel.name}": channel.id for channel in channels if channel.kind == "channel"}

    def written(match: re.Match[str]) -> str:
        sign, name = match.groups()
        known = ids.get(match.group(0))
        return f"<{sign}{known}|{name}>" if known else match.group(0)

    return NAME.sub(written, text)
