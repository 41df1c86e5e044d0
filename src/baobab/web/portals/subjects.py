"""What a portal is of: a topic, a place, or a topic in a place; and every address that follows from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from baobab.vocabularies.models import Concept, Place


@dataclass(frozen=True, slots=True)
class Subject:
    """A topic, a place, or a topic in a place. Names are in the reader's language."""

    concept: Concept | None = None
    place: Place | None = None
    topic_name: str = ""
    place_name: str = ""

    @property
    def topic_key(self) -> str:
        """What stands for the topic in addresses."""
        return self.concept.public_id if self.concept else ""

    @property
    def place_key(self) -> str:
        """What stands for the place in addresses."""
        return self.place.code if self.place else ""

    @property
    def name(self) -> str:
        """What the page is called: `Peatlands`, `Kenya`, `Peatlands in Kenya`."""
        if self.topic_name and self.place_name:
            return _("%(topic)s in %(place)s") % {"topic": self.topic_name, "place": self.place_name}
        return self.topic_name or self.place_name

    @property
    def address(self) -> str:
        """Its portal."""
        return portal_address(topic=self.topic_key, place=self.place_key)

    @property
    def feed_address(self) -> str:
        """Its feed, which has no language."""
        if self.topic_key and self.place_key:
            return reverse("both_feed", args=[self.topic_key, self.place_key])
        if self.topic_key:
            return reverse("topic_feed", args=[self.topic_key])
        return reverse("place_feed", args=[self.place_key])

    @property
    def pins_address(self) -> str:
        """Where editors choose what stands first."""
        return f"{reverse('portal_pins')}?{urlencode(self.query)}"

    @property
    def query(self) -> dict[str, str]:
        """What narrows a search to it."""
        given = {"topic": self.topic_key, "place": self.place_key}
        return {name: value for name, value in given.items() if value}

    def search_address(self, **more: object) -> str:
        """A search in it, narrowed further by `more`."""
        return f"{reverse('search')}?{urlencode({**self.query, **more})}"

    def under(self, *, topic: str = "", place: str = "") -> str:
        """The portal of another topic in the same place, or of the same topic in another place."""
        return portal_address(topic=topic or self.topic_key, place=place or self.place_key)

    def without_place(self) -> Subject:
        """The topic alone."""
        return replace(self, place=None, place_name="")

    def without_topic(self) -> Subject:
        """The place alone."""
        return replace(self, concept=None, topic_name="")


def portal_address(*, topic: str = "", place: str = "") -> str:
    """The portal of a topic, of a place, or of both, by what stands for them in addresses."""
    if topic and place:
        return reverse("portal_page", args=[topic, place])
    return reverse("topic_page", args=[topic]) if topic else reverse("place_page", args=[place])
