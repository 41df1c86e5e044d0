"""CommonMark becomes HTML that can harm nobody."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baobab.kernel.markdown import plain, render

SAFE_SCHEMES = ("http", "https", "mailto", "tel")
# As browsers read an address (WHATWG URL, 4.4): controls in front go, tabs and newlines everywhere.
UNREAD = re.compile(r"^[\x00-\x20]+|[\t\r\n]")
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
PROBES = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "<style>body{display:none}</style>",
    "<base href='//evil.example'>",
    "<form action=//evil.example><input name=p></form>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<!--><script>alert(1)</script-->",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](java&#x0A;script:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](file:///etc/passwd)",
    "[x](<javascript:alert(1)>)",
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    '![x](x"onerror="alert(1))',
    '[x](https://a.example "onmouseover=alert(1)")',
    '[x](https://a.example/"onmouseover="alert(1))',
    "<javascript:alert(1)>",
    "<https://a.example/'onclick='alert(1)>",
    "`<script>alert(1)</script>`",
    '```"><script>alert(1)</script>\n</pre><script>alert(1)</script>\n```',
    "# <script>alert(1)</script>",
    "|a|\n|-|\n|<script>alert(1)</script>|",
    "\u202e<script>",
    "\x00<scr\x00ipt>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<div style='background:url(javascript:alert(1))'>",
    "<details open ontoggle=alert(1)>",
    "<object data='data:text/html,<script>alert(1)</script>'>",
    "<a href='//evil.example' target=_blank>",
    "[a](http://a.example)[b](javascript:1)[c](//evil.example)",
]
TAGS = frozenset(
    [
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "em",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "s",
        "strong",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
ATTRIBUTES = {
    "a": {"href", "title", "rel"}, "ol": {"start"}, "td": {"align"}, "th": {"align"},
}  # fmt: skip


class _Judge(HTMLParser):
    """Says what in the HTML could do something."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.tags = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags += 1
        if tag not in TAGS:
            self.faults.append(tag)
        for name, value in attributes:
            if name not in ATTRIBUTES.get(tag, set()):
                self.faults.append(f"{tag} {name}")
            scheme = SCHEME.match(UNREAD.sub("", value or "")) if name == "href" else None
            if scheme and scheme[1].lower() not in SAFE_SCHEMES:
                self.faults.append(f"href {value}")

    def handle_comment(self, data: str) -> None:
        self.faults.append("comment")


def judged(source: str) -> _Judge:
    judge = _Judge()
    judge.feed(render(source))
    judge.close()
    return judge


@pytest.mark.parametrize("probe", PROBES)
def test_no_probe_comes_through(probe: str) -> None:
    for source in (probe, f"> {probe}", f"- {probe}", f"a **{probe}** b", f"[{probe}](https://a.example)"):
        assert judged(source).faults == []


@given(st.text(max_size=200))
def test_no_text_at_all_becomes_more_than_words(text: str) -> None:
    assert judged(text).faults == []


@given(
    st.lists(
        st.sampled_from([*PROBES, "*", "_", "`", "[", "](", ")", "<", ">", "&", "\n", "    ", "|"]),
        max_size=12,
    )
)
def test_no_mixture_of_probes_comes_through(pieces: list[str]) -> None:
    assert judged("".join(pieces)).faults == []


@pytest.mark.parametrize(
    "piece",
    [
        "> ",
        "- ",
        "[",
        "![",
        "*",
        "**a ",
        "_a ",
        "`",
        "<",
        "1. ",
        "((",
        "[a](",
        "&",
        "~~",
        "|",
        "\\",
        "#",
        "](",
    ],
)
def test_deep_nesting_ends_in_a_shallow_page(piece: str) -> None:
    html = render(piece * 5000)
    depth = deepest = 0
    for part in html.split("<")[1:]:
        if not part.startswith(("br", "hr")):
            depth += -1 if part.startswith("/") else 1
        deepest = max(deepest, depth)
    assert deepest <= 100
    assert len(html) < 2_000_000


def test_headings_begin_below_the_title_of_the_page() -> None:
    assert render("# One\n\n###### Six") == "<h2>One</h2>\n<h6>Six</h6>\n"


def test_what_writers_need_is_there() -> None:
    html = render("**b** *i* ~~s~~ `c`\n\n3. x\n\n|a|b|\n|-|-|\n|1|2|\n\n[l](https://a.example)\n\n> q")
    for tag in (
        "<strong>",
        "<em>",
        "<s>",
        "<code>",
        '<ol start="3">',
        "<table>",
        "<th>",
        "<td>",
        "<blockquote>",
    ):
        assert tag in html
    assert 'href="https://a.example"' in html
    assert 'rel="noopener nofollow ugc"' in html


def test_pictures_of_others_are_not_fetched() -> None:
    assert "evil" not in render("![pixel](https://evil.example/p.png)")


def test_plain_words_are_without_marks() -> None:
    assert plain("# Title\n\nSome **bold** [words](https://a.example)\nhere.\n\n```\ncode\n```") == (
        "Title\nSome bold words here.\ncode\n"
    )
