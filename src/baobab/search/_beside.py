"""What stands beside the hits: who wrote much of what answers best, what it is about, why it is trusted."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from baobab.assets.models import AssetConcept, Contribution, QualityMark
from baobab.assets.quality.checks import CHECKS
from baobab.assets.queries import readable
from baobab.kernel.text import fold
from baobab.organisation.readers import Reader
from baobab.vocabularies.languages import best_text
from baobab.vocabularies.models import ConceptLabel, Scheme

MOST_PEOPLE = 6
MOST_CONCEPTS = 8
# Having translated something is no sign of knowing its matter.
_KNOWING_ROLES = (
    Contribution.Role.AUTHOR,
    Contribution.Role.EDITOR,
    Contribution.Role.CONTRIBUTOR,
    Contribution.Role.REVIEWER,
    Contribution.Role.CONTACT,
)


@dataclass(frozen=True, slots=True)
class KnowingPerson:
    """Somebody with a part in what answers best; `works`: in how many of those; `person_id` where matched."""

    name: str
    works: int
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class RelatedConcept:
    """A topic of what answers best. `value` stands in addresses."""

    id: int
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Trust:
    """Why something can be trusted: the best check that was made of it, by whom, and on which day."""

    check: str
    by: str
    on: date


def people_behind(leaders: Sequence[int], reader: Reader) -> tuple[KnowingPerson, ...]:
    """Who had a part in these assets, best first: what stands higher says more (one query).

    Only parts in what the reader may read count. A name that belongs to no known person stands for itself.
    """
    worth = {asset_id: 1 / math.log2(rank + 2) for rank, asset_id in enumerate(leaders)}
    # In the order in which they came: of two ways to write a name, the older one is shown.
    rows = (
        Contribution.objects.filter(
            asset__in=readable(reader).filter(pk__in=list(leaders)), role__in=_KNOWING_ROLES
        )
        .order_by("pk")
        .values_list("asset_id", "name", "person_id", "person__name")
    )
    names: dict[object, tuple[str, int | None]] = {}
    works: dict[object, set[int]] = defaultdict(set)
    for asset_id, printed, person_id, known in rows:
        key = person_id or fold(printed)
        names.setdefault(key, (known or printed, person_id))
        works[key].add(asset_id)
    scores = {key: sum(worth[asset_id] for asset_id in ids) for key, ids in works.items()}
    best = sorted(scores, key=lambda key: (-scores[key], names[key][0]))[:MOST_PEOPLE]
    return tuple(KnowingPerson(names[key][0], len(works[key]), names[key][1]) for key in best)


def concepts_of(
    leaders: Sequence[int], reader: Reader, *, without: Iterable[int] = ()
) -> tuple[RelatedConcept, ...]:
    """The topics that persons gave most of these assets, those of the question left out (one query)."""
    worth = {asset_id: 1 / math.log2(rank + 2) for rank, asset_id in enumerate(leaders)}
    rows = (
        AssetConcept.objects.filter(
            asset__in=readable(reader).filter(pk__in=list(leaders)),
            is_given=True,
            concept__scheme__use=Scheme.Use.TOPICS,
            concept__is_deprecated=False,
            concept__labels__role=ConceptLabel.Role.PREFERRED,
        )
        .exclude(concept__in=list(without))
        .values_list(
            "asset_id",
            "concept_id",
            "concept__public_id",
            "concept__labels__language",
            "concept__labels__text",
        )
    )
    keys: dict[int, str] = {}
    texts: dict[int, dict[str, str]] = defaultdict(dict)
    assets: dict[int, set[int]] = defaultdict(set)
    for asset_id, concept, public_id, language, text in rows:
        keys[concept] = public_id
        texts[concept][language] = text
        assets[concept].add(asset_id)
    scores = {concept: sum(worth[asset_id] for asset_id in ids) for concept, ids in assets.items()}
    best = sorted(scores, key=lambda concept: (-scores[concept], concept))[:MOST_CONCEPTS]
    return tuple(
        RelatedConcept(concept, keys[concept], best_text(texts[concept], wanted=reader.language))
        for concept in best
    )


def trust_in(asset_ids: Sequence[int]) -> dict[int, Trust]:
    """The strongest check made of each of these assets, the latest of its sort (one query)."""
    order = {slug: at for at, slug in enumerate(CHECKS)}
    best: dict[int, tuple[tuple[int, int], Trust]] = {}
    rows = QualityMark.objects.filter(asset__in=list(asset_ids)).values_list(
        "asset_id", "check_made", "by__name", "made_on"
    )
    for asset_id, check, by, on in rows:
        if check not in order:
            continue
        standing = (order[check], -on.toordinal())
        if asset_id not in best or standing < best[asset_id][0]:
            best[asset_id] = (standing, Trust(str(CHECKS[check]), by or "", on))
    return {asset_id: trust for asset_id, (_, trust) in best.items()}
