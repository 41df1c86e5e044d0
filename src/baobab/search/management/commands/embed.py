"""`baobab embed`: embed what waits for search by meaning, now and to its end."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from baobab.search import meaning

# While another process embeds, its progress is looked at so often (seconds).
_PAUSE = 1.0
_TURN_SECONDS = 60.0


class Command(BaseCommand):
    help = (
        "Embed all passages that wait for search by meaning. Running workers do the same, a turn at a time."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not meaning.is_on():
            self.stdout.write(_("EMBEDDING_URL names no model: search goes by words."))
            return
        from baobab.search.meaning.embedding import embed_some
        from baobab.search.meaning.queries import how_far, is_needed

        told = 0.0
        while is_needed():
            progress = embed_some(seconds=_TURN_SECONDS, check=lambda done: None)
            if progress is None:
                time.sleep(_PAUSE)
            if (state := how_far()) and time.monotonic() - told > _TURN_SECONDS / 2:
                told = time.monotonic()
                self.stdout.write(
                    _("%(passages)s passages embedded; assets that wait: %(waiting)s")
                    % {"passages": state.passages, "waiting": state.waiting}
                )
        self.stdout.write(_("Nothing waits to be embedded."))
