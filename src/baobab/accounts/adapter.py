"""How sign-in behaves here: nobody opens an account alone, an administrator or an invitation does."""

from __future__ import annotations

import re

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

_DECLARATION = re.compile(r"^\s*<\?xml.*?\?>\s*", re.DOTALL)
_OPENING = re.compile(r"<svg\b[^>]*>")
# A camera needs the picture dark on light, in dark colours too.
_PAPER = '<rect width="100%" height="100%" fill="#fff"/>'


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth with sign-up closed, and with a way on from a new password."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Home after the first password, which ends coming in; one's own account after a changed one."""
        is_first = request.resolver_match is not None and (
            request.resolver_match.url_name == "account_set_password"
        )
        return settings.LOGIN_REDIRECT_URL if is_first else reverse("account_page")


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """allauth's second factor with a picture that can stand inside a page."""

    def build_totp_svg(self, url: str) -> str:
        svg = _DECLARATION.sub("", super().build_totp_svg(url))
        return _OPENING.sub(lambda opening: opening.group() + _PAPER, svg, count=1)
