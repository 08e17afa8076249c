"""What an operator can count after people have worked with the bot."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from prometheus_client.exposition import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from bot.home.service import HomeService
from storage import reminders
from tests.figures import figure
from tests.flows.conftest import Rig
from tests.flows.journeys import eventually, take_assessment, take_plan
from tests.slack_user import SlackUser


async def counted(rig: Rig, name: str, at_least: float = 1, **labels: str) -> None:
    """Wait until so much is counted."""

    async def enough() -> bool:
        return (figure(rig.coach.metrics, name, **labels) or 0) >= at_least

    await eventually(enough)


async def newcomer(rig: Rig) -> SlackUser:
    """Somebody who took the assessment and a plan."""
    ines = rig.person()
    await take_assessment(ines)
    await take_plan(ines)
    await ines.close(everything=True)
    return ines


async def test_an_assessment_and_a_plan_are_acks_calls_and_a_delivery(rig: Rig) -> None:
    await newcomer(rig)

    for kind in ("command", "block_actions", "view_submission"):
        await counted(rig, "prep_ack_seconds_count", type=kind)
    await counted(rig, "prep_api_calls_total", method="auth.test", code="ok")
    if rig.workspace.manifest.socket_mode_enabled:
        await counted(rig, "prep_api_calls_total", method="apps.connections.open", code="ok")
    await counted(rig, "prep_api_calls_total", method="chat.postMessage", code="ok")
    await counted(rig, "prep_deliveries_total", kind="plan", state="sent")
    await counted(rig, "prep_lateness_seconds_count", kind="plan")
    await counted(rig, "prep_tick_seconds_count")
    for pool in ("readers", "writers"):
        await counted(rig, "prep_db_wait_seconds_count", pool=pool)
        await counted(rig, "prep_db_connections_limit", pool=pool)
    assert figure(rig.coach.metrics, "prep_listener_errors_total", reason="error") == 0
    assert figure(rig.coach.metrics, "prep_failures_total", part="tick") == 0
    assert figure(rig.coach.metrics, "prep_missed_total") == 0


async def test_the_line_and_the_outbox_are_looked_at_when_somebody_asks(rig: Rig) -> None:
    metrics = rig.coach.metrics
    line = "socket_mode" if rig.workspace.manifest.socket_mode_enabled else "http"
    assert figure(metrics, "prep_connected", transport=line) is None

    await rig.coach.sampler.refresh()

    assert figure(metrics, "prep_connected", transport=line) == 1
    assert figure(metrics, "prep_outbox_open") == 0


async def test_a_refused_call_a_bug_and_a_wish_that_cannot_be_met_are_told_apart(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    ines = rig.person()
    rig.workspace.faults.add(method="views.open", kind="error", error="expired_trigger_id")
    await ines.command("/prep stories")
    await counted(rig, "prep_api_calls_total", method="views.open", code="expired_trigger_id")
    await counted(rig, "prep_listener_errors_total", reason="late")

    await ines.command("/prep plan")
    await counted(rig, "prep_listener_errors_total", reason="refused")

    monkeypatch.setattr(HomeService, "overview", fail)
    await ines.open_home()
    await counted(rig, "prep_listener_errors_total", reason="error")


async def test_a_429_and_a_tick_that_fails_show(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: Any, **__: Any) -> bool:
        raise OSError("away")

    rig.workspace.faults.add(method="chat.postMessage", kind="ratelimited", seconds=1)
    await rig.person().say("help")
    await counted(rig, "prep_api_calls_total", method="chat.postMessage", code="ratelimited")

    monkeypatch.setattr(reminders, "anything_due", fail)
    await counted(rig, "prep_failures_total", part="tick")


async def test_nothing_that_is_counted_names_anybody(rig: Rig) -> None:
    ines = await newcomer(rig)
    await ines.open_home()
    await ines.see(partial(ines.home))
    await rig.coach.sampler.refresh()

    page = generate_latest(rig.coach.metrics.registry).decode()

    for secret in (ines.id, rig.workspace.team_id, rig.workspace.bot_token, rig.workspace.app_token):
        assert secret not in page
    assert sum(len(family.samples) for family in text_string_to_metric_families(page)) < 1000
