"""Errors a person may read. Anything else that is raised is a bug."""

from __future__ import annotations


class BotError(Exception):
    """Carries the sentence the person is shown: what happened, why, and what to do."""


class OutdatedFormError(BotError):
    """The form on the screen no longer fits what is stored."""


class NoSuchWeekError(BotError):
    """The plan has no week of that number."""


class NoPlanError(BotError):
    """The person has no plan yet."""


class StudyGroupError(BotError):
    """The channel has no such study group, or it does not allow what was asked."""
