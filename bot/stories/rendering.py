"""How the messages about shared stories are drawn when delivery is about to send them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.outgoing import MessageKind, Outcome, one_by_one
from bot.stories import sharing_views
from bot.stories.sharing import COMMENTED, SHARED, SharingService, Told


def kinds(sharing: SharingService) -> Mapping[str, MessageKind]:
    """To a reader that a story is shared with them, and to its owner that somebody commented."""

    async def shared(payload: dict[str, Any]) -> Outcome:
        told = await sharing.told(SHARED, payload["share_id"], payload["learner_id"])
        return sharing_views.share_post(told) if isinstance(told, Told) else told

    async def commented(payload: dict[str, Any]) -> Outcome:
        told = await sharing.told(COMMENTED, payload["share_id"], payload["learner_id"])
        return sharing_views.comment_post(told) if isinstance(told, Told) else told

    # Somebody waits for an answer: twice is better than never.
    return {
        SHARED: MessageKind(one_by_one(shared), resend_if_unreadable=True),
        COMMENTED: MessageKind(one_by_one(commented), resend_if_unreadable=True),
    }
