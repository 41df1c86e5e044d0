"""The Django app `assets`.

At start-up it finds every kind, and asks to be told of moved units, topics and places.
"""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AssetsConfig(AppConfig):
    name = "baobab.assets"
    label = "assets"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from baobab.organisation.changes import on_units_moved
        from baobab.vocabularies.changes import on_hierarchy_changed, on_places_changed

        from .card.access import refresh_readers_of_units
        from .classification.actions import refresh_concept_ancestors, refresh_place_ancestors
        from .indexing.actions import mark_units_dirty

        autodiscover_modules("kind")
        on_units_moved(refresh_readers_of_units)
        on_units_moved(mark_units_dirty)
        on_hierarchy_changed(refresh_concept_ancestors)
        on_places_changed(refresh_place_ancestors)
