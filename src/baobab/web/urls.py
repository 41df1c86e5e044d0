"""The addresses of the pages: those below a language, and those that have none and stay for good."""

from __future__ import annotations

from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from . import addresses
from .views import (
    alike,
    arriving,
    asset,
    comparing,
    connecting,
    downloads,
    editing,
    failed,
    feeds,
    glossary,
    home,
    lookalikes,
    maps,
    pinning,
    portals,
    reading,
    saved,
    searching,
    subjects,
    suggesting,
    translating,
)

# What a page that is looked at and sent answers to.
PAGE = ["GET", "HEAD", "POST"]

urlpatterns: list[URLPattern] = [
    path("", require_safe(home.home_page), name="home"),
    path("search/", require_safe(searching.search_page), name="search"),
    path("search/suggest/", require_safe(suggesting.suggest), name="suggest"),
    path("search/by/<slug:name>/", require_safe(searching.facet_page), name="search_facet"),
    path("library/", require_safe(home.library_page), name="library"),
    path("twice/", require_safe(lookalikes.lookalikes_page), name="lookalikes"),
    path("twice/apart/", require_safe(lookalikes.lookalikes_apart_page), name="lookalikes_apart"),
    path("work/", require_safe(home.work_page), name="my_work"),
    path("saved/", require_safe(saved.saved_searches_page), name="saved_searches"),
    path("saved/new/", require_http_methods(PAGE)(saved.save_search_page), name="save_search"),
    path(
        "saved/<public_id:public_id>/",
        require_http_methods(PAGE)(saved.saved_search_page),
        name="saved_search",
    ),
    path(
        "saved/<public_id:public_id>/edit/",
        require_http_methods(PAGE)(saved.edit_page),
        name="saved_search_edit",
    ),
    path(
        "saved/<public_id:public_id>/remove/",
        require_http_methods(PAGE)(saved.remove_page),
        name="saved_search_remove",
    ),
    path("saved/<public_id:public_id>/feed/", require_POST(saved.renew_feed), name="saved_search_renew_feed"),
    path("failed-searches/", require_safe(failed.failed_searches_page), name="failed_searches"),
    path("failed-searches.csv", require_safe(failed.failed_searches_table), name="failed_searches_table"),
    path("failed-searches/<int:number>/resolve/", require_POST(failed.resolve), name="failed_search_resolve"),
    path("topics/", require_safe(subjects.topics_page), name="topics"),
    path("topics/<public_id:public_id>/", require_safe(portals.topic_page), name="topic_page"),
    path(
        "topics/<public_id:public_id>/in/<str:code>/",
        require_safe(portals.topic_in_place_page),
        name="portal_page",
    ),
    path("portals/first/", pinning.pins_page, name="portal_pins"),
    path("compare/", require_safe(comparing.compare_page), name="compare"),
    path("places/", require_safe(subjects.places_page), name="places"),
    path("map/", require_safe(maps.map_page), name="map"),
    path("places/<str:code>/", require_safe(portals.place_page_view), name="place_page"),
    path("glossary/", require_safe(glossary.glossary_page), name="glossary"),
    path("glossary/entry/", require_safe(glossary.glossary_entry_page), name="glossary_entry"),
    path("new/", require_safe(arriving.new_page), name="asset_new"),
    path("new/<slug:kind_name>/", arriving.new_of_kind_page, name="asset_new_of_kind"),
    path("assets/<public_id:public_id>/", require_safe(asset.asset_page), name="asset_page"),
    path("assets/<public_id:public_id>/edit/", editing.edit_page, name="asset_edit"),
    path(
        "assets/<public_id:public_id>/edit/reading/", require_safe(editing.reading_page), name="asset_reading"
    ),
    path("assets/<public_id:public_id>/edit/discard/", editing.discard_page, name="asset_discard"),
    path("assets/<public_id:public_id>/translate/", translating.translate_page, name="asset_translate"),
    path("assets/<public_id:public_id>/history/", require_safe(asset.history_page), name="asset_history"),
    path("assets/<public_id:public_id>/cite/", require_safe(asset.cite_page), name="asset_cite"),
    path("assets/<public_id:public_id>/like/", require_safe(alike.like_page), name="asset_like"),
    path(
        "assets/<public_id:public_id>/same/<public_id:other_id>/",
        lookalikes.lookalike_pair_page,
        name="lookalike_pair",
    ),
    path(
        "assets/<public_id:public_id>/merge/<public_id:other_id>/", lookalikes.merge_page, name="asset_merge"
    ),
    path("assets/<public_id:public_id>/checks/", asset.quality_page, name="asset_quality"),
    path("assets/<public_id:public_id>/files/", arriving.files_page, name="asset_files"),
    path("assets/<public_id:public_id>/links/", connecting.links_page, name="asset_links"),
    path("assets/<public_id:public_id>/act/<slug:name>/", asset.act_page, name="asset_act"),
    path(
        "assets/<public_id:public_id>/files/<int:number>/",
        require_safe(reading.reader_page),
        name="reader_page",
    ),
    path(
        "assets/<public_id:public_id>/files/<int:number>/search/",
        require_safe(reading.search_inside_page),
        name="search_inside",
    ),
]

permanent_urlpatterns: list[URLPattern] = [
    path("assets/<public_id:public_id>", addresses.permanent, {"page": "asset_page"}, name="permanent_asset"),
    path("topics/<public_id:public_id>", addresses.permanent, {"page": "topic_page"}, name="permanent_topic"),
    path("places/<str:code>", addresses.permanent, {"page": "place_page"}, name="permanent_place"),
    path(
        "topics/<public_id:public_id>/in/<str:code>",
        addresses.permanent,
        {"page": "portal_page"},
        name="permanent_portal",
    ),
    path("feeds/topics/<public_id:public_id>.atom", require_safe(feeds.topic_feed), name="topic_feed"),
    path("feeds/places/<str:code>.atom", require_safe(feeds.place_feed), name="place_feed"),
    path(
        "feeds/topics/<public_id:public_id>/in/<str:code>.atom",
        require_safe(feeds.both_feed),
        name="both_feed",
    ),
    path("assets/<public_id:public_id>/thumbnail", downloads.thumbnail, name="thumbnail"),
    path(
        "assets/<public_id:public_id>/files/<int:number>/pages/<int:position>.webp",
        downloads.page_picture,
        name="page_picture",
    ),
    path(
        "assets/<public_id:public_id>/files/<int:number>/download/<str:name>",
        downloads.download,
        name="download",
    ),
    path("feeds/saved/<str:secret>.atom", require_safe(saved.saved_feed), name="saved_feed"),
    path("alerts/stop/<str:token>", require_http_methods(PAGE)(saved.stop_alert_page), name="stop_alert"),
    path("robots.txt", home.robots, name="robots"),
    path("favicon.ico", downloads.favicon, name="favicon"),
]
