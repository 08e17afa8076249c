"""Read all content once into an immutable catalog, or say what is wrong in which line and how to mend it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from content import checks
from content.catalog import Catalog, Form, FormName, StoryGuide
from content.document import Document, FileModel
from content.faults import ContentError, Fault, nearest
from content.packs import (
    ConceptFile,
    DesignFile,
    MessageFile,
    MockFile,
    PrincipleFile,
    ProblemFile,
    ReferenceFile,
    RetiredFile,
    RubricFile,
    StoryFile,
)
from content.schema import BandFile, CompetencyFile, CompleteFile, Item, Plan, QuickFile, TaskFile
from content.shelf import Shelf

__all__ = ["DATA", "Catalog", "ContentError", "Fault", "Form", "FormName", "load", "nearest"]

DATA = Path(__file__).parent / "data"
Value = TypeVar("Value")


@dataclass(slots=True)
class _Source:
    """A folder of content: ours, or an overlay that adds, replaces and retires."""

    folder: Path
    label: str
    """What its files are called in faults."""
    is_overlay: bool
    faults: list[Fault]
    digest: Any
    read_files: set[Path] = field(default_factory=set)

    def read(self, pattern: str, model: type[FileModel]) -> Iterator[tuple[Document, FileModel]]:
        """The files that match, in the order of their names; a broken one adds its faults and is left out."""
        paths = sorted(self.folder.glob(pattern))
        if not paths and not self.is_overlay and "*" not in pattern:
            self.faults.append(
                Fault(f"{self.label}/{pattern}", 1, "file", "this file is missing", "Restore it")
            )
        for path in paths:
            self.read_files.add(path)
            name = f"{self.label}/{path.relative_to(self.folder).as_posix()}"
            try:
                document = Document(path, name)
                self.digest.update(document.text.encode())
                yield document, document.parse(model)
            except ContentError as error:
                self.faults.extend(error.faults)

    def strangers(self) -> Iterator[Fault]:
        """Files that nothing reads, as a misnamed folder would leave them."""
        for path in sorted(self.folder.rglob("*.y*ml")):
            if path not in self.read_files:
                name = f"{self.label}/{path.relative_to(self.folder).as_posix()}"
                fix = "Put it into the folder of its kind, with the ending .yaml; AUTHORING.md has the list"
                yield Fault(name, 1, "file", "nothing reads this file", fix)


class _Shelves:
    """What has been read so far."""

    def __init__(self, faults: list[Fault]) -> None:
        self.tasks: Shelf[Any] = Shelf("task", faults)
        self.competencies: Shelf[Any] = Shelf("competency", faults)
        self.plans: Shelf[Any] = Shelf("plan", faults)
        self.principles: Shelf[Any] = Shelf("principle", faults)
        self.scenarios: Shelf[Any] = Shelf("scenario", faults)
        self.mocks: Shelf[Any] = Shelf("mock", faults)
        self.rubrics: Shelf[Any] = Shelf("rubric", faults)
        self.texts: Shelf[Any] = Shelf("reference text", faults)
        self.faq: Shelf[Any] = Shelf("question", faults)
        self.messages: Shelf[Any] = Shelf("message", faults)
        self.items: Shelf[Any] = Shelf("item", faults)
        self.bands: Shelf[Any] = Shelf("band", faults)
        self.forms: dict[FormName, Form] = {}
        self.stories: StoryGuide | None = None

    def fill(self, source: _Source) -> None:
        """Read one folder. A whole file replaces ours for the assessment, the principles and the stories."""
        overlay = source.is_overlay
        listed: tuple[tuple[str, type[Any], tuple[tuple[str, Shelf[Any]], ...]], ...] = (
            ("tasks/*.yaml", TaskFile, (("tasks", self.tasks),)),
            ("problems/*.yaml", ProblemFile, (("problems", self.tasks),)),
            ("concepts/*.yaml", ConceptFile, (("concepts", self.tasks),)),
            ("designs/*.yaml", DesignFile, (("designs", self.tasks),)),
            ("competencies.yaml", CompetencyFile, (("competencies", self.competencies),)),
            ("rubrics.yaml", RubricFile, (("rubrics", self.rubrics),)),
            ("mocks.yaml", MockFile, (("mocks", self.mocks),)),
            ("reference/*.yaml", ReferenceFile, (("texts", self.texts), ("faq", self.faq))),
            ("messages/*.yaml", MessageFile, (("messages", self.messages),)),
            ("principles.yaml", PrincipleFile, (("principles", self.principles),)),
            ("assessment/bands.yaml", BandFile, (("bands", self.bands),)),
        )
        for pattern, model, kinds in listed:
            for document, content in source.read(pattern, model):
                for key, shelf in kinds:
                    shelf.add(getattr(content, key), document, key, replace=overlay)
        for document, plan in source.read("plans/*.yaml", Plan):
            self.plans.add([plan], document, None, replace=overlay)
        for document, story in source.read("stories.yaml", StoryFile):
            self.scenarios.add(story.scenarios, document, "scenarios", replace=overlay)
            self.stories = StoryGuide(
                star=story.star, quantify=story.quantify, coach=story.coach, thresholds=story.thresholds
            )
        for document, quick in source.read("assessment/quick.yaml", QuickFile):
            items = tuple(
                Item(**statement.model_dump(), answers=quick.scale) for statement in quick.statements
            )
            self.items.add(items, document, "statements", replace=overlay)
            self.forms["quick"] = Form("quick", quick.title, quick.minutes, items)
        for document, complete in source.read("assessment/complete.yaml", CompleteFile):
            self.items.add(complete.questions, document, "questions", replace=overlay)
            self.forms["complete"] = Form("complete", complete.title, complete.minutes, complete.questions)
        if overlay:
            for document, retired in source.read("retired.yaml", RetiredFile):
                self._retire(document, retired.retired, source.faults)

    def _retire(self, document: Document, slugs: tuple[str, ...], faults: list[Fault]) -> None:
        """A retired task stays readable in old plans; everything else is simply not shown any more."""
        others = (self.mocks, self.texts, self.faq, self.messages)
        for index, slug in enumerate(slugs):
            if self.tasks.change(slug, status="retired") or any(shelf.retire(slug) for shelf in others):
                continue
            known = [known for shelf in (self.tasks, *others) for known in shelf.slugs]
            guess = nearest(slug, known)
            fix = (
                f"Did you mean `{guess}`?"
                if guess
                else "Only tasks, mocks, texts and messages can be retired"
            )
            faults.append(document.fault(("retired", index), f"there is no `{slug}` to retire", fix))


def load(data: Path = DATA, overlay: Path | None = None) -> Catalog:
    """
    Read and check all files below `data`, and lay those below `overlay` over them.

    Raises ContentError with every fault found.
    """
    faults: list[Fault] = []
    digest = hashlib.sha256()
    shelves = _Shelves(faults)
    for source in _sources(data, overlay, faults, digest):
        shelves.fill(source)
        faults.extend(source.strangers())
    if faults:
        raise ContentError(faults)
    faults.extend(
        checks.across(
            tasks=shelves.tasks,
            competencies=shelves.competencies,
            plans=shelves.plans,
            principles=shelves.principles,
            scenarios=shelves.scenarios,
            mocks=shelves.mocks,
            rubrics=shelves.rubrics,
            texts=shelves.texts,
            items=shelves.items,
            bands=shelves.bands,
            forms=shelves.forms,
        )
    )
    if faults:
        raise ContentError(faults)
    plans = sorted(shelves.plans.by_slug().items(), key=lambda entry: int(entry[1].position))
    return Catalog(
        version=digest.hexdigest()[:12],
        forms=MappingProxyType(shelves.forms),
        competencies=_frozen(shelves.competencies.by_slug()),
        bands=tuple(shelves.bands.by_slug().values()),
        plans=_frozen(dict(plans)),
        tasks=_frozen(shelves.tasks.by_slug()),
        principles=_frozen(shelves.principles.by_slug()),
        scenarios=_frozen(shelves.scenarios.by_slug()),
        stories=shelves.stories,
        mocks=_frozen(shelves.mocks.by_slug()),
        rubrics=_frozen(shelves.rubrics.by_slug()),
        texts=_frozen(shelves.texts.by_slug()),
        faq=_frozen(shelves.faq.by_slug()),
        messages=_frozen(shelves.messages.by_slug()),
    )


def _sources(data: Path, overlay: Path | None, faults: list[Fault], digest: Any) -> Iterator[_Source]:
    yield _Source(data, "content/data", False, faults, digest)
    if overlay is None:
        return
    if not overlay.is_dir():
        fix = "Let PREP_CONTENT_DIR name a folder that exists"
        faults.append(Fault(str(overlay), 1, "folder", "this is not a folder", fix))
        return
    yield _Source(overlay, overlay.name, True, faults, digest)


def _frozen(entries: Mapping[str, Value]) -> Mapping[str, Value]:
    return MappingProxyType(dict(entries))
