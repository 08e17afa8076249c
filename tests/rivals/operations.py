"""Everything that reads and then writes: what people press, what Slack tells, what a tick does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from sqlmodel import col, select

from bot.log.entries import Entry
from bot.people.account import Account
from storage.models import OutboxMessage
from tests.bot.checkins.weeks import an_answer
from tests.bot.stories.samples import MIGRATION
from tests.builders import ANA, BEN, a_profile, answers_to
from tests.rivals.crew import Crew
from tests.rivals.scene import AT_FOUR, CHANNEL, CLEO, DAN, FRIDAY, Scene

Operation = Callable[[Crew, Scene], Awaitable[None]]

OPERATIONS: dict[str, Operation] = {}


def operation(work: Operation) -> Operation:
    """One of OPERATIONS, by the function's name."""
    OPERATIONS[work.__name__] = work
    return work


# The assessment and the plan


@operation
async def save_answers(crew: Crew, scene: Scene) -> None:
    answers = answers_to(crew.assessment.catalog, "quick", 4)
    await crew.assessment.save(ANA, scene.wizard.at(1), answers, answered_at=scene.now)


@operation
async def save_later_answers(crew: Crew, scene: Scene) -> None:
    answers = answers_to(crew.assessment.catalog, "quick", 2)
    later = scene.now + timedelta(seconds=1)
    await crew.assessment.save(ANA, scene.wizard.at(2), answers, answered_at=later)


@operation
async def save_profile(crew: Crew, scene: Scene) -> None:
    profile = a_profile(time_zone="Europe/Lisbon", interview_on=FRIDAY + timedelta(days=30))
    await crew.assessment.save_profile(ANA, scene.wizard.at(1), profile)


@operation
async def finish_assessment(crew: Crew, scene: Scene) -> None:
    answers = answers_to(crew.assessment.catalog, "quick", 5)
    last = len(crew.assessment.pages("quick"))
    await crew.assessment.finish(ANA, replace(scene.wizard, page=last, answers=answers))


@operation
async def choose_plan(crew: Crew, scene: Scene) -> None:
    await crew.plan.choose(ANA, 1, "twelve-week")


@operation
async def bend(crew: Crew, scene: Scene) -> None:
    await crew.bending.apply(ANA, "later", scene.later.base)


@operation
async def undo_bending(crew: Crew, scene: Scene) -> None:
    await crew.bending.undo(ANA, scene.change)


@operation
async def move_interview(crew: Crew, scene: Scene) -> None:
    await crew.bending.move(ANA, FRIDAY + timedelta(days=60))


@operation
async def answer_outcome(crew: Crew, scene: Scene) -> None:
    await crew.outcomes.answer(BEN, FRIDAY - timedelta(days=1), "waiting")


# The day and the log


@operation
async def show_today(crew: Crew, scene: Scene) -> None:
    await crew.today.show(ANA)


@operation
async def tick_box(crew: Crew, scene: Scene) -> None:
    await crew.today.tick(ANA, FRIDAY, "coding", is_done=True, at=scene.now)


@operation
async def untick_box(crew: Crew, scene: Scene) -> None:
    await crew.today.tick(ANA, FRIDAY, "coding", is_done=False, at=scene.now)


@operation
async def tick_other_box(crew: Crew, scene: Scene) -> None:
    await crew.today.tick(ANA, FRIDAY, "concept", is_done=True, at=scene.now)


@operation
async def rate_box(crew: Crew, scene: Scene) -> None:
    await crew.today.rate(ANA, FRIDAY, "coding", 1)


@operation
async def swap(crew: Crew, scene: Scene) -> None:
    await crew.today.swap(ANA, FRIDAY, "coding", _task(scene, "coding"))


@operation
async def swap_other(crew: Crew, scene: Scene) -> None:
    await crew.today.swap(ANA, FRIDAY, "concept", _task(scene, "concept"))


@operation
async def knew_it(crew: Crew, scene: Scene) -> None:
    await crew.today.swap(ANA, FRIDAY, "coding", _task(scene, "coding"), was_known=True)


@operation
async def not_today(crew: Crew, scene: Scene) -> None:
    await crew.today.not_today(ANA, FRIDAY)


@operation
async def snooze(crew: Crew, scene: Scene) -> None:
    await crew.today.snooze(ANA, FRIDAY, "1h")


@operation
async def log_work(crew: Crew, scene: Scene) -> None:
    await crew.practice_log.type(ANA, "3 coding, 1 mock", "typed:2")


@operation
async def log_today_task(crew: Crew, scene: Scene) -> None:
    entry = Entry(activity="coding", on=FRIDAY, minutes=20, task=_task(scene, "coding"))
    await crew.practice_log.add(ANA, [entry], "typed:3")


@operation
async def change_entry(crew: Crew, scene: Scene) -> None:
    entry = Entry(activity="concept", on=FRIDAY, minutes=45)
    await crew.practice_log.change(ANA, scene.entry, entry)


@operation
async def remove_entry(crew: Crew, scene: Scene) -> None:
    await crew.practice_log.remove(ANA, scene.entry)


@operation
async def undo_log(crew: Crew, scene: Scene) -> None:
    await crew.practice_log.undo(ANA, "typed:1")


@operation
async def know_task(crew: Crew, scene: Scene) -> None:
    await crew.practice_log.know(ANA, "lc-two-sum", is_known=True)


@operation
async def forget_task(crew: Crew, scene: Scene) -> None:
    await crew.practice_log.know(ANA, "lc-two-sum", is_known=False)


@operation
async def start_timer(crew: Crew, scene: Scene) -> None:
    await crew.timers.start(ANA, 45, "concept", "timer:2")


@operation
async def stop_timer(crew: Crew, scene: Scene) -> None:
    await crew.timers.stop(ANA)


# The week, cards and stories


@operation
async def check_in(crew: Crew, scene: Scene) -> None:
    await crew.checkins.answer(ANA, FRIDAY, an_answer())


@operation
async def correct_check_in(crew: Crew, scene: Scene) -> None:
    await crew.checkins.answer(BEN, FRIDAY, an_answer(coding=12, next_coding=4))


@operation
async def last_check_in(crew: Crew, scene: Scene) -> None:
    await crew.checkins.answer(CLEO, FRIDAY, an_answer(coding=2))


@operation
async def grade_card(crew: Crew, scene: Scene) -> None:
    await crew.review.rate(ANA, scene.sitting, 3)


@operation
async def grade_card_otherwise(crew: Crew, scene: Scene) -> None:
    await crew.review.rate(ANA, scene.sitting, 1)


@operation
async def begin_review(crew: Crew, scene: Scene) -> None:
    await crew.review.begin(ANA)


@operation
async def add_card(crew: Crew, scene: Scene) -> None:
    await crew.review.add(ANA, "problem:lc-same-tree")


@operation
async def edit_story(crew: Crew, scene: Scene) -> None:
    typed = replace(MIGRATION, title="Moved", task="I alone had to choose.")
    await crew.stories.save(ANA, scene.opened, typed, "view:V2")


@operation
async def edit_story_elsewhere(crew: Crew, scene: Scene) -> None:
    typed = replace(MIGRATION, title="Migrated", result="It took 3 days.")
    await crew.stories.save(ANA, scene.opened, typed, "view:V3")


@operation
async def archive_story(crew: Crew, scene: Scene) -> None:
    await crew.stories.archive(ANA, scene.story, is_archived=True)


@operation
async def delete_story(crew: Crew, scene: Scene) -> None:
    await crew.stories.delete(ANA, scene.story)


@operation
async def tell_story(crew: Crew, scene: Scene) -> None:
    began = scene.now - timedelta(minutes=3)
    await crew.stories.rehearsed(ANA, scene.story, started_at=began, seconds=170, rating=3)


@operation
async def share_story(crew: Crew, scene: Scene) -> None:
    await crew.sharing.share(ANA, scene.story, CLEO.user_id)


@operation
async def share_again(crew: Crew, scene: Scene) -> None:
    await crew.sharing.share(ANA, scene.story, BEN.user_id, time_zone="Asia/Tokyo")


@operation
async def revoke_share(crew: Crew, scene: Scene) -> None:
    await crew.sharing.revoke(ANA, scene.share)


@operation
async def comment(crew: Crew, scene: Scene) -> None:
    await crew.sharing.comment(BEN, scene.share, "Say what you alone did.", "view:V4")


# Reminders and one's own data


@operation
async def save_terms(crew: Crew, scene: Scene) -> None:
    current = (await crew.preferences.current(ANA)).choices
    await crew.preferences.save(ANA, replace(current, daily_at=600, evening_on=True))


@operation
async def switch_off(crew: Crew, scene: Scene) -> None:
    current = (await crew.preferences.current(ANA)).choices
    await crew.preferences.save(ANA, replace(current, daily_on=False, weekly_on=False))


@operation
async def pause(crew: Crew, scene: Scene) -> None:
    await crew.preferences.pause(ANA, FRIDAY + timedelta(days=5))


@operation
async def resume(crew: Crew, scene: Scene) -> None:
    await crew.preferences.resume(ANA)


@operation
async def travel(crew: Crew, scene: Scene) -> None:
    await crew.people.follow(ANA, Account(time_zone="America/Lima"))


@operation
async def account_deactivated(crew: Crew, scene: Scene) -> None:
    await crew.people.follow(ANA, Account(is_deleted=True))


@operation
async def keep_zone(crew: Crew, scene: Scene) -> None:
    await crew.assessment.keep_zone(ANA, "Asia/Tokyo")


@operation
async def write_to_bot(crew: Crew, scene: Scene) -> None:
    await crew.menu.owe_answer(ANA, "Ev1", "D2", "plan")


@operation
async def export(crew: Crew, scene: Scene) -> None:
    await crew.mydata.begin_export(ANA, "request:1")


@operation
async def forget_me(crew: Crew, scene: Scene) -> None:
    await crew.mydata.forget(ANA)


@operation
async def forget_reader(crew: Crew, scene: Scene) -> None:
    await crew.mydata.forget(BEN)


# The group


@operation
async def join_group(crew: Crew, scene: Scene) -> None:
    await crew.groups.join(DAN, scene.group)


@operation
async def leave_group(crew: Crew, scene: Scene) -> None:
    await crew.groups.leave(CLEO, scene.group)


@operation
async def lead_leaves_group(crew: Crew, scene: Scene) -> None:
    await crew.groups.leave(ANA, scene.group)


@operation
async def show_name(crew: Crew, scene: Scene) -> None:
    await crew.groups.show_name(BEN, scene.group, shows=True)


@operation
async def change_group(crew: Crew, scene: Scene) -> None:
    new = replace(AT_FOUR, weekday=3)
    await crew.groups.change(ANA, scene.group, AT_FOUR, new, is_admin=False)


@operation
async def admin_changes_group(crew: Crew, scene: Scene) -> None:
    new = replace(AT_FOUR, at=9 * 60)
    await crew.groups.change(BEN, scene.group, AT_FOUR, new, is_admin=True)


@operation
async def stop_group(crew: Crew, scene: Scene) -> None:
    await crew.groups.stop(BEN, CHANNEL, is_admin=True)


@operation
async def start_group(crew: Crew, scene: Scene) -> None:
    await crew.groups.start(DAN, "C2", "other", AT_FOUR)


@operation
async def start_group_too(crew: Crew, scene: Scene) -> None:
    await crew.groups.start(BEN, "C2", "other", AT_FOUR)


@operation
async def left_channel(crew: Crew, scene: Scene) -> None:
    await crew.group_upkeep.person_left(CLEO, CHANNEL)


@operation
async def channel_archived(crew: Crew, scene: Scene) -> None:
    await crew.group_upkeep.archived(ANA.team_id, CHANNEL)


# What nobody presses


@operation
async def tick(crew: Crew, scene: Scene) -> None:
    await crew.coach.tick()


@operation
async def deliver(crew: Crew, scene: Scene) -> None:
    await crew.coach.delivery.drain()


@operation
async def draw_reminders(crew: Crew, scene: Scene) -> None:
    messages = await _messages(crew, ("daily", "weekly"))
    await crew.checkins.tallies([one for one in messages if one.kind == "weekly"])
    await crew.today.drawn([one for one in messages if one.kind == "daily"])


async def _messages(crew: Crew, kinds: tuple[str, ...]) -> list[OutboxMessage]:
    async with crew.database.read() as session:
        query = select(OutboxMessage).where(col(OutboxMessage.kind).in_(kinds))
        return list((await session.exec(query)).all())


def _task(scene: Scene, part: str) -> str:
    return next(line.slug for line in scene.today.lines if line.part == part)
