"""A model of sentences in a folder, run in this process by onnxruntime on one thread.

The folder is laid out as models are published: `model.onnx`, `tokenizer.json`, and, where there are,
`1_Pooling/config.json`, `sentence_bert_config.json`, `config_sentence_transformers.json`.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from ._protocol import Unavailable
from ._vectors import normalised

if TYPE_CHECKING:
    from ._protocol import Vectors

# Longer pieces cost time with the square of their length, and few models read more than this.
_LONGEST = 512
_POOLINGS = ("mean", "cls", "max")
# So many tokens go through the model together at most, padding included. Measured with a small model: 90 MB
# while it runs; four times as many take 390 MB, and longer.
_TOKENS_AT_ONCE = 1024
# A title is repeated before each piece of a text, but takes no more than a quarter of it.
_TITLE_PART = 4
# Of large files, so many slices of this size tell one model from another.
_SLICES, _SLICE_BYTES = 64, 65_536
_INPUTS = {"input_ids", "attention_mask", "token_type_ids"}


class OnnxEmbedder:
    """See `_protocol.Embedder`. Safe to share between threads."""

    def __init__(self, folder: Path, options: Mapping[str, str]) -> None:
        """Raises `Unavailable` when a file is missing or says what this cannot do."""
        self._model = folder / options.get("file", "model.onnx")
        self._words = folder / "tokenizer.json"
        for place in (self._model, self._words):
            if not place.is_file():
                raise Unavailable(
                    _("There is no file %(place)s. EMBEDDING_URL must name a folder with model.onnx and "
                      "tokenizer.json.") % {"place": place}
                )  # fmt: skip
        _refuse_further_layers(folder)
        prompts = _read(folder / "config_sentence_transformers.json").get("prompts") or {}
        self._before_question = options.get("query", prompts.get("query", ""))
        self._before_passage = options.get("passage", prompts.get("passage", prompts.get("document", "")))
        self._pooling = options.get("pooling") or _pooling_of(folder)
        if self._pooling not in _POOLINGS:
            raise Unavailable(
                _("EMBEDDING_URL asks for pooling “%(given)s”. It must be one of %(known)s.")
                % {"given": self._pooling, "known": ", ".join(_POOLINGS)}
            )
        self._length = _length_of(folder, options)
        said = f"{self._pooling} {self._length} {self._before_question!r} {self._before_passage!r}"
        self.fingerprint = f"onnx {_digest((self._model, self._words), said)}"
        self._opening = threading.Lock()
        self._opened: tuple[Any, Any] | None = None

    def passages(self, texts: Sequence[tuple[str, str]]) -> list[Vectors]:
        """See `_protocol.Embedder.passages`. Pieces of like length go through the model together."""
        owners, pieces = [], []
        for number, (title, words) in enumerate(texts):
            for piece in self._pieces(title, words):
                owners.append(number)
                pieces.append(piece)
        vectors = self._run([self._tokens(self._before_passage + piece) for piece in pieces])
        found: list[list[Any]] = [[] for _text in texts]
        for owner, vector in zip(owners, vectors, strict=True):
            found[owner].append(vector)
        return [np.array(rows, np.float32) for rows in found]

    def question(self, text: str) -> Vectors:
        """See `_protocol.Embedder.question`."""
        vector: Vectors = self._run([self._tokens(self._before_question + text)])[0]
        return vector

    def _parts(self) -> tuple[Any, Any]:
        with self._opening:
            if self._opened is None:
                self._opened = (_session(self._model), _tokenizer(self._words))
            return self._opened

    def _tokens(self, text: str) -> list[int]:
        ids: list[int] = self._parts()[1].encode(text).ids
        if len(ids) <= self._length:
            return ids
        # The last one closes the text in most models; it is kept.
        return [*ids[: self._length - 1], ids[-1]]

    def _pieces(self, title: str, words: str) -> Iterator[str]:
        """The text in pieces that the model can read whole, each after its title."""
        tokenizer = self._parts()[1]
        start = tokenizer.encode(f"{self._before_passage}{title}\n")
        head = f"{title}\n" if title else ""
        if len(start.ids) > self._length // _TITLE_PART:
            offsets = tokenizer.encode(title, add_special_tokens=False).offsets
            head = title[: offsets[: self._length // _TITLE_PART][-1][1]] + "\n"
            start = tokenizer.encode(f"{self._before_passage}{head}")
        offsets = tokenizer.encode(words, add_special_tokens=False).offsets
        room = max(8, self._length - len(start.ids))
        if len(offsets) <= room:
            yield head + words
            return
        # Pieces of equal size: a rest of five words would stand for nothing.
        count = -(-len(offsets) // room)
        size = -(-len(offsets) // count)
        for first in range(0, len(offsets), size):
            span = offsets[first : first + size]
            yield head + words[span[0][0] : span[-1][1]]

    def _run(self, tokens: Sequence[list[int]]) -> Vectors:
        order = sorted(range(len(tokens)), key=lambda number: len(tokens[number]))
        rows: list[Any] = [None] * len(tokens)
        for batch in _batches(order, tokens):
            for number, vector in zip(batch, self._run_batch([tokens[n] for n in batch]), strict=True):
                rows[number] = vector
        return np.array(rows, np.float32)

    def _run_batch(self, tokens: Sequence[list[int]]) -> Vectors:
        session = self._parts()[0]
        width = max(1, *map(len, tokens))
        ids = np.zeros((len(tokens), width), np.int64)
        mask = np.zeros((len(tokens), width), np.int64)
        for row, some in enumerate(tokens):
            ids[row, : len(some)] = some
            mask[row, : len(some)] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        wanted = {one.name for one in session.get_inputs()}
        output = _output_of(session)
        (answer,) = session.run([output], {name: given[name] for name in wanted})
        return normalised(answer if answer.ndim == 2 else self._pooled(answer, mask))

    def _pooled(self, states: NDArray[np.float32], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        if self._pooling == "cls":
            first: NDArray[np.float32] = states[:, 0]
            return first
        real = mask[:, :, None].astype(np.float32)
        if self._pooling == "max":
            most: NDArray[np.float32] = np.where(real > 0, states, -np.inf).max(axis=1)
            return np.nan_to_num(most, neginf=0.0)
        mean: NDArray[np.float32] = (states * real).sum(axis=1) / np.maximum(real.sum(axis=1), 1.0)
        return mean


def _batches(order: Sequence[int], tokens: Sequence[list[int]]) -> Iterator[list[int]]:
    batch: list[int] = []
    for number in order:
        # In order of length, so that the newest is the longest and says how wide the batch is.
        if batch and len(tokens[number]) * (len(batch) + 1) > _TOKENS_AT_ONCE:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


def _session(place: Path) -> Any:
    onnxruntime = import_module("onnxruntime")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # Memory is given back between batches, which are of very different sizes.
    options.enable_cpu_mem_arena = False
    # Errors come as exceptions; warnings about a model's making are nothing to the operator.
    options.log_severity_level = 4
    errors = import_module("onnxruntime.capi.onnxruntime_pybind11_state")
    try:
        session = onnxruntime.InferenceSession(str(place), options, providers=["CPUExecutionProvider"])
    except (
        errors.Fail,
        errors.InvalidProtobuf,
        errors.InvalidGraph,
        errors.InvalidArgument,
        errors.NoSuchFile,
        errors.NotImplemented,
        errors.RuntimeException,
    ) as error:
        raise Unavailable(
            _("The model %(place)s cannot be loaded: %(reason)s")
            % {"place": place, "reason": str(error).splitlines()[0]}
        ) from None  # fmt: skip
    if further := {one.name for one in session.get_inputs()} - _INPUTS:
        raise Unavailable(
            _("The model %(place)s wants inputs that texts do not give: %(names)s.")
            % {"place": place, "names": ", ".join(sorted(further))}
        )
    return session


def _output_of(session: Any) -> str:
    """The output that stands for sentences where there is one, else the states of the tokens."""
    names: list[str] = [one.name for one in session.get_outputs()]
    return next((name for name in ("sentence_embedding", "last_hidden_state") if name in names), names[0])


def _tokenizer(place: Path) -> Any:
    tokenizers = import_module("tokenizers")
    try:
        tokenizer = tokenizers.Tokenizer.from_file(str(place))
    except Exception as error:  # noqa: BLE001 - the library raises nothing narrower for a file it cannot read
        raise Unavailable(
            _("The file %(place)s is no tokenizer: %(reason)s") % {"place": place, "reason": error}
        ) from None
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _read(place: Path) -> dict[str, Any]:
    try:
        found = json.loads(place.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise Unavailable(
            _("The file %(place)s cannot be read: %(reason)s") % {"place": place, "reason": error}
        ) from None
    return found if isinstance(found, dict) else {"list": found}


def _refuse_further_layers(folder: Path) -> None:
    for layer in _read(folder / "modules.json").get("list", []):
        name = str(layer.get("type", "")).rpartition(".")[2]
        if name not in ("Transformer", "Pooling", "Normalize"):
            raise Unavailable(
                _("The model in %(folder)s has a layer “%(name)s” outside model.onnx. Export it with that "
                  "layer inside, so that it gives sentence_embedding.") % {"folder": folder, "name": name}
            )  # fmt: skip


def _pooling_of(folder: Path) -> str:
    said = _read(folder / "1_Pooling" / "config.json")
    for pooling, key in (
        ("cls", "pooling_mode_cls_token"),
        ("max", "pooling_mode_max_tokens"),
        ("mean", "pooling_mode_mean_tokens"),
    ):
        if said.get(key):
            return pooling
    if said:
        raise Unavailable(
            _("The model in %(folder)s is pooled in a way that is not known here. EMBEDDING_URL can name "
              "one: %(known)s.") % {"folder": folder, "known": ", ".join(_POOLINGS)}
        )  # fmt: skip
    return "mean"


def _length_of(folder: Path, options: Mapping[str, str]) -> int:
    given = options.get("length", "")
    if given and not (given.isascii() and given.isdecimal() and int(given) >= 16):
        raise Unavailable(_("The length in EMBEDDING_URL must be a number of tokens, 16 or more."))
    known = (
        _read(folder / "sentence_bert_config.json").get("max_seq_length"),
        _read(folder / "tokenizer_config.json").get("model_max_length"),
        _read(folder / "config.json").get("max_position_embeddings"),
    )
    said = int(given) if given else next((int(length) for length in known if length), _LONGEST)
    return min(said, _LONGEST)


def _digest(places: Sequence[Path], said: str) -> str:
    """A name for these files: small ones are read whole, of large ones slices all over them."""
    digest = hashlib.sha256(said.encode())
    for place in (*places, *sorted(places[0].parent.glob(f"{places[0].name}[_.]data"))):
        size = place.stat().st_size
        digest.update(f" {size} ".encode())
        step = max(_SLICE_BYTES, size // _SLICES)
        with place.open("rb") as file:
            for start in range(0, size, step):
                file.seek(start)
                digest.update(file.read(_SLICE_BYTES))
    return digest.hexdigest()[:32]
