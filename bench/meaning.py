"""What search by meaning brings and costs: order, other languages, embedding, and the store of vectors.

Run: `python -m bench.meaning [EMBEDDING_URL] [--folder FOLDER] [--vectors N]`.

With a model: its passages per second of processor, milliseconds per question, and the figures of
`bench.relevance` without and with it. Always: questions in four languages to English sentences, through the
product, with a model made here from parallel sentences (latent semantic indexing over several languages at
once, Dumais et al. 1997; half of the sentences make it, the others are asked): it shows that the way works,
not how well a trained model of several languages would do. And the store: milliseconds per search among N
vectors under three masks, beside exact vectors in numpy, and how many of the ten nearest are the same.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.conf import settings  # noqa: E402

from baobab.search.engine import PassageAt  # noqa: E402
from bench._collections import lines_of, questions_of  # noqa: E402
from bench._measures import mean_measures  # noqa: E402
from bench.relevance import DATA, Installation, measure  # noqa: E402

SENTENCES = DATA / "multilingual" / "tico19_parallel_11lang.csv"
ASKED_IN = ("fr", "es", "ar", "zh")
_LEARNT = ("en", *ASKED_IN)
_DIMENSION = 192
_SENTENCES_ASKED_AMONG = 800
_ASKED = 150
_MASKS = (("all sets of readers", 1.0), ("half of them", 0.5), ("30 of 3,000", 0.01))
_SETS = 3_000


def model_figures(url: str, folder: Path) -> None:
    """Print what embedding this collection costs."""
    from baobab.search.meaning.embedders import embedder

    settings.EMBEDDING_URL = url
    model = embedder()
    documents = [(one["title"], one["text"]) for one in lines_of(folder / "docs.jsonl")][:400]
    questions = list(questions_of(folder).values())
    model.question("ready")
    begun = time.process_time()
    pieces = sum(len(rows) for rows in model.passages(documents))
    spent = time.process_time() - begun
    print(f"  {len(documents) / spent:.0f} documents ({pieces / spent:.0f} pieces) per second of processor")
    milliseconds, _vectors = _timed(model.question, questions)
    print(f"  a question {milliseconds:.1f} ms of processor")


def other_languages() -> None:
    """Ask for English sentences in other languages, by words and by meaning."""
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if all(row[language] for language in _LEARNT)]
    with tempfile.TemporaryDirectory(prefix="baobab-meaning-") as place:
        url = _learnt(Path(place) / "model", rows[::2])
        held_out = rows[1::2][:_SENTENCES_ASKED_AMONG]
        documents = Path(place) / "docs.jsonl"
        documents.write_text(
            "".join(
                json.dumps({"id": row["tuid"], "title": "", "text": row["en"], "language": "en"}) + "\n"
                for row in held_out
            )
        )
        words = Installation(Path(place) / "home", {})
        words.take_in(documents)
        meaning = Installation(Path(place) / "home", {"EMBEDDING_URL": url})
        meaning.run("baobab.config.command", "embed")
        judged = {row["tuid"]: {row["tuid"]: 1} for row in held_out[:_ASKED]}
        for language in ASKED_IN:
            questions = {row["tuid"]: row[language] for row in held_out[:_ASKED]}
            for name, site in (("words", words), ("meaning", meaning)):
                rankings, _times = site.ask(questions)
                means = mean_measures(rankings, judged)
                figures = "  ".join(f"{measure} {mean:.3f}" for measure, mean in means.items())
                print(f"  {language} by {name:8} {figures}", flush=True)


def _learnt(folder: Path, rows: Sequence[dict[str, str]]) -> str:
    """A model from parallel sentences: words that stand in the same sentences point the same way."""
    import numpy as np
    from tests.search.models_of_meaning import splitter, write_model

    split = splitter()
    texts = [Counter(split(" ".join(row[language] for language in _LEARNT))) for row in rows]
    spread = Counter(word for text in texts for word in text)
    kept = [word for word, count in spread.items() if 1 < count < len(texts) / 2]
    place = {word: number for number, word in enumerate(kept)}
    weight = np.array([math.log(len(texts) / spread[word]) for word in kept])
    counts = np.zeros((len(kept), len(texts)), np.float32)
    for number, text in enumerate(texts):
        for word, count in text.items():
            if word in place:
                counts[place[word], number] = 1 + math.log(count)
    counts *= weight[:, None]
    counts /= np.linalg.norm(counts, axis=0) + 1e-9
    values, vectors = np.linalg.eigh(counts.T @ counts)
    strongest = np.argsort(-values)[:_DIMENSION]
    words = counts @ vectors[:, strongest] / np.sqrt(values[strongest])
    table = np.vstack([np.zeros(_DIMENSION), words * weight[:, None]]).astype(np.float32)
    write_model(folder, {"[UNK]": 0} | {word: number for number, word in enumerate(kept, 1)}, table)
    return f"onnx://{folder}"


def store_figures(count: int, *, dimension: int = 384) -> None:
    """Print what searching so many vectors costs, in the store and by exact products."""
    import numpy as np

    from baobab.search.meaning.store import Store

    chance = np.random.default_rng(1)
    centres = chance.standard_normal((2_000, dimension)).astype(np.float32)

    def some(number: int) -> Any:
        made = centres[chance.integers(0, len(centres), number)]
        made = made + 0.7 * chance.standard_normal(made.shape).astype(np.float32)
        return made / np.linalg.norm(made, axis=1, keepdims=True)

    with tempfile.TemporaryDirectory(prefix="baobab-vectors-") as place:
        store = Store(Path(place))
        exact = some(count)
        readers = chance.integers(0, _SETS, count)
        begun = time.process_time()
        with store.lock():
            writing = store.begin(model="made", sample=some(24))
            for start in range(0, count, 10_000):
                codes = writing.encoded(exact[start : start + 10_000])
                for row, code in enumerate(codes, start):
                    writing.add(row, PassageAt("en"), readers=int(readers[row]), digest=1, codes=code[None])
                writing.commit()
        spent = time.process_time() - begun
        size = sum(file.stat().st_size for file in Path(place).iterdir())
        print(f"  {count} vectors of {dimension}: {count / spent:.0f} in per second, {size / 2**20:.0f} MB")
        snapshot = store.snapshot()
        if snapshot is None:
            raise SystemExit("The store holds nothing.")
        questions = some(30)
        for name, part in _MASKS:
            allowed = range(max(1, int(_SETS * part)))

            def ours(question: Any, allowed: range = allowed) -> list[int]:
                masks = snapshot.seen(readers=allowed, without=())
                return [one.asset_id for one in snapshot.nearest(question, masks, limit=200)]

            def theirs(question: Any, allowed: range = allowed) -> list[int]:
                cosines = np.where(readers < len(allowed), exact @ question, -1.0)
                return [int(row) for row in np.argsort(-cosines)[:10]]

            quick, found = _timed(ours, questions)
            slow, best = _timed(theirs, questions)
            same = [len({*one[:10]} & {*other}) / 10 for one, other in zip(found, best, strict=True)]
            print(
                f"  {name:20} {quick:6.1f} ms   exact {slow:6.1f} ms   "
                f"of the ten nearest {statistics.mean(same):.3f}"
            )


def _timed(search: Callable[[Any], Any], questions: Sequence[Any]) -> tuple[float, list[Any]]:
    """Milliseconds of processor for a question, in the middle, and what was found for each."""
    times, found = [], []
    for question in questions:
        begun = time.process_time()
        found.append(search(question))
        times.append((time.process_time() - begun) * 1000)
    return statistics.median(times), found


def _parts(options: argparse.Namespace) -> Iterator[tuple[str, Callable[[], None]]]:
    if options.model:
        yield f"{options.model}", lambda: model_figures(options.model, options.folder)
        yield "by words", lambda: measure(options.folder, {}, with_typos=False)
        yield (
            "by words and meaning",
            lambda: measure(options.folder, {"EMBEDDING_URL": options.model}, with_typos=False),
        )
    if SENTENCES.exists():
        yield "from other languages to English sentences", other_languages
    yield "the store of vectors", lambda: store_figures(options.vectors)


def main(argv: Sequence[str] | None = None) -> None:
    """Measure what can be measured here."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", nargs="?", default="", help="an EMBEDDING_URL")
    parser.add_argument("--folder", type=Path, default=DATA / "relevance-cranfield", help="a collection")
    parser.add_argument("--vectors", type=int, default=100_000, metavar="N")
    options = parser.parse_args(argv)
    try:
        import faiss  # noqa: F401
        import onnx  # noqa: F401
    except ModuleNotFoundError as error:
        sys.exit(f"Search by meaning is an extra, and its packages are not all installed: {error}")
    for name, work in _parts(options):
        print(name, flush=True)
        work()


if __name__ == "__main__":
    main()
