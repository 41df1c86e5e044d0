"""How good a ranking is, computed as trec_eval computes it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

# Document → how well it answers; 0 and below: not at all.
Grades = Mapping[str, int]


def ndcg(ranking: Sequence[str], grades: Grades, *, depth: int = 10) -> float:
    """`ndcg_cut`: gain is the grade, discounted by log2 of rank + 1, over that of the best order there is.

    1 when the best documents stand first, 0 when none is among the first `depth`.
    """
    gains = [max(0, grades.get(document, 0)) for document in ranking[:depth]]
    ideal = sorted((max(0, grade) for grade in grades.values()), reverse=True)[:depth]
    best = _discounted(ideal)
    return _discounted(gains) / best if best else 0.0


def recall(ranking: Sequence[str], grades: Grades, *, depth: int = 100) -> float:
    """`recall`: the part of the relevant documents (grade 1 and above) among the first `depth`."""
    relevant = {document for document, grade in grades.items() if grade > 0}
    return len(relevant.intersection(ranking[:depth])) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranking: Sequence[str], grades: Grades, *, depth: int = 10) -> float:
    """`recip_rank`, cut at `depth`: 1 over the rank of the first relevant document, 0 when there is none."""
    for rank, document in enumerate(ranking[:depth], 1):
        if grades.get(document, 0) > 0:
            return 1 / rank
    return 0.0


def mean_measures(
    rankings: Mapping[str, Sequence[str]], judgements: Mapping[str, Grades]
) -> dict[str, float]:
    """The mean of each measure over all judged questions (`trec_eval -c`).

    A question without a ranking counts 0. The order of a ranking is the whole of its word: a document
    named twice counts where it stands first.
    """
    measures = {"nDCG@10": ndcg, "recall@100": recall, "MRR@10": reciprocal_rank}
    sums = dict.fromkeys(measures, 0.0)
    for question, grades in judgements.items():
        ranking = list(dict.fromkeys(rankings.get(question, ())))
        for name, measure in measures.items():
            sums[name] += measure(ranking, grades)
    return {name: total / len(judgements) if judgements else 0.0 for name, total in sums.items()}


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))
