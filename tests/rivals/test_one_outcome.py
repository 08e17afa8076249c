"""
Whatever two processes do at the same moment becomes what one after the other would have made.

The first is stopped before a step, the second runs until it is done or waits, then the first goes on. Both
are told what they would be told in one of the two sequences, and the same is stored. Each pair is tried at a
few steps here; all pairs at many steps in `make torture ARGS=rivals`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from itertools import pairwise

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from content.loader import Catalog
from storage import learners
from storage.models import Learner
from tests.rivals.arena import Arena, open_arena
from tests.rivals.operations import OPERATIONS, has_an_order
from tests.survival.conftest import on_postgres

STOPS = 2
TOGETHER: tuple[tuple[str, ...], ...] = (
    ("finish_assessment", "save_answers", "save_later_answers", "save_profile"),
    ("choose_plan", "undo_bending", "bend", "move_interview"),
    ("tick_box", "untick_box", "swap", "log_today_task", "rate_box"),
    ("swap", "swap_other", "knew_it", "show_today"),
    ("change_entry", "remove_entry", "undo_log"),
    ("start_timer", "stop_timer"),
    ("last_check_in", "check_in", "leave_group", "correct_check_in", "stop_group"),
    ("grade_card", "grade_card_otherwise", "tick_box", "tell_story"),
    ("edit_story", "edit_story_elsewhere", "archive_story", "delete_story"),
    ("share_again", "revoke_share", "comment", "delete_story", "forget_reader"),
    ("save_terms", "switch_off", "pause", "resume", "travel", "tick", "account_deactivated"),
    ("start_group", "start_group_too"),
    ("change_group", "admin_changes_group", "lead_leaves_group", "channel_archived", "join_group"),
    ("switch_off", "draw_reminders", "write_to_bot"),
)
"""Operations on the same rows: each meets its neighbour, in both roles."""


@pytest.fixture
async def arena(database_url: str, catalog: Catalog) -> AsyncIterator[Arena]:
    async with open_arena(database_url, catalog) as opened:
        yield opened


@pytest.mark.timeout(900)
async def test_the_same_from_two_devices_or_told_twice(arena: Arena) -> None:
    assert await _breaches(arena, [(name, name) for name in OPERATIONS]) == []


@on_postgres
@pytest.mark.timeout(900)
async def test_different_things_with_the_same_rows(arena: Arena) -> None:
    assert await _breaches(arena, [pair for names in TOGETHER for pair in pairwise(names)]) == []


@on_postgres
@pytest.mark.timeout(900)
async def test_anything_while_the_person_is_being_forgotten(arena: Arena) -> None:
    pairs = [(name, "forget_me") for name in OPERATIONS if has_an_order(name, "forget_me")]

    assert await _breaches(arena, pairs) == []


@on_postgres
async def test_a_lost_update_would_be_seen(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    """What this file relies on: without the lock on the person, two swaps of one day are both made."""

    async def without_lock(session: AsyncSession, team_id: str, user_id: str, *, now: datetime) -> Learner:
        found = await learners.find(session, team_id, user_id)
        assert found is not None
        return found

    monkeypatch.setattr(learners, "ensure", without_lock)

    assert await arena.breaches("swap", "swap_other", 30) != []


async def _breaches(arena: Arena, pairs: Sequence[tuple[str, str]]) -> list[str]:
    return [breach for first, second in pairs for breach in await arena.breaches(first, second, STOPS)]
