"""What Slack's client refuses before anything is sent to the app."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.playground.form import FormState

REQUIRED = "Please complete this required field."
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
URL = re.compile(r"https?://[^\s/$.?#][^\s]*", re.IGNORECASE)


def complaints(blocks: Sequence[Mapping[str, Any]], form: FormState) -> dict[str, str]:
    """What the person has to correct: block_id to the sentence under the input."""
    found: dict[str, str] = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        value = form.get(block["block_id"], element["action_id"])
        complaint = _complaint(element, value, optional=block.get("optional", False))
        if complaint is not None:
            found[block["block_id"]] = complaint
    return found


def _complaint(element: Mapping[str, Any], value: Any, *, optional: bool) -> str | None:
    if _is_empty(value):
        return None if optional else REQUIRED
    match element["type"]:
        case "plain_text_input":
            return _text_complaint(element, str(value))
        case "number_input":
            return _number_complaint(element, str(value))
        case "email_text_input" if not EMAIL.fullmatch(str(value)):
            return "Please enter a valid email address."
        case "url_text_input" if not URL.fullmatch(str(value)):
            return "Please enter a valid URL."
    most = element.get("max_selected_items") or element.get("max_files")
    if isinstance(value, list) and isinstance(most, int) and len(value) > most:
        return f"You can select up to {most} items."
    return None


def _is_empty(value: Any) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def _text_complaint(element: Mapping[str, Any], text: str) -> str | None:
    shortest, longest = element.get("min_length", 0), element.get("max_length", 3000)
    if len(text) < shortest:
        return f"Please enter at least {shortest} characters."
    if len(text) > longest:
        return f"Please enter no more than {longest} characters."
    return None


def _number_complaint(element: Mapping[str, Any], text: str) -> str | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return "Please enter a valid number."
    if not number.is_finite():
        return "Please enter a valid number."
    if not element.get("is_decimal_allowed") and number != number.to_integral_value():
        return "Please enter a whole number."
    if "min_value" in element and number < Decimal(element["min_value"]):
        return f"Please enter a number greater than or equal to {element['min_value']}."
    if "max_value" in element and number > Decimal(element["max_value"]):
        return f"Please enter a number less than or equal to {element['max_value']}."
    return None
