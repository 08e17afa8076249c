"""The tables. Rows keep slugs of content, never copies of its text."""

from storage.models.assessment import Attempt, AttemptAnswer, PlanTask, StudyPlan
from storage.models.groups import GroupAnswer, GroupMember, GroupRound, StudyGroup
from storage.models.heartbeat import Heartbeat
from storage.models.outbox import OPEN_STATES, OutboxMessage, OutboxState
from storage.models.people import Learner, Preferences, Reminder
from storage.models.practice import CheckIn, DailyItem, LogEntry

__all__ = [
    "OPEN_STATES",
    "Attempt",
    "AttemptAnswer",
    "CheckIn",
    "DailyItem",
    "GroupAnswer",
    "GroupMember",
    "GroupRound",
    "Heartbeat",
    "Learner",
    "LogEntry",
    "OutboxMessage",
    "OutboxState",
    "PlanTask",
    "Preferences",
    "Reminder",
    "StudyGroup",
    "StudyPlan",
]
