"""The reader as the rest of Baobab sees it: hand in a file, get back a Reading, whatever the file does."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Collection
from dataclasses import asdict, replace
from json import JSONDecodeError, loads
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from baobab.reading import wire
from baobab.reading.model import ExtractedMember, Limits, Reading, reading_from_json
from baobab.reading.reasons import Refused, sentence_of, status_of
from baobab.reading.steps import last_step

START_SECONDS = 60.0
# The zygote stops its child itself; a zygote silent for so much longer is not well.
GRACE_SECONDS = 15.0
CRASHES = frozenset(
    {signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGTRAP, signal.SIGFPE}
)
# Ends that one bad page can bring about: the rest is then read without it, so often, and while time is left.
FATAL = frozenset({"crashed", "memory", "time"})
LEFT_OUT_AT_MOST = 3
WORTH_ANOTHER = 1.0
# A parser that dies with this share of its memory used died of hunger, not of a wrong byte.
NEAR_THE_CAP = 0.5


class Reader:
    """Reads documents one at a time, each in a confined child process.

    Keep one for the life of a process: starting costs about half a second, a document 10 ms more than its
    parsing. Threads may share it and take turns; a process forked from its owner gets a zygote of its own.
    Bad content never raises: it gives a Reading with the status and sentence that fit. Only a path that
    cannot be opened raises OSError.
    """

    def __init__(self, *, languages: Collection[str] | None = None) -> None:
        """`languages`: the primary tags that `Reading.language` may be; all known ones by default."""
        self._languages = sorted(languages) if languages is not None else None
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._folder = ""
        self._owner = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def read(
        self,
        path: Path,
        *,
        name: str = "",
        limits: Limits | None = None,
        ocr: bool = False,
        ocr_languages: Collection[str] = (),
    ) -> Reading:
        """The text by page, metadata, language and picture of the file at `path`.

        `name` is the file's own name where the path's is not (stored files are named by their hash). With
        `ocr`,
        and Tesseract installed, page images without text are recognised: give `limits.for_ocr(pages)` for it,
        and in `ocr_languages` the primary tags of the languages to expect, the likeliest first.
        """
        limits = limits or Limits()
        request = {"task": "read", "languages": self._languages, **self._recognition(ocr_languages, ocr=ocr)}
        return self._read_around(path, name, limits, request)

    def _read_around(self, path: Path, name: str, limits: Limits, request: dict[str, Any]) -> Reading:
        """Read, and read again without a piece that ended the child, all within the time of one reading."""
        left_out: list[int] = []
        spent, peak = 0, 0
        first: Reading | None = None
        while True:
            left = limits.seconds - spent / 1000
            allowed = replace(limits, seconds=left)
            frames, ending = self._ask(path, name, allowed, {**request, "left_out": left_out})
            frames, number, of = last_step(frames)
            reading = _reading_of(frames, ending)
            first = first or reading
            spent, peak = spent + reading.milliseconds, max(peak, reading.peak_memory)
            is_stopped = reading.reason_code in FATAL and not reading.pages
            others = of > 1 and number not in left_out and len(left_out) < LEFT_OUT_AT_MOST
            if not is_stopped or not others or limits.seconds - spent / 1000 < WORTH_ANOTHER:
                break
            left_out.append(number)
        if left_out and not reading.pages:
            reading = first
        return replace(reading, milliseconds=spent, peak_memory=peak)

    def render_page(
        self, path: Path, number: int, *, width: int, name: str = "", limits: Limits | None = None
    ) -> bytes | None:
        """Page `number` (from 1) of a PDF or image as WebP, `width` pixels wide; None where there is no
        picture."""
        request = {"task": "render", "number": number, "width": width}
        frames, _ = self._ask(path, name, limits or Limits(), request)
        return frames[1] if len(frames) == 3 and frames[1].startswith(b"RIFF") else None

    def extract_members(
        self, path: Path, into: Path, *, limits: Limits | None = None
    ) -> tuple[ExtractedMember, ...]:
        """Unpack a ZIP archive one level into the existing folder `into`, under the reader's own plain names.

        Entries that would leave the folder (absolute, "..", drive letters), links and devices are left out.
        Raises Refused with the reason's code when the archive as a whole is not to be trusted, or is broken;
        what was written by then stays in `into`.
        """
        folder = os.open(into, os.O_RDONLY | os.O_DIRECTORY)
        try:
            request = {"task": "extract", "folder": str(into.resolve())}
            frames, ending = self._ask(path, "", limits or Limits(), request, folder)
        finally:
            os.close(folder)
        values = _json(frames, 1)
        if "members" not in values:
            raise Refused(str(values.get("refused", "")) or _code_of(ending) or "crashed")
        return tuple(
            ExtractedMember(
                str(member["name"]),
                int(member["size"]),
                str(member["media_type"]),
                str(into / Path(member["file"]).name),
            )
            for member in values["members"]
        )

    def close(self) -> None:
        """End the zygote. The reader may be used again; it then starts another."""
        with self._lock:
            self._stop()

    def _recognition(self, languages: Collection[str], *, ocr: bool) -> dict[str, Any]:
        program = shutil.which("tesseract") if ocr else None
        expected = list(languages) or self._languages or []
        return {"tesseract": program or ("missing" if ocr else ""), "ocr_languages": expected}

    def _ask(
        self, path: Path, name: str, limits: Limits, request: dict[str, Any], *more: int
    ) -> tuple[list[bytes], dict[str, Any]]:
        """Send one request with the open file; a zygote that has died is replaced, once."""
        request = {**request, "name": name or path.name, "limits": asdict(limits)}
        with path.open("rb") as file, self._lock:
            for attempt in (1, 2):
                try:
                    connection = self._started()
                except (OSError, EOFError):  # killed while it began
                    self._stop()
                    continue
                connection.settimeout(limits.seconds + GRACE_SECONDS)
                try:
                    payload = wire.frame(wire.as_json(request))
                    sent = socket.send_fds(connection, [payload], [file.fileno(), *more])
                    connection.sendall(payload[sent:])
                    ending: dict[str, Any] = loads(wire.receive_frame(connection, at_most=1 << 16))
                    output = wire.receive_frame(connection, at_most=limits.output + (2 << 20))
                except TimeoutError:
                    self._stop()
                    return [], {"code": "time"}
                except (OSError, EOFError, JSONDecodeError):
                    self._stop()
                    if attempt == 2:
                        return [], {"code": "crashed"}
                else:
                    return wire.split_frames(output), ending
        return [], {"code": "crashed"}

    def _started(self) -> socket.socket:
        if self._socket and self._process and self._owner == os.getpid() and self._process.poll() is None:
            return self._socket
        self._stop()
        ours, theirs = socket.socketpair()
        self._folder = tempfile.mkdtemp(prefix="baobab-reading-")
        command = [sys.executable, "-P", "-m", "baobab.reading.zygote"]
        with theirs:
            self._process = subprocess.Popen(
                [*command, str(theirs.fileno()), str(os.getpid()), self._folder],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._socket, self._owner = ours, os.getpid()
        ours.settimeout(START_SECONDS)
        wire.receive_frame(ours, at_most=64)
        return ours

    def _stop(self) -> None:
        if self._socket:
            self._socket.close()
        if self._process and self._owner == os.getpid():
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=2)
            if self._process.poll() is None:
                self._process.kill()
                self._process.wait()
            shutil.rmtree(self._folder, ignore_errors=True)
        self._socket = self._process = None


def _reading_of(frames: list[bytes], ending: dict[str, Any]) -> Reading:
    """What a child's words and its end amount to."""
    kind = _json(frames, 0)
    values = _json(frames, 1)
    reading = Reading(
        status_of("crashed"),
        format=str(kind.get("format", "")),
        media_type=str(kind.get("media_type", "application/octet-stream")),
    )
    code = str(values.get("refused", "")) or _code_of(ending)
    if "status" in values:
        try:
            reading = reading_from_json(
                values, thumbnail=frames[2] if len(frames) > 2 and frames[2] else None
            )
        except (KeyError, TypeError, ValueError):
            code = "crashed"
        else:
            code = ""
            if not finished(frames):
                reading = replace(reading, warnings=(*reading.warnings, "picture_failed"))
    if code:
        reading = replace(reading, status=status_of(code), reason_code=code, reason=sentence_of(code))
    return replace(
        reading,
        milliseconds=int(ending.get("milliseconds", 0)),
        peak_memory=int(ending.get("peak_memory", 0)),
    )


def finished(frames: list[bytes]) -> bool:
    """Whether a child said all it had to say."""
    return bool(frames) and frames[-1] == b"" and len(frames) > 3


def _json(frames: list[bytes], index: int) -> dict[str, Any]:
    """A frame as a JSON object, {} when it is missing or anything else: the sender may have been taken
    over."""
    try:
        values = loads(frames[index]) if index < len(frames) else {}
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def _code_of(ending: dict[str, Any]) -> str:
    """The reason that a child's end tells."""
    if ending.get("code"):
        return str(ending["code"])
    number = int(ending.get("signal", 0))
    if number in {signal.SIGXCPU, signal.SIGALRM}:
        return "time"
    if number == signal.SIGKILL:
        return "memory"
    allowed = int(ending.get("memory_allowed", 0))
    if number in CRASHES and int(ending.get("peak_memory", 0)) > NEAR_THE_CAP * allowed:
        return "memory"
    return "crashed" if number or ending.get("exit") else ""


def read_once(path: Path, *, name: str = "", limits: Limits | None = None, ocr: bool = False) -> Reading:
    """Read a single file with a reader of its own; for many files keep a Reader."""
    with Reader() as reader:
        return reader.read(path, name=name, limits=limits, ocr=ocr)
