"""Places that may do what a rule forbids, each with its reason; one no longer needed is a finding itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from pathlib import PurePosixPath

from .project import PACKAGE, Finding, Project

# Parts of an action that stand in a module of their own. All are called inside an action's transaction.
WRITES: Mapping[str, str] = {
    "assets/card/access.py": "the sets of labels are made where readers are decided",
    "assets/lifecycle/purging.py": "the action `purge`, apart from the others for its length",
    "library/detail.py": "`write_details`, which the actions of assets call through the registry",
}

# What is turned into markup without escaping, because it was made safe before.
SAFE_MARKUP: Mapping[str, str] = {
    "accounts/templates/mfa/totp/activate_form.html": "a picture of dots, drawn here from a secret made here",
    "web/presenting.py": "bodies are cleaned by kernel.markdown before they are stored",
    "web/templates/web/edit.html": "the preview was just cleaned by kernel.markdown",
    "design/templatetags/maps.py": "the picture of a map, every word of which is escaped as it is drawn",
    "search/highlight.py": "words between <mark> and </mark>, each part escaped when they are put together",
}

# Borders behind which any error must be survived and reported.
ANY_ERROR: Mapping[str, str] = {
    "jobs/worker.py": "whatever a job raises must not end the worker",
    "search/meaning/_onnx.py": "for a file it cannot read, the library of tokenizers raises `Exception`",
}


def is_excepted(path: PurePosixPath, exceptions: Mapping[str, str]) -> bool:
    """Whether the list names this file of the package."""
    return path.is_relative_to(PACKAGE) and str(path.relative_to(PACKAGE)) in exceptions


def outdated(project: Project, exceptions: Mapping[str, str], used: Set[str]) -> Iterator[Finding]:
    """Exceptions for files that do nothing forbidden (any more): the list must not outlive its reasons."""
    for name in exceptions:
        path = str(PACKAGE / name)
        if path in project.sources and path not in used:
            yield Finding(
                path, 1, "No longer needs its exception in tools/rules/exceptions.py: remove it there."
            )
