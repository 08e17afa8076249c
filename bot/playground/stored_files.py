"""Files that the app uploaded."""

import secrets
from dataclasses import dataclass

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


class StoredFiles:
    """Keeps the files in memory."""

    def __init__(self, ids: IdMint) -> None:
        self._ids = ids
        self._files: dict[str, StoredFile] = {}
        self.base_url = "http://127.0.0.1:0"

    def announce(self, name: str, length: int, alt_text: str) -> tuple[StoredFile, str]:
        """A place for a file and the URL that takes its bytes."""
        key = secrets.token_urlsafe(24)
        file = StoredFile(
            id=self._ids.named("F"), key=key, name=name, length=length, title=name, alt_text=alt_text
        )
        self._files[file.id] = file
        return file, f"{self.base_url}/upload/{key}"

    def find(self, file_id: str) -> StoredFile | None:
        """The file with this id."""
        return self._files.get(file_id)

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
