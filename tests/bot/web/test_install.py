"""Adding the bot to a workspace: the way that works, and a clear page for each way that does not."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from bot.playground.web_api import installing
from bot.playground.web_api.call import Method
from bot.playground.web_api.dispatch import METHODS
from bot.web import install_pages
from storage import installations
from storage.engine import Database
from tests.bot.workspaces.town import HARBOR, QUAY, Town, open_town

OPTIONAL = "channels:history"
REQUIRED = "im:history"


@pytest.fixture
async def town(database: Database, tmp_path: Path) -> AsyncIterator[Town]:
    """A bot that can be installed, on either kind of database."""
    async with open_town(database, tmp_path) as opened:
        yield opened


async def installed(town: Town) -> set[str]:
    async with town.database.read() as session:
        table = SQLModel.metadata.tables["installation"]
        return set((await (await session.connection()).execute(select(table.c.place))).scalars())


class TestTheWayIn:
    async def test_begins_with_a_page_that_says_what_it_is_and_has_one_button(self, town: Town) -> None:
        status, text = await town.page("/slack/install")

        assert status == 200
        assert re.findall(r'href="([^"]*)"', text) == ["/slack/install/start"]
        assert "Add to Slack" in text

    async def test_goes_over_slack_and_ends_with_a_link_into_slack(self, town: Town) -> None:
        text = await town.install(HARBOR)

        assert "Prep Coach is in Harbor Labs" in text
        assert f"slack://app?id={town.harbor.app_id}&amp;team={HARBOR}" in text

    async def test_keeps_what_the_bot_needs_and_no_token_in_plain_text(self, town: Town) -> None:
        await town.install(HARBOR)

        async with town.database.read() as session:
            found = await installations.find(session, HARBOR)
        assert found is not None
        assert (found.team_id, found.enterprise_id, found.name) == (HARBOR, None, "Harbor Labs")
        assert (found.bot_id, found.bot_user_id) == (town.harbor.team.bot_id, town.harbor.bot_user_id)
        assert (found.revision, found.rotate_at, found.refresh_token) == (1, None, None)
        assert set(found.scopes.split(",")) == town.harbor.manifest.bot_scopes
        assert next(iter(town.harbor.tokens)) not in found.bot_token

    async def test_works_again_over_an_installation_that_is_there(self, town: Town) -> None:
        await town.install(HARBOR)
        first = await town.many.workspaces.token(HARBOR)
        await town.install(HARBOR)

        assert await town.many.workspaces.token(HARBOR) not in (None, first)
        async with town.database.read() as session:
            found = await installations.find(session, HARBOR)
        assert found is not None
        assert found.revision == 2

    async def test_does_without_optional_permissions_and_says_which(self, town: Town) -> None:
        target = town.agreed(await town.sent_to_slack(), HARBOR, without=(OPTIONAL,))

        status, text = await town.page(target)

        assert status == 200
        assert OPTIONAL in text

    async def test_shows_names_as_text(self, town: Town) -> None:
        assert "Quay &lt;Works&gt;" in await town.install(QUAY)

    async def test_serves_two_tabs_of_one_browser(self, town: Town) -> None:
        first, second = await town.sent_to_slack(), await town.sent_to_slack()

        assert (await town.page(town.agreed(first, HARBOR)))[0] == 200
        assert (await town.page(town.agreed(second, QUAY)))[0] == 200
        assert await installed(town) == {HARBOR, QUAY}


class TestWhatGoesWrong:
    async def failing(self, town: Town, target: str, status: int, title: str) -> str:
        answered, text = await town.page(target)
        assert (answered, title in text) == (status, True), text
        assert await installed(town) == set()
        return text

    async def test_somebody_says_no(self, town: Town) -> None:
        asked = await town.sent_to_slack()
        target = town.slack_app.cancel(redirect_uri="", state=asked["state"])

        await self.failing(town, f"/slack/oauth_redirect{target}", 200, "Nothing was installed")

    async def test_too_late(self, town: Town) -> None:
        target = town.agreed(await town.sent_to_slack(), HARBOR)
        town.later(minutes=10)

        await self.failing(town, target, 400, "no longer good")

    async def test_another_browser(self, town: Town) -> None:
        target = town.agreed(await town.sent_to_slack(), HARBOR)
        town.cookies.clear()

        await self.failing(town, target, 400, "no longer good")

    async def test_a_state_that_nobody_was_given(self, town: Town) -> None:
        asked = await town.sent_to_slack() | {"state": "guessed"}

        await self.failing(town, town.agreed(asked, HARBOR), 400, "no longer good")

    async def test_a_second_time(self, town: Town) -> None:
        target = town.agreed(await town.sent_to_slack(), HARBOR)
        await town.page(target)

        assert (await town.page(target))[0] == 400

    async def test_a_code_that_was_used(self, town: Town) -> None:
        asked = await town.sent_to_slack()
        target = town.agreed(asked, HARBOR)
        code = re.findall(r"code=([^&]*)", target)[0]
        town.slack_app.exchange(code, asked["redirect_uri"])

        await self.failing(town, target, 400, "used this link already")

    async def test_slack_is_down(self, town: Town) -> None:
        target = town.agreed(await town.sent_to_slack(), HARBOR)
        town.harbor.faults.add(method="oauth.v2.access", kind="http_500")

        await self.failing(town, target, 503, "Slack cannot be reached")

    async def test_the_wrong_secret(self, town: Town) -> None:
        target = town.agreed(await town.sent_to_slack(), HARBOR)
        town.slack_app.client_secret = "another"

        text = await self.failing(town, target, 502, "Slack did not agree")
        assert "bad_client_secret" in text

    async def test_another_app(self, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
        target = town.agreed(await town.sent_to_slack(), HARBOR)
        answer = installing.METHODS["oauth.v2.access"].run
        other = Method(run=lambda call: {**answer(call), "app_id": "A0OTHER001"}, caller="anyone")
        monkeypatch.setattr("bot.playground.web_api.dispatch.METHODS", {**METHODS, "oauth.v2.access": other})

        await self.failing(town, target, 500, "another app")

    async def test_a_permission_it_cannot_do_without(self, town: Town) -> None:
        target = town.agreed(await town.sent_to_slack(), HARBOR, without=(REQUIRED,))

        text = await self.failing(town, target, 400, "A permission is missing")
        assert REQUIRED in text

    async def test_the_database_is_away(self, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
        target = town.agreed(await town.sent_to_slack(), HARBOR)

        async def fails(*_: object) -> None:
            raise OSError

        monkeypatch.setattr(installations, "save", fails)

        await self.failing(town, target, 503, "could not be written down")

    @pytest.mark.parametrize("query", ["", "?state=x", "?code=<script>", "?state=" + "x" * 3000])
    async def test_nonsense(self, town: Town, query: str) -> None:
        text = await self.failing(town, f"/slack/oauth_redirect{query}", 400, "no longer good")
        assert "<script" not in text

    async def test_too_many_tries(self, town: Town) -> None:
        statuses = [(await town.page("/slack/oauth_redirect?state=x"))[0] for _ in range(25)]

        assert statuses[:20] == [400] * 20
        assert 429 in statuses[20:]


async def test_pages_load_nothing_and_cannot_be_framed(town: Town) -> None:
    for target in ("/slack/install", "/slack/oauth_redirect"):
        response = await town.browser.get(target)
        text = await response.text()

        style = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)[0]
        digest = b64encode(sha256(style.encode()).digest()).decode()
        policy = response.headers["Content-Security-Policy"]
        assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'")
        assert "frame-ancestors 'none'" in policy
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Cache-Control"] == "no-store"
        assert "<script" not in text
        assert "src=" not in text


async def test_asking_for_the_head_of_a_page_sends_nobody_to_slack(town: Town) -> None:
    assert (await town.browser.head("/slack/install/start")).status == 405


async def test_no_secret_reaches_the_log(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    await town.install(HARBOR)
    await town.page("/slack/oauth_redirect?code=sesame&state=sesame")

    assert "installed in T0HARBOR01" in caplog.text
    assert "xox" not in caplog.text.replace("xoxb-...", "")
    assert "sesame" not in "".join(
        record.getMessage() for record in caplog.records if not record.name.startswith("aiohttp.access")
    )


def test_every_reason_has_a_page_that_says_what_to_do() -> None:
    for reason, (status, title, text, _action) in install_pages.FAILURES.items():
        assert install_pages.failure_page(reason, "<detail>")[0] == status
        assert "&lt;detail&gt;" in install_pages.failure_page(reason, "<detail>")[1]
        assert "!" not in title + text
