"""Tokens at rest: encrypted, and bound to the row and column they belong to."""

from __future__ import annotations

import hashlib
import secrets
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Self

KEY_BYTES = 32
ID_LENGTH = 8
"""How many characters of an encrypted text name its key."""
_NONCE_BYTES = 12


class WrongKeyError(ValueError):
    """A key of PREP_ENCRYPTION_KEY is none; the message says what to write instead."""


class UndecipherableError(Exception):
    """A stored secret cannot be read with the keys we have; the message is one sentence with the fix."""


class Cipher:
    """AES-256-GCM under one or several keys: the first encrypts, all decrypt."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        # Imported when first needed: it costs 5 MB, and a bot of one workspace keeps no tokens.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._ciphers = {_id_of(key): AESGCM(key) for key in keys}
        self.key_id = _id_of(keys[0])
        """The key that encrypts."""

    @classmethod
    def of(cls, setting: str) -> Self:
        """From PREP_ENCRYPTION_KEY: keys with commas between them. Raises WrongKeyError."""
        return cls([_key(part.strip()) for part in setting.split(",")])

    @property
    def key_ids(self) -> frozenset[str]:
        """The keys that decrypt."""
        return frozenset(self._ciphers)

    def encrypt(self, text: str, bound_to: str) -> str:
        """The text as only `decrypt` with the same `bound_to` gives it back."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._ciphers[self.key_id].encrypt(nonce, text.encode(), bound_to.encode())
        return f"{self.key_id}.{urlsafe_b64encode(nonce + sealed).decode()}"

    def decrypt(self, stored: str, bound_to: str) -> str:
        """What was encrypted. Raises UndecipherableError."""
        from cryptography.exceptions import InvalidTag

        key_id, _, content = stored.partition(".")
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise UndecipherableError(
                f"A stored token was encrypted with the key {key_id}, which PREP_ENCRYPTION_KEY does not "
                "have: put that key back after a comma, or install the workspace again."
            )
        try:
            raw = _decoded(content)
            text = cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], bound_to.encode())
        except (InvalidTag, ValueError) as error:
            raise UndecipherableError(
                f"The stored token of {bound_to} was changed or belongs to another row: restore a backup, or "
                "install the workspace again."
            ) from error
        return text.decode()


def new_key() -> str:
    """A key for PREP_ENCRYPTION_KEY."""
    return urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _key(text: str) -> bytes:
    try:
        key = _decoded(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise WrongKeyError("a key is the 44 characters that `prep-coach keys new` prints")
    return key


def _decoded(text: str) -> bytes:
    return b64decode(text, altchars=b"-_", validate=True)


def _id_of(key: bytes) -> str:
    """A name for a key that does not give it away."""
    return hashlib.sha256(b"prep-coach key id:" + key).hexdigest()[:ID_LENGTH]
