"""What no committed file may hold, and how large and how documented a module is."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST_MODULE = 400
BINARY = {".png", ".jpg", ".jpeg", ".gif", ".ico", ".mo", ".woff2", ".pdf", ".gz", ".zip", ".npz", ".xlsx"}
NOT_COMMITTED = {".git", ".venv", ".pytest_cache", ".ruff_cache", ".hypothesis", "__pycache__", "build", "dist", "var"}

# In pieces, so that this file does not hold what it looks for.
INDEX_HOSTS = re.compile(
    "|".join(
        re.escape(".".join(pieces))
        for pieces in (
            ("pypi", "org"),
            ("python" + "hosted", "org"),
            ("registry", "npm" + "js", "org"),
            ("npm" + "js", "com"),
            ("registry", "yarnpkg", "com"),
            ("crates", "io"),
            ("proxy", "golang", "org"),
            ("deb", "debian", "org"),
        )
    ),
    re.IGNORECASE,
)
MACHINE_PATHS = re.compile(
    r"(?<![\w.:/-])/(?:" + "|".join(("wo" + "rk", "ro" + "ot", "tm" + "p", "ho" + "me")) + r")/\w"
)
INDEX_OPTIONS = re.compile(
    r"^\s*(?:-i|-f|--index-url|--extra-index-url|--find-links|--trusted-host)\b|://", re.MULTILINE
)


def project_files() -> list[Path]:
    """Ask git for the files of the project; without git, walk the tree."""
    try:
        listing = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        found = (path for path in ROOT.rglob("*") if NOT_COMMITTED.isdisjoint(path.relative_to(ROOT).parts))
    else:
        found = (ROOT / name for name in listing.stdout.decode().split("\0") if name)
    return sorted(path for path in found if path.is_file() and path.suffix not in BINARY)


def lines_that_hold(pattern: re.Pattern[str]) -> Iterator[str]:
    for path in project_files():
        text = path.read_text(encoding="utf-8")
        if pattern.search(text):
            lines = enumerate(text.splitlines(), start=1)
            yield from (f"{path.relative_to(ROOT)}:{number}" for number, line in lines if pattern.search(line))


def program_modules() -> list[Path]:
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "root_packages"
    ]
    return sorted(path for name in packages for path in (ROOT / name).rglob("*.py"))


def test_no_file_names_a_package_index():
    assert list(lines_that_hold(INDEX_HOSTS)) == []


def test_no_file_names_a_path_of_one_machine():
    assert list(lines_that_hold(MACHINE_PATHS)) == []


def test_the_lock_has_hashes_and_no_index():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    requirements = re.findall(r"^[A-Za-z0-9][^\n]*?==", lock, re.MULTILINE)
    assert INDEX_OPTIONS.search(lock) is None
    assert len(requirements) == len(
        re.findall(r"^[A-Za-z0-9][^\n]*\\\n    --hash=sha256:[0-9a-f]{64}", lock, re.MULTILINE)
    )
    assert requirements


def test_modules_stay_small():
    sizes = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in program_modules()
        if "migrations" not in path.parts
    }
    assert {name: size for name, size in sizes.items() if size > LONGEST_MODULE} == {}


def test_every_module_says_what_it_is_for():
    modules = [path for path in program_modules() if "versions" not in path.parts]
    silent = [path for path in modules if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    assert [str(path.relative_to(ROOT)) for path in silent] == []


def test_no_key_or_store_is_committed():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, check=False, text=True).stdout
    kept_apart = (".key", ".pem", ".env", ".db", ".sqlite", ".sqlite3")
    assert [name for name in tracked.splitlines() if name.endswith(kept_apart)] == []
