"""What slack_sdk's own models build is accepted: no rule refuses what Slack documents."""

from typing import Any

import pytest
from slack_sdk.models import blocks as sdk
from slack_sdk.models.blocks import basic_components as parts
from slack_sdk.models.views import View

from bot.playground.block_kit import check_message_blocks, check_view

OPTIONS = [sdk.Option(text="One", value="1", description="First"), sdk.Option(text="Two", value="2")]
SURE = sdk.ConfirmObject(title="Sure?", text="It is gone then.", confirm="Yes", deny="No")
SELECT: dict[str, Any] = {"action_id": "x", "placeholder": "Pick", "confirm": SURE, "focus_on_load": True}
IMAGE = sdk.ImageElement(image_url="https://example.org/x.png", alt_text="A picture")

ANYWHERE = [
    sdk.ButtonElement(text="Go", action_id="x", value="1", style="primary", confirm=SURE),
    sdk.StaticSelectElement(options=OPTIONS, initial_option=OPTIONS[0], **SELECT),
    sdk.StaticSelectElement(option_groups=[sdk.OptionGroup(label="All", options=OPTIONS)], **SELECT),
    sdk.ExternalDataSelectElement(min_query_length=1, **SELECT),
    sdk.UserSelectElement(initial_user="U1", **SELECT),
    sdk.ConversationSelectElement(
        default_to_current_conversation=True, filter=sdk.ConversationFilter(include=["im"]), **SELECT
    ),
    sdk.ChannelSelectElement(initial_channel="C1", **SELECT),
    sdk.OverflowMenuElement(options=OPTIONS, action_id="x", confirm=SURE),
    sdk.DatePickerElement(initial_date="2030-03-04", **SELECT),
    sdk.TimePickerElement(initial_time="08:30", timezone="Europe/Lisbon", **SELECT),
    sdk.CheckboxesElement(options=OPTIONS, initial_options=OPTIONS, action_id="x"),
    sdk.RadioButtonsElement(options=OPTIONS, initial_option=OPTIONS[1], action_id="x"),
]
IN_MODALS = [
    sdk.PlainTextInputElement(
        action_id="x", initial_value="hi", multiline=True, min_length=1, max_length=10, placeholder="Type"
    ),
    sdk.NumberInputElement(action_id="x", is_decimal_allowed=True, min_value="1", max_value="5"),
    sdk.EmailInputElement(action_id="x", placeholder="Type"),
    sdk.UrlInputElement(action_id="x", placeholder="Type"),
    sdk.DateTimePickerElement(action_id="x", initial_date_time=1_900_000_000),
    sdk.RichTextInputElement(action_id="x", placeholder="Type"),
    sdk.StaticMultiSelectElement(options=OPTIONS, initial_options=OPTIONS, max_selected_items=2, **SELECT),
    sdk.UserMultiSelectElement(initial_users=["U1"], **SELECT),
]
RICH = sdk.RichTextBlock(
    elements=[
        sdk.RichTextSectionElement(
            elements=[
                sdk.RichTextElementParts.Text(text="Hi", style=sdk.RichTextElementParts.TextStyle(bold=True)),
                sdk.RichTextElementParts.Link(url="https://example.org", text="there"),
                sdk.RichTextElementParts.User(user_id="U1"),
                sdk.RichTextElementParts.Emoji(name="tada"),
                sdk.RichTextElementParts.Date(timestamp=1_900_000_000, format="{date}", fallback="then"),
            ]
        ),
        sdk.RichTextListElement(style="bullet", elements=[sdk.RichTextSectionElement(elements=[])], indent=1),
        sdk.RichTextQuoteElement(elements=[]),
        sdk.RichTextPreformattedElement(elements=[]),
    ]
)
MESSAGE_BLOCKS = [
    sdk.SectionBlock(text="*Hi*", fields=["a", "b"], accessory=IMAGE, expand=True),
    sdk.HeaderBlock(text="Title"),
    sdk.DividerBlock(),
    sdk.ContextBlock(elements=[IMAGE, sdk.MarkdownTextObject(text="x")]),
    sdk.ImageBlock(image_url="https://example.org/x.png", alt_text="A picture", title="Picture"),
    sdk.MarkdownBlock(text="# Title"),
    sdk.ContextActionsBlock(
        elements=[
            sdk.FeedbackButtonsElement(
                action_id="f",
                positive_button=parts.FeedbackButtonObject(text="Good", value="1"),
                negative_button=parts.FeedbackButtonObject(text="Bad", value="0"),
            ),
            sdk.IconButtonElement(action_id="t", icon="trash", text="Delete", confirm=SURE),
        ]
    ),
    RICH,
]


@pytest.mark.parametrize("element", ANYWHERE, ids=lambda element: element.type)
def test_an_element_is_accepted(element: sdk.InteractiveElement) -> None:
    blocks = [
        sdk.ActionsBlock(elements=[element]).to_dict(),
        sdk.SectionBlock(text="x", accessory=element).to_dict(),
    ]
    for block in blocks:
        assert check_message_blocks([block]) is None


@pytest.mark.parametrize("element", [*ANYWHERE, *IN_MODALS], ids=lambda element: element.type)
def test_an_input_is_accepted_in_a_modal(element: sdk.InputInteractiveElement) -> None:
    if element.type in ("button", "overflow"):
        return
    block = sdk.InputBlock(label="Label", element=element, hint="Hint", optional=True)
    view = View(
        type="modal", title="Title", submit="Send", close="Cancel", blocks=[block], notify_on_close=True
    )
    assert check_view(view.to_dict(), allowed=("modal",)) is None


@pytest.mark.parametrize("block", MESSAGE_BLOCKS, ids=lambda block: block.type)
def test_a_block_is_accepted_in_a_message(block: sdk.Block) -> None:
    assert check_message_blocks([block.to_dict()]) is None


def test_an_alert_is_accepted_in_a_modal() -> None:
    view = View(type="modal", title="Title", blocks=[sdk.AlertBlock(text="Careful", level="warning")])
    assert check_view(view.to_dict(), allowed=("modal",)) is None
