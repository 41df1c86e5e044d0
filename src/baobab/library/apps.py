"""The Django app `library`."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "baobab.library"
    label = "library"
    default_auto_field = "django.db.models.BigAutoField"
