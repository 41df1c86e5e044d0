"""The dirty set."""

from __future__ import annotations

from django.db import models


class Dirty(models.Model):
    """`consumer` has yet to take in the asset's present state.

    A set, never a log: an action writes the row with a new `stamp`, the consumer deletes it after its
    own commit if the stamp is still the one it read. `is_narrowed`: somebody lost the right to read,
    so the asset is kept out of every engine call by id until the consumer caught up. `is_in_bulk`: it
    changed along with many others, so what people change one at a time is taken in before it.
    `asset_id` is no foreign key: a purged asset must still be taken out of the index.
    """

    asset_id = models.BigIntegerField()
    consumer = models.CharField(max_length=20)
    stamp = models.CharField(max_length=16)
    is_narrowed = models.BooleanField(default=False)
    is_in_bulk = models.BooleanField(default=False)
    marked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asset_id", "consumer"], name="one_dirty_each")]
        indexes = [
            models.Index(fields=["consumer", "is_in_bulk", "marked_at"], name="dirty_in_order"),
            models.Index(
                fields=["consumer", "asset_id"], name="dirty_narrowed", condition=models.Q(is_narrowed=True)
            ),
        ]
