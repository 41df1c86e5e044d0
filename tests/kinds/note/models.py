"""Notes: a mood, and remarks in a table of their own."""

from django.db import models

from baobab.assets.models import Asset, AssetDetail


class Note(AssetDetail):
    """What a note adds to the card."""

    mood = models.CharField(max_length=40, blank=True)

    class Meta:
        app_label = "note"


class Remark(models.Model):
    """One of a note's remarks."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="remarks")
    text = models.TextField()

    class Meta:
        app_label = "note"
