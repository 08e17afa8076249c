"""Files that the app uploaded."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.playground.block_kit import Refusal
from bot.playground.ids import IdMint
from bot.playground.model import JsonObject


@dataclass(kw_only=True, slots=True)
class StoredFile:
    """One file: announced, then uploaded, then shared."""

    id: str
    key: str
    name: str
    length: int
    content: bytes | None = None
    title: str = ""
    alt_text: str = ""
    shared: bool = False
    unready: int = 0
    """How many more blocks that show it are refused: Slack looks through uploads before it shows them."""


class StoredFiles:
    """Keeps the files in memory."""

    def __init__(self, ids: IdMint) -> None:
        self._ids = ids
        self._files: dict[str, StoredFile] = {}
        self.base_url = "http://127.0.0.1:0"
        self.unready = 0
        """`unready` of the files that are uploaded from now on."""

    def announce(self, name: str, length: int, alt_text: str) -> tuple[StoredFile, str]:
        """A place for a file and the URL that takes its bytes."""
        key = secrets.token_urlsafe(24)
        file = StoredFile(
            id=self._ids.named("F"),
            key=key,
            name=name,
            length=length,
            title=name,
            alt_text=alt_text,
            unready=self.unready,
        )
        self._files[file.id] = file
        return file, f"{self.base_url}/upload/{key}"

    def find(self, file_id: str) -> StoredFile | None:
        """The file with this id."""
        return self._files.get(file_id)

    def delete(self, file_id: str) -> None:
        """It is gone wherever it was shown."""
        self._files.pop(file_id, None)

    def refusal_of(self, content: Any, at: str) -> Refusal | None:
        """Why Slack refuses blocks below the JSON pointer `at`: a file in them is not there, or not yet."""
        refused = []
        for pointer, file_id in _shown(content, at):
            file = self.find(file_id)
            if file is None or not file.shared or file.unready:
                refused.append(f"[ERROR] invalid slack file [json-pointer:{pointer}/slack_file]")
                if file is not None and file.unready:
                    file.unready -= 1
        return Refusal("invalid_blocks", refused) if refused else None

    def by_key(self, key: str) -> StoredFile | None:
        """The file that `key` uploads or shows."""
        return next((file for file in self._files.values() if file.key == key), None)

    def json(self, file: StoredFile) -> JsonObject:
        """The file object."""
        extension = file.name.rpartition(".")[2].lower() if "." in file.name else ""
        address = f"{self.base_url}/files/{file.key}/{file.name}"
        return {
            "id": file.id,
            "name": file.name,
            "title": file.title,
            "filetype": extension,
            "size": len(file.content or b""),
            "mode": "hosted",
            "is_external": False,
            "alt_txt": file.alt_text,
            "url_private": address,
            "url_private_download": address,
            "permalink": address,
        }


def _shown(content: Any, at: str) -> Iterator[tuple[str, str]]:
    """The JSON pointer and file id of every image that is named by the id of a file."""
    if isinstance(content, list):
        for index, entry in enumerate(content):
            yield from _shown(entry, f"{at}/{index}")
    elif isinstance(content, dict):
        source = content.get("slack_file")
        if isinstance(source, dict) and isinstance(source.get("id"), str):
            yield at, source["id"]
        for name, entry in content.items():
            if isinstance(entry, dict | list):
                yield from _shown(entry, f"{at}/{name}")
