"""A plan as a message: one week in full, the others folded into a line each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    Option,
    OptionGroup,
    SectionBlock,
    StaticSelectElement,
)
from slack_sdk.models.blocks.basic_components import MarkdownTextObject, PlainTextObject

from bot import mrkdwn
from bot.assessment.scoring import INTERVIEW_WEIGHTS
from bot.learn.views import SHOW as SHOW_LESSON
from bot.outgoing import Post
from bot.plan.planner import PlannedTask
from bot.plan.service import Change, PlanOverview, Week
from bot.words import Word
from content.packs import CodingProblem, ConceptCard, DesignProblem, ReferenceText
from content.schema import TRACKS, Plan, Task, Track, WeeklyGoals

WORDS = (Word("plan", "plan [week]", "your plan: this week in full, the others in a line each"),)
SHOW = "plan.show"
SHOW_WEEK = "plan.show_week"
UNDO = "plan.undo"
"""Takes back how the plan was last bent; the value is our id of that change."""
TRACK_NAMES: dict[Track, str] = {
    "behavioural": "Behavioural",
    "design": "System design",
    "coding": "Coding",
}
LONGEST_SECTION = 2900


def named(plan: Plan) -> str:
    """A plan's title inside a sentence: `twelve-week comprehensive plan`."""
    return f"{plan.title[:1].lower()}{plan.title[1:]} plan"


def plan_post(overview: PlanOverview, number: int | None = None) -> Post:
    """The plan with week `number` in full; by default this week, or the nearest there is."""
    week = shown_week(overview, number)
    blocks: list[Block] = [
        HeaderBlock(text=overview.plan.title),
        SectionBlock(text=_introduction(overview)),
        ContextBlock(elements=[MarkdownTextObject(text=_split_line(overview))]),
        ContextBlock(elements=[MarkdownTextObject(text=overview.plan.caution)]),
        *_change_blocks(overview),
        DividerBlock(),
        *week_blocks(overview, week),
        DividerBlock(),
        *_folded(overview, week),
        ActionsBlock(
            elements=[select for select in (open_select(week), _week_select(overview, week)) if select],
            block_id=f"plan.{overview.plan_id}.{week.number}",
        ),
    ]
    return Post(text=plan_text(overview, week), blocks=[block.to_dict() for block in blocks])


def read_plan_id(action: Mapping[str, Any]) -> int:
    """Which plan the select belongs to; 0 for a control we did not draw."""
    parts = str(action.get("block_id", "")).split(".")
    return int(parts[1]) if len(parts) == 3 and parts[1].isdecimal() and len(parts[1]) < 10 else 0


def read_week(action: Mapping[str, Any]) -> str:
    """The week that was chosen, as it stands in the select."""
    return str((action.get("selected_option") or {}).get("value", ""))


def shown_week(overview: PlanOverview, number: int | None) -> Week:
    """The week asked for, this week, or the first or last one when today is outside the plan."""
    if number is None:
        number = overview.this_week or (
            1 if overview.today < overview.weeks[0].starts_on else len(overview.weeks)
        )
    return overview.weeks[min(max(number, 1), len(overview.weeks)) - 1]


def week_title(overview: PlanOverview, week: Week) -> str:
    """Week 2 of 6: name of the week"""
    return f"Week {week.number} of {len(overview.weeks)}: {week.content.theme}"


def week_blocks(overview: PlanOverview, week: Week) -> list[Block]:
    """Objectives, goals, tasks by track and the milestone."""
    objectives = "\n".join(f"• {objective}" for objective in week.content.objectives)
    blocks: list[Block] = [
        SectionBlock(text=f"*{week_title(overview, week)}*\n{_days(week)}"),
        SectionBlock(text=objectives),
        SectionBlock(text=f"*This week's goals*\n{goals_line(week.goals)}"),
    ]
    for track in TRACKS:
        tasks = [task for task in week.tasks if task.task.track == track]
        if tasks:
            total = mrkdwn.duration(sum(task.minutes for task in tasks))
            blocks += _sections(
                f"*{TRACK_NAMES[track]}*, {total}", [task_line(task) for task in tasks], expand=True
            )
    if week.reading:
        texts = "\n".join(f"• {mrkdwn.escape(text.title)} ({text.minutes} min)" for text in week.reading)
        blocks.append(SectionBlock(text=f"*To read*\n{texts}"))
    check = f"*You will know it worked when:* {mrkdwn.escape(week.content.milestone)}"
    check += f"\n*Going on:* {mrkdwn.escape(week.content.pass_rule)}"
    blocks.append(SectionBlock(text=check))
    return blocks


def open_select(week: Week) -> StaticSelectElement | None:
    """Opens a problem, a card or a text of this week, by track; None when there is none."""
    lessons = (CodingProblem, ConceptCard, DesignProblem)
    groups = {
        TRACK_NAMES[track]: [
            planned.task
            for planned in week.tasks
            if planned.task.track == track and isinstance(planned.task, lessons)
        ]
        for track in TRACKS
    }
    texts: Mapping[str, Sequence[Task | ReferenceText]] = {**groups, "To read": week.reading}
    filled = [_option_group(label, found) for label, found in texts.items() if found]
    if not filled:
        return None
    return StaticSelectElement(
        action_id=SHOW_LESSON, placeholder=PlainTextObject(text="Open a task"), option_groups=filled
    )


def _option_group(label: str, lessons: Sequence[Task | ReferenceText]) -> OptionGroup:
    by_slug = {lesson.slug: lesson.title for lesson in lessons}
    options = [Option(value=slug, text=PlainTextObject(text=title[:75])) for slug, title in by_slug.items()]
    return OptionGroup(label=PlainTextObject(text=label), options=options[:100])


def task_line(planned: PlannedTask) -> str:
    """One task with its link, minutes, repetitions and why it is there."""
    task = planned.task
    title = f"<{task.url}|{mrkdwn.escape(task.title)}>" if task.url else mrkdwn.escape(task.title)
    facts = [part for part in (task.difficulty, f"{task.minutes} min") if part]
    times = f", {planned.times} times" if planned.times > 1 else ""
    gap = f" _for {planned.competency}_" if planned.competency else ""
    return f"• {title} ({', '.join(facts)}{times}){gap}"


def goals_line(goals: WeeklyGoals) -> str:
    """2 full designs, 10 coding problems, 3 stories, 1 mock interview"""
    parts = [
        mrkdwn.count(goals.designs, "full design"),
        mrkdwn.count(goals.coding, "coding problem"),
        mrkdwn.count(goals.stories, "story", "stories"),
        mrkdwn.count(goals.mocks, "mock interview"),
    ]
    counts = (goals.designs, goals.coding, goals.stories, goals.mocks)
    return ", ".join(part for part, number in zip(parts, counts, strict=True) if number) or "none: rest"


def plan_text(overview: PlanOverview, week: Week) -> str:
    """Everything that matters, for a lock screen or a screen reader."""
    tasks = "; ".join(f"{task.task.title}, {task.minutes} minutes" for task in week.tasks)
    text = (
        f"{overview.plan.title}: {mrkdwn.count(len(overview.weeks), 'week')} until "
        f"{mrkdwn.day(overview.ends_on)}, {mrkdwn.count(overview.hours, 'hour')} a week. "
        f"{f'{change_sentence(overview.change)} ' if overview.change else ''}"
        f"{week_title(overview, week)}. Goals: {goals_line(week.goals)}. Tasks: {tasks}."
    )
    ending = " Type /prep plan for all of it."
    return text + ending if len(text) + len(ending) <= 3800 else text[:3750].rsplit(";", 1)[0] + "." + ending


def change_sentence(change: Change) -> str:
    """How the plan was last bent, and why that was done."""
    parts = []
    if change.new_weeks:
        parts.append(f"{mrkdwn.count(change.new_weeks, 'week')} put in")
    if change.moved:
        parts.append(f"{mrkdwn.count(change.moved, 'task')} moved to other weeks")
    if change.dropped:
        parts.append(f"{mrkdwn.count(change.dropped, 'task')} left out")
    if change.way == "more":
        parts.append(f"{mrkdwn.count(change.hours, 'hour')} a week")
    what = ", ".join(parts) or "a later interview date"
    return f"Bent to your date on {mrkdwn.day(change.made_on)}, as you chose: {what}."


def undo_button(change_id: int) -> ButtonElement:
    """Takes a change of the plan back."""
    return ButtonElement(
        text="Undo",
        action_id=UNDO,
        value=str(change_id),
        accessibility_label="Undo: take back how the plan was last changed",
    )


def _change_blocks(overview: PlanOverview) -> list[Block]:
    change = overview.change
    if change is None:
        return []
    can_undo = change.can_undo and overview.is_current
    return [
        SectionBlock(text=change_sentence(change), accessory=undo_button(change.id) if can_undo else None)
    ]


def _introduction(overview: PlanOverview) -> str:
    lines = [
        f"{overview.plan.purpose} {mrkdwn.count(len(overview.weeks), 'week')}, until "
        f"*{mrkdwn.day(overview.ends_on)}*, at {mrkdwn.count(overview.hours, 'hour')} a week, "
        f"aimed at {overview.target_level}."
    ]
    if overview.hours < overview.plan.hours.low:
        lines.append(
            f"It is made for {overview.plan.hours.low} to {overview.plan.hours.high} hours a week; "
            f"yours holds the most important part of each week."
        )
    elif overview.hours > overview.plan.hours.high:
        lines.append(
            f"It holds work for about {overview.plan.hours.high} hours a week; rest with the others."
        )
    if overview.interview_on is not None and overview.interview_on >= overview.today:
        left = (overview.interview_on - overview.today).days
        lines.append(f"Your interview is on {mrkdwn.day(overview.interview_on)}, {mrkdwn.days_ahead(left)}.")
    if not overview.is_current:
        lines.append("*You have a newer plan:* `/prep plan` shows it.")
    return "\n".join(lines)


def _split_line(overview: PlanOverview) -> str:
    shares = ", ".join(f"{TRACK_NAMES[track].lower()} {overview.split[track]} %" for track in TRACKS)
    if dict(overview.split) == dict(INTERVIEW_WEIGHTS):
        return f"Your time: {shares}, as the interview weighs them."
    return f"Your time: {shares}. The interview weighs 50, 30, 20; the difference goes to your weaker side."


def _days(week: Week) -> str:
    last = week.starts_on + timedelta(days=6)
    return f"{mrkdwn.day(week.starts_on)} to {mrkdwn.day(last)}, about {mrkdwn.duration(week.minutes)}"


def _sections(title: str, lines: Sequence[str], *, expand: bool) -> list[Block]:
    """As few sections as Slack's limit on their length allows; long ones are folded unless `expand`."""
    texts = [title]
    for line in lines:
        if len(texts[-1]) + len(line) > LONGEST_SECTION:
            texts.append(line)
        else:
            texts[-1] += f"\n{line}"
    return [SectionBlock(text=text, expand=expand) for text in texts]


def _folded(overview: PlanOverview, shown: Week) -> list[Block]:
    lines = []
    for week in overview.weeks:
        if week.number == shown.number:
            continue
        mark = "now: " if week.number == overview.this_week else ""
        lines.append(f"{week.number}. {mark}{week.content.theme}")
    return _sections("*The other weeks*", lines, expand=False) if lines else []


def _week_select(overview: PlanOverview, shown: Week) -> StaticSelectElement:
    options = [
        Option(
            value=str(week.number),
            text=PlainTextObject(text=f"Week {week.number}: {week.content.theme}"[:75]),
        )
        for week in overview.weeks
    ]
    return StaticSelectElement(
        action_id=SHOW_WEEK,
        placeholder=PlainTextObject(text="Show another week"),
        options=options,
        initial_option=options[shown.number - 1],
    )
