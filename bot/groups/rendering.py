"""How a study group's messages are drawn when delivery is about to send them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.groups import views
from bot.groups.keeping import INTRO, NOTICE, SUMMARY, THREAD
from bot.groups.rounds import GroupRounds, SummaryPost, Thread
from bot.groups.service import GroupService
from bot.groups.upkeep import GroupUpkeep, Notice
from bot.outgoing import MessageKind, Outcome, one_by_one
from content.loader import Catalog

OCCASION = "group-check-in"


def wordings(catalog: Catalog) -> tuple[str, ...]:
    """The texts that take turns above the button, in the order of the file."""
    return tuple(message.text for message in catalog.messages.values() if message.occasion == OCCASION)


def kinds(
    catalog: Catalog, groups: GroupService, rounds: GroupRounds, upkeep: GroupUpkeep
) -> Mapping[str, MessageKind]:
    """The kinds of messages that study groups have."""
    texts = wordings(catalog)

    async def intro(payload: dict[str, Any]) -> Outcome:
        return views.intro_post(await groups.introduction(payload["group_id"]))

    async def thread(payload: dict[str, Any]) -> Outcome:
        found = await rounds.thread(payload["round_id"])
        if not isinstance(found, Thread):
            return found
        return views.thread_post(found, texts[payload["turn"] % len(texts)])

    async def summary(payload: dict[str, Any]) -> Outcome:
        found = await rounds.summary(payload["round_id"], payload["revision"])
        if not isinstance(found, SummaryPost):
            return found
        return views.summary_post(found.summary, thread_ts=found.thread_ts, replaces=found.replaces)

    async def notice(payload: dict[str, Any]) -> Outcome:
        found = await upkeep.notice(payload["group_id"], payload["what"], payload["learner_id"])
        return views.notice_post(found) if isinstance(found, Notice) else found

    # Who declined to let us read channels gets an unclear thread again: twice is better than never.
    return {
        INTRO: MessageKind(one_by_one(intro), resend_if_unreadable=True),
        THREAD: MessageKind(one_by_one(thread), resend_if_unreadable=True),
        SUMMARY: MessageKind(one_by_one(summary), resend_if_unreadable=True),
        NOTICE: MessageKind(one_by_one(notice), resend_if_unreadable=True),
    }
