"""Knowledge products: the work, its versions, and each version's editions in a language."""

from __future__ import annotations

from django.db import models

from baobab.assets.models import Asset, AssetDetail, AssetFile
from baobab.vocabularies.models import Concept


class Series(models.Model):
    """A named series in which products appear; names are compared folded."""

    name = models.CharField(max_length=300)
    folded = models.CharField(max_length=300, unique=True)

    def __str__(self) -> str:
        return self.name


class Product(AssetDetail):
    """What a knowledge product adds to the card. `type` is a concept of the scheme of product types."""

    type = models.ForeignKey(Concept, null=True, on_delete=models.PROTECT, related_name="+")
    series = models.ForeignKey(Series, null=True, on_delete=models.SET_NULL, related_name="products")
    # An SPDX identifier where there is one, else the words of the licence.
    licence = models.CharField(max_length=200, blank=True)
    rights = models.CharField(max_length=500, blank=True)


class Version(models.Model):
    """A version of the product: its number, what changed, and its identifier."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=60, blank=True)
    note = models.TextField(blank=True)
    doi = models.CharField(max_length=300, null=True, unique=True)
    is_in_force = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asset", "number"], name="one_version_per_number")]


class Edition(models.Model):
    """A language of a version, with its ISBN, date and files."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="editions")
    language = models.CharField(max_length=35)
    # ISBN-13 without hyphens.
    isbn = models.CharField(max_length=13, null=True, unique=True)
    issued = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "language"], name="one_edition_per_language")
        ]


class EditionFile(models.Model):
    """A file of the asset that belongs to an edition."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="files")
    file = models.OneToOneField(AssetFile, on_delete=models.CASCADE, related_name="edition_file")
