"""The product's engine and two others behind one shape: load made records, answer made questions.

Every engine holds the same records and gives the first ten, by relevance, as the same reader. Up to
three words all must occur; of four, Baobab asks for two and ranks by any, the others for any. Baobab runs
its whole ranking (words, titles, exact words, neighbours, best passage of long records) and always counts;
the others rank by bm25() and ts_rank and count only where facets are asked.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from baobab.search._tantivy import TantivyEngine
from baobab.search._understand import understand
from baobab.search.engine import Engine, EngineQuery, Entry, Passage, PassageAt, Sight
from baobab.search.parse import parse
from bench._made_records import FACETS, Question, Record, labels

HITS = 10
FACET_VALUES = 100
# Up to so many words all must occur.
ALL_OF = 3


class Contender(Protocol):
    """An engine under test."""

    name: str

    def load(self, records: Iterable[Record]) -> None:
        """Take in all records, ready to be asked when this returns."""

    def ask(self, question: Question) -> int:
        """Answer; how many hits there are on the first page."""

    def size(self) -> int:
        """Bytes on disk."""

    def processor_seconds(self) -> float:
        """Seconds that the engine's process and this one were on the processor so far."""


def entry(record: Record) -> Entry:
    """A record as the product's index takes it in."""
    return Entry(
        record.number,
        frozenset({record.label}),
        record.facets,
        [Passage(PassageAt("en", None, at), record.title, page) for at, page in enumerate(record.pages)],
        moment=record.number,
    )


class Baobab:
    """The product's engine in a folder."""

    name = "Baobab"

    def __init__(self, folder: Path) -> None:
        self.engine: Engine = TantivyEngine(folder)
        self._folder = folder

    def load(self, records: Iterable[Record]) -> None:
        with self.engine.writing() as writing:
            for record in records:
                writing.put(entry(record))
            writing.commit()

    def ask(self, question: Question) -> int:
        typed = " ".join(question.words) + ("*" if question.is_prefix else "")
        asked = understand(parse(f'"{typed}"' if question.is_phrase else typed))
        answer = self.engine.search(
            EngineQuery(
                Sight(frozenset(labels(question.labels))),
                words=asked.words,
                minimum=asked.minimum,
                required=asked.required,
                neighbours=asked.neighbours,
                filters={"kind": frozenset({question.kind})} if question.kind else {},
                limit=HITS,
                facet_values=FACET_VALUES if question.has_facets else 0,
                language="en",
            )
        )
        return len(answer.hits)

    def size(self) -> int:
        return sum(file.stat().st_size for file in self._folder.rglob("*") if file.is_file())

    def processor_seconds(self) -> float:
        return time.process_time()


class Fts5:
    """SQLite FTS5 with the porter stemmer; labels and facets in tables of their own."""

    name = "SQLite FTS5"

    def __init__(self, folder: Path, *, patience: float) -> None:
        self._place = folder / "fts.sqlite3"
        self._base = sqlite3.connect(self._place)
        self._base.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            "PRAGMA cache_size=-262144; PRAGMA mmap_size=4294967296;"
            "CREATE VIRTUAL TABLE text USING fts5(title, body, content='', tokenize='porter unicode61');"
            "CREATE TABLE record (id INTEGER PRIMARY KEY, label TEXT);"
            "CREATE TABLE facet (record INTEGER, name TEXT, value TEXT,"
            " PRIMARY KEY (record, name, value)) WITHOUT ROWID;"
            "CREATE TEMP TABLE mine (label TEXT PRIMARY KEY) WITHOUT ROWID;"
        )
        self._labels = 0
        self._deadline = 0.0
        self._patience = patience
        self._base.set_progress_handler(self._is_late, 100_000)

    def _is_late(self) -> bool:
        return bool(self._deadline) and time.monotonic() > self._deadline

    def load(self, records: Iterable[Record]) -> None:
        with self._base:
            for record in records:
                row = (record.number, record.title, record.body)
                self._base.execute("INSERT INTO text (rowid, title, body) VALUES (?, ?, ?)", row)
                self._base.execute("INSERT INTO record VALUES (?, ?)", (record.number, record.label))
                self._base.executemany(
                    "INSERT INTO facet VALUES (?, ?, ?)",
                    [(record.number, name, value) for name in FACETS for value in record.facets[name]],
                )
        self._base.execute("ANALYZE")
        self._base.commit()

    def ask(self, question: Question) -> int:
        if self._labels != question.labels:
            self._base.execute("DELETE FROM mine")
            self._base.executemany(
                "INSERT INTO mine VALUES (?)", [(label,) for label in labels(question.labels)]
            )
            self._labels = question.labels
        found = (
            "FROM text JOIN record ON record.id = text.rowid"
            " WHERE text MATCH ? AND label IN (SELECT label FROM mine)"
        )
        if question.kind:
            chosen = f"record = text.rowid AND name = 'kind' AND value = '{question.kind}'"
            found += f" AND EXISTS (SELECT 1 FROM facet WHERE {chosen})"
        match = (_match_of(question),)
        self._deadline = time.monotonic() + self._patience
        try:
            rows = self._base.execute(
                f"SELECT text.rowid {found} ORDER BY bm25(text) LIMIT {HITS}", match
            ).fetchall()
            if question.has_facets:
                self._base.execute(
                    "SELECT name, value, count(*) FROM facet WHERE record IN (SELECT text.rowid "
                    f"{found}) GROUP BY name, value",
                    match,
                ).fetchall()
        except sqlite3.OperationalError as error:
            if "interrupted" not in str(error):
                raise
            return 0
        finally:
            self._deadline = 0.0
        return len(rows)

    def size(self) -> int:
        return sum(file.stat().st_size for file in self._place.parent.glob("fts.sqlite3*"))

    def processor_seconds(self) -> float:
        return time.process_time()


def _match_of(question: Question) -> str:
    if question.is_phrase:
        return '"' + " ".join(question.words) + '"'
    if question.is_prefix:
        return f'"{question.words[0]}" *'
    joiner = " " if len(question.words) <= ALL_OF else " OR "
    return joiner.join(f'"{word}"' for word in question.words)


class Postgres:
    """PostgreSQL full text: a GIN index over a stored tsvector, ts_rank, an array column for each facet."""

    name = "PostgreSQL"

    def __init__(self, url: str, *, patience: float) -> None:
        import psycopg

        self._late: type[Exception] = psycopg.errors.QueryCanceled
        socket, _, database = url.removeprefix("postgres://baobab@/").rpartition("/")
        self._base: Any = psycopg.connect(host=socket, user="baobab", dbname=database, autocommit=True)
        self._patience = patience
        self._backend = self._base.execute("SELECT pg_backend_pid()").fetchall()[0][0]
        columns = ", ".join(f"{name} text[]" for name in FACETS)
        self._base.execute(
            f"CREATE UNLOGGED TABLE record (id int PRIMARY KEY, label text, words tsvector, {columns})"
        )

    def load(self, records: Iterable[Record]) -> None:
        names = ", ".join(FACETS)
        vector = "setweight(to_tsvector('english', title), 'A') || to_tsvector('english', body)"
        with self._base.cursor() as cursor:
            columns = ", ".join(f"{name} text[]" for name in FACETS)
            cursor.execute(
                f"CREATE UNLOGGED TABLE raw (id int, label text, title text, body text, {columns})"
            )
            with cursor.copy("COPY raw FROM STDIN") as copy:
                for r in records:
                    copy.write_row((r.number, r.label, r.title, r.body, *(r.facets[name] for name in FACETS)))
            cursor.execute(
                f"INSERT INTO record (id, label, words, {names}) SELECT id, label, {vector}, {names} FROM raw"
            )
            cursor.execute("DROP TABLE raw")
            cursor.execute("CREATE INDEX ON record USING gin (words)")
            cursor.execute("CREATE INDEX ON record (label)")
            cursor.execute("VACUUM ANALYZE record")
            cursor.execute("SET max_parallel_workers_per_gather = 0")
            cursor.execute(f"SET statement_timeout = {int(self._patience * 1000)}")

    def ask(self, question: Question) -> int:
        joiner = " <-> " if question.is_phrase else " & " if len(question.words) <= ALL_OF else " | "
        given: list[Any] = [
            joiner.join(question.words) + (":*" if question.is_prefix else ""),
            labels(question.labels),
        ]
        found = "FROM record, to_tsquery('english', %s) q WHERE words @@ q AND label = ANY(%s)"
        if question.kind:
            found += " AND kind @> %s"
            given.append([question.kind])
        with self._base.cursor() as cursor:
            try:
                cursor.execute(f"SELECT id {found} ORDER BY ts_rank(words, q) DESC LIMIT {HITS}", given)
                rows = cursor.fetchall()
                if question.has_facets:
                    counted = " UNION ALL ".join(
                        f"SELECT '{n}', v, count(*) FROM found, unnest({n}) v GROUP BY v" for n in FACETS
                    )
                    cursor.execute(f"WITH found AS MATERIALIZED (SELECT record.* {found}) {counted}", given)
                    cursor.fetchall()
            except self._late:
                return 0
        return len(rows)

    def size(self) -> int:
        return int(self._base.execute("SELECT pg_total_relation_size('record')").fetchone()[0])

    def processor_seconds(self) -> float:
        # The first figure of schedstat is nanoseconds on the processor (proc(5)); one process serves one
        # connection, and parallel workers are forbidden.
        spent = int(Path(f"/proc/{self._backend}/schedstat").read_text().split()[0])
        return spent / 1e9 + time.process_time()
