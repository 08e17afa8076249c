"""How texts are drawn: Slack's mrkdwn, Markdown, dates; what was typed never becomes HTML."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page

from bot.playground.server import WorkspaceServer
from bot.playground.workspace import Workspace
from tests.bot.playground.page_client import serving
from tests.browser import NewPage

pytest_plugins = ("tests.browser_fixtures",)

SCENE = """{
  me: "U1", zone: "America/New_York", now: () => 1900000000,
  nameOf: (id) => ({U1: "Inês", U2: "Marcus"})[id], channelName: (id) => ({C1: "prep"})[id],
}"""
ATTACK = '<img src=x onerror="document.body.dataset.owned = 1">'


@pytest.fixture
async def server(workspace: Workspace) -> AsyncIterator[WorkspaceServer]:
    async with serving(workspace) as server:
        yield server


@pytest.fixture
async def page(server: WorkspaceServer, new_page: NewPage) -> Page:
    page = await new_page()
    await page.goto(server.url)
    return page


async def drawn(page: Page, module: str, call: str, text: str) -> str:
    """The HTML of what `call` (given `text` and `scene`) of a module of the page draws."""
    html: str = await page.evaluate(
        f"""async (text) => {{
          const module = await import("/page/assets/{module}");
          const scene = {SCENE};
          const host = document.createElement("div");
          host.append(...module.{call});
          for (const node of host.querySelectorAll("*"))
            for (const {{name}} of [...node.attributes])
              if (!["href", "start"].includes(name)) node.removeAttribute(name);
          return host.innerHTML;
        }}""",
        text,
    )
    return html


MRKDWN = {
    "*bold* _italic_ ~gone~ `code`": "<strong>bold</strong> <em>italic</em> <s>gone</s> <code>code</code>",
    "*bold _and italic_*": "<strong>bold <em>and italic</em></strong>",
    "2 * 3 * 4, snake_case_name and a~b~c": "2 * 3 * 4, snake_case_name and a~b~c",
    "`*not bold*`": "<code>*not bold*</code>",
    "one\ntwo": "one<br>two",
    "&gt; quoted\n&gt; twice\nafter": "<blockquote>quoted<br>twice</blockquote>after",
    "> also quoted": "<blockquote>also quoted</blockquote>",
    "```\na *b*\n```": "<pre>a *b*</pre>",
    "<https://e.example/?a=1&amp;b=2|the guide>": '<a href="https://e.example/?a=1&amp;b=2">the guide</a>',
    "<https://e.example>": '<a href="https://e.example/">https://e.example</a>',
    "<mailto:a@e.example|mail>": '<a href="mailto:a@e.example">mail</a>',
    "<@U2> <@U9|zoe> <#C1> <#C9|old>": (
        "<span>@Marcus</span> <span>@zoe</span> <span>#prep</span> <span>#old</span>"
    ),
    "<!channel> <!here>": "<span>@channel</span> <span>@here</span>",
    "<!date^1900000000^{date_short_pretty} at {time}|soon>": "<time>Today at 13:46</time>",
    "<!date^1900090000^{date_pretty}^https://e.example|soon>": (
        '<a href="https://e.example/"><time>Tomorrow</time></a>'
    ),
    ":tada: :unheard_of:": "<span>🎉</span> :unheard_of:",
    "at 10:30:00 today": "at 10:30:00 today",
    "<javascript:alert(1)|click>": "&lt;javascript:alert(1)|click&gt;",
    "&lt;b&gt; &amp;amp;": "&lt;b&gt; &amp;amp;",
    "&amp;lt;b&amp;gt;": "&amp;lt;b&amp;gt;",
}


async def test_mrkdwn_is_drawn_as_slack_draws_it(page: Page) -> None:
    found = {text: await drawn(page, "mrkdwn.js", "mrkdwn(text, scene)", text) for text in MRKDWN}
    assert found == MRKDWN


MARKDOWN = {
    "# Week 2": "<h3>Week 2</h3>",
    "- a\n  - b\n- c": "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
    "3. c\n4. d": '<ol start="3"><li>c</li><li>d</li></ol>',
    "**bold** *it* ~~gone~~ `x`": "<p><strong>bold</strong> <em>it</em> <s>gone</s> <code>x</code></p>",
    "[guide](https://e.example)": '<p><a href="https://e.example/">guide</a></p>',
    "[bad](javascript:alert(1))": "<p><span>bad</span>)</p>",
    "> said": "<blockquote><p>said</p></blockquote>",
    "```py\n<b>\n```": "<pre>&lt;b&gt;</pre>",
}


async def test_markdown_is_drawn(page: Page) -> None:
    found = {text: await drawn(page, "markdown.js", "markdown(text)", text) for text in MARKDOWN}
    assert found == MARKDOWN


# what draws a text -> its module
DRAWERS = {
    "mrkdwn(text, scene)": "mrkdwn.js",
    "textNodes({type: 'plain_text', text}, scene)": "mrkdwn.js",
    "mrkdwn('<https://e.example|' + text + '>', scene)": "mrkdwn.js",
    "markdown(text)": "markdown.js",
    "richText({elements: [{type: 'rich_text_quote', elements: [{type: 'text', text}]}]}, scene).children": (
        "rich_text.js"
    ),
}


async def test_typed_html_stays_text(page: Page) -> None:
    attacks = (ATTACK, ATTACK.replace("<", "&lt;").replace(">", "&gt;"), f"*{ATTACK}*", f"`{ATTACK}`")
    for call, module in DRAWERS.items():
        for attack in attacks:
            html = await drawn(page, module, call, attack)
            assert ("<img" in html, "img src=x" in html) == (False, True), call
    assert await page.evaluate("document.body.dataset.owned") is None


async def test_a_wall_clock_time_and_its_instant_belong_together(page: Page) -> None:
    found: list[Any] = await page.evaluate(
        """async () => {
          const time = await import("/page/assets/time.js");
          return [
            ["2030-03-04T09:05", "Asia/Kolkata"], ["2030-03-31T12:00", "Europe/Berlin"],
            ["2030-11-03T23:59", "America/New_York"],
          ].map(([text, zone]) => {
            const seconds = time.fromWallClock(text, zone);
            return [seconds, time.wallClock(seconds, zone)];
          });
        }"""
    )
    assert found == [
        [1898825700, "2030-03-04T09:05"],
        [1901181600, "2030-03-31T12:00"],
        [1919998740, "2030-11-03T23:59"],
    ]
