"""CommonMark to HTML that is safe to show: markdown-it-py, cleaned by nh3."""

from __future__ import annotations

from functools import cache

import nh3
from markdown_it import MarkdownIt

# Stored beside each rendered text: when it grows, texts are rendered again.
RENDERER_VERSION = 1

_TAGS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "code",
        "del",
        "dd",
        "dl",
        "dt",
        "em",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "li",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "span",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_ATTRIBUTES = {
    "*": {"lang", "dir"},
    "a": {"href", "title"},
    "abbr": {"title"},
    "ol": {"start"},
    "td": {"align"},
    "th": {"align", "scope"},
}
_SCHEMES = {"http", "https", "mailto", "tel"}
# Deeper nesting than this is an attack on the cleaner, not a text.
_MAX_NESTING = 40


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": _MAX_NESTING}).enable(
        ["table", "strikethrough"]
    )
    parser.add_render_rule("heading_open", _heading_open)
    parser.add_render_rule("heading_close", _heading_close)
    return parser


def _heading_level(tag: str) -> int:
    # The page's title is the only first-level heading of a page.
    return min(6, int(tag[1]) + 1)


def _heading_open(self, tokens, index, options, env):  # type: ignore[no-untyped-def]
    return f"<h{_heading_level(tokens[index].tag)}>"


def _heading_close(self, tokens, index, options, env):  # type: ignore[no-untyped-def]
    return f"</h{_heading_level(tokens[index].tag)}>\n"


def render(source: str) -> str:
    """Safe HTML of a CommonMark text (tables and strike-through added); raw HTML in it is shown as text.

    Headings begin at the second level. Images are not shown: pictures are files of the asset.
    """
    return nh3.clean(
        _parser().render(source),
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener nofollow ugc",
    )


def plain(source: str) -> str:
    """The words of a CommonMark text without its marks, for search and snippets."""
    lines: list[str] = []
    for token in _parser().parse(source):
        if token.type == "inline" and token.children:
            lines.append(
                "".join(" " if c.type in ("softbreak", "hardbreak") else c.content for c in token.children)
            )
        elif token.type in ("fence", "code_block"):
            lines.append(token.content)
    return "\n".join(line for line in lines if line.strip())
