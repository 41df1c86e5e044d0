"""`baobab reindex`: build the search index anew while the old one answers."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from baobab.search import indexer


class Command(BaseCommand):
    help = "Build the search index anew from the database. Searches and changes go on meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        told = -1

        def report(done: int, total: int) -> None:
            nonlocal told
            percent = done * 100 // total if total else 100
            if percent != told:
                told = percent
                self.stdout.write(
                    _("%(done)s of %(total)s (%(percent)s %%)")
                    % {"done": done, "total": total, "percent": percent}
                )

        self.stdout.write(_("Building a new search index ..."))
        indexer.rebuild(report=report)
        self.stdout.write(_("The new search index is in use."))
