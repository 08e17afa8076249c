"""Write the next migration from what the models have that the newest schema has not."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from storage.migrate import MIGRATIONS, newest_revision, upgrade


def write(message: str) -> None:
    """Compare with a fresh database and write `versions/NNNN_message.py`."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'newest.db'}"
        upgrade(url)
        with create_engine(url).begin() as connection:
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS))
            config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
            config.attributes["connection"] = connection
            number = f"{int(newest_revision()) + 1:04d}"
            command.revision(config, message=message, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    write(" ".join(sys.argv[1:]) or "Change")
