"""A token is readable only with one of our keys, and only in its own place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.workspaces.secrets import Cipher, UndecipherableError, WrongKeyError, new_key

OLD, NEW = new_key(), new_key()
HERE, THERE = "installation T1 bot_token", "installation T2 bot_token"
TOKEN = "xoxe.xoxb-1-secret"


@given(st.text())
def test_what_was_encrypted_comes_back(text: str) -> None:
    cipher = Cipher.of(NEW)

    assert cipher.decrypt(cipher.encrypt(text, HERE), HERE) == text


def test_the_stored_text_does_not_show_it_and_is_never_the_same_twice() -> None:
    cipher = Cipher.of(NEW)

    first, second = cipher.encrypt(TOKEN, HERE), cipher.encrypt(TOKEN, HERE)

    assert "secret" not in first
    assert first != second


def test_the_first_key_encrypts_and_all_decrypt() -> None:
    before = Cipher.of(OLD).encrypt(TOKEN, HERE)
    cipher = Cipher.of(f"{NEW}, {OLD}")

    after = cipher.encrypt(TOKEN, HERE)

    assert cipher.decrypt(before, HERE) == TOKEN
    assert Cipher.of(NEW).decrypt(after, HERE) == TOKEN
    assert after.startswith(f"{cipher.key_id}.")
    assert cipher.key_ids == {Cipher.of(OLD).key_id, Cipher.of(NEW).key_id}


def test_a_token_moved_to_another_row_is_refused() -> None:
    cipher = Cipher.of(NEW)

    with pytest.raises(UndecipherableError, match="belongs to another row"):
        cipher.decrypt(cipher.encrypt(TOKEN, HERE), THERE)


@pytest.mark.parametrize(("cut", "more"), [(None, "!"), (20, ""), (-8, "AAAAAAA="), (9, "")])
def test_a_changed_token_is_refused(cut: int | None, more: str) -> None:
    cipher = Cipher.of(NEW)
    stored = cipher.encrypt(TOKEN, HERE)

    with pytest.raises(UndecipherableError, match="was changed"):
        cipher.decrypt(stored[:cut] + more, HERE)


def test_a_key_that_is_missing_is_named_without_being_shown() -> None:
    with pytest.raises(UndecipherableError, match="PREP_ENCRYPTION_KEY") as caught:
        Cipher.of(NEW).decrypt(Cipher.of(OLD).encrypt(TOKEN, HERE), HERE)

    assert Cipher.of(OLD).key_id in str(caught.value)
    assert OLD not in str(caught.value)


@pytest.mark.parametrize(
    "setting",
    ["", "short", f"{NEW},", "é" * 44, NEW[:-4]],
    ids=["none", "short", "a comma too many", "other letters", "cut off"],
)
def test_what_is_no_key_is_refused_with_where_to_get_one(setting: str) -> None:
    with pytest.raises(WrongKeyError, match="prep-coach keys new"):
        Cipher.of(setting)
