"""Documentation is a surface under test: every setting and every command can be looked up."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .project import PACKAGE, Finding, Project, Source

OPERATOR_GUIDE = "docs/operator-guide.md"
# Variables that nobody sets to configure the product: those of the system and of other programs, and what
# our own processes tell each other.
FOREIGN = {"DJANGO_SETTINGS_MODULE", "HOME", "PATH", "LANG", "TZ", "TMPDIR", "PYTHONPATH", "TESSDATA_PREFIX"}
INTERNAL = {"BAOBAB_WEB_PARENT"}


def settings_documented(project: Project) -> Iterator[Finding]:
    """Each environment variable that the product reads stands, in backticks, in the operator guide."""
    guide = project.text(OPERATOR_GUIDE)
    told = set(re.findall(r"`([A-Z][A-Z0-9_]+)(?:=[^`]*)?`", guide))
    for module, line, name in _variables(project):
        if name not in told | FOREIGN | INTERNAL:
            yield module.finding(
                line, f"The environment variable {name} is not explained in {OPERATOR_GUIDE}."
            )


def _variables(project: Project) -> Iterator[tuple[Source, int, str]]:
    """Every `env.str("NAME")`, `os.environ["NAME"]`, `os.environ.get("NAME")` and `os.getenv("NAME")`."""
    for module in project.modules(str(PACKAGE)):
        for node in ast.walk(module.tree):
            if (
                isinstance(node, ast.Subscript)
                and _is_environment(node.value)
                and isinstance(node.ctx, ast.Load)
            ):
                argument: ast.expr | None = node.slice
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                reads = (
                    getattr(node.func.value, "id", "") == "env"
                    or (_is_environment(node.func.value) and node.func.attr == "get")
                    or (getattr(node.func.value, "id", "") == "os" and node.func.attr == "getenv")
                )
                argument = node.args[0] if reads else None
            else:
                continue
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield module, node.lineno, argument.value


def _is_environment(node: ast.expr) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr == "environ") or getattr(
        node, "id", ""
    ) == "environ"


def commands_documented(project: Project) -> Iterator[Finding]:
    """Each command of ours is named as `baobab COMMAND` in the README or a guide."""
    told = "\n".join(
        source.text
        for source in project.sources.values()
        if source.path.suffix == ".md" and source.path.parts[0] in ("README.md", "docs")
    )
    for module in project.modules(str(PACKAGE)):
        if module.path.parts[-3:-1] == ("management", "commands") and not module.path.name.startswith("_"):
            name = module.path.stem
            if not re.search(rf"\bbaobab {re.escape(name)}\b", told):
                yield module.finding(1, f"The command `baobab {name}` is explained in no guide.")
