"""Search beside SQLite FTS5 and PostgreSQL full text, in the same run: time, memory, room on disk.

Run: `python -m bench.search [--records N...] [--questions N] [--processor] [--only NAME...]`; without
figures 10,000 and 100,000 records. PostgreSQL is started privately when its programs are installed, and
left out with a word when they are not. The records are made (`bench/_made_records.py`), the questions are
taken from them; all engines are asked in turn, in one process on one connection, files in cache: only
the ratios compare, as the machine may do other things besides. What takes longer than `--patience`
seconds is stopped and counts as so long, and an engine that spent ten times as much in one sort of question
is asked no more of it; the number of its answers then stands beside.

Times are by the clock, or with `--processor` seconds on the processor, PostgreSQL's included. Whole pages of
results are measured by `bench.search_pages`.
"""

from __future__ import annotations

import argparse
import gc
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from tests.postgres import Cluster, binaries  # noqa: E402

from bench._engines import Baobab, Contender, Fts5, Postgres  # noqa: E402
from bench._made_records import Question, Record, questions, records  # noqa: E402

_SAMPLE = 5_000
# An engine spends no more than this many times its patience on one sort of question.
_PATIENCES = 10
_SHARE = 0.95


def percentile(times: Sequence[float], share: float = _SHARE) -> float:
    """The time below which this share of them lies."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def peak_memory() -> float:
    """Megabytes that this process held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def contenders(names: Sequence[str], stack: ExitStack, folder: Path, patience: float) -> Iterator[Contender]:
    """Those named, empty; Baobab first."""
    if "baobab" in names:
        (folder / "index").mkdir()
        yield Baobab(folder / "index")
    if "fts5" in names:
        yield Fts5(folder, patience=patience)
    if "postgresql" in names:
        if binaries():
            yield Postgres(stack.enter_context(Cluster()).new_database(), patience=patience)
        else:
            print("PostgreSQL is not installed and left out.", file=sys.stderr)


def load(engines: Sequence[Contender], count: int) -> None:
    """Fill each, and say how fast, how large and with how much memory."""
    print(f"\n{count:,} records\n{'':14}{'records/s':>12}{'MB on disk':>12}{'process MB':>12}")
    for engine in engines:
        begun = time.perf_counter()
        drawing = 0.0

        def drawn() -> Iterator[Record]:
            nonlocal drawing
            before = time.perf_counter()
            for record in records(count):
                drawing += time.perf_counter() - before
                yield record
                before = time.perf_counter()

        engine.load(drawn())
        spent = time.perf_counter() - begun - drawing
        megabytes = engine.size() / 2**20
        print(f"{engine.name:14}{count / spent:12.0f}{megabytes:12.0f}{peak_memory():12.0f}", flush=True)


Times = dict[tuple[str, str], list[float]]


def ask(
    engines: Sequence[Contender], asked: Sequence[Question], patience: float, *, on_processor: bool
) -> Times:
    """Milliseconds of each answer, by sort of question and engine; the first of each sort is asked twice."""
    times: Times = {}
    for question in asked:
        for engine in engines:
            own = times.setdefault((question.sort, engine.name), [])
            if sum(own) > _PATIENCES * patience * 1000:
                continue
            if not own:
                engine.ask(question)
            begun = engine.processor_seconds() if on_processor else time.perf_counter()
            engine.ask(question)
            ended = engine.processor_seconds() if on_processor else time.perf_counter()
            own.append((ended - begun) * 1000)
    return times


def print_times(times: Times, names: Sequence[str]) -> None:
    """A line for each sort: median and 95th percentile of each engine, and how many times Baobab's p95."""
    heads = "".join(f"{name + ' p50 / p95':>27}" for name in names)
    print(f"\n{'milliseconds':26}{heads}   p95, times Baobab's")
    for sort in dict.fromkeys(sort for sort, _ in times):
        cells, ratios = "", []
        own = percentile(times[sort, names[0]])
        most = len(times[sort, names[0]])
        for name in names:
            some = times[sort, name]
            few = f" ({len(some)})" if len(some) < most else ""
            cells += f"{f'{statistics.median(some):.1f} / {percentile(some):.1f}{few}':>27}"
            ratios.append(percentile(some) / own)
        print(f"{sort:26}{cells}   " + "  ".join(f"{ratio:.1f}" for ratio in ratios[1:]), flush=True)


def main(argv: Sequence[str] | None = None) -> None:
    """Load, ask and print, for each number of records."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--records", type=int, nargs="+", default=[10_000, 100_000])
    add("--questions", type=int, default=40, help="of each sort")
    add("--patience", type=float, default=8.0, metavar="SECONDS")
    add("--only", nargs="+", default=["baobab", "fts5", "postgresql"], help="engines to run")
    add("--processor", action="store_true", help="time on the processor, for machines that do other things")
    options = parser.parse_args(argv)
    print(f"{os.cpu_count()} cores; all engines in turn, first {_SHARE:.0%} of {options.questions} questions")
    for count in options.records:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="baobab-bench-")))
            engines = list(contenders(options.only, stack, folder, options.patience))
            load(engines, count)
            gc.collect()
            asked = questions(list(islice(records(count), _SAMPLE)), options.questions)
            times = ask(engines, asked, options.patience, on_processor=options.processor)
            print_times(times, [engine.name for engine in engines])


if __name__ == "__main__":
    main()
