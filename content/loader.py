"""Read all content once into an immutable catalog, or say what is wrong in which line and how to mend it."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from yaml.reader import ReaderError

from content.schema import (
    DIMENSIONS,
    Band,
    BandFile,
    Competency,
    CompetencyFile,
    CompleteFile,
    Dimension,
    Item,
    Plan,
    QuickFile,
    Task,
    TaskFile,
)

DATA = Path(__file__).parent / "data"

FormName = Literal["quick", "complete"]
FileModel = TypeVar("FileModel", bound=BaseModel)
Loc = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in one place of one file."""

    file: str
    line: int
    field: str
    problem: str
    fix: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.problem}. {self.fix}"


class ContentError(Exception):
    """The content cannot be used; `faults` says where and why."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Form:
    """One of the two assessments."""

    name: FormName
    title: str
    minutes: str
    items: tuple[Item, ...]

    def of(self, dimension: Dimension, competencies: Mapping[str, Competency]) -> tuple[Item, ...]:
        """The items of one dimension, in the order of the file."""
        return tuple(item for item in self.items if competencies[item.competency].dimension == dimension)


@dataclass(frozen=True, slots=True)
class Catalog:
    """All content. Stored rows keep slugs and `version`, never copies of the text."""

    version: str
    forms: Mapping[FormName, Form]
    competencies: Mapping[str, Competency]
    bands: tuple[Band, ...]
    """Highest first."""
    plans: Mapping[str, Plan]
    """Shortest first."""
    tasks: Mapping[str, Task]

    def band_of(self, score: int) -> Band:
        """The band of a score from 0 to 100."""
        return next(band for band in self.bands if band.lowest <= score)


class _Document:
    """A parsed file that remembers in which line each field stands."""

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        self.text = _read(path, name)
        loader = yaml.CSafeLoader(self.text)
        try:
            self._node = loader.get_single_node()
            self.data: Any = loader.construct_document(self._node) if self._node else None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            problem = error.problem or "this is not YAML"
            fix = "Check the indentation, the quotes and the colons in this line and the one above"
            raise ContentError([Fault(name, line, "file", problem, fix)]) from error
        except ReaderError as error:
            line = self.text.count("\n", 0, error.position) + 1
            problem, fix = "there is a control character in it", "Delete it, or paste the text without format"
            raise ContentError([Fault(name, line, "file", problem, fix)]) from error
        finally:
            loader.dispose()

    def line_of(self, loc: Loc) -> int:
        """The line of a field, or of its nearest parent when it is missing."""
        node = self._node
        line = node.start_mark.line if node else 0
        for part in loc:
            if isinstance(node, yaml.MappingNode):
                pair = next(((key, value) for key, value in node.value if key.value == str(part)), None)
                if pair is None:
                    break
                line, node = pair[0].start_mark.line, pair[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
                node = node.value[part]
                line = node.start_mark.line
            else:
                break
        return line + 1

    def fault(self, loc: Loc, problem: str, fix: str) -> Fault:
        return Fault(self.name, self.line_of(loc), _field(loc), problem, fix)

    def parse(self, model: type[FileModel]) -> FileModel:
        """Raise ContentError with every fault of the file when it does not follow the schema."""
        try:
            return model.model_validate(self.data)
        except ValidationError as error:
            faults = []
            for detail in error.errors():
                if _only_lacks_what_is_broken(dict(detail)):
                    continue
                loc = detail["loc"]
                names = [str(name) for name in _siblings(model, loc)]
                faults.append(self.fault(loc, *_explain(dict(detail), names)))
            raise ContentError(faults) from error


def _read(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        fault = Fault(name, line, "file", "this is not UTF-8", "Save the file with the encoding UTF-8")
        raise ContentError([fault]) from error


def _only_lacks_what_is_broken(detail: dict[str, Any]) -> bool:
    """A list counts as too short when an entry is broken; that entry has a fault of its own."""
    context = detail.get("ctx", {})
    given: Any = detail.get("input")
    return detail["type"] == "too_short" and isinstance(given, list) and len(given) >= context["min_length"]


def _field(loc: Loc) -> str:
    text = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in loc)
    return text.lstrip(".") or "file"


def _siblings(model: type[BaseModel], loc: Loc) -> list[str]:
    """The field names a misspelt key could have meant."""
    current: Any = model
    for part in loc[:-1]:
        if isinstance(part, int):
            continue
        field = current.model_fields.get(part) if hasattr(current, "model_fields") else None
        if field is None:
            return []
        current = _model_in(field.annotation)
    return list(getattr(current, "model_fields", {}))


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _model_in(argument)
        if found is not None:
            return found
    return None


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that `word` was most likely meant to be, or None."""
    return next(iter(difflib.get_close_matches(word, list(choices), n=1, cutoff=0.6)), None)


def _explain(detail: dict[str, Any], names: list[str]) -> tuple[str, str]:
    """A schema error as problem and fix, in an editor's words."""
    kind, context = str(detail["type"]), detail.get("ctx", {})
    name = str(detail["loc"][-1]) if detail["loc"] else "file"
    value = detail.get("input")
    match kind:
        case "missing":
            return "this field is missing", f"Add `{name}:` here"
        case "extra_forbidden":
            guess = nearest(name, names)
            return f"`{name}` is not a field", (
                f"Did you mean `{guess}`?" if guess else f"Remove it; known fields are {', '.join(names)}"
            )
        case "string_too_long":
            return (
                f"{len(str(value))} characters are too many",
                f"Shorten it to {context['max_length']} characters",
            )
        case "string_too_short":
            return "the text is too short", f"Write at least {context['min_length']} characters"
        case "string_pattern_mismatch":
            return f"`{value}` is not a slug", "Use lower case letters, digits and single dashes"
        case "literal_error":
            return f"`{value}` is not allowed here", f"Use {context['expected']}"
        case "too_short" | "too_long":
            limit = context.get("min_length", context.get("max_length"))
            return f"{context['actual_length']} entries", (
                f"List {'at least' if kind == 'too_short' else 'at most'} {limit}"
            )
        case "greater_than_equal":
            return f"{value} is too small", f"Use {context['ge']} or more"
        case "less_than_equal":
            return f"{value} is too large", f"Use {context['le']} or less"
        case "value_error":
            return "this does not fit together", str(context["error"]).capitalize()
        case "string_type":
            return f"`{value}` is not text", 'Write text here, in quotes if it looks like a number ("5")'
        case _:
            return str(detail["msg"]), "Compare it with a neighbouring entry"


class _Checker:
    """Collects what is wrong across files."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def unique(self, document: _Document, loc: Loc, slug: str, seen: dict[str, str]) -> None:
        if slug in seen:
            self.faults.append(
                document.fault(
                    loc, f"`{slug}` is used twice", f"Choose another slug; the first is in {seen[slug]}"
                )
            )
        seen.setdefault(slug, f"{document.name}:{document.line_of(loc)}")

    def known(self, document: _Document, loc: Loc, slug: str, choices: Iterable[str], what: str) -> None:
        choices = list(choices)
        if slug in choices:
            return
        guess = nearest(slug, choices)
        fix = f"Did you mean `{guess}`?" if guess else f"Add a {what} with this slug, or name one that exists"
        self.faults.append(document.fault(loc, f"there is no {what} `{slug}`", fix))


def load(data: Path = DATA) -> Catalog:
    """
    Read and check all files below `data`.

    Raises ContentError with every fault found.
    """
    checker = _Checker()
    digest = hashlib.sha256()

    def read(path: Path, model: type[FileModel]) -> tuple[_Document, FileModel] | None:
        name = f"content/data/{path.relative_to(data).as_posix()}"
        try:
            document = _Document(path, name)
            digest.update(document.text.encode())
            return document, document.parse(model)
        except FileNotFoundError:
            checker.faults.append(Fault(name, 1, "file", "this file is missing", "Restore it"))
        except ContentError as error:
            checker.faults.extend(error.faults)
        return None

    task_files = [read(path, TaskFile) for path in sorted((data / "tasks").glob("*.yaml"))]
    competency_file = read(data / "competencies.yaml", CompetencyFile)
    quick_file = read(data / "assessment/quick.yaml", QuickFile)
    complete_file = read(data / "assessment/complete.yaml", CompleteFile)
    band_file = read(data / "assessment/bands.yaml", BandFile)
    plan_files = [read(path, Plan) for path in sorted((data / "plans").glob("*.yaml"))]
    if checker.faults:
        raise ContentError(checker.faults)

    tasks: dict[str, Task] = {}
    seen: dict[str, str] = {}
    for document, task_file in filter(None, task_files):
        for index, task in enumerate(task_file.tasks):
            checker.unique(document, ("tasks", index, "slug"), task.slug, seen)
            tasks[task.slug] = task

    competencies: dict[str, Competency] = {}
    if competency_file:
        document, competency_content = competency_file
        for index, competency in enumerate(competency_content.competencies):
            loc: Loc = ("competencies", index)
            checker.unique(document, (*loc, "slug"), competency.slug, seen)
            for place, slug in enumerate(competency.study):
                checker.known(document, (*loc, "study", place), slug, tasks, "task")
            competencies[competency.slug] = competency

    plans: dict[str, Plan] = {}
    for document, plan in filter(None, plan_files):
        checker.unique(document, ("slug",), plan.slug, seen)
        for number, week in enumerate(plan.weeks):
            for place, entry in enumerate(week.tasks):
                loc = ("weeks", number, "tasks", place, "task")
                checker.known(document, loc, entry.task, tasks, "task")
        plans[plan.slug] = plan

    forms: dict[FormName, Form] = {}
    if quick_file:
        document, quick = quick_file
        items = tuple(Item(**statement.model_dump(), answers=quick.scale) for statement in quick.statements)
        _check_items(checker, document, "statements", items, competencies, seen)
        forms["quick"] = Form("quick", quick.title, quick.minutes, items)
    if complete_file:
        document, complete = complete_file
        _check_items(checker, document, "questions", complete.questions, competencies, seen)
        forms["complete"] = Form("complete", complete.title, complete.minutes, complete.questions)

    bands: tuple[Band, ...] = ()
    if band_file:
        document, band_content = band_file
        bands = band_content.bands
        expected = 100
        for index, band in enumerate(bands):
            checker.known(document, ("bands", index, "plan"), band.plan, plans, "plan")
            if band.highest != expected or band.lowest > band.highest:
                problem = "the bands leave a gap or overlap"
                fix = f"Let this band end at {expected} and begin below it; list the highest band first"
                checker.faults.append(document.fault(("bands", index, "highest"), problem, fix))
            expected = band.lowest - 1
        if expected != -1:
            document_loc: Loc = ("bands", len(bands) - 1, "lowest")
            checker.faults.append(
                document.fault(document_loc, "scores below it have no band", "Use lowest: 0")
            )
    if checker.faults:
        raise ContentError(checker.faults)

    return Catalog(
        version=digest.hexdigest()[:12],
        forms=MappingProxyType(forms),
        competencies=MappingProxyType(competencies),
        bands=bands,
        plans=MappingProxyType(dict(sorted(plans.items(), key=lambda entry: entry[1].position))),
        tasks=MappingProxyType(tasks),
    )


def _check_items(
    checker: _Checker,
    document: _Document,
    key: str,
    items: tuple[Item, ...],
    competencies: Mapping[str, Competency],
    seen: dict[str, str],
) -> None:
    """Every item belongs to a competency, and every dimension has items."""
    covered = set()
    for index, item in enumerate(items):
        checker.unique(document, (key, index, "slug"), item.slug, seen)
        checker.known(document, (key, index, "competency"), item.competency, competencies, "competency")
        if item.competency in competencies:
            covered.add(competencies[item.competency].dimension)
    for dimension in DIMENSIONS:
        if dimension not in covered and not checker.faults:
            checker.faults.append(
                document.fault((key,), f"no item measures the {dimension} dimension", "Add at least one")
            )
