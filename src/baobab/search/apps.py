"""The Django app `search`."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "baobab.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"
