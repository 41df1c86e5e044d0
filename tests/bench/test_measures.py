"""The measures of rankings agree with trec_eval's, worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench._collections import judgements_of, mistyped, questions_of
from bench._measures import mean_measures, ndcg, recall, reciprocal_rank


def test_ndcg_is_one_for_the_best_order_there_is() -> None:
    assert ndcg(["a", "b", "c"], {"a": 3, "b": 2, "c": 1, "d": 0}) == pytest.approx(1.0)


def test_ndcg_takes_the_grade_as_gain_and_discounts_by_the_logarithm_of_the_rank() -> None:
    # Gains 1, 0, 3 at ranks 1 to 3: 1/log2(2) + 3/log2(4) = 2.5; the best order: 3/1 + 1/log2(3) = 3.63093.
    assert ndcg(["b", "x", "a"], {"a": 3, "b": 1}) == pytest.approx(2.5 / 3.6309297535714573)


def test_ndcg_counts_what_stands_below_the_depth_only_in_the_best_order() -> None:
    # The relevant document stands eleventh: nothing is gained; twelve relevant ones cannot all stand in ten.
    below = [f"x{number}" for number in range(10)] + ["a"]
    assert ndcg(below, {"a": 1}) == 0.0
    twelve = {f"r{number}": 1 for number in range(12)}
    assert ndcg(list(twelve), twelve) == pytest.approx(1.0)


def test_grades_below_zero_gain_nothing_and_take_nothing() -> None:
    assert ndcg(["bad", "a"], {"bad": -1, "a": 1}) == pytest.approx(1 / 1.584962500721156)
    assert recall(["bad"], {"bad": -1, "a": 1}) == 0.0


def test_recall_is_the_part_of_the_relevant_documents_that_is_found() -> None:
    assert recall(["a", "x", "b"], {"a": 1, "b": 2, "c": 1, "d": 0}) == pytest.approx(2 / 3)
    assert recall(["x", "a"], {"a": 1}, depth=1) == 0.0


def test_the_reciprocal_rank_looks_no_further_than_its_depth() -> None:
    assert reciprocal_rank(["x", "y", "a"], {"a": 1}) == pytest.approx(1 / 3)
    assert reciprocal_rank([*"0123456789", "a"], {"a": 1}) == 0.0


def test_a_judged_question_without_a_ranking_counts_as_nothing() -> None:
    means = mean_measures({"1": ["a"]}, {"1": {"a": 1}, "2": {"b": 1}})
    assert means == {"nDCG@10": 0.5, "recall@100": 0.5, "MRR@10": 0.5}


def test_a_document_named_twice_counts_once() -> None:
    assert mean_measures({"1": ["a", "a"]}, {"1": {"a": 1, "b": 1}})["recall@100"] == 0.5


def test_judgements_are_read_with_and_without_a_heading_and_in_four_columns(tmp_path: Path) -> None:
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n1\tdoc 7\t2\n1\td8\t0\n2 0 d9 1\n")
    assert judgements_of(tmp_path) == {"1": {"doc 7": 2, "d8": 0}, "2": {"d9": 1}}


def test_questions_are_read_by_their_id(tmp_path: Path) -> None:
    (tmp_path / "queries.jsonl").write_text('{"id": 1, "text": "water"}\n\n{"id": "2", "text": "eau"}\n')
    assert questions_of(tmp_path) == {"1": "water", "2": "eau"}


def test_a_third_of_the_words_are_mistyped_by_one_edit_each_and_the_same_every_time() -> None:
    text = "boundary layer flow of the heated high speed aircraft"
    typed = mistyped(text, seed="7")
    assert typed == mistyped(text, seed="7") != mistyped(text, seed="8")
    pairs = list(zip(text.split(), typed.split(), strict=True))
    changed = [(before, after) for before, after in pairs if before != after]
    assert len(changed) == 3
    assert all(len(before) >= 4 and abs(len(before) - len(after)) <= 1 for before, after in changed)
