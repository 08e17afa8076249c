"""Where a person is in a form. It rides in the modal, so a page can be drawn without asking the database."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any, Self, get_args

from bot.assessment.pages import Page
from bot.errors import OutdatedFormError
from content.loader import FormName

PROFILE_PAGE = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """What the plan needs to know besides the answers."""

    current_level: str
    target_level: str
    interview_on: date | None
    hours_per_week: int
    time_zone: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Wizard:
    """
    An attempt in progress.

    `number` counts the person's attempts from 1: two devices that begin the next one mean the same attempt.
    `answers` maps item slug to points; `profile` is what was filled in in this form; `slack_zone` is what
    Slack said of somebody whose zone is not known yet: nothing is kept of who only opens the form.
    """

    number: int
    form: FormName
    page: int = PROFILE_PAGE
    answers: Mapping[str, int] = field(default_factory=dict)
    profile: Profile | None = None
    slack_zone: str | None = None

    def to_json(self) -> str:
        """Short enough for private_metadata (3000 characters) with all items answered."""
        content: dict[str, Any] = {"n": self.number, "f": self.form, "p": self.page, "a": dict(self.answers)}
        if self.profile is not None:
            content["w"] = asdict(self.profile)
        if self.slack_zone is not None:
            content["z"] = self.slack_zone
        return json.dumps(content, separators=(",", ":"), default=date.isoformat)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The inverse of `to_json`; raises OutdatedFormError for anything else."""
        try:
            content = json.loads(text)
            number, form, page = content["n"], content["f"], content["p"]
            answers = {str(item): int(points) for item, points in content["a"].items()}
            profile = _profile(content["w"]) if "w" in content else None
            slack_zone = str(content["z"]) if "z" in content else None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise OutdatedFormError(OUTDATED) from error
        if not isinstance(number, int) or not isinstance(page, int) or form not in get_args(FormName):
            raise OutdatedFormError(OUTDATED)
        if not (0 <= number < 10**6 and 0 <= page < 100):  # no database holds any number
            raise OutdatedFormError(OUTDATED)
        return cls(
            number=number, form=form, page=page, answers=answers, profile=profile, slack_zone=slack_zone
        )

    def answered(self, answers: Mapping[str, int]) -> Self:
        """With these answers added."""
        return replace(self, answers={**self.answers, **answers})

    def at(self, page: int) -> Self:
        """On another page."""
        return replace(self, page=page)


OUTDATED = (
    "This form is from an older version of Prep Coach. Close it and type `/prep`: your answers are kept."
)


def missing(page: Page, answers: Mapping[str, int]) -> tuple[str, ...]:
    """Slugs of the page's items that have no answer from 1 to 5."""
    return tuple(item.slug for item in page.items if answers.get(item.slug) not in range(1, 6))


def first_incomplete(pages: Sequence[Page], answers: Mapping[str, int]) -> Page | None:
    """The earliest page with something left to answer."""
    return next((page for page in pages if missing(page, answers)), None)


def _profile(content: dict[str, Any]) -> Profile:
    interview_on = content["interview_on"]
    return Profile(
        current_level=str(content["current_level"]),
        target_level=str(content["target_level"]),
        interview_on=date.fromisoformat(interview_on) if interview_on else None,
        hours_per_week=int(content["hours_per_week"]),
        time_zone=str(content["time_zone"]),
    )
