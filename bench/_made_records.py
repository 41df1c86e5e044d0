"""Made records and questions on them, the same at every run, for benchmarks of search.

Words are drawn with the frequencies that they have in the Cranfield abstracts and in speeches of the
United Nations (or, where those are not at hand, made up with Zipf's frequencies); one record in fifty is a
document of several pages. Two of five may be read by everybody only through a group, one of 500.
"""

from __future__ import annotations

import gzip
import json
import os
import random
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

DATA = Path(os.environ.get("BAOBAB_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
GROUPS = 500
BODY_WORDS = 120
TITLE_WORDS = 8
ONE_LONG_IN = 50
MOST_PAGES = 30
# Words are drawn from a table so large that frequent ones stand in it as often as they occur.
_DRAWN = 400_000
# A question's words have at least so many letters: shorter ones are mostly stop words.
SHORTEST = 4
# The most frequent words of all are no words of a question: some engines drop them, others do not.
_EMPTY_WORDS = 150
_SYLLABLES = ["ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "zu", "pe", "da", "fi", "go", "hu"]
FACETS = ("kind", "topic", "place", "language", "year", "unit")


@dataclass(frozen=True, slots=True)
class Record:
    """One made record; most have one page."""

    number: int
    title: str
    pages: tuple[str, ...]
    label: str
    facets: dict[str, list[str]]

    @property
    def body(self) -> str:
        return "\n".join(self.pages)


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its words, whether they stand side by side or are a beginning, and what it is asked with.

    `labels`: how many the reader holds. `kind`: the value that it is filtered by, if any.
    """

    sort: str
    words: tuple[str, ...]
    is_phrase: bool = False
    is_prefix: bool = False
    has_facets: bool = False
    labels: int = 31
    kind: str = ""


def vocabulary() -> tuple[list[str], list[int]]:
    """Words and how often each occurs, the most frequent first."""
    counts: Counter[str] = Counter()
    abstracts = DATA / "relevance-cranfield" / "docs.jsonl"
    speeches = DATA / "corpora" / "ungdc_2015-2024.ndjson.gz"
    if abstracts.exists() and speeches.exists():
        for line in abstracts.open(encoding="utf-8"):
            counts.update(word for word in json.loads(line)["text"].lower().split() if word.isalpha())
        with gzip.open(speeches, "rt", encoding="utf-8") as file:
            for line in file:
                counts.update(word for word in json.loads(line)["text"].lower().split() if word.isalpha())
        words, times = zip(*counts.most_common(), strict=True)
        return list(words), list(times)
    chance = random.Random(1)
    made = list(
        dict.fromkeys("".join(chance.choices(_SYLLABLES, k=chance.randint(2, 5))) for _ in range(40_000))
    )
    return made, [int(1_000_000 / rank) for rank in range(1, len(made) + 1)]


def records(count: int) -> Iterator[Record]:
    """`count` records, numbered from 1."""
    chance = random.Random(2)
    words, times = vocabulary()
    drawn = chance.choices(words, cum_weights=list(accumulate(times)), k=_DRAWN)
    pick = chance.random

    def text(length: int) -> str:
        return " ".join([drawn[int(pick() * _DRAWN)] for _ in range(length)])

    for number in range(1, count + 1):
        pages = chance.randint(2, MOST_PAGES) if number % ONE_LONG_IN == 0 else 1
        topic = chance.randrange(400)
        yield Record(
            number,
            text(TITLE_WORDS),
            tuple(text(BODY_WORDS) for _ in range(pages)),
            "public" if pick() < 0.6 else f"group:{chance.randrange(GROUPS)}",
            {
                "kind": [f"kind{chance.randrange(6)}"],
                "topic": [f"t{topic}", f"t{400 + topic // 20}"],
                "place": [f"p{n}" for n in chance.sample(range(200), 2)],
                "language": [chance.choice(["en", "fr", "es", "ar"])],
                "year": [str(chance.randint(1990, 2025))],
                "unit": [f"u{chance.randrange(40)}"],
            },
        )


def labels(count: int) -> list[str]:
    """The labels of a reader: the public one and `count` - 1 groups."""
    return ["public", *(f"group:{n}" for n in random.Random(4).sample(range(GROUPS), count - 1))]


def questions(sample: Sequence[Record], each: int) -> list[Question]:
    """`each` questions of every sort, their words taken from records: frequent and rare ones as they come."""
    chance = random.Random(3)
    empty = set(vocabulary()[0][:_EMPTY_WORDS])

    def some_words(record: Record, count: int) -> tuple[str, ...]:
        long = sorted({word for word in record.pages[0].split() if len(word) >= SHORTEST} - empty)
        return tuple(chance.sample(long, min(count, len(long))))

    def some() -> list[Record]:
        return chance.sample(sample, each)

    made: list[Question] = []
    for count in (1, 2, 3, 4):
        name = f"{count} word{'s' if count > 1 else ''}"
        for record in some():
            words = some_words(record, count)
            made.append(Question(name, words))
            made.append(Question(f"{name}, facets", words, has_facets=True))
            if count in (2, 4):
                kind = record.facets["kind"][0]
                made.append(Question(f"{name}, facets, filter", words, has_facets=True, kind=kind))
    for holds in (1, 301):
        made += [
            Question(f"2 words, {holds} labels", some_words(record, 2), labels=holds) for record in some()
        ]
    for record in some():
        words = _side_by_side(record, empty)
        made.append(Question("phrase", words, is_phrase=True))
        made.append(Question("phrase, facets", words, is_phrase=True, has_facets=True))
    for record in some():
        start = some_words(record, 1)[0][:5]
        made.append(Question("prefix", (start,), is_prefix=True))
        made.append(Question("prefix, facets", (start,), is_prefix=True, has_facets=True))
    return made


def _side_by_side(record: Record, empty: Set[str]) -> tuple[str, str]:
    words = record.pages[0].split()
    pairs = [
        pair
        for pair in pairwise(words)
        if min(map(len, pair)) >= SHORTEST and pair[0] != pair[1] and empty.isdisjoint(pair)
    ]
    return pairs[0] if pairs else (words[0], words[1])
