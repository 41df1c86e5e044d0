"""What templates may do: depend downwards as imports do, hold no code, and work without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .project import Finding, Project, Source

TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
COMMENT = re.compile(r"\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}", re.DOTALL)
REFERENCE = re.compile(r"""\{%-?\s*(extends|include)\s+["']([^"'#]+)(?:#[^"']*)?["']""")
LOAD = re.compile(r"\{%\s*load\s+(?:[\w\s,]+?\bfrom\s+)?([\w\s.]+?)\s*%\}")
ELEMENT = re.compile(r"<[a-zA-Z!/](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")


def blanked(text: str, *, patterns: tuple[re.Pattern[str], ...] = (COMMENT, TAG)) -> str:
    """The template with spaces for its tags and comments: offsets and lines stay what they were."""
    for pattern in patterns:
        text = pattern.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)
    return text


def templates_depend_downwards(project: Project) -> Iterator[Finding]:
    """`extends`, `include` and `load` reach the same app or a lower one, as import contracts order them."""
    homes: dict[str, list[str]] = {}
    for template in project.templates():
        parts = template.path.parts
        homes.setdefault("/".join(parts[parts.index("templates") + 1 :]), []).append(template.app)
    libraries = {
        source.path.stem: source.app
        for source in project.modules("src/baobab")
        if "templatetags" in source.path.parent.parts
    }
    for template in project.templates():
        text = blanked(template.text, patterns=(COMMENT,))
        for match in REFERENCE.finditer(text):
            for home in homes.get(match.group(2), []):
                yield from _upwards(
                    project, template, match.start(), f"{match.group(1)} {match.group(2)}", home
                )
        for match in LOAD.finditer(text):
            for library in match.group(1).split():
                if library in libraries:
                    yield from _upwards(
                        project, template, match.start(), f"load {library}", libraries[library]
                    )


def _upwards(project: Project, template: Source, offset: int, what: str, home: str) -> Iterator[Finding]:
    heights = project.layers
    here, there = heights.get(template.app), heights.get(home)
    if here is not None and there is not None and there > here:
        yield template.finding(
            template.line_of(offset),
            f"`{what}` reaches up from {template.app} to {home}: let {home} bring it through a registry.",
        )


def no_inline_code(project: Project) -> Iterator[Finding]:
    """No `style=`, `<style>`, `on...=`, inline `<script>` or `javascript:`: the content policy forbids them.

    A `<script>` that only holds data (`type="application/json"` and its like) is none.
    """
    for template in project.templates():
        text = blanked(template.text)
        for match in ELEMENT.finditer(text):
            element = match.group()
            # Attribute values out of the way, so that words inside a title are not taken for attributes.
            bare = re.sub(r"\"[^\"]*\"|'[^']*'", '""', element)
            line = template.line_of(match.start())
            if re.search(r"\sstyle\s*=", bare, re.IGNORECASE) or re.match(r"<style\b", bare, re.IGNORECASE):
                yield template.finding(line, "Styles belong in the style sheet: use a class.")
            if re.search(r"\son\w+\s*=", bare, re.IGNORECASE):
                yield template.finding(line, "Scripts belong in a file: no on... attribute.")
            if re.search(r"""=\s*["']?\s*javascript:""", element, re.IGNORECASE):
                yield template.finding(
                    line, "An address that runs a script: use a button and a script in a file."
                )
            is_script = re.match(r"<script\b", element, re.IGNORECASE)
            if (
                is_script
                and "src=" not in element
                and not re.search(r"type=[\"']application/[\w+]*json", element)
            ):
                yield template.finding(line, "Scripts belong in a file: no inline <script>.")


def htmx_on_real_addresses(project: Project) -> Iterator[Finding]:
    """What htmx fetches can be had without it: its element has a `href`, or a link has the address.

    What only polls (`hx-trigger="every 2s"`) repeats what reloading the page shows, and needs none.
    """
    for template in project.templates():
        text = COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), template.text)
        masked = blanked(text)
        addresses = {
            text[m.start(2) : m.end(2)].strip()
            for m in re.finditer(r"""\s(?:href|action|formaction)=(["'])(.*?)\1""", masked)
        }
        for match in ELEMENT.finditer(masked):
            fetch = re.search(r"""\shx-(?:get|post|put|patch|delete)=(["'])(.*?)\1""", match.group())
            has_address = re.search(r"\s(?:href|action|formaction)=", match.group())
            polls = re.search(r"\shx-trigger=[\"']every\b", match.group())
            if fetch is None or has_address or polls:
                continue
            address = text[match.start() + fetch.start(2) : match.start() + fetch.end(2)].strip()
            if address not in addresses:
                yield template.finding(
                    template.line_of(match.start()),
                    "htmx fetches what no link or form leads to: add the href or action.",
                )
