"""What the survival tests share."""

from __future__ import annotations

import pytest

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what does not depend on the kind of database."""
on_postgres = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
