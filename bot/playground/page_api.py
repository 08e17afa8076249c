"""The routes that the playground's page uses."""

import asyncio
import json
from pathlib import Path

from aiohttp import web
from pydantic import ValidationError

from bot.playground.model import ActionFailed, Change
from bot.playground.page_actions import ACT, PageRefusal
from bot.playground.page_guard import SAFE_HEADERS, local_only
from bot.playground.page_state import ReadMarks, client_state, people_who_may_act
from bot.playground.workspace import Workspace

PAGE = Path(__file__).parent / "page"
CONTENT_TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}
HEARTBEAT_SECONDS = 15.0


def add_routes(app: web.Application, workspace: Workspace) -> None:
    """Serve the page at `/` and what it needs below `/page/`; a second call changes nothing."""
    if any(resource.canonical == "/page/state" for resource in app.router.resources()):
        return
    page = _Page(workspace)
    app.router.add_get("/", local_only(page.index))
    app.router.add_get("/page/assets/{name}", local_only(page.asset))
    app.router.add_get("/page/state", local_only(page.state))
    app.router.add_get("/page/events", local_only(page.events))
    app.router.add_post("/page/act", local_only(page.act))
    app.router.add_post("/page/read", local_only(page.read))
    app.on_shutdown.append(page.end_streams)


class _Page:
    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.marks = ReadMarks(start=workspace.clock.now().timestamp())
        self.assets = {path.name: path for path in PAGE.iterdir() if path.suffix in CONTENT_TYPES}
        self.closing = False

    async def index(self, request: web.Request) -> web.Response:
        return _file(self.assets["index.html"])

    async def asset(self, request: web.Request) -> web.Response:
        path = self.assets.get(request.match_info["name"])
        if path is None:
            raise web.HTTPNotFound
        return _file(path)

    async def state(self, request: web.Request) -> web.Response:
        """The client of `?as=U…` (the first person's when unknown), with the messages of `&channel=`."""
        people = people_who_may_act(self.workspace)
        me = request.query.get("as", "")
        if me not in people:
            me = people[0]
        channel_id = request.query.get("channel")
        return _json(client_state(self.workspace, self.marks, me=me, channel_id=channel_id))

    async def act(self, request: web.Request) -> web.Response:
        """Do `{"as": "U…", "act": {"do": …}}`; the answer says `ok`, or why not in words for the person."""
        try:
            body = await request.json()
            me, act = body["as"], ACT.validate_python(body["act"])
        except (ValueError, ValidationError, KeyError, TypeError) as error:
            raise web.HTTPBadRequest(text="This act is not understood.") from error
        if me not in people_who_may_act(self.workspace):
            return _refused("not_a_person", "This person is not in the workspace any more.")
        try:
            return _json({"ok": True, **await act.run(self.workspace, me)})
        except ActionFailed as failure:
            return _refused(failure.code, failure.message)
        except PageRefusal as refusal:
            return _refused("refused", str(refusal))

    async def read(self, request: web.Request) -> web.Response:
        """The person of `{"as", "channel", "ts"}` has seen everything up to `ts`."""
        try:
            body = await request.json()
            self.marks.read(str(body["as"]), str(body["channel"]), str(body["ts"]))
        except (ValueError, KeyError, TypeError) as error:
            raise web.HTTPBadRequest(text="This mark is not understood.") from error
        return _json({"ok": True})

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-Sent Events: one line whenever `?as=U…` should fetch its state again."""
        me = request.query.get("as", "")
        stream = web.StreamResponse(headers={**SAFE_HEADERS, "Content-Type": "text/event-stream"})
        async with self.workspace.changes.subscribe() as changes:
            try:
                await stream.prepare(request)
                await stream.write(b"data: hello\n\n")
                while not self.closing:
                    try:
                        change = await asyncio.wait_for(anext(changes), HEARTBEAT_SECONDS)
                    except TimeoutError:
                        await stream.write(b": still here\n\n")
                        continue
                    if not self.closing and _concerns(change, me):
                        await stream.write(f"data: {change.kind}\n\n".encode())
            except ConnectionResetError:
                pass
        return stream

    async def end_streams(self, app: web.Application) -> None:
        """Let every open stream end, so that the server can stop at once."""
        self.closing = True
        self.workspace.changes.publish("closing")


def _concerns(change: Change, me: str) -> bool:
    return change.user_ids is None or me in change.user_ids


def _file(path: Path) -> web.Response:
    return web.Response(
        body=path.read_bytes(),
        content_type=CONTENT_TYPES[path.suffix],
        charset="utf-8",
        headers=SAFE_HEADERS,
    )


def _json(content: object) -> web.Response:
    return web.Response(
        text=json.dumps(content, ensure_ascii=False),
        content_type="application/json",
        headers=SAFE_HEADERS,
    )


def _refused(code: str, message: str) -> web.Response:
    return _json({"ok": False, "error": code, "message": message})
