"""Which workspace and which installation a payload is about."""

from __future__ import annotations

from typing import Any

import pytest

from bot.workspaces.payloads import place_of, team_of


@pytest.mark.parametrize(
    ("body", "place"),
    [
        pytest.param({"team_id": "T1"}, "T1", id="a workspace"),
        pytest.param(
            {"team_id": "T9", "authorizations": [{"team_id": "T1", "enterprise_id": None}]},
            "T1",
            id="the authorization goes first",
        ),
        pytest.param(
            {"authorizations": [{"team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": False}]},
            "T1",
            id="a workspace of an organisation",
        ),
        pytest.param(
            {"authorizations": [{"team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": True}]},
            "E1",
            id="an organisation",
        ),
        pytest.param(
            {"enterprise_id": "E1", "is_enterprise_install": "true"}, "E1", id="as a command says it"
        ),
        pytest.param({"authorizations": []}, None, id="nothing"),
        pytest.param({"authorizations": "?", "team_id": 7}, "7", id="nonsense"),
    ],
)
def test_place_of(body: dict[str, Any], place: str | None) -> None:
    assert place_of(body) == place


@pytest.mark.parametrize(
    ("body", "team"),
    [
        ({"team": None, "user": {"id": "U1", "team_id": "T1"}}, "T1"),
        ({"team_id": None, "event": {"user": {"team_id": "T1"}}}, "T1"),
        ({"team_id": None, "event": {"team": "T1", "user": "U1"}}, "T1"),
        ({"context_team_id": "T1", "event": {}}, "T1"),
        ({"team_id": "E1", "user": []}, None),
        ({}, None),
    ],
)
def test_team_of(body: dict[str, Any], team: str | None) -> None:
    assert team_of(body) == team
