"""Identifiers of publications: ISBN and DOI, checked and brought to one form."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from baobab.kernel.errors import BadInput

_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]{1,250}")
_DOI_PREFIX = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)


def read_isbn(text: str) -> str:
    """ISBN-13 without hyphens from an ISBN-10 or -13 as printed (ISO 2108).

    Raises `BadInput` when its check fails.
    """
    figures = re.sub(r"[\s‐-―-]|^ISBN(-1[03])?:?", "", text.strip(), flags=re.IGNORECASE).upper()
    if re.fullmatch(r"\d{9}[\dX]", figures):
        total = sum(
            (10 - place) * (10 if figure == "X" else int(figure)) for place, figure in enumerate(figures)
        )
        if total % 11 == 0:
            body = "978" + figures[:9]
            return body + _check_digit(body)
    elif re.fullmatch(r"97[89]\d{10}", figures) and _check_digit(figures[:12]) == figures[12]:
        return figures
    raise BadInput(
        fields={"isbn": [_("“%s” is not an ISBN: its figures or its check digit are wrong.") % text[:40]]}
    )


def _check_digit(body: str) -> str:
    return str(-sum(int(figure) * (3 if place % 2 else 1) for place, figure in enumerate(body)) % 10)


def read_doi(text: str) -> str:
    """The DOI in lower case without resolver (DOI Handbook §2.2). Raises `BadInput` when it is none."""
    doi = _DOI_PREFIX.sub("", text.strip()).lower()
    if not _DOI.fullmatch(doi):
        raise BadInput(fields={"doi": [_("“%s” is not a DOI; one looks like 10.1234/abcd.") % text[:60]]})
    return doi
