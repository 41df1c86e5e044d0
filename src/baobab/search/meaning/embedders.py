"""What turns text into vectors: the protocol, and the embedder that the settings name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf import settings

from baobab.kernel.errors import BaobabError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]


class Unavailable(BaobabError):
    """No vectors can be had now; the sentence says why. Search goes on by words, the job tries again."""

    status = 503
    title = "Texts cannot be compared by meaning at the moment"


class Embedder(Protocol):
    """One model. Vectors are of length 1, or 0 for a text that says nothing to it."""

    # How its vectors are told from those of another model, in at most some hundred characters.
    fingerprint: str

    def passages(self, texts: Sequence[tuple[str, str]]) -> list[Vectors]:
        """For each text, given as (title, words), a row for each piece the model could read at once.

        Raises `Unavailable`.
        """

    def question(self, text: str) -> Vectors:
        """One vector, within the time that somebody waits for a page. Raises `Unavailable`."""


def embedder() -> Embedder:
    """The embedder that `EMBEDDING_URL` names, made once for this process; the model itself is read when
    the first text comes.

    `onnx:///folder?file=model.onnx&pooling=mean&length=256&query=query:%20&passage=passage:%20` (all
    but the folder may be left away), or `https://host/v1?model=NAME`. Raises `Unavailable`
    when files are missing or not those of a model of sentences.
    """
    return _embedder_at(settings.EMBEDDING_URL)


def model_name() -> str:
    """What people call the model: its folder, or its name and server."""
    parts = urlsplit(settings.EMBEDDING_URL)
    if parts.scheme == "onnx":
        return unquote(parts.path)
    return f"{dict(parse_qsl(parts.query))['model']} ({parts.hostname})"


@cache
def _embedder_at(url: str) -> Embedder:
    parts = urlsplit(url)
    options: Mapping[str, str] = dict(parse_qsl(parts.query))
    if parts.scheme == "onnx":
        from ._onnx import OnnxEmbedder

        return OnnxEmbedder(Path(unquote(parts.path)), options)
    from ._endpoint import EndpointEmbedder

    return EndpointEmbedder(url.partition("?")[0], options)


def forget_embedder() -> None:
    """Let go of the model and its memory, after the work of a job."""
    _embedder_at.cache_clear()
