"""Plain text as people and files give it: cleaned before it is stored, folded before it is compared."""

from __future__ import annotations

import re
import unicodedata

# Controls that never belong in stored text: C0 but tab and newline, DEL and C1, and the overrides and
# isolates that can make a file name or a title read as something else (Unicode TR 36 §2.10.1).
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
# Categories of characters that leave no mark on a page: formats, separators, unassigned.
_INVISIBLE = frozenset({"Cf", "Zs", "Zl", "Zp", "Cn"})
_SPACES = re.compile(r"\s+")
_BLANK_LINES = re.compile(r"\n{3,}")


def clean_line(text: str) -> str:
    """One line, composed (NFC), without controls and direction overrides, white space folded.

    Empty when nothing in it can be seen: a title of zero-width spaces is no title.
    """
    return _visible(_SPACES.sub(" ", _without_controls(text.replace("\n", " ").replace("\r", " "))).strip())


def clean_text(text: str) -> str:
    """Several lines, composed (NFC), without controls and direction overrides, newlines as \\n.

    Empty as `clean_line` is.
    """
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return _visible(_BLANK_LINES.sub("\n\n", _without_controls(unified)).strip())


def _visible(text: str) -> str:
    return "" if all(c.isspace() or unicodedata.category(c) in _INVISIBLE for c in text) else text


def storable(text: str) -> str:
    """As it was typed, but for what no database holds: NUL goes, lone surrogates become U+FFFD."""
    return _SURROGATES.sub("\ufffd", text.replace("\x00", ""))


def _without_controls(text: str) -> str:
    return unicodedata.normalize("NFC", _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text)))


def fold(text: str) -> str:
    """The form by which two labels are the same: no case, no accents, single spaces (never shown)."""
    if text.isascii():
        return _SPACES.sub(" ", text.lower()).strip()
    # Decomposed before and after: a trade mark sign decomposes into capitals (Unicode 3.13, D146).
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return _SPACES.sub(" ", "".join(c for c in decomposed if not unicodedata.combining(c))).strip()


def shorten(text: str, *, characters: int) -> str:
    """`text` cut at a word so that it has at most `characters`, an ellipsis included."""
    if len(text) <= characters:
        return text
    cut = text[: characters - 1]
    at_word = cut.rsplit(" ", 1)[0]
    return (at_word if len(at_word) > characters // 2 else cut).rstrip(" ,;:.") + "…"
