"""The embedder that the settings name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf import settings

from ._protocol import Embedder


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
