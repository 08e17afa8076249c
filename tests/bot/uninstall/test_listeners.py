"""What Slack says of an uninstall becomes a mark, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bot.mydata.belongings import everything_stored
from tests.dispatch import Dispatcher, event


@pytest.mark.parametrize(
    ("kind", "content", "noted"),
    [
        ("app_uninstalled", {}, 1),
        ("tokens_revoked", {"tokens": {"oauth": [], "bot": ["UBOT"]}}, 1),
        ("tokens_revoked", {"tokens": {"oauth": ["U1"]}}, 0),
        ("tokens_revoked", {}, 0),
    ],
)
async def test_is_noted(slack: Dispatcher, kind: str, content: dict[str, Any], noted: int) -> None:
    response = await slack.send(event(kind, **content))

    assert response.status == 200
    stored = await everything_stored(slack.coach.database)
    assert len(stored["removal"]) == noted
    assert slack.acked_before == []


async def test_of_an_organisation(slack: Dispatcher) -> None:
    body = event("app_uninstalled")
    body["authorizations"] = [{"enterprise_id": "E1", "team_id": "T1", "is_enterprise_install": True}]

    await slack.send(body)

    assert "E1" in str((await everything_stored(slack.coach.database))["removal"])


async def test_a_time_that_is_none_harms_nothing(slack: Dispatcher) -> None:
    assert (await slack.send({**event("app_uninstalled"), "event_time": None})).status == 200
