"""What a study group's channel sees, and the private answers around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    CheckboxesElement,
    ContextBlock,
    Option,
    SectionBlock,
)
from slack_sdk.models.blocks.basic_components import MarkdownTextObject, PlainTextObject

from bot import mrkdwn
from bot.checkins.counts import listed
from bot.groups import keeping
from bot.groups.rounds import Thread
from bot.groups.schedule import Schedule
from bot.groups.service import GroupState, Joined, Report
from bot.groups.summary import FEWEST, Summary
from bot.groups.upkeep import Notice
from bot.outgoing import Post
from bot.preferences.choices import DAY_NAMES, clock
from bot.preferences.outlook import place
from bot.words import Word

WORDS = (
    Word(
        "group",
        "group [start | join | leave | settings | report | stop]",
        "in a channel: a study group that checks in together once a week",
    ),
)
JOIN = "groups.join"
LEAVE = "groups.leave"
CHECK_IN = "groups.check_in"
SHOW_NAME = "groups.show_name"
OPTIONS = "groups.options"
SETTINGS = "groups.settings"
YES = "yes"
SHARED = (
    f"The group sees sums only, and none from fewer than {FEWEST} people. "
    "Names appear only of those who agree. How sure you feel and what blocks you stay yours."
)
FAREWELL = "Leave any time with /prep group leave."
LEAD_WORDS = "/prep group settings and /prep group stop are for the lead"


def when(schedule: Schedule) -> str:
    """Fridays at 16:00, Lisbon time"""
    return f"{DAY_NAMES[schedule.weekday]}s at {clock(schedule.at)}, {place(schedule.time_zone)}"


def intro_post(state: GroupState) -> Post:
    """What the channel has become, once, when a group starts."""
    hours = mrkdwn.count(state.schedule.answer_hours, "hour")
    what = (
        f"Once a week I post a thread here: {when(state.schedule)}. Members check in with a button, "
        f"and a summary follows when all have, or after {hours}."
    )
    lead = f"Started by <@{state.lead_id}>, who may change or stop it with /prep group settings."
    blocks = [
        SectionBlock(text=f"*A study group for this channel*\n{what}"),
        SectionBlock(text=SHARED),
        ActionsBlock(elements=[_join(state.group_id, primary=True)], block_id="groups.intro"),
        _context(f"{lead} {FAREWELL}"),
    ]
    how = "Press Join, or type /prep group join."
    return _post(f"A study group for this channel. {what} {how} {SHARED} {lead} {FAREWELL}", blocks)


def thread_post(thread: Thread, wording: str) -> Post:
    """The weekly message whose thread the summary goes to."""
    plain, end = _moment(thread.closes_at, thread.schedule)
    summary = "The summary comes into this thread when everybody has checked in, or at the latest"
    check_in = ButtonElement(
        text="Check in",
        action_id=CHECK_IN,
        value=str(thread.group_id),
        style="primary",
        accessibility_label="Check in: look at your week and set the next one",
    )
    options = ButtonElement(
        text="Options",
        action_id=OPTIONS,
        value=str(thread.group_id),
        accessibility_label="Options: leave, show my name, day and time",
    )
    change = "Leave, your name, day and time: press Options, or type /prep group."
    blocks = [
        SectionBlock(text=wording),
        SectionBlock(text=f"{summary}: {end}"),
        ActionsBlock(elements=[check_in, _join(thread.group_id), options], block_id="groups.thread"),
        _context(f"{SHARED} {change}"),
    ]
    return _post(f"{wording} Press Check in. {summary}: {plain}. {SHARED} {change}", blocks)


def summary_post(summary: Summary, *, thread_ts: str | None = None, replaces: str | None = None) -> Post:
    """What the group reached, in a thread or in place of what was said there before."""
    late = "Late answers and corrections count until the next thread, and this message follows."
    lines = _summary_lines(summary)
    blocks = [SectionBlock(text="\n".join(lines)), _context(late)]
    text = " ".join([*lines, late])
    return Post(text, [block.to_dict() for block in blocks], thread_ts=thread_ts, replaces=replaces)


def report_post(report: Report | None) -> Post:
    """The last summary, for one person."""
    if report is None:
        return notice_of("There is no summary yet. The first one comes after the first weekly thread.")
    lines = [f"Check-in of {mrkdwn.day(report.on)}:", *_summary_lines(report.summary)]
    return _post(" ".join(lines), [SectionBlock(text="\n".join(lines))])


def _summary_lines(summary: Summary) -> list[str]:
    lines = [_numbers(summary)]
    if summary.names:
        people = ", ".join(f"<@{user_id}>" for user_id in summary.names)
        lines.append(f"Named because they chose to be: {people}.")
    return lines


def _numbers(summary: Summary) -> str:
    if not summary.any_answer:
        return "No check-in has come in this week. Everybody is welcome back at the next one."
    if summary.answered is None or summary.members is None:
        return (
            f"The week is written down. With fewer than {FEWEST} members I show no numbers, "
            "so that each week stays one's own."
        )
    head = f"{summary.answered} of {summary.members} checked in"
    if summary.sums is None:
        return f"{head}. Sums come from {FEWEST} check-ins on."
    if summary.sums.is_nothing:
        return f"{head}. A quiet week, and that is worth writing down too."
    return f"{head}: {listed(summary.sums)}."


_ENDED: Mapping[str, str] = {
    keeping.STOPPED: "its lead or a workspace admin stopped it",
    keeping.REMOVED: "I am no longer in the channel",
    keeping.ARCHIVED: "the channel was archived",
    keeping.DELETED: "the channel was deleted",
    keeping.REFUSED: "Slack lets me post nothing there",
    keeping.NOBODY: "everybody had left",
}


def notice_post(notice: Notice) -> Post:
    """What the lead is told in the direct message."""
    name = f"#{mrkdwn.escape(notice.channel_name)}"
    if notice.what == keeping.LEAD:
        text = (
            f"You lead the study group of {name} now: the one who did has left, and you have been in it "
            "longest. Nothing changes for its members. /prep group settings in the channel is yours, "
            "and /prep group leave passes it on."
        )
    elif notice.what == keeping.UNARCHIVED:
        text = (
            f"{name} is back. Its study group rests until somebody types /prep group start there; "
            "its members are kept."
        )
    else:
        text = f"The study group of {name} has stopped: {_ENDED.get(notice.what, 'it has ended')}."
        if notice.what != keeping.DELETED:
            text += f" {_WAY_BACK.get(notice.what, '')}Its members and past weeks are kept."
    return notice_of(text)


_WAY_BACK: Mapping[str, str] = {
    keeping.STOPPED: "/prep group start in the channel brings it back. ",
    keeping.REMOVED: "To go on, type /invite @Prep Coach there, then /prep group start. ",
    keeping.ARCHIVED: "Should the channel come back, /prep group start goes on. ",
    keeping.REFUSED: "Once I may post there again, /prep group start goes on. ",
}


def state_post(state: GroupState | None, *, lead: str | None = None) -> Post:
    """The group of this channel, and what this person can do; `lead` is said first."""
    first = [lead] if lead else []
    if state is None:
        here = "There is no study group in this channel. Type /prep group start to begin one."
        return notice_of(" ".join([*first, here]))
    if state.next is None:
        why = _ENDED.get(state.ended_reason or "", "it has ended")
        over = f"The study group of this channel is over: {why}. /prep group start brings it back."
        return notice_of(" ".join([*first, over]))
    people = mrkdwn.count(state.members, "member")
    facts = f"Study group: {when(state.schedule)}. {people}, led by <@{state.lead_id}>."
    own = _own_place(state)
    next_plain, next_shown = _moment(state.next.at, state.schedule)
    can = "You can also type /prep group report for the last summary"
    can += ", and /prep group stop to end the group." if state.is_lead else f". {LEAD_WORDS}."
    blocks: list[Block] = [
        *([SectionBlock(text=lead)] if lead else []),
        SectionBlock(text=f"{facts}\nNext thread: {next_shown}"),
        *_own_blocks(state),
        _context(can),
    ]
    return _post(" ".join([*first, facts, f"Next thread: {next_plain}.", own, can]), blocks)


def joined_post(joined: Joined, state: GroupState) -> Post:
    """The answer to Join."""
    lead = "You are in." if joined == Joined.NEW else "You are in this study group already."
    plain, shown = _moment(state.next.at, state.schedule) if state.next else ("", "")
    after = "The next thread comes:" if state.next else ""
    text = " ".join(
        part for part in (lead, after, plain and f"{plain}.", SHARED, _own_place(state), FAREWELL) if part
    )
    blocks = [
        SectionBlock(text=" ".join(part for part in (lead, after, shown) if part)),
        SectionBlock(text=SHARED),
        *_own_blocks(state),
        _context(FAREWELL),
    ]
    return _post(text, blocks)


def left_post(state: GroupState) -> Post:
    """The answer to Leave."""
    text = "You have left the study group. What you shared with it counts no longer."
    if state.ended_reason is not None:
        text += " You were the last one in it, so it rests; /prep group start brings it back."
    else:
        text += " Your own check-ins stay as they are, and /prep group join brings you back."
    return notice_of(text)


def not_in_post(state: GroupState) -> Post:
    """The answer to Check in for somebody who has not joined."""
    text = "You are not in this study group yet. Join first; then your check-in counts here."
    blocks = [
        SectionBlock(text=text),
        ActionsBlock(elements=[_join(state.group_id, primary=True)], block_id="groups.not_in"),
        _context(SHARED),
    ]
    return _post(f"{text} {SHARED}", blocks)


def stopped_post() -> Post:
    """The answer to stop."""
    return notice_of(
        "The study group has stopped; I post nothing more here. Its members and past weeks are kept, "
        "and /prep group start brings it back."
    )


def name_post(state: GroupState) -> Post:
    """The answer to the tick under one's name; what was there before stays usable."""
    text = (
        "From now on summaries here name you when you have checked in. Untick it to take that back."
        if state.shows_name
        else "Summaries here do not name you, the latest one included."
    )
    return _post(text, [SectionBlock(text=text), *_own_blocks(state)])


def notice_of(text: str) -> Post:
    """A sentence or two, without anything to press."""
    return _post(text, [SectionBlock(text=text)])


def read_group_id(action: Mapping[str, Any]) -> int:
    """The group of a button; 0 for a control we did not draw."""
    value = str(action.get("value") or "")
    if not value:
        value = str(action.get("block_id", "")).removeprefix("groups.own.")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else 0


def read_ticked(action: Mapping[str, Any]) -> bool:
    """Whether the box is ticked."""
    return any(option.get("value") == YES for option in action.get("selected_options") or [])


def _own_place(state: GroupState) -> str:
    if not state.is_member:
        return "You are not in it: /prep group join."
    return f"You are in it, and summaries {'name' if state.shows_name else 'do not name'} you."


def _own_blocks(state: GroupState) -> Sequence[Block]:
    if not state.is_member:
        return [ActionsBlock(elements=[_join(state.group_id, primary=True)], block_id="groups.place")]
    option = Option(
        value=YES,
        text=PlainTextObject(text="Show my name in summaries"),
        description=PlainTextObject(text="Only that you checked in, never your numbers"),
    )
    boxes = CheckboxesElement(
        action_id=SHOW_NAME, options=[option], initial_options=[option] if state.shows_name else None
    )
    leave = ButtonElement(
        text="Leave",
        action_id=LEAVE,
        value=str(state.group_id),
        accessibility_label="Leave this study group",
    )
    settings = ButtonElement(
        text="Settings",
        action_id=SETTINGS,
        value=str(state.group_id),
        accessibility_label="Settings of this study group: day, time, zone",
    )
    buttons = [settings, leave] if state.is_lead else [leave]
    return [ActionsBlock(elements=[boxes, *buttons], block_id=f"groups.own.{state.group_id}")]


def _join(group_id: int, *, primary: bool = False) -> ButtonElement:
    return ButtonElement(
        text="Join",
        action_id=JOIN,
        value=str(group_id),
        style="primary" if primary else None,
        accessibility_label="Join this study group",
    )


def _moment(at: datetime, schedule: Schedule) -> tuple[str, str]:
    """For a screen reader in the group's zone, and as Slack shows it in the reader's."""
    wall = at.astimezone(ZoneInfo(schedule.time_zone))
    plain = f"{wall:%A} {wall.day} {wall:%B, %H:%M} {place(schedule.time_zone)}"
    stamp = int(at.astimezone(UTC).timestamp())
    return plain, f"<!date^{stamp}^{{date_long_pretty}} at {{time}}|{plain}>"


def _context(text: str) -> ContextBlock:
    return ContextBlock(elements=[MarkdownTextObject(text=text)])


def _post(text: str, blocks: Sequence[Block]) -> Post:
    return Post(text, [block.to_dict() for block in blocks])
