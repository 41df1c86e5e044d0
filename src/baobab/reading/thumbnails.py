"""Small WebP pictures of first pages, images and covers; runs only in the sandbox."""

from __future__ import annotations

import io
import warnings
from typing import BinaryIO, cast

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from baobab.reading.reasons import Refused

THUMBNAIL_WIDTH = 240
THUMBNAIL_HEIGHT = 340
THUMBNAIL_BYTES = 3_000
# Tried in turn until the picture is small enough; below these letters turn to mush, so the size shrinks
# instead.
QUALITIES = (60, 45, 32, 22, 14)
NARROWER = (1.0, 0.8, 0.65)
# Shades of grey (of 256) by which the parts of a picture differ at least.
BLANK_RANGE = 8
PAGE_QUALITY = 75
METHOD = 4
# Half the time, for a few bytes more: thumbnails are encoded several times over to find their quality.
QUICK_METHOD = 2
# The kinds of image that browsers, phones and scanners make. No others are decoded: one of the rest starts
# programs.
DECODED = ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "MPO", "AVIF")


def open_image(file: BinaryIO, *, pixels: int, within: tuple[int, int] | None = None) -> Image.Image:
    """A decoded image, upright and in RGB. Refused("pixels") before a huge one is decoded, else ("broken").

    `within` lets JPEGs be decoded at a reduced size when no more is needed.
    """
    Image.MAX_IMAGE_PIXELS = pixels
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image: Image.Image = Image.open(file, formats=DECODED)
            if image.width * image.height > pixels:
                raise Refused("pixels")
            if within:
                cast(ImageFile.ImageFile, image).draft("RGB", within)
            image = ImageOps.exif_transpose(image)
            return flatten(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("pixels") from None
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        ZeroDivisionError,
        IndexError,
        TypeError,
    ):
        raise Refused("broken") from None


def flatten(image: Image.Image) -> Image.Image:
    """RGB on white, whatever the mode."""
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        clear = image.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(white, clear).convert("RGB")
    return image.convert("RGB")


def thumbnail(image: Image.Image) -> bytes:
    """WebP at most 240 pixels wide that aims at 3 kB: the best quality that fits, then a smaller size.

    Empty for a picture on which there is nothing, such as the previews that some programs put into files.
    """
    encoded = b""
    if is_blank(image):
        return encoded
    for share in NARROWER:
        small = image.copy()
        small.thumbnail((int(THUMBNAIL_WIDTH * share), int(THUMBNAIL_HEIGHT * share)), reducing_gap=2.0)
        encoded = webp(small, quality=QUALITIES[-1], method=QUICK_METHOD)
        if len(encoded) <= THUMBNAIL_BYTES:
            return _best_that_fits(small) or encoded
    return encoded


def is_blank(image: Image.Image) -> bool:
    """Whether all of the picture has one colour, as far as an eye can tell."""
    sample = image.copy()
    sample.thumbnail((64, 64))
    darkest, lightest = cast(tuple[int, int], sample.convert("L").getextrema())
    return lightest - darkest < BLANK_RANGE


def _best_that_fits(image: Image.Image) -> bytes:
    """The best of the qualities above the lowest whose bytes fit, by halving; b"" where none does."""
    found = b""
    low, high = 0, len(QUALITIES) - 2
    while low <= high:
        middle = (low + high) // 2
        encoded = webp(image, quality=QUALITIES[middle], method=QUICK_METHOD)
        if len(encoded) <= THUMBNAIL_BYTES:
            found, high = encoded, middle - 1
        else:
            low = middle + 1
    return found


def webp(image: Image.Image, *, quality: int = PAGE_QUALITY, method: int = METHOD) -> bytes:
    """The image as WebP without metadata."""
    stream = io.BytesIO()
    image.save(stream, "WEBP", quality=quality, method=method)
    return stream.getvalue()


def from_bytes(picture: bytes, *, pixels: int) -> Image.Image:
    """An embedded picture, as untrusted as the file it came in."""
    return open_image(io.BytesIO(picture), pixels=pixels, within=(2 * THUMBNAIL_WIDTH, 2 * THUMBNAIL_HEIGHT))


def warm_up() -> None:
    """Load the decoders once, in the zygote."""
    Image.init()
    webp(Image.new("RGB", (8, 8), "white"))
