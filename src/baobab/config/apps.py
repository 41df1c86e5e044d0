"""The Django app `config`: it brings the commands that speak of the whole site."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "baobab.config"
    label = "config"
    default_auto_field = "django.db.models.BigAutoField"
