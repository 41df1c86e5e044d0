"""What texts and records are compared by, the pairs that were found, and those that a person set apart."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from baobab.assets.models import Asset, Blob
from baobab.organisation.models import Person


class TextSketch(models.Model):
    """The sketch of a file's text, of an asset's own words, or of its record (`sketches`).

    Derived: it goes with the file, and with the asset's words. Of a file it is kept once, however many
    assets have it; `read_at` says which reading it was made from.
    """

    class Sort(models.TextChoices):
        FILE = "file"
        WORDS = "words"
        RECORD = "record"

    sort = models.CharField(max_length=6, choices=Sort)
    blob = models.OneToOneField(Blob, null=True, on_delete=models.CASCADE, related_name="+")
    asset = models.ForeignKey(Asset, null=True, on_delete=models.CASCADE, related_name="+")
    read_at = models.DateTimeField(null=True)
    # BLAKE2b over the folded words: equal for texts that say the same, word for word.
    digest = models.CharField(max_length=32)
    word_count = models.PositiveIntegerField()
    ceiling = models.BigIntegerField()
    # Unsigned numbers of 64 bits, little endian, sorted.
    hashes = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asset", "sort"], name="one_sketch_of_each_sort"),
            models.CheckConstraint(
                condition=models.Q(blob__isnull=True) ^ models.Q(asset__isnull=True),
                name="sketch_of_file_or_asset",
            ),
        ]
        indexes = [models.Index(fields=["digest"], name="sketch_digest")]


class SketchedRun(models.Model):
    """One hash of a sketch: the index by which texts with the same runs of words are found."""

    sketch = models.ForeignKey(TextSketch, on_delete=models.CASCADE, related_name="runs", db_index=False)
    value = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["value", "sketch"], name="sketched_run"),
            models.Index(fields=["sketch"], name="runs_of_sketch"),
        ]


class CommonRun(models.Model):
    """A run of words that so many texts have that it tells none from another; it is looked up no more."""

    value = models.BigIntegerField(primary_key=True)


class Likeness(models.Model):
    """Two assets that may be the same; `left` has the smaller id. Derived from their present state."""

    class How(models.TextChoices):
        SAME = "same", _("the same text")
        NEARLY = "nearly", _("nearly the same text")
        LEFT_HOLDS = "left-holds", _("the first contains the second")
        RIGHT_HOLDS = "right-holds", _("the second contains the first")
        RECORD = "record", _("records of the same work, as it seems")

    left = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="+")
    right = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="+")
    how = models.CharField(max_length=11, choices=How)
    # How sure it is that they are the same (0 to 1): the order of the report.
    score = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["left", "right"], name="one_likeness_per_pair"),
            models.CheckConstraint(
                condition=models.Q(left__lt=models.F("right")), name="likeness_in_order_of_id"
            ),
        ]
        indexes = [models.Index(fields=["-score", "id"], name="likeness_in_order")]


class SetApart(models.Model):
    """A person's word that two assets are not the same, whatever is found; `left` has the smaller id."""

    left = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="+")
    right = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["left", "right"], name="one_word_apart_per_pair"),
            models.CheckConstraint(
                condition=models.Q(left__lt=models.F("right")), name="apart_in_order_of_id"
            ),
        ]
