"""Where a person stands, as a message, and the parts of each bar as a window: always in words, too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot import mrkdwn
from bot.assessment import ids as assessment_ids
from bot.log.week import against_goals
from bot.outgoing import Block, Post
from bot.plan.views import TRACK_NAMES
from bot.progress import pace_rules
from bot.progress.blocks import DIVIDER, actions, button, context, header, section
from bot.progress.pace_rules import Kind
from bot.progress.readiness import Bar, BarName
from bot.progress.service import Progress, planned_so_far
from bot.progress.words_of_bars import MEANS, NAMES, drawn, evidence, part_line, sentence
from bot.words import Word

WORDS = (
    Word("progress", "progress", "where you stand: four bars, hours, results, and where the pace leads"),
)
OPEN = "progress.open"
PARTS = "progress.parts"
BEND = "progress.bend"
TITLE = "Your progress"
LEGEND = "■ your work shows it, ▤ only you say it, □ open. Nobody else sees this."
PLAN_KINDS: Mapping[str, Kind] = {
    "coding": "coding",
    "design": "design",
    "concept": "concept",
    "practice": "story",
    "mock": "mock",
}
"""Parts of bars whose tasks a plan holds."""


def progress_post(progress: Progress, pictures: Sequence[Block] = ()) -> Post:
    """All of it; `pictures`, which say their own numbers, take the place of the sections they draw."""
    blocks: list[Block] = [header(TITLE), context(LEGEND)]
    blocks += [_bar_block(bar) for bar in progress.bars.values()]
    blocks += [DIVIDER, section(f"*This week*\n{week_line(progress)}")]
    if not pictures or not has_hours_picture(progress):
        blocks.append(section(f"*Hours by track*\n{hours_lines(progress)}"))
    if not pictures or not has_score_picture(progress):
        blocks.append(section(f"*Your results*\n{scores_line(progress)}"))
    blocks += pictures
    blocks.append(section(f"*Steadiness*\n{steadiness_line(progress)}"))
    blocks += [DIVIDER, *_pace_blocks(progress)]
    return Post(text=progress_text(progress), blocks=blocks)


def pictures_post(progress: Progress, pictures: Sequence[Block]) -> Post:
    """The pictures alone, for who has the words already."""
    return Post(text=progress_text(progress), blocks=[header("Your progress in pictures"), *pictures])


def has_score_picture(progress: Progress) -> bool:
    """Whether there is a line to draw: one score is no line."""
    return len(progress.scores) > 1


def has_hours_picture(progress: Progress) -> bool:
    """Whether anything was done that a plan can be held against."""
    return progress.has_plan and any(one.done for one in progress.hours)


def progress_text(progress: Progress) -> str:
    """Everything the message says, in one paragraph."""
    bars = " ".join(f"{NAMES[name]}: {sentence(bar)}" for name, bar in progress.bars.items())
    return " ".join(
        part
        for part in (
            "Where you stand.",
            bars,
            f"This week: {week_line(progress)}",
            f"Hours by track: {hours_lines(progress)}".replace("\n", " ").replace("• ", ""),
            f"Your results: {scores_line(progress)}",
            f"Steadiness: {steadiness_line(progress)}",
            pace_lines(progress).replace("\n", " "),
            "Only you see this.",
        )
        if part
    )


def parts_post(progress: Progress, name: BarName) -> Post:
    """What a bar is made of, said and shown side by side."""
    bar = progress.bars[name]
    lines = []
    for part in bar.parts:
        kind = PLAN_KINDS.get(part.name)
        of_plan = planned_so_far(kind, progress) if kind is not None and progress.has_plan else None
        lines.append(part_line(part, of_plan))
    said = f"{bar.said} of 100" if bar.said is not None else "not yet"
    shown = f"{bar.shown} of 100. {evidence(bar)}" if bar.has_evidence else "no evidence yet"
    blocks: list[Block] = [
        header(NAMES[name]),
        {
            "type": "section",
            "fields": [
                {"type": "mrkdwn", "text": f"*You say*\n{said}"},
                {"type": "mrkdwn", "text": f"*Your work shows*\n{shown}"},
            ],
        },
        section("\n".join(f"• {line}" for line in lines)),
        context(MEANS[name]),
    ]
    text = f"{NAMES[name]}. You say: {said}. Your work shows: {shown}. {' '.join(lines)} {MEANS[name]}"
    return Post(text=text, blocks=blocks)


def read_bar(action: Mapping[str, Any]) -> BarName | None:
    """Which bar's parts are asked for; None for a button we did not draw."""
    wanted = str(action.get("value") or "")
    return next((name for name in NAMES if name == wanted), None)


def open_button(text: str = "My progress") -> Block:
    """Opens this from anywhere."""
    return button(text, OPEN, f"{text}: bars, hours, results and pace")


def week_line(progress: Progress) -> str:
    """This week's goals against the log."""
    done = "; ".join(against_goals(progress.week, progress.this_week)) or "nothing yet, and no goals"
    return f"{done}, until {mrkdwn.day(progress.week.to_on)}."


def hours_lines(progress: Progress) -> str:
    """Each track: what was done, and what the plan held so far."""
    lines = []
    for track in progress.hours:
        done = mrkdwn.duration(track.done) or "nothing"
        against = (
            "" if track.planned is None else f", planned so far {mrkdwn.duration(track.planned) or 'nothing'}"
        )
        lines.append(f"• {TRACK_NAMES[track.track]}: {done}{against}.")
    return "\n".join([f"Since {mrkdwn.day(progress.hours_since)}:", *lines])


def scores_line(progress: Progress) -> str:
    """The results over time, the newest with its change."""
    if not progress.scores:
        return "No assessment yet."
    first, newest = progress.scores[0], progress.scores[-1]
    if len(progress.scores) == 1:
        return f"{newest[1]} of 100 on {mrkdwn.day(newest[0])}. Another assessment shows the change."
    shown = ", ".join(f"{score} on {mrkdwn.day(on)}" for on, score in progress.scores[-6:])
    change = newest[1] - first[1]
    word = f"{change} more than" if change > 0 else f"{-change} less than" if change < 0 else "the same as"
    return f"{shown}. That is {word} the first time."


def steadiness_line(progress: Progress) -> str:
    """Streak and strength in words."""
    standing = progress.steadiness
    if standing.days == 0 and standing.strength == 0:
        return "Nothing logged yet; one line is a beginning."
    streak = (
        f"{mrkdwn.count(standing.days, 'day')} in a row"
        if standing.days
        else "A new row begins with your next day"
    )
    freeze = " One missed day is forgiven." if standing.has_freeze else ""
    return f"{streak}, strength {standing.strength} of 100.{freeze}"


def pace_lines(progress: Progress) -> str:
    """Where the pace leads and what that assumes."""
    found = progress.forecast
    if found is None:
        return "With a plan I can say where your pace leads."
    lines = [pace_rules.sentence(found), pace_rules.assumption(found)]
    days = progress.days_to_interview
    if days is not None:
        lines.append(f"Your interview is {mrkdwn.days_ahead(days)}.")
    return "\n".join(line for line in lines if line)


def _pace_blocks(progress: Progress) -> list[Block]:
    if progress.scores:
        assess = button("Assess again", assessment_ids.OPEN, "Assess again: take the assessment anew")
    else:
        assess = button("Assess myself", assessment_ids.OPEN, "Assess myself: twelve statements or more")
    buttons = [assess]
    if progress.forecast is not None:
        behind = progress.forecast.is_behind
        bend = button("Bend my plan", BEND, "Bend my plan: three ways to make it fit", primary=behind)
        buttons.insert(0, bend)
    return [section(f"*Where the pace leads*\n{pace_lines(progress)}"), actions("progress.next", buttons)]


def _bar_block(bar: Bar) -> Block:
    more = button("Parts", PARTS, f"Parts of {NAMES[bar.name]}", value=bar.name)
    return section(f"*{NAMES[bar.name]}*\n{drawn(bar)}\n{sentence(bar)}", more)
