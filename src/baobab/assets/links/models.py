"""Links between assets."""

from __future__ import annotations

from django.db import models

from ..card.models import Asset


class AssetLink(models.Model):
    """`source` stands in `relation` to `target`.

    The other way is read from the same row (`links.relations`).
    """

    source = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="links_out")
    target = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="links_in")
    relation = models.CharField(max_length=40)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "target", "relation"], name="one_link_once")]
