"""The day's practice: what it is, ticking it off, swapping, putting it off."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import cast
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import Now
from bot.members import Member
from bot.outgoing import Unneeded
from bot.reminders.decision import ALL_DONE, DONE_SOMETHING
from bot.reminders.service import BULK, ReminderService
from bot.reminders.terms import quiet_of
from bot.reminders.timing import is_quiet, learner_day, slot
from bot.review.keeping import ReviewKeeper
from bot.today.answers import (
    Changed,
    Copy,
    DayOverError,
    Drawn,
    EveningLine,
    NoListError,
    Question,
    SnoozeRefusedError,
    SwapRefusedError,
)
from bot.today.choice import LOOK_BACK, Part, choose
from bot.today.day import Today
from bot.today.gathering import Day, Gathered, Gatherer
from bot.today.keeping import Ticks
from bot.today.listing import SNOOZE, Listing, turn_of
from content.catalog import Catalog
from storage import learners, log, outbox, practice, preferences
from storage.engine import Database
from storage.models import Learner, OutboxMessage, OutboxState
from storage.practice import Item

DAILY, EVENING = "daily", "evening"
COPIES = (DAILY, SNOOZE)
"""Kinds of messages that carry the list."""
MOST_SNOOZES = 3
SNOOZES: Mapping[str, timedelta | None] = {
    "1h": timedelta(hours=1),
    "3h": timedelta(hours=3),
    "evening": None,
}
"""How long each choice puts the list off; None: until the person's evening."""
FURTHEST_BACK = timedelta(days=366)
"""No list is looked for that is older."""
SAME_CHOICE = timedelta(minutes=1)
"""A second press within it means the same."""
NOT_TODAY = "you said: not today"
MOVED = "you chose another time"


@dataclass(frozen=True)
class TodayService:
    """The use cases of the daily minimums."""

    catalog: Catalog
    database: Database
    now: Now
    reminders: ReminderService
    wake_delivery: Callable[[], None]

    @cached_property
    def _listing(self) -> Listing:
        return Listing(self.catalog, self.reminders.defaults.time_zone)

    @cached_property
    def gatherer(self) -> Gatherer:
        """Puts together what a day is chosen from."""
        return Gatherer(self.catalog, self._listing.pool, self.now, self.reminders.defaults.time_zone)

    @cached_property
    def _ticks(self) -> Ticks:
        return Ticks(self.catalog, ReviewKeeper(self.reminders.defaults.time_zone))

    async def show(self, member: Member) -> Today:
        """The list of the day it is for the person, chosen now if it was not before."""
        async with self.database.write() as session:
            learner = await self._learner(session, member)
            day = (cast(int, learner.id), await self._date(session, learner))
            found = await self._gather_and_choose(session, [day])
            await self.reminders.touch(session, day[0], now=self.now())
            rows = await practice.messages_of_day(session, *day, COPIES)
        return self._today(found[day], rows)

    async def home(self, member: Member) -> Today | None:
        """The list of the day it is, if it has been chosen; nothing is changed."""
        async with self.database.read() as session:
            learner = await learners.find(session, member.team_id, member.user_id)
            if learner is None or learner.id is None:
                return None
            day = (learner.id, await self._date(session, learner))
            found = await self.gatherer.gather(session, [day])
        return self.shown(found[day])

    def shown(self, day: Gathered) -> Today | None:
        """A day that was read elsewhere, if anything was chosen for it."""
        return self._today(day, ()) if day.items else None

    async def tick(self, member: Member, on: date, part: str, *, is_done: bool, at: datetime) -> Changed:
        """
        Tick a line or take its tick back; a repeated press changes nothing.

        `at` is when it was pressed: a press that was overtaken by a later tick takes nothing back. Raises
        NoListError for a line that is not the person's, DayOverError for one of more than a week ago.
        """
        now = self.now()
        async with self.database.write() as session:
            learner, day = await self._open(session, member, on)
            self._ask_for_this_week(learner, day, now)
            item = _line(day, part)
            if is_done and item.done_at is None:
                await self._ticks.keep(session, day, item, done_at=min(at, now), now=now)
            elif not is_done and item.done_at is not None and at >= item.done_at:
                await self._ticks.keep(session, day, item, done_at=None, now=now)
            return await self._changed(session, day, now)

    async def rate(self, member: Member, on: date, part: str, rating: int) -> Changed:
        """Say how a ticked line went, 1 (Again) to 4 (Easy): it comes back by that. Raises as `tick` does."""
        now = self.now()
        async with self.database.write() as session:
            learner, day = await self._open(session, member, on)
            self._ask_for_this_week(learner, day, now)
            await self._ticks.rate(session, day, _line(day, part), rating)
            return await self._changed(session, day, now)

    async def swap(
        self, member: Member, on: date, part: str, task: str, *, was_known: bool = False
    ) -> Changed:
        """
        Give another task for a part, once a day; `task` is the one that goes. Raises SwapRefusedError.

        One that `was_known` before is never given again, and costs no swap.
        """
        now = self.now()
        async with self.database.write() as session:
            learner, day = await self._open(session, member, on, whole=True)
            self._ask_for_today(learner, day, now)
            item = _line(day, part)
            # The same press once more: the swap has been made.
            is_made = item.swapped_from == task or (was_known and task in day.background.known)
            if item.task == task or not is_made:
                await self._swap(session, day, item, task, was_known=was_known)
            return await self._changed(session, day, now)

    async def not_today(self, member: Member, on: date) -> Changed:
        """No more reminders on this date: what is owed is dropped, and the evening's line does not come."""
        now = self.now()
        async with self.database.write() as session:
            learner, day = await self._open(session, member, on)
            self._ask_for_today(learner, day, now)
            learner_id = day.person.learner_id
            await outbox.cancel(
                session, learner_id=learner_id, kinds=(DAILY, EVENING, SNOOZE), reason=NOT_TODAY
            )
            own = await preferences.ensure(session, learner_id, self.reminders.defaults)
            wanted = [kind for kind, is_on in ((DAILY, own.daily_on), (EVENING, own.evening_on)) if is_on]
            drafts = [
                outbox.Draft(
                    idempotency_key=f"{kind}:{learner_id}:{on}",
                    team_id=learner.team_id,
                    learner_id=learner_id,
                    kind=kind,
                    local_date=on,
                    due_at=now,
                    state=OutboxState.SKIPPED,
                    reason=NOT_TODAY,
                    priority=BULK,
                )
                for kind in wanted
            ]
            await outbox.enqueue_all(session, drafts, now=now)
            return await self._changed(session, day, now)

    async def snooze(self, member: Member, on: date, choice: str) -> Changed:
        """
        Owe the list once more, later on the same day.

        Raises SnoozeRefusedError in quiet hours, after the day, too often, and when all is done.
        """
        now = self.now()
        async with self.database.write() as session:
            learner, day = await self._open(session, member, on)
            self._ask_for_today(learner, day, now)
            due_at = await self._snoozed_until(session, learner, day, choice, now)
            rows = await practice.messages_of_day(session, day.person.learner_id, on, (SNOOZE,))
            waiting = [row for row in rows if row.state in (OutboxState.DUE, OutboxState.CLAIMED)]
            if not any(abs(row.due_at - due_at) < SAME_CHOICE for row in waiting):
                await self._owe_again(session, learner, day, due_at, number=len(rows) + 1)
            again_at = due_at.astimezone(ZoneInfo(self._zone(learner)))
            changed = await self._changed(session, day, now, again_at=again_at)
        self.wake_delivery()
        return changed

    async def touch(self, member: Member) -> None:
        """The person did something that changes nothing else."""
        async with self.database.write() as session:
            learner = await self._learner(session, member)
            await self.reminders.touch(session, cast(int, learner.id), now=self.now())

    async def drawn(self, messages: Sequence[OutboxMessage]) -> dict[int, Drawn]:
        """By message id what a reminder shows, or why it is not sent; what is missing is chosen now."""
        answers: dict[int, Drawn] = dict(await self.reminders.still_wanted(messages))
        left = [message for message in messages if message.id not in answers]
        lists: list[OutboxMessage] = []
        for message in left:
            if message.payload.get("ask"):
                answers[message.id or 0] = Question(self._listing.question(turn_of(message)))
            elif message.learner_id is not None and message.local_date is not None:
                lists.append(message)
        days = {_day(message) for message in lists}
        evenings = {_day(message) for message in lists if message.kind == EVENING}
        async with self.database.read() as session:
            practised = await practice.practised_on(session, evenings) if evenings else set()
            found = await self.gatherer.gather(session, days)
        if any(day.missing for day in found.values()):
            async with self.database.write() as session:
                there = await learners.hold(session, {learner_id for learner_id, _ in days})
                found = {day: known for day, known in found.items() if day[0] in there}
                await self._store(session, found)
        for message in lists:
            day = found.get(_day(message))
            if day is not None:
                answers[message.id or 0] = self._draw(message, day, practised)
        return answers

    def _draw(self, message: OutboxMessage, day: Gathered, practised: Collection[Day]) -> Drawn:
        if message.kind == EVENING and _day(message) in practised:
            return Unneeded(DONE_SOMETHING)
        today = self._today(day, (message,))
        if today.is_all_done:
            return Unneeded(ALL_DONE)
        return EveningLine(today) if message.kind == EVENING else today

    # What the use cases share.

    async def _learner(self, session: AsyncSession, member: Member) -> Learner:
        return await learners.ensure(session, member.team_id, member.user_id, now=self.now())

    def _zone(self, learner: Learner) -> str:
        return self.reminders.zone_of(learner)

    async def _date(self, session: AsyncSession, learner: Learner) -> date:
        own = await preferences.get(session, cast(int, learner.id))
        ends_at = own.day_ends_at if own is not None else practice.DEFAULT_DAY_END
        return learner_day(self.now(), self._zone(learner), ends_at)

    async def _open(
        self, session: AsyncSession, member: Member, on: date, *, whole: bool = False
    ) -> tuple[Learner, Gathered]:
        """The person and their day, which must have a list."""
        learner = await self._learner(session, member)
        day = (cast(int, learner.id), on)
        if timedelta() <= await self._date(session, learner) - on <= FURTHEST_BACK:
            found = (await self.gatherer.gather(session, [day], whole=whole))[day]
            if found.items:
                return learner, found
        raise NoListError("I have no list for that day. Type `/prep today` for today's.")

    def _ask_for_this_week(self, learner: Learner, day: Gathered, now: datetime) -> None:
        if learner_day(now, self._zone(learner), day.person.day_ends_at) - day.background.on > LOOK_BACK:
            raise DayOverError("That day is more than a week ago: its ticks stay as they are.")

    def _ask_for_today(self, learner: Learner, day: Gathered, now: datetime) -> None:
        if learner_day(now, self._zone(learner), day.person.day_ends_at) != day.background.on:
            raise DayOverError("That day is over. Type `/prep today` for today's list.")

    async def _gather_and_choose(self, session: AsyncSession, days: Collection[Day]) -> dict[Day, Gathered]:
        found = await self.gatherer.gather(session, days)
        await self._store(session, found)
        return found

    async def _store(self, session: AsyncSession, found: Mapping[Day, Gathered]) -> None:
        """Keep what is chosen; where another was quicker, its choice holds."""
        rows = [
            Item(day[0], day[1], part, choice.task, choice.is_review)
            for day, known in found.items()
            for part, choice in known.choices(self._listing.pool).items()
        ]
        if not rows:
            return
        if await practice.add_items(session, rows) == len(rows):
            for row in rows:
                found[row.learner_id, row.on].items[row.part] = row
            return
        dates = [row.on for row in rows]
        ids = {row.learner_id for row in rows}
        stored = await practice.items(session, ids, from_on=min(dates), to_on=max(dates))
        for items in stored.values():
            for item in items:
                if (item.learner_id, item.on) in found:
                    found[item.learner_id, item.on].items[item.part] = item

    async def _swap(
        self, session: AsyncSession, day: Gathered, item: Item, task: str, *, was_known: bool
    ) -> None:
        if item.task != task:
            raise SwapRefusedError("That task is not on your list any more. `/prep today` shows what is.")
        if item.done_at is not None:
            raise SwapRefusedError("That one is done already, so it stays.")
        if not was_known and any(other.swapped_from for other in day.items.values()):
            raise SwapRefusedError("You have swapped one task today. Tomorrow you can swap again.")
        part = cast(Part, item.part)
        chosen = choose(day.background, self._listing.pool, [part], without={item.task}, may_review=False)
        if part not in chosen:
            raise SwapRefusedError("There is no other task of this kind left for you.")
        swapped_from = item.swapped_from if was_known else item.task
        if was_known:
            await log.know(session, item.learner_id, task, now=self.now())
            await log.replace_item(session, item.learner_id, item.on, part, task=chosen[part].task)
        else:
            await practice.swap(session, item, task=chosen[part].task)
        day.items[part] = item._replace(
            task=chosen[part].task, is_review=chosen[part].is_review, swapped_from=swapped_from
        )

    async def _snoozed_until(
        self, session: AsyncSession, learner: Learner, day: Gathered, choice: str, now: datetime
    ) -> datetime:
        if choice not in SNOOZES:
            raise NoListError("I do not know that time. Type `/prep today` for today's list.")
        if all(item.done_at is not None for item in day.items.values()):
            raise SnoozeRefusedError("All of today is done, so there is nothing to come back with.")
        zone, on = self._zone(learner), day.background.on
        own = await preferences.ensure(session, day.person.learner_id, self.reminders.defaults)
        after = SNOOZES[choice]
        due_at = now + after if after is not None else slot(on, own.evening_at, zone)
        if due_at is None or due_at <= now:
            raise SnoozeRefusedError("This evening's time has passed. One hour may still fit.")
        if learner_day(due_at, zone, own.day_ends_at) != on:
            raise SnoozeRefusedError("Your day ends before that. Tomorrow's list comes at its time.")
        if is_quiet(due_at, zone, quiet_of(own)):
            raise SnoozeRefusedError(
                "That would be in your quiet hours. Choose an earlier time, or type `/prep settings`."
            )
        return due_at

    async def _owe_again(
        self, session: AsyncSession, learner: Learner, day: Gathered, due_at: datetime, *, number: int
    ) -> None:
        if number > MOST_SNOOZES:
            raise SnoozeRefusedError(
                f"Today's list was put off {MOST_SNOOZES} times. `/prep today` shows it whenever you like."
            )
        learner_id, on = day.person.learner_id, day.background.on
        await outbox.cancel(session, learner_id=learner_id, kinds=(SNOOZE,), reason=MOVED)
        ends_at = slot(on + timedelta(days=1), day.person.day_ends_at, self._zone(learner))
        draft = outbox.Draft(
            idempotency_key=f"{SNOOZE}:{learner_id}:{on}:{number}",
            team_id=learner.team_id,
            learner_id=learner_id,
            kind=SNOOZE,
            local_date=on,
            due_at=due_at,
            expires_at=ends_at or due_at + timedelta(hours=2),
            payload={"n": number},
            priority=BULK,
        )
        await outbox.enqueue(session, draft, now=self.now())

    async def _changed(
        self, session: AsyncSession, day: Gathered, now: datetime, *, again_at: datetime | None = None
    ) -> Changed:
        """Count what was done as an activity, and say what there is now."""
        learner_id = day.person.learner_id
        await self.reminders.touch(session, learner_id, now=now)
        rows = await practice.messages_of_day(session, learner_id, day.background.on, COPIES)
        copies = tuple(
            Copy(str(row.channel), str(row.message_ts))
            for row in rows
            if practice.is_in_conversation(row) and not row.payload.get("ask")
        )
        return Changed(today=self._today(day, rows), copies=copies, again_at=again_at)

    def _today(self, day: Gathered, rows: Sequence[OutboxMessage]) -> Today:
        return self._listing.today(day, rows, self.now())


def _line(day: Gathered, part: str) -> Item:
    item = day.items.get(part)
    if item is None:
        raise NoListError("I have no such line for that day. Type `/prep today` for today's list.")
    return item


def _day(message: OutboxMessage) -> Day:
    return cast(int, message.learner_id), cast(date, message.local_date)
