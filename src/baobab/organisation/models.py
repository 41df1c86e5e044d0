"""Persons as an authority file; groups, memberships and units, from which a reader's labels are derived."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from baobab.kernel.identifiers import LENGTH, new_public_id


class Person(models.Model):
    """An authority record: one human being, with or without a way to sign in."""

    public_id = models.CharField(max_length=LENGTH, unique=True, default=new_public_id)
    name = models.CharField(max_length=300)
    sort_name = models.CharField(max_length=300, db_index=True)
    orcid = models.CharField(max_length=19, null=True, unique=True)
    # Confirmed, for matching; never shown and never indexed.
    email = models.EmailField(null=True, unique=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="person"
    )
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.name


class PersonName(models.Model):
    """Another form under which the person's name is printed."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="names")
    text = models.CharField(max_length=300)
    folded = models.CharField(max_length=300, db_index=True)


class Group(models.Model):
    """Several persons who may read and do something together: a unit, a community, a panel."""

    class Sort(models.TextChoices):
        UNIT = "unit", _("unit")
        COMMUNITY = "community", _("community")
        PANEL = "panel", _("panel")

    public_id = models.CharField(max_length=LENGTH, unique=True, default=new_public_id)
    sort = models.CharField(max_length=10, choices=Sort)
    # A name per language tag; at least one.
    names: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    descriptions: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.names.get("en") or next(iter(self.names.values()), self.public_id)


class Unit(models.Model):
    """A part of the organisation. The tree has one root; the root answers for what nobody owns."""

    class Level(models.TextChoices):
        HEADQUARTERS = "headquarters", _("headquarters")
        DIVISION = "division", _("division")
        REGIONAL_OFFICE = "regional-office", _("regional office")
        COUNTRY_OFFICE = "country-office", _("country office")
        PROGRAMME = "programme", _("programme")
        COMMISSION = "commission", _("commission")
        MEMBER = "member", _("member organisation")

    group = models.OneToOneField(Group, on_delete=models.CASCADE, primary_key=True, related_name="unit")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    level = models.CharField(max_length=20, choices=Level)
    country = models.CharField(max_length=2, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")

    # Members of these levels belong to the organisation's staff; commissions and members are outside it.
    STAFF_LEVELS = (
        Level.HEADQUARTERS,
        Level.DIVISION,
        Level.REGIONAL_OFFICE,
        Level.COUNTRY_OFFICE,
        Level.PROGRAMME,
    )

    def __str__(self) -> str:
        return str(self.group)


class UnitAncestor(models.Model):
    """`ancestor` is `unit` itself (distance 0) or above it by `distance` steps."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="ancestors")
    ancestor = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="descendants")
    distance = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "ancestor"], name="one_unit_ancestor_once")]


class Membership(models.Model):
    """`person` belongs to `group` in `role`, from `starts` to `ends` (both days included; null is open)."""

    class Role(models.TextChoices):
        MEMBER = "member", _("member")
        EDITOR = "editor", _("editor")
        STEWARD = "steward", _("steward")
        KNOWLEDGE_MANAGER = "knowledge-manager", _("knowledge manager")

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role, default=Role.MEMBER)
    title = models.CharField(max_length=200, blank=True)
    starts = models.DateField(null=True)
    ends = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "person", "role"], name="one_role_once")]
