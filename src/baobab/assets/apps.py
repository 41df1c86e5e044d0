"""The Django app `assets`."""

from django.apps import AppConfig


class AssetsConfig(AppConfig):
    name = "baobab.assets"
    label = "assets"
    default_auto_field = "django.db.models.BigAutoField"
