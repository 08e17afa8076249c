"""A content file that knows in which line each field stands."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from yaml.reader import ReaderError

from content.faults import ContentError, Fault, nearest

FileModel = TypeVar("FileModel", bound=BaseModel)
Loc = tuple[int | str, ...]


class Document:
    """A parsed file that remembers in which line each field stands."""

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        self.text = _read(path, name)
        try:
            self.data: Any = yaml.load(self.text, yaml.CSafeLoader)
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

    @cached_property
    def _node(self) -> yaml.Node | None:
        """With the marks that tell lines: far larger than the data, so made only when there is a fault."""
        node: yaml.Node | None = yaml.compose(self.text, yaml.CSafeLoader)
        return node

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
