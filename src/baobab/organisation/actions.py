"""All writes to persons, groups, memberships and units."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Mapping
from datetime import date

from babel import Locale
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from baobab.accounts.actions import record
from baobab.accounts.models import User
from baobab.kernel.errors import BadInput
from baobab.kernel.text import clean_line, clean_text
from baobab.vocabularies.languages import read_language

from . import changes
from .models import Group, Membership, Person, Unit, UnitAncestor
from .policy import may_change_organisation
from .readers import Reader

_NAME = 300
_ADDRESS = 254


def add_person(
    name: str,
    *,
    by: Reader,
    sort_name: str = "",
    email: str | None = None,
    orcid: str | None = None,
    user: User | None = None,
) -> Person:
    """Open an authority record.

    Raises `BadInput` by field when the name is empty, or address, ORCID or account are none or taken.
    """
    may_change_organisation(by).require()
    name = clean_line(name)[:_NAME]
    email = clean_line(email or "").lower()
    orcid = clean_line(orcid or "").upper()
    problems: dict[str, list[str]] = {}
    if not name:
        problems["name"] = [_("Give the person's name.")]
    if email and not _is_address(email):
        problems["email"] = [_("“%s” is not an e-mail address.") % email[:100]]
    if orcid and not is_orcid(orcid):
        problems["orcid"] = [_("This is not an ORCID: its check digit is wrong.")]
    if problems:
        raise BadInput(fields=problems)
    orcid = "-".join(re.findall("....", orcid.replace("-", "")))
    with transaction.atomic():
        if email and Person.objects.filter(email__iexact=email).exists():
            raise BadInput(fields={"email": [_("Another person already has this address.")]})
        if orcid and Person.objects.filter(orcid=orcid).exists():
            raise BadInput(fields={"orcid": [_("Another person already has this ORCID.")]})
        _require_free(user)
        person = Person.objects.create(
            name=name,
            sort_name=clean_line(sort_name)[:_NAME] or _sort_name(name),
            email=email or None,
            orcid=orcid or None,
            user=user,
        )
        record("person.add", by_user_id=by.user_id, subject=person.public_id)
    return person


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return len(email) <= _ADDRESS


def _require_free(user: User | None, *, but_for: Person | None = None) -> None:
    taken_by = getattr(user, "person", None) if user is not None else None
    if taken_by is not None and taken_by != but_for:
        raise BadInput(fields={"user": [_("Another person already signs in with this account.")]})


def is_orcid(text: str) -> bool:
    """Sixteen figures, the last of which is the ISO 7064 MOD 11-2 check of the others (ORCID identifiers)."""
    figures = text.replace("-", "").upper()
    if not re.fullmatch("[0-9]{15}[0-9X]", figures):
        return False
    total = 0
    for figure in figures[:15]:
        total = (total + int(figure)) * 2
    check = (12 - total % 11) % 11
    return figures[15] == ("X" if check == 10 else str(check))


def _sort_name(name: str) -> str:
    *first, last = name.split(" ")
    return (f"{last}, {' '.join(first)}" if first else last)[:_NAME]


def link_user(person: Person, user: User, *, by: Reader) -> Person:
    """Say that this account is how the person signs in. Raises `BadInput` when it is somebody else's."""
    may_change_organisation(by).require()
    with transaction.atomic():
        _require_free(user, but_for=person)
        Person.objects.filter(pk=person.pk).update(user=user)
        record("person.link-user", by_user_id=by.user_id, subject=person.public_id)
    person.user = user
    return person


def add_group(names: Mapping[str, str], *, sort: str, by: Reader) -> Group:
    """Open a group that is no unit: a community or a panel."""
    may_change_organisation(by).require()
    if sort not in Group.Sort.values or sort == Group.Sort.UNIT:
        raise BadInput(fields={"sort": [_("“%s” is no sort of group.") % sort[:40]]})
    with transaction.atomic():
        group = Group.objects.create(sort=sort, names=_clean_names(names))
        record("group.add", by_user_id=by.user_id, subject=group.public_id)
    return group


def add_unit(
    names: Mapping[str, str],
    *,
    level: str,
    parent: Unit | None,
    by: Reader,
    country: str = "",
    descriptions: Mapping[str, str] | None = None,
    time_zone: str = "UTC",
) -> Unit:
    """Add a unit below `parent`. Only the first unit has none: it is the root, and there is one."""
    may_change_organisation(by).require()
    problems: dict[str, list[str]] = {}
    if level not in Unit.Level.values:
        problems["level"] = [_("“%s” is no level of a unit.") % level[:40]]
    country = country.strip().upper()
    if country and (len(country) != 2 or country not in Locale("en").territories):
        problems["country"] = [_("“%s” is no country code (ISO 3166-1 alpha-2).") % country[:40]]
    if time_zone not in zoneinfo.available_timezones():
        problems["time_zone"] = [_("“%s” is not a time zone.") % time_zone[:64]]
    if problems:
        raise BadInput(fields=problems)
    with transaction.atomic():
        _hold_tree()
        if parent is None and Unit.objects.filter(parent=None).exists():
            raise BadInput(
                fields={
                    "parent": [
                        _("The organisation has its root already; say below which unit this one stands.")
                    ]
                }
            )
        group = Group.objects.create(
            sort=Group.Sort.UNIT,
            names=_clean_names(names),
            descriptions=_clean_descriptions(descriptions or {}),
        )
        unit = Unit.objects.create(
            group=group, parent=parent, level=level, country=country, time_zone=time_zone
        )
        _write_ancestors(unit)
        record("unit.add", by_user_id=by.user_id, subject=group.public_id)
    return unit


def rename_unit(
    unit: Unit, names: Mapping[str, str], *, by: Reader, descriptions: Mapping[str, str] | None = None
) -> Unit:
    """Give the unit other names (a name per language); descriptions stay where none are given."""
    may_change_organisation(by).require()
    with transaction.atomic():
        unit.group.names = _clean_names(names)
        if descriptions is not None:
            unit.group.descriptions = _clean_descriptions(descriptions)
        unit.group.save(update_fields=["names", "descriptions"])
        record("unit.rename", by_user_id=by.user_id, subject=unit.group.public_id)
    return unit


def move_unit(unit: Unit, *, parent: Unit, by: Reader) -> Unit:
    """Put the unit, with all below it, under another. Raises `BadInput` when that would close a circle."""
    may_change_organisation(by).require()
    with transaction.atomic():
        _hold_tree()
        below = frozenset(UnitAncestor.objects.filter(ancestor=unit).values_list("unit_id", flat=True))
        if parent.pk in below:
            raise BadInput(
                fields={"parent": [_("A unit cannot stand below itself or below one of its own units.")]}
            )
        if Unit.objects.filter(pk=unit.pk, parent=parent).exists():
            return unit
        Unit.objects.filter(pk=unit.pk).update(parent=parent)
        unit.parent = parent
        _rewrite_ancestors(below)
        changes.units_moved(below)
        record(
            "unit.move", by_user_id=by.user_id, subject=unit.group.public_id, parent=parent.group.public_id
        )
    return unit


def add_membership(
    group: Group,
    person: Person,
    *,
    by: Reader,
    role: str = Membership.Role.MEMBER,
    title: str = "",
    starts: date | None = None,
    ends: date | None = None,
) -> Membership:
    """Make the person a member in a role. The same again changes the title and the dates and nothing else."""
    may_change_organisation(by).require()
    if role not in Membership.Role.values:
        raise BadInput(fields={"role": [_("“%s” is no role in a group.") % role[:40]]})
    if starts and ends and ends < starts:
        raise BadInput(fields={"ends": [_("The membership ends before it begins.")]})
    with transaction.atomic():
        membership, _made = Membership.objects.update_or_create(
            group=group,
            person=person,
            role=role,
            defaults={"title": clean_line(title)[:200], "starts": starts, "ends": ends},
        )
        record(
            "membership.add",
            by_user_id=by.user_id,
            subject=group.public_id,
            person=person.public_id,
            role=role,
        )
    return membership


def end_membership(membership: Membership, *, by: Reader) -> None:
    """Take the membership away; it counts no more from the next request on."""
    may_change_organisation(by).require()
    with transaction.atomic():
        record(
            "membership.end", by_user_id=by.user_id, subject=membership.group.public_id,
            person=membership.person.public_id, role=membership.role,
        )  # fmt: skip
        membership.delete()


def _clean_names(names: Mapping[str, str]) -> dict[str, str]:
    cleaned = {_language(tag): clean_line(name)[:_NAME] for tag, name in names.items() if clean_line(name)}
    if not cleaned:
        raise BadInput(fields={"name": [_("Give a name in at least one language.")]})
    return cleaned


def _clean_descriptions(descriptions: Mapping[str, str]) -> dict[str, str]:
    return {_language(tag): clean_text(text) for tag, text in descriptions.items() if clean_text(text)}


def _language(tag: str) -> str:
    language = read_language(tag)
    if language is None:
        raise BadInput(
            fields={
                "language": [
                    _("“%s” is not a language Baobab knows. Write a name or a code, such as fr.") % tag[:40]
                ]
            }
        )
    return language


def _hold_tree() -> None:
    """Keep others from changing the tree until this transaction ends.

    Two moves at once could close a circle.
    """
    list(Unit.objects.select_for_update().order_by("pk").values_list("pk", flat=True))


def _write_ancestors(unit: Unit) -> None:
    above = UnitAncestor.objects.filter(unit=unit.parent) if unit.parent else UnitAncestor.objects.none()
    UnitAncestor.objects.bulk_create(
        [UnitAncestor(unit=unit, ancestor=unit, distance=0)]
        + [UnitAncestor(unit=unit, ancestor_id=row.ancestor_id, distance=row.distance + 1) for row in above]
    )


def _rewrite_ancestors(unit_ids: frozenset[int]) -> None:
    parents = dict(Unit.objects.values_list("pk", "parent_id"))
    UnitAncestor.objects.filter(unit__in=unit_ids).delete()
    rows: list[UnitAncestor] = []
    for unit_id in unit_ids:
        at: int | None = unit_id
        distance = 0
        while at is not None:
            rows.append(UnitAncestor(unit_id=unit_id, ancestor_id=at, distance=distance))
            at, distance = parents[at], distance + 1
    UnitAncestor.objects.bulk_create(rows)
