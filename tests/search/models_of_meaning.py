"""A model of sentences so small that a test makes it: a vector for each word it knows, and their mean."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import numpy as np

# Words that stand for the same thing in several languages point the same way; all others mean nothing to it.
SAME = (
    ("wetland", "wetlands", "humedal", "humedales", "marais"),
    ("mangrove", "mangroves", "manglar"),
    ("vaccine", "vacuna", "vaccin"),
    ("turbine", "molino"),
)
DIMENSION = 8


def needs_packages() -> None:
    """Skip, with the reason, where the extra is not installed."""
    for name in ("faiss", "onnxruntime", "tokenizers", "onnx"):
        pytest.importorskip(name, reason=f"{name} is not installed: search by meaning is an extra")


def make_model(
    folder: Path,
    *,
    same: Sequence[Sequence[str]] = SAME,
    has_types: bool = False,
    is_pooled: bool = False,
    pooling: Mapping[str, bool] | None = None,
    dimension: int = DIMENSION,
) -> str:
    """The files of a model in the folder; what `EMBEDDING_URL` is to be for it.

    `has_types`: it takes `token_type_ids` too. `is_pooled`: it gives one vector for each text by itself.
    """
    import numpy as np

    vocabulary = {"[UNK]": 0}
    table = [np.zeros(dimension, np.float32)]
    for number, words in enumerate(same):
        for place, word in enumerate(words):
            vocabulary[word] = len(vocabulary)
            vector = np.zeros(dimension, np.float32)
            vector[number], vector[-1] = 1.0, 0.05 * place
            table.append(vector)
    write_model(folder, vocabulary, np.array(table), has_types=has_types, is_pooled=is_pooled)
    if pooling is not None:
        (folder / "1_Pooling").mkdir(exist_ok=True)
        (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    return f"onnx://{folder}"


def write_model(
    folder: Path,
    vocabulary: dict[str, int],
    table: np.ndarray[Any, Any],
    *,
    has_types: bool = False,
    is_pooled: bool = False,
) -> None:
    """A model that looks each word up in a table of vectors; a Chinese character is a word."""
    import numpy as np
    import onnx
    from onnx import TensorProto, helper, numpy_helper
    from tokenizers import Tokenizer, models, normalizers

    folder.mkdir(parents=True, exist_ok=True)
    words_of = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    words_of.normalizer = normalizers.Lowercase()
    words_of.pre_tokenizer = _pre_tokenizer()
    words_of.save(str(folder / "tokenizer.json"))
    dimension = table.shape[1]
    inputs = ["input_ids", "attention_mask", *(["token_type_ids"] if has_types else [])]
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["words"])]
    last = "words"
    if has_types:
        nodes += [
            helper.make_node("Gather", ["types", "token_type_ids"], ["of_type"]),
            helper.make_node("Add", ["words", "of_type"], ["typed"]),
        ]
        last = "typed"
    nodes += [
        helper.make_node("Cast", ["attention_mask"], ["real"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["real", "last_axis"], ["weights"]),
        helper.make_node("Mul", [last, "weights"], ["last_hidden_state"]),
    ]
    outputs = [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, None)]
    if is_pooled:
        nodes.append(
            helper.make_node("ReduceSum", ["last_hidden_state", "one"], ["sentence_embedding"], keepdims=0)
        )
        outputs.append(helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, None))
    constants: dict[str, np.ndarray[Any, Any]] = {
        "table": table,
        "types": np.zeros((2, dimension), np.float32),
        "last_axis": np.array([-1], np.int64),
        "one": np.array([1], np.int64),
    }
    graph = helper.make_graph(
        nodes,
        "words",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"]) for name in inputs],
        outputs,
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    onnx.save(model, str(folder / "model.onnx"))


def splitter() -> Callable[[str], list[str]]:
    """How these models cut a text into words."""
    cutter = _pre_tokenizer()
    return lambda text: [word for word, _at in cutter.pre_tokenize_str(text.lower())]


def _pre_tokenizer() -> Any:
    from tokenizers import Regex, pre_tokenizers

    return pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(r"\p{Han}"), "isolated"), pre_tokenizers.Whitespace()]
    )
