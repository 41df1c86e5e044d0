"""What a saved search asks: the query string of the search page, made canonical, read and described."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from baobab.assets.kinds import kinds
from baobab.kernel.text import clean_line, shorten
from baobab.organisation.readers import Reader
from baobab.vocabularies.languages import language_name
from baobab.vocabularies.queries import concept_labels, find_concepts, find_places, place_names

from ..parse import LONGEST_QUESTION
from ..queries import SearchRequest
