"""
Pictures in messages and windows: Slack's own chart where the workspace has it, otherwise an uploaded drawing.

Words always come first and stay when a picture fails, so nobody waits for a drawing or an upload.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.clock import Now
from bot.members import Member
from bot.pictures import slack_files
from bot.pictures.charts import (
    CHARTS_IN_A_MESSAGE,
    Block,
    chart_block,
    image_block,
    intro_block,
    words_blocks,
)
from bot.pictures.codec import digest
from bot.pictures.series import Picture
from bot.pictures.slack_files import Client, Refusal, refusal_of
from bot.pictures.studio import Draw, NotDrawnError
from storage import learners
from storage import pictures as stored
from storage.engine import Database

log = logging.getLogger(__name__)

Send = Callable[[list[Block]], Awaitable[object]]
"""Shows the blocks in their message or view, each time instead of those before. Raises what Slack answers."""

ASK_AGAIN = timedelta(days=30)
"""Charts reach workspaces in phases, so a refusal does not count for ever."""
PATIENCE = (2.0, 5.0)
"""Seconds to wait for Slack to look through an upload; a response_url takes five answers."""
KEPT = 4
"""Drawings of a kind that stay in Slack for each person; older messages show the older ones."""
_Order = tuple[Member, frozenset[str]]
"""Whose pictures, by digest."""


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What can be shown at once: charts or not, and files by digest."""

    charts: bool
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PictureService:
    """Draws, uploads and shows pictures."""

    database: Database
    now: Now
    draw: Draw
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _running: dict[_Order, asyncio.Task[Mapping[str, str]]] = field(default_factory=dict)

    async def show(
        self,
        member: Member,
        pictures: Sequence[Picture],
        client: Client,
        send: Send,
        *,
        in_message: bool = True,
    ) -> None:
        """
        Show at once what is there, in words what is not, and again with its picture when that is ready.

        `send` is called up to six times. What it raises is raised until something was shown, and only noted
        after that.
        """
        shelf = await self._shelf(member, pictures, in_message=in_message)
        shelf = await self._show_first(member, pictures, send, shelf)
        full = await self._complete(member, pictures, client, shelf)
        if full.files.keys() != shelf.files.keys():
            await self._show_again(pictures, send, full)

    async def blocks(
        self, member: Member, pictures: Sequence[Picture], client: Client, *, in_message: bool = True
    ) -> list[Block]:
        """
        The pictures as blocks, for who posts them later; this takes seconds when one has to be drawn.

        Who gets `invalid_blocks` for them calls `charts_refused` and asks again.
        """
        shelf = await self._shelf(member, pictures, in_message=in_message)
        return _blocks(await self._complete(member, pictures, client, shelf), pictures)

    async def ready(
        self, member: Member, pictures: Sequence[Picture], *, in_message: bool = True
    ) -> list[Block]:
        """The pictures as far as they are there, words for the others: no drawing, no call to Slack."""
        return _blocks(await self._shelf(member, pictures, in_message=in_message), pictures)

    async def charts_refused(self, team_id: str) -> None:
        """The workspace has no charts yet: draw ourselves, and ask again in a month."""
        log.info("this workspace refuses charts; pictures are drawn instead")
        async with self.database.write() as session:
            await stored.refuse_charts(session, team_id, now=self.now())

    async def _show_first(
        self, member: Member, pictures: Sequence[Picture], send: Send, shelf: _Shelf
    ) -> _Shelf:
        """Send what is there, with less of it where Slack refuses; what it took in the end."""
        charts_suspected = False
        while True:
            try:
                await send(_blocks(shelf, pictures))
            except Exception as error:
                refusal = refusal_of(error)
                if refusal is None or _only_words(shelf, pictures):
                    raise
                if refusal is Refusal.BLOCKS and _has_charts(shelf, pictures):
                    charts_suspected = True
                    shelf = replace(shelf, charts=False)
                else:
                    # A file that was fine before is gone. Unless Slack says so, the charts may be innocent.
                    charts_suspected = charts_suspected and refusal is Refusal.FILE
                    await self._forget(member, pictures)
                    shelf = replace(shelf, files={})
            else:
                break
        if charts_suspected:
            await self.charts_refused(member.team_id)
        return shelf

    async def _show_again(self, pictures: Sequence[Picture], send: Send, shelf: _Shelf) -> None:
        """Slack looks through an upload before it may be shown, and nothing but trying tells when."""
        for wait in (0.0, *PATIENCE):
            await self.sleep(wait)
            try:
                await send(_blocks(shelf, pictures))
            except Exception as error:  # noqa: BLE001  # the words are there, whatever this is
                if refusal_of(error) is None:
                    log.warning("a picture could not be shown: %s", type(error).__name__)
                    return
            else:
                return
        log.warning("a picture was not ready to be shown")

    async def _shelf(self, member: Member, pictures: Sequence[Picture], *, in_message: bool) -> _Shelf:
        digests = [digest(picture) for picture in pictures]
        async with self.database.read() as session:
            files = await stored.files(session, member.team_id, member.user_id, digests)
            refused_at = await stored.charts_refused_at(session, member.team_id) if in_message else None
        return _Shelf(in_message and (refused_at is None or self.now() - refused_at >= ASK_AGAIN), files)

    async def _files(self, member: Member, digests: Collection[str]) -> dict[str, str]:
        async with self.database.read() as session:
            return await stored.files(session, member.team_id, member.user_id, digests)

    async def _complete(
        self, member: Member, pictures: Sequence[Picture], client: Client, shelf: _Shelf
    ) -> _Shelf:
        """Draw and upload what is missing; what fails stays missing."""
        missing = {digest(picture): picture for picture in _missing(shelf, pictures)}
        if not missing:
            return shelf
        new = await self._once(member, missing, client)
        return replace(shelf, files={**shelf.files, **new})

    async def _once(
        self, member: Member, missing: Mapping[str, Picture], client: Client
    ) -> Mapping[str, str]:
        """The files of pictures; a second request for the same ones waits for the first one's."""
        key = (member, frozenset(missing))
        running = self._running.get(key)
        if running is None:
            running = asyncio.create_task(self._make(member, missing, client))
            self._running[key] = running
            running.add_done_callback(lambda _: self._running.pop(key, None))
        return await asyncio.shield(running)

    async def _make(
        self, member: Member, missing: Mapping[str, Picture], client: Client
    ) -> Mapping[str, str]:
        # A request that ended between our look and now may have made them.
        made = await self._files(member, missing)
        missing = {key: picture for key, picture in missing.items() if key not in made}
        if not missing:
            return made
        try:
            drawn = await self.draw(list(missing.values()))
        except NotDrawnError as error:
            log.warning("pictures could not be drawn: %s", error)
            return made
        for (key, picture), content in zip(missing.items(), drawn, strict=True):
            file_id = await slack_files.upload(client, picture.kind, content) if content else None
            if file_id is not None and await self._keep(member, key, picture, file_id, client):
                made[key] = file_id
        return made

    async def _keep(self, member: Member, key: str, picture: Picture, file_id: str, client: Client) -> bool:
        """Remember the file; not for somebody who has deleted their data in the meantime."""
        async with self.database.write() as session:
            learner = await learners.find(session, member.team_id, member.user_id)
            if learner is None or learner.id is None:
                old = [file_id]
            else:
                await stored.keep(session, learner.id, picture.kind, key, file_id, now=self.now())
                old = await stored.drop_old(session, learner.id, picture.kind, kept=KEPT)
        await slack_files.delete(client, old)
        return file_id not in old

    async def _forget(self, member: Member, pictures: Sequence[Picture]) -> None:
        """Slack does not have these files any more: next time they are uploaded again."""
        async with self.database.write() as session:
            learner = await learners.find(session, member.team_id, member.user_id)
            if learner is not None and learner.id is not None:
                await stored.forget(session, learner.id, [digest(picture) for picture in pictures])


def _forms(shelf: _Shelf, pictures: Sequence[Picture]) -> list[tuple[Picture, Block | None]]:
    """Each picture with its chart or image; None where only words are there."""
    forms: list[tuple[Picture, Block | None]] = []
    charts = 0
    for picture in pictures:
        form = chart_block(picture) if shelf.charts and charts < CHARTS_IN_A_MESSAGE else None
        charts += form is not None
        if form is None and not picture.is_empty and (file_id := shelf.files.get(digest(picture))):
            form = image_block(picture, file_id)
        forms.append((picture, form))
    return forms


def _blocks(shelf: _Shelf, pictures: Sequence[Picture]) -> list[Block]:
    blocks: list[Block] = []
    for picture, form in _forms(shelf, pictures):
        blocks += words_blocks(picture) if form is None else [intro_block(picture), form]
    return blocks


def _missing(shelf: _Shelf, pictures: Sequence[Picture]) -> list[Picture]:
    return [picture for picture, form in _forms(shelf, pictures) if form is None and not picture.is_empty]


def _has_charts(shelf: _Shelf, pictures: Sequence[Picture]) -> bool:
    return any(form and form["type"] == "data_visualization" for _, form in _forms(shelf, pictures))


def _only_words(shelf: _Shelf, pictures: Sequence[Picture]) -> bool:
    return all(form is None for _, form in _forms(shelf, pictures))
