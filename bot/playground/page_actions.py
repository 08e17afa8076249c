"""What the page asks the workspace to do for a person: one small model per act."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bot.playground import page_clock
from bot.playground.model import EphemeralTarget, HomeTarget, MessageTarget, Target, ViewTarget
from bot.playground.page_state import zone_of
from bot.playground.page_typing import as_slack_text
from bot.playground.workspace import Workspace

CHANNEL_NAME = re.compile(r"[a-z0-9][\w-]{0,79}")


class PageRefusal(Exception):  # noqa: N818  # reads as what it is: the page says no, with words for the person
    """The page itself refuses an act; `str()` is what the person reads."""


class _Act(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    async def run(self, workspace: Workspace, me: str) -> dict[str, Any]:
        """Do it as `me`; the answer goes back to the page."""
        raise NotImplementedError


class Send(_Act):
    """A message as it was typed."""

    do: Literal["send"]
    channel: str
    text: str = Field(min_length=1, max_length=40_000)
    thread_ts: str | None = None

    async def run(self, workspace: Workspace, me: str) -> dict[str, Any]:
        text = as_slack_text(workspace, self.text)
        message = await workspace.send_message(me, self.channel, text, thread_ts=self.thread_ts)
        return {"ts": message.ts}


class RunCommand(_Act):
    """A slash command with what follows it."""

    do: Literal["command"]
    channel: str
    command: str
    text: str = ""

    async def run(self, workspace: Workspace, me: str) -> dict[str, Any]:
        await workspace.run_command(me, self.channel, self.command, self.text)
        return {}


class RunShortcut(_Act):
    """A global shortcut, or one on a message when a message is named."""

    do: Literal["shortcut"]
    callback_id: str
    channel: str | None = None
    ts: str | None = None

    async def run(self, workspace: Workspace, me: str) -> dict[str, Any]:
        if self.channel is not None and self.ts is not None:
            await workspace.run_message_shortcut(me, self.callback_id, self.channel, self.ts)
        else:
            await workspace.run_shortcut(me, self.callback_id)
        return {}


class Surface(BaseModel):
    """Where a control stands."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["modal", "message", "ephemeral", "home"]
    view_id: str = ""
    channel: str = ""
    ts: str = ""

    def target(self) -> Target:
        """The same in the workspace's words."""
        if self.kind == "modal":
            return ViewTarget(self.view_id)
        if self.kind == "message":
            return MessageTarget(self.channel, self.ts)
        if self.kind == "ephemeral":
            return EphemeralTarget(self.channel, self.ts)
        return HomeTarget()


class Press(_Act):
    """A button, a choice, a date: whatever sends block_actions."""

    do: Literal["press"]
    surface: Surface
    block_id: str
    action_id: str
    payload: dict[str, Any]
    state: dict[str, Any] = Field(default_factory=dict)

    async def run(self, workspace: Workspace, me: str) -> dict[str, Any]:
        await workspace.press(
            me,
            self.surface.target(),
            block_id=self.block_id,
            action_id=self.action_id,
            payload=self.payload,
            state=self.state,
        )
        return {}


class Suggest(_Act):
    """What a person typed into a select whose options come from the app."""

    do: Literal["suggest"]
    surface: Surface
    block_id: str
    action_id: str
    query: str

    async def run(self, workspace: Workspace, me: str) -> dict[str, Any]:
        return await workspace.suggest(
            me,
            self.surface.target(),
            block_id=self.block_id,
            action_id=self.action_id,
            query=self.query,
        )


class Submit(_Act):
    """The Submit button of a modal."""

    do: Literal["submit"]
    view_id: str
    state: dict[str, Any]

    async def run(self, workspace: Workspace, me: str) -> dict[str, Any]:
        result = await workspace.submit_view(me, self.view_id, self.state)
        return {"errors": result.errors}


class Close(_Act):
    """Cancel closes one modal, the X in the corner the whole stack."""

    do: Literal["close"]
    view_id: str
    close_all: bool = False

    async def run(self, workspace: Workspace, me: str) -> dict[str, Any]:
        await workspace.close_view(me, self.view_id, close_all=self.close_all)
        return {}


class OpenApp(_Act):
    """The person looks at a tab of the app."""

    do: Literal["open_app"]
    tab: Literal["home", "messages"]

    async def run(self, workspace: Workspace, me: str) -> dict[str, Any]:
        await workspace.open_home(me, tab=self.tab)
        dm = workspace.dm_of(me)
        return {"dm": dm.id if dm else None}


class Membership(_Act):
    """The person joins or leaves a channel, brings the app in, or removes it."""

    do: Literal["join", "leave", "add_app", "remove_app"]
    channel: str

    async def run(self, workspace: Workspace, me: str) -> dict[str, Any]:
        room = workspace.channels.get(self.channel)
        if room is None or room.kind != "channel" or (room.is_private and me not in room.member_ids):
            raise PageRefusal("That channel is not there any more.")
        if self.do == "join":
            await workspace.join_channel(me, room.id)
        elif self.do == "leave":
            await workspace.leave_channel(me, room.id)
        elif me not in room.member_ids:
            raise PageRefusal(f"Join #{room.name} before you change which apps are in it.")
        elif self.do == "remove_app":
            await workspace.leave_channel(workspace.bot_user_id, room.id)
        else:
            await workspace.join_channel(workspace.bot_user_id, room.id, inviter=me)
        return {}


class CreateChannel(_Act):
    """A new public channel with the person in it."""

    do: Literal["create_channel"]
    name: str

    async def run(self, workspace: Workspace, me: str) -> dict[str, Any]:
        name = "-".join(self.name.lower().split()).strip("#")
        if not CHANNEL_NAME.fullmatch(name):
            raise PageRefusal("A channel's name has letters, digits, dashes and underscores, 80 at most.")
        if any(room.name == name for room in workspace.channels.values()):
            raise PageRefusal(f"#{name} exists already.")
        room = await workspace.create_channel(name, members=[me])
        return {"channel": room.id}


class MoveHouse(_Act):
    """The person's computer is now in another zone."""

    do: Literal["zone"]
    zone: str

    async def run(self, workspace: Workspace, me: str) -> dict[str, Any]:
        if self.zone not in available_timezones():
            raise PageRefusal("There is no such time zone.")
        await workspace.set_time_zone(me, self.zone)
        return {}


class MoveClock(_Act):
    """A jump of the workspace's clock, always forward: messages are sorted by time."""

    do: Literal["clock"]
    jump: Literal["hour", "tomorrow", "friday", "moment"]
    moment: str = ""

    async def run(self, workspace: Workspace, me: str) -> dict[str, Any]:
        now = workspace.clock.now()
        goal = self._goal(now, zone_of(workspace, me))
        if goal <= now:
            raise PageRefusal("The workspace's clock only moves forward.")
        workspace.clock.jump_to(goal)
        return {"now": goal.timestamp()}

    def _goal(self, now: datetime, zone: str) -> datetime:
        if self.jump == "hour":
            return page_clock.an_hour_later(now)
        if self.jump == "tomorrow":
            return page_clock.tomorrow_morning(now, zone)
        if self.jump == "friday":
            return page_clock.friday_afternoon(now, zone)
        try:
            return page_clock.moment(self.moment, zone)
        except ValueError as error:
            raise PageRefusal("That is not a moment the clock can show.") from error


Act = Annotated[
    Send
    | RunCommand
    | RunShortcut
    | Press
    | Suggest
    | Submit
    | Close
    | OpenApp
    | Membership
    | CreateChannel
    | MoveHouse
    | MoveClock,
    Field(discriminator="do"),
]
ACT: TypeAdapter[Act] = TypeAdapter(Act)
