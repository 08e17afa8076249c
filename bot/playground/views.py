"""Modals and Home views: stacks of three, versions, and what survives an update."""

import copy
from typing import Any

from bot.playground.block_kit import check_view, with_ids
from bot.playground.changes import ChangeFeed
from bot.playground.clock import WorkspaceClock
from bot.playground.form import FormState
from bot.playground.ids import IdMint
from bot.playground.model import JsonObject, View

STACK = 3


class ViewRefused(Exception):  # noqa: N818  # carries one of Slack's codes
    """The view cannot be shown; `code` and `messages` are what the app is told."""

    def __init__(self, code: str, messages: list[str] | None = None) -> None:
        super().__init__(f"{code} {messages or ''}")
        self.code = code
        self.messages = messages or []


class Views:
    """Every open view of every person."""

    def __init__(self, *, ids: IdMint, clock: WorkspaceClock, changes: ChangeFeed) -> None:
        self._ids = ids
        self._clock = clock
        self._changes = changes
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}
        self._open: dict[str, View] = {}

    def stack_of(self, user_id: str) -> list[View]:
        """The modal's views, bottom first; empty when none is open."""
        return list(self._stacks.get(user_id, []))

    def home_of(self, user_id: str) -> View | None:
        """The published Home view."""
        return self._homes.get(user_id)

    def find(self, view_id: str) -> View | None:
        """An open modal or Home view."""
        return self._open.get(view_id)

    def find_external(self, external_id: str) -> View | None:
        """The open view that the app named `external_id`."""
        if not external_id:
            return None
        named = (view for view in self._open.values() if view.payload.get("external_id") == external_id)
        return next(named, None)

    def check(self, payload: Any, *, allowed: tuple[str, ...] = ("modal",)) -> None:
        """Raise ViewRefused when the view breaks a rule of Block Kit."""
        refusal = check_view(payload, allowed=allowed)
        if refusal is not None:
            raise ViewRefused(refusal.code, refusal.messages)

    def open(self, user_id: str, payload: JsonObject, *, on_top_of: str | None = None) -> View:
        """
        Show a modal.

        It goes on top of the stack that holds the view `on_top_of`; otherwise it replaces whatever is open.
        """
        self.check(payload)
        stack = self._stacks.get(user_id, [])
        if on_top_of is None or all(view.id != on_top_of for view in stack):
            stack = []
        if len(stack) >= STACK:
            raise ViewRefused("push_limit_reached")
        leaving = set() if stack else {view.id for view in self.stack_of(user_id)}
        self._claim_external_id(payload, None, leaving=leaving)
        self._forget(leaving)
        view = self._new(user_id, payload, below=stack)
        self._stacks[user_id] = [*stack, view]
        self._tell(view)
        return view

    def update(self, view: View, payload: JsonObject, *, expected_hash: str | None = None) -> None:
        """Replace what an open view shows; inputs with unchanged ids keep the person's value."""
        self.check(payload, allowed=(view.type,))
        if expected_hash is not None and expected_hash != view.hash:
            raise ViewRefused("hash_conflict")
        self._claim_external_id(payload, view)
        view.payload = self._filled_in(payload)
        view.hash = self._ids.view_hash(self._clock.now())
        view.form = FormState.for_blocks(view.blocks, view.form)
        self._tell(view)

    def publish(self, user_id: str, payload: JsonObject, *, expected_hash: str | None = None) -> View:
        """Replace the Home view of `user_id`."""
        view = self._homes.get(user_id)
        if view is not None:
            self.update(view, payload, expected_hash=expected_hash)
            return view
        self.check(payload, allowed=("home",))
        if expected_hash is not None:
            raise ViewRefused("hash_conflict")
        self._claim_external_id(payload, None)
        view = self._new(user_id, payload, below=[])
        self._homes[user_id] = view
        self._tell(view)
        return view

    def close(self, view: View) -> None:
        """Close this view and those above it; the one below shows again."""
        stack = self._stacks.get(view.user_id, [])
        if view in stack:
            kept = stack[: stack.index(view)]
            self._forget({one.id for one in stack[len(kept) :]})
            self._stacks[view.user_id] = kept
            self._changes.publish("views", {view.user_id}, closed=view.id)

    def close_all(self, user_id: str) -> None:
        """Close the whole modal."""
        stack = self._stacks.pop(user_id, [])
        if stack:
            self._forget({view.id for view in stack})
            self._changes.publish("views", {user_id})

    def _new(self, user_id: str, payload: JsonObject, *, below: list[View]) -> View:
        view_id = self._ids.named("V")
        view = View(
            id=view_id,
            hash=self._ids.view_hash(self._clock.now()),
            user_id=user_id,
            payload=self._filled_in(payload),
            root_view_id=below[0].id if below else view_id,
            previous_view_id=below[-1].id if below else None,
        )
        view.form = FormState.for_blocks(view.blocks)
        self._open[view_id] = view
        return view

    def _forget(self, view_ids: set[str]) -> None:
        for view_id in view_ids:
            self._open.pop(view_id, None)

    def _claim_external_id(
        self, payload: JsonObject, own: View | None, leaving: set[str] | None = None
    ) -> None:
        other = self.find_external(payload.get("external_id", ""))
        if other is not None and other is not own and other.id not in (leaving or set()):
            raise ViewRefused("duplicate_external_id")

    def _filled_in(self, payload: JsonObject) -> JsonObject:
        content = {name: copy.deepcopy(value) for name, value in payload.items() if name != "blocks"}
        content["blocks"] = with_ids(payload["blocks"], self._ids.short)
        for name in ("title", "submit", "close"):
            if name in content:
                content[name].setdefault("emoji", True)
        return content

    def _tell(self, view: View) -> None:
        self._changes.publish("home" if view.type == "home" else "views", {view.user_id}, view=view.id)
