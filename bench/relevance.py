"""How well search orders its answers, on collections that people judged, through the product's own search.

Run: `python -m bench.relevance [FOLDER...] [--typos] [--engine URL] [--meaning URL]`. A folder holds
`docs.jsonl` (id, title, text, and language where it is known), `queries.jsonl` (id, text) and `qrels.tsv`
(question, document, grade); by default the Cranfield collection beside the checkout. Each collection is
imported by `baobab import` into an empty installation in a folder of its own, indexed, and asked
`search.queries.search` as an anonymous reader, a hundred hits of each question.

nDCG@10, recall@100 and MRR@10 are trec_eval's (`bench/_measures.py`), means over all judged questions.
`--typos` asks a second time with one edit in a third of the words and says what that costs. `--engine`
takes a `SEARCH_URL`, `--meaning` an `EMBEDDING_URL`: then passages are embedded before the questions.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench._collections import judgements_of, mistyped, questions_of
from bench._measures import mean_measures

DATA = Path(os.environ.get("BAOBAB_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
HITS = 100
_SOURCE = "collection"


class Installation:
    """An installation of the product in a folder, worked by its commands."""

    def __init__(self, home: Path, settings: Mapping[str, str]) -> None:
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self._environment = kept | {
            "BAOBAB_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "baobab.config.settings",
            "CACHE_URL": "locmemcache://",
            **settings,
        }
        self._home = home

    def run(self, *arguments: str, allowed: Sequence[int] = (0,)) -> str:
        """What a command of `python -m` printed. Ends the benchmark when it ends with another status."""
        ended = subprocess.run(
            [sys.executable, "-m", *arguments],
            env=self._environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if ended.returncode not in allowed:
            said = (ended.stdout + ended.stderr)[-3000:]
            raise SystemExit(f"{' '.join(arguments[:3])} ended with {ended.returncode}:\n{said}")
        return ended.stdout

    def take_in(self, records: Path) -> None:
        """Import a file of records, readable by everybody and searchable when this returns.

        Records with neither title nor text are refused, and the import says so by its status 1.
        """
        self.run(
            "baobab.config.command", "import", str(records), "--audience", "public", "--source", _SOURCE,
            allowed=(0, 1),
        )  # fmt: skip

    def ask(self, questions: Mapping[str, str]) -> tuple[dict[str, list[str]], list[float]]:
        """The ranking of each question, and the milliseconds each took."""
        place = self._home / "questions.json"
        place.write_text(json.dumps(questions))
        said = json.loads(self.run("bench._asking", str(place), _SOURCE, str(HITS)))
        return said["rankings"], said["times"]


def measure(folder: Path, settings: Mapping[str, str], *, with_typos: bool) -> None:
    """Import one collection, ask its questions, print its figures."""
    judged, questions = judgements_of(folder), questions_of(folder)
    asked = {key: text for key, text in questions.items() if key in judged}
    with tempfile.TemporaryDirectory(prefix="baobab-relevance-") as home:
        site = Installation(Path(home) / "home", settings)
        begun = time.monotonic()
        site.take_in(folder / "docs.jsonl")
        if "EMBEDDING_URL" in settings:
            site.run("baobab.config.command", "embed")
        print(f"{folder.name}: {len(asked)} questions, taken in within {time.monotonic() - begun:.0f} s")
        clean = _told("as given", site, asked, judged)
        if with_typos:
            typed = {key: mistyped(text, seed=key) for key, text in asked.items()}
            worse = _told("mistyped", site, typed, judged)
            lost = {name: 1 - worse[name] / clean[name] for name in clean if clean[name]}
            print("  typing errors cost  " + "  ".join(f"{name} {share:.1%}" for name, share in lost.items()))


def _told(
    name: str, site: Installation, questions: Mapping[str, str], judged: Mapping[str, Mapping[str, int]]
) -> dict[str, float]:
    rankings, times = site.ask(questions)
    means = mean_measures(rankings, judged)
    figures = "  ".join(f"{measure} {mean:.4f}" for measure, mean in means.items())
    print(f"  {name:10} {figures}  {statistics.median(times):.1f} ms each", flush=True)
    return means


def main(argv: Sequence[str] | None = None) -> None:
    """Measure each folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", type=Path, default=[DATA / "relevance-cranfield"])
    parser.add_argument("--typos", action="store_true", help="ask again with typing errors")
    parser.add_argument("--engine", default="", metavar="URL", help="a SEARCH_URL other than the default")
    parser.add_argument("--meaning", default="", metavar="URL", help="an EMBEDDING_URL: by meaning, too")
    options = parser.parse_args(argv)
    settings = {"SEARCH_URL": options.engine, "EMBEDDING_URL": options.meaning}
    for folder in options.folders:
        if not (folder / "docs.jsonl").is_file():
            raise SystemExit(f"There is no collection at {folder}.")
        measure(folder, {name: url for name, url in settings.items() if url}, with_typos=options.typos)


if __name__ == "__main__":
    main()
