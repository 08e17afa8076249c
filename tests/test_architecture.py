"""The house rules, read off the files themselves."""

from __future__ import annotations

import ast
import re
import sys
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST_FILE = 400
SLACK = ("slack_bolt", "slack_sdk")
DATABASE = ("sqlalchemy", "sqlmodel")
RULES = (
    "bot/assessment/pages.py",
    "bot/assessment/profile.py",
    "bot/assessment/scoring.py",
    "bot/assessment/wizard.py",
    "bot/checkins/answers.py",
    "bot/checkins/counts.py",
    "bot/checkins/stretch.py",
    "bot/checkins/period.py",
    "bot/clock.py",
    "bot/groups/schedule.py",
    "bot/groups/summary.py",
    "bot/learn/cards.py",
    "bot/learn/library.py",
    "bot/learn/search.py",
    "bot/log/answers.py",
    "bot/log/entries.py",
    "bot/log/form.py",
    "bot/log/grammar.py",
    "bot/log/moments.py",
    "bot/log/streak.py",
    "bot/log/tasks.py",
    "bot/log/week.py",
    "bot/mrkdwn.py",
    "bot/mydata/holdings.py",
    "bot/mydata/log_table.py",
    "bot/mydata/record.py",
    "bot/mydata/story_files.py",
    "bot/people/account.py",
    "bot/pictures/charts.py",
    "bot/pictures/codec.py",
    "bot/pictures/series.py",
    "bot/pictures/sources.py",
    "bot/pictures/words.py",
    "bot/plan/planner.py",
    "bot/plan/recommendation.py",
    "bot/preferences/choices.py",
    "bot/preferences/countries.py",
    "bot/preferences/outlook.py",
    "bot/preferences/pauses.py",
    "bot/progress/ground.py",
    "bot/progress/outcome_rules.py",
    "bot/progress/pace_rules.py",
    "bot/progress/readiness.py",
    "bot/progress/replan.py",
    "bot/progress/words_of_bars.py",
    "bot/reminders/decision.py",
    "bot/reminders/timing.py",
    "bot/review/deck.py",
    "bot/review/schedule.py",
    "bot/review/sitting.py",
    "bot/stories/bank.py",
    "bot/stories/coach.py",
    "bot/stories/coverage.py",
    "bot/stories/draft.py",
    "bot/typed_text.py",
    "bot/stories/kept.py",
    "bot/stories/message_text.py",
    "bot/stories/phrases.py",
    "bot/stories/readers.py",
    "bot/today/choice.py",
    "bot/today/day.py",
    "bot/today/wording.py",
    "bot/why/explanation.py",
    "bot/words.py",
    "bot/workspaces/payloads.py",
    "bot/zones.py",
)
FEATURES = (
    "assessment",
    "checkins",
    "groups",
    "home",
    "learn",
    "log",
    "menu",
    "mydata",
    "people",
    "plan",
    "preferences",
    "progress",
    "review",
    "stories",
    "today",
    "uninstall",
    "why",
)
BARE_IGNORE = re.compile(r"#\s*(noqa(?!:)|type:\s*ignore(?!\[))")
OWN = ("bot", "content", "storage", "tests")


def sources(*folders: str) -> list[str]:
    """Every Python file below these folders, by its path from the root."""
    files = (file for folder in folders for file in sorted((ROOT / folder).rglob("*.py")))
    return [file.relative_to(ROOT).as_posix() for file in files if "__pycache__" not in file.parts]


def imports(file: str) -> Iterator[str]:
    """The dotted names a file imports; `from a import b` counts as a.b."""
    for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_in(name: str, packages: Iterable[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def breaches(files: Iterable[str], forbidden: Iterable[str]) -> list[str]:
    """`file imports name` for every import of a forbidden package."""
    forbidden = tuple(forbidden)
    return [f"{file} imports {name}" for file in files for name in imports(file) if is_in(name, forbidden)]


def in_layer(layer: str) -> list[str]:
    """The files of a layer, in every feature."""
    return [
        file
        for file in sources(*(f"bot/{feature}" for feature in FEATURES))
        if Path(file).stem == layer or Path(file).stem.endswith(f"_{layer}")
    ]


def test_the_features_are_the_ones_the_rules_are_written_for() -> None:
    folders = {file.parent.name for file in (ROOT / "bot").glob("*/listeners.py")}

    assert folders == set(FEATURES)
    assert all((ROOT / file).exists() for file in RULES)


class TestLeaves:
    def test_content_knows_files_only(self) -> None:
        allowed = (*sys.stdlib_module_names, "content", "pydantic", "yaml")

        strangers = [
            f"{file} imports {name}"
            for file in sources("content")
            for name in imports(file)
            if not is_in(name, allowed)
        ]

        assert strangers == []

    def test_storage_knows_the_database_only(self) -> None:
        allowed = (*sys.stdlib_module_names, "storage", "alembic", *DATABASE)

        strangers = [
            f"{file} imports {name}"
            for file in sources("storage")
            for name in imports(file)
            if not is_in(name, allowed)
        ]

        assert strangers == []


class TestRooms:
    def test_rules_know_the_subject_only(self) -> None:
        own = tuple(file.removesuffix(".py").replace("/", ".") for file in RULES)
        allowed = (
            *sys.stdlib_module_names,
            "content.schema",
            "content.loader",
            "content.catalog",
            "content.packs",
            "fsrs",
            "rapidfuzz",
            "bot.errors",
            "bot.zones",
            *own,
        )

        strangers = [
            f"{file} imports {name}" for file in RULES for name in imports(file) if not is_in(name, allowed)
        ]

        assert strangers == []

    def test_rules_read_no_clock_and_roll_no_dice(self) -> None:
        """The time comes as an argument; clock.py is where it is read."""
        found = []
        for file in RULES:
            if file == "bot/clock.py":
                continue
            tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
            calls = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
            found += [
                f"{file} calls {call}" for call in calls if call.endswith((".now", ".today", ".utcnow"))
            ]
            found += breaches([file], ("random", "secrets", "time"))

        assert found == []

    def test_views_draw_and_store_nothing(self) -> None:
        assert in_layer("views")
        assert breaches(in_layer("views"), ("storage", "slack_bolt", "slack_sdk.web", *DATABASE)) == []

    def test_services_know_no_slack(self) -> None:
        assert len(in_layer("service")) == len(FEATURES) - 1  # learning keeps nothing
        assert breaches(in_layer("service"), SLACK) == []

    def test_services_draw_nothing(self) -> None:
        views = [file.removesuffix(".py").replace("/", ".") for file in in_layer("views")]

        assert breaches(in_layer("service"), views) == []

    def test_listeners_ask_a_service_and_never_the_database(self) -> None:
        assert {Path(file).parent.name for file in in_layer("listeners")} == set(FEATURES)
        assert breaches(in_layer("listeners"), ("storage", *DATABASE)) == []

    def test_no_feature_imports_anothers_listeners(self) -> None:
        found = []
        for feature in FEATURES:
            others = [f"bot.{other}.listeners" for other in FEATURES if other != feature]
            found += breaches(sources(f"bot/{feature}"), others)

        assert found == []

    def test_delivery_and_its_kin_know_no_feature(self) -> None:
        features = [f"bot.{feature}" for feature in FEATURES]
        above = (
            "bot/app.py",
            "bot/registration.py",
            "bot/kinds.py",
            "bot/__main__.py",
        )  # what puts the parts together
        shared = [file for file in sources("bot") if file.count("/") == 1 and file not in above]

        assert breaches(shared, features) == []


class TestCompositionRoot:
    def test_is_imported_by_the_start_and_the_tests_only(self) -> None:
        allowed = ("bot/__main__.py", "bot/running.py")

        assert breaches([file for file in sources("bot") if file not in allowed], ("bot.app",)) == []
        assert breaches(sources("content", "storage"), ("bot",)) == []


class TestPlayground:
    def test_imports_no_part_of_the_bot_but_where_its_manifest_is(self) -> None:
        theirs = [
            f"{file} imports {name}"
            for file in sources("bot/playground")
            for name in imports(file)
            if is_in(name, OWN)
            and not is_in(name, ("bot.playground",))
            and (file, name.rpartition(".")[0]) != ("bot/playground/launcher.py", "bot.manifest")
        ]

        assert theirs == []

    def test_is_started_by_the_command_line_and_imported_by_nobody_else(self) -> None:
        rest = [
            file
            for file in sources("bot", "content", "storage")
            if not file.startswith("bot/playground/") and file != "bot/__main__.py"
        ]

        assert breaches(rest, ("bot.playground",)) == []


@pytest.mark.parametrize("folder", OWN)
def test_no_file_is_long(folder: str) -> None:
    long = {
        file: lines
        for file in sources(folder)
        if (lines := len((ROOT / file).read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }

    assert long == {}


def test_nothing_is_printed() -> None:
    """Output goes through sys.stdout at the command line, and through a logger everywhere else."""
    printing = [
        f"{file}:{node.lineno}"
        for file in sources("bot", "content", "storage")
        for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]

    assert printing == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        file
        for file in sources(*OWN)
        if (content := (ROOT / file).read_text(encoding="utf-8")).strip()
        and ast.get_docstring(ast.parse(content)) is None
    ]

    assert silent == []


def test_every_ignored_rule_is_named() -> None:
    """An ignore without its rule would hide what nobody meant to hide."""
    bare = [
        f"{file}:{comment.start[0]}"
        for file in sources(*OWN)
        for comment in comments(file)
        if BARE_IGNORE.match(comment.string)
    ]

    assert bare == []


def comments(file: str) -> Iterator[tokenize.TokenInfo]:
    with (ROOT / file).open("rb") as content:
        yield from (token for token in tokenize.tokenize(content.readline) if token.type == tokenize.COMMENT)


def test_what_lies_between_slack_and_the_listeners_knows_no_feature() -> None:
    features = [f"bot.{feature}" for feature in FEATURES]

    assert breaches(sources("bot/web", "bot/transport"), features) == []
