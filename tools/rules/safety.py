"""Markup is escaped by the templates; the few places that say otherwise are listed with their reason."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .exceptions import SAFE_MARKUP, is_excepted, outdated
from .project import Finding, Project, Source
from .templates import COMMENT, blanked

UNESCAPED = re.compile(r"\{(?:\{[^{}]*|%[^%]*)\|\s*(?:safe|safeseq)\b|\{%\s*autoescape\s+off\b")
CALLS = {"mark_safe", "SafeString", "SafeText", "SafeData"}


def markup_marked_safe(project: Project) -> Iterator[Finding]:
    """`|safe`, `autoescape off`, `mark_safe()` and `SafeString()` only where `exceptions.py` says why."""
    used: set[str] = set()
    for source, line, what in _unescaped(project):
        if is_excepted(source.path, SAFE_MARKUP):
            used.add(str(source.path))
        else:
            yield source.finding(
                line, f"`{what}` switches escaping off: use format_html or a component, or list the reason."
            )
    yield from outdated(project, SAFE_MARKUP, used)


def _unescaped(project: Project) -> Iterator[tuple[Source, int, str]]:
    for template in project.templates():
        for match in UNESCAPED.finditer(blanked(template.text, patterns=(COMMENT,))):
            yield template, template.line_of(match.start()), match.group().strip("{% |") or "safe"
    for module in project.modules("src/baobab"):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
                if name in CALLS:
                    yield module, node.lineno, name
