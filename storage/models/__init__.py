"""The tables. Rows keep slugs of content, never copies of its text."""

from storage.models.assessment import (
    Attempt,
    AttemptAnswer,
    InterviewOutcome,
    PlanChange,
    PlanTask,
    StudyPlan,
)
from storage.models.calendars import CalendarFeed
from storage.models.groups import GroupAnswer, GroupMember, GroupRound, StudyGroup
from storage.models.heartbeat import Heartbeat
from storage.models.installations import Installation, OAuthState, Removal
from storage.models.outbox import OPEN_STATES, OutboxMessage, OutboxState
from storage.models.people import Learner, Picture, Preferences, Reminder
from storage.models.practice import CheckIn, DailyItem, KnownTask, LogEntry
from storage.models.reviews import ReviewCard, ReviewLog
from storage.models.stories import Rehearsal, Story, StoryComment, StoryShare
from storage.models.workspaces import Workspace

__all__ = [
    "OPEN_STATES",
    "Attempt",
    "AttemptAnswer",
    "CalendarFeed",
    "CheckIn",
    "DailyItem",
    "GroupAnswer",
    "GroupMember",
    "GroupRound",
    "Heartbeat",
    "Installation",
    "InterviewOutcome",
    "KnownTask",
    "Learner",
    "LogEntry",
    "OAuthState",
    "OutboxMessage",
    "OutboxState",
    "Picture",
    "PlanChange",
    "PlanTask",
    "Preferences",
    "Rehearsal",
    "Reminder",
    "Removal",
    "ReviewCard",
    "ReviewLog",
    "Story",
    "StoryComment",
    "StoryShare",
    "StudyGroup",
    "StudyPlan",
    "Workspace",
]
