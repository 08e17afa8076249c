"""Where the bot is installed, who is on the way to installing it, and what is being deleted after it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.models.columns import instant

_ROTATES = text("rotate_at IS NOT NULL")


class Installation(SQLModel, table=True):
    """The bot in one workspace, or in a whole organisation. Tokens are encrypted by whoever stores them."""

    __table_args__ = (
        UniqueConstraint("place"),
        Index("ix_installation_rotate", "rotate_at", sqlite_where=_ROTATES, postgresql_where=_ROTATES),
    )

    id: int | None = Field(default=None, primary_key=True)
    place: str
    """The id of the workspace (T...), or of the organisation (E...) if it is installed in all of it."""
    team_id: str | None = None
    """None for an organisation."""
    enterprise_id: str | None = None
    """The organisation it belongs to, if any."""
    name: str
    app_id: str
    bot_id: str
    bot_user_id: str
    scopes: str
    """What was granted, with commas."""
    installer_id: str
    """Slack's user id of who installed it last."""
    bot_token: str
    refresh_token: str | None = None
    """None where tokens do not rotate."""
    expires_at: datetime | None = instant(nullable=True)
    installed_at: datetime = instant()
    revision: int = 1
    """Counts installing again and changing tokens, so that nobody writes an older token over a newer."""
    rotate_at: datetime | None = instant(nullable=True)
    """When the token is next exchanged, or tried again; while somebody is at it, when their lease ends."""
    rotation_failures: int = 0
    """How often in a row that failed."""
    rotation_error: str | None = None
    """Slack's last refusal."""


class OAuthState(SQLModel, table=True):
    """Somebody was sent to Slack to install the bot and is expected back, once."""

    __tablename__ = "oauth_state"

    digest: str = Field(primary_key=True)
    """Of what Slack gives back."""
    browser: str
    """The digest of the cookie of the browser that was sent."""
    expires_at: datetime = instant()


class Removal(SQLModel, table=True):
    """A workspace that was told to be uninstalled, until nothing of it is left."""

    place: str = Field(primary_key=True)
    """As of Installation."""
    event_at: datetime = instant()
    """When Slack says it was uninstalled."""
    noted_at: datetime = instant()
    confirmed_at: datetime | None = instant(nullable=True)
    """When it was found to be true; from then on the data is deleted and the workspace is closed."""
    next_at: datetime = instant()
    """When the next step is due."""
