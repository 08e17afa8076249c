"""What a person does with a modal: submit it or close it."""

from collections.abc import Mapping
from typing import Any

from bot.playground.client_actions import ClientActions
from bot.playground.client_checks import complaints
from bot.playground.model import ActionFailed, JsonObject, SubmitResult, View
from bot.playground.sockets import NoAckError, NoConnectionError
from bot.playground.touched import state_values
from bot.playground.views import ViewRefused

TROUBLE = "We had some trouble connecting. Try again?"


class Modals(ClientActions):
    """Submitting and closing."""

    async def submit_view(
        self, user_id: str, view_id: str, state: Mapping[str, Any] | None = None
    ) -> SubmitResult:
        """
        A person presses Submit.

        What the client finds wrong is returned and never reaches the app; so are the app's own errors.
        Raises ActionFailed when the app's answer makes no sense, as the person only sees an error then.
        """
        member = self.person(user_id)
        view = self._top_view(user_id, view_id)
        if "submit" not in view.payload:
            raise ActionFailed("not_found", "This view has no button to submit it.")
        if state is not None:
            view.form.take(state_values(state))
        found = complaints(view.blocks, view.form)
        if found:
            return SubmitResult(found)
        payload = self.payloads.interaction("view_submission", member) | {
            "trigger_id": self.triggers.issue(user_id, view_id=view.id),
            "view": self.payloads.view(view),
            "response_urls": self._response_urls(view),
        }
        return await self._dispatch(
            "interactive", payload, doing=view_id, follow=lambda response: self._follow(view, response)
        )

    async def close_view(self, user_id: str, view_id: str, *, close_all: bool = False) -> None:
        """A person presses Cancel (this view) or the X in the corner (`close_all`: the whole modal)."""
        member = self.person(user_id)
        view = self._top_view(user_id, view_id)
        stack = self.views.stack_of(user_id)
        cleared = close_all or bool(view.payload.get("clear_on_close"))
        told = stack[0] if cleared else view
        wanted = any(one.payload.get("notify_on_close") for one in (stack if cleared else [view]))
        payload = self.payloads.interaction("view_closed", member) | {
            "view": self.payloads.view(told),
            "is_cleared": cleared,
        }
        payload["view"]["state"] = {"values": {}}
        if cleared:
            self.views.close_all(user_id)
        else:
            self.views.close(view)
        if wanted:
            try:
                await self.hub.dispatch("interactive", payload, accepts_response_payload=False)
            except (NoConnectionError, NoAckError):
                return  # the modal is closed for the person either way

    def _top_view(self, user_id: str, view_id: str) -> View:
        stack = self.views.stack_of(user_id)
        if not stack or stack[-1].id != view_id:
            raise ActionFailed("not_found", "That view is not open any more.")
        return stack[-1]

    def _follow(self, view: View, response: JsonObject | None) -> SubmitResult:
        """Do what the app's ack says."""
        response = response or {}
        action = response.get("response_action")
        try:
            match action:
                case None if not response:
                    self.views.close(view)
                case "clear":
                    self.views.close_all(view.user_id)
                case "update":
                    self.views.update(self._still_open(view), self._view_in(response))
                case "push":
                    self.views.open(
                        view.user_id, self._view_in(response), on_top_of=self._still_open(view).id
                    )
                case "errors":
                    return SubmitResult(_errors(view, response.get("errors")))
                case _:
                    raise ActionFailed("invalid_response", f"{TROUBLE} (response_action {action!r})")
        except ViewRefused as refused:
            raise ActionFailed("invalid_response", f"{TROUBLE} ({refused})") from refused
        return SubmitResult()

    def _still_open(self, view: View) -> View:
        if self.views.find(view.id) is None:
            raise ActionFailed("invalid_response", f"{TROUBLE} (the view has been closed)")
        return view

    @staticmethod
    def _view_in(response: JsonObject) -> JsonObject:
        view = response.get("view")
        return view if isinstance(view, dict) else {}

    def _response_urls(self, view: View) -> list[JsonObject]:
        """One address per answered select that asks for it."""
        urls: list[JsonObject] = []
        values = view.form.values()
        for block in view.blocks:
            element: JsonObject = block.get("element") or {}
            if not element.get("response_url_enabled"):
                continue
            state = values[block["block_id"]][element["action_id"]]
            channel_id = state.get("selected_conversation") or state.get("selected_channel")
            if channel_id in self.conversations.all:
                urls.append(
                    {
                        "block_id": block["block_id"],
                        "action_id": element["action_id"],
                        "channel_id": channel_id,
                        "response_url": self.response_urls.issue(view.user_id, channel_id),
                    }
                )
        return urls


def _errors(view: View, errors: Any) -> dict[str, str]:
    """The app's complaints; Slack takes them only for input blocks of this view."""
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not errors.keys() <= inputs:
        raise ActionFailed(
            "invalid_response", f"{TROUBLE} (errors for {errors!r}, inputs are {sorted(inputs)})"
        )
    if not all(isinstance(text, str) and text for text in errors.values()):
        raise ActionFailed("invalid_response", f"{TROUBLE} (an error without words)")
    return dict(errors)
