"""How each kind of message that features owe is drawn, and what to do when nobody knows if one arrived."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from bot.home.service import HomeService
from bot.learn import views as learn_views
from bot.learn.library import Library
from bot.log import views as log_views
from bot.log.service import LogService
from bot.menu import service as menu_service
from bot.menu import views as menu_views
from bot.outgoing import MessageKind, Post, one_by_one
from bot.plan import service as plan_service
from bot.plan import views as plan_views
from bot.preferences import views as preferences_views
from bot.preferences.service import PreferencesService
from bot.progress import views as progress_views
from bot.progress.service import ProgressService
from bot.registration import WORDS
from bot.review import views as review_views
from bot.review.service import ReviewService
from bot.stories import views as stories_views
from bot.today import rendering as today_rendering
from bot.today.service import TodayService
from bot.why import views as why_views
from bot.why.service import WhyService


def kinds_of(
    plan: plan_service.PlanService,
    home: HomeService,
    menu: menu_service.MenuService,
    library: Library,
    today: TodayService,
    preferences: PreferencesService,
    why: WhyService,
    review: ReviewService,
    practice_log: LogService,
    progress: ProgressService,
) -> Mapping[str, MessageKind]:
    """How each kind of message is drawn, and what to do when nobody knows whether one arrived."""

    async def render_plan(payload: dict[str, Any]) -> Post:
        return plan_views.plan_post(await plan.overview_of(payload["plan_id"]))

    async def render_menu(payload: dict[str, Any]) -> Post:
        if payload["word"] == "help":
            return menu_views.help_post(WORDS)
        if payload["word"] == "learn":
            return learn_views.browse_post(library)
        if payload["word"] == "stories":
            return stories_views.invitation_post()
        member = await menu.member_of(payload["learner_id"])
        if payload["word"] == "log":
            return log_views.diary_post(await practice_log.diary(member))
        if payload["word"] == "review":
            return review_views.post(await review.begin(member))
        if payload["word"] == "progress":
            return progress_views.progress_post(await progress.progress(member))
        if payload["word"] == "why":
            return why_views.why_post(await why.explain(member))
        if payload["word"] in {word.name for word in preferences_views.WORDS}:
            return preferences_views.outcome_post("", await preferences.outlook(member))
        return menu_views.menu_post(await home.overview(member))

    # A day's list that perhaps arrived is not worth a second one: `/prep today` shows it.
    reminder = MessageKind(partial(today_rendering.posts, today), resend_if_unreadable=False)
    return {
        **dict.fromkeys(today_rendering.KINDS, reminder),
        # Somebody waits for their plan: twice is better than never.
        plan_service.KIND: MessageKind(one_by_one(render_plan), resend_if_unreadable=True),
        # In a chat a lost answer is asked for again; a doubled one looks broken.
        menu_service.KIND: MessageKind(one_by_one(render_menu), resend_if_unreadable=False),
    }
