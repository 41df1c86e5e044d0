"""In which encoding a text file is written: stated by a mark, proven by UTF-8, else judged by what reads as
language."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import NamedTuple

from baobab.reading.language import detect_language

SAMPLE = 32 << 10
# In this order when two read equally well. ISO 8859-1 is left out: Windows-1252 holds all of it.
CANDIDATES = (
    "cp1252", "cp1256", "cp1251", "gb18030", "big5", "shift_jis", "euc_kr", "cp1250", "cp1253", "cp1254",
    "cp1255", "cp874", "cp1258", "koi8_r", "mac_roman", "cp850",
)  # fmt: skip
CLEARLY_BETTER = 0.25
# No language writes a Latin letter and one of another script side by side.
MIXED = re.compile("[A-Za-z][\u0300-\u1fff\u2c00-\ud7ff]|[\u0300-\u1fff\u2c00-\ud7ff][A-Za-z]")
# No language that uses Latin letters gives accents to so many of them: such a text is Cyrillic misread.
MOST_ACCENTED = 0.45
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Signs that texts of many languages use: they say nothing against the encoding that yields them.
PUNCTUATION = frozenset("«»‹›‘’‚“”„–—…•·€£§©®™°ºª¿¡½¼¾±×№،؛؟ـ\u00a0\u200c\u200e\u200f")
STATED = re.compile(rb"""(?:charset\s*=|encoding\s*=)\s*["']?\s*([A-Za-z0-9._:-]{2,40})""", re.I)


class Encoding(NamedTuple):
    """A codec's name, and whether it was only guessed."""

    name: str
    guessed: bool


def detect_encoding(path: Path) -> Encoding:
    """The encoding of a file of any size, in constant memory."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        head = file.read(SAMPLE)
        found = encoding_of(head, complete=False)
        if found.name != "utf-8":
            return found
        try:
            decoder.decode(head)
            while chunk := file.read(1 << 20):
                decoder.decode(chunk)
                head = chunk
        except UnicodeDecodeError:
            return _guess(head)
    return found


def encoding_of(sample: bytes, *, complete: bool = True, stated: bool = False) -> Encoding:
    """The encoding of `sample`, which may end in the middle of a character unless it is `complete`.

    With `stated`, what markup says of itself counts before guessing.
    """
    for mark, name in MARKS:
        if sample.startswith(mark):
            return Encoding(name, guessed=False)
    wide = _wide(sample[:SAMPLE])
    if wide:
        return Encoding(wide, guessed=True)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample, complete)
    except UnicodeDecodeError:
        named = STATED.search(sample[:2_048]) if stated else None
        if named and _known(named.group(1).decode("ascii")):
            return Encoding(named.group(1).decode("ascii").lower(), guessed=False)
        return _guess(sample)
    return Encoding("utf-8", guessed=False)


def decode(content: bytes, *, stated: bool = False) -> tuple[str, Encoding]:
    """The text of `content`; characters that its encoding does not know become U+FFFD."""
    encoding = encoding_of(content, stated=stated)
    return content.decode(encoding.name, "replace"), encoding


def _known(name: str) -> bool:
    try:
        return codecs.lookup(name)._is_text_encoding and codecs.lookup(name).name not in {
            "utf-8",
            "utf-7",
            "idna",
        }
    except (LookupError, ValueError):
        return False


def _wide(sample: bytes) -> str:
    """UTF-16 without a mark: in most scripts every other byte hardly ever changes."""
    if len(sample) < 4 or sample.count(0) < len(sample) // 5:
        return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 3 * even + 2:
        return "utf-16-le"
    return "utf-16-be" if even > 3 * odd + 2 else ""


def _guess(sample: bytes) -> Encoding:
    # The lines that are not plain ASCII decide.
    telling = (
        b"\n".join(line for line in sample[:SAMPLE].splitlines() if not line.isascii()) or sample[:SAMPLE]
    )
    best, best_score = "cp1252", -1.0
    for name in CANDIDATES:
        text = telling.decode(name, "replace")
        bad = text.count("\ufffd") + sum("\x80" <= character <= "\x9f" for character in text)
        bad += len(MIXED.findall(text))
        accented = sum("\u00c0" <= character <= "\u024f" for character in text)
        if accented > MOST_ACCENTED * sum(map(str.isalpha, text)):
            bad += accented
        odd = sum(
            ord(character) > 127 and not character.isalpha() and character not in PUNCTUATION
            for character in text
        )
        language, score = detect_language(text)
        if not language:
            score = 0.5 * sum(character.isalpha() for character in text) / max(len(text), 1)
        score -= (20 * bad + 2 * odd) / max(len(text), 1)
        if score > best_score + (CLEARLY_BETTER if best_score >= 0 else 0):
            best, best_score = name, score
    return Encoding(best, guessed=True)
