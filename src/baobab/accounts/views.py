"""Coming in by a one-time link, and a person's own account. Signing in itself is allauth's."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from baobab.jobs.views import may_watch
from baobab.kernel.errors import BadInput

from . import actions, queries
from .forms import PreferencesForm
from .models import User

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@never_cache
@sensitive_variables("secret")
@require_http_methods(["GET", "HEAD", "POST"])
def one_time_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Ask on GET, sign in on POST: programs that look at the links in a mail do not use this one up."""
    if request.method != "POST":
        return render(request, "account/one_time_link.html", {"email": queries.user_of_link(secret).email})
    user = actions.use_one_time_link(secret)
    login(request, user, backend=_BACKEND)
    if user.has_usable_password():
        return redirect(settings.LOGIN_REDIRECT_URL)
    messages.success(request, _("You are signed in. Set a password to come back without a link."))
    return redirect("account_set_password")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account_page(request: HttpRequest) -> HttpResponse:
    """A person's own account: language, time zone, and the way to the password."""
    user = cast(User, request.user)
    known = {"language": user.language, "time_zone": user.time_zone}
    form = PreferencesForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_preferences(user, **form.cleaned_data)
        except BadInput as error:
            for name, sentences in error.fields.items():
                form.add_error(name or None, sentences)
        else:
            messages.success(request, _("Your choices are saved."))
            return _in_chosen_language(user)
    status = 400 if form.errors else 200
    context = {"form": form, "looks_after_site": may_watch(request)}
    return render(request, "account/account.html", context, status=status)


def _in_chosen_language(user: User) -> HttpResponse:
    response = redirect("account_page")
    if user.language:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            user.language,
            max_age=365 * 24 * 3600,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
        )
    return response
