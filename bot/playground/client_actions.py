"""What a person does in a Slack client."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar

from bot.playground.app_messages import AppMessages
from bot.playground.model import ActionFailed, JsonObject, Message, Target
from bot.playground.sockets import NoAckError, NoConnectionError
from bot.playground.touched import Surface, chosen, state_values, surface_of
from bot.playground.typed import with_mentions

Outcome = TypeVar("Outcome")
DEFAULT_MIN_QUERY = 3
ANSWERED_LATER = ("block_actions", "shortcut", "message_action")


class ClientActions(AppMessages):
    """Messages, commands, shortcuts and controls; each returns after the app has acked."""

    async def send_message(
        self, user_id: str, channel_id: str, text: str, *, thread_ts: str | None = None
    ) -> Message:
        """A person posts `text` (as the client sends it: escaped, mentions as <@U…>)."""
        member = self.person(user_id)
        channel = self.channel_for(user_id, channel_id)
        if channel.is_archived:
            raise ActionFailed("is_archived", "You can't post in an archived channel.")
        if channel.kind == "im" and (
            self.manifest.messages_tab_read_only or not self.manifest.messages_tab_enabled
        ):
            raise ActionFailed("read_only", "Sending messages to this app has been turned off.")
        if channel.kind == "channel" and user_id not in channel.member_ids:
            raise ActionFailed("not_in_channel", f"Join #{channel.name} to post in it.")
        message = self.conversations.say(
            channel, member.id, text, thread_ts=thread_ts, client_msg_id=str(uuid.uuid4())
        )
        self.message_changed(message)
        name, event = self.message_event(message)
        bot_listens = self.bot_user_id in channel.member_ids
        if bot_listens and channel.kind == "channel" and f"<@{self.bot_user_id}" in text:
            mention = {key: value for key, value in event.items() if key != "channel_type"}
            await self.events.send("app_mention", {**mention, "type": "app_mention"})
        if bot_listens:
            await self.events.send(name, event)
        return message

    async def run_command(self, user_id: str, channel_id: str, command: str, text: str = "") -> None:
        """A person runs a slash command; what the app acks with is shown to them."""
        member = self.person(user_id)
        channel = self.channel_for(user_id, channel_id)
        declared = self.manifest.commands.get(command)
        if declared is None:
            raise ActionFailed(
                "invalid_command",
                f"{command} is not a valid command. In Slack, all messages that start with the "
                '"/" character are interpreted as commands.',
            )
        if declared.should_escape:
            text = with_mentions(text, self.people.values(), self.conversations.all.values())
        payload = self.payloads.command(member, channel, command, text.strip())

        def show(response: JsonObject | None) -> None:
            url = self.response_urls.find(payload["response_url"].rpartition("/")[2])
            refusal = self.app_responds(url, response) if response and not isinstance(url, str) else None
            if refusal is not None:
                raise ActionFailed("invalid_response", f"{command} answered with {refusal.code}.")

        await self._dispatch("slash_commands", payload, doing=command, follow=show)

    async def run_shortcut(self, user_id: str, callback_id: str) -> None:
        """A person picks a global shortcut."""
        member = self.person(user_id)
        self._shortcut(callback_id, "global")
        payload = self.payloads.interaction("shortcut", member) | {
            "callback_id": callback_id,
            "trigger_id": self.triggers.issue(user_id),
            "action_ts": self.payloads.action_ts(),
        }
        await self._dispatch("interactive", payload, doing=callback_id, follow=_as_it_is)

    async def run_message_shortcut(
        self, user_id: str, callback_id: str, channel_id: str, message_ts: str
    ) -> None:
        """A person picks a shortcut in the menu of a message."""
        member = self.person(user_id)
        self._shortcut(callback_id, "message")
        channel = self.channel_for(user_id, channel_id)
        message = self.conversations.find(channel_id, message_ts)
        if message is None or message.ephemeral_to is not None:
            raise ActionFailed("message_not_found", "That message is not there any more.")
        payload = self.payloads.interaction("message_action", member) | {
            "callback_id": callback_id,
            "trigger_id": self.triggers.issue(user_id),
            "action_ts": self.payloads.action_ts(),
            "message_ts": message_ts,
            "message": self.message_event(message)[1],
            "channel": {"id": channel_id, "name": self.payloads.channel_name(channel)},
            "response_url": self.response_urls.issue(user_id, channel_id, message_ts=message_ts),
        }
        await self._dispatch("interactive", payload, doing=callback_id, follow=_as_it_is)

    async def press(
        self,
        user_id: str,
        target: Target,
        *,
        block_id: str,
        action_id: str,
        payload: Mapping[str, Any],
        state: Mapping[str, Any] | None = None,
    ) -> None:
        """
        A person uses a control.

        `payload` is the action's own part ({"selected_option": …}, {"selected_options": […]}, …), `state`
        what the client holds of the surface's other inputs. An input that does not dispatch only keeps it.
        """
        member = self.person(user_id)
        surface = surface_of(self, member, target)
        if state is not None:
            surface.form.take(state_values(state))
        block, element = surface.control(block_id, action_id)
        part = chosen(element, payload)
        surface.form.take({block_id: {action_id: part}})
        if block["type"] == "input" and not block.get("dispatch_action"):
            return
        action: JsonObject = {
            "type": element["type"],
            "action_id": action_id,
            "block_id": block_id,
            "action_ts": self.payloads.action_ts(),
            **part,
        }
        action |= {name: element[name] for name in ("text", "style", "placeholder") if name in element}
        body = self._on_surface("block_actions", user_id, surface) | {
            "trigger_id": self.triggers.issue(user_id, view_id=surface.view.id if surface.view else None),
            "actions": [action],
        }
        if surface.message is not None:
            body["state"] = {"values": surface.form.values()}
            body["response_url"] = self.response_urls.issue(
                user_id,
                surface.message.channel_id,
                message_ts=surface.message.ts,
                thread_ts=surface.message.thread_ts,
            )
        await self._dispatch("interactive", body, doing=action_id, follow=_as_it_is)

    async def suggest(
        self, user_id: str, target: Target, *, block_id: str, action_id: str, query: str
    ) -> dict[str, Any]:
        """What an external select offers for the typed `query`: options or option_groups."""
        surface = surface_of(self, self.person(user_id), target)
        _, element = surface.control(block_id, action_id)
        if "external" not in element["type"]:
            raise ActionFailed("not_found", f"{action_id!r} has no options to look up.")
        if len(query) < element.get("min_query_length", DEFAULT_MIN_QUERY):
            return {"options": []}
        body = self._on_surface("block_suggestion", user_id, surface) | {
            "action_id": action_id,
            "block_id": block_id,
            "value": query,
        }
        response = await self._dispatch("interactive", body, doing=action_id, follow=_as_it_is)
        for name in ("options", "option_groups"):
            found = (response or {}).get(name)
            if isinstance(found, list) and len(found) <= 100:
                return {name: found}
        raise ActionFailed("invalid_response", "Error loading results")

    async def open_home(self, user_id: str, tab: Literal["home", "messages"] = "home") -> None:
        """A person opens one of the app's tabs."""
        self.person(user_id)
        dm = self.conversations.open_dm(user_id)
        event: JsonObject = {"type": "app_home_opened", "user": user_id, "channel": dm.id, "tab": tab}
        home = self.views.home_of(user_id)
        if tab == "home" and home is not None:
            event["view"] = self.payloads.view(home)
        await self.events.send("app_home_opened", event)

    def _shortcut(self, callback_id: str, kind: str) -> None:
        shortcut = self.manifest.shortcuts.get(callback_id)
        if shortcut is None or shortcut.kind != kind:
            raise ActionFailed("not_found", f"The app has no {kind} shortcut {callback_id!r}.")

    def _on_surface(self, kind: str, user_id: str, surface: Surface) -> JsonObject:
        body = self.payloads.interaction(kind, self.people[user_id]) | surface.context
        if surface.view is not None:
            body["view"] = self.payloads.view(surface.view)
        return body

    async def _dispatch(
        self, kind: str, payload: JsonObject, *, doing: str, follow: Callable[[JsonObject | None], Outcome]
    ) -> Outcome:
        """Send, wait for the ack and follow it; raises ActionFailed with what the person is shown."""
        if kind == "interactive" and not self.manifest.interactivity_enabled:
            raise ActionFailed("dispatch_failed", "This app does not support interactivity.")
        try:
            outcome: Outcome = await self.hub.dispatch(
                kind,
                payload,
                accepts_response_payload=payload.get("type") not in ANSWERED_LATER,
                follow=follow,
            )
        except NoConnectionError as error:
            raise ActionFailed("dispatch_failed", _failed(kind, doing, "dispatch_failed")) from error
        except NoAckError as error:
            raise ActionFailed("operation_timeout", _failed(kind, doing, "operation_timeout")) from error
        return outcome


def _as_it_is(response: JsonObject | None) -> JsonObject | None:
    return response


def _failed(kind: str, doing: str, code: str) -> str:
    if kind == "slash_commands":
        return f'{doing} failed with the error "{code}"'
    return "We had some trouble connecting. Try again?"
