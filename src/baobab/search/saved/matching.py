"""What a saved search finds: for its owner as she is now, under the rights that she has now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import lru_cache

from baobab.accounts.models import User
from baobab.assets.models import LISTED_STATES, Asset
from baobab.organisation.readers import Reader, anonymous, reader_of
from baobab.vocabularies.matching import Matcher, Version

from ..comparing import found_ids, matching_ids, understood
from ..engine import EngineQuery, Order
from ..queries import Results, search
from .models import SavedSearch
from .questions import request_of

# So much of what is found when a search is saved is kept; beyond, the day of publishing decides.
MOST_KNOWN = 10_000
# Questions that a process remembers as understood: to understand one costs ten times as much as to ask it.
_UNDERSTOOD_KEPT = 4096


def owner_as_reader(saved: SavedSearch) -> Reader | None:
    """The owner as she is at this moment, in the language of her account; None where the account is closed.

    Four queries at most.
    """
    owner = User.objects.select_related("person").filter(pk=saved.owner_id, is_active=True).first()
    return reader_of(owner, language=owner.language or saved.language) if owner is not None else None


def found_among(reader: Reader, queries: Sequence[str], asset_ids: Collection[int]) -> list[frozenset[int]]:
    """For each question, which of these assets answer it in full: guesses and parts of it are no news.

    Three queries for all of them, once each was understood.
    """
    if not asset_ids:
        return [frozenset() for _query in queries]
    version = Matcher.current().version
    questions = [_understood(query, reader.language, version) for query in queries]
    return matching_ids(reader, questions, asset_ids)


@lru_cache(maxsize=_UNDERSTOOD_KEPT)
def _understood(query: str, language: str, version: Version) -> EngineQuery | None:
    """The question without anybody's rights, kept until a vocabulary or a place changes (`version`)."""
    request = request_of(query, anonymous(language=language))
    return understood(request, language=language) if request is not None else None


def best_among(reader: Reader, query: str, asset_ids: Collection[int], *, limit: int) -> Results:
    """The best of these assets, which all answer, with the passages that do."""
    request = request_of(query, reader)
    if request is None or not asset_ids:
        return Results()
    asked = replace(request, among=frozenset(asset_ids), size=limit)
    return search(reader, asked, with_facets=False, with_beside=False)


def newest_now(reader: Reader, query: str, *, limit: int) -> list[Asset]:
    """The newest published assets that answer in full."""
    request = request_of(query, reader)
    if request is None:
        return []
    asked = replace(request, size=limit, sort=Order.NEWEST)
    results = search(reader, asked, with_facets=False, with_beside=False)
    if results.relaxed or results.corrected:
        return []
    return [hit.asset for hit in results.hits if hit.asset.state in LISTED_STATES]


def found_now(reader: Reader, query: str) -> tuple[frozenset[int], bool]:
    """What the question finds now, and whether that is known to be all of it (`MOST_KNOWN` at most)."""
    question = _understood(query, reader.language, Matcher.current().version)
    if question is None:
        return frozenset(), True
    ids = found_ids(reader, question, limit=MOST_KNOWN)
    return frozenset(ids or ()), ids is not None and len(ids) < MOST_KNOWN
