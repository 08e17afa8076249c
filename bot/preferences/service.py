"""A person's own terms for reminders: settings, pause, resume."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import cast

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import Now, local_date
from bot.members import Member
from bot.preferences.choices import Choices
from bot.preferences.outlook import Outlook, Upcoming, next_wanted
from bot.preferences.pauses import check_pause
from bot.reminders.decision import PAUSED, Facts
from bot.reminders.service import SWITCHED_OFF, ReminderService
from bot.reminders.terms import is_away, is_on, is_paused, plan_end, terms_of
from bot.reminders.timing import KINDS
from storage import learners, outbox, plans, preferences, reminders, traces
from storage.engine import Database
from storage.models import Learner, Preferences, Reminder
from storage.preferences import EVERY_DAY, Defaults

SNOOZE = "snooze"
REMINDERS = (*KINDS, SNOOZE)
"""Every kind of message that a pause holds back."""


@dataclass(frozen=True, slots=True)
class Current:
    """What is set today. `zone` is the zone the person's days are counted in."""

    choices: Choices
    zone: str


@dataclass(frozen=True, slots=True)
class PreferencesService:
    """The use cases of settings. Each leaves nothing owed that the person no longer wants."""

    database: Database
    now: Now
    reminders: ReminderService

    @property
    def defaults(self) -> Defaults:
        """What somebody gets who never chose."""
        return self.reminders.defaults

    async def current(self, member: Member) -> Current:
        """The person's settings, or the defaults for somebody who has none."""
        async with self.database.read() as session:
            learner = await learners.find(session, member.team_id, member.user_id)
            own = await preferences.get(session, cast(int, learner.id)) if learner else None
        own = own or preferences.fresh(0, self.defaults)
        zone = (learner.time_zone if learner else None) or self.defaults.time_zone
        return Current(_choices(own, learner), zone)

    async def today(self, member: Member) -> date:
        """The date on the person's wall."""
        return local_date(self.now(), (await self.current(member)).zone)

    async def save(self, member: Member, choices: Choices, *, slack_zone: str | None = None) -> Outlook:
        """
        Take over the choices; the last ones win.

        `slack_zone` is the zone Slack shows, for somebody who follows it again.
        """
        now = self.now()
        async with self.database.write() as session:
            learner, own = await self._own(session, member, now)
            learner.zone_is_fixed = not choices.follows_zone
            chosen = slack_zone if choices.follows_zone else choices.time_zone
            learner.time_zone = chosen or learner.time_zone
            session.add(learner)
            _take(own, choices)
            return await self._changed(session, learner, own, now)

    async def pause(self, member: Member, until: date | None = None) -> Outlook:
        """
        Hold reminders back until a date, the first day back, or until the person resumes.

        What was owed and not started is cancelled when this returns. Raises PauseError for a date that has
        come, or is too far away.
        """
        now = self.now()
        async with self.database.write() as session:
            learner, own = await self._own(session, member, now)
            if until is not None:
                check_pause(until, local_date(now, self.reminders.zone_of(learner)))
            own.paused_at, own.paused_until = now, until
            await outbox.cancel(session, learner_id=own.learner_id, kinds=REMINDERS, reason=PAUSED)
            return await self._changed(session, learner, own, now)

    async def resume(self, member: Member) -> Outlook:
        """End a pause, an absence and a silence. What was due meanwhile does not come."""
        now = self.now()
        async with self.database.write() as session:
            learner, own = await self._own(session, member, now)
            own.paused_at = own.paused_until = None
            own.away, own.away_until = False, None
            return await self._changed(session, learner, own, now)

    async def outlook(self, member: Member) -> Outlook:
        """What the person may expect."""
        now = self.now()
        async with self.database.read() as session:
            learner = await learners.find(session, member.team_id, member.user_id)
            if learner is None:
                return Outlook(now=now, time_zone=self.defaults.time_zone, has_plan=False)
            return await self.outlook_of(session, learner, now=now)

    async def outlook_of(self, session: AsyncSession, learner: Learner, *, now: datetime) -> Outlook:
        """The same within a session."""
        learner_id = cast(int, learner.id)
        own = await preferences.get(session, learner_id) or preferences.fresh(learner_id, self.defaults)
        zone = self.reminders.zone_of(learner)
        today = local_date(now, zone)
        plan = await plans.current(session, learner_id)
        rows = await traces.next_dates(session, learner_id)
        facts = Facts(
            plan_ends_on=plan_end(plan.starts_on, len(plan.content_weeks), learner.interview_on)
            if plan
            else None,
            all_done_on=(await reminders.done_dates(session, [learner_id], since=today)).get(learner_id, ()),
            practised_on=(await reminders.practised_dates(session, [learner_id], since=today)).get(
                learner_id, ()
            ),
            answered_on=(await reminders.last_answered(session, [learner_id])).get(learner_id),
        )
        away = is_away(own, now)
        return Outlook(
            now=now,
            time_zone=zone,
            has_plan=plan is not None,
            upcoming=_upcoming(rows, own, facts, zone, now),
            off=tuple(kind for kind in KINDS if not is_on(own, kind)),
            is_paused=is_paused(own, zone, now),
            paused_until=own.paused_until,
            is_away=away,
            away_until=own.away_until if away else None,
            silent_since=own.silent_since,
            is_deactivated=learner.deactivated_at is not None,
        )

    async def _own(self, session: AsyncSession, member: Member, now: datetime) -> tuple[Learner, Preferences]:
        """The person and their terms, both locked."""
        learner = await learners.ensure(session, member.team_id, member.user_id, now=now)
        return learner, await preferences.ensure(session, cast(int, learner.id), self.defaults)

    async def _changed(
        self, session: AsyncSession, learner: Learner, own: Preferences, now: datetime
    ) -> Outlook:
        """Everything that follows from changed terms, in the transaction that changes them."""
        session.add(own)
        for kind in KINDS:
            if not is_on(own, kind):
                follow_ups = (SNOOZE,) if kind == "daily" else ()
                await outbox.cancel(
                    session, learner_id=own.learner_id, kinds=(kind, *follow_ups), reason=SWITCHED_OFF
                )
        await self.reminders.touch(session, own.learner_id, now=now)
        await self.reminders.reschedule(session, learner, own, now=now)
        await session.flush()
        return await self.outlook_of(session, learner, now=now)


def _choices(own: Preferences, learner: Learner | None) -> Choices:
    return Choices(
        daily_on=own.daily_on,
        daily_at=own.daily_at,
        days=tuple(own.days or EVERY_DAY),
        evening_on=own.evening_on,
        evening_at=own.evening_at,
        weekly_on=own.weekly_on,
        weekly_day=own.weekly_day,
        weekly_at=own.weekly_at,
        quiet_from=own.quiet_from,
        quiet_to=own.quiet_to,
        day_ends_at=own.day_ends_at,
        follows_zone=learner is None or not learner.zone_is_fixed,
        time_zone=learner.time_zone if learner else None,
        country=own.country,
        follows_status=own.follows_status,
    )


def _take(own: Preferences, choices: Choices) -> None:
    own.daily_on, own.daily_at, own.days = choices.daily_on, choices.daily_at, list(choices.days)
    own.evening_on, own.evening_at = choices.evening_on, choices.evening_at
    own.weekly_on, own.weekly_day, own.weekly_at = choices.weekly_on, choices.weekly_day, choices.weekly_at
    own.quiet_from, own.quiet_to, own.day_ends_at = choices.quiet_from, choices.quiet_to, choices.day_ends_at
    own.country, own.follows_status = choices.country, choices.follows_status
    if not choices.follows_status:
        own.away, own.away_until = False, None


def _upcoming(
    rows: dict[str, Reminder], own: Preferences, facts: Facts, zone: str, now: datetime
) -> tuple[Upcoming, ...]:
    found = []
    for kind in KINDS:
        row = rows.get(kind)
        if row is None or row.next_at is None or not is_on(own, kind):
            continue
        terms = terms_of(own, kind, zone, now)
        absence = own.away_until if terms.away else None
        if terms.away and absence is None:
            continue
        terms = replace(terms, away=False)
        at = next_wanted(terms, facts, row.next_on, row.next_at, not_before=absence)
        if at is not None:
            found.append(Upcoming(kind, at))
    return tuple(found)
