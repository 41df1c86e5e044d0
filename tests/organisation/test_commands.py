"""`baobab organisation` and `baobab unit`: an organisation of one's own, from the command line."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import call_command

from baobab.kernel.errors import BadInput, NotFound
from baobab.organisation.install import install
from baobab.organisation.models import Unit
from baobab.organisation.queries import root_unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def founded() -> None:
    install()


def said(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_a_name_without_a_language_replaces_those_in_all_languages() -> None:
    assert said("organisation", "name", "  World Wetlands   Union ") == "en  World Wetlands Union\n"
    assert root_unit().group.names == {"en": "World Wetlands Union"}


def test_a_name_in_a_language_leaves_the_others() -> None:
    said("organisation", "name", "World Wetlands Union")
    said("organisation", "name", "Union mondiale", "--language", "fr")
    assert root_unit().group.names == {"en": "World Wetlands Union", "fr": "Union mondiale"}


@pytest.mark.parametrize("arguments", [("",), ("Union", "--language", "klingonish")])
def test_a_name_that_is_none_changes_nothing(arguments: tuple[str, ...]) -> None:
    before = root_unit().group.names
    with pytest.raises(BadInput):
        said("organisation", "name", *arguments)
    assert root_unit().group.names == before


def test_units_are_added_below_the_root_or_a_unit_and_listed_as_a_tree() -> None:
    told = said("unit", "add", "Africa", "--level", "regional-office")
    africa = re.findall(r"\((\w+), regional-office\)", told)[0]
    said("unit", "add", "Sénégal", "--level", "country-office", "--parent", africa, "--country", "sn",
         "--language", "fr")  # fmt: skip
    said("organisation", "name", "WWU")
    assert re.sub(r"\(\w+, ", "(ID, ", said("unit", "list")).splitlines() == [
        "WWU  (ID, headquarters)",
        "  Africa  (ID, regional-office)",
        "    Sénégal  (ID, country-office, SN)",
    ]


@pytest.mark.parametrize(
    ("more", "refusal"), [(("--parent", "nowhere"), NotFound), (("--country", "Senegal"), BadInput)]
)
def test_a_unit_that_cannot_be_is_not_added(more: tuple[str, ...], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        said("unit", "add", "Senegal", "--level", "country-office", *more)
    assert Unit.objects.count() == 1
