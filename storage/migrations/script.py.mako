"""${message}"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.types

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None
oldest_program = ${repr(down_revision)}
"""The oldest program, by its newest migration, that can work on this schema; see CONTRIBUTING."""


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
