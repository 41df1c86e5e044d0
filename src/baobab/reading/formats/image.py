"""Images: what their metadata says, their picture, and their text when it may be recognised."""

from __future__ import annotations

from PIL import ExifTags, Image, UnidentifiedImageError

from baobab.reading import ocr, thumbnails
from baobab.reading.budget import Budget
from baobab.reading.content import Content, Source
from baobab.reading.model import Limits, Metadata
from baobab.reading.reasons import Refused
from baobab.reading.thumbnails import DECODED, flatten

EXIF = {
    "ImageDescription": "title",
    "Artist": "artist",
    "Copyright": "publisher",
    "DateTime": "created",
    "Software": "software",
}


def read(source: Source, budget: Budget) -> Content:
    """No text unless recognition is asked for; then one page per frame of the file."""
    content = Content(unit="image")
    image = _opened(source, budget.limits)
    frames = 1
    try:
        frames = min(getattr(image, "n_frames", 1), budget.limits.ocr_pages) if image.format == "TIFF" else 1
        content.metadata = _metadata(image)
    except (OSError, ValueError, SyntaxError, EOFError, TypeError):
        content.warnings.append("picture_failed")
    content.page_count = frames
    if source.tesseract:
        ocr.recognise_pages(
            source,
            content,
            budget,
            range(1, frames + 1),
            lambda number: render(source, number - 1, budget.limits),
        )
    else:
        # Decoding proves that the picture is whole.
        render(source, 0, budget.limits, width=thumbnails.THUMBNAIL_WIDTH)
    return content


def _opened(source: Source, limits: Limits) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = limits.pixels
    source.file.seek(0)
    try:
        image = Image.open(source.file, formats=DECODED)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("pixels") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, TypeError):
        raise Refused("broken") from None
    if image.width * image.height > limits.pixels:
        raise Refused("pixels")
    return image


def render(source: Source, frame: int, limits: Limits, *, width: int = 0) -> Image.Image:
    """Frame `frame` (from 0), upright, no wider than `width` pixels if that is given."""
    if frame == 0:
        source.file.seek(0)
        within = (width * 2, width * 2) if width else None
        image = thumbnails.open_image(source.file, pixels=limits.pixels, within=within)
    else:
        opened = _opened(source, limits)
        try:
            opened.seek(frame)
            image = flatten(opened)
        except (OSError, ValueError, EOFError, SyntaxError):
            raise Refused("broken") from None
    if width and image.width > width:
        image.thumbnail((width, limits.pixels // width))
    return image


def _metadata(image: Image.Image) -> Metadata:
    exif = image.getexif()
    named = {ExifTags.TAGS.get(tag, ""): value for tag, value in exif.items() if isinstance(value, str)}
    values = {ours: named[theirs].strip("\0 ") for theirs, ours in EXIF.items() if theirs in named}
    created = values.get("created", "")
    if created[4:5] == ":" and created[7:8] == ":":
        created = f"{created[:4]}-{created[5:7]}-{created[8:10]}T{created[11:19]}"
    return Metadata(
        title=values.get("title", ""),
        authors=(values["artist"],) if values.get("artist") else (),
        created=created,
        publisher=values.get("publisher", ""),
        software=values.get("software", ""),
    )
