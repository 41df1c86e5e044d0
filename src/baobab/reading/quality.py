"""Whether a text is language at all, or the debris of fonts that do not say which letters they draw."""

from __future__ import annotations

import re
from collections.abc import Sequence

from baobab.reading.language import detect_language

# Both signs are needed: a low score alone also fits lists of names, control characters alone fit odd tables.
JUDGED_FROM = 1_000
LOW_SCORE = 0.25
CONTROL_SHARE = 0.01
# So many control characters need no second sign.
CONTROL_SURE = 0.05
PRIVATE_SHARE = 0.3
SAMPLE = 2_000
ORDINARY = frozenset("\t\n\r\f")
UNWANTED = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")


def is_garbled(texts: Sequence[str]) -> bool:
    """Whether the letters of a document are scrambled, judged on a sample from its middle."""
    text = "\n".join(texts)
    if len(text) - text.count(" ") - text.count("\n") < JUDGED_FROM:
        return False
    start = max(len(text) // 2 - SAMPLE // 2, 0)
    sample = text[start : start + SAMPLE]
    solid = max(sum(not character.isspace() for character in sample), 1)
    control = sum(ord(character) < 32 and character not in ORDINARY for character in sample)
    private = sum("\ue000" <= character <= "\uf8ff" or character == "\ufffd" for character in sample)
    if private > PRIVATE_SHARE * solid:
        return True
    if control > CONTROL_SURE * solid:
        return True
    return control > CONTROL_SHARE * solid and detect_language(sample)[1] < LOW_SCORE


def without_controls(text: str) -> str:
    """The text without NUL and other control characters, which no database, index or page wants."""
    return UNWANTED.sub("", text)
