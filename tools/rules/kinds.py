"""A kind is one folder: what is special about it stands there, and nobody else asks for it by name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .project import PACKAGE, Finding, Project, Source

MESSAGE = (
    "asks for the kind “{}” outside its folder “{}”: let the kind bring what differs, through the registry."
)
NAMES = {"kind", "kind_name"}
LOOKUPS = {"filter", "exclude", "get", "Q"}


def kinds_compared_only_at_home(project: Project) -> Iterator[Finding]:
    """No `kind == "product"` in Python, queries or templates outside the folder that registers `product`.

    A comparison with a word that is no registered kind is about something else and left alone.
    """
    homes = dict(_registered(project))
    for module in project.modules(str(PACKAGE)):
        for node in ast.walk(module.tree):
            for name in _asked_for(node):
                if name in homes and homes[name] != module.app:
                    yield module.finding(
                        getattr(node, "lineno", 1), f"`{_where(node)}` {MESSAGE.format(name, homes[name])}"
                    )
    for template in project.templates():
        for match in re.finditer(
            r"""\bkind(?:_name|\.name)?\s*(?:==|!=|in)\s*["']([\w-]+)["']""", template.text
        ):
            name = match.group(1)
            if name in homes and homes[name] != template.app:
                yield template.finding(
                    template.line_of(match.start()), f"The template {MESSAGE.format(name, homes[name])}"
                )


def _registered(project: Project) -> Iterator[tuple[str, str]]:
    """Each kind's name and the app that registers it in its `kind.py`."""
    for module in project.modules(str(PACKAGE)):
        if module.path.name == "kind.py":
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Kind":
                    for keyword in node.keywords:
                        if keyword.arg == "name":
                            for name in _words(keyword.value) or _constant(module, keyword.value):
                                yield name, module.app


def _constant(module: Source, node: ast.expr) -> list[str]:
    """The words of a name that is assigned in the same module."""
    return [
        word
        for statement in module.tree.body
        if isinstance(statement, ast.Assign) and isinstance(node, ast.Name)
        if any(getattr(target, "id", "") == node.id for target in statement.targets)
        for word in _words(statement.value)
    ]


def _asked_for(node: ast.AST) -> Iterator[str]:
    """The words with which this expression compares something called a kind."""
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        if any(_is_kind(side) for side in sides):
            for side in sides:
                yield from _words(side)
    elif isinstance(node, ast.Match) and _is_kind(node.subject):
        for case in node.cases:
            for part in ast.walk(case.pattern):
                if isinstance(part, ast.MatchValue):
                    yield from _words(part.value)
    elif (
        isinstance(node, ast.Call)
        and (getattr(node.func, "attr", "") or getattr(node.func, "id", "")) in LOOKUPS
    ):
        for keyword in node.keywords:
            if keyword.arg and keyword.arg.removesuffix("__in").split("__")[-1] in NAMES:
                yield from _words(keyword.value)


def _is_kind(node: ast.expr) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr in NAMES or (node.attr == "name" and _is_kind(node.value))
    return isinstance(node, ast.Name) and node.id in NAMES


def _words(node: ast.expr) -> list[str]:
    parts = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
    return [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]


def _where(node: ast.AST) -> str:
    return ast.unparse(node).splitlines()[0][:60]
