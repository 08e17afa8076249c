"""A person at a Slack client: sees what the app shows, and acts on it by its visible words."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from datetime import time as time_of_day
from typing import Any, TypeVar

from bot.playground.form import STATE_FIELDS, elements_of
from bot.playground.model import (
    EphemeralTarget,
    HomeTarget,
    Message,
    MessageTarget,
    SubmitResult,
    Target,
    View,
    ViewTarget,
)
from bot.playground.workspace import Workspace

Seen = TypeVar("Seen")
Found = tuple[Target, Mapping[str, Any], Mapping[str, Any]]
POLL_SECONDS = 0.01
VISIBLE_KEYS = ("text", "title", "label", "caption", "alt_text", "url")


class SlackUser:
    """Acts for one member of the workspace."""

    def __init__(self, workspace: Workspace, user_id: str) -> None:
        self.workspace = workspace
        self.id = user_id

    @property
    def modal(self) -> View:
        """The view on top of the open modal."""
        stack = self.workspace.view_stack(self.id)
        assert stack, "no modal is open"
        return stack[-1]

    @property
    def has_modal(self) -> bool:
        """Whether a modal is open."""
        return bool(self.workspace.view_stack(self.id))

    async def command(self, line: str, *, channel: str | None = None) -> None:
        """Type a slash command, by default in the app's direct messages."""
        command, _, text = line.partition(" ")
        await self.workspace.run_command(self.id, channel or self._dm_id(), command, text)

    async def say(self, text: str, *, channel: str | None = None, thread_ts: str | None = None) -> Message:
        """Post a message, by default to the app; & < > are escaped as a client does."""
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        room = channel or self._dm_id()
        return await self.workspace.send_message(self.id, room, escaped, thread_ts=thread_ts)

    async def shortcut(self, name: str) -> None:
        """Pick a global shortcut by its name or callback_id."""
        found = self.workspace.manifest.shortcuts.values()
        await self.workspace.run_shortcut(
            self.id, next(one.callback_id for one in found if name in (one.name, one.callback_id))
        )

    async def open_home(self) -> None:
        """Open the app's Home tab."""
        await self.workspace.open_home(self.id)

    def dm(self) -> list[Message]:
        """The messages between this person and the app, oldest first."""
        conversation = self.workspace.dm_of(self.id)
        return [] if conversation is None else self.workspace.messages(conversation.id, seen_by=self.id)

    def ephemeral(self, channel: str | None = None) -> list[Message]:
        """What only this person sees in a channel, by default in the app's direct messages."""
        seen = self.workspace.messages(channel or self._dm_id(), seen_by=self.id)
        return [message for message in seen if message.ephemeral_to == self.id]

    def home(self) -> dict[str, Any] | None:
        """The Home view, None while nothing has been published."""
        return self.workspace.home_of(self.id)

    async def fill(self, answers: Mapping[str, Any]) -> None:
        """
        Fill in inputs of the modal, each by its action_id, block_id or label.

        Options go by value or visible text (several as a list), dates and times as objects or text.
        """
        for name, answer in answers.items():
            view = self.modal
            target, block, element = self._control(name, self._in_view(view))
            value = await self._state_value(target, block, element, answer)
            view.form.set(block["block_id"], element["action_id"], value)
            if block["type"] != "input" or block.get("dispatch_action"):
                await self._press(target, block, element, {STATE_FIELDS[element["type"]][0]: value})

    async def submit(self) -> dict[str, str]:
        """Press Submit; what has to be corrected, by block_id (empty when it was accepted)."""
        result: SubmitResult = await self.workspace.submit_view(self.id, self.modal.id)
        return result.errors

    async def close(self, *, everything: bool = False) -> None:
        """Press Cancel, or the X in the corner (`everything`)."""
        await self.workspace.close_view(self.id, self.modal.id, close_all=everything)

    async def click(self, name: str, *, on: Message | None = None) -> None:
        """
        Press a button by its text or action_id.

        Looks at `on`, otherwise at the modal, the newest messages and Home, in this order.
        """
        target, block, element = self._control(name, self._places(on))
        await self._press(target, block, element, {})

    async def pick(self, name: str, answer: Any, *, on: Message | None = None) -> None:
        """Use a select, radio group, overflow or check boxes outside of `fill`."""
        target, block, element = self._control(name, self._places(on))
        if element["type"] == "overflow":
            payload = {"selected_option": _option(element, answer)}
        else:
            value = await self._state_value(target, block, element, answer)
            payload = {STATE_FIELDS[element["type"]][0]: value}
        await self._press(target, block, element, payload)

    async def suggestions(self, name: str, query: str) -> list[str]:
        """The visible texts that an external select of the modal offers for `query`."""
        target, block, element = self._control(name, self._in_view(self.modal))
        return [option["text"]["text"] for option in await self._offered(target, block, element, query)]

    def text_of(self, shown: View | Message | Mapping[str, Any]) -> str:
        """All the visible text of a view or message, one piece per line."""
        if isinstance(shown, Message):
            return "\n".join(_texts(shown.blocks)) if shown.blocks else shown.text
        return "\n".join(_texts(shown.payload if isinstance(shown, View) else shown))

    async def see(self, condition: Callable[[], Seen | None], *, within: float = 5.0) -> Seen:
        """Look until `condition` holds, and return what it gave; fails after `within` real seconds."""
        end = time.monotonic() + within
        while not (seen := condition()):
            assert time.monotonic() < end, f"not seen within {within} seconds"
            await asyncio.sleep(POLL_SECONDS)
        return seen

    def _dm_id(self) -> str:
        return self.workspace.conversations.open_dm(self.id).id

    def _places(self, on: Message | None) -> Iterator[Found]:
        if on is not None:
            yield from self._in_message(on)
            return
        if self.has_modal:
            yield from self._in_view(self.modal)
            return
        messages = [
            message
            for channel in self.workspace.channels.values()
            if self.id in channel.member_ids
            for message in self.workspace.messages(channel.id, seen_by=self.id)
        ]
        for message in sorted(messages, key=lambda one: one.ts, reverse=True):
            yield from self._in_message(message)
        home = self.home()
        if home is not None:
            yield from ((HomeTarget(), block, element) for block, element in elements_of(home["blocks"]))

    @staticmethod
    def _in_view(view: View) -> Iterator[Found]:
        yield from ((ViewTarget(view.id), block, element) for block, element in elements_of(view.blocks))

    @staticmethod
    def _in_message(message: Message) -> Iterator[Found]:
        kind = MessageTarget if message.ephemeral_to is None else EphemeralTarget
        target = kind(message.channel_id, message.ts)
        yield from ((target, block, element) for block, element in elements_of(message.blocks))

    @staticmethod
    def _control(name: str, places: Iterator[Found]) -> Found:
        names = []
        for target, block, element in places:
            known = [element.get("action_id"), block.get("block_id"), *_labels(block, element)]
            if name in known:
                return target, block, element
            names += known
        raise AssertionError(f"no control {name!r}; there are {[one for one in names if one]}")

    async def _press(
        self, target: Target, block: Mapping[str, Any], element: Mapping[str, Any], payload: dict[str, Any]
    ) -> None:
        await self.workspace.press(
            self.id, target, block_id=block["block_id"], action_id=element["action_id"], payload=payload
        )

    async def _offered(
        self, target: Target, block: Mapping[str, Any], element: Mapping[str, Any], query: str
    ) -> list[dict[str, Any]]:
        found = await self.workspace.suggest(
            self.id, target, block_id=block["block_id"], action_id=element["action_id"], query=query
        )
        return _options(found)

    async def _state_value(
        self, target: Target, block: Mapping[str, Any], element: Mapping[str, Any], answer: Any
    ) -> Any:
        """The answer as the client holds it."""
        kind = element["type"]
        if answer is None:
            return None
        if "external" in kind:
            many = kind.startswith("multi")
            wanted = answer if many else [answer]
            chosen = []
            for one in wanted:
                offered = await self._offered(target, block, element, one)
                chosen.append(_option({"options": offered}, one))
            return chosen if many else chosen[0]
        if kind in ("radio_buttons", "static_select"):
            return _option(element, answer)
        if kind in ("checkboxes", "multi_static_select"):
            return [_option(element, one) for one in ([answer] if isinstance(answer, str) else answer)]
        if isinstance(answer, datetime):
            return int(answer.timestamp())
        if isinstance(answer, time_of_day):
            return answer.strftime("%H:%M")
        if isinstance(answer, date):
            return answer.isoformat()
        return str(answer) if isinstance(answer, int | float) and kind == "number_input" else answer


def _labels(block: Mapping[str, Any], element: Mapping[str, Any]) -> list[str]:
    parts = [block.get("label"), element.get("text"), element.get("placeholder")]
    return [part["text"] for part in parts if isinstance(part, dict)]


def _options(holder: Mapping[str, Any]) -> list[dict[str, Any]]:
    groups = holder.get("option_groups") or []
    return list(holder.get("options") or []) + [one for group in groups for one in group["options"]]


def _option(element: Mapping[str, Any], wanted: str) -> dict[str, Any]:
    options = _options(element)
    for option in options:
        if str(wanted) in (option.get("value"), option["text"]["text"]):
            return option
    raise AssertionError(f"no option {wanted!r}; there are {[one['text']['text'] for one in options]}")


def _texts(shown: Any) -> Iterator[str]:
    if isinstance(shown, list):
        for entry in shown:
            yield from _texts(entry)
    elif isinstance(shown, Mapping):
        for name, value in shown.items():
            if isinstance(value, str):
                if name in VISIBLE_KEYS and not (name == "url" and shown.get("type") == "button"):
                    yield value
            elif name != "confirm":
                yield from _texts(value)
