"""The contract of engines, run over every adapter there is."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from baobab.search._opensearch.engine import OpenSearchEngine
from baobab.search._tantivy import TantivyEngine
from baobab.search.engine import (
    About,
    All,
    Alternative,
    ByMeaning,
    Clause,
    Engine,
    EngineHits,
    EngineQuery,
    Entry,
    Order,
    Passage,
    PassageAt,
    Phrase,
    Prefix,
    Sight,
    Term,
)

from .opensearch import engine_at

PUBLIC = frozenset({"public"})


@pytest.fixture(params=["memory", "folder", "opensearch"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    if request.param == "opensearch":
        return engine_at(request.getfixturevalue("opensearch_url"))
    return TantivyEngine(tmp_path if request.param == "folder" else None)


def entry(number: int, *texts: str, title: str = "Title", **more: object) -> Entry:
    """An entry with one passage for each text, as pages of its first file."""
    passages = [Passage(PassageAt("en", 1, page), title, text) for page, text in enumerate(texts, 1)]
    fields: dict[str, object] = {
        "labels": PUBLIC,
        "facets": {"kind": ["product"]},
        "passages": passages,
    } | more
    return Entry(number, **fields)  # type: ignore[arg-type]


def put(engine: Engine, *entries: Entry, remove: Iterable[int] = ()) -> None:
    with engine.writing() as writing:
        for each in entries:
            writing.put(each)
        for number in remove:
            writing.remove(number)
        writing.commit()


def ask(engine: Engine, *words: str, **more: object) -> EngineHits:
    """All of these words (given as stems), as the public sees it."""
    return engine.search(question(*words, **more))  # type: ignore[arg-type]


def question(
    *words: str, labels: frozenset[str] = PUBLIC, without: Iterable[int] = (), **more: object
) -> EngineQuery:
    """All of these words (given as stems), as somebody with these labels sees it."""
    fields: dict[str, object] = {
        "sight": Sight(labels, frozenset(without)),
        "words": tuple((Term((word,), word),) for word in words),
    } | more
    return EngineQuery(**fields)  # type: ignore[arg-type]


def ids(answer: EngineHits) -> list[int]:
    return [hit.asset_id for hit in answer.hits]


def test_an_empty_index_answers(engine: Engine) -> None:
    assert ask(engine, "peat", facet_values=5).count == 0
    assert ask(engine).hits == ()


def test_a_commit_is_seen_by_the_next_search(engine: Engine) -> None:
    put(engine, entry(1, "peat"))
    assert ids(ask(engine, "peat")) == [1]
    put(engine, entry(2, "peat"))
    assert ask(engine, "peat").count == 2


def test_the_language_asked_for_decides_between_passages_nearly_as_good_and_not_about_the_order(
    engine: Engine,
) -> None:
    said = {"fr": "tourbe peat moss", "en-GB": "peat moss of the bog"}
    pages = [Passage(PassageAt(tag, page), "T", text) for page, (tag, text) in enumerate(said.items(), 1)]
    put(engine, entry(1, passages=pages), entry(2, "sand and then some peat"))
    plain = ask(engine, "peat", minimum=1)
    for language, expected in (("", "fr"), ("fr", "fr"), ("en", "en-GB"), ("es", "fr")):
        answer = ask(engine, "peat", minimum=1, language=language)
        assert [(hit.asset_id, hit.score) for hit in answer.hits] == [
            (hit.asset_id, hit.score) for hit in plain.hits
        ]
        assert next(h.passage.language for h in answer.hits if h.asset_id == 1 and h.passage) == expected
    best = ask(engine, "tourbe", "peat", minimum=1, language="en").hits[0].passage
    assert best is not None
    assert best.language == "fr"


def test_what_was_not_committed_is_dropped(engine: Engine) -> None:
    with engine.writing() as writing:
        writing.put(entry(1, "peat"))
    assert ask(engine, "peat").count == 0
    put(engine)
    assert ask(engine, "peat").count == 0


def test_putting_again_replaces_whatever_was_held(engine: Engine) -> None:
    put(engine, entry(1, "peat", "moss", "sand"))
    put(engine, entry(1, "clay"))
    assert ask(engine, "moss").count == 0
    assert ids(ask(engine, "clay")) == [1]
    assert sorted(engine.asset_ids()) == [1]


def test_removing_is_complete_and_may_be_repeated(engine: Engine) -> None:
    put(engine, entry(1, "peat", "moss"), entry(2, "peat"))
    put(engine, remove=[1, 99])
    put(engine, remove=[1])
    assert ids(ask(engine, "peat")) == [2]
    assert list(engine.asset_ids()) == [2]


def test_words_may_stand_on_different_pages_and_the_best_page_is_named(engine: Engine) -> None:
    put(engine, entry(1, "peat", "moss and moss", "sand"), entry(2, "peat"))
    answer = ask(engine, "peat", "moss")
    assert ids(answer) == [1]
    assert answer.hits[0].passage == PassageAt("en", 1, 2)


def test_assets_are_ordered_by_their_best_passage_not_by_their_length(engine: Engine) -> None:
    long = ["unrelated words fill this page"] * 40
    put(engine, entry(1, *long, "peat moss bog"), *(entry(n, f"peat {'filler ' * 60}") for n in range(2, 12)))
    assert ids(ask(engine, "peat", minimum=1))[0] == 1


def test_at_least_the_minimum_of_the_words(engine: Engine) -> None:
    put(engine, entry(1, "peat moss"), entry(2, "peat"), entry(3, "peat moss sand"))
    assert set(ids(ask(engine, "peat", "moss", "sand", minimum=2))) == {1, 3}
    assert ask(engine, "peat", "moss", "sand").count == 1
    assert ask(engine, "peat", "moss", "sand", minimum=1).count == 3


@pytest.mark.parametrize("order", list(Order))
def test_without_a_common_label_an_entry_does_not_exist(engine: Engine, order: Order) -> None:
    put(engine, entry(1, "peat", labels=frozenset({"staff", "group:7"})), entry(2, "peat", "moss"))
    closed = ask(engine, "peat", order=order, facet_values=5)
    assert (ids(closed), closed.count, closed.facets["kind"][0].count) == ([2], 1, 1)
    opened = ask(engine, "peat", order=order, labels=frozenset({"public", "group:7"}))
    assert set(ids(opened)) == {1, 2}
    assert ask(engine, "peat", labels=frozenset({"group:70"})).count == 0


@pytest.mark.parametrize("order", list(Order))
def test_assets_kept_out_by_id_are_in_no_hit_count_or_facet(engine: Engine, order: Order) -> None:
    put(engine, entry(1, "peat"), entry(2, "peat", "moss"))
    answer = ask(engine, "peat", order=order, without=frozenset({2, 77}), facet_values=5)
    assert (ids(answer), answer.count, answer.facets["kind"][0].count) == ([1], 1, 1)


def test_filters_hold_together_and_a_facet_counts_without_its_own(engine: Engine) -> None:
    for number, (kind, year) in enumerate([("a", "2019"), ("a", "2020"), ("b", "2019"), ("b", "2021")]):
        put(engine, entry(number, "peat", facets={"kind": [kind], "year": [year]}))
    answer = ask(
        engine, filters={"kind": frozenset("a"), "year": frozenset({"2019", "2020"})}, facet_values=10
    )
    assert answer.count == 2
    assert {f.value: f.count for f in answer.facets["kind"]} == {"a": 2, "b": 1}
    assert {f.value: f.count for f in answer.facets["year"]} == {"2019": 1, "2020": 1}
    within = ask(engine, within={"kind": frozenset("a")}, facet_values=10)
    assert {f.value: f.count for f in within.facets["kind"]} == {"a": 2}


def test_chosen_values_are_counted_even_when_others_are_more_frequent(engine: Engine) -> None:
    put(engine, *(entry(n, "peat", facets={"topic": ["1", "2"] if n else ["1", "9"]}) for n in range(3)))
    answer = ask(engine, filters={"topic": frozenset({"9"})}, facet_values=1)
    assert {f.value: f.count for f in answer.facets["topic"]} == {"1": 3, "9": 1}


def test_an_asset_with_many_pages_counts_once(engine: Engine) -> None:
    put(engine, entry(1, *["peat"] * 300))
    answer = ask(engine, "peat", facet_values=5)
    assert (answer.count, ids(answer), answer.facets["kind"][0].count) == (1, [1], 1)


def test_phrases_prefixes_alternatives_and_exclusions(engine: Engine) -> None:
    put(engine, entry(1, "raised peat", "bog moss"), entry(2, "bog peat"), entry(3, "Wetlands"))
    phrase = ask(engine, required=((Phrase((("peat", "bog"),)),),))
    assert ids(phrase) == [1]
    assert ids(ask(engine, required=((Prefix("wetl"),),))) == [3]
    assert set(ids(ask(engine, required=((Prefix("wetl"), Term(("moss",))),)))) == {1, 3}
    assert ids(ask(engine, "bog", excluded=(Term(("moss",)),))) == [2]
    assert set(ids(ask(engine, excluded=(Term(("moss",)),)))) == {2, 3}


def test_authors_are_found_by_any_word_of_their_names(engine: Engine) -> None:
    put(engine, entry(1, "peat", authors=["Núñez, Ana"]), entry(2, "peat", authors=["Ana Silva"]))
    assert ids(ask(engine, authors=("nunez",))) == [1]
    assert set(ids(ask(engine, "peat", authors=("ana",)))) == {1, 2}
    assert ids(ask(engine, "silva")) == [2]


def test_order_by_date_and_pages_without_gaps(engine: Engine) -> None:
    put(engine, *(entry(n, "peat", moment=n) for n in range(1, 31)))
    assert ids(ask(engine, order=Order.NEWEST, limit=3)) == [30, 29, 28]
    assert ids(ask(engine, "peat", order=Order.OLDEST, limit=3, offset=2)) == [3, 4, 5]
    assert ids(ask(engine, "peat", offset=10**6)) == []
    assert ask(engine, "peat", limit=0).count == 30


def test_pages_by_relevance_give_every_asset_once_however_many(engine: Engine) -> None:
    put(engine, *(entry(n, "peat " * (n % 5 + 1), "moss" if n % 3 else "sand") for n in range(700)))
    seen = [
        number for start in range(0, 700, 70) for number in ids(ask(engine, "peat", offset=start, limit=70))
    ]
    assert len(seen) == 700
    assert set(seen) == set(range(700))


def test_titles_weigh_and_words_side_by_side_weigh(engine: Engine) -> None:
    filler = "sand clay silt loam"
    put(engine, entry(1, f"peat {filler}", title="Soil"), entry(2, f"{filler} soil", title="Peat"))
    assert ids(ask(engine, "peat"))[0] == 2
    put(engine, entry(3, f"bog {filler} moss"), entry(4, f"bog moss {filler}"))
    assert ids(ask(engine, "bog", "moss", neighbours=(("bog", "moss"),))) == [4, 3]


def test_only_assets_asked_about_are_looked_at(engine: Engine) -> None:
    put(engine, entry(1, "peat", "moss"), entry(2, "peat"), entry(3, "sand"))
    for order in Order:
        answer = ask(engine, "peat", among=frozenset({2, 3, 9}), order=order, facet_values=5)
        assert (ids(answer), answer.count, answer.facets["kind"][0].count) == ([2], 1, 1)
    assert engine.matching(question("peat", among=frozenset({1, 3}))) == {1}
    assert engine.matching(question("peat", among=frozenset())) == frozenset()
    assert engine.matching(question("peat", among=frozenset({1, 2}), without=[2])) == {1}
    assert engine.matching(question("peat", among=frozenset({1}), labels=frozenset({"staff"}))) == frozenset()


def test_brackets_hold_clauses_and_keep_out(engine: Engine) -> None:
    put(engine, entry(1, "peat", "moss"), entry(2, "peat sand"), entry(3, "clay"), entry(4, "clay sand"))
    peat, moss, clay, sand = (Term((word,)) for word in ("peat", "moss", "clay", "sand"))
    both = All(((peat,), (moss,)))
    assert ids(ask(engine, required=((both,),))) == [1]
    assert set(ids(ask(engine, required=((both, clay),)))) == {1, 3, 4}
    assert set(ids(ask(engine, required=((All(((peat, clay),), (sand,)),),)))) == {1, 3}
    assert set(ids(ask(engine, required=((All((), (sand,)),),)))) == {1, 3}
    assert set(ids(ask(engine, excluded=(both,)))) == {2, 3, 4}


def test_what_is_said_about_an_asset_counts_as_words_and_may_be_asked_for(engine: Engine) -> None:
    water = {"topic": ["7"]}
    put(
        engine,
        entry(1, "grey heron", facets=water, authors=["Ana Silva"]),
        entry(2, "wetland", about=[("en", "peat")]),
        entry(3, "sand"),
    )
    assert ids(ask(engine, required=((About("topic", "7"),),))) == [1]
    assert ids(ask(engine, required=((About("author", "silva"),),))) == [1]
    assert set(ids(ask(engine, excluded=(About("topic", "7"),)))) == {2, 3}
    assert ids(ask(engine, "peat")) == [2]
    wider = (Term(("wetland",), "wetland"), Alternative(About("topic", "7")))
    found = ask(engine, words=(wider,))
    assert set(ids(found)) == {1, 2}
    said = (Term(("wetland",), "wetland"), Alternative(Phrase((("grey", "heron"),))))
    assert set(ids(ask(engine, words=(said,)))) == {1, 2}


def test_what_answers_by_meaning_counts_under_the_same_narrowing_and_makes_half_of_the_order(
    engine: Engine,
) -> None:
    put(
        engine,
        *(entry(n, f"peat {'filler ' * n}") for n in range(1, 6)),
        entry(6, "bog"),
        entry(7, "bog", labels=frozenset({"staff"})),
        entry(8, "bog", facets={"kind": ["note"]}),
    )
    at = PassageAt("en", 1, 1)
    near = {n: ByMeaning(score, at) for n, score in {5: 1.0, 6: 0.9, 7: 0.9, 8: 0.2}.items()}
    answer = ask(engine, "peat", by_meaning=near, facet_values=5)
    assert answer.count == 7
    assert {f.value: f.count for f in answer.facets["kind"]} == {"product": 6, "note": 1}
    assert set(ids(answer)) == {1, 2, 3, 4, 5, 6, 8}
    assert ids(answer)[0] in (1, 5)
    assert ids(answer).index(5) < ids(answer).index(2)
    assert next(hit for hit in answer.hits if hit.asset_id == 6).passage == at
    narrowed = ask(engine, "peat", by_meaning=near, filters={"kind": frozenset({"note"})})
    assert (ids(narrowed), narrowed.count) == ([8], 1)
    assert 5 not in ids(ask(engine, "peat", by_meaning=near, excluded=(Term(("filler",)),)))
    assert set(ids(ask(engine, "peat", by_meaning=near, without=[5, 6]))) == {1, 2, 3, 4, 8}


def test_leaders_are_the_best_whatever_page_is_asked_for(engine: Engine) -> None:
    put(engine, *(entry(n, f"peat {'filler ' * n}", moment=n) for n in range(1, 31)))
    first = ask(engine, "peat", limit=10, leaders=5)
    assert list(first.leaders) == ids(first)[:5]
    assert ask(engine, "peat", limit=10, offset=20, leaders=5).leaders == first.leaders
    assert ask(engine, "peat", limit=0, leaders=5).leaders == first.leaders
    assert ask(engine, order=Order.NEWEST, limit=3, offset=9, leaders=4).leaders == (30, 29, 28, 27)
    assert ask(engine, "peat").leaders == ()


def test_clauses_are_counted_in_sight(engine: Engine) -> None:
    put(engine, entry(1, "peat"), entry(2, "peat", "moss", labels=frozenset({"staff"})), entry(3, "peat"))
    clauses: list[Clause] = [(Term(("peat",), "peat"),), (Term(("moss",), "moss"),), (Prefix("mo"),)]
    assert engine.holders(clauses, Sight(PUBLIC)) == (2, 0, 0)
    assert engine.holders(clauses, Sight(PUBLIC | {"staff"}, frozenset({3}))) == (2, 1, 1)
    assert engine.holders([], Sight(PUBLIC)) == ()


def test_words_spelled_alike_are_found_with_how_many_hold_them(engine: Engine) -> None:
    texts = ["wetland wetlands", "wetland", "westland", "wet", "sand", "wtelands"]
    put(engine, *(entry(number, text) for number, text in enumerate(texts)))
    assert dict(engine.near_words("wetlan", distance=1)) == {"wetland": 2}
    assert dict(engine.near_words("wetalnd", distance=1)) == {"wetland": 2}
    assert dict(engine.near_words("wetland", distance=1)) == {"wetlands": 1, "westland": 1}
    assert set(dict(engine.near_words("wetland", distance=2))) == {"wetlands", "westland", "wtelands"}
    assert engine.near_words("zzzzz", distance=2) == ()


def test_titles_and_names_are_found_by_their_words_and_a_beginning_in_sight(engine: Engine) -> None:
    put(
        engine,
        entry(1, "a", titles=["Peat of the north", "Tourbe du nord"], authors=["Núñez, Ana"]),
        entry(2, "a", titles=["Northern peatlands"], authors=["Anatole Silva"]),
        entry(3, "a", titles=["Peat"], authors=["Ana Silva"], labels=frozenset({"staff"})),
        entry(4, "peat"),
    )
    sight = Sight(PUBLIC)
    assert set(engine.titled("pea", sight, limit=5)) == {1, 2}
    assert engine.titled("north Peat", sight, limit=5) == (1,)
    assert engine.titled("tour", sight, limit=5) == (1,)
    assert len(engine.titled("pea", sight, limit=1)) == 1
    assert engine.titled("", sight, limit=5) == engine.titled("pea", sight, limit=0) == ()
    assert set(engine.titled("pea", Sight(PUBLIC | {"staff"}, frozenset({1})), limit=5)) == {2, 3}
    assert set(engine.written_by("ana", sight, limit=5)) == {1, 2}
    assert engine.written_by("ana nun", sight, limit=5) == (1,)
    assert engine.written_by("silva an", sight, limit=5) == (2,)


def test_what_is_alike_shares_telling_words_or_what_it_is_about_in_sight(engine: Engine) -> None:
    put(
        engine,
        *(entry(n, f"report on the year {n}") for n in range(20, 40)),
        entry(1, "sphagnum moss restores the report"),
        entry(2, "sphagnum moss of the raised bog", labels=frozenset({"staff"})),
        entry(3, "unrelated", facets={"topic": ["7"]}),
        entry(4, "sphagnum"),
    )
    text = [Passage(PassageAt("en"), "Report", "A report on sphagnum moss.")]
    about = [About("topic", "7")]
    found = engine.like(text, about, Sight(PUBLIC, frozenset({4})), limit=6)
    assert found[0].asset_id == 1
    assert found[0].passage == PassageAt("en", 1, 1)
    assert {2, 4}.isdisjoint(hit.asset_id for hit in found)
    assert 3 in {hit.asset_id for hit in engine.like(text, about, Sight(PUBLIC), limit=30)}
    assert len(engine.like(text, about, Sight(PUBLIC), limit=2)) == 2
    assert engine.like([], [], Sight(PUBLIC), limit=5) == ()


def test_as_much_as_anybody_may_type_is_answered(engine: Engine) -> None:
    put(engine, entry(1, "peat moss"), entry(2, "peat"))
    words = tuple((Term((f"w{n}", f"v{n}", f"u{n}"), f"w{n}", is_also_exact=True),) for n in range(2_000))
    neighbours = tuple((f"w{n}", f"w{n + 1}") for n in range(2_000))
    peat = (Term(("peat",), "peat"),)
    assert ask(engine, words=(peat, *words), neighbours=neighbours, minimum=1).count == 2
    assert ask(engine, words=(peat, *words), neighbours=neighbours).count == 0
    assert ask(engine, "peat", without=range(2, 70_000), excluded=tuple(w[0] for w in words[:64])).count == 1
    assert ask(engine, "peat", among=frozenset(range(2, 70_000))).count == 1


def test_passages_are_read_lazily_and_once(engine: Engine) -> None:
    alive = 0

    def pages() -> Iterator[Passage]:
        nonlocal alive
        for page in range(1, 501):
            alive += 1
            yield Passage(PassageAt("en", 1, page), "Atlas", f"peat page{page}")

    put(engine, entry(1, passages=pages()))
    assert alive == 500
    assert ask(engine, "page500").hits[0].passage == PassageAt("en", 1, 500)


def test_a_folder_is_read_by_another_engine_as_soon_as_it_is_committed(tmp_path: Path) -> None:
    writer, other = TantivyEngine(tmp_path), TantivyEngine(tmp_path)
    put(writer, entry(1, "peat"))
    assert ids(ask(other, "peat")) == [1]
    put(writer, remove=[1])
    assert ask(other, "peat").count == 0


def test_no_entry_comes_back_however_many_small_commits_are_merged(engine: Engine) -> None:
    chance = random.Random(7)
    held: dict[int, str] = {}
    for _ in range(40 if isinstance(engine, OpenSearchEngine) else 150):
        changed = {chance.randrange(20): chance.choice("abc") for _ in range(3)}
        put(engine, *(entry(n, "peat", "moss", labels=frozenset({label})) for n, label in changed.items()))
        held |= changed
        for label in "abc":
            count = engine.search(EngineQuery(Sight(frozenset({label})))).count
            assert count == sum(each == label for each in held.values())


def test_a_second_writer_of_a_folder_is_refused(tmp_path: Path) -> None:
    with (
        TantivyEngine(tmp_path).writing(),
        pytest.raises(ValueError, match="LockBusy"),
        TantivyEngine(tmp_path).writing(),
    ):
        pass
