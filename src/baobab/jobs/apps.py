"""The Django app `jobs`."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "baobab.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
