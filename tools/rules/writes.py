"""Writes have one door: rows change in `actions.py` only, and who only looks at a page changes nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .exceptions import WRITES, is_excepted, outdated
from .project import Finding, Project, Source

# Methods that write whatever they are called on, and those that write when called the way Django's are.
ALWAYS = {"bulk_create", "bulk_update", "get_or_create", "update_or_create"}
MAYBE = {"save", "create", "update", "delete"}
MANAGERS = {"objects", "_default_manager", "_base_manager"}
QUERIES = {"filter", "exclude", "all", "select_for_update", "order_by", "using"}
# These apps have no tables: an import contract keeps the database out of them.
WITHOUT_TABLES = {"reading", "kernel"}
WRITING_SQL = re.compile(r"\s*(insert|update|delete|replace|alter|drop|truncate)\b", re.IGNORECASE)


def writes_in_actions(project: Project) -> Iterator[Finding]:
    """Rows are written in `actions.py`, in modules of an `actions` package, and in migrations.

    Seen are Django's writing methods on managers, querysets and rows, and SQL that writes. `.update(other)`
    of a dictionary and `.save(stream)` of a picture take positions and are left alone, since Django's
    take none. Not seen: `add` and `set` of many-to-many relations, which the product does not use.
    """
    used: set[str] = set()
    for module in project.modules("src/baobab"):
        is_door = module.path.name == "actions.py" or "actions" in module.path.parent.parts
        if is_door or module.app in WITHOUT_TABLES:
            continue
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Call) or not _writes(node):
                continue
            if is_excepted(module.path, WRITES):
                used.add(str(module.path))
            else:
                yield module.finding(
                    node.lineno,
                    f"`{_name(node)}` writes rows outside actions.py: give the change an action there.",
                )
    yield from outdated(project, WRITES, used)


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _writes(call: ast.Call) -> bool:
    name = _name(call)
    base = name[1:] if name.startswith("a") and name[1:] in ALWAYS | MAYBE else name
    if base in ALWAYS:
        return True
    if name in {"execute", "executemany"} and call.args and isinstance(call.args[0], ast.Constant):
        return bool(WRITING_SQL.match(str(call.args[0].value)))
    if base not in MAYBE or not isinstance(call.func, ast.Attribute):
        return False
    if _is_query(call.func.value):
        return True
    if call.args:
        return False
    # Django's `save()` and `delete()` need nothing; `update()` without a word is not Django's.
    return base in {"save", "delete"} or bool(call.keywords)


def _is_query(node: ast.expr) -> bool:
    """Whether the expression is a manager or a queryset, as far as its own text tells."""
    while True:
        if isinstance(node, ast.Attribute):
            if node.attr in MANAGERS:
                return True
            node = node.value
        elif isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr in QUERIES:
                return True
            node = node.func
        elif isinstance(node, ast.Subscript):
            node = node.value
        else:
            return False


def get_views_write_nothing(project: Project) -> Iterator[Finding]:
    """A view that answers only GET calls no action: whoever only looks changes nothing.

    Known by `require_GET` or `require_safe`, or by being the method `get` of a class. A view that
    answers POST too is left to its tests.
    """
    for module in project.modules("src/baobab"):
        if module.path.name != "views.py" and "views" not in module.path.parent.parts:
            continue
        names, packages = _imported_actions(module)
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _answers_only_get(node):
                yield from _calls_of_actions(module, node, names, packages)


def _imported_actions(module: Source) -> tuple[set[str], set[str]]:
    """Names that came out of an `actions` module, and names by which such modules are known."""
    names: set[str] = set()
    packages: set[str] = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if (node.module or "").split(".")[-1] == "actions":
                    names.add(alias.asname or alias.name)
                elif alias.name == "actions":
                    packages.add(alias.asname or alias.name)
    return names, packages


def _answers_only_get(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    decorators = {
        d.attr if isinstance(d, ast.Attribute) else getattr(d, "id", "") for d in node.decorator_list
    }
    is_method = bool(node.args.args) and node.args.args[0].arg == "self"
    return bool(decorators & {"require_GET", "require_safe"}) or (is_method and node.name in {"get", "head"})


def _calls_of_actions(
    module: Source, node: ast.FunctionDef | ast.AsyncFunctionDef, names: set[str], packages: set[str]
) -> Iterator[Finding]:
    for call in ast.walk(node):
        if not isinstance(call, ast.Call):
            continue
        target = call.func
        by_name = isinstance(target, ast.Name) and target.id in names
        by_module = isinstance(target, ast.Attribute) and getattr(target.value, "id", "") in packages
        if by_name or by_module:
            yield module.finding(
                call.lineno,
                f"`{node.name}` answers GET but calls an action: only a POST may change something.",
            )
