"""Public identifiers: ten characters that can be read out on the telephone and never change."""

from __future__ import annotations

import re
import secrets

# Crockford's base 32: no i, l, o, u, so that nobody confuses letters with figures.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 10
PATTERN = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")

_READ_AS = str.maketrans({"i": "1", "l": "1", "o": "0"})


def new_public_id() -> str:
    """Ten random characters (50 bits), always with a letter, so that it is never taken for a number."""
    while True:
        identifier = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if not identifier.isdigit():
            return identifier


def read_public_id(text: str) -> str | None:
    """The identifier that somebody typed, forgiving capitals, spaces, hyphens and i, l, o.

    None if it is none.
    """
    folded = text.strip().lower().replace("-", "").replace(" ", "").translate(_READ_AS)
    return folded if PATTERN.fullmatch(folded) else None


class PublicIdConverter:
    """The path converter `<public_id:...>`: matches exactly what `new_public_id` makes."""

    regex = PATTERN.pattern

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
