"""Bending a plan: what moves, what goes, what stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.progress.ground import DAILY_CAP, WAYS, Bent, Ground, Moved, Slot, Way
from bot.progress.replan import bend, suggested
from tests.bot.progress.plans import CATALOG, CRITICAL, MOCK, PROBLEMS, SKILL, a_ground, slots_of
from tests.builders import TODAY

A, B, C, D, E, F = PROBLEMS[:6]


def weeks(bent: Bent) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for slot in bent.after.slots:
        found.setdefault(slot.week, []).append(slot.task)
    return found


def minutes(bent: Bent, week: int) -> int:
    return sum(
        CATALOG.tasks[slot.task].minutes * slot.times for slot in bent.after.slots if slot.week == week
    )


class TestMissedTasks:
    def test_are_planned_again_in_the_next_week_with_room(self) -> None:
        ground = a_ground([*slots_of(1, A, B), *slots_of(4, C, D, E)], done=[B])

        bent = bend(ground, "more")

        assert bent.moved == (Moved(A, 1, 4),)
        assert weeks(bent) == {1: [A, B], 4: [C, D, E, A]}
        assert bent.after.hours == 2

    def test_go_round_a_full_week(self) -> None:
        ground = a_ground([*slots_of(1, A), *slots_of(4, B, C, D, E)])

        assert bend(ground, "more").moved == (Moved(A, 1, 5),)

    def test_critical_gaps_come_first(self) -> None:
        ground = a_ground([*slots_of(1, A), *slots_of(2, B, competency=CRITICAL), *slots_of(4, C, D, E)])

        assert bend(ground, "more").moved == (Moved(B, 2, 4), Moved(A, 1, 5))

    def test_a_second_change_does_not_plan_them_a_third_time(self) -> None:
        once = bend(a_ground([*slots_of(1, A), *slots_of(4, B)]), "more")

        assert bend(a_ground(once.after.slots), "more").is_nothing

    def test_what_this_week_has_no_days_left_for_moves_on(self) -> None:
        on_sunday = TODAY + timedelta(days=20)
        ground = a_ground([*slots_of(3, A, B, C), *slots_of(4, D)], hours=7, today=on_sunday)

        bent = bend(ground, "more")

        assert weeks(bent)[3] == [A, B]
        assert bent.moved == (Moved(C, 3, 4),)


class TestMorePerDay:
    def test_raises_the_hours_as_far_as_needed(self) -> None:
        full = [slot for week in (4, 5, 6) for slot in slots_of(week, *PROBLEMS[4 * week : 4 * week + 4])]
        ground = a_ground([*slots_of(1, A, B, C, D), *full])

        bent = bend(ground, "more")

        assert bent.after.hours == 3
        assert bent.fits
        assert len(bent.moved) == 4

    def test_never_above_four_hours_a_day(self) -> None:
        full = slots_of(4, *PROBLEMS[10:18])
        ground = a_ground([*slots_of(1, A), *full], weeks=4, hours=2, days_a_week=1)

        bent = bend(ground, "more")

        assert DAILY_CAP == 4
        assert bent.is_nothing
        assert not bent.fits


class TestDroppingTheLeastUseful:
    def test_excellence_goes_before_skill_and_neither_critical_nor_mocks(self) -> None:
        week = [
            *slots_of(4, PROBLEMS[0]),
            *slots_of(4, PROBLEMS[1], competency=SKILL),
            *slots_of(4, PROBLEMS[2]),
            *slots_of(4, PROBLEMS[3], competency=CRITICAL),
            *slots_of(4, MOCK),
        ]

        def dropped(hours: int, pace: int) -> tuple[str, ...]:
            return bend(a_ground(week, hours=hours, pace=pace), "fewer").dropped

        assert dropped(3, 150) == (PROBLEMS[2],)
        assert dropped(3, 120) == (PROBLEMS[2], PROBLEMS[1])
        assert dropped(3, 60) == (PROBLEMS[2], PROBLEMS[1])

    def test_what_cannot_go_is_told(self) -> None:
        ground = a_ground(slots_of(4, A, B, C, D, E, F, competency=CRITICAL), hours=1)

        bent = bend(ground, "fewer")

        assert bent.dropped == ()
        assert not bent.fits

    def test_missed_tasks_without_room_go_and_critical_ones_stay(self) -> None:
        full = [slot for week in (4, 5, 6) for slot in slots_of(week, *PROBLEMS[4 * week : 4 * week + 4])]
        missed = [*slots_of(1, A), *slots_of(1, B, competency=CRITICAL)]

        bent = bend(a_ground([*missed, *full]), "fewer")

        assert bent.dropped == (A,)
        assert [entry.task for entry in bent.moved] == [B]

    def test_nothing_goes_when_all_fits(self) -> None:
        assert bend(a_ground(slots_of(4, A, B)), "fewer").is_nothing

    def test_what_is_done_already_is_not_dropped(self) -> None:
        ground = a_ground(slots_of(4, A, B, C, D, E), done=[E])

        assert E not in bend(ground, "fewer").dropped


class TestMovingTheDate:
    def test_puts_weeks_in_after_this_one(self) -> None:
        interview = TODAY + timedelta(days=41)
        ground = a_ground([*slots_of(3, A), *slots_of(4, B), *slots_of(6, C)], interview_on=interview)

        bent = bend(ground, "later", interview + timedelta(days=10))

        assert bent.new_weeks == 2
        assert bent.after.content_weeks == (0, 1, 2, 2, 2, 3, 4, 5)
        assert weeks(bent) == {3: [A], 6: [B], 8: [C]}
        assert bent.after.interview_on == interview + timedelta(days=10)

    def test_suggests_the_fewest_weeks_that_hold_all(self) -> None:
        full = [slot for week in (4, 5, 6) for slot in slots_of(week, *PROBLEMS[4 * week : 4 * week + 4])]
        missed = slots_of(1, *PROBLEMS[40:45])
        ground = a_ground([*missed, *full])

        assert suggested(ground) == (2, None)
        assert bend(ground, "later").new_weeks == 2

    def test_a_plan_that_goes_on_behind_the_old_date_needs_no_new_weeks(self) -> None:
        ground = a_ground(slots_of(5, A), interview_on=TODAY + timedelta(days=13))

        bent = bend(ground, "later", TODAY + timedelta(days=40))

        assert bent.new_weeks == 0
        assert bent.after.interview_on == TODAY + timedelta(days=40)

    def test_a_plan_that_is_over_goes_on_from_this_week(self) -> None:
        interview = TODAY + timedelta(days=41)
        ground = a_ground([*slots_of(6, A)], today=TODAY + timedelta(days=50), interview_on=interview)

        bent = bend(ground, "later", TODAY + timedelta(days=69))

        assert len(bent.after.content_weeks) == 10
        assert bent.moved == (Moved(A, 6, 8),)
        assert bent.changes_from == 8


TASKS = st.sampled_from([*PROBLEMS[:12], MOCK, "rehearse-refine-one-story", "story-core-failure"])
GAPS = st.sampled_from([None, None, CRITICAL, SKILL])
SLOTS = st.lists(
    st.builds(Slot, st.integers(1, 6), st.just(0), TASKS, st.just(1), GAPS),
    max_size=40,
    unique_by=lambda slot: (slot.week, slot.task),
)
GROUNDS = st.builds(
    a_ground,
    SLOTS,
    hours=st.integers(1, 20),
    today=st.integers(0, 45).map(lambda days: TODAY + timedelta(days=days)),
    interview_on=st.sampled_from([None, TODAY + timedelta(days=41), TODAY + timedelta(days=30)]),
    pace=st.sampled_from([None, 0, 60, 600]),
    done=st.lists(st.sampled_from(PROBLEMS[:12]), max_size=6),
)


class TestWhatAlwaysHolds:
    @given(GROUNDS, st.sampled_from(WAYS))
    def test_finished_weeks_and_done_tasks_stay(self, ground: Ground, way: Way) -> None:
        bent = bend(ground, way)
        over = [slot for slot in ground.shape.slots if slot.week < ground.this_week]
        still_open = {entry.task for entry in ground.undone}
        done = [
            slot.task
            for slot in ground.shape.slots
            if slot.week >= ground.this_week and slot.task not in still_open
        ]

        assert [slot for slot in bent.after.slots if slot.week < ground.this_week] == over
        if way != "later":
            after = [slot.task for slot in bent.after.slots if slot.week >= ground.this_week]
            assert all(task in after for task in done)

    @given(GROUNDS, st.sampled_from(WAYS))
    def test_nothing_is_lost_but_what_is_said(self, ground: Ground, way: Way) -> None:
        bent = bend(ground, way)
        before = {slot.task for slot in ground.shape.slots}

        assert before == {slot.task for slot in bent.after.slots} | (set(bent.dropped) & before)
        assert way == "fewer" or bent.dropped == ()

    @given(GROUNDS)
    def test_critical_gaps_and_mocks_are_never_dropped(self, ground: Ground) -> None:
        bent = bend(ground, "fewer")
        kept = {slot.task for slot in ground.shape.slots if slot.competency == CRITICAL} | {MOCK}
        optional = {slot.task for slot in ground.shape.slots if slot.competency != CRITICAL}

        assert not set(bent.dropped) & (kept - optional)
        assert MOCK not in bent.dropped

    @given(GROUNDS)
    def test_more_hours_hold_every_week_they_add_to(self, ground: Ground) -> None:
        bent = bend(ground, "more")

        assert bent.after.hours <= max(DAILY_CAP * 7, ground.shape.hours)
        for week in {entry.to_week for entry in bent.moved}:
            assert minutes(bent, week) <= bent.after.hours * 60

    @given(GROUNDS, st.sampled_from(WAYS))
    def test_the_same_ground_bends_the_same_way(self, ground: Ground, way: Way) -> None:
        assert bend(ground, way) == bend(ground, way)

    @given(GROUNDS)
    def test_positions_are_unique_in_a_week(self, ground: Ground) -> None:
        for way in WAYS:
            places = [(slot.week, slot.position) for slot in bend(ground, way).after.slots]
            assert len(places) == len(set(places))


@pytest.mark.parametrize("way", WAYS)
def test_an_empty_plan_bends_to_itself(way: Way) -> None:
    bent = bend(a_ground([]), way)

    assert bent.moved == ()
    assert bent.dropped == ()
