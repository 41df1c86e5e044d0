"""The addresses of the design: the pattern page."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [path("patterns/", views.pattern_page, name="patterns")]
