"""What a client holds, what it sends, and what it refuses to send."""

from typing import Any

import pytest

from bot.playground.client_checks import complaints
from bot.playground.form import FormState
from tests.bot.playground.blocks import a_text_input, an_input, options

A, B = options("a", "b")


def element(kind: str, **fields: Any) -> dict[str, Any]:
    return {"type": kind, "action_id": "x", **fields}


@pytest.mark.parametrize(
    ("presets", "given", "empty", "filled"),
    [
        pytest.param(
            element("plain_text_input"), "hi", {"value": None}, {"value": "hi"}, id="plain_text_input"
        ),
        pytest.param(element("number_input"), "3", {"value": None}, {"value": "3"}, id="number_input"),
        pytest.param(
            element("radio_buttons", options=[A, B]),
            A,
            {"selected_option": None},
            {"selected_option": A},
            id="radio_buttons",
        ),
        pytest.param(
            element("checkboxes", options=[A, B]),
            [A, B],
            {"selected_options": []},
            {"selected_options": [A, B]},
            id="checkboxes",
        ),
        pytest.param(
            element("users_select"), "U1", {"selected_user": None}, {"selected_user": "U1"}, id="users_select"
        ),
        pytest.param(
            element("multi_users_select"),
            ["U1"],
            {"selected_users": []},
            {"selected_users": ["U1"]},
            id="multi_users_select",
        ),
        pytest.param(
            element("conversations_select"),
            "C1",
            {"selected_conversation": None},
            {"selected_conversation": "C1"},
            id="conversations_select",
        ),
        pytest.param(
            element("channels_select"),
            "C1",
            {"selected_channel": None},
            {"selected_channel": "C1"},
            id="channels_select",
        ),
        pytest.param(
            element("datepicker"),
            "2030-03-04",
            {"selected_date": None},
            {"selected_date": "2030-03-04"},
            id="datepicker",
        ),
        pytest.param(
            element("timepicker", timezone="Europe/Lisbon"),
            "08:30",
            {"selected_time": None, "timezone": "Europe/Lisbon"},
            {"selected_time": "08:30", "timezone": "Europe/Lisbon"},
            id="timepicker",
        ),
        pytest.param(
            element("datetimepicker"),
            1_900_000_000,
            {"selected_date_time": None},
            {"selected_date_time": 1_900_000_000},
            id="datetimepicker",
        ),
    ],
)
def test_values_have_slacks_shapes(
    presets: dict[str, Any], given: Any, empty: dict[str, Any], filled: dict[str, Any]
) -> None:
    form = FormState.for_blocks([an_input("b", presets)])
    assert form.values() == {"b": {"x": {"type": presets["type"], **empty}}}

    form.set("b", "x", given)
    assert form.values() == {"b": {"x": {"type": presets["type"], **filled}}}


@pytest.mark.parametrize(
    ("block_id", "action_id", "value"),
    [
        pytest.param("name", "who", "typed", id="both ids unchanged keep the value"),
        pytest.param("other", "who", "preset", id="a new block_id takes the preset"),
        pytest.param("name", "other", "preset", id="a new action_id takes the preset"),
    ],
)
def test_after_an_update(block_id: str, action_id: str, value: str) -> None:
    before = FormState.for_blocks([a_text_input("name", "who")])
    before.set("name", "who", "typed")

    after = FormState.for_blocks([a_text_input(block_id, action_id, initial_value="preset")], before)

    assert after.get(block_id, action_id) == value


def test_an_emptied_input_stays_empty_after_an_update() -> None:
    preset = a_text_input("name", "who", initial_value="preset")
    form = FormState.for_blocks([preset])
    form.set("name", "who", None)
    assert FormState.for_blocks([preset], form).get("name", "who") is None


def test_an_unknown_input_cannot_be_set() -> None:
    with pytest.raises(KeyError):
        FormState().set("b", "x", "hi")


@pytest.mark.parametrize(
    ("presets", "given", "complaint"),
    [
        pytest.param(element("plain_text_input"), None, "Please complete this required field.", id="missing"),
        pytest.param(element("plain_text_input"), "  ", "Please complete this required field.", id="blank"),
        pytest.param(
            element("checkboxes", options=[A]), [], "Please complete this required field.", id="unticked"
        ),
        pytest.param(
            element("plain_text_input", min_length=5), "hi", "Please enter at least 5 characters.", id="short"
        ),
        pytest.param(
            element("plain_text_input", max_length=1),
            "hi",
            "Please enter no more than 1 characters.",
            id="long",
        ),
        pytest.param(
            element("number_input", is_decimal_allowed=False), "x", "Please enter a valid number.", id="words"
        ),
        pytest.param(
            element("number_input", is_decimal_allowed=False),
            "1.5",
            "Please enter a whole number.",
            id="part",
        ),
        pytest.param(
            element("number_input", is_decimal_allowed=True, min_value="2"),
            "1.5",
            "Please enter a number greater than or equal to 2.",
            id="low",
        ),
        pytest.param(
            element("number_input", is_decimal_allowed=True, max_value="2"),
            "2.5",
            "Please enter a number less than or equal to 2.",
            id="high",
        ),
        pytest.param(element("email_text_input"), "me", "Please enter a valid email address.", id="email"),
        pytest.param(element("url_text_input"), "example", "Please enter a valid URL.", id="url"),
        pytest.param(
            element("multi_users_select", max_selected_items=1),
            ["U1", "U2"],
            "You can select up to 1 items.",
            id="many",
        ),
        pytest.param(
            element("number_input", is_decimal_allowed=False, min_value="1"), "40", None, id="a number"
        ),
        pytest.param(element("email_text_input"), "me@example.org", None, id="an email"),
        pytest.param(element("url_text_input"), "https://example.org/x", None, id="a url"),
    ],
)
def test_the_client_complains(presets: dict[str, Any], given: Any, complaint: str | None) -> None:
    blocks = [an_input("b", presets)]
    form = FormState.for_blocks(blocks)
    form.set("b", "x", given)
    assert complaints(blocks, form) == ({} if complaint is None else {"b": complaint})


def test_an_optional_input_may_stay_empty() -> None:
    blocks = [a_text_input("b", "x", optional=True)]
    assert complaints(blocks, FormState.for_blocks(blocks)) == {}
