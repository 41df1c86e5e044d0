"""Markdown to Typst: the constructs that the sample documents use, with every character escaped."""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

# A backslash before punctuation makes it literal in Typst; plain quotes stay, so that Typst can curl them.
PUNCTUATION = re.compile(r"[!#$%&()*+,\-./:;<=>?@\[\\\]^_`{|}~]")


def parse_markdown(text: str) -> SyntaxTreeNode:
    """The syntax tree of CommonMark with tables; HTML is not read as HTML but kept as text."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    return SyntaxTreeNode(parser.parse(text))


def escape(text: str) -> str:
    """Typst markup that prints exactly this text, on one line."""
    return PUNCTUATION.sub(r"\\\g<0>", " ".join(text.split("\n")))


def to_typst(text: str) -> str:
    """Typst markup for a Markdown text. A construct that has no rendering here raises `ValueError`."""
    return _rendered(parse_markdown(text)).strip() + "\n"


def plain_text(node: SyntaxTreeNode) -> str:
    """The words of a node without any markup."""
    if node.type in {"text", "code_inline", "code_block", "fence"}:
        return node.content
    if node.type in {"softbreak", "hardbreak"}:
        return " "
    return "".join(plain_text(child) for child in node.children)


def _rendered(node: SyntaxTreeNode) -> str:
    renderer = RENDERERS.get(node.type)
    if renderer is None:
        raise ValueError(f"Sample documents cannot contain the Markdown construct “{node.type}”.")
    return renderer(node)


def _children(node: SyntaxTreeNode) -> str:
    return "".join(_rendered(child) for child in node.children)


def _called(function: str) -> Callable[[SyntaxTreeNode], str]:
    def render(node: SyntaxTreeNode) -> str:
        return f"#{function}[{_children(node)}];"

    return render


def _heading(node: SyntaxTreeNode) -> str:
    return f"\n#heading(level: {node.tag.removeprefix('h')})[{_children(node)}]\n\n"


def _paragraph(node: SyntaxTreeNode) -> str:
    return f"{_children(node)}\n\n"


def _list(function: str) -> Callable[[SyntaxTreeNode], str]:
    def render(node: SyntaxTreeNode) -> str:
        items = "".join(f"[{_children(item).strip()}]," for item in node.children)
        return f"#{function}({items})\n\n"

    return render


def _link(node: SyntaxTreeNode) -> str:
    address = str(node.attrs["href"]).replace("\\", "\\\\").replace('"', '\\"')
    return f'#link("{address}")[{_children(node)}];'


def _table(node: SyntaxTreeNode) -> str:
    head, *bodies = node.children
    header = [_children(cell) for cell in head.children[0].children]
    rows = [[_children(cell) for cell in row.children] for body in bodies for row in body.children]
    cells = "".join(f"[{cell}]," for row in rows for cell in row)
    titles = "".join(f"[#strong[{cell}]]," for cell in header)
    return f"#table(columns: {len(header)}, table.header({titles}), {cells})\n\n"


RENDERERS: dict[str, Callable[[SyntaxTreeNode], str]] = {
    "root": _children,
    "inline": _children,
    "heading": _heading,
    "paragraph": _paragraph,
    "text": lambda node: escape(node.content),
    "softbreak": lambda node: "\n",
    "hardbreak": lambda node: "#linebreak();",
    "strong": _called("strong"),
    "em": _called("emph"),
    "blockquote": _called("quote(block: true)"),
    "code_inline": lambda node: f"#raw({_string(node.content)});",
    "fence": lambda node: f"#raw({_string(node.content)}, block: true)\n\n",
    "code_block": lambda node: f"#raw({_string(node.content)}, block: true)\n\n",
    "bullet_list": _list("list"),
    "ordered_list": _list("enum"),
    "link": _link,
    "table": _table,
    "hr": lambda node: "#line(length: 100%, stroke: 0.5pt)\n\n",
}


def _string(text: str) -> str:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{quoted}"'
