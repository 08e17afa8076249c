"""Columns that many tables have, and how constraints are named."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, Integer
from sqlmodel import Field, SQLModel

from storage.types import UTCDateTime

# By convention, because SQLite can only change a constraint that has a name.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def instant(*, nullable: bool = False) -> Any:
    """A point in time, kept in UTC."""
    return Field(default=None, sa_type=UTCDateTime, nullable=nullable)


def owner(table: str, *, index: bool = False, primary_key: bool = False, nullable: bool = False) -> Any:
    """A foreign key whose rows go with the row they belong to."""
    reference = ForeignKey(f"{table}.id", ondelete="CASCADE")
    column = Column(Integer, reference, nullable=nullable, index=index, primary_key=primary_key)
    return Field(default=None, sa_column=column) if nullable else Field(sa_column=column)
