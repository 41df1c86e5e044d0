"""SKOS schemes and concepts, and places by UN M49, with the closure tables that make ancestors count."""

from __future__ import annotations

from django.db import models

from baobab.kernel.identifiers import LENGTH, new_public_id

from .labels import KEY_LENGTH


class Scheme(models.Model):
    """A SKOS concept scheme. `titles` and `descriptions` map a language tag to a text."""

    class Use(models.TextChoices):
        """What the scheme is for here: only schemes in use for topics offer suggestions and facets."""

        TOPICS = "topics"
        PRODUCT_TYPES = "product-types"
        REFERENCE = "reference"

    uri = models.CharField(max_length=500, unique=True)
    titles: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    descriptions: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    licence = models.CharField(max_length=200, blank=True)
    use = models.CharField(max_length=20, choices=Use, default=Use.TOPICS)
    updated_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.uri


class Concept(models.Model):
    """A SKOS concept. A concept that left its scheme is deprecated, never deleted while something uses it."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="concepts")
    public_id = models.CharField(max_length=LENGTH, unique=True, default=new_public_id)
    uri = models.CharField(max_length=500, unique=True)
    notation = models.CharField(max_length=120, blank=True, db_index=True)
    is_deprecated = models.BooleanField(default=False)
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    # A digest of all that the source says of the concept: unchanged concepts are not written again.
    digest = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return self.uri


class ConceptLabel(models.Model):
    """A label in a language (SKOS §5).

    For look-ups: `folded` is `labels.label_key(text)`, `stemmed` is `stems.stem_key(text, language)`.
    """

    class Role(models.TextChoices):
        PREFERRED = "pref"
        ALTERNATIVE = "alt"
        HIDDEN = "hidden"

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="labels")
    language = models.CharField(max_length=35, blank=True)
    role = models.CharField(max_length=6, choices=Role)
    text = models.CharField(max_length=800)
    folded = models.CharField(max_length=KEY_LENGTH, db_index=True)
    stemmed = models.CharField(max_length=KEY_LENGTH, db_index=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["concept", "language", "role", "text"], name="one_label_once"),
        ]

    def __str__(self) -> str:
        return self.text


class ConceptNote(models.Model):
    """A note in a language (SKOS §7): what the concept means, and how it is used."""

    class Role(models.TextChoices):
        DEFINITION = "definition"
        SCOPE = "scope"
        OTHER = "note"

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="notes")
    language = models.CharField(max_length=35, blank=True)
    role = models.CharField(max_length=10, choices=Role)
    text = models.TextField()


class ConceptParent(models.Model):
    """`parent` is directly broader than `concept` (SKOS §8)."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="parents")
    parent = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="children")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["concept", "parent"], name="one_parent_once")]


class ConceptAncestor(models.Model):
    """`ancestor` is `concept` itself (distance 0) or broader by `distance` steps, the shortest way."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="ancestors")
    ancestor = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="descendants")
    distance = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["concept", "ancestor"], name="one_ancestor_once")]


class ConceptRelation(models.Model):
    """`other` is related to `concept` (SKOS §8); stored both ways."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="related")
    other = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["concept", "other"], name="one_relation_once")]


class ConceptMapping(models.Model):
    """The concept corresponds to `target`, the URI of a concept elsewhere (SKOS §10)."""

    class Role(models.TextChoices):
        EXACT = "exact"
        CLOSE = "close"
        BROAD = "broad"
        NARROW = "narrow"
        RELATED = "related"

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="mappings")
    role = models.CharField(max_length=7, choices=Role)
    target = models.CharField(max_length=500, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["concept", "role", "target"], name="one_mapping_once")]


class Place(models.Model):
    """An area or country of UN M49. `code` is ISO 3166-1 alpha-2 for countries, else the M49 number."""

    class Level(models.TextChoices):
        WORLD = "world"
        REGION = "region"
        SUBREGION = "subregion"
        COUNTRY = "country"

    code = models.CharField(max_length=10, unique=True)
    m49 = models.CharField(max_length=3, blank=True, db_index=True)
    iso3 = models.CharField(max_length=3, blank=True, db_index=True)
    level = models.CharField(max_length=10, choices=Level)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)

    def __str__(self) -> str:
        return self.code


class PlaceName(models.Model):
    """What the place is called in a language; `is_preferred` for the one shown; `folded` by `place_key`."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="names")
    language = models.CharField(max_length=35)
    text = models.CharField(max_length=200)
    folded = models.CharField(max_length=KEY_LENGTH, db_index=True)
    is_preferred = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "language", "text"], name="one_place_name_once")
        ]

    def __str__(self) -> str:
        return self.text


class PlaceAncestor(models.Model):
    """`ancestor` is `place` itself (distance 0) or holds it, `distance` steps up."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="ancestors")
    ancestor = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="descendants")
    distance = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "ancestor"], name="one_place_ancestor_once")]
