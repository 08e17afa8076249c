"""Who is owed what, and when: a person's dates of one kind, lived through one after another.

Where the specification leaves a choice, this is how it is read here:

- An outage means that nothing is decided and nothing is posted. Changes are seen when they are made.
- A change at the instant of a slot comes before it; a slot at the instant of a start is still to come.
- A slot in quiet hours counts from their end, and so does its window. "The following date" is one later than
  the reminder's own date. Such a date is skipped for that before any other reason, also after an outage; only
  a weekly message waits for their end.
- A time that is changed to one whose window is over already leaves no trace of that date.
- Of several passed dates the newest is skipped for any reason that holds when it is decided, even if its
  window is over.
- Older ones: rest day, holiday and pause are looked at as of their own slots; 31 dates with the newest.
- Switched off, no plan and silent leave no trace at all.
- After a move that keeps an instant of the old zone, quiet hours are those of the new one. Another time
  chosen then is a time in the new zone.
- A changed weekday aims at its first date from today on that is four days after the last decided one; if that
  is today, what was said of a changed time holds.
- Who starts after today's time is reminded from tomorrow on, also if they then move the time to later today.
- A weekly message that quiet hours postpone is asked for its reasons again when they end.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from tests.oracle.calendar import DAY, slot, wall_clock
from tests.oracle.person import Person, Settings
from tests.oracle.window import LENGTH, Kind, when_not_quiet, window_end

Outcome = Literal["sent", "skipped", "missed", "none"]
Spans = Sequence[tuple[datetime, datetime]]

MOST_RECORDED = 31
IGNORED = 3
ASK = "ask"
BEYOND = timedelta(days=9)
"""A date this far behind the last one asked for cannot be moved before it any more."""
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """What must become of one date. Sent: accepted by Slack from `earliest` on and before `end`."""

    key: str
    kind: Kind
    on: date
    outcome: Outcome
    earliest: datetime | None = None
    end: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class Slot:
    """One date's turn, in one zone and one person's quiet hours."""

    on: date
    nominal: datetime
    """The wall time as an instant, whether it is quiet or not."""
    at: datetime
    """When the date is decided."""
    end: datetime
    is_sendable: bool
    """False when the quiet hours it falls into end on a later date."""


def owed(person: Person, kind: Kind, first: date, last: date, outages: Spans = ()) -> list[Expectation]:
    """What must become of each date from first to last; `none` where nothing may be posted nor traced."""
    silences: Spans = ()
    if kind != "daily":
        daily = Walk(person, "daily", outages)
        daily.run(last + 2 * BEYOND)
        silences = daily.silences
    walk = Walk(person, kind, outages, silences)
    walk.run(last + BEYOND)
    return [walk.outcome(first + n * DAY) for n in range((last - first).days + 1)]


class Walk:
    """One person's dates of one kind."""

    def __init__(self, person: Person, kind: Kind, outages: Spans, silences: Spans = ()) -> None:
        self.person = person
        self.kind = kind
        self.outages = outages
        self.silences = list(silences)
        """When nothing comes because too much was ignored; of daily, what this walk finds out itself."""
        self.decided: dict[date, Expectation] = {}
        self.sent: list[datetime] = []
        self.signs_of_life = person.signs_of_life()
        self.now = person.settings[0][0]
        self.zone = person.zone_at(self.now)
        self.settings = person.settings_at(self.now)
        self.next: Slot | None = None
        self.left_at = self.today(self.zone)
        """While nothing is next: the first date that passes so."""
        self.dormant = ""

    def run(self, last: date) -> None:
        """Live until a date after last is next, or nothing is."""
        known_since = self.now
        bounds = [bound for silence in self.silences for bound in silence if bound != NEVER]
        changes = sorted({change for change in [*self.person.changes(), *bounds] if change >= known_since})
        while self.next is None or self.next.on <= last:
            due = self.when_up(max(self.next.at, self.now)) if self.next else NEVER
            if changes and changes[0] <= due:
                self.now = changes.pop(0)
                self.change()
            elif self.next:
                self.now = due
                self.decide(self.next)
            else:
                return

    def outcome(self, on: date) -> Expectation:
        """What became of a date."""
        reason = self.dormant if self.next is None and on >= self.left_at else "not due"
        return self.decided.get(on) or self.expectation(on, "none", reason=reason)

    # What is next

    def change(self) -> None:
        """Something may be different now: plan anew."""
        zone_before, settings_before = self.zone, self.settings
        self.zone, self.settings = self.person.zone_at(self.now), self.person.settings_at(self.now)
        self.wake()
        dormant = self.why_dormant(self.now)
        if dormant:
            self.sleep(dormant)
        elif self.next is None:
            self.start()
        else:
            self.next = self.moved(self.next, zone_before, settings_before)

    def moved(self, waiting: Slot, zone_before: str, before: Settings) -> Slot:
        """The undecided date under the settings and in the zone of now."""
        if self.kind == "weekly" and self.settings.weekly_day != before.weekly_day:
            return self.aim(self.earliest_date())
        if self.settings.at(self.kind) != before.at(self.kind):
            return self.unless_over(self.aim(waiting.on))
        if self.zone == zone_before:
            return self.turn(waiting.on, waiting.nominal)
        is_still_to_come = waiting.at >= self.now
        if waiting.on <= self.today(zone_before) and is_still_to_come:
            return self.turn(waiting.on, waiting.nominal)
        return self.aim(waiting.on)

    def unless_over(self, aimed: Slot) -> Slot:
        """A time that is over when it is chosen is nobody's miss: the next date's instead."""
        if aimed.end > self.now:
            return aimed
        self.decided[aimed.on] = self.expectation(aimed.on, "none", reason="its time was changed")
        return self.aim(self.following(aimed.on))

    def start(self) -> None:
        """From the first date whose time is still to come."""
        aimed = self.aim(self.earliest_date())
        while aimed.at < self.now:
            aimed = self.aim(self.following(aimed.on))
        for n in range((aimed.on - self.left_at).days):
            on = self.left_at + n * DAY
            self.decided.setdefault(on, self.expectation(on, "none", reason=self.dormant or "not due"))
        self.next = aimed
        self.dormant = ""

    def sleep(self, reason: str) -> None:
        """Nothing is next."""
        if self.next is not None:
            self.left_at = self.next.on
        self.next = None
        self.dormant = reason

    def wake(self) -> None:
        """A sign of life ends a silence."""
        if self.kind == "daily" and self.silences:
            begun, end = self.silences[-1]
            if end == NEVER and self.last_sign_of_life(self.now) > begun:
                self.silences[-1] = (begun, self.now)

    def earliest_date(self) -> date:
        """The first date of this kind from today on that is not too close to the last decided one."""
        on = self.today(self.zone)
        if traced := [on for on, it in self.decided.items() if it.outcome != "none"]:
            on = max(on, max(traced) + (4 if self.kind == "weekly" else 1) * DAY)
        return self.of_kind(on)

    def following(self, on: date) -> date:
        """The date of this kind after one."""
        return self.of_kind(on + (4 if self.kind == "weekly" else 1) * DAY)

    def of_kind(self, on: date) -> date:
        """That date, or the next of the person's weekday."""
        while self.kind == "weekly" and on.weekday() != self.settings.weekly_day:
            on += DAY
        return on

    def aim(self, on: date) -> Slot:
        """The turn of that date, or of the next of its kind on which the wall time exists."""
        nominal = slot(on, self.settings.at(self.kind), self.zone)
        if nominal is None:
            self.decided[on] = self.expectation(on, "none", reason="no such time on this date")
            return self.aim(self.following(on))
        return self.turn(on, nominal)

    def turn(self, on: date, nominal: datetime) -> Slot:
        """A date's turn, with quiet hours looked at."""
        quiet = (self.zone, self.settings.quiet_from, self.settings.quiet_to)
        begins = when_not_quiet(nominal, *quiet)
        if begins > nominal and wall_clock(begins, self.zone).date() > on:
            if self.kind == "weekly":
                return Slot(on, nominal, nominal, window_end(self.kind, nominal, *quiet), is_sendable=True)
            return Slot(on, nominal, nominal, nominal + LENGTH[self.kind], is_sendable=False)
        return Slot(on, nominal, begins, window_end(self.kind, begins, *quiet), is_sendable=True)

    # What becomes of it

    def decide(self, due: Slot) -> None:
        """Decide every date whose turn has come; only the newest may be sent."""
        passed = [due]
        while (later := self.aim(self.following(passed[-1].on))).at <= self.now:
            passed.append(later)
        self.next = later
        *older, newest = passed
        for old in older[: -(MOST_RECORDED - 1)]:
            self.decided[old.on] = self.expectation(old.on, "none", reason="too long ago")
        for old in older[-(MOST_RECORDED - 1) :]:
            reason = self.why_not_then(old)
            outcome: Outcome = "skipped" if reason else "missed"
            self.record(old, outcome, old.at, reason or "late")
        self.decide_newest(newest)

    def decide_newest(self, due: Slot) -> None:
        """Sent, skipped or missed."""
        reason = self.why_not(due, self.now)
        if reason:
            self.record(due, "skipped", self.now, reason)
            return
        at = self.when_postable(self.now)
        if at >= due.end:
            self.record(due, "missed", due.at, "late")
        elif reason := self.why_not(due, at) or self.why_dormant(at):
            self.record(due, "skipped", at, reason)
        elif self.kind == "daily" and self.is_ignored(at):
            self.record(due, "sent", at, ASK)
            self.silences.append((at, NEVER))
            self.sleep("silent")
        else:
            self.record(due, "sent", at)
            self.sent.append(self.person.arrived.get(self.decided[due.on].key, at))

    def why_not(self, due: Slot, instant: datetime) -> str:
        """Why a date is not wanted, seen at an instant; empty if it is."""
        person, on = self.person, due.on
        if not due.is_sendable:
            return "quiet hours"
        if person.is_paused(on, instant):
            return "paused"
        if person.is_away(instant):
            return "away"
        if free := self.why_free(on):
            return free
        if self.kind == "weekly":
            answered = [it for it in person.checked_in if instant - 4 * DAY < it <= instant]
            return "already done" if answered else ""
        finished = [person.done.get(on, NEVER)]
        if self.kind == "evening":
            finished.append(person.worked.get(on, NEVER))
        return "already done" if min(finished) <= instant else ""

    def why_not_then(self, old: Slot) -> str:
        """Why a date that passed in an outage was not wanted anyway; empty if it was."""
        if not old.is_sendable:
            return "quiet hours"
        if self.person.is_paused(old.on, old.at):
            return "paused"
        return self.why_free(old.on)

    def why_free(self, on: date) -> str:
        """Rest days and holidays; a weekly check-in knows neither."""
        if self.kind != "weekly" and on.weekday() not in self.settings.days:
            return "rest day"
        return "holiday" if self.kind != "weekly" and on in self.settings.holidays else ""

    def why_dormant(self, instant: datetime) -> str:
        """Why no date of this kind is looked at; empty if they are."""
        if not self.person.settings_at(instant).on(self.kind):
            return "switched off"
        if self.kind != "weekly" and not self.person.has_plan(instant):
            return "no plan"
        return "silent" if any(begun <= instant < end for begun, end in self.silences) else ""

    def is_ignored(self, instant: datetime) -> bool:
        """Whether the last messages were all sent after the person's last sign of life."""
        latest = self.sent[-IGNORED:]
        return len(latest) == IGNORED and min(latest) > self.last_sign_of_life(instant)

    # Time

    def today(self, zone: str) -> date:
        """The calendar's date there, now."""
        return wall_clock(self.now, zone).date()

    def last_sign_of_life(self, instant: datetime) -> datetime:
        """The latest up to that instant; there is always the first settings."""
        return self.signs_of_life[bisect_right(self.signs_of_life, instant) - 1]

    def when_up(self, instant: datetime) -> datetime:
        """That instant, or the end of the outage it falls into."""
        while ends := [end for begun, end in self.outages if begun <= instant < end]:
            instant = max(ends)
        return instant

    def when_postable(self, instant: datetime) -> datetime:
        """The first instant from then on at which the bot is up and it is not quiet for the person."""
        while True:
            quiet = self.quiet_at(instant)
            later = self.when_up(when_not_quiet(instant, *quiet))
            if later == instant:
                return instant
            instant = later

    def quiet_at(self, instant: datetime) -> tuple[str, time, time]:
        """Zone and quiet hours of that moment."""
        settings = self.person.settings_at(instant)
        return self.person.zone_at(instant), settings.quiet_from, settings.quiet_to

    def record(self, due: Slot, outcome: Outcome, earliest: datetime, reason: str = "") -> None:
        """Decide a date, once."""
        earlier = self.decided.get(due.on)
        assert earlier is None or earlier.outcome == "none", f"{due.on} is decided twice"
        self.decided[due.on] = self.expectation(due.on, outcome, earliest, due.end, reason)

    def expectation(
        self,
        on: date,
        outcome: Outcome,
        earliest: datetime | None = None,
        end: datetime | None = None,
        reason: str = "",
    ) -> Expectation:
        return Expectation(
            key=f"{self.kind}:{self.person.learner}:{on}",
            kind=self.kind,
            on=on,
            outcome=outcome,
            earliest=earliest,
            end=end,
            reason=reason,
        )
