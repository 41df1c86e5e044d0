"""The addresses of signing in and of a person's own account, below `/<language>/account/`."""

from __future__ import annotations

from django.urls import include, path

from . import views

urlpatterns = [
    path("account/", views.account_page, name="account_page"),
    path("account/link/<str:secret>/", views.one_time_link, name="one_time_link"),
    path("account/", include("allauth.account.urls")),
    path("account/second-factor/", include("allauth.mfa.urls")),
]
