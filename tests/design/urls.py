"""The pattern page, each error page, and an ordinary list, at addresses of their own."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.template.loader import render_to_string
from django.urls import include, path

ORDINARY = """{% extends "design/base.html" %}{% load components %}
{% block title %}Library{% endblock %}{% block page_class %}with-aside aside-first{% endblock %}
{% block content %}<h1>Library</h1><p class="lead">What the organisation knows, newest first.</p>
{% card_list %}{% for card in cards %}<li>CARD</li>{% endfor %}{% endcard_list %}
{% pagination 1 40 %}{% endblock %}
{% block aside %}<aside class="facets" aria-label="Narrow the list"><h2>Narrow the list</h2>
{% facet_group "Topic" options name="topic" %}{% facet_group "Place" options name="place" %}
{% facet_group "Language" options name="language" %}</aside>{% endblock %}"""

CARD = (
    "{% card card.title card.url kind_label='Knowledge product' badge='Guidance' icon='guidance' "
    "byline=card.byline summary=card.summary date=card.date language='en' language_name='English' "
    "quality='Peer reviewed' level=2 %}"
)
TEXT = """restoring peat swamps with the people who live in them counting water birds along the river delta
with a simple notebook agreements on fishing in shared wetlands what returned to the marshes after the water
did and what eleven villages learned in six years of blocking canals planting mangroves keeping records"""
WORDS = TEXT.split()


def _words(start: int, count: int) -> str:
    return " ".join(
        WORDS[(start * 7 + step * (1 + start % 5)) % len(WORDS)] for step in range(count)
    ).capitalize()


def error_page(request: HttpRequest, status: int) -> HttpResponse:
    """The page for one status; the one for 500 without any context, as it must be able to show."""
    if status == 500:
        return HttpResponse(render_to_string("500.html"), status=500)
    return render(request, f"{status}.html", status=status)


def ordinary_page(request: HttpRequest) -> HttpResponse:
    """A list of twenty cards with facets: as much as an ordinary page shows."""
    cards = [
        {
            "title": _words(number, 9),
            "url": f"/en/asset/{number:010}/",
            "byline": _words(number + 3, 4).title(),
            "summary": _words(number + 5, 34),
            "date": 2004 + number,
        }
        for number in range(20)
    ]
    options = [
        {"label": _words(number, 2), "value": number, "count": 41 - number, "url": f"?topic={number}"}
        for number in range(8)
    ]
    page = engines["django"].from_string(ORDINARY.replace("CARD", CARD))
    return HttpResponse(page.render({"cards": cards, "options": options}, request))


WORKING = """{% extends "design/base.html" %}{% load static components %}
{% block title %}At work{% endblock %}
{% block head %}<script src="{% static 'django_htmx/htmx-4.min.js' %}" defer></script>{% endblock %}
{% block content %}<h1>At work</h1>
<p><a href="../fragment/" hx-get="../fragment/" hx-target="#part">Show more</a></p><div id="part"></div>
<form data-autosave="../keep/" method="post">{% csrf_token %}<label for="text">Text</label>
<textarea id="text" name="text"></textarea>
<p data-autosave-status data-saving="Keeping" data-saved="Kept" data-failed="Not kept"
 role="status"></p></form>
{% endblock %}"""
KEPT: list[str] = []


def working_page(request: HttpRequest) -> HttpResponse:
    """A page that swaps a part of itself and keeps what is typed."""
    return HttpResponse(engines["django"].from_string(WORKING).render({}, request))


def fragment(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<p>Here it is.</p>")


def keep(request: HttpRequest) -> HttpResponse:
    KEPT.append(request.POST["text"])
    return HttpResponse(status=204)


urlpatterns = i18n_patterns(
    path("", include("baobab.design.urls")),
    path("error/<int:status>/", error_page),
    path("working/", working_page),
    path("fragment/", fragment),
    path("keep/", keep),
    path("search/", ordinary_page, name="search"),
    path("library/", ordinary_page, name="library"),
    path("topics/", ordinary_page, name="topics"),
    path("places/", ordinary_page, name="places"),
    path("sign-in/", ordinary_page, name="account_login"),
    path("", ordinary_page, name="home"),
)
