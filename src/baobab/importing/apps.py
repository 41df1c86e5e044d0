"""The Django app `importing`."""

from django.apps import AppConfig


class ImportingConfig(AppConfig):
    name = "baobab.importing"
    label = "importing"
    default_auto_field = "django.db.models.BigAutoField"
