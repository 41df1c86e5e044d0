"""The addresses of pages that only products have."""

from __future__ import annotations

from django.urls import URLPattern, path

# Registers the converter of public ids.
from baobab.web import addresses as addresses

from . import views

urlpatterns: list[URLPattern] = [
    path("assets/<public_id:public_id>/versions/new/", views.new_version_page, name="product_version"),
    path("assets/<public_id:public_id>/editions/<str:language>/", views.edition_page, name="product_edition"),
]
