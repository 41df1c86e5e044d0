"""Which assets answer a question, as ids only: for whoever compares what changed with many questions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from baobab.organisation.readers import Reader, anonymous

from ._asking import SearchRequest, asked_of, sight_of
from .engine import EngineQuery, Sight
from .shelf import shelf


def understood(request: SearchRequest, *, language: str) -> EngineQuery | None:
    """The question as engines take it, for nobody yet: it holds no rights, so it may be kept.

    None where it asks for nothing. It stays right for as long as the vocabularies stay as they are. What
    answers does so in full (a part of the words will not do, no word is taken for another), by its
    words or through the thesaurus; not by meaning alone, which finds something near in whatever it is given.
    """
    nobody, nothing = anonymous(language=language), Sight(frozenset())
    asked = asked_of(request, request.q, nobody, nothing, with_facets=False, with_beside=False)
    return replace(asked.query, by_meaning={}) if asked is not None else None


def matching_ids(
    reader: Reader, questions: Sequence[EngineQuery | None], asset_ids: Collection[int]
) -> list[frozenset[int]]:
    """For each question, which of these assets answer it in the reader's sight (one query for all)."""
    sight = sight_of(reader)
    engine = shelf().current()
    among = frozenset(asset_ids)
    return [
        engine.matching(replace(question, sight=sight, among=among))
        if engine is not None and question is not None and among
        else frozenset()
        for question in questions
    ]


def found_ids(reader: Reader, question: EngineQuery, *, limit: int) -> tuple[int, ...] | None:
    """What answers in the reader's sight, the best first, `limit` at most; None while there is no index.

    Whoever shows anything of these reads it again from the database.
    """
    sight = sight_of(reader)
    engine = shelf().current()
    if engine is None:
        return None
    return engine.search(replace(question, sight=sight, offset=0, limit=0, leaders=limit)).leaders
