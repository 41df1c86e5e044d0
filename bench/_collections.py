"""Collections of documents, questions and judgements: read from a folder, and questions typed badly."""

from __future__ import annotations

import json
import random
import re
import string
from collections.abc import Iterator
from pathlib import Path

# A third of the words of a question are typed wrongly, one edit each; shorter words are left alone.
ONE_WORD_IN = 3
SHORTEST_MISTYPED = 4
_WORD = re.compile(r"[^\W\d_]+")


def lines_of(place: Path) -> Iterator[dict[str, str]]:
    """The objects of a JSON Lines file."""
    with place.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())


def questions_of(folder: Path) -> dict[str, str]:
    """The text of each question of `queries.jsonl`, by its id."""
    return {str(line["id"]): line["text"] for line in lines_of(folder / "queries.jsonl")}


def judgements_of(folder: Path) -> dict[str, dict[str, int]]:
    """Of `qrels.tsv`: question → document → grade.

    Reads lines of three columns (question, document, grade) and trec_eval's of four, with or without a
    heading.
    """
    judged: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        columns = line.split("\t") if "\t" in line else line.split()
        if len(columns) >= 3 and re.fullmatch(r"-?\d+", columns[-1].strip()):
            judged.setdefault(columns[0], {})[columns[-2]] = int(columns[-1])
    return judged


def mistyped(text: str, *, seed: str) -> str:
    """The question with one edit in a third of its words: a letter lost, added or changed, or two swapped.

    The same for the same seed. Words of fewer than four letters are never touched.
    """
    chance = random.Random(seed)
    words = list(_WORD.finditer(text))
    long = [word for word in words if len(word.group()) >= SHORTEST_MISTYPED]
    chosen = chance.sample(long, min(len(long), round(len(words) / ONE_WORD_IN)))
    for word in sorted(chosen, key=lambda found: -found.start()):
        text = text[: word.start()] + _edited(word.group(), chance) + text[word.end() :]
    return text


def _edited(word: str, chance: random.Random) -> str:
    letters = string.ascii_lowercase if word.isascii() else word
    while True:
        at = chance.randrange(len(word))
        edit = chance.randrange(4)
        if edit == 0:
            made = word[:at] + word[at + 1 :]
        elif edit == 1:
            made = word[:at] + chance.choice(letters) + word[at:]
        elif edit == 2:
            made = word[:at] + chance.choice(letters) + word[at + 1 :]
        else:
            made = word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
        if made != word:
            return made
