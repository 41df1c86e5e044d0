"""A citation in one plain line, made from an asset's neutral description."""

from __future__ import annotations

from django.utils.translation import gettext as _

from baobab.assets.description import Description

_NAMES = 6


def citation(description: Description, *, address: str, language: str) -> str:
    """Who (year). Title. Series. Publisher. Identifier or address: the order that most styles share.

    `address` stands at the end unless there is a DOI. Names are printed as they were given.
    """
    names = list(description.creators) or list(description.contributors) or [description.publisher]
    who = "; ".join(names[:_NAMES]) + (" et al." if len(names) > _NAMES else "")
    when = description.issued or _("no date")
    parts = [f"{who} ({when})", description.title]
    if description.is_part_of:
        parts.append(description.is_part_of)
    if description.publisher and description.publisher not in names:
        parts.append(description.publisher)
    isbn = description.identifiers.get("isbn", ())
    if isbn:
        parts.append(f"ISBN {isbn[0]}")
    doi = description.identifiers.get("doi", ())
    line = ". ".join(part.rstrip(".") for part in parts if part)
    return f"{line}. {'https://doi.org/' + doi[0] if doi else address}"
