"""Take the assessment: keep answers as they come, score once, lay out what fits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.assessment import profile as profiles
from bot.assessment.pages import Page, pages
from bot.assessment.scoring import Gap, Score, gaps, score
from bot.assessment.wizard import OUTDATED, PROFILE_PAGE, Profile, Wizard, first_incomplete
from bot.clock import Now, local_date
from bot.errors import OutdatedFormError
from bot.limits import ATTEMPTS_A_DAY, DAY, must_be_below
from bot.members import Member
from bot.plan.recommendation import Recommendation, recommend
from content.loader import Catalog, FormName
from content.schema import DIMENSIONS, Band, Dimension
from storage import attempts, learners, limits
from storage.engine import Database
from storage.models import Attempt, Learner

FURTHEST_AHEAD = 2
"""How far an attempt's number may be ahead of the newest: another form beside one that was only looked at."""
FollowProfile = Callable[[AsyncSession, Learner, datetime], Awaitable[None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What there is before the assessment opens."""

    next_number: int
    """Of the attempt that would begin now; the unfinished one keeps its own."""
    unfinished: Wizard | None
    profile: Profile | None
    time_zone: str | None
    finished_on: datetime | None


NOTHING_YET = Standing(next_number=1, unfinished=None, profile=None, time_zone=None, finished_on=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """A finished attempt and what follows from it."""

    number: int
    score: Score
    band: Band
    before: Score | None
    before_on: datetime | None
    gaps: tuple[Gap, ...]
    profile: Profile
    recommendation: Recommendation


class IncompleteError(Exception):
    """An item has no answer; `wizard` stands on its page."""

    def __init__(self, wizard: Wizard) -> None:
        super().__init__("the form is not complete")
        self.wizard = wizard


@dataclass(frozen=True, slots=True)
class AssessmentService:
    """The use cases of the assessment."""

    catalog: Catalog
    database: Database
    now: Now
    default_zone: str
    follow_profile: FollowProfile | None = None
    """What else depends on a person's zone and date, in the same transaction."""

    def pages(self, form: FormName) -> tuple[Page, ...]:
        """The pages of a form after the profile."""
        return pages(self.catalog.forms[form], self.catalog.competencies)

    async def standing(self, member: Member) -> Standing:
        """Where the person is: nothing yet, half-way, or finished before."""
        async with self.database.read() as session:
            learner = await learners.find(session, member.team_id, member.user_id)
            if learner is None or learner.id is None:
                return NOTHING_YET
            latest = await attempts.latest(session, learner.id)
            answers: Mapping[str, int] = {}
            if latest is not None and is_unfinished(latest):
                answers = await attempts.answers(session, cast(int, latest.id))
            previous = await attempts.finished(session, learner.id, limit=1)
        return self.standing_of(learner, latest, answers, previous[0] if previous else None)

    def standing_of(
        self, learner: Learner, latest: Attempt | None, answers: Mapping[str, int], finished: Attempt | None
    ) -> Standing:
        """The same from what is stored; `answers` are those of `latest` while it is unfinished."""
        unfinished = self._wizard(latest, answers) if latest is not None and is_unfinished(latest) else None
        number = latest.number if latest else 0
        return Standing(
            next_number=number if unfinished else number + 1,
            unfinished=unfinished,
            profile=_profile(learner),
            time_zone=learner.time_zone,
            finished_on=finished.finished_at if finished else None,
        )

    async def keep_zone(self, member: Member, time_zone: str) -> None:
        """Remember the zone Slack shows for somebody we know, unless they chose one."""
        async with self.database.write() as session:
            await learners.keep_zone(session, member.team_id, member.user_id, time_zone)

    async def save_profile(self, member: Member, wizard: Wizard, given: Profile) -> None:
        """Keep the profile and begin the attempt."""
        async with self.database.write() as session:
            learner = await learners.ensure(session, member.team_id, member.user_id, now=self.now())
            self._take_profile(learner, given, wizard.slack_zone)
            session.add(learner)
            await session.flush()
            if self.follow_profile is not None:
                await self.follow_profile(session, learner, self.now())
            latest = await attempts.latest(session, cast(int, learner.id))
            if latest is not None and latest.number < wizard.number:
                # Only now: who merely looked at another form keeps the one they are in.
                await attempts.abandon(session, cast(int, latest.id), now=self.now())
            attempt = await self._attempt(session, learner, wizard)
            if attempt.finished_at is None:
                attempt.form, attempt.page, attempt.abandoned_at = wizard.form, wizard.page, None
                session.add(attempt)

    async def _attempt(self, session: AsyncSession, learner: Learner, wizard: Wizard) -> Attempt:
        """The attempt the wizard is in, begun if need be. LimitError for one too many."""
        learner_id = cast(int, learner.id)
        stored = await attempts.find(session, learner_id, wizard.number)
        if stored is not None:
            return stored
        latest = await attempts.latest(session, learner_id)
        if not 1 <= wizard.number <= (latest.number if latest else 0) + FURTHEST_AHEAD:
            raise OutdatedFormError(OUTDATED)
        begun = await limits.attempts(session, learner_id, self.now() - DAY)
        must_be_below("attempts", begun, ATTEMPTS_A_DAY)
        return await attempts.ensure(session, self._draft(learner, wizard))

    def _take_profile(self, learner: Learner, given: Profile, slack_zone: str | None) -> None:
        if (learner.time_zone or slack_zone) not in (None, given.time_zone):
            learner.zone_is_fixed = True
        learner.current_level = given.current_level
        learner.target_level = given.target_level
        learner.interview_on = given.interview_on
        learner.hours_per_week = given.hours_per_week
        learner.time_zone = given.time_zone
        learner.profile_at = self.now()

    async def save(
        self, member: Member, wizard: Wizard, answers: Mapping[str, int], *, answered_at: datetime
    ) -> None:
        """Keep answers of an unfinished attempt and the page the person is on."""
        known = {item.slug for item in self.catalog.forms[wizard.form].items}
        kept = {item: points for item, points in answers.items() if item in known and 1 <= points <= 5}
        async with self.database.write() as session:
            learner = await learners.ensure(session, member.team_id, member.user_id, now=self.now())
            attempt = await self._attempt(session, learner, wizard)
            if attempt.finished_at is not None:
                return
            if learner.profile_at is None and wizard.profile is not None:
                self._take_profile(learner, wizard.profile, wizard.slack_zone)
                session.add(learner)
            attempt.form, attempt.page = wizard.form, wizard.page
            session.add(attempt)
            await attempts.keep_answers(session, cast(int, attempt.id), kept, answered_at=answered_at)

    async def finish(self, member: Member, wizard: Wizard) -> Result:
        """
        Score the attempt; a second submit of the same attempt finds it scored and changes nothing.

        Raises IncompleteError when an item has no answer, OutdatedFormError without a profile.
        """
        now = self.now()
        async with self.database.write() as session:
            learner = await learners.ensure(session, member.team_id, member.user_id, now=now)
            attempt = await self._attempt(session, learner, wizard)
            attempt_id = cast(int, attempt.id)
            if attempt.finished_at is None:
                kept = self._new_in(wizard, await attempts.answers(session, attempt_id))
                await attempts.keep_answers(session, attempt_id, kept, answered_at=now)
                answers = await attempts.answers(session, attempt_id)
                if learner.profile_at is None and wizard.profile is not None:
                    self._take_profile(learner, wizard.profile, wizard.slack_zone)
                    session.add(learner)
                incomplete = first_incomplete(self.pages(wizard.form), answers)
                if incomplete is not None:
                    raise IncompleteError(wizard.answered(answers).at(incomplete.number))
                if learner.profile_at is None:
                    raise IncompleteError(wizard.answered(answers).at(PROFILE_PAGE))
                scored = score(self.catalog.forms[wizard.form].items, answers, self.catalog.competencies)
                attempt.form, attempt.finished_at, attempt.abandoned_at = wizard.form, now, None
                attempt.content_version = self.catalog.version
                attempt.score = scored.total
                for dimension in DIMENSIONS:
                    setattr(attempt, dimension, scored.dimensions[dimension])
                session.add(attempt)
        result = await self.result(member)
        if result is None:
            raise OutdatedFormError(OUTDATED)
        return result

    def _new_in(self, wizard: Wizard, stored: Mapping[str, int]) -> dict[str, int]:
        """The submitted page, and of earlier ones what is not stored: another device may have changed it."""
        page = next((page for page in self.pages(wizard.form) if page.number == wizard.page), None)
        shown = {item.slug for item in page.items} if page else set()
        given = wizard.answers.items()
        return {item: points for item, points in given if item in shown or item not in stored}

    async def result(self, member: Member) -> Result | None:
        """The newest finished attempt and what follows from it today; None without one or a profile."""
        async with self.database.read() as session:
            learner = await learners.find(session, member.team_id, member.user_id)
            if learner is None or learner.id is None or learner.profile_at is None:
                return None
            newest = await attempts.finished(session, learner.id, limit=2)
            if not newest:
                return None
            answers = await attempts.answers(session, cast(int, newest[0].id))
        return self.result_of(learner, newest[0], newest[1] if len(newest) > 1 else None, answers)

    def result_of(
        self, learner: Learner, attempt: Attempt, before: Attempt | None, answers: Mapping[str, int]
    ) -> Result:
        """The same from what is stored, of somebody with a profile."""
        profile = cast(Profile, _profile(learner))
        scored = stored_score(attempt)
        items = [
            item for item in self.catalog.forms[cast(FormName, attempt.form)].items if item.slug in answers
        ]
        band = self.catalog.band_of(scored.total)
        return Result(
            number=attempt.number,
            score=scored,
            band=band,
            before=stored_score(before) if before else None,
            before_on=before.finished_at if before else None,
            gaps=gaps(items, answers, self.catalog.competencies, scored),
            profile=profile,
            recommendation=recommend(
                self.catalog.plans,
                band,
                hours=profile.hours_per_week,
                interview_on=profile.interview_on,
                today=local_date(self.now(), profile.time_zone),
                is_big_jump=profiles.is_big_jump(profile),
            ),
        )

    def _draft(self, learner: Learner, wizard: Wizard) -> Attempt:
        return Attempt(
            learner_id=cast(int, learner.id),
            number=wizard.number,
            form=wizard.form,
            page=wizard.page,
            content_version=self.catalog.version,
            started_at=self.now(),
        )

    def _wizard(self, attempt: Attempt, answers: Mapping[str, int]) -> Wizard:
        form = cast(FormName, attempt.form)
        last = len(self.pages(form))
        return Wizard(number=attempt.number, form=form, page=min(attempt.page, last), answers=answers)


def is_unfinished(attempt: Attempt) -> bool:
    """Whether it can be gone on with."""
    return attempt.finished_at is None and attempt.abandoned_at is None


def stored_score(attempt: Attempt) -> Score:
    """The score of a finished attempt, as it was counted then."""
    dimensions: dict[Dimension, int] = {
        dimension: cast(int, getattr(attempt, dimension)) for dimension in DIMENSIONS
    }
    return Score(total=cast(int, attempt.score), dimensions=dimensions)


def _profile(learner: Learner) -> Profile | None:
    if learner.profile_at is None:
        return None
    return Profile(
        current_level=str(learner.current_level),
        target_level=str(learner.target_level),
        interview_on=learner.interview_on,
        hours_per_week=cast(int, learner.hours_per_week),
        time_zone=str(learner.time_zone),
    )
