"""What can be said of an asset when it is made or changed, whatever its kind.

One typed form for pages, imports and API.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from baobab.organisation.models import Person, Unit

from .card.models import Contribution
from .texts.models import AssetText


class Unchanged:
    """The mark of a field that is left as it is, where None would mean "empty it"."""


UNCHANGED: Final = Unchanged()


@dataclass(frozen=True, slots=True)
class Words:
    """An asset's words in one language. `body` is CommonMark."""

    title: str
    summary: str = ""
    body: str = ""
    provenance: str = AssetText.Provenance.ORIGINAL


@dataclass(frozen=True, slots=True)
class Contributor:
    """Somebody's part, under the name that is printed."""

    name: str
    role: str = Contribution.Role.AUTHOR
    person: Person | None = None


@dataclass(frozen=True, slots=True)
class AssetFields:
    """New values; a field not given stays as it is (or takes its default on a new asset)."""

    texts: Mapping[str, Words] | Unchanged = UNCHANGED  # by language tag; languages not named stay
    original_language: str | Unchanged = UNCHANGED
    audience: frozenset[str] | Unchanged = UNCHANGED  # labels, see organisation.readers
    owner: Person | Unchanged | None = UNCHANGED
    unit: Unit | Unchanged = UNCHANGED
    issued: str | Unchanged = UNCHANGED  # EDTF
    review_by: date | Unchanged | None = UNCHANGED
    contributors: Sequence[Contributor] | Unchanged = UNCHANGED
    concepts: Sequence[int] | Unchanged = UNCHANGED  # ids of the given ones; ancestors follow by themselves
    places: Sequence[int] | Unchanged = UNCHANGED
    detail: Mapping[str, object] = field(default_factory=dict)  # the kind's own fields, by name
