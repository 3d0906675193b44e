"""What import-linter cannot say about who knows whom."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("filmroom", "accounts", "sessions_app", "recordings", "integrations", "pages")
ADAPTERS = ("storage", "media", "fetching", "sources")
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "common.py", "core"}


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (ROOT / folder).rglob("*.py")


def imported(path: Path) -> set[str]:
    """Return every module that a source file names in an import, wherever it stands."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_adapters_never_touch_the_database(adapter: str) -> None:
    guilty = {
        str(path.relative_to(ROOT))
        for path in sources(f"recordings/{adapter}")
        if any(name.startswith(("django.db.", "django.contrib.")) for name in imported(path))
    }

    assert guilty == set()


def test_no_module_is_named_after_nothing() -> None:
    named = {path.name for app in APPS for path in (ROOT / app).rglob("*")}

    assert named & FORBIDDEN_NAMES == set()


def test_files_stay_small() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources(*APPS)
        if "migrations" not in path.parts
        and path.name != "settings.py"  # one file, however many settings
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }

    assert long == {}
