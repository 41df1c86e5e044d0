"""All reads of persons and units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from baobab.kernel import clock
from baobab.kernel.errors import NotFound

from .models import Group, Membership, Person, Unit, UnitAncestor


def name_in(names: Mapping[str, str], language: str) -> str:
    """The name in the language, else in English, else in any."""
    return names.get(language) or names.get("en") or next(iter(names.values()), "")


def root_unit() -> Unit:
    """The unit that answers for what nobody owns (one query).

    `NotFound` before the organisation is set up.
    """
    unit = Unit.objects.select_related("group").filter(parent=None).first()
    if unit is None:
        raise NotFound(_("The organisation has no unit yet."))
    return unit


def unit_names(unit_ids: Iterable[int], language: str) -> dict[int, str]:
    """What each unit is called, in the language where it has a name in it (one query)."""
    rows = Group.objects.filter(pk__in=list(unit_ids)).values_list("pk", "names")
    return {pk: name_in(names, language) for pk, names in rows}


def units_in_order() -> list[tuple[Unit, int]]:
    """Every unit with its depth, each followed by those below it, brothers by English name (one query)."""
    below: dict[int | None, list[Unit]] = {}
    for unit in Unit.objects.select_related("group"):
        below.setdefault(unit.parent_id, []).append(unit)
    ordered: list[tuple[Unit, int]] = []
    waiting = [(unit, 0) for unit in sorted(below.get(None, []), key=str, reverse=True)]
    while waiting:
        unit, depth = waiting.pop()
        ordered.append((unit, depth))
        waiting.extend((child, depth + 1) for child in sorted(below.get(unit.pk, []), key=str, reverse=True))
    return ordered


def unit_by_public_id(public_id: str) -> Unit:
    """The unit, or `NotFound` (one query)."""
    unit = Unit.objects.select_related("group").filter(group__public_id=public_id).first()
    if unit is None:
        raise NotFound(_("There is no such unit."))
    return unit


def ancestors_of_unit(unit_id: int) -> list[int]:
    """The unit and all above it, nearest first (one query)."""
    return list(
        UnitAncestor.objects.filter(unit=unit_id).order_by("distance").values_list("ancestor_id", flat=True)
    )


def units_of_person(person_id: int) -> list[int]:
    """The units that the person belongs to today (UTC), each once, that joined first in front (one query)."""
    rows = Membership.objects.filter(current_on(clock.today()), person=person_id, group__sort=Group.Sort.UNIT)
    return list(dict.fromkeys(rows.order_by("pk").values_list("group_id", flat=True)))


def current_on(day: date) -> Q:
    """The condition that a membership has begun and has not ended on this day."""
    return (Q(starts=None) | Q(starts__lte=day)) & (Q(ends=None) | Q(ends__gte=day))


def person_by_email(email: str) -> Person | None:
    """The person with this confirmed address (one query)."""
    return Person.objects.filter(email__iexact=email, merged_into=None).first()


def persons_by_orcid(orcids: Iterable[str]) -> dict[str, Person]:
    """The persons with these ORCIDs (one query)."""
    return {
        person.orcid or "": person
        for person in Person.objects.filter(orcid__in=list(orcids), merged_into=None)
    }
