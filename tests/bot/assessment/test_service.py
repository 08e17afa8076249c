"""What is kept of an assessment, on both databases: whoever answers where and how often."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.assessment.service import AssessmentService, IncompleteError
from bot.assessment.wizard import PROFILE_PAGE, Wizard
from content.loader import Catalog
from storage import learners, mydata
from storage.engine import Database
from tests.builders import ANA, BEN, NOON, MovingClock, a_profile, answers_to, finish_assessment

FIRST = Wizard(number=1, form="quick", page=1)


@pytest.fixture
def service(catalog: Catalog, database: Database, clock: MovingClock) -> AssessmentService:
    return AssessmentService(catalog, database, clock, "UTC")


class TestStanding:
    async def test_of_a_stranger_is_the_beginning_and_leaves_no_trace(
        self, service: AssessmentService
    ) -> None:
        standing = await service.standing(ANA)

        assert (standing.next_number, standing.unfinished, standing.profile) == (1, None, None)
        assert (standing.time_zone, standing.finished_on) == (None, None)
        async with service.database.read() as session:
            assert await learners.find(session, ANA.team_id, ANA.user_id) is None

    async def test_half_way_holds_the_page_and_the_answers(self, service: AssessmentService) -> None:
        await service.save_profile(ANA, FIRST, a_profile(hours_per_week=9))
        await service.save(ANA, FIRST.at(2), {"quick-coding": 4}, answered_at=NOON)

        standing = await service.standing(ANA)

        assert standing.unfinished is not None
        assert (standing.unfinished.page, standing.unfinished.answers) == (2, {"quick-coding": 4})
        assert standing.profile == a_profile(hours_per_week=9)
        assert standing.next_number == 1

    async def test_after_the_first_counts_on(self, service: AssessmentService) -> None:
        await finish_assessment(service)

        standing = await service.standing(ANA)

        assert (standing.next_number, standing.unfinished, standing.finished_on) == (2, None, NOON)

    async def test_is_each_persons_own(self, service: AssessmentService) -> None:
        await finish_assessment(service)

        assert (await service.standing(BEN)).next_number == 1
        assert await service.result(BEN) is None


class TestKeepingAnswers:
    async def test_only_real_answers_to_the_forms_own_items_are_kept(
        self, service: AssessmentService
    ) -> None:
        odd = {"quick-coding": 6, "quick-scale": 0, "no-such-item": 3, "quick-aws": 2}

        await service.save(ANA, FIRST, odd, answered_at=NOON)

        standing = await service.standing(ANA)
        assert standing.unfinished is not None
        assert standing.unfinished.answers == {"quick-aws": 2}

    async def test_two_devices_share_one_attempt(self, service: AssessmentService) -> None:
        await asyncio.gather(
            service.save(ANA, FIRST, {"quick-coding": 4}, answered_at=NOON),
            service.save(ANA, FIRST, {"quick-aws": 2}, answered_at=NOON),
            service.save_profile(ANA, FIRST, a_profile()),
        )

        standing = await service.standing(ANA)
        assert standing.unfinished is not None
        assert standing.unfinished.number == 1
        assert standing.unfinished.answers == {"quick-coding": 4, "quick-aws": 2}

    async def test_the_answer_given_later_stays_whichever_arrives_first(
        self, service: AssessmentService
    ) -> None:
        await service.save(ANA, FIRST, {"quick-coding": 5}, answered_at=NOON + timedelta(seconds=2))
        await service.save(ANA, FIRST, {"quick-coding": 1}, answered_at=NOON)

        standing = await service.standing(ANA)
        assert standing.unfinished is not None
        assert standing.unfinished.answers == {"quick-coding": 5}

    async def test_a_finished_attempt_takes_no_more(self, service: AssessmentService) -> None:
        before = await finish_assessment(service)

        await service.save(ANA, FIRST, {"quick-coding": 1}, answered_at=NOON + timedelta(hours=1))

        after = await service.result(ANA)
        assert after == before


class TestFinishing:
    async def test_scores_what_was_answered(self, service: AssessmentService) -> None:
        result = await finish_assessment(service, points=4)

        assert (result.number, result.score.total, result.band.plan) == (1, 80, "six-week")
        assert (result.before, result.before_on) == (None, None)
        assert await service.result(ANA) == result

    async def test_twice_at_once_is_one_result(self, service: AssessmentService, catalog: Catalog) -> None:
        await service.save_profile(ANA, FIRST, a_profile())
        wizard = replace(FIRST, page=3, answers=answers_to(catalog))

        first, second = await asyncio.gather(service.finish(ANA, wizard), service.finish(ANA, wizard))

        assert first == second
        assert (await service.standing(ANA)).next_number == 2

    async def test_again_with_other_answers_changes_nothing(
        self, service: AssessmentService, catalog: Catalog
    ) -> None:
        before = await finish_assessment(service, points=2)

        after = await service.finish(ANA, replace(FIRST, page=3, answers=answers_to(catalog, points=5)))

        assert after == before

    async def test_needs_an_answer_to_every_item(self, service: AssessmentService, catalog: Catalog) -> None:
        answers = answers_to(catalog)
        open_item = list(answers)[5]
        answers.pop(open_item)

        with pytest.raises(IncompleteError) as caught:
            await service.finish(ANA, replace(FIRST, page=3, answers=answers))

        assert caught.value.wizard.page == 2
        assert caught.value.wizard.answers == answers
        assert await service.result(ANA) is None

    async def test_counts_answers_that_another_device_gave(
        self, service: AssessmentService, catalog: Catalog
    ) -> None:
        await service.save_profile(ANA, FIRST, a_profile())
        answers = answers_to(catalog, points=3)
        elsewhere = {slug: answers.pop(slug) for slug in list(answers)[:2]}
        await service.save(ANA, FIRST, elsewhere, answered_at=NOON)

        result = await service.finish(ANA, replace(FIRST, page=3, answers=answers))

        assert result.score.total == 60

    async def test_does_not_bring_back_an_answer_that_was_changed_on_another_device(
        self, service: AssessmentService, catalog: Catalog, clock: MovingClock
    ) -> None:
        await service.save_profile(ANA, FIRST, a_profile())
        on_the_phone = answers_to(catalog, points=3)
        on_an_earlier_page = next(iter(on_the_phone))
        await service.save(ANA, FIRST, on_the_phone, answered_at=NOON)
        clock.move(minutes=1)
        await service.save(ANA, FIRST, {on_an_earlier_page: 5}, answered_at=clock())
        clock.move(minutes=1)

        result = await service.finish(ANA, replace(FIRST, page=3, answers=on_the_phone))

        assert result.score.total == 63

    async def test_without_a_profile_asks_for_it(self, service: AssessmentService, catalog: Catalog) -> None:
        with pytest.raises(IncompleteError) as caught:
            await service.finish(ANA, replace(FIRST, page=3, answers=answers_to(catalog)))

        assert caught.value.wizard.page == PROFILE_PAGE

    async def test_takes_the_profile_the_form_carries_when_its_own_write_was_lost(
        self, service: AssessmentService, catalog: Catalog
    ) -> None:
        wizard = replace(FIRST, page=3, answers=answers_to(catalog), profile=a_profile(target_level="L7"))

        result = await service.finish(ANA, wizard)

        assert result.profile.target_level == "L7"

    async def test_the_second_time_shows_the_change(
        self, service: AssessmentService, clock: MovingClock
    ) -> None:
        await finish_assessment(service, points=3)
        clock.move(days=40)

        result = await finish_assessment(service, form="complete", points=4)

        assert result.before is not None
        assert (result.number, result.score.total, result.before.total) == (2, 80, 60)
        assert result.before_on == NOON

    async def test_recommends_by_the_persons_own_day(
        self, service: AssessmentService, clock: MovingClock
    ) -> None:
        profile = a_profile(interview_on=date(2030, 3, 5), time_zone="Pacific/Auckland")
        await finish_assessment(service, profile=profile)

        clock.move(hours=23)
        result = await service.result(ANA)

        assert result is not None
        assert result.recommendation.date_is_past, "in Auckland it is the sixth already"


class TestStartingOver:
    SECOND = Wizard(number=2, form="complete")

    async def test_looking_at_another_form_gives_nothing_up(self, service: AssessmentService) -> None:
        await service.save(ANA, FIRST, {"quick-coding": 4}, answered_at=NOON)

        standing = await service.standing(ANA)

        assert standing.unfinished is not None
        assert standing.unfinished.answers == {"quick-coding": 4}

    async def test_the_first_next_gives_the_old_one_up(self, service: AssessmentService) -> None:
        await service.save(ANA, FIRST, {"quick-coding": 4}, answered_at=NOON)

        await service.save_profile(ANA, self.SECOND, a_profile())

        standing = await service.standing(ANA)
        assert standing.unfinished is not None
        assert (standing.unfinished.number, standing.unfinished.form) == (2, "complete")

    async def test_a_finished_one_stays_finished(self, service: AssessmentService) -> None:
        before = await finish_assessment(service)

        await service.save_profile(ANA, self.SECOND, a_profile())

        after = await service.result(ANA)
        assert after is not None
        assert (after.number, after.score) == (before.number, before.score)


class TestZone:
    async def zone(self, service: AssessmentService) -> str | None:
        return (await service.standing(ANA)).time_zone

    async def test_of_slack_is_kept_of_somebody_we_know(self, service: AssessmentService) -> None:
        await service.save(ANA, FIRST, {"quick-coding": 4}, answered_at=NOON)

        await service.keep_zone(ANA, "Europe/Lisbon")

        assert await self.zone(service) == "Europe/Lisbon"

    async def test_of_slack_makes_nobody_known(self, service: AssessmentService, database: Database) -> None:
        await service.keep_zone(ANA, "Europe/Lisbon")

        async with database.read() as session:
            assert await learners.find(session, ANA.team_id, ANA.user_id) is None

    async def test_of_slack_waits_for_a_deletion_and_leaves_nothing(
        self, service: AssessmentService, database: Database
    ) -> None:
        await service.save_profile(ANA, FIRST, a_profile())
        async with database.write() as session:
            learner = await learners.held(session, ANA.team_id, ANA.user_id)
            assert learner is not None
            keeping = asyncio.create_task(service.keep_zone(ANA, "Europe/Lisbon"))
            await asyncio.sleep(0)
            await mydata.delete_all(session, learner)
        await keeping

        async with database.read() as session:
            assert await learners.find(session, ANA.team_id, ANA.user_id) is None

    async def test_that_a_person_chose_stays(self, service: AssessmentService) -> None:
        lisbon = replace(FIRST, slack_zone="Europe/Lisbon")
        await service.save_profile(ANA, lisbon, a_profile(time_zone="Asia/Tokyo"))

        await service.keep_zone(ANA, "Europe/Paris")

        assert await self.zone(service) == "Asia/Tokyo"

    async def test_that_a_person_left_as_slack_said_goes_on_following_slack(
        self, service: AssessmentService
    ) -> None:
        lisbon = replace(FIRST, slack_zone="Europe/Lisbon")
        await service.save_profile(ANA, lisbon, a_profile(time_zone="Europe/Lisbon"))

        await service.keep_zone(ANA, "Europe/Paris")

        assert await self.zone(service) == "Europe/Paris"
