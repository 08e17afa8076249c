"""Where Slack asks a person whether the app may come into their workspace."""

from html import escape
from urllib.parse import urlencode

from aiohttp import web

from bot.playground.page_guard import SAFE_HEADERS, local_only
from bot.playground.slack_app import SlackApp


def add_routes(app: web.Application, slack_app: SlackApp) -> None:
    """GET /oauth/v2/authorize."""

    async def authorize(request: web.Request) -> web.Response:
        query = request.query
        if query.get("client_id") != slack_app.client_id or "redirect_uri" not in query:
            return _page(400, "<h1>Invalid client_id</h1>")
        redirect_uri, state = query["redirect_uri"], query.get("state", "")
        decision = query.get("decision")
        if decision == "cancel":
            raise web.HTTPFound(slack_app.cancel(redirect_uri=redirect_uri, state=state))
        workspace = slack_app.workspaces.get(query.get("team", ""))
        if decision == "allow" and workspace is not None:
            person = next(member.id for member in workspace.members.values() if member.is_admin)
            raise web.HTTPFound(
                slack_app.allow(
                    workspace.team_id,
                    person,
                    scopes=query.get("scope", "").split(","),
                    redirect_uri=redirect_uri,
                    state=state,
                )
            )
        asked = {name: query.get(name, "") for name in ("client_id", "scope", "redirect_uri", "state")}
        choices = "".join(
            f"<p>{_link(asked, f'Allow in {one.team_name}', decision='allow', team=one.team_id)}</p>"
            for one in slack_app.workspaces.values()
        )
        scopes = "".join(f"<li>{escape(scope)}</li>" for scope in asked["scope"].split(","))
        name = next(iter(slack_app.workspaces.values())).manifest.app_name
        return _page(
            200,
            f"<h1>{escape(name)} asks for permission</h1><ul>{scopes}</ul>{choices}"
            f"<p>{_link(asked, 'Cancel', decision='cancel')}</p>",
        )

    app.router.add_get("/oauth/v2/authorize", local_only(authorize))


def _link(asked: dict[str, str], text: str, **more: str) -> str:
    return f'<a href="/oauth/v2/authorize?{escape(urlencode({**asked, **more}))}">{escape(text)}</a>'


def _page(status: int, content: str) -> web.Response:
    text = f'<!doctype html><html lang="en"><title>Slack</title><main>{content}</main></html>'
    return web.Response(status=status, text=text, content_type="text/html", headers=SAFE_HEADERS)
