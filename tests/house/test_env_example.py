"""``.env.example`` names every variable that is read, with its true default."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
LINE = re.compile(r"^#([A-Z][A-Z0-9_]*)=(.*)$", re.MULTILINE)
READER = re.compile(r"env\.\w+|os\.getenv|os\.environ\.(get|pop)")
SHELL = re.compile(r"\$\{([A-Z_]+):-([^}]*)\}")
# Not for people to set.
INTERNAL = {
    "PATH",  # the system's
    "READY_MESSAGE",  # from the launcher to gunicorn
}
# `make run` stays on loopback, the Procfile by itself does not.
TWO_DEFAULTS = {"BIND_HOST"}
DUMP = """
import json
from filmroom import settings
print(json.dumps({n: repr(getattr(settings, n)) for n in dir(settings) if n.isupper()}))
"""


def reads(path: Path) -> dict[str, str | None]:
    """Return each variable that a Python file reads, with its default where that is a literal."""
    found: dict[str, str | None] = {}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.GeneratorExp) and "env.str(name" in ast.unparse(node):
            found |= dict.fromkeys(ast.literal_eval(node.generators[0].iter))
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.args[0]
        called = ast.unparse(node.func)
        if not isinstance(name, ast.Constant) or not READER.fullmatch(called):
            continue
        rest = [*node.args[1:], *(word.value for word in node.keywords if word.arg == "default")]
        default = rest[0] if rest else None
        found[str(name.value)] = str(default.value) if isinstance(default, ast.Constant) else None
    return found


def test_every_variable_that_is_read_is_named_and_no_other() -> None:
    read: set[str] = set()
    for path in [*(ROOT / "filmroom").rglob("*.py"), ROOT / "manage.py"]:
        read |= reads(path).keys()
    read |= {name for name, _default in SHELL.findall((ROOT / "Procfile").read_text())}
    named = [name for name, _default in LINE.findall(EXAMPLE)]

    assert len(named) == len(set(named))
    assert set(named) == read - INTERNAL


def test_variables_read_outside_the_settings_have_the_same_default() -> None:
    elsewhere = reads(ROOT / "filmroom" / "gunicorn.py") | dict(
        SHELL.findall((ROOT / "Procfile").read_text())
    )
    shown = dict(LINE.findall(EXAMPLE))

    for name in elsewhere.keys() - INTERNAL - TWO_DEFAULTS:
        assert (name, elsewhere[name]) == (name, shown[name])


def settings_with(env_file: str, folder: Path) -> dict[str, str]:
    """Return the settings that a process has which reads ``env_file`` and no variables."""
    shutil.copytree(ROOT / "filmroom", folder / "filmroom")
    (folder / "data" / "secrets").mkdir(parents=True)
    for secret in ("secret_key", "bucket_secret"):
        (folder / "data" / "secrets" / secret).write_text(f"{secret}-0123456789-abcdef")
    (folder / ".env").write_text(env_file, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", DUMP],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    shutil.rmtree(folder)
    values: dict[str, str] = json.loads(done.stdout)
    return {name: text for name, text in values.items() if "0x" not in text}


@pytest.mark.parametrize("uncommented", [False, True], ids=["as it is", "every line taken in"])
def test_a_copy_changes_no_setting(tmp_path: Path, uncommented: bool) -> None:
    text = LINE.sub(r"\1=\2", EXAMPLE) if uncommented else EXAMPLE
    # In one and the same folder, for the path of the broker's socket follows from it.
    without = settings_with("", tmp_path / "site")

    assert len(without) > 100
    assert settings_with(text, tmp_path / "site") == without
