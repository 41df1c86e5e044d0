"""How well look-alikes are told from what only resembles them, and how fast, beside a plain MinHash.

Run: `python -m bench.lookalikes [--assets N] [--only texts|records|speed]`. Three parts:

- texts: pairs made of the real documents in `../shared/data` (read by the product's own reader) that are
  the same thing (other formats, a page removed, recognised letters, a chapter, a draft), and pairs that are
  not (translations, other reports, speeches of one country in two years, reports of one template). Beside
  it what is used most: MinHash of 128 permutations over the same runs of words, the same from .5 on.
- records: real records beside the same as another source would write them (case, subtitle, names, year,
  slips of the pen, cut summary); and what is found among real records as they are, with a few to look at.
- speed: a database of N made assets is compared from nothing, then one more asset at a time is; processor
  time depends less than the clock on what else the machine does.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import itertools
import json
import os
import random
import re
import statistics
import struct
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
_home = tempfile.TemporaryDirectory(prefix="baobab-bench-")
os.environ.setdefault("BAOBAB_TEST_HOME", _home.name)
django.setup()

from django.db import connection  # noqa: E402
from rensa import RMinHash  # noqa: E402

from baobab.reading import Reader as FileReader  # noqa: E402
from baobab.search.lookalikes import comparing  # noqa: E402
from baobab.search.lookalikes.comparing import Said  # noqa: E402
from baobab.search.lookalikes.records import Record, are_one, runs_of_titles  # noqa: E402

DATA = Path(os.environ.get("BAOBAB_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
_RUN = comparing.WORTH_RUNS + 1  # words in a run of the rival, as in the product
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_SENTENCE = re.compile(r"(?<=[.!?。؟])\s+")

Pair = tuple[Said, Said]


# Texts -----------------------------------------------------------------------------------------------


def documents() -> dict[str, list[str]]:
    """The pages of the real documents, by file name."""
    found: dict[str, list[str]] = {}
    with FileReader() as reader:
        for folder in ("reports", "known-text"):
            for path in sorted((DATA / "documents" / folder).iterdir()):
                if path.suffix in (".pdf", ".docx", ".epub", ".pptx", ".html"):
                    found[path.name] = [page.text for page in reader.read(path, name=path.name).pages]
    return found


def recognised(text: str, rate: float, chance: random.Random) -> str:
    """The text as bad recognition gives it: one letter in so many wrong, missing or doubled."""

    def wrong(letter: str) -> str:
        sort = chance.random()
        if sort < 0.6:
            return (
                chance.choice(_LETTERS) if ord(letter) < 0x600 else chr(ord(letter) + chance.choice((-3, 2)))
            )
        return "" if sort < 0.8 else letter + chance.choice("il.,' ")

    return "".join(
        wrong(letter) if letter.isalnum() and chance.random() < rate else letter for letter in text
    )


def rewritten(text: str, other: Sequence[str], share: float, chance: random.Random) -> str:
    """The text with so many of its sentences replaced by sentences from elsewhere."""
    return " ".join(chance.choice(other) if chance.random() < share else one for one in _SENTENCE.split(text))


def other_figures(text: str, chance: random.Random) -> str:
    """The text with every number replaced by another of its length."""
    return re.sub(r"\d+", lambda n: str(chance.randint(10 ** (len(n[0]) - 1), 10 ** len(n[0]) - 1)), text)


def held_out(chance: random.Random) -> dict[str, list[str]]:
    """Texts on which no threshold was chosen: speeches of some 2,000 words, by paragraph, and abstracts."""
    speeches = [one for own in _speeches().values() for _year, one in own]
    found = {f"speech {n}": one.split("\n") for n, one in enumerate(chance.sample(speeches, 100))}
    path = DATA / "relevance-cranfield" / "docs.jsonl"
    with path.open(encoding="utf-8") as lines:
        abstracts = [str(json.loads(line)["text"]) for line in lines]
    whole = [text for text in abstracts if len(text.split()) >= 2 * comparing.FEWEST_WORDS]
    return found | {f"abstract {n}": [one] for n, one in enumerate(chance.sample(whole, 100))}


def _speeches() -> dict[str, list[tuple[int, str]]]:
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    with gzip.open(DATA / "corpora" / "ungdc_2015-2024.ndjson.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            found[row["iso3"]].append((row["year"], row["text"]))
    return found


def same_pairs(pages: dict[str, list[str]], chance: random.Random) -> Iterator[tuple[str, Pair]]:
    """Pairs that a person would call the same, or one inside the other, by what was done to them."""
    texts = {name: "\n".join(each) for name, each in pages.items()}
    for begin in ("en_", "fr_", "ar_", "zh_"):
        own = sorted(name for name in texts if name.startswith(begin))
        for one, other in itertools.combinations(own, 2):
            yield "another format", (Said(texts[one]), Said(texts[other]))
    sentences = _SENTENCE.split(texts["2008_ocha_profiling-idps.pdf"])
    for name, each in {**pages, **held_out(chance)}.items():
        text = "\n".join(each)
        said = Said(text)
        note = "" if name in pages else ", held out"
        for rate in (0.02, 0.05):
            yield (
                f"recognised, {rate:.0%} of letters wrong{note}",
                (said, Said(recognised(text, rate, chance))),
            )
        if len(each) >= 6:
            gap = chance.randrange(len(each))
            yield f"a page removed{note}", (said, Said("\n".join(each[:gap] + each[gap + 1 :])))
            start = chance.randrange(len(each) * 3 // 4)
            yield (
                f"a quarter of its pages{note}",
                (said, Said("\n".join(each[start : start + len(each) // 4 + 1]))),
            )
        if name[:2] not in ("ar", "zh", "fr"):
            made = rewritten(text, sentences, 0.2, chance)
            yield f"a draft, a fifth otherwise{note}", (said, Said(made))


def different_pairs(pages: dict[str, list[str]], chance: random.Random) -> Iterator[tuple[str, Pair]]:
    """Pairs that a person would not call the same, by what they are."""
    texts = {name: "\n".join(each) for name, each in pages.items()}
    for one, other in itertools.product(sorted(texts), repeat=2):
        if one[:3] < other[:3] and one[2] == other[2] == "_":
            yield "a translation", (Said(texts[one]), Said(texts[other]))
    reports = [name for name in sorted(texts) if name[2] != "_"]
    for one, other in itertools.combinations(reports, 2):
        # UNICEF's definitions stand in the survey as an annex, word for word: no pair of different texts.
        if {one[:9], other[:9]} != {"2014__hum", "2014_unic"}:
            yield "another report", (Said(texts[one]), Said(texts[other]))
    sentences = _SENTENCE.split(texts["2008_ocha_profiling-idps.pdf"])
    for name in reports:
        if name.startswith("2008") or len(Said(texts[name]).figures) < 20:
            continue
        for share in (0.0, 0.2, 0.4):
            made = other_figures(rewritten(texts[name], sentences, share, chance), chance)
            yield f"same template, {share:.0%} new, other figures", (Said(texts[name]), Said(made))
    for own in _speeches().values():
        for (_year, one), (_next, other) in itertools.pairwise(sorted(own)):
            yield "a speech of the year before", (Said(one), Said(other))


def plain_minhash(one: Said, other: Said) -> bool:
    """The rival's word: 128 permutations over runs of four words, the same from one half on."""
    rows = []
    for said in (one, other):
        maker = RMinHash(num_perm=128, seed=1)
        maker.update([" ".join(said.words[i : i + _RUN]) for i in range(max(1, len(said.words) - _RUN + 1))])
        rows.append(struct.pack("<128I", *maker.digest()))
    left, right = (struct.unpack("<128I", row) for row in rows)
    return sum(bool(a == b) for a, b in zip(left, right, strict=True)) >= 64


def found(one: Said, other: Said) -> bool:
    """The product's word, as it comes about: sketches first, then both texts."""
    return (
        comparing.are_worth_comparing(one.sketch, other.sketch) and comparing.compare(one, other) is not None
    )


def measure_texts() -> None:
    """Print the share called the same of each sort of pair."""
    pages = documents()
    for title, pairs in (("the same", same_pairs), ("not the same", different_pairs)):
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for sort, (one, other) in pairs(pages, random.Random(1)):
            row = counts[sort]
            row[0] += 1
            row[1] += found(one, other)
            row[2] += plain_minhash(one, other)
        print(f"\nTexts that are {title}: called the same\n{'':44}{'pairs':>7}{'Baobab':>9}{'MinHash':>9}")
        for sort, (total, own, rival) in counts.items():
            print(f"{sort:44}{total:7}{own / total:9.1%}{rival / total:9.1%}")


# Records ---------------------------------------------------------------------------------------------


def _year(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[12]\d{3}", text) else None


def geodata() -> Iterator[Record]:
    """Library records of maps and data sets."""
    with gzip.open(DATA / "corpora" / "sample_3000.ndjson.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield Record(
                (row["dct_title_s"],),
                "; ".join(row.get("dct_creator_sm", [])),
                _year(str(row.get("dct_issued_s", ""))[:4]),
                " ".join(row.get("dct_description_sm", [])),
            )


def lessons() -> Iterator[Record]:
    """Lessons learned of NASA."""
    with (DATA / "corpora" / "llis.csv").open(encoding="utf-8", errors="replace") as file:
        for row in csv.DictReader(file):
            said = f"{row['Abstract']} {row['Lesson']}"
            yield Record((row["Title"],), row["Submitter1"], _year(row["LessonDate"][:4]), said)


def projects() -> Iterator[Record]:
    """Aid projects of nine donors; the country stands for the place."""
    csv.field_size_limit(10**9)
    path = DATA / "corpora" / "aid_projects.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", errors="replace") as file:
        for row in csv.DictReader(file):
            places = frozenset({hash(row["country_code"])}) if row["country_code"] else frozenset()
            yield Record(
                (row["project_name"],),
                "",
                _year(row["start_date"][-4:]),
                row["aiddata_longdescription"],
                places,
            )


def _is_telling(record: Record) -> bool:
    is_long = any(len(words) >= 4 for words in record.title_words)
    return is_long and bool(record.byline or record.year or record.summary)


def as_another_writes(record: Record, chance: random.Random) -> Record:
    """The record as another catalogue may have it."""
    title = record.titles[0]
    sort = chance.randrange(5)
    if sort == 0:
        title = title.upper()
    elif sort == 1 and ":" in title:
        title = title.split(":")[0]
    elif sort == 2:
        title = title.replace(" and ", " & ").rstrip(".") + "."
    elif sort == 3 and len(title) > 15:
        at = chance.randrange(5, len(title) - 5)
        title = title[:at] + title[at + 1 :]
    names = [" ".join(reversed(name.split(", ", 1))) for name in record.byline.split("; ")]
    words = record.summary.split()
    return Record(
        (title,),
        "; ".join(names) if chance.random() < 0.8 else "",
        record.year if chance.random() < 0.6 else (record.year + 1 if record.year else None),
        " ".join(words[: int(len(words) * chance.uniform(0.5, 1))]) if chance.random() < 0.7 else "",
        record.places,
    )


def measure_records(shown: int) -> None:
    """Print how many records are known again, and what is found among records as they are."""
    print(f"\nRecords{'':15}{'':>8}{'known again':>13}{'pairs found among them':>24}")
    for name, source in (("geodata", geodata), ("lessons", lessons), ("aid projects", projects)):
        records = [record for record in source() if record.titles[0].strip()]
        chance = random.Random(2)
        telling = [r for r in records if _is_telling(r)]
        some = chance.sample(telling, min(1000, len(telling)))
        again = 0
        for record in some:
            other = as_another_writes(record, chance)
            runs = runs_of_titles(record.titles) & runs_of_titles(other.titles)
            again += len(runs) >= 2 and are_one(record, other) > 0
        pairs = list(_pairs_among(records))
        print(f"{name:22}{len(records):8,}{again / len(some):13.1%}{len(pairs):24,}")
        for one, other in chance.sample(pairs, min(shown, len(pairs))):
            print(f"    {one.titles[0][:70]} ({one.year})  =  {other.titles[0][:70]} ({other.year})")


def _pairs_among(records: Sequence[Record]) -> Iterator[tuple[Record, Record]]:
    holders: dict[int, list[int]] = defaultdict(list)
    for number, record in enumerate(records):
        for run in runs_of_titles(record.titles):
            holders[run].append(number)
    common: dict[tuple[int, int], int] = defaultdict(int)
    for numbers in holders.values():
        if len(numbers) < 50:
            for pair in itertools.combinations(numbers, 2):
                common[pair] += 1
    for (left, right), count in common.items():
        if count >= 2 and are_one(records[left], records[right]):
            yield records[left], records[right]


# Speed -----------------------------------------------------------------------------------------------


def measure_speed(count: int) -> None:
    """Print sketches a second, and how long one more asset takes in a database of so many."""
    from django.core.management import call_command
    from tests.search.factory import asset, reader

    from baobab.assets.models import Asset
    from baobab.search.lookalikes import actions
    from baobab.search.lookalikes.models import Likeness, SketchedRun
    from baobab.search.lookalikes.queries import lookalikes_now

    chance = random.Random(3)
    vocabulary = ["".join(chance.choices("abdefgiklmnoprstu", k=chance.randint(3, 9))) for _ in range(40_000)]
    weights = list(itertools.accumulate(1 / rank for rank in range(1, len(vocabulary) + 1)))

    def words(number: int) -> str:
        return " ".join(chance.choices(vocabulary, cum_weights=weights, k=number))

    text = words(100_000)
    processor = time.process_time()
    sketched = Said(text).sketch
    took = time.process_time() - processor
    print(f"\nSketches: {sketched.word_count / took:,.0f} words per second of one processor")
    call_command("migrate", verbosity=0)
    bodies: list[str] = []
    begun = time.perf_counter()
    for number in range(count):
        if number % 50 == 7:
            body = " ".join([*bodies[chance.randrange(len(bodies))].split()[20:], words(30)])
        else:
            body = words(chance.randint(60, 600))
        if len(bodies) < 2000:
            bodies.append(body)
        asset(words(8), body=body)
    print(f"{count:,} assets made in {time.perf_counter() - begun:,.0f} s")
    begun, processor = time.perf_counter(), time.process_time()
    while actions.take_in_some():
        pass
    took, processor = time.perf_counter() - begun, time.process_time() - processor
    print(
        f"compared with one another: {count / processor:,.0f} assets per second of one processor, "
        f"{count / took:,.0f} by the clock"
    )
    print(f"{Likeness.objects.count():,} pairs; {SketchedRun.objects.count() / count:,.0f} rows an asset")
    times = []
    for number in range(100):
        body = bodies[chance.randrange(len(bodies))] if number % 2 else words(400)
        new = asset(words(8), body=body)
        times.append(_seconds(partial(lookalikes_now, reader(), new)))
    times.sort()
    middle, late = statistics.median(times) * 1000, times[94] * 1000
    print(f"one more, compared at once: p50 {middle:.1f} ms, p95 {late:.1f} ms")
    with connection.cursor() as cursor:
        cursor.execute("SELECT SUM(pgsize) FROM dbstat WHERE name LIKE 'search_%' OR name LIKE '%sketch%'")
        print(f"{(cursor.fetchone()[0] or 0) / Asset.objects.count() / 1024:.1f} kB an asset on disk")


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main(argv: Sequence[str] | None = None) -> int:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--assets", type=int, default=5000)
    parser.add_argument("--only", choices=["texts", "records", "speed"])
    parser.add_argument("--shown", type=int, default=0, help="so many pairs of records found, to look at")
    options = parser.parse_args(argv)
    if not DATA.is_dir() and options.only != "speed":
        print(f"The real documents are not at {DATA} (set BAOBAB_DATA).", file=sys.stderr)
        return 1
    if options.only in (None, "texts"):
        measure_texts()
    if options.only in (None, "records"):
        measure_records(options.shown)
    if options.only in (None, "speed"):
        measure_speed(options.assets)
    return 0


if __name__ == "__main__":
    sys.exit(main())
