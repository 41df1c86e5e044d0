"""What there is under a topic, in a place, or both: counts of every sort, the newest, and who knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from baobab.organisation.readers import Reader

from ._beside import KnowingPerson, people_behind
from .away import SearchAway
from .engine import EngineQuery, Order, Sight
from .queries import sight_of
from .shelf import shelf

# Who knows is asked of so many of the newest works: whoever wrote long ago may have left.
MOST_LEADERS = 200
# Enough for every country and region there is, and for the topics of a large library.
_VALUES = 1000


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything about one subject that the reader may find. All numbers are exact for this reader.

    `newest`: ids of assets, latest first, `MOST_LEADERS` at most. `facets`: facet → value (ids of concepts,
    places and units as numbers in text) → how many; the most frequent `_VALUES` of each. `people`: those
    with a part in the newest. `is_building`: there is no index yet, or it
    is away, and nothing is known.
    """

    count: int = 0
    newest: tuple[int, ...] = ()
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    people: tuple[KnowingPerson, ...] = ()
    is_building: bool = False

    def number(self, facet: str, value: object) -> int:
        """How many have this value of the facet."""
        return self.facets.get(facet, {}).get(str(value), 0)


def overview(
    reader: Reader,
    *,
    concept_id: int | None = None,
    place_id: int | None = None,
    sight: Sight | None = None,
    with_people: bool = True,
) -> Overview:
    """What the reader finds about the concept, the place, or the concept in the place (two queries).

    Asked of the index in the reader's sight, as every search is: what she may not read is in no number and
    behind no name. `sight` saves one query where several are asked in a row.
    """
    sight = sight or sight_of(reader)
    within = {"topic": concept_id, "place": place_id}
    asked = EngineQuery(
        sight,
        within={facet: frozenset({str(pk)}) for facet, pk in within.items() if pk is not None},
        order=Order.NEWEST,
        limit=MOST_LEADERS,
        facet_values=_VALUES,
        language=reader.language,
    )
    try:
        engine = shelf().current()
        found = engine.search(asked) if engine else None
    except SearchAway:
        found = None
    if found is None:
        return Overview(is_building=True)
    newest = tuple(hit.asset_id for hit in found.hits)
    return Overview(
        count=found.count,
        newest=newest,
        facets={facet: {one.value: one.count for one in counts} for facet, counts in found.facets.items()},
        people=people_behind(newest, reader) if newest and with_people else (),
    )
