"""Whatever an app sends, the checks answer."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.block_kit import check_message_blocks, check_view, with_ids
from bot.playground.block_kit.blocks import BLOCKS
from bot.playground.block_kit.elements import ELEMENTS
from tests.bot.playground.blocks import plain

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(
    [
        "type",
        "text",
        "fields",
        "accessory",
        "elements",
        "element",
        "options",
        "option_groups",
        "initial_option",
        "initial_options",
        "rows",
        "chart",
        "series",
        "axis_config",
        "segments",
        "categories",
        "data",
        "label",
        "value",
        "child_blocks",
        "title",
        "block_id",
        "action_id",
        "blocks",
        "focus_on_load",
        "confirm",
        "timezone",
        "min_length",
        "max_length",
        "image_url",
        "slack_file",
        "tasks",
        "status",
    ]
)
KINDS = st.sampled_from(
    [
        *BLOCKS,
        *ELEMENTS,
        "plain_text",
        "mrkdwn",
        "pie",
        "bar",
        "raw_text",
        "rich_text_section",
        "modal",
        "home",
    ]
)
ALMOST = st.recursive(
    JSON | KINDS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(NAMES, inner, max_size=6)
        | st.builds(
            lambda kind, rest: {**rest, "type": kind}, KINDS, st.dictionaries(NAMES, inner, max_size=5)
        )
    ),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(ALMOST)
def test_no_json_crashes_the_checks_and_what_is_accepted_can_be_filled_in(value: Any) -> None:
    blocks = value if isinstance(value, list) else [value]
    if check_message_blocks(blocks) is None:
        with_ids(blocks, lambda: "new")
    for kind in ("modal", "home"):
        view = {"type": kind, "title": plain("x"), "blocks": blocks}
        check_view(view, allowed=("modal", "home"))
    check_view(value, allowed=("modal", "home"))
    check_message_blocks(value)
