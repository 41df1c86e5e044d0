"""The checks that can be made of an asset, strongest first: what a quality mark says was done."""

from __future__ import annotations

from django.utils.functional import _StrPromise
from django.utils.translation import gettext_lazy as _

CHECKS: dict[str, _StrPromise] = {
    "peer-review": _("peer reviewed"),
    "data-check": _("data checked"),
    "legal-clearance": _("legally cleared"),
    "editorial": _("edited"),
}
