"""The Django app `organisation`."""

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "baobab.organisation"
    label = "organisation"
    default_auto_field = "django.db.models.BigAutoField"
