"""Pages of results at growing numbers of assets: processor time in the engine, outside it, of a rebuild.

Run: `python -m bench.search_pages [--records N...] [--questions N]`; without figures 2,000 and 10,000. For
each number a database is filled with rows (`bench/_made_records.py`: cards, texts, authors, topics,
places, one record in fifty of several passages), the index is rebuilt from it, and the product's view is
asked in process, as an anonymous visitor, for the first page of results with all facets. Outside the engine
is all else: understanding the question, the queries of the database, snippets, facets' names, the template.
Times are of this process's threads on the processor, whatever the machine does besides.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import wraps
from itertools import islice
from pathlib import Path
from typing import Any

import django

from bench._made_records import Question, Record, questions, records

_ROWS = 2_000
_SAMPLE = 2_000
_PEOPLE = 300
_WARM_UP = 8
_SHARE = 0.95
# The parts of the engine that a page may ask.
_ASKED = ("search", "holders", "matching", "near_words", "titled", "written_by", "like")
# The budget: outside the engine a page costs at most so many times what it costs at the smallest number.
_BUDGET = 1.2


def fill(count: int) -> None:
    """Rows of so many assets, written as they are: tested here is how they are found, not how made."""
    from django.db import connection

    from baobab.assets.card.access import label_set
    from baobab.assets.models import Asset, AssetConcept, AssetPlace, AssetText, Contribution
    from baobab.kernel import clock
    from baobab.library.models import Product
    from baobab.organisation.models import Person
    from baobab.organisation.queries import root_unit
    from baobab.vocabularies.models import Concept, Place

    now, unit = clock.now(), root_unit()
    sets = {label: label_set({label}) for label in ["public", *(f"group:{n}" for n in range(500))]}
    people = Person.objects.bulk_create(Person(name=f"Writer {number}") for number in range(_PEOPLE))
    concepts = list(Concept.objects.order_by("pk").values_list("pk", flat=True))
    places = list(Place.objects.order_by("pk").values_list("pk", flat=True))
    chance = random.Random(5)
    source = records(count)
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA synchronous=OFF")
    while batch := list(islice(source, _ROWS)):
        days = [
            date(int(record.facets["year"][0]), 1 + chance.randrange(12), 1 + chance.randrange(28))
            for record in batch
        ]
        rows = list(zip(batch, days, strict=True))
        Asset.objects.bulk_create(
            Asset(
                pk=record.number, kind="product", title=record.title, summary=record.title,
                original_language="en", state="published", audience=sets[record.label],
                readers=sets[record.label], unit=unit, issued=str(day), issued_from=day, dated_on=day,
                published_at=now, created_at=now, updated_at=now, byline="A. Writer",
            )
            for record, day in rows
        )  # fmt: skip
        Product.objects.bulk_create(Product(asset_id=record.number) for record in batch)
        AssetText.objects.bulk_create(
            AssetText(
                asset_id=record.number, language="en", title=record.title, summary=record.title,
                body="\n\n".join(record.pages),
            )
            for record in batch
        )  # fmt: skip
        Contribution.objects.bulk_create(
            Contribution(asset_id=record.number, position=1, name=person.name, person=person)
            for record in batch
            for person in chance.sample(people, 2)
        )
        AssetConcept.objects.bulk_create(
            AssetConcept(asset_id=record.number, concept_id=concept, is_given=True, dated_on=day)
            for record, day in rows
            for concept in chance.sample(concepts, 2)
        )
        AssetPlace.objects.bulk_create(
            AssetPlace(asset_id=record.number, place_id=place, is_given=True, dated_on=day)
            for record, day in rows
            for place in chance.sample(places, 2)
        )


class Stopwatch:
    """Seconds spent in the engine since it was last reset."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def around(self, asked: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(asked)
        def timed(*given: Any, **named: Any) -> Any:
            begun = time.process_time()
            try:
                return asked(*given, **named)
            finally:
                self.seconds += time.process_time() - begun

        return timed


def pages(sample: Sequence[Record], each: int) -> Iterator[tuple[str, float, float]]:
    """(sort of question, milliseconds in the engine, outside it) of each page."""
    from django.test import Client

    from baobab.search._tantivy import TantivyEngine

    watch = Stopwatch()
    for name in _ASKED:
        setattr(TantivyEngine, name, watch.around(getattr(TantivyEngine, name)))
    client = Client()
    plain = [one for one in questions(sample, each) if "facets" not in one.sort and "labels" not in one.sort]
    for number, question in enumerate([*plain[:_WARM_UP], *plain]):
        watch.seconds = 0.0
        begun = time.process_time()
        answer = client.get("/en/search/", {"q": _typed(question)})
        spent = time.process_time() - begun
        if answer.status_code != 200:
            raise SystemExit(f"The page of “{_typed(question)}” answers {answer.status_code}.")
        if number >= _WARM_UP:
            yield question.sort, watch.seconds * 1000, (spent - watch.seconds) * 1000


def _typed(question: Question) -> str:
    words = " ".join(question.words)
    return f'"{words}"' if question.is_phrase else words + "*" * question.is_prefix


def measure_here(count: int, each: int) -> dict[str, Any]:
    """Fill, rebuild, ask, in the installation of this process."""
    django.setup()
    from django.core.management import call_command

    from baobab.search.indexer import rebuild

    call_command("collectstatic", verbosity=0, interactive=False)
    begun = time.process_time()
    fill(count)
    filled = time.process_time()
    rebuild()
    rebuilt = time.process_time()
    times: dict[str, list[tuple[float, float]]] = {}
    for sort, inside, outside in pages(list(islice(records(count), _SAMPLE)), each):
        times.setdefault(sort, []).append((inside, outside))
    index = Path(os.environ["BAOBAB_HOME"])
    return {
        "filled": filled - begun,
        "rebuilt": rebuilt - filled,
        "times": times,
        "database": sum(place.stat().st_size for place in index.glob("*.sqlite3*")) / 2**20,
        "index": sum(p.stat().st_size for p in index.rglob("index-*/*") if p.is_file()) / 2**20,
    }


def measure(count: int, each: int) -> dict[str, Any]:
    """The same in a process of its own, on an empty installation."""
    with tempfile.TemporaryDirectory(prefix="baobab-bench-") as folder:
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {
            "BAOBAB_HOME": str(Path(folder) / "home"),
            "DJANGO_SETTINGS_MODULE": "baobab.config.settings",
            "CACHE_URL": "locmemcache://",
            "ALLOWED_HOSTS": "testserver",
        }
        prepare = [sys.executable, "-m", "baobab.config.command", "jobs"]
        subprocess.run(prepare, env=environment, capture_output=True, check=True)
        child = [sys.executable, "-m", "bench.search_pages", "--here", "--records", str(count)]
        said = subprocess.run(
            [*child, "--questions", str(each)], env=environment, stdout=subprocess.PIPE, check=True
        )
        found: dict[str, Any] = json.loads(said.stdout.splitlines()[-1])
        return found


def percentile(times: Sequence[float]) -> float:
    """The time below which 95 of 100 lie."""
    return sorted(times)[min(len(times) - 1, int(len(times) * _SHARE))]


def show(count: int, found: dict[str, Any], least: dict[str, float]) -> None:
    """A table for one number of assets; `least` keeps the medians of the smallest."""
    print(
        f"\n{count:,} assets: rebuild {found['rebuilt']:.0f} s ({count / found['rebuilt']:.0f} assets/s), "
        f"index {found['index']:.0f} MB, database {found['database']:.0f} MB"
    )
    print(f"{'milliseconds':12}{'engine p50 / p95':>20}{'outside p50 / p95':>20}{'times the smallest':>20}")
    every = [pair for pairs in found["times"].values() for pair in pairs]
    for sort, pairs in (*found["times"].items(), ("all", every)):
        inside, outside = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        median = statistics.median(outside)
        ratio = median / least.setdefault(sort, median)
        print(
            f"{sort:12}{f'{statistics.median(inside):.1f} / {percentile(inside):.1f}':>20}"
            f"{f'{median:.1f} / {percentile(outside):.1f}':>20}{ratio:>20.2f}"
            f"{' (over the budget)' if sort == 'all' and ratio > _BUDGET else ''}",
            flush=True,
        )


def main(argv: Sequence[str] | None = None) -> None:
    """Measure each number of assets."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, nargs="+", default=[2_000, 10_000])
    parser.add_argument("--questions", type=int, default=30, help="of each sort")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.here:
        print(json.dumps(measure_here(options.records[0], options.questions)))
        return
    least: dict[str, float] = {}
    for count in options.records:
        show(count, measure(count, options.questions), least)


if __name__ == "__main__":
    main()
