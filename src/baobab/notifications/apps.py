"""The Django app `notifications`."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "baobab.notifications"
    label = "notifications"
    default_auto_field = "django.db.models.BigAutoField"
