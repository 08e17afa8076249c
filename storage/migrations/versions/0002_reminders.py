"""Reminders"""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
oldest_program = "0001"


_OPEN = sa.text("state IN ('due', 'claimed', 'sending', 'unclear')")


def upgrade() -> None:
    op.create_table(
        "heartbeat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", storage.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("look_until", storage.types.UTCDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "study_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("channel_name", sa.String(), nullable=False),
        sa.Column("lead_id", sa.String(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("answer_hours", sa.Integer(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=False),
        sa.Column("next_at", storage.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("created_at", storage.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", storage.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("ended_reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_group")),
        sa.UniqueConstraint("team_id", "channel_id", name=op.f("uq_study_group_team_id_channel_id")),
    )
    with op.batch_alter_table("study_group") as batch_op:
        batch_op.create_index(
            "ix_study_group_next",
            ["next_at"],
            unique=False,
            sqlite_where=sa.text("next_at IS NOT NULL"),
            postgresql_where=sa.text("next_at IS NOT NULL"),
        )

    op.create_table(
        "check_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("goals", sa.JSON(), nullable=False),
        sa.Column("reported", sa.JSON(), nullable=True),
        sa.Column("confidence", sa.Integer(), nullable=True),
        sa.Column("blocker", sa.String(), nullable=True),
        sa.Column("next_goals", sa.JSON(), nullable=True),
        sa.Column("answered_at", storage.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("edited_at", storage.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("created_at", storage.types.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_check_in_learner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in")),
        sa.UniqueConstraint("learner_id", "to_on", name=op.f("uq_check_in_learner_id_to_on")),
    )
    op.create_table(
        "daily_item",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("is_review", sa.Boolean(), nullable=False),
        sa.Column("swapped_from", sa.String(), nullable=True),
        sa.Column("done_at", storage.types.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_daily_item_learner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("learner_id", "local_date", "part", name=op.f("pk_daily_item")),
    )
    op.create_table(
        "group_member",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("shows_name", sa.Boolean(), nullable=False),
        sa.Column("joined_at", storage.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("left_at", storage.types.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"], ["study_group.id"], name=op.f("fk_group_member_group_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_group_member_learner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group_id", "learner_id", name=op.f("pk_group_member")),
    )
    op.create_table(
        "group_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("opened_at", storage.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("closes_at", storage.types.UTCDateTime(timezone=True), nullable=False),
        sa.Column("summarised_at", storage.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["study_group.id"], name=op.f("fk_group_round_group_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_round")),
        sa.UniqueConstraint("group_id", "local_date", name=op.f("uq_group_round_group_id_local_date")),
    )
    with op.batch_alter_table("group_round") as batch_op:
        batch_op.create_index(
            "ix_group_round_open",
            ["closes_at"],
            unique=False,
            sqlite_where=sa.text("summarised_at IS NULL"),
            postgresql_where=sa.text("summarised_at IS NULL"),
        )

    op.create_table(
        "log_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("activity", sa.String(), nullable=False),
        sa.Column("task", sa.String(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("logged_at", storage.types.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_log_entry_learner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_entry")),
        sa.UniqueConstraint("learner_id", "key", name=op.f("uq_log_entry_learner_id_key")),
    )
    with op.batch_alter_table("log_entry") as batch_op:
        batch_op.create_index("ix_log_entry_day", ["learner_id", "local_date"], unique=False)

    op.create_table(
        "preferences",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("daily_on", sa.Boolean(), nullable=False),
        sa.Column("daily_at", sa.Integer(), nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("evening_on", sa.Boolean(), nullable=False),
        sa.Column("evening_at", sa.Integer(), nullable=False),
        sa.Column("weekly_on", sa.Boolean(), nullable=False),
        sa.Column("weekly_day", sa.Integer(), nullable=False),
        sa.Column("weekly_at", sa.Integer(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=False),
        sa.Column("quiet_to", sa.Integer(), nullable=False),
        sa.Column("day_ends_at", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("follows_status", sa.Boolean(), nullable=False),
        sa.Column("away", sa.Boolean(), nullable=False),
        sa.Column("away_until", storage.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("paused_at", storage.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("silent_since", storage.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("active_at", storage.types.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_preferences_learner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("learner_id", name=op.f("pk_preferences")),
    )
    op.create_table(
        "reminder",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=False),
        sa.Column("next_at", storage.types.UTCDateTime(timezone=True), nullable=True),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_reminder_learner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("learner_id", "kind", name=op.f("pk_reminder")),
    )
    with op.batch_alter_table("reminder") as batch_op:
        batch_op.create_index(
            "ix_reminder_next",
            ["next_at"],
            unique=False,
            sqlite_where=sa.text("next_at IS NOT NULL"),
            postgresql_where=sa.text("next_at IS NOT NULL"),
        )

    op.create_table(
        "group_answer",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("check_in_id", sa.Integer(), nullable=False),
        sa.Column("answered_at", storage.types.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["check_in_id"], ["check_in.id"], name=op.f("fk_group_answer_check_in_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_group_answer_learner_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["group_round.id"], name=op.f("fk_group_answer_round_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("round_id", "learner_id", name=op.f("pk_group_answer")),
    )
    with op.batch_alter_table("group_answer") as batch_op:
        batch_op.create_index(batch_op.f("ix_group_answer_check_in_id"), ["check_in_id"], unique=False)

    with op.batch_alter_table("outbox_message") as batch_op:
        batch_op.add_column(sa.Column("team_id", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("group_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("local_date", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("sending_at", storage.types.UTCDateTime(timezone=True), nullable=True))
        batch_op.alter_column("learner_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.drop_index(batch_op.f("ix_outbox_message_learner_id"))
        batch_op.drop_index(batch_op.f("ix_outbox_message_open"), sqlite_where=_OPEN)
        batch_op.create_index(
            "ix_outbox_message_open",
            ["team_id", "priority", "due_at", "id"],
            unique=False,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        )
        batch_op.create_index(batch_op.f("ix_outbox_message_group_id"), ["group_id"], unique=False)
        batch_op.create_index("ix_outbox_message_learner", ["learner_id", "kind", "local_date"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_outbox_message_group_id"), "study_group", ["group_id"], ["id"], ondelete="CASCADE"
        )
    op.execute(
        "UPDATE outbox_message SET team_id ="
        " (SELECT team_id FROM learner WHERE learner.id = outbox_message.learner_id)"
    )


def downgrade() -> None:
    op.execute("DELETE FROM outbox_message WHERE learner_id IS NULL")
    op.execute("UPDATE outbox_message SET state = 'skipped' WHERE state = 'missed'")
    with op.batch_alter_table("outbox_message") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_outbox_message_group_id"), type_="foreignkey")
        batch_op.drop_index("ix_outbox_message_learner")
        batch_op.drop_index(batch_op.f("ix_outbox_message_group_id"))
        batch_op.drop_index("ix_outbox_message_open", sqlite_where=_OPEN, postgresql_where=_OPEN)
        batch_op.create_index(
            batch_op.f("ix_outbox_message_open"),
            ["priority", "due_at"],
            unique=False,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        )
        batch_op.create_index(batch_op.f("ix_outbox_message_learner_id"), ["learner_id"], unique=False)
        batch_op.alter_column("learner_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("sending_at")
        batch_op.drop_column("local_date")
        batch_op.drop_column("group_id")
        batch_op.drop_column("team_id")

    with op.batch_alter_table("group_answer") as batch_op:
        batch_op.drop_index(batch_op.f("ix_group_answer_check_in_id"))

    op.drop_table("group_answer")
    with op.batch_alter_table("reminder") as batch_op:
        batch_op.drop_index(
            "ix_reminder_next",
            sqlite_where=sa.text("next_at IS NOT NULL"),
            postgresql_where=sa.text("next_at IS NOT NULL"),
        )

    op.drop_table("reminder")
    op.drop_table("preferences")
    with op.batch_alter_table("log_entry") as batch_op:
        batch_op.drop_index("ix_log_entry_day")

    op.drop_table("log_entry")
    with op.batch_alter_table("group_round") as batch_op:
        batch_op.drop_index(
            "ix_group_round_open",
            sqlite_where=sa.text("summarised_at IS NULL"),
            postgresql_where=sa.text("summarised_at IS NULL"),
        )

    op.drop_table("group_round")
    op.drop_table("group_member")
    op.drop_table("daily_item")
    op.drop_table("check_in")
    with op.batch_alter_table("study_group") as batch_op:
        batch_op.drop_index(
            "ix_study_group_next",
            sqlite_where=sa.text("next_at IS NOT NULL"),
            postgresql_where=sa.text("next_at IS NOT NULL"),
        )

    op.drop_table("study_group")
    op.drop_table("heartbeat")
