"""The Django app `vocabularies`."""

from django.apps import AppConfig


class VocabulariesConfig(AppConfig):
    name = "baobab.vocabularies"
    label = "vocabularies"
    default_auto_field = "django.db.models.BigAutoField"
