"""The checks that can be made of an asset, strongest first: what a quality mark says was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

CHECKS: dict[str, _StrPromise] = {
    "peer-review": _("peer reviewed"),
    "data-check": _("data checked"),
    "legal-clearance": _("legally cleared"),
    "editorial": _("edited"),
}
