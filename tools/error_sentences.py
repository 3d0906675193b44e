"""What the rooms refuse, found by what it is: the sentences of FilmRoomError and its kinds.

They need no mark in the source: every ``detail`` of such a class, and every literal that begins
the making of one, is a message.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT_KIND = "FilmRoomError"


def error_sentences(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Yield each sentence with the file that holds it."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}
    kinds = _kinds(trees.values())
    for path, tree in trees.items():
        constants = _constants(tree)
        for node in ast.walk(tree):
            for value in _values(node, kinds):
                if isinstance(value, ast.Name):
                    value = constants.get(value.id, value)
                if isinstance(value, ast.Constant) and " " in str(value.value):
                    yield path, str(value.value)


def _kinds(trees: Iterable[ast.Module]) -> set[str]:
    """The names of FilmRoomError and of every class below it."""
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    kinds = {ROOT_KIND}
    while True:
        more = {each.name for each in classes if kinds & set(map(_name, each.bases))} - kinds
        if not more:
            return kinds
        kinds |= more


def _values(node: ast.AST, kinds: set[str]) -> Iterator[ast.expr]:
    """What of ``node`` may be a sentence."""
    if isinstance(node, ast.ClassDef) and node.name in kinds:
        yield from _details(node)
        for inner in ast.walk(node):
            if isinstance(inner, ast.Call) and inner.args and _makes_its_own(inner.func):
                yield inner.args[0]
    if isinstance(node, ast.Call) and node.args and _name(node.func) in kinds:
        yield node.args[0]


def _details(kind: ast.ClassDef) -> Iterator[ast.expr]:
    for line in kind.body:
        if isinstance(line, ast.Assign | ast.AnnAssign) and line.value:
            target = line.targets[0] if isinstance(line, ast.Assign) else line.target
            if isinstance(target, ast.Name) and target.id == "detail":
                yield line.value


def _makes_its_own(function: ast.expr) -> bool:
    return ast.unparse(function) in {"cls", "super().__init__"}


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    return {
        line.targets[0].id: line.value
        for line in tree.body
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name)
    }


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
