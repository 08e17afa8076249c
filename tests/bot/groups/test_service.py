"""What people do with a study group."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from bot.errors import StudyGroupError
from bot.groups.keeping import INTRO, NOTICE, STOPPED, SUMMARY
from bot.groups.schedule import Schedule
from bot.groups.service import Joined
from bot.members import Member
from storage import learners, preferences
from tests.bot.groups.conftest import CHANNEL, FRIDAY_AT_FOUR, Circle, person

STRANGER = Member("T2", "U1")


class TestStart:
    async def test_the_starter_leads_and_is_the_first_member(self, circle: Circle) -> None:
        state = await circle.start()

        assert (state.lead_id, state.members, state.is_lead, state.is_member) == ("U1", 1, True, True)
        assert not state.shows_name
        assert state.next is not None
        assert state.next.on == date(2030, 3, 8)

    async def test_the_channel_is_told_once(self, circle: Circle) -> None:
        await circle.start()
        await circle.start()

        [intro] = await circle.owed(INTRO)
        assert intro.group_id is not None
        assert (intro.team_id, intro.learner_id, intro.priority) == ("T1", None, 0)
        assert circle.bell.rings == 1

    async def test_two_people_at_once_make_one_group_with_one_lead(self, circle: Circle) -> None:
        results = await asyncio.gather(
            *(circle.groups.start(person(n), CHANNEL, "prep", FRIDAY_AT_FOUR) for n in (1, 2)),
            return_exceptions=True,
        )

        [refusal] = [one for one in results if isinstance(one, StudyGroupError)]
        [state] = [one for one in results if not isinstance(one, BaseException)]
        assert f"led by <@{state.lead_id}>" in str(refusal)
        assert len(await circle.owed(INTRO)) == 1

    async def test_the_same_channel_id_in_another_workspace_is_another_group(self, circle: Circle) -> None:
        await circle.start()

        other = await circle.groups.start(STRANGER, CHANNEL, "prep", FRIDAY_AT_FOUR)

        assert other.members == 1

    async def test_a_group_that_ended_comes_back_with_its_members_and_a_new_lead(
        self, circle: Circle
    ) -> None:
        state = await circle.start(3)
        await circle.groups.show_name(person(3), state.group_id, shows=True)
        await circle.groups.stop(person(1), CHANNEL, is_admin=False)
        circle.clock.move(minutes=1)

        back = await circle.groups.start(person(2), CHANNEL, "renamed", FRIDAY_AT_FOUR)

        assert (back.group_id, back.members, back.lead_id) == (state.group_id, 3, "U2")
        assert back.channel_name == "renamed"
        third = await circle.groups.state(person(3), CHANNEL)
        assert third is not None
        assert third.shows_name
        assert len(await circle.owed(INTRO)) == 2

    async def test_it_counts_as_something_the_person_did(self, circle: Circle) -> None:
        await circle.start()

        async with circle.database.read() as session:
            learner = await learners.find(session, "T1", "U1")
            own = await preferences.get(session, learner.id or 0) if learner else None
        assert own is not None
        assert own.active_at == circle.clock()


class TestJoinAndLeave:
    async def test_twice_is_once(self, circle: Circle) -> None:
        state = await circle.start()

        first = await circle.groups.join(person(2), state.group_id)
        second = await circle.groups.join(person(2), state.group_id)

        assert (first[0], second[0]) == (Joined.NEW, Joined.ALREADY)
        assert second[1].members == 2

    async def test_a_double_click_is_once(self, circle: Circle) -> None:
        state = await circle.start()

        joined = await asyncio.gather(*(circle.groups.join(person(2), state.group_id) for _ in range(4)))

        assert [one for one, _ in joined].count(Joined.NEW) == 1

    async def test_somebody_who_comes_back_is_not_named_before_they_agree_again(self, circle: Circle) -> None:
        state = await circle.start(2)
        await circle.groups.show_name(person(2), state.group_id, shows=True)
        await circle.groups.leave(person(2), state.group_id)

        _, back = await circle.groups.join(person(2), state.group_id)

        assert back.is_member
        assert not back.shows_name

    async def test_leaving_what_one_is_not_in_is_said(self, circle: Circle) -> None:
        state = await circle.start()

        with pytest.raises(StudyGroupError, match="nothing to leave"):
            await circle.groups.leave(person(2), state.group_id)

    async def test_when_the_lead_leaves_the_longest_standing_member_leads_and_is_told(
        self, circle: Circle
    ) -> None:
        state = await circle.start(3)

        await circle.groups.leave(person(1), state.group_id)

        assert (await circle.row(state.group_id)).lead_id == "U2"
        [notice] = await circle.owed(NOTICE)
        assert notice.payload["what"] == "lead"
        assert notice.group_id is None, "it goes to the person, not to the channel"

    async def test_the_last_one_ends_it(self, circle: Circle) -> None:
        state = await circle.start()

        left = await circle.groups.leave(person(1), state.group_id)

        assert left.ended_reason == "nobody"
        assert await circle.owed(NOTICE) == []


class TestForgedIds:
    async def test_a_group_of_another_workspace_is_not_there(self, circle: Circle) -> None:
        state = await circle.start()

        for attempt in (
            circle.groups.join(STRANGER, state.group_id),
            circle.groups.leave(STRANGER, state.group_id),
            circle.groups.show_name(STRANGER, state.group_id, shows=True),
            circle.groups.state_of(STRANGER, state.group_id),
            circle.groups.change(STRANGER, state.group_id, FRIDAY_AT_FOUR, FRIDAY_AT_FOUR, is_admin=True),
            circle.groups.join(person(2), 999),
            circle.groups.join(person(2), 0),
        ):
            with pytest.raises(StudyGroupError, match="no study group"):
                await attempt
        assert (await circle.groups.state_of(person(1), state.group_id)).members == 1

    async def test_somebody_who_has_not_joined_agrees_to_nothing(self, circle: Circle) -> None:
        state = await circle.start()

        with pytest.raises(StudyGroupError, match="/prep group join"):
            await circle.groups.show_name(person(2), state.group_id, shows=True)


class TestChange:
    async def test_the_lead_moves_it(self, circle: Circle) -> None:
        state = await circle.start()

        changed = await circle.groups.change(
            person(1), state.group_id, FRIDAY_AT_FOUR, Schedule(3, 600, "UTC", 24), is_admin=False
        )

        assert changed.next is not None
        assert changed.next.on == date(2030, 3, 6)

    async def test_others_are_told_who_may(self, circle: Circle) -> None:
        state = await circle.start(2)

        with pytest.raises(StudyGroupError, match=r"<@U1>.*or a workspace admin"):
            await circle.groups.change(
                person(2), state.group_id, FRIDAY_AT_FOUR, replace(FRIDAY_AT_FOUR, at=0), is_admin=False
            )
        with pytest.raises(StudyGroupError, match="<@U1>"):
            await circle.groups.stop(person(2), CHANNEL, is_admin=False)

    async def test_an_admin_may(self, circle: Circle) -> None:
        await circle.start()

        stopped = await circle.groups.stop(person(9), CHANNEL, is_admin=True)

        assert stopped.ended_reason == STOPPED
        [notice] = await circle.owed(NOTICE)
        assert notice.payload["what"] == STOPPED, "its lead did not do it"

    async def test_of_two_forms_open_at_once_the_first_counts_and_the_second_is_told(
        self, circle: Circle
    ) -> None:
        state = await circle.start()
        changes = [replace(FRIDAY_AT_FOUR, at=600), replace(FRIDAY_AT_FOUR, at=700)]

        results = await asyncio.gather(
            *(
                circle.groups.change(person(1), state.group_id, FRIDAY_AT_FOUR, change, is_admin=False)
                for change in changes
            ),
            return_exceptions=True,
        )

        [refusal] = [one for one in results if isinstance(one, StudyGroupError)]
        [kept] = [one for one in results if not isinstance(one, BaseException)]
        assert "theirs are kept" in str(refusal)
        assert (await circle.row(state.group_id)).at == kept.schedule.at

    async def test_after_the_end_nothing_can_be_changed(self, circle: Circle) -> None:
        state = await circle.start()
        await circle.groups.stop(person(1), CHANNEL, is_admin=False)

        with pytest.raises(StudyGroupError, match="/prep group start"):
            await circle.groups.join(person(2), state.group_id)


class TestReport:
    async def test_there_is_none_before_the_first_summary(self, circle: Circle) -> None:
        await circle.start()

        assert await circle.groups.report(person(1), CHANNEL) is None
        with pytest.raises(StudyGroupError, match="no study group"):
            await circle.groups.report(person(1), "C9")

    async def test_it_is_the_last_one_there_was(self, circle: Circle) -> None:
        await circle.start(4)
        await circle.next_thread()
        for number in range(1, 5):
            await circle.answer(number, coding=10)
        assert len(await circle.owed(SUMMARY)) == 1

        report = await circle.groups.report(person(1), CHANNEL)

        assert report is not None
        assert report.on == date(2030, 3, 8)
        assert report.summary.sums is not None
        assert report.summary.sums.coding == 40
