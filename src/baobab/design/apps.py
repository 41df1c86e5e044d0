"""The Django app `design`."""

from django.apps import AppConfig


class DesignConfig(AppConfig):
    name = "baobab.design"
    label = "design"
    default_auto_field = "django.db.models.BigAutoField"
