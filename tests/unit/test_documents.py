"""What the documents say is true of the program: variables, targets, commands, links, metrics and pictures."""

import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from typer.main import get_command

from bot.cli import app
from bot.health import Metrics
from bot.settings import Settings
from handlers.commands import COMMANDS
from tests.unit.test_hygiene import project_files

ROOT = Path(__file__).parents[2]
MOST_BYTES = 200_000
DOCUMENTS = [path for path in project_files() if path.suffix == ".md" and "prompts" not in path.parts]
TEXTS = {path: path.read_text(encoding="utf-8") for path in DOCUMENTS}
README = TEXTS[ROOT / "README.md"]
OPERATIONS = TEXTS[ROOT / "docs" / "operations.md"]

documents = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def code_of(text: str) -> str:
    """Return what stands in code blocks and between backticks."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    return "\n".join([*blocks, *spans])


def section(text: str, title: str) -> str:
    """Return what stands under a heading of the second level."""
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def anchors(text: str) -> set[str]:
    """Return the places in a document that a link can lead to."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def rows(text: str) -> dict[str, list[str]]:
    """Return the rows of the tables in a text, by the code in their first cell."""
    found = re.findall(r"^\| `([^`]+)` \|(.+)\|$", text, re.MULTILINE)
    return {name: [cell.strip() for cell in rest.split("|")] for name, rest in found}


def test_every_variable_of_the_environment_is_in_the_table_and_no_other():
    table = rows(section(README, "Configuration"))
    assert set(table) == {name.upper() for name in Settings.model_fields}
    assert [name for name, (_, meaning) in table.items() if not meaning] == []


def test_the_defaults_in_the_table_are_those_of_the_program():
    wrong: dict[str, Any] = {}
    for name, (told, _) in rows(section(README, "Configuration")).items():
        default = Settings.model_fields[name.lower()].default
        if default not in (None, "", ()) and told != f"`{default}`":
            wrong[name] = (told, default)
        if default in (None, "", ()) and re.fullmatch(r"`[^`]*`", told):
            wrong[name] = (told, default)
    assert wrong == {}


@documents
def test_every_make_target_that_is_named_exists(path: Path):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"(?:^|[\s`|&;])make ([a-z]+)", code_of(TEXTS[path]), re.MULTILINE))
    assert named - targets == set()


@documents
def test_every_command_of_the_program_that_is_named_exists(path: Path):
    commands: dict[str, Any] = get_command(app).commands  # type: ignore[attr-defined]
    wrong: list[str] = []
    code = code_of(TEXTS[path]).replace("\\\n", " ")
    for name, rest in re.findall(r"(?:^|\s|bin/)matchpoint ([a-z-]+)([^\n]*)", code, re.MULTILINE):
        if name not in commands:
            wrong.append(name)
            continue
        known = {option for parameter in commands[name].params for option in parameter.opts} | {"--help"}
        given = re.findall(r"(?<=\s)--[a-z-]+", rest.partition("#")[0])
        wrong += [f"{name} {option}" for option in given if option not in known]
    assert wrong == []


def test_every_command_of_the_program_is_told_of_somewhere():
    commands: dict[str, Any] = get_command(app).commands  # type: ignore[attr-defined]
    told = "\n".join(map(code_of, TEXTS.values()))
    assert [name for name in commands if f"matchpoint {name}" not in told] == []


@documents
def test_every_chat_command_that_is_named_exists(path: Path):
    wrong: list[str] = []
    for name, verb in re.findall(r"(?<![\w./])/(challenge|answer|matchpoint) ([a-z]+)\b", code_of(TEXTS[path])):
        grammar = COMMANDS[name]
        if not grammar.free and verb not in {one.word for one in grammar.verbs}:
            wrong.append(f"/{name} {verb}")
    assert wrong == []


@documents
def test_every_link_leads_somewhere(path: Path):
    broken: list[str] = []
    for target in re.findall(
        r"\]\(([^)\s]+)\)", re.sub(r"^```.*?^```", "", TEXTS[path], flags=re.MULTILINE | re.DOTALL)
    ):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        name, _, place = target.partition("#")
        found = (path.parent / name).resolve() if name else path
        if not found.exists() or (place and place not in anchors(TEXTS.get(found, ""))):
            broken.append(target)
    assert broken == []


@documents
def test_every_part_of_the_program_that_is_named_exists(path: Path):
    packages = "bot|surfaces|handlers|matching|messages|store|prompts|domain"
    missing: list[str] = []
    for span in re.findall(r"`([^`\n]+)`", TEXTS[path]):
        if re.fullmatch(rf"(?:{packages})(?:\.\w+)+", span):
            missing += [] if is_there(span) else [span]
        elif re.fullmatch(rf"(?:{packages}|tests|docs|examples)/[\w/.-]*", span):
            missing += [] if (ROOT / span).exists() else [span]
    assert missing == []


def is_there(dotted: str) -> bool:
    """Tell whether a module, or something in one, has this name."""
    module, _, name = dotted.rpartition(".")
    try:
        import_module(dotted)
    except ModuleNotFoundError:
        return find_spec(module) is not None and hasattr(import_module(module), name)
    return True


def test_every_metric_is_explained_and_no_other():
    registry: CollectorRegistry = Metrics(None, None).registry  # type: ignore[arg-type]
    names = {family.name for family in registry.collect()}
    explained = {name for name in rows(section(OPERATIONS, "Is it well?")) if name.isidentifier()}
    assert explained == names


def test_pictures_are_small_shown_and_can_be_taken_anew():
    pictures = {path.name: path for path in (ROOT / "docs" / "pictures").iterdir()}
    camera = (ROOT / "tests" / "browser" / "pictures.py").read_text(encoding="utf-8")
    shown = set(re.findall(r"docs/pictures/([\w-]+\.png)", README))
    assert shown <= pictures.keys()
    assert set(re.findall(r'camera\.take\(page, "([\w-]+)"\)', camera)) == {path.stem for path in pictures.values()}
    assert [name for name, path in pictures.items() if path.stat().st_size > MOST_BYTES] == []
