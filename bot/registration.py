"""Every listener of the bot, in the order in which Bolt asks them, and every word after /prep."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.assessment import listeners as assessment_listeners
from bot.assessment import views as assessment_views
from bot.checkins import listeners as checkins_listeners
from bot.checkins import views as checkins_views
from bot.groups import listeners as groups_listeners
from bot.groups import views as groups_views
from bot.home import listeners as home_listeners
from bot.learn import listeners as learn_listeners
from bot.learn import views as learn_views
from bot.log import listeners as log_listeners
from bot.log import timer_listeners
from bot.log import views as log_views
from bot.menu import listeners as menu_listeners
from bot.menu import views as menu_views
from bot.mydata import listeners as mydata_listeners
from bot.mydata import views as mydata_views
from bot.people import listeners as people_listeners
from bot.plan import listeners as plan_listeners
from bot.plan import views as plan_views
from bot.preferences import listeners as preferences_listeners
from bot.preferences import views as preferences_views
from bot.progress import listeners as progress_listeners
from bot.progress import views as progress_views
from bot.review import listeners as review_listeners
from bot.review import views as review_views
from bot.stories import listeners as stories_listeners
from bot.stories import views as stories_views
from bot.today import listeners as today_listeners
from bot.today import views as today_views
from bot.uninstall import listeners as uninstall_listeners
from bot.why import listeners as why_listeners
from bot.why import views as why_views

WORDS = (
    *assessment_views.WORDS,
    *plan_views.WORDS,
    *today_views.WORDS,
    *checkins_views.WORDS,
    *log_views.WORDS,
    *review_views.WORDS,
    *stories_views.WORDS,
    *progress_views.WORDS,
    *learn_views.WORDS,
    *preferences_views.WORDS,
    *mydata_views.WORDS,
    *why_views.WORDS,
    *groups_views.WORDS,
    *menu_views.WORDS,
)


def register(app: AsyncApp) -> None:
    """Register them all."""
    # Bolt tries listeners in this order, each at a cost: people who type a command wait the shortest.
    assessment_listeners.register_command(app)
    plan_listeners.register_command(app)
    today_listeners.register_command(app)
    checkins_listeners.register_command(app)
    log_listeners.register_command(app)
    timer_listeners.register_command(app)
    review_listeners.register_command(app)
    stories_listeners.register_command(app)
    progress_listeners.register_command(app)
    learn_listeners.register_command(app)
    preferences_listeners.register_command(app)
    why_listeners.register_command(app)
    groups_listeners.register_command(app)
    mydata_listeners.register_command(app)
    menu_listeners.register_command(app)
    mydata_listeners.register_guard(app)
    assessment_listeners.register(app)
    plan_listeners.register(app)
    today_listeners.register(app)
    checkins_listeners.register(app)
    log_listeners.register(app)
    timer_listeners.register(app)
    review_listeners.register(app)
    stories_listeners.register(app)
    progress_listeners.register(app)
    learn_listeners.register(app)
    preferences_listeners.register(app)
    mydata_listeners.register(app)
    why_listeners.register(app)
    groups_listeners.register(app)
    home_listeners.register(app)
    people_listeners.register(app)
    uninstall_listeners.register(app)
    menu_listeners.register(app)
