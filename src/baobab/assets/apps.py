"""The Django app `assets`: at start-up it finds every kind."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AssetsConfig(AppConfig):
    name = "baobab.assets"
    label = "assets"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from baobab.organisation.changes import on_units_moved

        from .card.access import refresh_readers_of_units

        autodiscover_modules("kind")
        on_units_moved(refresh_readers_of_units)
