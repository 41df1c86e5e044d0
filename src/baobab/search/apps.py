"""The Django app `search`."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "baobab.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from baobab.assets.indexing.actions import add_consumer

        from . import lookalikes, meaning, saved

        add_consumer(lookalikes.CONSUMER)
        add_consumer(saved.CONSUMER)
        add_consumer(meaning.CONSUMER, is_wanted=meaning.is_kept)
