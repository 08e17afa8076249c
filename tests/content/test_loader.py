"""What an editor is told about a fault: the file, the line, the field and the fix."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from content.loader import DATA, Catalog, ContentError, Fault, load, nearest

QUICK = "assessment/quick.yaml"
COMPLETE = "assessment/complete.yaml"
BANDS = "assessment/bands.yaml"
COMPETENCIES = "competencies.yaml"
REHEARSALS = "tasks/rehearsals.yaml"
SIX_WEEK = "plans/six-week.yaml"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the content, with the long plans cut to their first week, because each test reads it all."""
    copy = Path(shutil.copytree(DATA, tmp_path / "data"))
    for name in ("foundation", "six-month", "twelve-week"):
        file = copy / "plans" / f"{name}.yaml"
        first_week, mark, _ = file.read_text(encoding="utf-8").partition("  # week 2\n")
        assert mark
        file.write_text(first_week, encoding="utf-8")
    return copy


def line_of(text: str, part: str) -> int:
    """The line in which `part` first stands."""
    return text[: text.index(part)].count("\n") + 1


def change(data: Path, name: str, old: str, new: str, *, at: str | None = None) -> int:
    """Replace the first `old`; the line in which `at` (by default `new`) stands afterwards."""
    file = data / name
    before = file.read_text(encoding="utf-8")
    assert old in before
    start = before.index(old)
    after = before[:start] + new + before[start + len(old) :]
    file.write_text(after, encoding="utf-8")
    return line_of(after[start:], at if at is not None else new) + before[:start].count("\n")


def faults(data: Path) -> list[Fault]:
    with pytest.raises(ContentError) as caught:
        load(data)
    return list(caught.value.faults)


def only(data: Path) -> Fault:
    [fault] = faults(data)
    return fault


def expected(name: str, line: int, field: str, problem: str, fix: str) -> Fault:
    return Fault(f"content/data/{name}", line, field, problem, fix)


def test_what_is_shipped_loads_the_same_from_anywhere(tmp_path: Path, catalog: Catalog) -> None:
    assert load(Path(shutil.copytree(DATA, tmp_path / "elsewhere"))) == catalog
    assert list(catalog.plans) == ["quick-reference", "six-week", "twelve-week", "foundation", "six-month"]
    assert catalog.bands[0].plan == "quick-reference"


def test_the_version_follows_the_text(data: Path) -> None:
    before = load(data).version

    change(data, QUICK, "Quick check", "Quick test")

    assert load(data).version != before


def test_what_was_loaded_cannot_be_changed(catalog: Catalog) -> None:
    with pytest.raises(TypeError, match="does not support item assignment"):
        catalog.tasks["new"] = None  # type: ignore[index]  # the point of the test


class TestOneField:
    def test_missing(self, data: Path) -> None:
        change(data, QUICK, "    competency: designing-for-scale\n", "")
        line = line_of((data / QUICK).read_text(), "- slug: quick-scale")

        assert only(data) == expected(
            QUICK, line, "statements[1].competency", "this field is missing", "Add `competency:` here"
        )

    def test_misspelt(self, data: Path) -> None:
        line = change(data, QUICK, "minutes: about", "minuts: about")

        missing, misspelt = sorted(faults(data), key=lambda fault: fault.problem, reverse=True)
        assert missing.field == "minutes"
        assert misspelt == expected(
            QUICK, line, "minuts", "`minuts` is not a field", "Did you mean `minutes`?"
        )

    def test_misspelt_deep_inside(self, data: Path) -> None:
        line = change(data, SIX_WEEK, "milestone:", "mile_stone:")

        assert expected(
            SIX_WEEK, line, "weeks[1].mile_stone", "`mile_stone` is not a field", "Did you mean `milestone`?"
        ) in faults(data)

    def test_unknown(self, data: Path) -> None:
        line = change(data, BANDS, "    lowest: 85", "    colour: green\n    lowest: 85", at="colour")

        assert only(data) == expected(
            BANDS,
            line,
            "bands[1].colour",
            "`colour` is not a field",
            "Remove it; known fields are slug, lowest, highest, label, meaning, plan",
        )

    def test_too_long(self, data: Path) -> None:
        line = change(data, QUICK, "label: Not yet", f"label: {'x' * 76}")

        assert only(data) == expected(
            QUICK, line, "scale[1].label", "76 characters are too many", "Shorten it to 75 characters"
        )

    def test_too_short(self, data: Path) -> None:
        line = change(data, QUICK, "label: Not yet", "label: Ja")

        assert only(data) == expected(
            QUICK, line, "scale[1].label", "the text is too short", "Write at least 3 characters"
        )

    def test_a_yes_that_yaml_takes_for_true(self, data: Path) -> None:
        line = change(data, QUICK, 'label: "Yes"', "label: Yes")

        assert only(data) == expected(
            QUICK,
            line,
            "scale[4].label",
            "`True` is not text",
            'Write text here, in quotes if it looks like a number ("5")',
        )

    def test_no_slug(self, data: Path) -> None:
        line = change(data, QUICK, "slug: quick-scale", "slug: Quick Scale")

        assert only(data) == expected(
            QUICK,
            line,
            "statements[1].slug",
            "`Quick Scale` is not a slug",
            "Use lower case letters, digits and single dashes",
        )

    def test_not_one_of_the_allowed(self, data: Path) -> None:
        line = change(data, COMPETENCIES, "dimension: technical", "dimension: technic")

        fault = only(data)
        assert (fault.line, fault.field) == (line, "competencies[1].dimension")
        assert fault.problem == "`technic` is not allowed here"
        assert fault.fix == "Use 'technical', 'leadership' or 'cultural'"

    @pytest.mark.parametrize(
        ("minutes", "problem", "fix"),
        [("4", "4 is too small", "Use 5 or more"), ("241", "241 is too large", "Use 240 or less")],
    )
    def test_a_number_out_of_range(self, data: Path, minutes: str, problem: str, fix: str) -> None:
        line = change(data, REHEARSALS, "minutes: 15", f"minutes: {minutes}")

        assert only(data) == expected(REHEARSALS, line, "tasks[1].minutes", problem, fix)

    def test_a_list_that_is_too_short(self, data: Path) -> None:
        old = (data / COMPETENCIES).read_text().split("    study: [", 1)[1].split("]", 1)[0]
        line = change(data, COMPETENCIES, f"study: [{old}]", "study: [concept-estimation]")

        assert only(data) == expected(
            COMPETENCIES, line, "competencies[1].study", "1 entries", "List at least 5"
        )

    def test_answers_out_of_order(self, data: Path) -> None:
        change(data, COMPLETE, "points: 1", "points: 2")

        fault = only(data)
        assert fault.field == "questions[1]"
        assert fault.line == line_of((data / COMPLETE).read_text(), "- slug:")
        assert fault.fix == "List the five answers from points: 1 to points: 5"


class TestAcrossFiles:
    def test_a_slug_that_is_nearly_right(self, data: Path) -> None:
        line = change(data, QUICK, "competency: designing-for-scale", "competency: designing-for-scales")

        assert only(data) == expected(
            QUICK,
            line,
            "statements[1].competency",
            "there is no competency `designing-for-scales`",
            "Did you mean `designing-for-scale`?",
        )

    def test_a_slug_like_no_other(self, data: Path) -> None:
        line = change(data, SIX_WEEK, "{task: read-first-assessment}", "{task: zzz}", at="task: zzz")

        assert only(data) == expected(
            SIX_WEEK,
            line,
            "weeks[1].tasks[1].task",
            "there is no task `zzz`",
            "Add a task with this slug, or name one that exists",
        )

    def test_a_study_task_that_is_not_there(self, data: Path) -> None:
        line = change(data, COMPETENCIES, "study: [concept-estimation,", "study: [concept-estimations,")

        assert only(data) == expected(
            COMPETENCIES,
            line,
            "competencies[1].study[1]",
            "there is no task `concept-estimations`",
            "Did you mean `concept-estimation`?",
        )

    def test_a_band_whose_plan_is_not_there(self, data: Path) -> None:
        (data / SIX_WEEK).unlink()

        fault = only(data)
        assert (fault.field, fault.problem) == ("bands[2].plan", "there is no plan `six-week`")

    def test_a_slug_that_is_used_twice(self, data: Path) -> None:
        text = (data / REHEARSALS).read_text(encoding="utf-8")
        first = line_of(text, "rehearse-refine-one-story")
        line = change(
            data, REHEARSALS, "slug: rehearse-two-stories-aloud,", "slug: rehearse-refine-one-story,"
        )

        twice = next(fault for fault in faults(data) if "twice" in fault.problem)
        assert twice == expected(
            REHEARSALS,
            line,
            "tasks[2].slug",
            "`rehearse-refine-one-story` is used twice",
            f"Choose another slug; the first is in content/data/{REHEARSALS}:{first}",
        )

    def test_bands_that_leave_a_gap(self, data: Path) -> None:
        line = change(data, BANDS, "highest: 84", "highest: 83")

        assert only(data) == expected(
            BANDS,
            line,
            "bands[2].highest",
            "the bands leave a gap or overlap",
            "Let this band end at 84 and begin below it; list the highest band first",
        )

    def test_bands_that_end_above_nought(self, data: Path) -> None:
        line = change(data, BANDS, "lowest: 0", "lowest: 1")

        assert only(data) == expected(
            BANDS, line, "bands[4].lowest", "scores below it have no band", "Use lowest: 0"
        )

    def test_a_dimension_that_nothing_measures(self, data: Path) -> None:
        file = data / COMPETENCIES
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("dimension: cultural", "dimension: leadership"), encoding="utf-8")

        first, *_ = faults(data)
        assert (first.file, first.field) == (f"content/data/{QUICK}", "statements")
        assert first.problem == "no item measures the cultural dimension"


class TestWholeFiles:
    @pytest.mark.parametrize("name", [QUICK, COMPLETE, BANDS, COMPETENCIES])
    def test_missing(self, data: Path, name: str) -> None:
        (data / name).unlink()

        assert only(data) == expected(name, 1, "file", "this file is missing", "Restore it")

    def test_broken_yaml(self, data: Path) -> None:
        line = change(data, QUICK, "title: Quick check", 'title: "Quick check')

        fault = only(data)
        assert fault.file == f"content/data/{QUICK}"
        assert fault.line >= line
        assert fault.field == "file"
        assert fault.fix.startswith("Check the indentation, the quotes and the colons")

    def test_a_tab_for_indentation(self, data: Path) -> None:
        line = change(data, BANDS, "    lowest: 85", "\tlowest: 85", at="lowest: 85")

        assert (only(data).line, only(data).field) == (line, "file")

    @pytest.mark.parametrize("content", ["", "# nothing but a comment\n", "- a list\n", "just text\n"])
    def test_that_hold_something_else(self, data: Path, content: str) -> None:
        (data / BANDS).write_text(content)

        fault = only(data)
        assert (fault.file, fault.line, fault.field) == (f"content/data/{BANDS}", 1, "file")

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param("label: caf\u00e9\n".encode("latin-1"), id="another encoding"),
            pytest.param(b"label: \x00\n", id="a control character"),
        ],
    )
    def test_that_are_no_text(self, data: Path, content: bytes) -> None:
        (data / BANDS).write_bytes(content)

        fault = only(data)
        assert (fault.file, fault.field) == (f"content/data/{BANDS}", "file")


def test_several_faults_are_told_at_once(data: Path) -> None:
    change(data, QUICK, "label: Not yet", "label: Ja")
    change(data, BANDS, "lowest: 85", "lowest: 850")
    change(data, REHEARSALS, "track: behavioural", "track: behaviour")
    (data / COMPLETE).unlink()

    found = faults(data)

    assert [fault.file.rsplit("/", 1)[-1] for fault in found] == [
        "rehearsals.yaml",
        "bands.yaml",
        "quick.yaml",
        "complete.yaml",
    ]


def test_a_fault_reads_as_one_line() -> None:
    fault = expected(BANDS, 5, "bands[1].plan", "there is no plan `six`", "Did you mean `six-week`?")

    assert str(fault) == (
        "content/data/assessment/bands.yaml:5: bands[1].plan: there is no plan `six`. "
        "Did you mean `six-week`?"
    )
    assert str(ContentError([fault, fault])) == f"{fault}\n{fault}"


@pytest.mark.parametrize(
    ("word", "choice"),
    [("six-weeks", "six-week"), ("sixweek", "six-week"), ("year", None), ("", None)],
)
def test_the_nearest_choice(word: str, choice: str | None) -> None:
    assert nearest(word, ["six-week", "twelve-week", "foundation"]) == choice


class TestCards:
    def test_prerequisites_must_not_go_in_a_circle(self, data: Path) -> None:
        file = "concepts/caching.yaml"
        text = (data / file).read_text(encoding="utf-8")
        assert "needs: [concept-cache-aside]" in text
        text = text.replace(
            "slug: concept-cache-aside\n", "slug: concept-cache-aside\n    needs: [concept-hot-keys]\n", 1
        )
        (data / file).write_text(text, encoding="utf-8")

        assert any("in a circle" in fault.problem for fault in faults(data))

    def test_a_prerequisite_must_be_a_card(self, data: Path) -> None:
        line = change(
            data, "concepts/caching.yaml", "needs: [concept-cache-aside]", "needs: [concept-cash-aside]"
        )

        fault = only(data)
        assert (fault.line, fault.fix) == (line, "Did you mean `concept-cache-aside`?")
