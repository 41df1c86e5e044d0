"""How sign-in behaves here: nobody opens an account alone, an administrator or an invitation does."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth with sign-up closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
