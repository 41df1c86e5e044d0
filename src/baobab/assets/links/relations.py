"""The relations in which assets can stand, each with its name read the other way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Relation:
    """`source` *label* `target`; seen from the target: *inverse*.

    `datacite` is the term of DataCite 4.6 (relationType).
    """

    name: str
    label: _StrPromise
    inverse: _StrPromise
    datacite: str


RELATIONS = {
    relation.name: relation
    for relation in (
        Relation("derived-from", _("derived from"), _("basis of"), "IsDerivedFrom"),
        Relation("evidence-for", _("evidence for"), _("rests on"), "IsReferencedBy"),
        Relation("applied-in", _("applied in"), _("applies"), "IsReferencedBy"),
        Relation("supersedes", _("supersedes"), _("superseded by"), "Obsoletes"),
        Relation("part-of", _("part of"), _("has part"), "IsPartOf"),
        Relation("about", _("about"), _("subject of"), "Documents"),
        Relation("translation-companion", _("companion of"), _("companion of"), "IsVariantFormOf"),
    )
}
