"""The import contracts name every package, and domain stays with the standard library."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
NOT_PART_OF_THE_PROGRAM = {"tests", "benchmarks"}
# What has one home, and the contract that says so.
HOMES = {
    "sql": {"store"},
    "llm": {"prompts"},
    "fuzzy": {"matching"},
    "clock": {"bot"},
    "icalendar": {"surfaces.web"},
    "slack-sdk": {"surfaces.slack"},
    "teams-sdk": {"surfaces.teams"},
}
DOMAIN_MAY_IMPORT = (sys.stdlib_module_names - {"os", "logging"}) | {"domain"}

linter = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
contracts: dict[str, dict[str, Any]] = {contract["id"]: contract for contract in linter["contracts"]}


def top_level_packages() -> set[str]:
    folders = (path for path in ROOT.iterdir() if path.is_dir() and path.name.isidentifier())
    return {path.name for path in folders if any(path.glob("*.py"))} - NOT_PART_OF_THE_PROGRAM


def surface_packages() -> set[str]:
    return {f"surfaces.{path.parent.name}" for path in (ROOT / "surfaces").glob("*/__init__.py")}


def imported_modules(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module if node.level == 0 and node.module else "domain"


def test_every_top_level_package_is_a_root_package():
    assert set(linter["root_packages"]) == top_level_packages()


def test_every_top_level_package_has_a_layer():
    layers = {name.strip() for layer in contracts["layers"]["layers"] for name in layer.split("|")}
    assert layers == top_level_packages()


def test_every_surface_is_kept_apart_from_the_others():
    assert set(contracts["surfaces"]["modules"]) == surface_packages()


@pytest.mark.parametrize("contract", HOMES)
def test_a_library_with_one_home_is_forbidden_everywhere_else(contract: str):
    forbidden = set(contracts[contract]["source_modules"])
    home = HOMES[contract]
    everywhere = top_level_packages()
    if any(name.startswith("surfaces.") for name in home):
        everywhere = (everywhere - {"surfaces"}) | surface_packages()
    assert forbidden == everywhere - home


@pytest.mark.parametrize("module", sorted((ROOT / "domain").rglob("*.py")), ids=lambda path: path.stem)
def test_domain_imports_only_the_standard_library(module: Path):
    imported = {name.partition(".")[0] for name in imported_modules(module.read_text(encoding="utf-8"))}
    assert imported <= DOMAIN_MAY_IMPORT
