"""Who was sent to Slack to install the bot. Only digests are kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import OAuthState


async def add(session: AsyncSession, state: OAuthState, *, now: datetime) -> None:
    """Expect somebody back. Those who did not come in time are forgotten."""
    connection = await session.connection()
    await connection.execute(delete(OAuthState).where(col(OAuthState.expires_at) <= now))
    session.add(state)


async def take(session: AsyncSession, digest: str, browser: str, *, now: datetime) -> bool:
    """Whether this browser was expected, for the first and only time."""
    query = (
        delete(OAuthState)
        .where(col(OAuthState.digest) == digest)
        .returning(col(OAuthState.browser), col(OAuthState.expires_at))
    )
    found = (await (await session.connection()).execute(query)).one_or_none()
    return found is not None and found.browser == browser and found.expires_at > now
