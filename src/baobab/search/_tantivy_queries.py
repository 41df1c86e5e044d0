"""An analysed question as tantivy queries: what is found among whole assets, and how passages are ranked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tantivy import Occur, Query, Schema

from baobab.vocabularies.languages import base_language

from .engine import Atom, Clause, EngineQuery, Phrase, Prefix, Term

# Weights fixed by hand beforehand and measured on six collections: +1.9 % nDCG@10 over one stemmed field.
TITLE_WEIGHT = 0.3
EXACT_WEIGHT = 0.3
NEIGHBOURS_WEIGHT = 0.15
# What a card says beside its texts (names, topics) counts, but less than the words themselves.
ABOUT_WEIGHT = 0.3
# "wetlands of the delta": one word between two neighbours does not part them.
NEIGHBOURS_SLOP = 1

_WHOLE_FIELDS = ("all", "whole")
_WHOLE_EXACT_FIELDS = ("exact", "whole_exact")


class Questions:
    """The queries for one question, over one schema."""

    def __init__(self, schema: Schema, query: EngineQuery) -> None:
        self._schema = schema
        self._query = query

    def found(self, *, without_filter: str = "", among: Sequence[int] | None = None) -> Query:
        """Whole assets that answer; `without_filter` names a facet whose filter is left out."""
        query = self._query
        parts = self._narrowing("label", without_filter=without_filter, among=among)
        if query.words:
            units = [
                self._clause(clause, _WHOLE_FIELDS, _WHOLE_EXACT_FIELDS, with_about=True)
                for clause in query.words
            ]
            if query.needs_all_words:
                parts += [(Occur.Must, unit) for unit in units]
            else:
                enough = Query.boolean_query([(Occur.Should, unit) for unit in units], query.minimum)
                parts.append((Occur.Must, enough))
        for clause in query.required:
            parts.append(
                (Occur.Must, self._clause(clause, _WHOLE_FIELDS, _WHOLE_EXACT_FIELDS, with_about=True))
            )
        for atom in query.excluded:
            parts.append(
                (Occur.MustNot, self._clause((atom,), _WHOLE_FIELDS, _WHOLE_EXACT_FIELDS, with_about=True))
            )
        return Query.boolean_query(parts)

    def ranked(
        self, *, all_words: bool = False, among: Sequence[int] | None = None, language: str = ""
    ) -> Query:
        """Passages with any of the words (or all of them), and with every required clause.

        `language`: only those in it, scored as they are without.
        """
        query = self._query
        parts = self._narrowing("passage_label", among=among)
        if language:
            spoken = self._term("passage_language", base_language(language))
            parts.append((Occur.Must, Query.const_score_query(spoken, 0.0)))
        if query.words:
            parts.append((Occur.Must, self._any_word()))
        if all_words and len(query.words) > 1:
            for clause in query.words:
                holds = self._clause(clause, ("all",), ("exact",), with_about=False)
                parts.append((Occur.Must, Query.const_score_query(holds, 0.0)))
        for clause in query.required:
            parts.append((Occur.Must, self._clause(clause, ("all",), ("exact",), with_about=False)))
        for atom in query.excluded:
            parts.append((Occur.MustNot, self._clause((atom,), ("all",), ("exact",), with_about=False)))
        return Query.boolean_query(parts)

    def _any_word(self) -> Query:
        shoulds: list[Query] = []
        stems: dict[str, None] = {}
        exact: dict[str, None] = {}
        for clause in self._query.words:
            for atom in clause:
                if isinstance(atom, Term):
                    stems.update(dict.fromkeys(atom.stems))
                    if atom.exact:
                        exact[atom.exact] = None
                else:
                    shoulds.append(self._clause((atom,), ("all",), ("exact",), with_about=False))
        shoulds += [self._term("all", stem) for stem in stems]
        shoulds += [Query.boost_query(self._term("title", stem), TITLE_WEIGHT) for stem in stems]
        shoulds += [Query.boost_query(self._term("exact", word), EXACT_WEIGHT) for word in exact]
        for first, second in self._query.neighbours:
            near = Query.phrase_query(self._schema, "all", [first, second], slop=NEIGHBOURS_SLOP)
            shoulds.append(Query.boost_query(near, NEIGHBOURS_WEIGHT))
        return _any(shoulds)

    def _narrowing(
        self, label_field: str, *, without_filter: str = "", among: Sequence[int] | None = None
    ) -> list[tuple[Occur, Query]]:
        query = self._query
        allowed = Query.term_set_query(self._schema, label_field, sorted(query.labels))
        # Scored 0: who may read a thing says nothing about how well it answers.
        parts = [(Occur.Must, Query.const_score_query(allowed, 0.0))]
        filters = [item for item in query.filters.items() if item[0] != without_filter]
        for facet, values in (*filters, *query.within.items()):
            if values:
                chosen = Query.term_set_query(self._schema, facet, sorted(values))
                parts.append((Occur.Must, Query.const_score_query(chosen, 0.0)))
        for word in query.authors:
            parts.append((Occur.Must, Query.const_score_query(self._term("author", word), 0.0)))
        if among is not None:
            parts.append((Occur.Must, Query.const_score_query(self._assets(among), 0.0)))
        if query.without:
            parts.append((Occur.MustNot, self._assets(sorted(query.without))))
        return parts

    def _assets(self, asset_ids: Sequence[int]) -> Query:
        return Query.term_set_query(self._schema, "asset", list(asset_ids))

    def _clause(
        self, clause: Clause, fields: Sequence[str], exact_fields: Sequence[str], *, with_about: bool
    ) -> Query:
        options = [self._atom(atom, fields, exact_fields) for atom in clause]
        if with_about:
            for atom in clause:
                about = self._atom(atom, ("about",), ())
                options.append(Query.boost_query(about, ABOUT_WEIGHT))
        return _any(options)

    def _atom(self, atom: Atom, fields: Sequence[str], exact_fields: Sequence[str]) -> Query:
        if isinstance(atom, Term):
            options = [self._term(field, stem) for field in fields for stem in atom.stems]
            if atom.is_also_exact:
                options += [self._term(field, atom.exact) for field in exact_fields]
            return _any(options)
        if isinstance(atom, Prefix):
            begins = re.escape(atom.start) + ".*"
            return _any([Query.regex_query(self._schema, field, begins) for field in exact_fields])
        return self._phrase(atom, fields, exact_fields)

    def _phrase(self, phrase: Phrase, fields: Sequence[str], exact_fields: Sequence[str]) -> Query:
        options: list[Query] = []
        for words in phrase.readings:
            for field in fields:
                # A phrase of a single word is no phrase to tantivy.
                is_one = len(words) == 1
                options.append(
                    self._term(field, words[0])
                    if is_one
                    else Query.phrase_query(self._schema, field, list(words))
                )
        if exact_fields and phrase.exact:
            every = [_any([self._term(field, word) for field in exact_fields]) for word in phrase.exact]
            options.append(Query.boolean_query([(Occur.Must, one) for one in every]))
        return _any(options)

    def _term(self, field: str, word: str) -> Query:
        return Query.term_query(self._schema, field, word, "freq")


def _any(options: Iterable[Query]) -> Query:
    shoulds = [(Occur.Should, option) for option in options]
    if not shoulds:
        return Query.empty_query()
    return shoulds[0][1] if len(shoulds) == 1 else Query.boolean_query(shoulds)
