"""What people read of their own data: that a copy is coming, what would be deleted, and what was."""

from __future__ import annotations

from collections.abc import Mapping

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, SectionBlock
from slack_sdk.models.blocks.basic_components import PlainTextObject
from slack_sdk.models.views import View

from bot.mydata.feeds import CalendarOffer
from bot.mydata.holdings import lines, sentence
from bot.outgoing import Post
from bot.words import Word

WORDS = (
    Word("export", "export", "a copy of everything I keep about you, as files"),
    Word("forget-me", "forget-me", "delete everything I keep about you, after one question"),
)
EXPORT = "mydata.export"
"""A button, anywhere, that sends the export."""
FORGET = "mydata.forget"
"""A button, anywhere, that asks whether to delete everything."""
CONFIRM = "mydata.confirm"
MAKE_ADDRESS = "mydata.make_address"
"""A button that makes a private address for the calendar, in place of the one before."""
END_ADDRESS = "mydata.end_address"
"""A button after which the address leads nowhere."""
CALENDAR_TITLE = "Your calendar"
EXPORT_TITLE = "Your data"
FORGET_TITLE = "Delete my data"

COMING = (
    "Your export is on its way: one zip in our direct message, in a moment. In it: everything as JSON, your "
    "log for a spreadsheet, your stories, and your plan as a calendar."
)
UNDER_WAY = "Your export is on its way, or there already: look into our direct message. I make one a minute."
NOTHING = "I keep nothing about you. `/prep` begins."
IN_THE_ZIP = (
    "Everything I keep about you. stories.html prints well or saves as PDF, plan.ics goes into your "
    "calendar. Anybody who gets this file can read it."
)
DELETING = "Deleting. This takes a moment; it is done even if you close this window."
STAYS = "What I wrote to you in Slack stays in our direct message."
BACKUPS = "Backups that were made before today may still hold a copy until they are replaced."
ENDED = "Your calendar's address leads nowhere now. What calendars have read of it they may show for a while."
NO_ADDRESS = "There is no address to switch off."
NO_CALENDARS = "Calendar addresses are switched off here. `/prep export` has your plan as a calendar file."
FROM_BEFORE = (
    "That message is from a time of which I keep nothing any more, so its buttons lead nowhere. "
    "Type `/prep` to begin anew."
)


def export_button(text: str = "Export my data") -> ButtonElement:
    """Sends the export, from any message, window or Home."""
    return ButtonElement(
        text=text, action_id=EXPORT, accessibility_label=f"{text}: a zip in the direct message"
    )


def forget_button(text: str = "Delete my data") -> ButtonElement:
    """Asks whether to delete everything, from any message, window or Home."""
    return ButtonElement(
        text=text, action_id=FORGET, accessibility_label=f"{text}: shows first what would be deleted"
    )


def note(text: str) -> Post:
    """One sentence or two, as a message."""
    return Post(text=text, blocks=[SectionBlock(text=text).to_dict()])


def export_post(text: str, offer: CalendarOffer | None) -> Post:
    """What becomes of the export, and where it is possible, a calendar that keeps itself up to date."""
    if offer is None:
        return note(text)
    if offer.made_on is None:
        more = (
            "Rather have your plan in your calendar, always up to date? I can make a private address for it."
        )
        buttons = [_address_button("Get an address")]
    else:
        more = (
            f"Your calendar has had a private address since {offer.made_on:%-d %B %Y}. I keep no copy of it: "
            "if it is lost, or somebody else has it, make a new one, and the old one stops."
        )
        buttons = [_address_button("Make a new one"), _end_button()]
    blocks = [SectionBlock(text=text), SectionBlock(text=more), ActionsBlock(elements=buttons)]
    return Post(text=f"{text} {more}", blocks=[block.to_dict() for block in blocks])


def address_post(address: str) -> Post:
    """The address, once."""
    text = (
        "Your calendar's private address. Copy it now, I keep no copy:\n"
        f"`{address}`\n"
        "In Google Calendar it goes under *Other calendars*, *From URL*; in Outlook under *Subscribe from "
        "web*; in Apple Calendar under *New Calendar Subscription*. Changes show within hours, whenever your "
        "calendar looks."
    )
    careful = (
        "Whoever has it sees your plan's weeks, sessions, interview date and mocks, nothing you wrote or "
        "scored. A new address ends this one."
    )
    blocks = [SectionBlock(text=text), SectionBlock(text=careful), ActionsBlock(elements=[_end_button()])]
    return Post(text=f"{text}\n{careful}", blocks=[block.to_dict() for block in blocks])


def _address_button(text: str) -> ButtonElement:
    return ButtonElement(
        text=text, action_id=MAKE_ADDRESS, accessibility_label=f"{text}: a private address for your calendar"
    )


def _end_button() -> ButtonElement:
    return ButtonElement(
        text="Switch it off", action_id=END_ADDRESS, accessibility_label="Switch off your calendar's address"
    )


def forget_modal(counts: Mapping[str, int]) -> View:
    """The one question before everything is deleted."""
    blocks: list[Block] = [
        _plain(f"This deletes everything I keep about you: {_listed(counts)}."),
        _plain(
            "Reminders stop, nobody can read your stories any more, and your study groups go on without you. "
            "It cannot be undone."
        ),
        _plain(f"{STAYS} {BACKUPS}"),
        ActionsBlock(elements=[export_button("Send me a copy first")], block_id="mydata.copy"),
    ]
    return View(
        type="modal",
        callback_id=CONFIRM,
        title=FORGET_TITLE,
        submit="Delete everything",
        close="Keep it",
        blocks=blocks,
    )


def forget_window(text: str) -> View:
    """The same window once it needs no answer."""
    return View(type="modal", title=FORGET_TITLE, close="Close", blocks=[_plain(text)])


def forgotten(counts: Mapping[str, int] | None) -> str:
    """What was deleted."""
    if counts is None:
        return "Nothing of yours is left here: it was deleted before, or never kept."
    return f"Deleted: {_listed(counts)}. I keep nothing about you now. {STAYS} /prep begins anew."


def _listed(counts: Mapping[str, int]) -> str:
    return sentence(["your profile", *lines(counts)])


def _plain(text: str) -> SectionBlock:
    return SectionBlock(text=PlainTextObject(text=text))
