"""What people press for themselves, and what Slack tells of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.log.entries import Entry
from bot.people.account import Account
from tests.bot.checkins.weeks import an_answer
from tests.bot.stories.samples import MIGRATION
from tests.builders import ANA, BEN, a_profile, answers_to
from tests.rivals.crew import Crew
from tests.rivals.operation import Operations
from tests.rivals.scene import CLEO, FRIDAY, Scene

OPERATIONS = Operations()


# The assessment and the plan


@OPERATIONS.add
async def save_answers(crew: Crew, scene: Scene) -> None:
    answers = answers_to(crew.assessment.catalog, "quick", 4)
    await crew.assessment.save(ANA, scene.wizard.at(1), answers, answered_at=scene.now)


@OPERATIONS.add
async def save_later_answers(crew: Crew, scene: Scene) -> None:
    answers = answers_to(crew.assessment.catalog, "quick", 2)
    later = scene.now + timedelta(seconds=1)
    await crew.assessment.save(ANA, scene.wizard.at(2), answers, answered_at=later)


@OPERATIONS.add
async def save_profile(crew: Crew, scene: Scene) -> None:
    profile = a_profile(time_zone="Europe/Lisbon", interview_on=FRIDAY + timedelta(days=30))
    await crew.assessment.save_profile(ANA, scene.wizard.at(1), profile)


@OPERATIONS.add
async def finish_assessment(crew: Crew, scene: Scene) -> None:
    answers = answers_to(crew.assessment.catalog, "quick", 5)
    last = len(crew.assessment.pages("quick"))
    await crew.assessment.finish(ANA, replace(scene.wizard, page=last, answers=answers))


@OPERATIONS.add
async def choose_plan(crew: Crew, scene: Scene) -> None:
    await crew.plan.choose(ANA, 1, "twelve-week")


@OPERATIONS.add
async def bend(crew: Crew, scene: Scene) -> None:
    await crew.bending.apply(ANA, "later", scene.later.base)


@OPERATIONS.add
async def undo_bending(crew: Crew, scene: Scene) -> None:
    await crew.bending.undo(ANA, scene.change)


@OPERATIONS.add
async def move_interview(crew: Crew, scene: Scene) -> None:
    await crew.bending.move(ANA, FRIDAY + timedelta(days=60))


@OPERATIONS.add
async def answer_outcome(crew: Crew, scene: Scene) -> None:
    await crew.outcomes.answer(BEN, FRIDAY - timedelta(days=1), "waiting")


# The day and the log


@OPERATIONS.add
async def show_today(crew: Crew, scene: Scene) -> None:
    await crew.today.show(ANA)


@OPERATIONS.add
async def tick_box(crew: Crew, scene: Scene) -> None:
    await crew.today.tick(ANA, FRIDAY, "coding", is_done=True, at=scene.now)


@OPERATIONS.add
async def untick_box(crew: Crew, scene: Scene) -> None:
    await crew.today.tick(ANA, FRIDAY, "coding", is_done=False, at=scene.now)


@OPERATIONS.add
async def tick_other_box(crew: Crew, scene: Scene) -> None:
    await crew.today.tick(ANA, FRIDAY, "concept", is_done=True, at=scene.now)


@OPERATIONS.add
async def rate_box(crew: Crew, scene: Scene) -> None:
    await crew.today.rate(ANA, FRIDAY, "coding", 1)


@OPERATIONS.add
async def swap(crew: Crew, scene: Scene) -> None:
    await crew.today.swap(ANA, FRIDAY, "coding", _task(scene, "coding"))


@OPERATIONS.add
async def swap_other(crew: Crew, scene: Scene) -> None:
    await crew.today.swap(ANA, FRIDAY, "concept", _task(scene, "concept"))


@OPERATIONS.add
async def knew_it(crew: Crew, scene: Scene) -> None:
    await crew.today.swap(ANA, FRIDAY, "coding", _task(scene, "coding"), was_known=True)


@OPERATIONS.add
async def not_today(crew: Crew, scene: Scene) -> None:
    await crew.today.not_today(ANA, FRIDAY)


@OPERATIONS.add
async def snooze(crew: Crew, scene: Scene) -> None:
    await crew.today.snooze(ANA, FRIDAY, "1h")


@OPERATIONS.add
async def log_work(crew: Crew, scene: Scene) -> None:
    await crew.practice_log.type(ANA, "3 coding, 1 mock", "typed:2")


@OPERATIONS.add
async def log_today_task(crew: Crew, scene: Scene) -> None:
    entry = Entry(activity="coding", on=FRIDAY, minutes=20, task=_task(scene, "coding"))
    await crew.practice_log.add(ANA, [entry], "typed:3")


@OPERATIONS.add
async def change_entry(crew: Crew, scene: Scene) -> None:
    entry = Entry(activity="concept", on=FRIDAY, minutes=45)
    await crew.practice_log.change(ANA, scene.entry, entry)


@OPERATIONS.add
async def remove_entry(crew: Crew, scene: Scene) -> None:
    await crew.practice_log.remove(ANA, scene.entry)


@OPERATIONS.add
async def undo_log(crew: Crew, scene: Scene) -> None:
    await crew.practice_log.undo(ANA, "typed:1")


@OPERATIONS.add
async def know_task(crew: Crew, scene: Scene) -> None:
    await crew.practice_log.know(ANA, "lc-two-sum", is_known=True)


@OPERATIONS.add
async def forget_task(crew: Crew, scene: Scene) -> None:
    await crew.practice_log.know(ANA, "lc-two-sum", is_known=False)


@OPERATIONS.add
async def start_timer(crew: Crew, scene: Scene) -> None:
    await crew.timers.start(ANA, 45, "concept", "timer:2")


@OPERATIONS.add
async def stop_timer(crew: Crew, scene: Scene) -> None:
    await crew.timers.stop(ANA)


# The week, cards and stories


@OPERATIONS.add
async def check_in(crew: Crew, scene: Scene) -> None:
    await crew.checkins.answer(ANA, FRIDAY, an_answer())


@OPERATIONS.add
async def correct_check_in(crew: Crew, scene: Scene) -> None:
    await crew.checkins.answer(BEN, FRIDAY, an_answer(coding=12, next_coding=4))


@OPERATIONS.add
async def last_check_in(crew: Crew, scene: Scene) -> None:
    await crew.checkins.answer(CLEO, FRIDAY, an_answer(coding=2))


@OPERATIONS.add
async def grade_card(crew: Crew, scene: Scene) -> None:
    await crew.review.rate(ANA, scene.sitting, 3)


@OPERATIONS.add
async def grade_card_otherwise(crew: Crew, scene: Scene) -> None:
    await crew.review.rate(ANA, scene.sitting, 1)


@OPERATIONS.add
async def begin_review(crew: Crew, scene: Scene) -> None:
    await crew.review.begin(ANA)


@OPERATIONS.add
async def add_card(crew: Crew, scene: Scene) -> None:
    await crew.review.add(ANA, "problem:lc-same-tree")


@OPERATIONS.add
async def edit_story(crew: Crew, scene: Scene) -> None:
    typed = replace(MIGRATION, title="Moved", task="I alone had to choose.")
    await crew.stories.save(ANA, scene.opened, typed, "view:V2")


@OPERATIONS.add
async def edit_story_elsewhere(crew: Crew, scene: Scene) -> None:
    typed = replace(MIGRATION, title="Migrated", result="It took 3 days.")
    await crew.stories.save(ANA, scene.opened, typed, "view:V3")


@OPERATIONS.add
async def archive_story(crew: Crew, scene: Scene) -> None:
    await crew.stories.archive(ANA, scene.story, is_archived=True)


@OPERATIONS.add
async def delete_story(crew: Crew, scene: Scene) -> None:
    await crew.stories.delete(ANA, scene.story)


@OPERATIONS.add
async def tell_story(crew: Crew, scene: Scene) -> None:
    began = scene.now - timedelta(minutes=3)
    await crew.stories.rehearsed(ANA, scene.story, started_at=began, seconds=170, rating=3)


@OPERATIONS.add
async def share_story(crew: Crew, scene: Scene) -> None:
    await crew.sharing.share(ANA, scene.story, CLEO.user_id)


@OPERATIONS.add
async def share_again(crew: Crew, scene: Scene) -> None:
    await crew.sharing.share(ANA, scene.story, BEN.user_id, time_zone="Asia/Tokyo")


@OPERATIONS.add
async def revoke_share(crew: Crew, scene: Scene) -> None:
    await crew.sharing.revoke(ANA, scene.share)


@OPERATIONS.add
async def comment(crew: Crew, scene: Scene) -> None:
    await crew.sharing.comment(BEN, scene.share, "Say what you alone did.", "view:V4")


# Reminders and one's own data


@OPERATIONS.add
async def save_terms(crew: Crew, scene: Scene) -> None:
    await crew.preferences.save(ANA, replace(scene.choices, daily_at=600, evening_on=True))


@OPERATIONS.add
async def switch_off(crew: Crew, scene: Scene) -> None:
    await crew.preferences.save(ANA, replace(scene.choices, daily_on=False, weekly_on=False))


@OPERATIONS.add
async def pause(crew: Crew, scene: Scene) -> None:
    await crew.preferences.pause(ANA, FRIDAY + timedelta(days=5))


@OPERATIONS.add
async def resume(crew: Crew, scene: Scene) -> None:
    await crew.preferences.resume(ANA)


@OPERATIONS.add
async def travel(crew: Crew, scene: Scene) -> None:
    await crew.people.follow(ANA, Account(time_zone="America/Lima"))


@OPERATIONS.add
async def account_deactivated(crew: Crew, scene: Scene) -> None:
    await crew.people.follow(ANA, Account(is_deleted=True))


@OPERATIONS.add
async def keep_zone(crew: Crew, scene: Scene) -> None:
    await crew.assessment.keep_zone(ANA, "Asia/Tokyo")


@OPERATIONS.add
async def write_to_bot(crew: Crew, scene: Scene) -> None:
    await crew.menu.owe_answer(ANA, "Ev1", "D2", "plan")


@OPERATIONS.add
async def export(crew: Crew, scene: Scene) -> None:
    await crew.mydata.begin_export(ANA, "request:1")


@OPERATIONS.add
async def forget_me(crew: Crew, scene: Scene) -> None:
    await crew.mydata.forget(ANA)


@OPERATIONS.add
async def forget_reader(crew: Crew, scene: Scene) -> None:
    await crew.mydata.forget(BEN)


def _task(scene: Scene, part: str) -> str:
    return next(line.slug for line in scene.today.lines if line.part == part)
