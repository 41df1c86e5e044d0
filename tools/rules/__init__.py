"""The house rules that no ready-made tool knows: functions that take the project and yield findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .documents import commands_documented, settings_documented
from .hosts import nothing_from_elsewhere, registries_unnamed
from .kinds import kinds_compared_only_at_home
from .locks import dependencies_locked
from .modules import errors_caught_by_name, modules_readable, nothing_left_to_do
from .project import Finding, Project
from .safety import markup_marked_safe
from .templates import htmx_on_real_addresses, no_inline_code, templates_depend_downwards
from .writes import get_views_write_nothing, writes_in_actions

Rule = Callable[[Project], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    writes_in_actions,
    get_views_write_nothing,
    kinds_compared_only_at_home,
    templates_depend_downwards,
    no_inline_code,
    htmx_on_real_addresses,
    markup_marked_safe,
    modules_readable,
    errors_caught_by_name,
    nothing_left_to_do,
    registries_unnamed,
    nothing_from_elsewhere,
    dependencies_locked,
    settings_documented,
    commands_documented,
)


def findings(project: Project) -> list[Finding]:
    """Everything in the project that breaks a rule, in the order of the files."""
    return sorted(finding for rule in RULES for finding in rule(project))
