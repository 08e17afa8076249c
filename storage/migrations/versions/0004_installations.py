"""Installations"""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
oldest_program = "0001"

OWNERS = (("group_member", "learner_id"), ("group_answer", "learner_id"), ("study_plan", "attempt_id"))


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=True),
        sa.Column("enterprise_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("app_id", sa.String(), nullable=False),
        sa.Column("bot_id", sa.String(), nullable=False),
        sa.Column("bot_user_id", sa.String(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("installer_id", sa.String(), nullable=False),
        sa.Column("bot_token", sa.String(), nullable=False),
        sa.Column("refresh_token", sa.String(), nullable=True),
        sa.Column("expires_at", storage.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("installed_at", storage.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("rotate_at", storage.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("rotation_failures", sa.Integer(), nullable=False),
        sa.Column("rotation_error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
        sa.UniqueConstraint("place", name=op.f("uq_installation_place")),
    )
    op.create_index(
        "ix_installation_rotate",
        "installation",
        ["rotate_at"],
        unique=False,
        sqlite_where=sa.text("rotate_at IS NOT NULL"),
        postgresql_where=sa.text("rotate_at IS NOT NULL"),
    )
    op.create_table(
        "oauth_state",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("expires_at", storage.types.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_oauth_state")),
    )
    op.create_table(
        "removal",
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("event_at", storage.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("noted_at", storage.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", storage.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("next_at", storage.types.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_removal")),
    )
    # Deleting a person looks for their rows in every table: without these it reads all of three of them.
    for table, column in OWNERS:
        op.create_index(f"ix_{table}_{column}", table, [column], unique=False)
    op.add_column("workspace", sa.Column("enterprise_id", sa.String(), nullable=True))
    op.create_index("ix_workspace_enterprise_id", "workspace", ["enterprise_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_workspace_enterprise_id", table_name="workspace")
    with op.batch_alter_table("workspace") as batch_op:
        batch_op.drop_column("enterprise_id")

    for table, column in OWNERS:
        op.drop_index(f"ix_{table}_{column}", table_name=table)
    op.drop_table("removal")
    op.drop_table("oauth_state")
    op.drop_table("installation")
