"""Vectors from a server that speaks the embeddings request of OpenAI's API, as many servers of models do."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _

from ._outbound import Refusal, Unreachable, post_json
from ._protocol import Unavailable
from ._vectors import normalised

if TYPE_CHECKING:
    from ._protocol import Vectors

# Servers take some hundred texts at once; so many characters keep an answer within seconds.
_TEXTS_AT_ONCE = 64
_CHARACTERS_AT_ONCE = 60_000
# What a server of models reads at once is not known here: 8,192 tokens at most of them, a passage has 4,000
# characters. More is cut off.
_LONGEST = 8_000
# Somebody waits for a question; a job can wait, and asks again.
_QUESTION_SECONDS = 3.0
_PASSAGES_SECONDS = 60.0
_ATTEMPTS = 4
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 30.0
# After a question that was not answered, no page waits for the server again for so long.
_SILENCE_SECONDS = 30.0


class EndpointEmbedder:
    """See `_protocol.Embedder`. Safe to share between threads."""

    def __init__(self, url: str, options: Mapping[str, str]) -> None:
        self._url = f"{url.rstrip('/')}/embeddings"
        self._model = options["model"]
        self._before_question = options.get("query", "")
        self._before_passage = options.get("passage", "")
        said = f"{self._model} {self._before_question!r} {self._before_passage!r}"
        self.fingerprint = f"endpoint {said}"[:200]
        self._silent_until = 0.0

    def passages(self, texts: Sequence[tuple[str, str]]) -> list[Vectors]:
        """See `_protocol.Embedder.passages`: one piece each, many in a request."""
        whole = [
            f"{self._before_passage}{title}\n{words}".strip()[:_LONGEST] or " " for title, words in texts
        ]
        found: list[Vectors] = []
        for batch in _batches(whole):
            found += [row[None, :] for row in self._patiently(batch)]
        return found

    def question(self, text: str) -> Vectors:
        """See `_protocol.Embedder.question`."""
        if time.monotonic() < self._silent_until:
            raise Unreachable(_("The server of the model did not answer a moment ago."))
        try:
            vectors = self._ask([f"{self._before_question}{text}"[:_LONGEST]], timeout=_QUESTION_SECONDS)
        except Unavailable:
            self._silent_until = time.monotonic() + _SILENCE_SECONDS
            raise
        vector: Vectors = vectors[0]
        return vector

    def _patiently(self, texts: Sequence[str]) -> Vectors:
        pause = _FIRST_PAUSE
        for _attempt in range(_ATTEMPTS - 1):
            try:
                return self._ask(texts, timeout=_PASSAGES_SECONDS)
            except Refusal as refusal:
                if not refusal.is_passing:
                    raise
                pause = max(pause, refusal.retry_after)
            except Unreachable:
                pass
            time.sleep(min(pause, _LONGEST_PAUSE))
            pause *= 3
        return self._ask(texts, timeout=_PASSAGES_SECONDS)

    def _ask(self, texts: Sequence[str], *, timeout: float) -> Vectors:
        content = {"model": self._model, "input": list(texts), "encoding_format": "float"}
        answer = post_json(self._url, content, key=settings.EMBEDDING_KEY, timeout=timeout)
        return normalised(_vectors(answer, len(texts)))


def _vectors(answer: Any, count: int) -> Vectors:
    """Raises `Refusal` when the answer is not one vector of numbers for each text, all of one length."""
    try:
        rows = sorted(answer["data"], key=lambda row: int(row["index"]))
        vectors = np.array([row["embedding"] for row in rows], np.float32)
    except (KeyError, TypeError, ValueError):
        vectors = np.zeros(0, np.float32)
    if vectors.ndim != 2 or len(vectors) != count or not np.isfinite(vectors).all():
        raise Refusal(
            _("The server of the model did not answer with one vector for each text."), is_passing=False
        )
    return vectors


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        if batch and (len(batch) == _TEXTS_AT_ONCE or size + len(text) > _CHARACTERS_AT_ONCE):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += len(text)
    if batch:
        yield batch
