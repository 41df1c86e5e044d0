"""Records per second of `baobab import`, and its memory, beside the same rows stored in simpler ways.

Run: `python -m bench.importing [--records N] [--full]`. Each way runs in a process of its own on an
empty folder: its time and memory (the peak of the resident set) are of that process, its start included.

- `baobab import`: everything. Each record mapped, checked, published with revision and history, its places
  looked up, its origin kept, and searchable when the command returns. A second run of the same follows.
- `Model.save() in a loop`: what a small Django program would do: the same rows into the product's tables
  of cards, texts and contributions, in one transaction, without checks, history or search.
- `sqlite3 executemany`: title, summary, body, date and authors into one table without an index: the floor.

Only the first can be searched, changed and taken back; the ratios tell what that costs.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

_WORDS = [
    a + b + c
    for a in ("ba", "ke", "li", "mo", "nu", "ra")
    for b in ("na", "ro", "si", "tu")
    for c in ("", "r", "nd")
]

_SAVE = """
import json, sys
import django; django.setup()
from django.core.management import call_command
from django.db import transaction
from baobab.assets.card.access import audience_set
from baobab.assets.models import Asset, AssetText, Contribution
from baobab.kernel import clock
from baobab.organisation.queries import root_unit
now, unit, staff = clock.now(), root_unit(), audience_set(frozenset({"staff"}))
with transaction.atomic(), open(sys.argv[1]) as lines:
    for line in lines:
        row = json.loads(line)
        asset = Asset(kind="product", state="published", audience=staff, readers=staff, unit=unit,
                      title=row["title"],
                      summary=row["summary"], original_language="en", issued=row["date"], created_at=now,
                      updated_at=now, published_at=now, dated_on=now.date(), byline=", ".join(row["authors"]))
        asset.save()
        AssetText(asset=asset, language="en", title=row["title"], summary=row["summary"], body=row["body"],
                  version=1).save()
        for position, name in enumerate(row["authors"], start=1):
            Contribution(asset=asset, position=position, name=name).save()
"""

_FLOOR = """
import json, sqlite3, sys
with sqlite3.connect(sys.argv[2] + "/floor.sqlite3") as db, open(sys.argv[1]) as lines:
    db.execute("CREATE TABLE records (title, summary, body, day, authors)")
    rows = (json.loads(line) for line in lines)
    db.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?)",
        ((row["title"], row["summary"], row["body"], row["date"], "; ".join(row["authors"])) for row in rows))
"""


def made_records(path: Path, number: int) -> Path:
    """A JSON Lines file of made-up records of about 180 words."""
    dice = random.Random(1)
    with path.open("w") as file:
        for count in range(number):
            record = {
                "id": f"r{count}",
                "title": " ".join(dice.choices(_WORDS, k=7)),
                "summary": " ".join(dice.choices(_WORDS, k=25)),
                "body": " ".join(dice.choices(_WORDS, k=150)),
                "date": f"{2000 + count % 24}-0{1 + count % 9}-12",
                "authors": ["A. Writer", "B. Poet"],
                "places": ["KE"],
                "language": "en",
                "colour": "red",
            }
            file.write(json.dumps(record) + "\n")
    return path


def measured(command: Sequence[str], home: Path) -> tuple[float, float, float]:
    """Seconds by the clock, processor seconds, and peak memory in MB of one command and its children."""
    environment = os.environ | {
        "BAOBAB_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "baobab.config.settings",
        "CACHE_URL": "locmemcache://",
    }
    # A child in between, so that the figures are of this command alone.
    meter = (
        "import json,resource,subprocess,sys,time\n"
        "begun=time.monotonic(); ended=subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL)\n"
        "used=resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "processor=used.ru_utime+used.ru_stime\n"
        "print(json.dumps([ended.returncode,time.monotonic()-begun,processor,used.ru_maxrss/1024]))"
    )
    said = subprocess.run(
        [sys.executable, "-c", meter, *command], env=environment, capture_output=True, text=True, check=False
    )
    status, seconds, processor, memory = json.loads(said.stdout)
    if status:
        raise SystemExit(f"{command[:4]} ended with status {status}:\n{said.stderr[-2000:]}")
    return seconds, processor, memory


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--full", action="store_true", help="measure 50,000 records too")
    options = parser.parse_args(argv)
    baobab = [sys.executable, "-m", "baobab.config.command"]
    cores = os.cpu_count()
    print(
        f"{cores} cores, {platform.machine()}, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}"
    )
    for number in [options.records, *([50_000] if options.full else [])]:
        with tempfile.TemporaryDirectory(prefix="baobab-bench-") as folder:
            records = made_records(Path(folder) / "records.jsonl", number)
            homes = [Path(folder) / name for name in ("import", "save", "floor")]
            for home in homes[:2]:
                measured([*baobab, "jobs"], home)  # prepares an empty folder
            homes[2].mkdir()
            ways = {
                "baobab import, searchable": ([*baobab, "import", str(records)], homes[0]),
                "baobab import, the same again": ([*baobab, "import", str(records)], homes[0]),
                "Model.save() in a loop": ([sys.executable, "-c", _SAVE, str(records)], homes[1]),
                "sqlite3 executemany": (
                    [sys.executable, "-c", _FLOOR, str(records), str(homes[2])],
                    homes[2],
                ),
            }
            print(f"\n{number:,} records{'':<24}{'seconds':>10}{'cpu s':>10}{'records/s':>12}{'peak MB':>10}")
            for name, (command, home) in ways.items():
                seconds, processor, memory = measured(command, home)
                print(
                    f"{name:<34}{seconds:>10.1f}{processor:>10.1f}{number / seconds:>12.0f}{memory:>10.0f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
