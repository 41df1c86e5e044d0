"""Search by what texts mean: passages as vectors, near to questions in whatever words or language.

Nothing here is loaded unless `EMBEDDING_URL` names a model; what needs the packages of the extra
`[semantic]` is imported when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from ._protocol import Unavailable
from .embedders import embedder, model_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from baobab.organisation.readers import Reader
    from baobab.search.engine import ByMeaning, Sight

    from .queries import Embedding

# The name under which changed assets wait to be embedded.
CONSUMER = "meaning"


def is_on() -> bool:
    """Whether this installation searches by meaning."""
    return bool(settings.EMBEDDING_URL)


def is_kept() -> bool:
    """Whether changes are to be remembered: it is on, or was and may be so again."""
    from pathlib import Path

    return is_on() or (Path(settings.BAOBAB_HOME) / "meaning").exists()


def answers(reader: Reader, text: str, *, sight: Sight, limit: int = 100) -> Mapping[int, ByMeaning]:
    """The assets that answer `text` by meaning, best first, `limit` at most; see `queries.answers`."""
    if not is_on():
        return {}
    from .queries import answers as answered

    return answered(reader, text, sight=sight, limit=limit)


def how_far() -> Embedding | None:
    """How far the embedding is; see `queries.how_far`. Only where it is on."""
    from .queries import how_far as found

    return found()


def try_model() -> int:
    """Have the model embed a word; how many numbers its vectors have. Raises `Unavailable`."""
    return len(embedder().question("word"))


__all__ = ["CONSUMER", "Unavailable", "answers", "how_far", "is_kept", "is_on", "model_name", "try_model"]
