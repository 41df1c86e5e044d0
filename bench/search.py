"""Search on 100,000 records beside SQLite FTS5 and PostgreSQL full text, in the same run.

Run: `python -m bench.search [--records N] [--questions N]`. PostgreSQL is started privately when its
programs are installed, and left out with a word when they are not. The records are made: words drawn
with their frequencies in the Cranfield abstracts (or, where that collection is not at hand, made up
with Zipf's frequencies), one to five values in five facets, three of five readable by everybody and
the rest by one of 500 groups. Every engine holds the same records and is asked the same questions in
turn, in one process on one connection, files in the system's cache: the first ten, by relevance, as somebody
with the public label and 30 groups. Up to three words all must occur; of four, Baobab asks for all
that have two and ranks by any, the others for any. Baobab runs its whole ranking (words, titles, exact
words, neighbours) and always counts; the others rank by bm25() and ts_rank and count only for facets.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from tests.postgres import Cluster, binaries  # noqa: E402

from baobab.search._tantivy import TantivyEngine  # noqa: E402
from baobab.search._understand import understand  # noqa: E402
from baobab.search.engine import FACETS, EngineQuery, Entry, Passage, PassageAt  # noqa: E402
from baobab.search.parse import parse  # noqa: E402

DATA = Path(os.environ.get("BAOBAB_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
GROUPS = 500
GROUPS_OF_READER = 30
BODY_WORDS = 120
TITLE_WORDS = 8
_SYLLABLES = ["ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "zu", "pe", "da", "fi", "go", "hu"]


@dataclass(frozen=True)
class Record:
    """One made record."""

    number: int
    title: str
    body: str
    label: str
    facets: dict[str, list[str]]


@dataclass(frozen=True)
class Question:
    """One question: words, whether they are a phrase, whether facets are wanted."""

    sort: str
    words: tuple[str, ...]
    is_phrase: bool = False
    has_facets: bool = False


def vocabulary() -> tuple[list[str], list[int]]:
    """Words and how often each occurs, the most frequent first."""
    place = DATA / "relevance-cranfield" / "docs.jsonl"
    if place.exists():
        counts: Counter[str] = Counter()
        for line in place.open(encoding="utf-8"):
            counts.update(word for word in json.loads(line)["text"].lower().split() if word.isalpha())
        words, times = zip(*counts.most_common(), strict=True)
        return list(words), list(times)
    chance = random.Random(1)
    made = list(
        dict.fromkeys("".join(chance.choices(_SYLLABLES, k=chance.randint(2, 5))) for _ in range(12_000))
    )
    return made, [int(1_000_000 / rank) for rank in range(1, len(made) + 1)]


def records(count: int) -> Iterator[Record]:
    """`count` records, the same at every run."""
    chance = random.Random(2)
    words, times = vocabulary()
    cumulative = list(accumulate(times))
    for number in range(count):
        text = chance.choices(words, cum_weights=cumulative, k=BODY_WORDS + TITLE_WORDS)
        topic = chance.randrange(400)
        yield Record(
            number,
            " ".join(text[:TITLE_WORDS]),
            " ".join(text[TITLE_WORDS:]),
            "public" if chance.random() < 0.6 else f"group:{chance.randrange(GROUPS)}",
            {
                "kind": [f"kind{chance.randrange(6)}"],
                "topic": [f"t{topic}", f"t{400 + topic // 20}"],
                "place": [f"p{n}" for n in chance.sample(range(200), 2)],
                "language": [chance.choice(["en", "fr", "es", "ar"])],
                "year": [str(chance.randint(1990, 2025))],
            },
        )


def questions(sample: Sequence[Record], each: int) -> list[Question]:
    """Questions of every sort, their words taken from records: frequent and rare ones as they come."""
    chance = random.Random(3)

    def words(record: Record, count: int) -> tuple[str, ...]:
        long = [word for word in dict.fromkeys(record.body.split()) if len(word) > 3]
        return tuple(chance.sample(long, min(count, len(long))))

    made: list[Question] = []
    for count in (1, 2, 3, 4):
        for has_facets in (False, True):
            sort = f"{count} word{'s' if count > 1 else ''}{' + facets' if has_facets else ''}"
            for record in chance.sample(sample, each):
                made.append(Question(sort, words(record, count), has_facets=has_facets))
    for record in chance.sample(sample, each):
        body = record.body.split()
        at = next((i for i in range(len(body) - 1) if min(len(body[i]), len(body[i + 1])) > 3), 0)
        made.append(Question("phrase", tuple(body[at : at + 2]), is_phrase=True))
    return made


class Baobab:
    """The product's engine in a folder."""

    name = "Baobab"

    def __init__(self, folder: Path, labels: Sequence[str]) -> None:
        self._engine = TantivyEngine(folder)
        self._folder = folder
        self._labels = frozenset(labels)

    def load(self, all_records: Iterator[Record]) -> None:
        with self._engine.writing() as writing:
            for record in all_records:
                passages = [Passage(PassageAt("en"), record.title, record.body)]
                writing.put(Entry(record.number, frozenset({record.label}), record.facets, passages))
            writing.commit()

    def ask(self, question: Question) -> int:
        typed = " ".join(question.words)
        asked = understand(parse(f'"{typed}"' if question.is_phrase else typed))
        answer = self._engine.search(
            EngineQuery(
                labels=self._labels,
                words=asked.words,
                minimum=asked.minimum,
                required=asked.required,
                neighbours=asked.neighbours,
                limit=10,
                facet_values=100 if question.has_facets else 0,
            )
        )
        return len(answer.hits)

    def size(self) -> int:
        return sum(file.stat().st_size for file in self._folder.rglob("*") if file.is_file())


class Fts5:
    """SQLite FTS5 with the porter stemmer; labels and facets in tables of their own."""

    name = "SQLite FTS5"

    def __init__(self, folder: Path, labels: Sequence[str]) -> None:
        self._place = folder / "fts.sqlite3"
        self._base = sqlite3.connect(self._place)
        self._base.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            "PRAGMA cache_size=-262144; PRAGMA mmap_size=1073741824;"
            "CREATE VIRTUAL TABLE text USING fts5(title, body, content='', tokenize='porter unicode61');"
            "CREATE TABLE record (id INTEGER PRIMARY KEY, label TEXT);"
            "CREATE TABLE facet (record INTEGER, name TEXT, value TEXT,"
            " PRIMARY KEY (record, name, value)) WITHOUT ROWID;"
            "CREATE TEMP TABLE mine (label TEXT PRIMARY KEY) WITHOUT ROWID;"
        )
        self._base.executemany("INSERT INTO mine VALUES (?)", [(label,) for label in labels])

    def load(self, all_records: Iterator[Record]) -> None:
        with self._base:
            for record in all_records:
                row = (record.number, record.title, record.body)
                self._base.execute("INSERT INTO text (rowid, title, body) VALUES (?, ?, ?)", row)
                self._base.execute("INSERT INTO record VALUES (?, ?)", (record.number, record.label))
                self._base.executemany(
                    "INSERT INTO facet VALUES (?, ?, ?)",
                    [
                        (record.number, name, value)
                        for name, values in record.facets.items()
                        for value in values
                    ],
                )
        self._base.execute("ANALYZE")

    def ask(self, question: Question) -> int:
        typed = " ".join(f'"{word}"' for word in question.words)
        match = typed.replace('" "', " ") if question.is_phrase else typed
        if len(question.words) > 3:
            match = typed.replace(" ", " OR ")
        found = (
            "FROM text JOIN record ON record.id = text.rowid"
            " WHERE text MATCH ? AND label IN (SELECT label FROM mine)"
        )
        rows = self._base.execute(
            f"SELECT text.rowid {found} ORDER BY bm25(text) LIMIT 10", (match,)
        ).fetchall()
        if question.has_facets:
            self._base.execute(
                "SELECT name, value, count(*) FROM facet WHERE record IN (SELECT text.rowid "
                f"{found}) GROUP BY name, value",
                (match,),
            ).fetchall()
        return len(rows)

    def size(self) -> int:
        return sum(file.stat().st_size for file in self._place.parent.glob("fts.sqlite3*"))


class Postgres:
    """PostgreSQL full text: a GIN index over a stored tsvector, ts_rank, facets in an array column each."""

    name = "PostgreSQL"

    def __init__(self, url: str, labels: Sequence[str]) -> None:
        import psycopg

        socket, _, database = url.removeprefix("postgres://baobab@/").rpartition("/")
        self._base: Any = psycopg.connect(host=socket, user="baobab", dbname=database, autocommit=True)
        self._labels = list(labels)
        self._base.execute(
            "CREATE UNLOGGED TABLE record (id int PRIMARY KEY, label text, words tsvector, "
            + ", ".join(f"{name} text[]" for name in FACETS)
            + ")"
        )

    def load(self, all_records: Iterator[Record]) -> None:
        columns = "id, label, words, " + ", ".join(FACETS)
        with self._base.cursor() as cursor:
            cursor.execute(
                "CREATE TEMP TABLE raw (id int, label text, title text, body text, "
                + ", ".join(f"{n} text[]" for n in FACETS)
                + ")"
            )
            with cursor.copy("COPY raw FROM STDIN") as copy:
                for r in all_records:
                    copy.write_row((r.number, r.label, r.title, r.body, *(r.facets[name] for name in FACETS)))
            vector = "setweight(to_tsvector('english', title), 'A') || to_tsvector('english', body)"
            cursor.execute(
                f"INSERT INTO record ({columns}) SELECT id, label, {vector}, {', '.join(FACETS)} FROM raw"
            )
            cursor.execute("CREATE INDEX ON record USING gin (words)")
            cursor.execute("CREATE INDEX ON record (label)")
            cursor.execute("VACUUM ANALYZE record")

    def ask(self, question: Question) -> int:
        joiner = " <-> " if question.is_phrase else " & " if len(question.words) <= 3 else " | "
        wanted = joiner.join(question.words)
        found = "FROM record, to_tsquery('english', %s) q WHERE words @@ q AND label = ANY(%s)"
        with self._base.cursor() as cursor:
            cursor.execute(
                f"SELECT id {found} ORDER BY ts_rank(words, q) DESC LIMIT 10", (wanted, self._labels)
            )
            rows = cursor.fetchall()
            if question.has_facets:
                counted = " UNION ALL ".join(
                    f"SELECT '{n}', v, count(*) FROM found, unnest({n}) v GROUP BY v" for n in FACETS
                )
                cursor.execute(
                    f"WITH found AS MATERIALIZED (SELECT record.* {found}) {counted}", (wanted, self._labels)
                )
                cursor.fetchall()
        return len(rows)

    def size(self) -> int:
        return int(self._base.execute("SELECT pg_total_relation_size('record')").fetchone()[0])


def _percentile(times: Sequence[float], share: float) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Load every engine, ask all in turn, print two tables."""
    parser = argparse.ArgumentParser(description="Search beside SQLite FTS5 and PostgreSQL.")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=20, help="of each sort")
    options = parser.parse_args()
    chance = random.Random(4)
    labels = ["public", *(f"group:{n}" for n in chance.sample(range(GROUPS), GROUPS_OF_READER))]
    made: list[Record] = list(records(options.records))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="baobab-bench-")))
        (folder / "index").mkdir()
        before = _memory()
        engines: list[Baobab | Fts5 | Postgres] = [Baobab(folder / "index", labels), Fts5(folder, labels)]
        if binaries():
            engines.append(Postgres(stack.enter_context(Cluster()).new_database(), labels))
        else:
            print("PostgreSQL is not installed and left out.", file=sys.stderr)
        print(f"{options.records} records, {os.cpu_count()} cores")
        print(f"{'':14}{'records/s':>12}{'MB on disk':>12}")
        for engine in engines:
            begun = time.perf_counter()
            engine.load(iter(made))
            spent = time.perf_counter() - begun
            print(f"{engine.name:14}{len(made) / spent:12.0f}{engine.size() / 2**20:12.0f}", flush=True)
            if engine is engines[0]:
                print(f"{'':14}(memory of the process grew by {_memory() - before:.0f} MB while indexing)")
        asked = questions(made, options.questions)
        times: dict[tuple[str, str], list[float]] = {}
        for engine in engines:
            for question in asked[:: max(1, len(asked) // 20)]:
                engine.ask(question)
        for question in asked:
            for engine in engines:
                begun = time.perf_counter()
                engine.ask(question)
                times.setdefault((question.sort, engine.name), []).append(
                    (time.perf_counter() - begun) * 1000
                )
        _print_times(times, [engine.name for engine in engines])


def _print_times(times: dict[tuple[str, str], list[float]], names: Sequence[str]) -> None:
    heads = "".join(f"{name + ' p50 / p95':>24}" for name in names)
    print(f"\n{'milliseconds':18}{heads}   times as long at p95")
    for sort in dict.fromkeys(sort for sort, _ in times):
        cells, ratios = "", []
        own = _percentile(times[sort, names[0]], 0.95)
        for name in names:
            some = times[sort, name]
            worst = _percentile(some, 0.95)
            cells += f"{statistics.median(some):14.1f} / {worst:7.1f}"
            ratios.append(worst / own)
        print(f"{sort:18}{cells}   " + "  ".join(f"{ratio:.1f}" for ratio in ratios[1:]))


if __name__ == "__main__":
    main()
