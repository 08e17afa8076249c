"""From /prep to a stored, posted plan, through Slack's own protocols."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from storage import attempts, learners
from storage.models import Attempt
from tests.flows.conftest import Rig
from tests.flows.journeys import (
    answer_pages,
    eventually,
    items_on,
    open_assessment,
    submit_profile,
    take_assessment,
    take_plan,
)
from tests.slack_user import SlackUser


async def finished(rig: Rig, person: SlackUser) -> list[Attempt]:
    async with rig.coach.database.read() as session:
        learner = await learners.find(session, rig.workspace.team_id, person.id)
        assert learner is not None
        return list(await attempts.finished(session, learner.id or 0, limit=10))


async def test_a_first_timer_types_prep_and_ends_with_a_plan_in_the_dm(rig: Rig) -> None:
    ines = rig.person()

    await ines.command("/prep")
    await ines.see(lambda: ines.has_modal)
    await ines.click("Start quick")
    await ines.see(lambda: "Where are you today?" in ines.text_of(ines.modal))
    await submit_profile(ines)
    await answer_pages(ines, 3)

    assert "60 of 100" in ines.text_of(ines.modal)
    await take_plan(ines)
    assert "is yours" in ines.text_of(ines.modal)
    [message] = ines.dm()
    assert "Week 1 of 12" in ines.text_of(message)
    assert message.text.startswith("Twelve-week")


async def test_the_complete_form_asks_twenty_questions_on_pages_with_progress(rig: Rig) -> None:
    ines = rig.person()
    await open_assessment(ines, "complete")
    await submit_profile(ines)
    pages = []

    while ines.modal.payload["callback_id"] == "assessment.page":
        pages.append(items_on(ines.modal))
        assert f"Page {len(pages) + 1} of 7" in ines.text_of(ines.modal)
        shown = ines.modal.payload["private_metadata"]
        for item in items_on(ines.modal):
            await ines.fill({item: "5"})
        assert await ines.submit() == {}
        await ines.see(lambda shown=shown: ines.modal.payload.get("private_metadata", shown) != shown)  # type: ignore[misc]  # bound now

    assert [len(page) for page in pages] == [4, 4, 3, 3, 3, 3]
    assert "100 of 100" in ines.text_of(ines.modal)
    assert "No critical gap" in ines.text_of(ines.modal)


async def test_back_shows_what_was_answered_and_keeps_the_page_it_leaves(rig: Rig) -> None:
    ines = rig.person()
    await open_assessment(ines)
    await submit_profile(ines)
    first_page = items_on(ines.modal)
    for item in first_page:
        await ines.fill({item: "2"})
    await ines.submit()
    second_page = items_on(ines.modal)
    await ines.fill({second_page[0]: "4"})

    await ines.click("Back")
    await ines.see(lambda: items_on(ines.modal) == first_page)
    assert ines.modal.form.values()[first_page[0]]["assessment.answer"]["selected_option"]["value"] == "2"
    await ines.submit()

    assert ines.modal.form.values()[second_page[0]]["assessment.answer"]["selected_option"]["value"] == "4"


async def test_back_from_the_first_page_leads_to_the_profile_as_it_was_filled_in(rig: Rig) -> None:
    ines = rig.person()
    await open_assessment(ines)
    await submit_profile(ines, hours_per_week="17")

    await ines.click("Back")
    await ines.see(lambda: ines.modal.payload["callback_id"] == "assessment.profile")

    assert ines.modal.form.values()["hours_per_week"]["assessment.field"]["value"] == "17"


async def test_closing_loses_nothing_not_even_a_tick_that_was_never_submitted(rig: Rig) -> None:
    ines = rig.person()
    await open_assessment(ines)
    await submit_profile(ines)
    for item in items_on(ines.modal):
        await ines.fill({item: "4"})
    await ines.submit()
    ticked = items_on(ines.modal)[0]
    await ines.fill({ticked: "1"})
    await ines.close(everything=True)
    await rig.coach.in_flight.wait(5)

    await ines.command("/prep")
    await ines.see(lambda: ines.ephemeral())
    assert "5 of 12 are answered" in ines.text_of(ines.ephemeral()[-1])
    await ines.click("Go on", on=ines.ephemeral()[-1])
    await ines.see(lambda: ines.has_modal)
    await ines.click("Go on")
    await ines.see(lambda: "Page 3 of 4" in ines.text_of(ines.modal))

    assert ines.modal.form.values()[ticked]["assessment.answer"]["selected_option"]["value"] == "1"


async def test_a_second_assessment_shows_the_change_and_keeps_the_first(rig: Rig) -> None:
    ines = rig.person()
    await take_assessment(ines, 3)
    await ines.close(everything=True)
    rig.workspace.clock.jump_by(timedelta(days=28))

    await take_assessment(ines, 4)

    text = ines.text_of(ines.modal)
    assert "80 of 100" in text
    assert "20 more than on" in text
    assert [attempt.score for attempt in await finished(rig, ines)] == [80, 60]


async def test_a_double_click_on_the_last_page_is_one_attempt(rig: Rig) -> None:
    ines = rig.person()
    await open_assessment(ines)
    await submit_profile(ines)
    for _ in range(2):
        for item in items_on(ines.modal):
            await ines.fill({item: "3"})
        await ines.submit()
    for item in items_on(ines.modal):
        await ines.fill({item: "3"})
    view, state = ines.modal, ines.modal.form.values()

    await asyncio.gather(
        rig.workspace.submit_view(ines.id, view.id, state),
        rig.workspace.submit_view(ines.id, view.id, state),
        return_exceptions=True,
    )
    await ines.see(lambda: "60 of 100" in ines.text_of(ines.modal))

    assert len(await finished(rig, ines)) == 1


async def test_slack_sending_every_envelope_again_changes_nothing(rig: Rig) -> None:
    ines = rig.person()
    await take_assessment(ines, 3)
    await take_plan(ines)

    for envelope in list(rig.workspace.envelopes):
        await rig.workspace.redeliver(envelope.envelope_id)
    await rig.coach.in_flight.wait(5)
    await rig.coach.delivery.drain()

    assert len(await finished(rig, ines)) == 1
    assert len(ines.dm()) == 1


async def test_two_devices_in_the_same_assessment_end_in_one_attempt(rig: Rig) -> None:
    phone = rig.person()
    await open_assessment(phone)
    await submit_profile(phone)
    on_phone, phone_state = phone.modal, phone.modal.form
    await rig.coach.in_flight.wait(5)
    laptop = SlackUser(rig.workspace, phone.id)
    await laptop.command("/prep assess")
    await laptop.see(lambda: "You are half-way" in laptop.text_of(laptop.modal))
    await laptop.click("Go on")
    await laptop.see(lambda: "Page 2 of 4" in laptop.text_of(laptop.modal))
    await answer_pages(laptop, 4)

    for item in items_on(on_phone):
        phone_state.set(item, "assessment.answer", _option(on_phone.payload, item, "1"))
    await asyncio.gather(
        rig.workspace.submit_view(phone.id, on_phone.id, phone_state.values()), return_exceptions=True
    )

    assert [attempt.score for attempt in await finished(rig, phone)] == [80]


def _option(view: dict[str, object], item: str, points: str) -> object:
    blocks = view["blocks"]
    assert isinstance(blocks, list)
    block = next(block for block in blocks if block.get("block_id") == item)
    return next(option for option in block["element"]["options"] if option["value"] == points)


async def test_starting_over_gives_up_the_unfinished_attempt(rig: Rig) -> None:
    ines = rig.person()
    await open_assessment(ines)
    await submit_profile(ines)
    await ines.fill({items_on(ines.modal)[0]: "1"})
    await ines.close(everything=True)
    await rig.coach.in_flight.wait(5)

    await take_assessment(ines, 5, form="complete")

    assert "100 of 100" in ines.text_of(ines.modal)
    assert [attempt.number for attempt in await finished(rig, ines)] == [2]


async def test_choosing_twice_posts_one_plan_and_choosing_another_replaces_it(rig: Rig) -> None:
    ines = rig.person()
    await take_assessment(ines, 3)
    view, state = ines.modal, ines.modal.form.values()
    await asyncio.gather(
        *(rig.workspace.submit_view(ines.id, view.id, state) for _ in range(2)), return_exceptions=True
    )
    await ines.see(lambda: len(ines.dm()) == 1)
    await ines.close(everything=True)

    await ines.command("/prep")
    await ines.see(lambda: ines.ephemeral())
    await ines.click("My result", on=ines.ephemeral()[-1])
    await ines.see(lambda: ines.has_modal)
    await take_plan(ines, "six-month")

    posts = [message for message in ines.dm() if message.ephemeral_to is None]
    assert [post.text.split(":")[0] for post in posts] == [
        "Twelve-week comprehensive",
        "Six-month comprehensive",
    ]


async def test_somebody_deactivated_before_the_plan_arrives_gets_nothing_and_breaks_nothing(rig: Rig) -> None:
    leaver, stayer = rig.person(0), rig.person(1)
    await take_assessment(leaver, 3)
    await take_assessment(stayer, 3)
    view, state = leaver.modal, leaver.modal.form.values()
    await rig.workspace.deactivate(leaver.id)

    await asyncio.gather(rig.workspace.submit_view(leaver.id, view.id, state), return_exceptions=True)
    await take_plan(stayer)
    await rig.coach.delivery.drain()

    assert [message for message in leaver.dm() if message.is_bot] == []
    async with rig.coach.database.read() as session:
        learner = await learners.find(session, rig.workspace.team_id, leaver.id)
    assert learner is not None
    assert learner.deactivated_at is not None


async def test_a_date_that_is_too_near_is_said_and_the_plan_that_fits_is_preset(rig: Rig) -> None:
    ines = rig.person()
    await open_assessment(ines)
    in_five_weeks = (rig.workspace.clock.now() + timedelta(weeks=5)).date()
    await submit_profile(ines, interview_on=in_five_weeks, hours_per_week="10")
    await answer_pages(ines, 3)

    text = ines.text_of(ines.modal)
    assert "is 5 weeks away, and the twelve-week comprehensive plan takes at least 8" in text
    assert "The most that fits is the six-week intensive plan" in text
    assert "You have 10 hours a week; the six-week intensive plan is made for 25 to 30" in text
    await take_plan(ines)
    assert "Week 1 of 5" in ines.text_of(ines.dm()[-1])


async def test_a_time_zone_is_found_by_typing_a_city(rig: Rig) -> None:
    ines = rig.person()
    await open_assessment(ines)

    assert any(
        text.startswith("Sao Paulo, America") for text in await ines.suggestions("assessment.zone", "sao p")
    )
    await submit_profile(ines, **{"assessment.zone": "America/Sao_Paulo"})

    async def kept() -> bool:
        async with rig.coach.database.read() as session:
            learner = await learners.find(session, rig.workspace.team_id, ines.id)
        return learner is not None and learner.time_zone == "America/Sao_Paulo" and learner.zone_is_fixed

    await eventually(kept)
