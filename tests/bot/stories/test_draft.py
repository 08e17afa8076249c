"""What is typed: cleaned, checked beside its field, and put together with another save."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.stories.draft import FIELDS, Draft, check, hashes, merge, month_text, read_month
from tests.bot.stories.samples import MIGRATION

TODAY = date(2030, 3, 4)
PRINCIPLES = ("ownership", "dive-deep", "frugality")
SCENARIOS = ("technical-leadership",)


def checked(**typed: Any) -> tuple[Draft, dict[str, str]]:
    return check({"title": "Migration", **typed}, TODAY, PRINCIPLES, SCENARIOS)


class TestCheck:
    def test_keeps_what_is_typed(self) -> None:
        draft, errors = checked(
            title="  The \n migration ",
            situation="Line one\r\nLine two 😀 مرحبا <!channel>",
            principles=("dive-deep", "ownership"),
            scenario="technical-leadership",
            scope="L7",
            happened_on="March 2028",
        )

        assert errors == {}
        assert draft.title == "The migration"
        assert draft.situation == "Line one\nLine two 😀 مرحبا <!channel>"
        assert draft.principles == ("ownership", "dive-deep")
        assert (draft.scenario, draft.scope) == ("technical-leadership", "L7")
        assert draft.happened_on == date(2028, 3, 1)

    def test_a_title_alone_is_a_story(self) -> None:
        assert checked() == (Draft(title="Migration"), {})

    @pytest.mark.parametrize("title", [None, "", "  \n ", "\x00"])
    def test_a_title_is_needed(self, title: str | None) -> None:
        assert "title" in checked(title=title)[1]

    @pytest.mark.parametrize(
        ("field", "longest"), [("title", 150), ("situation", 3000), ("result", 3000), ("figures", 1000)]
    )
    def test_what_is_too_long_is_refused_beside_its_field(self, field: str, longest: int) -> None:
        assert checked(**{field: "x" * longest})[1] == {}
        assert list(checked(**{field: "x" * (longest + 1)})[1]) == [field]

    def test_what_no_database_keeps_is_left_out(self) -> None:
        assert checked(task="a\x00b\ud83dc\x07d\te")[0].task == "abcd\te"

    def test_choices_that_nobody_offered_are_left_out(self) -> None:
        draft, errors = checked(principles=("<!here>", "ownership"), scenario="other", scope="L9")

        assert (draft.principles, draft.scenario, draft.scope, errors) == (("ownership",), None, None, {})


class TestMonth:
    @pytest.mark.parametrize(
        "text", ["2028-11", "11/2028", "11.2028", "November 2028", "nov 2028", "Nov. 2028", "2028-11-05"]
    )
    def test_is_read_however_it_is_written(self, text: str) -> None:
        assert read_month(text, TODAY) == (date(2028, 11, 1), None)

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("13/2028", "Write the month"),
            ("0/2028", "Write the month"),
            ("2028", "Write the month"),
            ("ju 2028", "Write the month"),
            ("yesterday", "Write the month"),
            ("-1/-2028", "Write the month"),
            ("٠٣/٢٠٢٨", "Write the month"),
            ("1999999-03", "Write the month"),
            ("0000-01", "The year 0 cannot be right"),
            ("1815-06", "The year 1815 cannot be right"),
            ("9999-12", "The year 9999 cannot be right"),
            ("2030-04", "still to come"),
        ],
    )
    def test_says_what_is_wrong(self, text: str, says: str) -> None:
        found, wrong = read_month(text, TODAY)

        assert found is None
        assert says in str(wrong)

    def test_nothing_is_no_month(self) -> None:
        assert read_month("", TODAY) == (None, None)

    def test_this_month_has_happened(self) -> None:
        assert read_month("2030-03", TODAY)[0] == date(2030, 3, 1)

    @given(st.dates(date(1970, 1, 1), TODAY))
    def test_what_a_form_shows_is_read_back(self, on: date) -> None:
        assert read_month(month_text(on.replace(day=1)), TODAY) == (on.replace(day=1), None)


CHANGES: dict[str, Any] = {
    "title": "Other",
    "situation": "Other",
    "task": "Other",
    "action": "Other",
    "result": "Other",
    "figures": "Other",
    "principles": ("frugality",),
    "scenario": None,
    "scope": "L7",
    "happened_on": None,
}


class TestMerge:
    @pytest.mark.parametrize("field", FIELDS)
    def test_a_field_that_only_the_other_save_changed_is_theirs(self, field: str) -> None:
        theirs = replace(MIGRATION, **{field: CHANGES[field]})

        merged = merge(hashes(MIGRATION), theirs, MIGRATION)

        assert (merged.draft, merged.taken, merged.conflicts) == (theirs, (field,), ())

    @pytest.mark.parametrize("field", FIELDS)
    def test_a_field_that_only_this_save_changed_is_mine(self, field: str) -> None:
        mine = replace(MIGRATION, **{field: CHANGES[field]})

        merged = merge(hashes(MIGRATION), MIGRATION, mine)

        assert (merged.draft, merged.taken, merged.conflicts) == (mine, (), ())

    def test_a_field_that_both_changed_is_asked_about(self) -> None:
        theirs = replace(MIGRATION, task="theirs", figures="theirs")
        mine = replace(MIGRATION, task="mine", result="mine")

        merged = merge(hashes(MIGRATION), theirs, mine)

        assert merged.conflicts == ("task",)
        assert merged.taken == ("figures",)
        assert merged.draft == replace(MIGRATION, task="theirs", figures="theirs", result="mine")

    def test_the_same_change_twice_is_no_conflict(self) -> None:
        both = replace(MIGRATION, task="both")

        assert merge(hashes(MIGRATION), both, both).conflicts == ()

    @given(st.data())
    def test_nothing_that_was_changed_is_lost_silently(self, data: st.DataObject) -> None:
        texts = st.sampled_from(["a", "b", "c"])
        base, theirs, mine = (
            Draft(title=data.draw(texts), task=data.draw(texts), result=data.draw(texts)) for _ in range(3)
        )

        merged = merge(hashes(base), theirs, mine)

        for field in ("title", "task", "result"):
            was, his, my = (getattr(one, field) for one in (base, theirs, mine))
            assert getattr(merged.draft, field) in (his, my)
            assert (field in merged.conflicts) == (his not in (was, my) and my != was)
            if field not in merged.conflicts:
                assert getattr(merged.draft, field) == (my if his in (was, my) else his)
