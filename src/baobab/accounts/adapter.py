"""How sign-in behaves here: nobody opens an account alone, an administrator or an invitation does."""

from __future__ import annotations

import re

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

_DECLARATION = re.compile(r"^\s*<\?xml.*?\?>\s*", re.DOTALL)
_OPENING = re.compile(r"<svg\b[^>]*>")
# A camera needs the picture dark on light, in dark colours too.
_PAPER = '<rect width="100%" height="100%" fill="#fff"/>'


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth with sign-up closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """allauth's second factor with a picture that can stand inside a page."""

    def build_totp_svg(self, url: str) -> str:
        svg = _DECLARATION.sub("", super().build_totp_svg(url))
        return _OPENING.sub(lambda opening: opening.group() + _PAPER, svg, count=1)
