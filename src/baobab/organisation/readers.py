"""The reader: who looks, built once per request and passed to every query and action.

What somebody may read is decided by labels. An asset carries a set of them (`assets.readers`); a
reader holds a set of them; the asset is readable when the two meet. There is no second rule.

| label | who holds it |
|---|---|
| `public` | everybody |
| `staff` | whoever belongs to a unit of the organisation itself |
| `unit:N` | the members of unit N and of all units below it |
| `editors:N` | the editors and stewards of unit N |
| `group:N` | the members of group N (communities, panels) |
| `person:N` | that person |
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from django.db.models import Q

from baobab.accounts.models import User
from baobab.kernel import clock

from .models import Group, Membership, Unit, UnitAncestor
from .queries import current_on

PUBLIC = "public"
STAFF = "staff"


def unit_label(unit_id: int) -> str:
    return f"unit:{unit_id}"


def editors_label(unit_id: int) -> str:
    return f"editors:{unit_id}"


def group_label(group_id: int) -> str:
    return f"group:{group_id}"


def person_label(person_id: int) -> str:
    return f"person:{person_id}"


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who looks or acts. Anonymous and system readers are readers too."""

    labels: frozenset[str]
    language: str = "en"
    time_zone: str = "UTC"
    person_id: int | None = None
    user_id: int | None = None
    name: str = ""
    units: frozenset[int] = field(
        default_factory=frozenset
    )  # units whose member the reader is now, in any role
    edits_units: frozenset[int] = field(
        default_factory=frozenset
    )  # units she edits as editor or steward, and all below
    is_knowledge_manager: bool = False
    is_administrator: bool = False
    is_system: bool = False

    @property
    def is_signed_in(self) -> bool:
        return self.user_id is not None

    def speaking(self, language: str) -> Reader:
        """The same reader, served in another language."""
        return replace(self, language=language)


def anonymous(*, language: str = "en") -> Reader:
    """Somebody who did not sign in."""
    return Reader(labels=frozenset({PUBLIC}), language=language)


def system(*, language: str = "en") -> Reader:
    """The product itself: imports, schedules, the indexer.

    It reads only what is public, and writes what it must.
    """
    return Reader(labels=frozenset({PUBLIC}), language=language, name="Baobab", is_system=True)


def reader_of(user: User, *, language: str = "") -> Reader:
    """The reader that this account is at this moment (three queries at most).

    Memberships that have not begun or have ended count for nothing, from the next request on. An account
    that was closed reads what everybody reads.
    """
    if not user.is_active:
        return anonymous(language=language or user.language or "en")
    language = language or user.language or "en"
    person = getattr(user, "person", None)
    labels = {PUBLIC}
    units: set[int] = set()
    edits: set[int] = set()
    is_knowledge_manager = False
    if person is not None:
        labels.add(person_label(person.pk))
        today = clock.today(user.time_zone or "UTC")
        current = Membership.objects.filter(current_on(today), person=person).values_list(
            "group_id", "role", "group__sort", "group__unit__level"
        )
        for group_id, role, sort, level in current:
            if sort == Group.Sort.UNIT:
                units.add(group_id)
                if level in Unit.STAFF_LEVELS:
                    labels.add(STAFF)
                if role in (Membership.Role.EDITOR, Membership.Role.STEWARD):
                    edits.add(group_id)
                    labels.add(editors_label(group_id))
                is_knowledge_manager |= role == Membership.Role.KNOWLEDGE_MANAGER
            else:
                labels.add(group_label(group_id))
        if units:
            tree = UnitAncestor.objects.filter(Q(unit__in=units) | Q(ancestor__in=edits)).values_list(
                "unit_id", "ancestor_id"
            )
            edited = set(edits)
            for unit_id, ancestor_id in tree:
                if unit_id in units:
                    labels.add(unit_label(ancestor_id))
                if ancestor_id in edited:
                    edits.add(unit_id)
    return Reader(
        labels=frozenset(labels),
        language=language,
        time_zone=user.time_zone or "UTC",
        person_id=person.pk if person else None,
        user_id=user.pk,
        name=person.name if person else user.email,
        units=frozenset(units),
        edits_units=frozenset(edits),
        is_knowledge_manager=is_knowledge_manager,
        is_administrator=user.is_administrator,
    )
