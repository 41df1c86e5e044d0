"""How well search orders its answers, on a collection that people judged.

Run: `python -m bench.relevance [FOLDER]`. The folder holds `docs.jsonl` (id, title, text), `queries.jsonl`
(id, text) and `qrels.tsv` (query, document, grade); by default the Cranfield collection beside the
checkout. Questions go through the product's own parser, analysis and engine. nDCG@10 is trec_eval's
`ndcg_cut_10` (gain is the grade, discount log2 of rank + 1); a question without an answer counts 0.
"""

from __future__ import annotations

import json
import math
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from baobab.search._tantivy import TantivyEngine  # noqa: E402
from baobab.search._understand import understand  # noqa: E402
from baobab.search.engine import EngineQuery, Entry, Passage, PassageAt  # noqa: E402
from baobab.search.entries import cut  # noqa: E402
from baobab.search.parse import parse  # noqa: E402

DATA = Path(os.environ.get("BAOBAB_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
PUBLIC = frozenset({"public"})


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], *, depth: int = 10) -> float:
    """trec_eval's `ndcg_cut`: 1 when the best documents stand first, 0 when none is among `depth`."""
    gains = [max(0, grades.get(document, 0)) for document in ranking[:depth]]
    ideal = sorted((max(0, grade) for grade in grades.values()), reverse=True)[:depth]
    best = _discounted(ideal)
    return _discounted(gains) / best if best else 0.0


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def engine_of(documents: Sequence[Mapping[str, str]], *, language: str = "en") -> TantivyEngine:
    """The documents in an index in memory, numbered from 0 in their order."""
    engine = TantivyEngine()
    with engine.writing() as writing:
        for number, document in enumerate(documents):
            passages = [
                Passage(PassageAt(language, start=start), document.get("title", ""), piece)
                for start, piece in cut(document["text"])
            ]
            writing.put(Entry(number, PUBLIC, {"kind": ["product"]}, passages))
        writing.commit()
    return engine


def ask(engine: TantivyEngine, text: str, *, limit: int = 100) -> list[int]:
    """The numbers of the documents that answer, as the product orders them."""
    question = understand(parse(text))
    query = EngineQuery(
        labels=PUBLIC,
        words=question.words,
        minimum=question.minimum,
        required=question.required,
        excluded=question.excluded,
        neighbours=question.neighbours,
        limit=limit,
    )
    return [hit.asset_id for hit in engine.search(query).hits]


def _lines(place: Path) -> Iterator[dict[str, str]]:
    with place.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def measure(folder: Path) -> dict[str, float]:
    """nDCG@10 and recall@100, means over all judged questions, and milliseconds per question."""
    documents = list(_lines(folder / "docs.jsonl"))
    grades: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text().splitlines():
        query, document, grade = line.split("\t")
        grades.setdefault(query, {})[document] = int(grade)
    engine = engine_of(documents)
    ndcgs, recalls = [], []
    begun = time.perf_counter()
    for question in _lines(folder / "queries.jsonl"):
        if judged := grades.get(question["id"]):
            ranking = [documents[number]["id"] for number in ask(engine, question["text"])]
            relevant = {document for document, grade in judged.items() if grade > 0}
            ndcgs.append(ndcg(ranking, judged))
            recalls.append(len(relevant & set(ranking[:100])) / len(relevant) if relevant else 0.0)
    spent = time.perf_counter() - begun
    return {
        "questions": len(ndcgs),
        "nDCG@10": sum(ndcgs) / len(ndcgs),
        "recall@100": sum(recalls) / len(recalls),
        "ms per question": spent / len(ndcgs) * 1000,
    }


def main() -> None:
    """Print the figures for one folder."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA / "relevance-cranfield"
    if not folder.is_dir():
        sys.exit(f"There is no collection at {folder}.")
    print(folder.name)
    for name, value in measure(folder).items():
        print(f"  {name:16} {value:.4f}" if name != "questions" else f"  {name:16} {value:.0f}")


if __name__ == "__main__":
    main()
