"""The Django app `note`."""

from django.apps import AppConfig


class NoteConfig(AppConfig):
    name = "tests.kinds.note"
    label = "note"
    default_auto_field = "django.db.models.BigAutoField"
