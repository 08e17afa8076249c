"""The pages of installing: plain HTML with its own style, nothing loaded from anywhere, no script."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from html import escape
from urllib.parse import urlencode

from bot.workspaces.installing import Installed

START_PATH = "/slack/install/start"

STYLE = """
:root { color-scheme: light dark; --page: #f6f6f8; --card: #fff; --text: #1c1b22; --muted: #5c5a68;
  --line: #dddce4; --primary: #146c50; --primary-hover: #0f5a42; --on-primary: #fff; --focus: #1b5fb8; }
@media (prefers-color-scheme: dark) {
  :root { --page: #1b1a20; --card: #25242b; --text: #e6e4ec; --muted: #a9a6b5; --line: #3b3944;
    --primary: #1f8262; --primary-hover: #196b51; --focus: #79b0f2; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
  background: var(--page); color: var(--text);
  font: 1rem/1.55 -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial,
    sans-serif; }
main { width: 100%; max-width: 34rem; padding: 2.25rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 12px; }
h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.25; }
p, ul { margin: 0 0 1rem; }
ul { padding-left: 1.25rem; }
.muted { color: var(--muted); font-size: .9rem; margin-bottom: 0; }
a.button { display: inline-block; margin: .25rem 0 1.25rem; padding: .75rem 1.5rem; border-radius: 8px;
  background: var(--primary); color: var(--on-primary); font-weight: 600; text-decoration: none; }
a.button:hover { background: var(--primary-hover); }
a:focus-visible { outline: 3px solid var(--focus); outline-offset: 3px; }
code { font-family: ui-monospace, Menlo, Consolas, monospace; }
"""
_STYLE_HASH = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}

_AGAIN = ("Start Again", START_PATH)
FAILURES: dict[str, tuple[int, str, str, tuple[str, str] | None]] = {
    "denied": (
        200,
        "Nothing was installed",
        "You chose not to add Prep Coach, and that is fine. Nothing was changed in your workspace.",
        ("Add It After All", START_PATH),
    ),
    "not_expected": (
        400,
        "This link is no longer good",
        "Adding Prep Coach has to begin and end in the same browser, within ten minutes and once. This is "
        "either too late, a second time, or was begun somewhere else.",
        _AGAIN,
    ),
    "code_spent": (
        400,
        "Slack has used this link already",
        "What Slack gave you for us works once and for ten minutes. If Prep Coach answers in Slack, all is "
        "well; otherwise start again.",
        _AGAIN,
    ),
    "unreachable": (
        503,
        "Slack cannot be reached",
        "Slack did not answer us, so nothing was stored. Wait a minute and start again.",
        _AGAIN,
    ),
    "refused": (
        502,
        "Slack did not agree",
        "Slack refused to finish the installation. Start again; if it happens twice, show whoever runs Prep "
        "Coach the word below.",
        _AGAIN,
    ),
    "wrong_app": (
        500,
        "This is another app",
        "Slack installed an app that is not this Prep Coach: SLACK_CLIENT_ID belongs to another app than the "
        "other settings. Whoever runs Prep Coach has to copy them from one app. Nothing was stored.",
        None,
    ),
    "missing_scope": (
        400,
        "A permission is missing",
        "Prep Coach cannot work without these permissions, so nothing was stored. Start again and leave them "
        "in; if Slack does not offer them, the app's settings lack them.",
        _AGAIN,
    ),
    "not_stored": (
        503,
        "It could not be written down",
        "Slack agreed, but our database did not answer. Wait a minute and start again.",
        _AGAIN,
    ),
    "too_often": (
        429,
        "A moment, please",
        "There were many tries from your address just now. Wait a minute and try again.",
        _AGAIN,
    ),
}
"""Reason to status, title, what happened, and the one thing to do."""


def start_page() -> str:
    """What somebody sees who wants to add the bot."""
    return _page(
        "Add Prep Coach to Slack",
        "<p>Prep Coach takes a team of engineers and managers from “I might interview for Amazon L6 or L7” "
        "to ready: it finds out where each person stands, gives them the plan that fits, and keeps them "
        "going.</p>"
        f"{_button('Add to Slack', START_PATH)}"
        "<p>Slack shows next what it may do, before anything is added:</p>"
        "<ul><li>answer <code>/prep</code>, and write to people who use it, in their own direct messages</li>"
        "<li>read its own direct messages, and see which channels a study group meets in</li>"
        "<li>know in which time zone a person is</li></ul>"
        '<p class="muted">Answers, scores and stories are private to each person. Removing the app from '
        "Slack deletes everything it keeps about the workspace.</p>",
    )


def success_page(installed: Installed) -> str:
    """It worked, and what comes next."""
    where = escape(installed.name) or "your workspace"
    link = {"id": installed.app_id, **({"team": installed.team_id} if installed.team_id else {})}
    waits = (
        "<p>What Prep Coach knew of this workspace before is still being deleted. It answers when that is "
        "done, usually within a minute or two.</p>"
        if installed.is_being_emptied
        else ""
    )
    declined = (
        f"<p>Not granted, and not needed: {_codes(installed.declined)}. Without it a weekly thread "
        "may be posted twice when an answer of Slack is lost.</p>"
        if installed.declined
        else ""
    )
    return _page(
        f"Prep Coach is in {where}",
        f"{waits}{_button('Open in Slack', f'slack://app?{urlencode(link)}')}"
        "<p>Type <code>/prep</code> anywhere in Slack to begin. Nobody is written to before they do.</p>"
        f"{declined}"
        '<p class="muted">The button opens the Slack app on this device. You can close this page.</p>',
    )


def failure_page(reason: str, detail: str = "") -> tuple[int, str]:
    """HTTP status and page for a reason of FAILURES."""
    status, title, text, action = FAILURES[reason]
    more = f"<p>{_codes([detail])}</p>" if detail else ""
    button = _button(*action) if action else ""
    return status, _page(title, f"<p>{escape(text)}</p>{more}{button}")


def _codes(words: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"<code>{escape(word)}</code>" for word in words)


def _button(text: str, target: str) -> str:
    return f'<p><a class="button" rel="nofollow" href="{escape(target)}">{escape(text)}</a></p>'


def _page(title: str, content: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{title}</title><style>{STYLE}</style></head>'
        f"<body><main><h1>{title}</h1>{content}</main></body></html>"
    )
