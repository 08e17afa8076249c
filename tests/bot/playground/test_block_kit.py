"""Which blocks and elements Slack refuses: the words and the JSON pointer."""

from typing import Any

import pytest

from tests.bot.playground.blocks import (
    a_button,
    a_section,
    bars,
    cell,
    chart,
    message_problems,
    mrkdwn,
    options,
    plain,
    radio,
    select,
    table,
)

LONG = "x" * 3001
DESCRIBED = [{"text": plain("A"), "value": "a", "description": plain("x" * 76)}]
FEEDBACK = {
    "type": "feedback_buttons",
    "action_id": "f",
    "positive_button": {"text": plain("Good"), "value": "1"},
    "negative_button": {"text": plain("Bad"), "value": "0"},
}


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        pytest.param(a_section(LONG), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
        pytest.param(a_section(""), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        pytest.param({"type": "section"}, "must define either `text` or `fields` [json-pointer:/blocks/0]"),
        pytest.param(
            {"type": "section", "fields": [mrkdwn("x")] * 11},
            "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
        ),
        pytest.param(
            {"type": "header", "text": plain("x" * 151)},
            "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
        ),
        pytest.param(
            {"type": "header", "text": mrkdwn("x")},
            "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
        ),
        pytest.param(
            {"type": "divider", "colour": "red"},
            "invalid additional property: colour [json-pointer:/blocks/0]",
        ),
        pytest.param({"type": "sparkline"}, "unsupported type: sparkline [json-pointer:/blocks/0/type]"),
        pytest.param({"type": ["section"]}, "unsupported type: ['section'] [json-pointer:/blocks/0/type]"),
        pytest.param({}, "missing required field: type [json-pointer:/blocks/0]"),
        pytest.param(
            {"type": "actions", "elements": []},
            "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]",
        ),
        pytest.param(
            a_button("go", "x" * 76),
            "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
        ),
        pytest.param(
            a_button("go", style="gold"),
            "must be one of the allowed values: primary, danger [json-pointer:/blocks/0/elements/0/style]",
        ),
        pytest.param(
            {"type": "actions", "elements": a_button("go")["elements"] * 2},
            "`action_id` must be unique within a block: go [json-pointer:/blocks/0/elements/1]",
        ),
        pytest.param(
            {"type": "actions", "elements": [radio(*"abcdefghijk")]},
            "no more than 10 items allowed [json-pointer:/blocks/0/elements/0/options]",
        ),
        pytest.param(
            {"type": "actions", "elements": [{"type": "checkboxes", "options": DESCRIBED}]},
            "must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/description/text]",
        ),
        pytest.param(
            {"type": "actions", "elements": [select(initial_option=options("c")[0])]},
            "must match exactly one of the options provided "
            "[json-pointer:/blocks/0/elements/0/initial_option]",
        ),
        pytest.param(
            {"type": "actions", "elements": [select(option_groups=[])]},
            "must define either `options` or `option_groups` [json-pointer:/blocks/0/elements/0]",
        ),
        pytest.param(
            {"type": "actions", "elements": [{"type": "datepicker", "initial_date": "2030-2-3"}]},
            "must be in the format YYYY-MM-DD [json-pointer:/blocks/0/elements/0/initial_date]",
        ),
        pytest.param(
            {"type": "actions", "elements": [{"type": "timepicker", "initial_time": "24:00"}]},
            "must be in the format HH:mm [json-pointer:/blocks/0/elements/0/initial_time]",
        ),
        pytest.param(
            {"type": "actions", "elements": [{"type": "timepicker", "timezone": "Mars/Olympus"}]},
            "must be a valid IANA time zone [json-pointer:/blocks/0/elements/0/timezone]",
        ),
        pytest.param(
            {"type": "image", "alt_text": "x"},
            "must define either `image_url` or `slack_file` [json-pointer:/blocks/0]",
        ),
        pytest.param(
            {"type": "image", "image_url": "https://x"},
            "missing required field: alt_text [json-pointer:/blocks/0]",
        ),
        pytest.param(
            {"type": "context", "elements": [mrkdwn("x")] * 11},
            "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
        ),
        pytest.param(
            {"type": "alert", "text": plain("x")}, "unsupported type: alert [json-pointer:/blocks/0/type]"
        ),
        pytest.param(table(rows=101), "no more than 100 items allowed [json-pointer:/blocks/0/rows]"),
        pytest.param(table(columns=21), "no more than 20 items allowed [json-pointer:/blocks/0/rows/0]"),
        pytest.param(chart(title="x" * 51), "must be less than 51 characters [json-pointer:/blocks/0/title]"),
        pytest.param(
            bars({"Mon": 1}, ["Mon", "Tue"]),
            "data labels must match the axis categories [json-pointer:/blocks/0/chart/series/0/data]",
        ),
        pytest.param(
            chart(chart={"type": "pie", "segments": [{"label": "x", "value": 0}]}),
            "must be greater than 0 [json-pointer:/blocks/0/chart/segments/0/value]",
        ),
        pytest.param(
            {"type": "context_actions", "elements": [FEEDBACK] * 6},
            "no more than 5 items allowed [json-pointer:/blocks/0/elements]",
        ),
        pytest.param(
            {"type": "markdown", "text": "x" * 12_001},
            "must be less than 12001 characters [json-pointer:/blocks/0/text]",
        ),
        pytest.param(
            a_section("x", block_id="x" * 256),
            "must be less than 256 characters [json-pointer:/blocks/0/block_id]",
        ),
    ],
)
def test_a_message_is_refused(block: dict[str, Any], problem: str) -> None:
    assert f"[ERROR] {problem}" in message_problems(block)


@pytest.mark.parametrize(
    "block",
    [
        a_section("x" * 3000, expand=True),
        {"type": "header", "text": plain("x"), "level": 2},
        a_button("go", url="https://example.org"),
        {"type": "actions", "elements": [select(initial_option=options("b")[0])]},
        {"type": "section", "fields": [mrkdwn("x")] * 10},
        {"type": "context", "elements": [mrkdwn("x"), plain("y")]},
        {"type": "context_actions", "elements": [FEEDBACK]},
        {"type": "markdown", "text": "# Title"},
        table(100, 20) | {"column_settings": [None, {"align": "right"}]},
        {
            "type": "data_table",
            "caption": "Week",
            "rows": [[cell("Day")], [{"type": "raw_number", "value": 3}]],
        },
        chart(),
        bars({"Mon": 1, "Tue": -2}, ["Tue", "Mon"]),
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [{"type": "text", "text": "x", "style": {"bold": True}}],
                }
            ],
        },
        {
            "type": "container",
            "title": plain("Folded"),
            "child_blocks": [a_section("x")],
            "is_collapsible": True,
        },
    ],
    ids=lambda block: block["type"],
)
def test_a_message_is_accepted(block: dict[str, Any]) -> None:
    assert message_problems(block) == []
