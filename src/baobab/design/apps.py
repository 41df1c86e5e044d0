"""The Django app `design`."""

from django.apps import AppConfig


class DesignConfig(AppConfig):
    name = "baobab.design"
    label = "design"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Whatever process starts, the interface speaks its languages."""
        from .catalogues import compile_catalogues

        compile_catalogues()
