"""The card: one narrow row per asset, its label sets and its contributors."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from baobab.kernel.identifiers import LENGTH, new_public_id
from baobab.organisation.models import Person, Unit


class LabelSet(models.Model):
    """A distinct set of reader labels. SQL compares the set's id; the index holds the labels themselves."""

    # SHA-256 over the sorted labels, one per line.
    digest = models.CharField(max_length=64, unique=True)
    # The same labels in one string, sorted, one per line: read without a join.
    text = models.TextField()

    @property
    def labels(self) -> frozenset[str]:
        return frozenset(self.text.split())


class LabelInSet(models.Model):
    """One label of a set, so that the sets that meet a reader's labels are found by index."""

    set = models.ForeignKey(LabelSet, on_delete=models.CASCADE, related_name="members")
    label = models.CharField(max_length=40, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["set", "label"], name="one_label_in_set_once")]


class State(models.TextChoices):
    """Where an asset stands between the first word and the tombstone."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in-review", _("in review")
    SCHEDULED = "scheduled", _("scheduled")
    PUBLISHED = "published", _("published")
    ARCHIVED = "archived", _("archived")
    WITHDRAWN = "withdrawn", _("withdrawn")
    MERGED = "merged", _("merged")
    PURGED = "purged", _("purged")


# What lists and search show to everybody who may read it.
LISTED_STATES = (State.PUBLISHED, State.ARCHIVED)
# Not yet meant for its audience: only those who work on it read it.
WORKING_STATES = (State.DRAFT, State.IN_REVIEW, State.SCHEDULED)


class Asset(models.Model):
    """Something the organisation knows. Kinds keep their own fields in a table of their own."""

    public_id = models.CharField(max_length=LENGTH, unique=True, default=new_public_id)
    kind = models.CharField(max_length=40)
    # Copies of the original text's words, for lists that read this table only.
    title = models.CharField(max_length=1000)
    byline = models.CharField(max_length=500, blank=True)
    summary = models.TextField(blank=True)
    original_language = models.CharField(max_length=35, default="en")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    # The best quality mark in force, as its check's slug; empty: not checked.
    quality = models.CharField(max_length=40, blank=True)
    audience = models.ForeignKey(LabelSet, on_delete=models.PROTECT, related_name="+")
    readers = models.ForeignKey(LabelSet, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="owned_assets")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="assets")
    # When the thing itself appeared, in EDTF; the first day it may mean, for years.
    issued = models.CharField(max_length=30, blank=True)
    issued_from = models.DateField(null=True)
    # The day by which lists are sorted: the first day of `issued`, else the day of publishing, else of
    # making.
    dated_on = models.DateField()
    published_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    review_by = models.DateField(null=True)
    thumbnail = models.ForeignKey("assets.Blob", null=True, on_delete=models.SET_NULL, related_name="+")
    revision = models.PositiveIntegerField(default=0)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged_from")
    # Why it was withdrawn or archived, in the words of who did it.
    state_reason = models.TextField(blank=True)

    class Meta:
        indexes = [
            # Lists walk these in their own order; state and readers are checked in the index.
            # Leading with the state would cost a sort: lists show two of them.
            models.Index(fields=["-dated_on", "-id", "state", "readers"], name="asset_listed"),
            models.Index(
                fields=["kind", "-dated_on", "-id", "state", "readers"], name="asset_listed_of_kind"
            ),
            models.Index(fields=["owner", "-dated_on"], name="asset_of_owner"),
            models.Index(fields=["unit", "-dated_on"], name="asset_of_unit"),
            models.Index(fields=["readers", "-dated_on"], name="asset_of_readers"),
            models.Index(
                fields=["review_by"], name="asset_review_by", condition=models.Q(review_by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def year(self) -> int | None:
        return self.issued_from.year if self.issued_from else None


class AssetDetail(models.Model):
    """What a kind adds: its own table with a one-to-one key to the card."""

    asset = models.OneToOneField(Asset, on_delete=models.CASCADE, primary_key=True, related_name="+")

    class Meta:
        abstract = True


class Contribution(models.Model):
    """Somebody's part in an asset, under the name that was printed.

    The person is matched only for certain.
    """

    class Role(models.TextChoices):
        AUTHOR = "author", _("author")
        EDITOR = "editor", _("editor")
        TRANSLATOR = "translator", _("translator")
        CONTRIBUTOR = "contributor", _("contributor")
        REVIEWER = "reviewer", _("reviewer")
        CONTACT = "contact", _("contact")

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="contributions")
    position = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=12, choices=Role, default=Role.AUTHOR)
    name = models.CharField(max_length=300)
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="contributions")

    class Meta:
        ordering = ["position"]
