"""What the confined child does with its one document, and in which order it says so.

First what kind of file it is, then the whole reading, then the picture: whatever happens while a later one is
made, the earlier ones have arrived. An unforeseen error ends the child, and its end is itself an answer.
"""

from __future__ import annotations

import os
from typing import Any

from baobab.reading import choice, document, thumbnails, wire
from baobab.reading.budget import Budget
from baobab.reading.content import Source
from baobab.reading.formats import archive
from baobab.reading.language import detect_language
from baobab.reading.model import Limits, Page, Reading, reading_as_json
from baobab.reading.reasons import Refused, sentence_of
from baobab.reading.sniffing import sniff_file
from baobab.reading.steps import Steps

# Left free in the output for the picture.
FOR_PICTURE = 1 << 20
PAGE_WIDTHS = range(16, 4_001)


def warm_up() -> None:
    """Load in the zygote what every child would otherwise load again."""
    choice.load_formats()
    thumbnails.warm_up()
    detect_language("A first sentence loads the model.")


def answer(request: dict[str, Any], limits: Limits, input_fd: int, output_fd: int, folder_fd: int) -> None:
    """Do what was asked and write the frames; the last one, empty, says that all was said."""

    def say(payload: bytes) -> None:
        wire.write_all(output_fd, wire.frame(payload))

    size = os.fstat(input_fd).st_size
    with os.fdopen(input_fd, "rb", closefd=False) as file:
        known = sniff_file(file, size, request["name"])
        say(wire.as_json({"format": known.format, "media_type": known.media_type}))
        source = Source(
            file,
            size,
            request["name"],
            known.format,
            known.media_type,
            request.get("tesseract", ""),
            tuple(request.get("ocr_languages", ())),
            Steps(say, limits.seconds, frozenset(request.get("left_out", ()))),
        )
        try:
            match request["task"]:
                case "read":
                    reading, picture = document.read(source, limits, request.get("languages"))
                    say(fit(reading, limits.output - FOR_PICTURE))
                    say(picture() or b"")
                case "render":
                    width = min(max(int(request["width"]), PAGE_WIDTHS.start), PAGE_WIDTHS.stop - 1)
                    say(document.page_picture(source, int(request["number"]), limits, width=width))
                case "extract":
                    say(wire.as_json({"members": archive.extract(source, Budget(limits), folder_fd)}))
        except Refused as refusal:
            say(wire.as_json({"refused": refusal.code}))
        except MemoryError:
            say(wire.as_json({"refused": "memory"}))
        except RecursionError:
            say(wire.as_json({"refused": "structure"}))
        say(b"")


def fit(reading: Reading, room: int) -> bytes:
    """The reading as JSON in at most `room` bytes; the last pages go when it is larger."""
    encoded = wire.as_json(reading_as_json(reading))
    if len(encoded) <= room:
        return encoded
    room -= 1 << 20
    kept: list[Page] = []
    for page in reading.pages:
        room -= len(wire.as_json({"text": page.text, "label": page.label, "headings": page.headings}))
        if room <= 0:
            break
        kept.append(page)
    values = reading_as_json(reading)
    values["pages"] = values["pages"][: len(kept)]
    values |= {
        "status": "partly",
        "reason_code": "partly_pages",
        "reason": sentence_of("partly_pages"),
        "truncated": True,
        "characters": sum(len(page.text) for page in kept),
    }
    return wire.as_json(values)
