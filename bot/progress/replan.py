"""
Bending a plan to the date: more per day, fewer tasks, or a later date.

Finished weeks and tasks that are done never change. What was missed in finished weeks is planned again in
weeks to come, the most important first; so is what no longer fits into the rest of this week. No week gets
more than its hours allow, and hours never go above DAILY_CAP a day.

more    the fewest hours a week at which everything has its place
fewer   what does not fit into the hours, or into the pace where that is slower, goes: excellence before skill
        building, within them what stands lower in its week; mocks, critical gaps and the first task of a
        track in a week never
later   weeks are put in after this one, as many as are needed or as the new date allows
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from bot.assessment.scoring import Tier
from bot.progress.ground import DAILY_CAP, Bent, Ground, Moved, Slot, Way
from bot.progress.pace_rules import Placed

MOST_NEW_WEEKS = 8
"""What is suggested; a date the person chooses may add more."""
LONGEST_PLAN = 60
PLANNED_AGAIN = ("problem", "concept", "design", "story", "mock")
"""Kinds of missed tasks that come again. Rehearsals come every week anyway."""
SLOWEST = 3
"""The pace counts as at least one third of the hours, so that a bad month does not empty a plan."""


@dataclass(slots=True)
class _Draft:
    """Weeks while tasks are put in and taken out."""

    ground: Ground
    weeks: dict[int, list[Slot]] = field(default_factory=lambda: defaultdict(list))
    moved: list[Moved] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)

    def minutes(self, week: int) -> int:
        return sum(
            self.ground.tasks[slot.task].minutes * slot.times
            for slot in self.weeks[week]
            if self.is_known(slot)
        )

    def is_known(self, slot: Slot) -> bool:
        return slot.task in self.ground.tasks

    def put(self, entry: Placed, week: int) -> None:
        self.weeks[week].append(Slot(week, 0, entry.task, entry.times, entry.competency))
        self.moved.append(Moved(entry.task, entry.week, week))

    def slots(self) -> tuple[Slot, ...]:
        return tuple(
            slot._replace(week=week, position=position)
            for week in sorted(self.weeks)
            for position, slot in enumerate(self.weeks[week], start=1)
        )


Room = Callable[[int], int]
"""Minutes that a week may hold."""


def bend(ground: Ground, way: Way, interview_on: date | None = None) -> Bent:
    """The plan bent in one of the three ways; `interview_on` is a later date that the person chose."""
    match way:
        case "more":
            return _more(ground)
        case "fewer":
            return _fewer(ground)
        case "later":
            return _later(ground, interview_on)


def weekly_minutes(ground: Ground) -> int:
    """What a week really holds: the plan's hours, or the pace where that is slower."""
    planned = ground.shape.hours * 60
    if ground.pace is None:
        return planned
    return min(planned, max(ground.pace, planned // SLOWEST))


def suggested(ground: Ground) -> tuple[int, date | None]:
    """How many more weeks would hold all that is left, at most MOST_NEW_WEEKS, and the date that means."""
    for weeks in range(1, MOST_NEW_WEEKS):
        if _by_weeks(ground, weeks).fits:
            return weeks, _date_after(ground, weeks)
    return MOST_NEW_WEEKS, _date_after(ground, MOST_NEW_WEEKS)


def _more(ground: Ground) -> Bent:
    for hours in range(ground.shape.hours, ground.highest_hours + 1):
        draft, left = _spread(ground, hours * 60, range(ground.this_week + 1, ground.last_week + 1))
        if not left:
            return _bent(ground, "more", draft, hours=hours)
    return Bent(
        way="more", before=ground.shape, after=ground.shape, fits=False, changes_from=ground.this_week
    )


def _fewer(ground: Ground) -> Bent:
    full = weekly_minutes(ground)
    weeks = range(ground.this_week + 1, ground.last_week + 1)
    draft = _drafted(ground)
    carried = _missed(ground) + _overflow(ground, draft, full)
    room = _room(ground, full)
    for week in weeks:
        for slot in _least_useful_first(ground, draft.weeks[week]):
            if draft.minutes(week) <= room(week):
                break
            draft.weeks[week].remove(slot)
            draft.dropped.append(slot.task)
    left = _place(ground, draft, carried, weeks, room)
    kept = [entry for entry in left if not _is_droppable(ground, entry.task, entry.competency)]
    draft.dropped += [entry.task for entry in left if entry not in kept]
    _force(draft, kept, weeks, room)
    is_over = any(draft.minutes(week) > room(week) for week in weeks) or bool(kept)
    return _bent(ground, "fewer", draft, fits=not is_over)


def _later(ground: Ground, interview_on: date | None) -> Bent:
    if interview_on is None:
        return _by_weeks(ground, suggested(ground)[0])
    before, length = ground.shape.interview_on, len(ground.shape.content_weeks)
    added = max((interview_on - ground.starts_on).days // 7 + 1 - length, 0)
    if before is not None and before >= ground.today:
        # A plan that ends long before the interview does not have to reach up to it.
        added = min(added, max(-(-(interview_on - before).days // 7), 0))
    return _stretched(ground, added, interview_on)


def _by_weeks(ground: Ground, weeks: int) -> Bent:
    date_after = _date_after(ground, weeks)
    if date_after is not None:
        return _later(ground, date_after)
    # Weeks that passed since the plan ended have no place of their own in it.
    gap = max(ground.this_week - 1 - len(ground.shape.content_weeks), 0)
    return _stretched(ground, weeks + gap, ground.shape.interview_on)


def _date_after(ground: Ground, weeks: int) -> date | None:
    """The interview so many weeks later; None without a date to come."""
    before = ground.shape.interview_on
    return before + timedelta(days=7 * weeks) if before is not None and before >= ground.today else None


def _stretched(ground: Ground, weeks: int, interview_on: date | None) -> Bent:
    """With so many weeks put in after this one, or at the end where the plan is over."""
    shape, this_week = ground.shape, ground.this_week
    length = len(shape.content_weeks)
    is_over = this_week > length
    added = min(weeks, max(LONGEST_PLAN - length, 0))
    at = length if is_over else this_week
    catch_up = _catch_up(ground, at)
    content_weeks = (*shape.content_weeks[:at], *[catch_up] * added, *shape.content_weeks[at:])
    after = replace(shape, content_weeks=content_weeks, interview_on=interview_on)
    full = weekly_minutes(ground)
    draft = _drafted(ground, shift=added)
    carried = _missed(ground) + ([] if is_over else _overflow(ground, draft, full))
    stretched = replace(ground, shape=after)
    room = _room(stretched, full)
    first = this_week if is_over else this_week + 1
    open_weeks = range(first, stretched.last_week + 1)
    for week in range(this_week + added + 1, stretched.last_week + 1):
        for slot in _least_important_first(ground, draft.weeks[week]):
            if draft.minutes(week) <= room(week):
                break
            draft.weeks[week].remove(slot)
            carried.append(Placed(week - added, slot.task, slot.times, slot.competency))
    left = _place(ground, draft, carried, open_weeks, room)
    _force(draft, left, open_weeks, room)
    bent = _bent(ground, "later", draft, fits=not left)
    return replace(bent, after=replace(after, slots=bent.after.slots), new_weeks=added)


def _spread(ground: Ground, full: int, weeks: Iterable[int]) -> tuple[_Draft, list[Placed]]:
    draft = _drafted(ground)
    carried = _missed(ground) + _overflow(ground, draft, full)
    return draft, _place(ground, draft, carried, weeks, _room(ground, full))


def _drafted(ground: Ground, *, shift: int = 0) -> _Draft:
    """The plan as it is, its coming weeks `shift` weeks later."""
    draft = _Draft(ground)
    for slot in sorted(ground.shape.slots):
        draft.weeks[slot.week + shift if slot.week > ground.this_week else slot.week].append(slot)
    return draft


def _room(ground: Ground, full: int) -> Room:
    weeks = ground.shape.content_weeks

    def room(week: int) -> int:
        index = weeks[week - 1] if week <= len(weeks) else 0
        return full * ground.loads[index] // 100

    return room


def _missed(ground: Ground) -> list[Placed]:
    return [
        entry
        for entry in ground.undone
        if entry.week < ground.this_week and ground.tasks[entry.task].kind in PLANNED_AGAIN
    ]


def _overflow(ground: Ground, draft: _Draft, full: int) -> list[Placed]:
    """Takes out of this week what its days can no longer hold, the least important first."""
    this_week = ground.this_week
    if this_week >= ground.last_week:
        return []
    gone = (ground.today - ground.starts_on).days % 7
    days = min(7 - gone, ground.days_a_week)
    room = days * min(full // ground.days_a_week, DAILY_CAP * 60)
    still = {entry.task: entry for entry in ground.undone if entry.week == this_week}
    minutes = sum(ground.tasks[entry.task].minutes * entry.times for entry in still.values())
    out: list[Placed] = []
    for slot in _least_important_first(ground, draft.weeks[this_week]):
        if minutes <= room:
            break
        entry = still.get(slot.task)
        is_whole = entry is not None and entry.times == slot.times
        if entry is not None and is_whole and ground.tasks[slot.task].kind in PLANNED_AGAIN:
            draft.weeks[this_week].remove(slot)
            minutes -= ground.tasks[slot.task].minutes * slot.times
            out.append(entry)
    return out


def _place(
    ground: Ground, draft: _Draft, entries: Iterable[Placed], weeks: Iterable[int], room: Room
) -> list[Placed]:
    """Puts each into the first week with room for it, the most important first; what found none."""
    weeks = list(weeks)
    left = []
    for entry in sorted(entries, key=lambda one: (_importance(ground, one.task, one.competency), one.week)):
        minutes = ground.tasks[entry.task].minutes * entry.times
        for week in weeks:
            has_it = any(slot.task == entry.task for slot in draft.weeks[week])
            if not has_it and draft.minutes(week) + minutes <= room(week):
                draft.put(entry, week)
                break
        else:
            left.append(entry)
    return left


def _force(draft: _Draft, entries: Iterable[Placed], weeks: Sequence[int], room: Room) -> None:
    """Puts each where it does the least harm."""
    for entry in entries:
        if weeks:
            draft.put(entry, max(weeks, key=lambda week: room(week) - draft.minutes(week)))


def _importance(ground: Ground, task: str, competency: str | None) -> int:
    """0 for the most important."""
    tier = ground.tier_of.get(competency or "")
    if tier == Tier.CRITICAL:
        return 0
    if ground.tasks[task].kind == "mock":
        return 1
    return 2 if tier == Tier.SKILL else 3


def _is_droppable(ground: Ground, task: str, competency: str | None) -> bool:
    return _importance(ground, task, competency) >= 2


def _least_important_first(ground: Ground, slots: Sequence[Slot]) -> list[Slot]:
    known = [slot for slot in slots if slot.task in ground.tasks]
    return sorted(
        known,
        key=lambda slot: (_importance(ground, slot.task, slot.competency), known.index(slot)),
        reverse=True,
    )


def _least_useful_first(ground: Ground, slots: Sequence[Slot]) -> list[Slot]:
    """Those of a week that may be dropped; what is done already stays."""
    open_tasks = {entry.task for entry in ground.undone}
    rank: dict[Slot, int] = {}
    by_track: dict[str, int] = defaultdict(int)
    for slot in slots:
        if slot.task in ground.tasks:
            track = ground.tasks[slot.task].track
            rank[slot] = by_track[track]
            by_track[track] += 1
    droppable = [
        slot
        for slot, place in rank.items()
        if place > 0 and slot.task in open_tasks and _is_droppable(ground, slot.task, slot.competency)
    ]
    return sorted(
        droppable,
        key=lambda slot: (_importance(ground, slot.task, slot.competency), rank[slot]),
        reverse=True,
    )


def _catch_up(ground: Ground, at: int) -> int:
    """The newest full week of the content's plan up to there, for a week that is put in."""
    so_far = ground.shape.content_weeks[: max(at, 1)]
    full = [index for index in so_far if ground.loads[index] == 100]
    return (full or list(so_far))[-1]


def _bent(ground: Ground, way: Way, draft: _Draft, *, hours: int | None = None, fits: bool = True) -> Bent:
    after = replace(ground.shape, hours=hours or ground.shape.hours, slots=draft.slots())
    before = {slot._replace(position=0) for slot in ground.shape.slots}
    changed = {slot._replace(position=0) for slot in after.slots} ^ before
    return Bent(
        way=way,
        before=ground.shape,
        after=after,
        moved=tuple(draft.moved),
        dropped=tuple(draft.dropped),
        fits=fits,
        changes_from=min((slot.week for slot in changed), default=ground.this_week),
    )
