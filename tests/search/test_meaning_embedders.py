"""Embedders: models in a folder as they are published, and a server; and all that goes wrong."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from baobab.config.environment import Environment
from baobab.search.indexer import catch_up
from baobab.search.meaning._protocol import Embedder, Unavailable
from baobab.search.meaning.embedders import embedder
from baobab.search.queries import SearchRequest, search

from .factory import asset, reader
from .models_of_meaning import DIMENSION, make_model, needs_packages


@pytest.fixture(autouse=True)
def _packages() -> None:
    needs_packages()


def model(settings: Settings, url: str) -> Embedder:
    settings.EMBEDDING_URL = url
    return embedder()


def likeness(of: Embedder, question: str, passage: str, title: str = "") -> float:
    (rows,) = of.passages([(title, passage)])
    return max(float(row @ of.question(question)) for row in rows)


@pytest.mark.parametrize(
    "shape", [{}, {"has_types": True}, {"is_pooled": True}, {"pooling": {"pooling_mode_max_tokens": True}}]
)
def test_models_of_all_shapes_find_the_same_alike(
    settings: Settings, tmp_path: Path, shape: dict[str, Any]
) -> None:
    made = model(settings, make_model(tmp_path / "model", **shape))
    assert likeness(made, "Wetland", "el humedal seco") > 0.95
    assert likeness(made, "wetland", "la vacuna") < 0.1
    assert likeness(made, "wetland", "nothing it knows") == 0.0


def test_the_first_word_counts_where_the_model_says_so(settings: Settings, tmp_path: Path) -> None:
    made = model(settings, make_model(tmp_path / "model", pooling={"pooling_mode_cls_token": True}))
    assert likeness(made, "wetland", "humedal vacuna") > 0.95
    assert likeness(made, "wetland", "vacuna humedal") < 0.1


def test_the_address_may_say_how_to_pool_and_what_stands_before_texts(
    settings: Settings, tmp_path: Path
) -> None:
    url = make_model(tmp_path / "model")
    made = model(settings, f"{url}?pooling=cls&query=vaccine%20&passage=vacuna%20")
    assert likeness(made, "wetland", "turbine") > 0.95


def test_what_is_longer_than_the_model_reads_is_taken_in_pieces_each_after_its_title(
    settings: Settings, tmp_path: Path
) -> None:
    made = model(settings, make_model(tmp_path / "model") + "?length=16")
    (rows,) = made.passages([("mangrove", "wetland " * 20 + "nothing " * 20 + "vaccine " * 20)])
    assert rows.shape == (4, DIMENSION)
    assert float(rows[0] @ made.question("wetland")) > 0.9
    assert float(rows[3] @ made.question("vaccine")) > 0.9
    assert (rows @ made.question("mangrove") > 0.05).all()
    (short, empty) = made.passages([("a", "wetland"), ("", "")])
    assert (short.shape, empty.shape) == ((1, DIMENSION), (1, DIMENSION))
    assert not empty.any()


def test_order_and_company_of_texts_change_nothing(settings: Settings, tmp_path: Path) -> None:
    made = model(settings, make_model(tmp_path / "model"))
    texts = [("", "wetland"), ("", "vaccine " * 90), ("", "mangrove " * 5)]
    together = made.passages(texts)
    for text, rows in zip(texts, together, strict=True):
        (alone,) = made.passages([text])
        assert rows == pytest.approx(alone, abs=1e-6)


def test_two_models_are_told_apart_and_a_copy_is_the_same(settings: Settings, tmp_path: Path) -> None:
    url = make_model(tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "copy")
    first = model(settings, url).fingerprint
    assert model(settings, f"onnx://{tmp_path / 'copy'}").fingerprint == first
    assert model(settings, f"{url}?passage=passage:%20").fingerprint != first
    assert model(settings, make_model(tmp_path / "two", dimension=9)).fingerprint != first


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json"])
def test_a_missing_file_is_named(settings: Settings, tmp_path: Path, missing: str) -> None:
    url = make_model(tmp_path / "model")
    (tmp_path / "model" / missing).unlink()
    with pytest.raises(Unavailable, match=missing):
        model(settings, url)


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("model.onnx", "no model", "cannot be loaded"),
        ("tokenizer.json", "{", "is no tokenizer"),
        ("tokenizer.json", "{}", "is no tokenizer"),
        ("1_Pooling/config.json", "{", "cannot be read"),
        ("1_Pooling/config.json", '{"pooling_mode_lasttoken": true}', "not known here"),
        ("modules.json", '[{"type": "sentence_transformers.models.Dense"}]', "Dense"),
    ],
)
def test_files_that_are_not_what_they_should_be_are_named(
    settings: Settings, tmp_path: Path, file: str, content: str, said: str
) -> None:
    url = make_model(tmp_path / "model")
    place = tmp_path / "model" / file
    place.parent.mkdir(exist_ok=True)
    place.write_text(content)
    with pytest.raises(Unavailable, match=said):
        model(settings, url).question("wetland")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("onnx://relative/folder", "names no model"),
        ("https://example.org/v1", "names no model"),
        ("ftp://example.org/v1?model=a", "names no model"),
        ("model", "names no model"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, url: str, said: str
) -> None:
    monkeypatch.setenv("EMBEDDING_URL", url)
    with pytest.raises(ImproperlyConfigured, match=said):
        Environment().embedding("EMBEDDING_URL")


def test_a_network_that_is_none_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAOBAB_FETCH_ALLOW", "10.1.0.0/16, home")
    with pytest.raises(ImproperlyConfigured, match="home"):
        Environment().networks("BAOBAB_FETCH_ALLOW")


class Server(BaseHTTPRequestHandler):
    """A server of a model that knows the words of `models_of_meaning`, and fails as it is told to."""

    asked: ClassVar[list[dict[str, Any]]]
    keys: ClassVar[list[str]]
    failures: ClassVar[list[tuple[int, dict[str, str]]]]
    answer: ClassVar[str]
    width: ClassVar[int]

    def do_POST(self) -> None:
        content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.failures:
            status, headers = self.failures.pop(0)
            self._send(status, json.dumps({"error": {"message": "too busy"}}), headers)
            return
        self.asked.append(content)
        self.keys.append(self.headers.get("Authorization", ""))
        rows = [{"index": i, "embedding": self._vector(text)} for i, text in enumerate(content["input"])]
        self._send(200, self.answer or json.dumps({"data": rows[::-1]}), {})

    def _vector(self, text: str) -> list[float]:
        known = {"humedal": [1.0, 0.5], "wetland": [1.0, 0.5], "vacuna": [0.0, 2.0]}
        found = next((vector for word, vector in known.items() if word in text.lower()), [0.0, 0.0])
        return found + [0.0] * (self.width - 2)

    def _send(self, status: int, body: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is written."""


@pytest.fixture
def server(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a real server on this machine, which may be called."""
    Server.asked, Server.keys, Server.failures, Server.answer = [], [], [], ""
    Server.width = 2
    settings.FETCH_ALLOW = ["127.0.0.1"]
    settings.EMBEDDING_KEY = "secret"
    monkeypatch.setattr("baobab.search.meaning._endpoint._FIRST_PAUSE", 0.0)
    running = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}/v1?model=small"
    running.shutdown()
    running.server_close()
    thread.join()
    from baobab.search.meaning.embedders import forget_embedder

    forget_embedder()


def test_a_server_gives_vectors_in_the_order_asked_in_few_requests(settings: Settings, server: str) -> None:
    made = model(settings, server)
    found = made.passages([("", "humedal"), *[("", f"text {n}") for n in range(99)]])
    assert len(found) == 100
    assert [len(asked["input"]) for asked in Server.asked] == [64, 36]
    assert Server.asked[0]["model"] == "small"
    assert set(Server.keys) == {"Bearer secret"}
    assert likeness(made, "wetland", "humedal") == pytest.approx(1.0, abs=1e-6)
    assert likeness(made, "wetland", "vacuna") < 0.5


def test_a_busy_server_is_asked_again_and_one_that_refuses_is_not(settings: Settings, server: str) -> None:
    made = model(settings, server)
    Server.failures = [(503, {}), (429, {"Retry-After": "0"})]
    assert len(made.passages([("", "humedal")])) == 1
    Server.failures = [(401, {}), (500, {})]
    with pytest.raises(Unavailable, match="401: too busy"):
        made.passages([("", "humedal")])
    assert len(Server.failures) == 1
    Server.failures = [(500, {})] * 9
    with pytest.raises(Unavailable, match="500"):
        made.passages([("", "humedal")])
    assert len(Server.failures) == 5


@pytest.mark.parametrize(
    "answer",
    [
        "no json",
        "[]",
        '{"data": []}',
        '{"data": [{"index": 0, "embedding": []}, {"index": 1, "embedding": [1]}]}',
        '{"data": [{"index": 0, "embedding": ["a"]}]}',
        '{"data": [{"index": 0, "embedding": [1e999]}]}',
    ],
)
def test_an_answer_without_vectors_is_no_answer(settings: Settings, server: str, answer: str) -> None:
    Server.answer = answer
    with pytest.raises(Unavailable):
        model(settings, server).passages([("", "humedal")])


def test_a_question_does_not_wait_again_for_a_server_that_is_away(settings: Settings, server: str) -> None:
    made = model(settings, server)
    Server.failures = [(500, {})]
    with pytest.raises(Unavailable, match="500"):
        made.question("wetland")
    with pytest.raises(Unavailable, match="a moment ago"):
        made.question("wetland")
    assert Server.asked == []


def test_a_server_nobody_listens_at_is_named(settings: Settings, server: str) -> None:
    settings.FETCH_ALLOW = ["127.0.0.0/8"]
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1 cannot be reached"):
        model(settings, "http://127.0.0.1:9/v1?model=a").passages([("", "humedal")])


def test_private_addresses_are_called_only_where_allowed(settings: Settings, server: str) -> None:
    settings.FETCH_ALLOW = ["10.0.0.0/8"]
    with pytest.raises(Unavailable, match="BAOBAB_FETCH_ALLOW"):
        model(settings, server).question("wetland")
    assert Server.asked == []
    settings.FETCH_ALLOW = ["0.0.0.0/0"]
    with pytest.raises(Unavailable, match="BAOBAB_FETCH_ALLOW"):
        model(settings, "http://169.254.169.254/v1?model=a").question("wetland")


@pytest.mark.django_db
def test_with_a_server_all_is_embedded_and_found_again_when_its_vectors_change_and_by_words_when_it_is_away(
    settings: Settings, server: str, tmp_path: Path
) -> None:
    from baobab.search.meaning.embedding import embed_some
    from baobab.search.meaning.queries import how_far

    settings.BAOBAB_HOME = tmp_path
    settings.EMBEDDING_URL = server
    asset("Humedal", language="es")
    asset("Vacuna", language="es")
    asset("Wetland")
    assert catch_up()

    def titles() -> set[str]:
        return {hit.asset.title for hit in search(reader(), SearchRequest(q="wetland")).hits}

    def embed() -> None:
        progress = embed_some(seconds=60, check=lambda done: None)
        assert progress is not None
        assert progress.is_done

    embed()
    assert titles() == {"Humedal", "Wetland"}
    Server.width = 3
    assert titles() == {"Wetland"}
    asset("Humedales", language="es")
    assert catch_up()
    with pytest.raises(Unavailable, match="embedded again"):
        embed()
    embed()
    state = how_far()
    assert state is not None
    assert (state.dimension, state.passages, state.waiting) == (3, 4, 0)
    assert titles() == {"Humedal", "Humedales", "Wetland"}
    Server.failures = [(500, {})]
    assert titles() == {"Wetland"}
