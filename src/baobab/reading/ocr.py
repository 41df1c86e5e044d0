"""Recognising text in page images with Tesseract, run as a program inside the sandbox."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable, Iterable

from PIL import Image

from baobab.reading.budget import Budget
from baobab.reading.content import Content, Source
from baobab.reading.reasons import Refused

DOTS_PER_INCH = 200
# Tesseract's names of languages, by primary tag.
MODELS = {
    "ar": "ara", "bn": "ben", "de": "deu", "en": "eng", "es": "spa", "fa": "fas", "fr": "fra",
    "hi": "hin", "id": "ind", "it": "ita", "ja": "jpn", "ko": "kor", "ne": "nep", "pt": "por",
    "ru": "rus", "sw": "swa", "tr": "tur", "uk": "ukr", "ur": "urd", "vi": "vie", "zh": "chi_sim",
}  # fmt: skip
LANGUAGES_AT_MOST = 6
SECONDS_PER_PAGE = 90
USUAL = ("eng", "fra", "spa", "ara")


def recognise_pages(
    source: Source,
    content: Content,
    budget: Budget,
    numbers: Iterable[int],
    picture: Callable[[int], Image.Image],
) -> None:
    """Append a page of recognised text for each number; what cannot be recognised stays empty and is told."""
    texts, complete = recognise(source, budget, numbers, picture)
    if texts is None:
        content.warnings.append("ocr_missing")
        return
    content.warnings.append("ocr")
    for number, text in texts.items():
        content.add(number, str(number), text, budget)
    if not complete:
        content.code = "partly_ocr"


def recognise(
    source: Source, budget: Budget, numbers: Iterable[int], picture: Callable[[int], Image.Image]
) -> tuple[dict[int, str] | None, bool]:
    """Page number to recognised text, and whether all were done; None where Tesseract is not installed."""
    languages = _languages(source)
    if not languages:
        return None, False
    texts: dict[int, str] = {}
    complete = True
    for count, number in enumerate(numbers):
        if count >= budget.limits.ocr_pages or budget.late:
            return texts, False
        try:
            texts[number] = _recognised(source.tesseract, picture(number), languages)
        except Refused:
            complete = False
    return texts, complete


def _languages(source: Source) -> str:
    """The installed models for the languages asked for, joined as Tesseract wants them."""
    if not source.tesseract.startswith("/"):
        return ""
    try:
        listed = subprocess.run(
            [source.tesseract, "--list-langs"], capture_output=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    installed = [line.strip() for line in listed.stdout.decode("utf-8", "replace").splitlines()[1:]]
    wanted = [MODELS[tag] for tag in source.ocr_languages if tag in MODELS] or list(USUAL)
    chosen = [name for name in wanted if name in installed] or [name for name in USUAL if name in installed]
    return "+".join((chosen or [name for name in installed if name != "osd"])[:LANGUAGES_AT_MOST])


def _recognised(program: str, image: Image.Image, languages: str) -> str:
    stream = io.BytesIO()
    image.convert("L").save(stream, "PNG", compress_level=1, dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    command = [program, "stdin", "stdout", "-l", languages, "--dpi", str(DOTS_PER_INCH)]
    try:
        done = subprocess.run(
            command, input=stream.getvalue(), capture_output=True, timeout=SECONDS_PER_PAGE, check=True
        )
    except (OSError, subprocess.SubprocessError):
        raise Refused("broken") from None
    return done.stdout.decode("utf-8", "replace").replace("\f", "").strip()
