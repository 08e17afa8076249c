"""What a Slack client holds for the inputs of a surface."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self

JsonObject = dict[str, Any]

# element type -> (field of the state value, field of the element that presets it, value when empty)
STATE_FIELDS: Mapping[str, tuple[str, str, Any]] = {
    "plain_text_input": ("value", "initial_value", None),
    "number_input": ("value", "initial_value", None),
    "email_text_input": ("value", "initial_value", None),
    "url_text_input": ("value", "initial_value", None),
    "rich_text_input": ("rich_text_value", "initial_value", None),
    "static_select": ("selected_option", "initial_option", None),
    "external_select": ("selected_option", "initial_option", None),
    "radio_buttons": ("selected_option", "initial_option", None),
    "checkboxes": ("selected_options", "initial_options", []),
    "multi_static_select": ("selected_options", "initial_options", []),
    "multi_external_select": ("selected_options", "initial_options", []),
    "users_select": ("selected_user", "initial_user", None),
    "multi_users_select": ("selected_users", "initial_users", []),
    "conversations_select": ("selected_conversation", "initial_conversation", None),
    "multi_conversations_select": ("selected_conversations", "initial_conversations", []),
    "channels_select": ("selected_channel", "initial_channel", None),
    "multi_channels_select": ("selected_channels", "initial_channels", []),
    "datepicker": ("selected_date", "initial_date", None),
    "timepicker": ("selected_time", "initial_time", None),
    "datetimepicker": ("selected_date_time", "initial_date_time", None),
    "file_input": ("files", "", []),
}


def elements_of(blocks: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Every interactive element with the block that holds it, also inside containers."""
    for block in blocks:
        kind = block.get("type")
        if kind == "container":
            yield from elements_of(block.get("child_blocks") or [])
        elif kind == "carousel":
            yield from elements_of(block.get("elements") or [])
        elif kind == "card":
            yield from ((block, element) for element in block.get("actions") or [])
        elif kind == "input":
            yield block, block["element"]
        elif kind == "section" and block.get("accessory"):
            yield block, block["accessory"]
        elif kind in ("actions", "context_actions"):
            yield from ((block, element) for element in block.get("elements") or [])


class FormState:
    """The values of a surface's inputs, by block_id and action_id."""

    def __init__(self) -> None:
        self._elements: dict[tuple[str, str], Mapping[str, Any]] = {}
        self._values: dict[tuple[str, str], Any] = {}

    @classmethod
    def for_blocks(cls, blocks: Sequence[Mapping[str, Any]], previous: "FormState | None" = None) -> Self:
        """
        The form for newly shown blocks.

        An input whose block_id and action_id are both unchanged keeps the person's value, whatever the
        blocks preset; every other input takes its initial_* value.
        """
        form = cls()
        for block, element in elements_of(blocks):
            if element.get("type") not in STATE_FIELDS:
                continue
            key = (str(block.get("block_id", "")), str(element.get("action_id", "")))
            form._elements[key] = element
            before = previous._elements.get(key) if previous else None
            if previous is not None and before is not None and before["type"] == element["type"]:
                form._values[key] = previous._values[key]
            else:
                form._values[key] = _initial(element)
        return form

    def __contains__(self, key: object) -> bool:
        return key in self._elements

    def set(self, block_id: str, action_id: str, value: Any) -> None:
        """
        Hold `value`: text, a date, an option object, a list of options, an id, ... by the element's type.

        Raises KeyError when the surface has no such input.
        """
        key = (block_id, action_id)
        if key not in self._elements:
            raise KeyError(f"no input {action_id!r} in block {block_id!r}")
        self._values[key] = value

    def get(self, block_id: str, action_id: str) -> Any:
        """The value held, None or [] when there is none."""
        return self._values[(block_id, action_id)]

    def element(self, block_id: str, action_id: str) -> Mapping[str, Any]:
        """The element as the app described it."""
        return self._elements[(block_id, action_id)]

    def take(self, values: Mapping[str, Mapping[str, Any]]) -> None:
        """Hold what a client sent in Slack's shapes; what the surface does not have is left out."""
        for block_id, actions in values.items():
            for action_id, content in actions.items():
                element = self._elements.get((block_id, action_id))
                if element is not None:
                    field = STATE_FIELDS[element["type"]][0]
                    if field in content:
                        self._values[(block_id, action_id)] = content[field]

    def values(self) -> dict[str, dict[str, JsonObject]]:
        """The `state.values` of Slack's payloads."""
        result: dict[str, dict[str, JsonObject]] = {}
        for (block_id, action_id), element in self._elements.items():
            field, _, empty = STATE_FIELDS[element["type"]]
            value = self._values[(block_id, action_id)]
            state = {"type": element["type"], field: copy.deepcopy(empty if value is None else value)}
            if element["type"] == "timepicker" and "timezone" in element:
                state["timezone"] = element["timezone"]
            result.setdefault(block_id, {})[action_id] = state
        return result


def _initial(element: Mapping[str, Any]) -> Any:
    _, preset, empty = STATE_FIELDS[element["type"]]
    return copy.deepcopy(element.get(preset, empty)) if preset else copy.deepcopy(empty)
