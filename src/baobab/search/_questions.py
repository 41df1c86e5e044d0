"""An analysed question as queries: what is found among whole assets, and how passages are ranked.

The same for every engine: each brings a `Dialect` that makes the smallest queries and combines them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Generic, Protocol, TypeVar

from baobab.vocabularies.languages import base_language

from .engine import About, All, Alternative, Atom, Clause, EngineQuery, Phrase, Prefix, Sight, Term

# Weights fixed by hand beforehand and measured on six collections: +1.9 % nDCG@10 over one stemmed field.
TITLE_WEIGHT = 0.3
EXACT_WEIGHT = 0.3
NEIGHBOURS_WEIGHT = 0.15
# What a card says beside its texts (names, topics) counts, but less than the words themselves.
ABOUT_WEIGHT = 0.3
# What the thesaurus says in other words, or was tagged with them, counts less than the words that were typed.
ALTERNATIVE_WEIGHT = 0.5
# "wetlands of the delta": one word between two neighbours does not part them.
NEIGHBOURS_SLOP = 1

_WHOLE_FIELDS = ("all", "whole")
_WHOLE_EXACT_FIELDS = ("exact", "whole_exact")


Q = TypeVar("Q")


class Dialect(Protocol[Q]):
    """The queries that an engine can make. Those on one word or phrase are scored by BM25."""

    def word(self, field: str, word: str) -> Q:
        """What holds this token or value in the field."""

    def phrase(self, field: str, words: Sequence[str], *, slop: int) -> Q:
        """What holds these tokens (two or more) side by side, up to `slop` others between them."""

    def beginning(self, field: str, start: str) -> Q:
        """What holds a token that begins so; scored alike."""

    def values(self, field: str, values: Collection[str]) -> Q:
        """What holds any of these values in the field; scored alike."""

    def assets(self, asset_ids: Collection[int]) -> Q:
        """The documents of these assets; scored alike."""

    def boosted(self, query: Q, weight: float) -> Q:
        """The same, its score multiplied."""

    def unscored(self, query: Q) -> Q:
        """The same, its score 0."""

    def combined(
        self,
        *,
        must: Sequence[Q] = (),
        should: Sequence[Q] = (),
        must_not: Sequence[Q] = (),
        minimum: int = 0,
    ) -> Q:
        """What meets all of `must`, none of `must_not` and `minimum` of `should`; scores are added.

        Without `must`, at least one of `should`.
        """

    def everything(self) -> Q:
        """All documents; scored alike."""

    def nothing(self) -> Q:
        """No document."""


class Questions(Generic[Q]):
    """The queries for one question, in the words of one engine."""

    def __init__(self, dialect: Dialect[Q], query: EngineQuery) -> None:
        self._dialect = dialect
        self._query = query

    def found(self, *, without_filter: str = "", among: Collection[int] | None = None) -> Q:
        """Whole assets that answer; `without_filter` names a facet whose filter is left out."""
        query = self._query
        must, must_not = self._narrowing("label", without_filter=without_filter, among=among)
        asked: list[Q] = []
        if query.words:
            units = [self.held(clause) for clause in query.words]
            if query.needs_all_words:
                asked += units
            else:
                asked.append(self._dialect.combined(should=units, minimum=query.minimum or 1))
        asked += [self.held(clause) for clause in query.required]
        if query.answers_by_meaning and asked:
            meant = self._dialect.assets(query.answers_by_meaning)
            must.append(self._any([self._dialect.combined(must=asked), meant]))
        else:
            must += asked
        must_not += [self.held((atom,)) for atom in query.excluded]
        return self._dialect.combined(must=must, must_not=must_not)

    def held(self, clause: Clause) -> Q:
        """Whole assets that hold any atom of the clause, in their words or in what is said about them."""
        return self._clause(clause, _WHOLE_FIELDS, _WHOLE_EXACT_FIELDS, with_about=True)

    def narrowed(self, among: Collection[int]) -> Q:
        """Those of these assets that the question may find, whatever its words; scored 0."""
        must, must_not = self._narrowing("label", among=among)
        must_not += [self.held((atom,)) for atom in self._query.excluded]
        return self._dialect.combined(must=must, must_not=must_not)

    def ranked(
        self,
        *,
        all_words: bool = False,
        among: Collection[int] | None = None,
        language: str = "",
        further: Mapping[str, float] | None = None,
    ) -> Q:
        """Passages with any of the words (or all of them), and with every required clause.

        `language`: only those in it, scored as they are without. `further`: tokens that weigh in the
        order besides, each with its weight.
        """
        query, dialect = self._query, self._dialect
        must, must_not = self._narrowing("passage_label", among=among)
        if language:
            must.append(dialect.unscored(dialect.word("passage_language", base_language(language))))
        if query.words:
            must.append(self._any_word())
        if all_words and len(query.words) > 1:
            must += [dialect.unscored(self._in_passage(clause)) for clause in query.words]
        must += [self._in_passage(clause) for clause in query.required]
        must_not += [self._in_passage((atom,)) for atom in query.excluded]
        should = [
            dialect.boosted(dialect.word("all", token), weight) for token, weight in (further or {}).items()
        ]
        return dialect.combined(must=must, should=should, must_not=must_not)

    def alike(
        self,
        telling: Mapping[str, float],
        about: Sequence[About] = (),
        *,
        among: Collection[int] | None = None,
    ) -> Q:
        """Passages in sight (of these assets) with any of these tokens or values, the heavier the better."""
        dialect = self._dialect
        shoulds = [dialect.boosted(dialect.word("all", token), weight) for token, weight in telling.items()]
        shoulds += [dialect.boosted(dialect.word(one.facet, one.value), ALTERNATIVE_WEIGHT) for one in about]
        must, must_not = self._in_sight(self._query.sight, "passage_label")
        if among is not None:
            must.append(dialect.unscored(dialect.assets(among)))
        return dialect.combined(must=[*must, self._any(shoulds)], must_not=must_not)

    def beginning(self, field: str, words: Sequence[str]) -> Q:
        """Whole assets in sight with all these exact words in the field, the last one as a beginning."""
        dialect = self._dialect
        must, must_not = self._in_sight(self._query.sight, "label")
        must += [dialect.word(field, word) for word in words[:-1]]
        must.append(dialect.beginning(field, words[-1]))
        # A whole word beats a beginning of others.
        return dialect.combined(must=must, should=[dialect.word(field, words[-1])], must_not=must_not)

    def _any_word(self) -> Q:
        dialect = self._dialect
        shoulds: list[Q] = []
        stems: dict[str, None] = {}
        exact: dict[str, None] = {}
        for atom in dict.fromkeys(atom for clause in self._query.words for atom in clause):
            if isinstance(atom, Term):
                stems.update(dict.fromkeys(atom.stems))
                if atom.exact:
                    exact[atom.exact] = None
            else:
                shoulds.append(self._in_passage((atom,)))
        shoulds += [dialect.word("all", stem) for stem in stems]
        shoulds += [dialect.boosted(dialect.word("title", stem), TITLE_WEIGHT) for stem in stems]
        shoulds += [dialect.boosted(dialect.word("exact", word), EXACT_WEIGHT) for word in exact]
        for pair in self._query.neighbours:
            near = dialect.phrase("all", pair, slop=NEIGHBOURS_SLOP)
            shoulds.append(dialect.boosted(near, NEIGHBOURS_WEIGHT))
        return self._any(shoulds)

    def _narrowing(
        self, label_field: str, *, without_filter: str = "", among: Collection[int] | None = None
    ) -> tuple[list[Q], list[Q]]:
        """What must be met whatever the words are, and what must not."""
        query, dialect = self._query, self._dialect
        must, must_not = self._in_sight(query.sight, label_field)
        filters = [item for item in query.filters.items() if item[0] != without_filter]
        for facet, values in (*filters, *query.within.items()):
            if values:
                must.append(dialect.unscored(dialect.values(facet, values)))
        must += [dialect.unscored(dialect.word("author", word)) for word in query.authors]
        for asset_ids in (among, query.among):
            if asset_ids is not None:
                must.append(dialect.unscored(dialect.assets(asset_ids)))
        return must, must_not

    def _in_sight(self, sight: Sight, label_field: str) -> tuple[list[Q], list[Q]]:
        """What keeps everything else out, scored 0: who may read a thing says nothing of how it answers."""
        must = [self._dialect.unscored(self._dialect.values(label_field, sight.labels))]
        return must, [self._dialect.assets(sight.without)] if sight.without else []

    def _in_passage(self, clause: Clause) -> Q:
        return self._clause(clause, ("all",), ("exact",), with_about=False)

    def _clause(
        self, clause: Clause, fields: Sequence[str], exact_fields: Sequence[str], *, with_about: bool
    ) -> Q:
        options = [self._atom(atom, fields, exact_fields) for atom in clause]
        if with_about:
            for atom in clause:
                if isinstance(atom, Term | Phrase):
                    field = "untagged" if self._query.is_without_tags else "about"
                    about = self._atom(atom, (field,), ())
                    options.append(self._dialect.boosted(about, ABOUT_WEIGHT))
        return self._any(options)

    def _atom(self, atom: Atom, fields: Sequence[str], exact_fields: Sequence[str]) -> Q:
        dialect = self._dialect
        if isinstance(atom, Term):
            options = [dialect.word(field, stem) for field in fields for stem in atom.stems]
            if atom.is_also_exact:
                options += [dialect.word(field, atom.exact) for field in exact_fields]
            return self._any(options)
        if isinstance(atom, Prefix):
            return self._any([dialect.beginning(field, atom.start) for field in exact_fields])
        if isinstance(atom, About):
            # Once, whatever words are looked at beside it.
            return dialect.word(atom.facet, atom.value) if exact_fields else dialect.nothing()
        if isinstance(atom, Alternative):
            return dialect.boosted(self._atom(atom.atom, fields, exact_fields), ALTERNATIVE_WEIGHT)
        if isinstance(atom, All):
            return self._bracket(atom, fields, exact_fields) if exact_fields else dialect.nothing()
        return self._phrase(atom, fields, exact_fields)

    def _bracket(self, bracket: All, fields: Sequence[str], exact_fields: Sequence[str]) -> Q:
        with_about = "whole" in fields
        must = [
            self._clause(clause, fields, exact_fields, with_about=with_about) for clause in bracket.clauses
        ]
        must_not = [
            self._clause((atom,), fields, exact_fields, with_about=with_about) for atom in bracket.excluded
        ]
        return self._dialect.combined(must=must or [self._dialect.everything()], must_not=must_not)

    def _phrase(self, phrase: Phrase, fields: Sequence[str], exact_fields: Sequence[str]) -> Q:
        dialect = self._dialect
        options = [
            # A phrase of a single word is no phrase to an engine.
            dialect.word(field, words[0]) if len(words) == 1 else dialect.phrase(field, words, slop=0)
            for words in phrase.readings
            for field in fields
        ]
        if exact_fields and phrase.exact:
            every = [
                self._any([dialect.word(field, word) for field in exact_fields]) for word in phrase.exact
            ]
            options.append(dialect.combined(must=every))
        return self._any(options)

    def _any(self, options: Sequence[Q]) -> Q:
        if not options:
            return self._dialect.nothing()
        return options[0] if len(options) == 1 else self._dialect.combined(should=options)
