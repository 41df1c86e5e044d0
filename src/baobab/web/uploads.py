"""Files as they arrive from a form.

Kept on disk before anything else happens, refused with a sentence when they cannot be.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from baobab.assets.files.actions import clean_file_name, receive_blob
from baobab.assets.models import Blob
from baobab.kernel.errors import BadInput

from .errors import TooLarge


def receive_uploads(uploads: Sequence[UploadedFile[bytes]]) -> list[tuple[Blob, str]]:
    """Keep every file, and give its blob and name. One that is empty, nameless or too big refuses them all.

    Raises `TooLarge` (413) or `BadInput` naming each such file; blobs kept by then are harmless and reused
    when the same files come again.
    """
    limit = settings.UPLOAD_LIMIT_BYTES
    problems: list[str] = []
    is_too_large = False
    named: list[tuple[UploadedFile[bytes], str]] = []
    for upload in uploads:
        try:
            name = clean_file_name(upload.name or "")
        except BadInput as error:
            problems.append(str(error))
            continue
        named.append((upload, name))
        if not upload.size:
            problems.append(
                _("“%s” is empty: it has no bytes at all. Choose it again, or leave it out.") % name
            )
        elif upload.size > limit:
            is_too_large = True
            problems.append(
                _("“%(name)s” has more than %(limit)s MB, which is the most this site takes.")
                % {"name": name, "limit": limit >> 20}
            )
    if problems:
        raise (TooLarge if is_too_large else BadInput)(fields={"documents": problems})
    return [(receive_blob(upload.chunks()), name) for upload, name in named]
