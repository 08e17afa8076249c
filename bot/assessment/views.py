"""The wizard's modals, and what they say when they come back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    DatePickerElement,
    DividerBlock,
    InputBlock,
    NumberInputElement,
    Option,
    RadioButtonsElement,
    SectionBlock,
)
from slack_sdk.models.blocks.basic_components import PlainTextObject
from slack_sdk.models.views import View

from bot import mrkdwn
from bot.assessment import ids
from bot.assessment.pages import Page
from bot.assessment.profile import (
    CURRENT_LEVELS,
    FEWEST_HOURS,
    MOST_HOURS,
    TARGET_LEVELS,
    ProfileInput,
)
from bot.assessment.service import Standing
from bot.assessment.wizard import Profile, Wizard
from bot.slack_zone import zone_select
from bot.words import Word
from content.loader import Form, FormName
from content.schema import Dimension, Item

WORDS = (Word("assess", "assess [quick | complete]", "find out where you stand, again whenever you like"),)
TITLE = "Readiness check"
DIMENSION_NAMES: Mapping[Dimension, str] = {
    "technical": "Technical skills",
    "leadership": "Leadership",
    "cultural": "Amazon's culture",
}
DIMENSION_LEADS: Mapping[Dimension, str] = {
    "technical": "Think of your last two years at work, not of what you once knew.",
    "leadership": "Count what you did yourself, with people who would confirm it.",
    "cultural": "Think of what you could tell an interviewer today.",
}


def choice_modal(standing: Standing, forms: Mapping[FormName, Form], time_zone: str) -> View:
    """Quick or complete, and first of all the unfinished one."""
    blocks: list[Block] = []
    if standing.unfinished is not None:
        blocks += _resume_blocks(standing.unfinished, forms)
    elif standing.finished_on is not None:
        on = mrkdwn.day(standing.finished_on.astimezone(ZoneInfo(time_zone)).date())
        again = f"You last finished one on {on}. A new one keeps that result and shows the change."
        blocks.append(SectionBlock(text=again))
    else:
        welcome = (
            "*Where do you stand for an Amazon L6 or L7 interview?*\n"
            "Answer honestly rather than kindly: only you see the result, and the plan is built from it. "
            "You can stop at any time and go on later, on any device."
        )
        blocks.append(SectionBlock(text=welcome))
    for name in ("quick", "complete"):
        form = forms[name]
        text = f"*{form.title}*\n{len(form.items)} {_noun(name)}, {form.minutes}. {_DEPTH[name]}"
        style = "primary" if name == "quick" and standing.unfinished is None else None
        button = ButtonElement(
            text=f"Start {name}",
            action_id=f"{ids.START}.{name}",
            value=Wizard(number=standing.next_number, form=name).to_json(),
            style=style,
            accessibility_label=f"Start {name} assessment",
        )
        blocks.append(SectionBlock(text=text, accessory=button, block_id=f"start.{name}"))
    return View(type="modal", callback_id=ids.CHOICE, title=TITLE, close="Close", blocks=blocks)


_DEPTH: Mapping[FormName, str] = {
    "quick": "A first bearing, good enough to choose a plan.",
    "complete": "Each answer describes what one can observe, so the gaps come out sharper.",
}


def _noun(form: FormName) -> str:
    return "statements" if form == "quick" else "questions"


def _resume_blocks(wizard: Wizard, forms: Mapping[FormName, Form]) -> list[Block]:
    items = forms[wizard.form].items
    done = sum(item.slug in wizard.answers for item in items)
    text = (
        f"*You are half-way.* {done} of {len(items)} {_noun(wizard.form)} of the {wizard.form} assessment "
        "are answered and kept. Starting quick or complete below begins a new one, and gives this one up "
        "once you press Next."
    )
    resume = ButtonElement(
        text="Go on", action_id=ids.RESUME, style="primary", accessibility_label="Go on where you stopped"
    )
    return [SectionBlock(text=text, accessory=resume, block_id="resume"), DividerBlock()]


def progress_blocks(page: int, pages: int, what: str) -> list[Block]:
    """The bar and `Page 3 of 6`, counted from 1 with the profile first."""
    text = f"{mrkdwn.bar(page * 100 // pages)}  Page {page} of {pages}: {what}"
    return [ContextBlock(elements=[_plain(text)], block_id=f"progress.{page}")]


def profile_modal(wizard: Wizard, pages: int, *, profile: Profile | None, zone: str, now: datetime) -> View:
    """The profile page, filled in with what is known."""
    date_picker = DatePickerElement(
        action_id=ids.FIELD,
        initial_date=profile.interview_on.isoformat() if profile and profile.interview_on else None,
        placeholder="No date yet",
    )
    hours = NumberInputElement(
        action_id=ids.FIELD,
        is_decimal_allowed=False,
        min_value=str(FEWEST_HOURS),
        max_value=str(MOST_HOURS),
        initial_value=str(profile.hours_per_week) if profile else None,
    )
    blocks: list[Block] = [
        *progress_blocks(1, pages, "You"),
        _input(
            "current_level",
            "Where are you today?",
            _radio(CURRENT_LEVELS, profile.current_level if profile else None),
        ),
        _input(
            "target_level",
            "Which level are you aiming for?",
            _radio(TARGET_LEVELS, profile.target_level if profile else None),
        ),
        _input(
            "interview_on",
            "When is your interview?",
            date_picker,
            "Leave it empty if there is no date yet.",
            optional=True,
        ),
        _input(
            "hours_per_week",
            "How many hours a week can you give it?",
            hours,
            "Be honest: the plan is cut to these hours, to about three at the least.",
        ),
        _input(
            "time_zone",
            "Your time zone",
            zone_select(ids.ZONE, zone, now),
            "Your days follow it. Type a city to change it.",
        ),
    ]
    return _wizard_view(wizard, blocks, callback_id=ids.PROFILE, submit="Next")


def page_modal(wizard: Wizard, page: Page, pages: int, *, notice: str | None = None) -> View:
    """One page of items. block_id is the item's slug, an option's value its points."""
    part = f" ({page.part} of {page.parts})" if page.parts > 1 else ""
    blocks = progress_blocks(page.number + 1, pages, f"{DIMENSION_NAMES[page.dimension]}{part}")
    lead = notice or DIMENSION_LEADS[page.dimension]
    blocks.append(SectionBlock(text=f"*{lead}*" if notice else lead, block_id=f"lead.{page.number}"))
    blocks += [_item_input(item, wizard.answers.get(item.slug)) for item in page.items]
    back = ButtonElement(text="Back", action_id=ids.BACK, accessibility_label="Back to the page before")
    blocks.append(ActionsBlock(elements=[back], block_id=f"back.{page.number}"))
    submit = "See result" if page.number == pages - 1 else "Next"
    return _wizard_view(wizard, blocks, callback_id=ids.PAGE, submit=submit)


def _item_input(item: Item, points: int | None) -> InputBlock:
    options = [
        Option(
            value=str(answer.points),
            text=_plain(answer.label),
            description=_plain(answer.detail) if answer.detail else None,
        )
        for answer in item.answers
    ]
    chosen = options[points - 1] if points else None
    return InputBlock(
        block_id=item.slug,
        label=_plain(item.prompt),
        hint=_plain(item.hint) if item.hint else None,
        dispatch_action=True,
        element=RadioButtonsElement(action_id=ids.ANSWER, options=options, initial_option=chosen),
    )


def scoring_modal() -> View:
    """Shown between the last page and the result."""
    text = (
        "Scoring your answers. This takes a moment; they are kept even if you close this window. "
        "If nothing comes, close it and type `/prep`."
    )
    return View(type="modal", title=TITLE, close="Close", blocks=[SectionBlock(text=text)])


def read_wizard(view: Mapping[str, Any]) -> Wizard:
    """Where the person is; raises OutdatedFormError for a form we did not draw."""
    return Wizard.from_json(view.get("private_metadata", ""))


def read_answers(view: Mapping[str, Any]) -> dict[str, int]:
    """The inverse of page_modal: item slug to points, for the items that are answered."""
    answers = {}
    for block_id, elements in view["state"]["values"].items():
        chosen = elements.get(ids.ANSWER, {}).get("selected_option")
        if chosen and str(chosen.get("value", "")).isdecimal():
            answers[block_id] = int(chosen["value"])
    return answers


def read_profile(view: Mapping[str, Any]) -> ProfileInput:
    """The inverse of profile_modal."""
    values = view["state"]["values"]

    def field(name: str, key: str) -> str | None:
        element: dict[str, Any] = next(iter(values.get(name, {}).values()), {})
        value = element.get(key)
        return value.get("value") if isinstance(value, dict) else value

    return ProfileInput(
        current_level=field("current_level", "selected_option"),
        target_level=field("target_level", "selected_option"),
        interview_on=field("interview_on", "selected_date"),
        hours_per_week=field("hours_per_week", "value"),
        time_zone=field("time_zone", "selected_option"),
    )


def _wizard_view(wizard: Wizard, blocks: list[Block], *, callback_id: str, submit: str) -> View:
    return View(
        type="modal",
        callback_id=callback_id,
        title=TITLE,
        submit=submit,
        close="Close",
        private_metadata=wizard.to_json(),
        blocks=blocks,
    )


def _input(
    name: str, label: str, element: Any, hint: str | None = None, *, optional: bool = False
) -> InputBlock:
    return InputBlock(
        block_id=name,
        label=_plain(label),
        element=element,
        hint=_plain(hint) if hint else None,
        optional=optional,
    )


def _radio(choices: Mapping[str, str], chosen: str | None) -> RadioButtonsElement:
    options = {value: Option(value=value, text=_plain(text)) for value, text in choices.items()}
    return RadioButtonsElement(
        action_id=ids.FIELD, options=list(options.values()), initial_option=options.get(chosen or "")
    )


def _plain(text: str) -> PlainTextObject:
    return PlainTextObject(text=text)
