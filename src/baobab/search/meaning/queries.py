"""All reads: what answers a question by its meaning, and how far the embedding is."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from baobab.assets.indexing.queries import narrowed_ids, waiting_count
from baobab.assets.models import Asset, Dirty, LabelInSet
from baobab.assets.queries import listed_or_own
from baobab.organisation.readers import Reader
from baobab.search.engine import GOOD_ENOUGH, ByMeaning, Sight
from baobab.search.entries import GONE_STATES
from baobab.vocabularies.languages import base_language

from . import CONSUMER
from ._protocol import Unavailable
from .embedders import embedder
from .store import Found, State, store

log = logging.getLogger(__name__)

# Passages looked at; an asset answers by its best one.
_PASSAGES = 200
# Of so many passages the reader may see, the likeness to the question says what chance brings about.
_SAMPLE = 500
# As many as these passages the model's own measure of chance weighs: a library of ten says little about it.
_PRIOR = 50
# No answer is nearer to the question than texts that have nothing in common are to each other, by so many
# standard deviations.
_FAR = 4.0
# And it is nearer than halfway from chance to the best answer.
_HALFWAY = 0.5


@dataclass(frozen=True, slots=True)
class Embedding:
    """How far the embedding is: passages held, assets that wait. `is_whole`: search uses them."""

    dimension: int
    passages: int
    waiting: int
    is_whole: bool


def answers(reader: Reader, text: str, *, sight: Sight, limit: int = 100) -> Mapping[int, ByMeaning]:
    """How near assets are to `text` by meaning, the nearest first; empty while that cannot be told.

    At most `limit` of them are answers, by sense: see `ByMeaning`.

    What she may not read is neither answer nor does it move one: passages are searched under the sets
    of labels that hold one of hers, without assets that lost readers and wait for either index, and
    read from the database again before likeness is compared. Three queries, and the time of the model.
    """
    place = store()
    state = place.state()
    if state is None or not state.is_whole or not text.strip():
        return {}
    try:
        model = embedder()
        if model.fingerprint != state.model:
            return {}
        vector = model.question(text)
    except Unavailable as reason:
        log.warning("This search went by words only. %s", reason)
        return {}
    # Before the store is opened: a mark that is gone means that what is opened next has the change.
    hidden = sight.without | frozenset(narrowed_ids(CONSUMER))
    readers = set(LabelInSet.objects.filter(label__in=sorted(sight.labels)).values_list("set_id", flat=True))
    snapshot = place.snapshot()
    if snapshot is None or not snapshot.is_for(model.fingerprint, vector):
        return {}
    masks = snapshot.seen(readers=readers, without=hidden)
    near = snapshot.nearest(vector, masks, limit=_PASSAGES)
    present = set(
        listed_or_own(reader).filter(pk__in={one.asset_id for one in near}).values_list("pk", flat=True)
    )
    chance = _Chance(snapshot.state, snapshot.sample(vector, masks, size=_SAMPLE))
    return _sensible([one for one in near if one.asset_id in present], chance, reader.language, limit=limit)


def how_far() -> Embedding | None:
    """How far it is, in two queries; None before the first passage was embedded."""
    state = store().state()
    if state is None:
        return None
    waiting = waiting_count(CONSUMER)
    if not state.is_whole:
        marked = Dirty.objects.filter(consumer=CONSUMER, asset_id__lte=state.swept).count()
        waiting = marked + Asset.objects.filter(pk__gt=state.swept).exclude(state__in=GONE_STATES).count()
    return Embedding(state.dimension, state.count, waiting, state.is_whole)


def is_needed() -> bool:
    """Whether anything waits to be embedded: one small file and one query."""
    state = store().state()
    return state is None or not state.is_whole or waiting_count(CONSUMER) > 0


class _Chance:
    """How alike question and passage are when they have nothing to do with each other, by language.

    A model that knows a language badly finds all its texts alike; and in a library on one subject
    every text is near every question. The median of what the reader may see says how near.
    """

    def __init__(self, state: State, sample: Mapping[str, NDArray[np.float32]]) -> None:
        self._state = state
        self._usual = {language: self._weighed(cosines) for language, cosines in sample.items()}

    def _weighed(self, cosines: NDArray[np.float32]) -> float:
        prior = _PRIOR * self._state.unrelated
        return (len(cosines) * float(np.median(cosines)) + prior) / (len(cosines) + _PRIOR)

    def is_far(self, one: Found) -> bool:
        """Whether it is as far from the question as texts are that have nothing in common."""
        return one.cosine <= self._state.unrelated + _FAR * self._state.spread

    def score(self, one: Found) -> float:
        """The part of the way from chance (0) to the same words (1)."""
        usual = self._usual.get(one.at.language, self._state.unrelated)
        return min(1.0, max(0.0, (one.cosine - usual) / (1 - usual))) if usual < 1 else 0.0


def _sensible(near: Sequence[Found], chance: _Chance, language: str, *, limit: int) -> dict[int, ByMeaning]:
    """The best passage of each asset; answers are not all that are near, since something always is."""
    best: dict[int, ByMeaning] = {}
    spoken: dict[int, ByMeaning] = {}
    for one in near:
        answer = ByMeaning(chance.score(one), one.at, is_answer=not chance.is_far(one))
        _keep(best, one.asset_id, answer)
        if base_language(one.at.language) == base_language(language):
            _keep(spoken, one.asset_id, answer)
    least = _HALFWAY * max((answer.score for answer in best.values() if answer.is_answer), default=0.0)
    ordered = sorted(best.items(), key=lambda item: (-item[1].score, item[0]))
    told: dict[int, ByMeaning] = {}
    for number, (asset_id, answer) in enumerate(ordered):
        is_answer = answer.is_answer and answer.score >= least and number < limit
        passage = _spoken(answer, spoken.get(asset_id)).passage
        told[asset_id] = ByMeaning(answer.score, passage, is_answer=is_answer)
    return told


def _keep(best: dict[int, ByMeaning], asset_id: int, answer: ByMeaning) -> None:
    if asset_id not in best or answer.score > best[asset_id].score:
        best[asset_id] = answer


def _spoken(answer: ByMeaning, spoken: ByMeaning | None) -> ByMeaning:
    """The passage in the reader's language, where that is nearly as good."""
    return spoken if spoken and spoken.score >= GOOD_ENOUGH * answer.score else answer
