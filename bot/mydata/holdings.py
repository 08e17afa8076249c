"""What we keep of a person, by table: its name in an export, and the words it is counted in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of thing we keep."""

    name: str
    """In `everything.json`."""
    one: str
    many: str
    meaning: str


WRITTEN = "comments_written"
"""Stands for comments on others' stories, which are in their owners' table."""
_PERSON = "learner"
KEPT: Mapping[str, Kept] = {
    _PERSON: Kept("profile", "profile", "profiles", "You: levels, interview date, hours a week, time zone."),
    "attempt": Kept("assessments", "assessment", "assessments", "Each run through an assessment."),
    "attempt_answer": Kept(
        "assessment_answers", "answer", "answers", "Points from 1 to 5 for each item of an assessment."
    ),
    "study_plan": Kept("plans", "plan", "plans", "Plans you chose; the one without an end is the current."),
    "plan_task": Kept("plan_tasks", "task of a plan", "tasks of plans", "What each week of a plan asks for."),
    "plan_change": Kept(
        "plan_changes", "change of a plan", "changes of plans", "How a plan was bent to the interview date."
    ),
    "log_entry": Kept("log", "log entry", "log entries", "Practice you did."),
    "daily_item": Kept("daily_minimums", "daily minimum", "daily minimums", "What each day asked for."),
    "known_task": Kept(
        "solved_before", "problem solved before", "problems solved before", "Problems you knew already."
    ),
    "check_in": Kept("check_ins", "weekly check-in", "weekly check-ins", "How each week went."),
    "story": Kept("stories", "story", "stories", "Your STAR stories."),
    "rehearsal": Kept("rehearsals", "rehearsal", "rehearsals", "Stories told aloud."),
    "story_share": Kept("story_shares", "share of a story", "shares of stories", "Who may read which story."),
    "story_comment": Kept(
        "story_comments", "comment on a story", "comments on stories", "What readers said of your stories."
    ),
    WRITTEN: Kept(
        WRITTEN, "comment you wrote", "comments you wrote", "What you said of other people's stories."
    ),
    "review_card": Kept("review_cards", "review card", "review cards", "What comes back, and when."),
    "review_log": Kept("reviews", "review", "reviews", "Each answer to a card."),
    "interview_outcome": Kept(
        "interviews", "interview", "interviews", "What you said of an interview after its date."
    ),
    "group_member": Kept(
        "study_groups", "study-group membership", "study-group memberships", "Groups you joined."
    ),
    "group_answer": Kept(
        "study_group_answers",
        "check-in counted in a group",
        "check-ins counted in groups",
        "Which check-ins count for a study group's week.",
    ),
    "preferences": Kept(
        "settings",
        "set of reminder settings",
        "sets of reminder settings",
        "Your terms for reminders. Times are minutes after midnight, weekdays 1 (Monday) to 7.",
    ),
    "reminder": Kept("reminders", "scheduled reminder", "scheduled reminders", "What comes next, and when."),
    "outbox_message": Kept(
        "messages",
        "record of a message",
        "records of messages",
        "What I sent you or meant to, when, and what became of it.",
    ),
    "calendar_feed": Kept(
        "calendar_addresses",
        "calendar address",
        "calendar addresses",
        "When you made a private address for your calendar, and a hash of it that opens nothing.",
    ),
    "picture": Kept("pictures", "drawn picture", "drawn pictures", "Charts I uploaded for you."),
}


def kept(table: str) -> Kept:
    """How a table is called; one that has no words yet goes by its own name."""
    plain = table.replace("_", " ")
    return KEPT.get(table) or Kept(table, f"row of {plain}", f"rows of {plain}", plain)


def lines(counts: Mapping[str, int]) -> list[str]:
    """`2 assessments`, `1 story`: what there is, in a steady order, without the person themselves."""
    order = {table: place for place, table in enumerate(KEPT)}
    found = sorted((table for table in counts if table != _PERSON), key=lambda one: (order.get(one, 99), one))
    return [_counted(counts[table], kept(table)) for table in found if counts[table]]


def sentence(parts: Iterable[str]) -> str:
    """a, b and c"""
    *first, last = [*parts] or ["nothing"]
    return f"{', '.join(first)} and {last}" if first else last


def _counted(number: int, what: Kept) -> str:
    return f"{number:,} {what.one if number == 1 else what.many}"
