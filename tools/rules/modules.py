"""What every module owes its reader: a first sentence, a bearable length, a name that says something."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from .exceptions import ANY_ERROR, is_excepted, outdated
from .project import Finding, Project

MOST_LINES = 400
EMPTY_NAMES = {"utils.py", "util.py", "helpers.py", "helper.py", "misc.py", "common.py", "managers.py"}
FOLDERS = ("src", "tools", "bench")
ANYTHING = {"Exception", "BaseException"}
# Words that announce work instead of doing it, put together here so that this file does not hold them.
UNDONE = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME")) + r")\b")


def modules_readable(project: Project) -> Iterator[Finding]:
    """At most 400 lines, a docstring first, no name that could hold anything. Empty modules may stay so."""
    for module in project.modules(*FOLDERS):
        length = len(module.lines)
        if length > MOST_LINES:
            yield module.finding(
                MOST_LINES,
                f"{length} lines; {MOST_LINES} at most: make it a package that keeps its public names.",
            )
        if module.path.name in EMPTY_NAMES:
            yield module.finding(1, "A name that could hold anything: call the module after what it gives.")
        if module.text.strip() and not ast.get_docstring(module.tree):
            yield module.finding(1, "Opens without a sentence that says what the module is for.")


def errors_caught_by_name(project: Project) -> Iterator[Finding]:
    """`except` names what it expects; the borders that must survive anything are listed with their reason."""
    used: set[str] = set()
    for module in project.modules(*FOLDERS):
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.ExceptHandler):
                continue
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            if all(error is not None and getattr(error, "id", "") not in ANYTHING for error in caught):
                continue
            if is_excepted(module.path, ANY_ERROR):
                used.add(str(module.path))
            else:
                yield module.finding(node.lineno, "Catches every error: name those that are expected here.")
    yield from outdated(project, ANY_ERROR, used)


def nothing_left_to_do(project: Project) -> Iterator[Finding]:
    """No comment promises later work: what is missing is an issue, or done."""
    message = "Announces work in a comment: do it, or open an issue."
    for source in project.sources.values():
        if source.path.suffix == ".py":
            for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
                if token.type == tokenize.COMMENT and UNDONE.search(token.string):
                    yield source.finding(token.start[0], message)
        elif source.path.suffix in {".css", ".js", ".html", ".sh", ".toml"} or source.path.name == "Makefile":
            for number, line in enumerate(source.lines, start=1):
                if UNDONE.search(line):
                    yield source.finding(number, message)
