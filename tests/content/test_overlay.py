"""A workspace's own content files, laid over ours: add, replace, retire, checked by the same rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from content.faults import ContentError
from content.loader import load


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    folder = tmp_path / "ours"
    (folder / "messages").mkdir(parents=True)
    (folder / "tasks").mkdir()
    return folder


def test_an_overlay_adds_and_replaces_by_slug(overlay: Path) -> None:
    ours = load()
    known = next(iter(ours.messages.values()))
    (overlay / "messages" / "our.yaml").write_text(
        f"""source: Our team
messages:
  - {{slug: {known.slug}, occasion: {known.occasion}, text: "Our own wording of this message."}}
  - {{slug: our-own-tip, occasion: tip, text: "The board room is free at eight."}}
""",
        encoding="utf-8",
    )

    catalog = load(overlay=overlay)

    assert catalog.messages[known.slug].text == "Our own wording of this message."
    assert catalog.messages["our-own-tip"].text == "The board room is free at eight."
    assert len(catalog.messages) == len(ours.messages) + 1
    assert catalog.version != ours.version


def test_a_retired_task_stays_resolvable(overlay: Path) -> None:
    (overlay / "retired.yaml").write_text("retired: [lc-two-sum]\n", encoding="utf-8")

    catalog = load(overlay=overlay)

    assert catalog.tasks["lc-two-sum"].status == "retired"


def test_a_slug_to_retire_that_is_not_there_gets_the_nearest(overlay: Path) -> None:
    (overlay / "retired.yaml").write_text("retired: [lc-two-sums]\n", encoding="utf-8")

    with pytest.raises(ContentError) as caught:
        load(overlay=overlay)

    assert str(caught.value) == (
        "ours/retired.yaml:1: retired[1]: there is no `lc-two-sums` to retire. Did you mean `lc-two-sum`?"
    )


def test_an_overlay_is_checked_by_the_same_rules(overlay: Path) -> None:
    (overlay / "tasks" / "our.yaml").write_text(
        """source: Our team
tasks:
  - {slug: our-drill, title: Our drill, track: behavioural, kind: rehearsal, minutes: 2}
""",
        encoding="utf-8",
    )

    with pytest.raises(ContentError) as caught:
        load(overlay=overlay)

    assert [fault.field for fault in caught.value.faults] == ["tasks[1].minutes"]


def test_a_slug_twice_in_the_overlay_is_a_mistake(overlay: Path) -> None:
    line = '  - {slug: our-own-tip, occasion: tip, text: "The board room is free at eight."}\n'
    (overlay / "messages" / "our.yaml").write_text(f"source: Us\nmessages:\n{line}{line}", encoding="utf-8")

    with pytest.raises(ContentError) as caught:
        load(overlay=overlay)

    assert "used twice" in caught.value.faults[0].problem


def test_a_file_in_no_known_folder_is_named(overlay: Path) -> None:
    (overlay / "tips.yaml").write_text("messages: []\n", encoding="utf-8")

    with pytest.raises(ContentError) as caught:
        load(overlay=overlay)

    assert caught.value.faults[0].problem == "nothing reads this file"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="this is not a folder"):
        load(overlay=tmp_path / "nowhere")
