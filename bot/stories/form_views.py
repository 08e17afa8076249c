"""The form in which a story is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    Option,
    PlainTextInputElement,
    SectionBlock,
    StaticMultiSelectElement,
    StaticSelectElement,
)
from slack_sdk.models.blocks.basic_components import PlainTextObject
from slack_sdk.models.views import View

from bot.errors import OutdatedFormError
from bot.stories import ids
from bot.stories.coach import MOST_PRINCIPLES
from bot.stories.draft import (
    LEVELS,
    LONGEST_FIGURES,
    LONGEST_PART,
    LONGEST_TITLE,
    NAMES,
    PARTS,
    Draft,
    hashes,
    month_text,
)
from bot.stories.kept import Kept
from bot.stories.pieces import NONE, OUTDATED, Under, packed, sections, short, unpacked, waiting_modal
from bot.stories.service import Opened, Saved
from content.catalog import Catalog

TITLE = "A STAR story"
NOT_SAVED = "I could not save this just now. What you typed is still here: please press Save again."
IN_THE_WAY = (
    "*You changed the same words on another device.* Above each field is what is saved now; "
    "in the field is what you typed here. Put together what to keep, and save. The other fields are saved."
)
CUT = "The message is longer than a part of a story may be, so its end is left out."
SEEN = "You saved this message before: here is its story."
NO_TEXT = "That message has no text I can read. You can write the story here."
FIGURES_HINT = (
    "The numbers to remember, with before, after and period: “95 to 20 minutes within two quarters”."
)
_LONGEST_HINT = 150


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """What a form is drawn from. `opened` and `under` ride in it."""

    draft: Draft
    opened: Opened
    under: Under | None = None
    lead: str = ""
    """A sentence above it, in mrkdwn."""
    others: Draft | None = None
    """The other version, where `conflicts` are to be settled."""
    conflicts: Sequence[str] = ()


def new_form(draft: Draft, under: Under | None = None, *, key: str | None = None, lead: str = "") -> Form:
    """A form for a story that does not exist yet; `key` where its source names it."""
    return Form(draft=draft, opened=Opened(key=key, base=hashes(draft)), under=under, lead=lead)


def edit_form(story: Kept, under: Under | None = None, *, lead: str = "") -> Form:
    """A form for a stored story."""
    opened = Opened(
        key=story.key,
        revision=story.revision,
        was_archived=story.is_archived,
        base=hashes(story.draft),
    )
    return Form(draft=story.draft, opened=opened, under=under, lead=lead)


def conflict_form(saved: Saved, under: Under | None) -> Form:
    """The form again, with both versions of the fields that two devices changed."""
    kept = edit_form(saved.story, under, lead=IN_THE_WAY)
    changes = {name: getattr(saved.typed, name) for name in saved.conflicts}
    mine = Draft(**{**{name: getattr(saved.story.draft, name) for name in NAMES}, **changes})
    return Form(
        draft=mine,
        opened=kept.opened,
        under=under,
        lead=IN_THE_WAY,
        others=saved.story.draft,
        conflicts=saved.conflicts,
    )


def form_modal(form: Form, catalog: Catalog) -> View:
    """The story as a form, filled in with `form.draft`."""
    draft, guide = form.draft, catalog.stories
    blocks: list[Block] = [SectionBlock(text=form.lead)] if form.lead else []
    purposes: dict[str, str] = {one.part: one.purpose for one in guide.star} if guide else {}
    principles = {slug: one.name for slug, one in catalog.principles.items()}
    scenarios = {slug: one.title for slug, one in catalog.scenarios.items()}
    fields = [
        _text("title", draft.title, LONGEST_TITLE, "Such as “Migration”: you will know it again by this."),
        *(
            _text(part, draft.part(part), LONGEST_PART, purposes.get(part, ""), multiline=True)
            for part in PARTS
        ),
        _text("figures", draft.figures, LONGEST_FIGURES, FIGURES_HINT, multiline=True),
        _input(
            "principles", _principles(principles, draft.principles), f"At most {MOST_PRINCIPLES} fit well."
        ),
        _input("scenario", _choice(scenarios, draft.scenario, "None of these"), ""),
        _input("scope", _choice({one: one for one in LEVELS}, draft.scope, "Not sure yet"), ""),
        _text("happened_on", month_text(draft.happened_on), 20, "Month and year, such as “March 2027”."),
    ]
    for field in fields:
        if field.block_id in form.conflicts and form.others is not None:
            blocks += _other_version(str(field.block_id), form.others, {**principles, **scenarios})
        blocks.append(field)
    return View(
        type="modal",
        callback_id=ids.FORM,
        title=TITLE,
        submit="Save",
        close="Keep the other version" if form.conflicts else "Cancel",
        private_metadata=_packed(form),
        blocks=blocks,
    )


def saving_modal() -> View:
    """Between the ack and the coach's answer."""
    return waiting_modal(TITLE, "Saving your story.")


def read_fields(view: Mapping[str, Any]) -> dict[str, Any]:
    """The inverse of `form_modal`: field to text, option's value, or values; None where there is none."""
    values: Mapping[str, Any] = view.get("state", {}).get("values", {})
    found: dict[str, Any] = {}
    for name, field in values.items():
        content = field.get(ids.FIELD) or {}
        if "selected_options" in content:
            found[name] = tuple(str(option["value"]) for option in content["selected_options"] or ())
        elif "selected_option" in content:
            found[name] = (content["selected_option"] or {}).get("value")
        else:
            found[name] = content.get("value")
    return found


def read_opened(view: Mapping[str, Any]) -> tuple[Opened, Under | None]:
    """What rides in the form; OutdatedFormError for one that we did not draw."""
    content = unpacked(view)
    key, revision, base = content.get("k"), content.get("n"), content.get("h")
    if (
        not isinstance(revision, int)
        or not isinstance(base, dict)
        or not (key is None or isinstance(key, str))
    ):
        raise OutdatedFormError(OUTDATED)
    opened = Opened(
        key=key,
        revision=revision,
        was_archived=bool(content.get("a")),
        base={str(name): str(value) for name, value in base.items()},
    )
    return opened, Under.unpacked(content.get("u"))


def _packed(form: Form) -> str:
    opened = form.opened
    return packed(
        {
            "k": opened.key,
            "n": opened.revision,
            "a": opened.was_archived,
            "h": dict(opened.base or {}),
            "u": form.under.packed() if form.under else None,
        }
    )


def _other_version(name: str, others: Draft, names: Mapping[str, str]) -> list[Block]:
    value = getattr(others, name)
    if name == "happened_on":
        value = month_text(value)
    elif name == "principles":
        value = ", ".join(names.get(slug, slug) for slug in value)
    elif value:
        value = names.get(value, value)
    heading = f"{NAMES[name]}, saved on the other device"
    return sections(value or "", heading) or [SectionBlock(text=f"*{heading}*\nIt is empty there.")]


def _text(name: str, value: str, longest: int, hint: str, *, multiline: bool = False) -> InputBlock:
    # Slack refuses a form whose preset text is longer than it may get.
    element = PlainTextInputElement(
        action_id=ids.FIELD, initial_value=value[:longest] or None, max_length=longest, multiline=multiline
    )
    return _input(name, element, hint)


def _input(name: str, element: Any, hint: str) -> InputBlock:
    return InputBlock(
        block_id=name,
        label=PlainTextObject(text=NAMES[name]),
        element=element,
        hint=PlainTextObject(text=short(hint, _LONGEST_HINT)) if hint else None,
        optional=name != "title",
    )


def _principles(names: Mapping[str, str], chosen: Sequence[str]) -> StaticMultiSelectElement:
    options = {slug: _option(slug, name) for slug, name in names.items()}
    return StaticMultiSelectElement(
        action_id=ids.FIELD,
        placeholder="What it shows",
        options=list(options.values()),
        initial_options=[options[slug] for slug in chosen if slug in options] or None,
    )


def _choice(names: Mapping[str, str], chosen: str | None, nothing: str) -> StaticSelectElement:
    options = {NONE: _option(NONE, nothing), **{value: _option(value, name) for value, name in names.items()}}
    return StaticSelectElement(
        action_id=ids.FIELD,
        placeholder="Choose one",
        options=list(options.values()),
        initial_option=options.get(chosen or ""),
    )


def _option(value: str, text: str) -> Option:
    return Option(value=value, text=PlainTextObject(text=short(text, 75)))
