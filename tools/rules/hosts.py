"""Nothing names where packages come from, and no page fetches anything from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .project import Finding, Project
from .templates import blanked

# Options and keys that point a package tool at an address; an installation decides that for itself.
OPTIONS = re.compile(
    r"--(?:extra-)?index-url\b|--default-index\b|--find-links\b|--trusted-host\b"
    r"|^[ \t]*(?:extra-)?index-url\s*=|^[ \t]*registry\s*=\s*[\"']?https?:"
    r"|^[ \t]*\[\[?tool\.uv\.(?:index|sources)|^[ \t]*\[\[?index\]",
    re.MULTILINE,
)
# Addresses whose host says that it hands out packages, whichever it is.
HOSTS = re.compile(r"://(?:[\w-]+\.)*(?:pypi|registry|mirrors?|cdn|packages|index)\.[\w.-]+", re.IGNORECASE)
FETCHED = re.compile(
    r"<(?:script|img|iframe|source|video|audio|embed|object|use|image|track)\b[^>]*?\s(?:src|srcset|data|href|poster)=[\"']\s*(?:https?:)?//"
    r"|<link\b[^>]*?\brel=[\"'](?:stylesheet|icon|preload|modulepreload|preconnect|manifest)[^>]*?\shref=[\"']\s*(?:https?:)?//",
    re.IGNORECASE,
)
IN_STYLES = re.compile(r"(?:url\(|@import)\s*[\"']?\s*(?:https?:)?//", re.IGNORECASE)
# The rule and its examples spell out what they look for.
OWN = ("tools/rules", "tests/tools")


def registries_unnamed(project: Project) -> Iterator[Finding]:
    """No file names a package registry or a mirror, and the locks hold names, versions and hashes only."""
    for source in project.sources.values():
        if any(source.path.is_relative_to(folder) for folder in OWN):
            continue
        patterns = (re.compile("://"),) if source.path.suffix == ".lock" else (OPTIONS, HOSTS)
        for pattern in patterns:
            for match in pattern.finditer(source.text):
                yield source.finding(
                    source.line_of(match.start()),
                    "Names where packages come from: that is for the machine that installs to say.",
                )


def nothing_from_elsewhere(project: Project) -> Iterator[Finding]:
    """Pages load scripts, styles, fonts and pictures from their own site only; links may lead anywhere."""
    for template in project.templates():
        for match in FETCHED.finditer(blanked(template.text)):
            yield template.finding(
                template.line_of(match.start()),
                "Loads something from another site: ship it with the product.",
            )
    for source in project.sources.values():
        if source.path.suffix == ".css":
            for match in IN_STYLES.finditer(source.text):
                yield source.finding(
                    source.line_of(match.start()),
                    "Loads something from another site: ship it with the product.",
                )
