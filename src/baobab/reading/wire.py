"""How the reader, its zygote and a child talk: length-prefixed frames of JSON or bytes, never pickles."""

from __future__ import annotations

import json
import os
import socket
from typing import Any

LENGTH = 8
REQUEST_AT_MOST = 1 << 20


def frame(payload: bytes) -> bytes:
    """The payload with its length in front."""
    return len(payload).to_bytes(LENGTH, "big") + payload


def as_json(values: dict[str, Any]) -> bytes:
    """Compact UTF-8 JSON; lone surrogates, which no encoding can carry, become question marks."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def split_frames(stream: bytes) -> list[bytes]:
    """The complete frames at the start of `stream`; a cut-off last one is dropped."""
    frames: list[bytes] = []
    at = 0
    while len(stream) - at >= LENGTH:
        size = int.from_bytes(stream[at : at + LENGTH], "big")
        if size > len(stream) - at - LENGTH:
            break
        frames.append(stream[at + LENGTH : at + LENGTH + size])
        at += LENGTH + size
    return frames


def write_all(descriptor: int, payload: bytes) -> None:
    """Write every byte to a pipe."""
    view = memoryview(payload)
    while view:
        view = view[os.write(descriptor, view) :]


def receive_exactly(connection: socket.socket, size: int) -> bytes:
    """`size` bytes; EOFError when the other side has gone."""
    pieces = bytearray()
    while len(pieces) < size:
        piece = connection.recv(min(size - len(pieces), 1 << 20))
        if not piece:
            raise EOFError
        pieces += piece
    return bytes(pieces)


def receive_frame(connection: socket.socket, *, at_most: int) -> bytes:
    """One frame; EOFError when the other side has gone or sends more than `at_most` bytes."""
    size = int.from_bytes(receive_exactly(connection, LENGTH), "big")
    if size > at_most:
        raise EOFError
    return receive_exactly(connection, size)
