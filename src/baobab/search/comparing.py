"""Which assets answer a question, as ids only: for whoever compares what changed with many questions."""

from __future__ import annotations

from dataclasses import replace

from baobab.organisation.readers import Reader

# The one place that makes an engine's query of a request is `queries`; only its answer differs here.
from .queries import SearchRequest, _asked, sight_of
from .shelf import shelf


def matching_ids(reader: Reader, request: SearchRequest) -> frozenset[int]:
    """Which of `request.among` answer in full: a part of the words will not do, no word is taken for another.

    Found by their words or through the thesaurus, not by meaning alone, which would find something near
    in whatever it is given. One query beside those for names in the question.
    """
    sight = sight_of(reader)
    engine = shelf().current()
    if engine is None:
        return frozenset()
    asked = _asked(request, request.q, reader, sight, with_facets=False, with_beside=False)
    return engine.matching(replace(asked.query, by_meaning={})) if asked is not None else frozenset()


def found_ids(reader: Reader, request: SearchRequest, *, limit: int) -> tuple[int, ...] | None:
    """What answers in full as `matching_ids` has it, the best first, `limit` at most; None without an index.

    Whoever shows anything of these reads it again from the database.
    """
    sight = sight_of(reader)
    engine = shelf().current()
    if engine is None:
        return None
    asked = _asked(request, request.q, reader, sight, with_facets=False, with_beside=False)
    if asked is None:
        return ()
    return engine.search(replace(asked.query, by_meaning={}, offset=0, limit=0, leaders=limit)).leaders
