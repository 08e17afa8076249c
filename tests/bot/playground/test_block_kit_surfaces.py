"""What holds for whole messages and views, and what belongs where."""

import copy
from typing import Any

import pytest

from bot.playground.block_kit import check_message_blocks, check_view, with_ids
from tests.bot.playground.blocks import (
    a_button,
    a_modal,
    a_section,
    a_text_input,
    an_input,
    chart,
    home_problems,
    message_problems,
    modal_problems,
    mrkdwn,
    options,
    plain,
    radio,
    table,
)


class TestWholeMessages:
    def test_hold_fifty_blocks(self) -> None:
        assert message_problems(*[a_section("x")] * 50) == []
        assert message_problems(*[a_section("x")] * 51) == [
            "[ERROR] no more than 50 items allowed [json-pointer:/blocks]"
        ]

    def test_have_different_block_ids(self) -> None:
        twin = a_section("x", block_id="twin")
        assert message_problems(twin, twin) == [
            "[ERROR] `block_id` must be unique: twin [json-pointer:/blocks/1/block_id]"
        ]

    def test_hold_one_table(self) -> None:
        refusal = check_message_blocks([table(), table()])
        assert refusal is not None
        assert refusal.code == "invalid_attachments"

    def test_hold_two_charts(self) -> None:
        assert message_problems(chart(), chart()) == []
        assert message_problems(chart(), chart(), chart())

    def test_hold_so_much_text(self) -> None:
        refusal = check_message_blocks([a_section("x" * 2900) for _ in range(5)])
        assert refusal is not None
        assert refusal.code == "msg_blocks_too_long"

    def test_are_lists(self) -> None:
        refusal = check_message_blocks({"type": "section"})
        assert refusal is not None
        assert refusal.code == "invalid_blocks_format"


class TestViews:
    def test_hold_a_hundred_blocks(self) -> None:
        assert modal_problems(*[a_section("x")] * 100) == []
        assert modal_problems(*[a_section("x")] * 101) == [
            "[ERROR] no more than 100 items allowed [json-pointer:/view/blocks]"
        ]

    def test_with_inputs_need_a_submit_button(self) -> None:
        view = a_modal(a_text_input("a", "b"))
        del view["submit"]
        refusal = check_view(view, allowed=("modal",))
        assert refusal is not None
        assert refusal.messages == [
            "[ERROR] `submit` is required when an `input` block is within the `blocks` array "
            "[json-pointer:/view/submit]"
        ]

    @pytest.mark.parametrize(
        ("field", "value", "problem"),
        [
            ("title", plain("x" * 25), "must be less than 25 characters [json-pointer:/view/title/text]"),
            ("submit", mrkdwn("x"), "unsupported type: mrkdwn [json-pointer:/view/submit/type]"),
            (
                "private_metadata",
                "x" * 3001,
                "must be less than 3001 characters [json-pointer:/view/private_metadata]",
            ),
            ("callback_id", "x" * 256, "must be less than 256 characters [json-pointer:/view/callback_id]"),
            ("colour", "red", "invalid additional property: colour [json-pointer:/view]"),
            ("notify_on_close", "yes", "must provide a boolean [json-pointer:/view/notify_on_close]"),
        ],
    )
    def test_keep_to_the_limits_of_their_fields(self, field: str, value: Any, problem: str) -> None:
        refusal = check_view(a_modal() | {field: value}, allowed=("modal",))
        assert refusal is not None
        assert refusal.messages == [f"[ERROR] {problem}"]

    @pytest.mark.parametrize("name", ["title", "submit", "close", "clear_on_close", "notify_on_close"])
    def test_of_home_have_no(self, name: str) -> None:
        refusal = check_view({"type": "home", "blocks": [], name: plain("x")}, allowed=("home",))
        assert refusal is not None

    def test_focus_on_one_element(self) -> None:
        first, second = (a_text_input(name, "x", focus_on_load=True) for name in "ab")
        assert modal_problems(first) == []
        assert modal_problems(first, second) == [
            "[ERROR] only one element can set `focus_on_load` "
            "[json-pointer:/view/blocks/1/element/focus_on_load]"
        ]


@pytest.mark.parametrize(
    ("element", "on_message", "in_modal", "on_home"),
    [
        ({"type": "plain_text_input"}, True, True, True),
        ({"type": "datetimepicker"}, True, True, False),
        ({"type": "number_input", "is_decimal_allowed": False}, False, True, False),
        ({"type": "email_text_input"}, False, True, False),
        ({"type": "url_text_input"}, False, True, False),
        ({"type": "file_input"}, False, True, False),
        ({"type": "rich_text_input", "action_id": "x"}, False, True, True),
        (radio("a", "b"), True, True, True),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else "",
)
def test_an_input_belongs_on_certain_surfaces(
    element: dict[str, Any], *, on_message: bool, in_modal: bool, on_home: bool
) -> None:
    block = an_input("x", element)
    assert (message_problems(block) == []) is on_message
    assert (modal_problems(block) == []) is in_modal
    assert (home_problems(block) == []) is on_home


@pytest.mark.parametrize(
    ("element", "parent", "fits"),
    [
        ({"type": "overflow", "options": options("a")}, "section", True),
        ({"type": "overflow", "options": options("a")}, "input", False),
        ({"type": "datetimepicker"}, "section", False),
        ({"type": "multi_static_select", "options": options("a")}, "input", True),
        ({"type": "multi_static_select", "options": options("a")}, "actions", False),
        ({"type": "plain_text_input"}, "actions", False),
        ({"type": "button", "text": plain("x")}, "input", False),
    ],
)
def test_an_element_belongs_in_certain_blocks(element: dict[str, Any], parent: str, *, fits: bool) -> None:
    block = {
        "section": a_section("x", accessory=element),
        "input": an_input("x", element),
        "actions": {"type": "actions", "elements": [element]},
    }[parent]
    assert (modal_problems(block) == []) is fits


class TestFillingIn:
    def test_gives_ids_and_flags_without_touching_the_original(self) -> None:
        blocks = [a_section("x", accessory={"type": "button", "text": plain("Go")})]
        before = copy.deepcopy(blocks)

        [section] = with_ids(blocks, lambda: "new")

        assert blocks == before
        assert section["block_id"] == "new"
        assert section["accessory"]["action_id"] == "new"
        assert section["accessory"]["text"]["emoji"] is True

    def test_keeps_ids(self) -> None:
        [block] = with_ids([a_button("go")], lambda: "new")
        assert (block["block_id"], block["elements"][0]["action_id"]) == ("go_block", "go")
