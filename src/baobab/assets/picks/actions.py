"""All writes of what stands first on portals."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from baobab.accounts.actions import record
from baobab.kernel.errors import BadInput, Refused
from baobab.organisation.readers import Reader
from baobab.vocabularies.models import Concept, Place

from ..card.models import LISTED_STATES, Asset
from .models import PortalPick
from .policy import may_pick

# More would be another list, and no choice.
MOST_PICKS = 5


def pick(
    asset: Asset, *, concept: Concept | None = None, place: Place | None = None, by: Reader
) -> PortalPick:
    """Put the asset first on the portal of the concept, of the place, or of the concept in the place.

    The same again changes nothing. Raises `Denied` for whoever may not, `BadInput` for what is not
    published, `Refused` when five stand there already; what is gone since does not count.
    """
    if concept is None and place is None:
        raise ValueError("A portal is that of a concept, of a place, or of both.")
    with transaction.atomic():
        # Of two who choose the fifth at once, one waits for the other.
        for row in (concept, place):
            if row is not None:
                type(row)._default_manager.select_for_update().get(pk=row.pk)
        may_pick(by, asset).require()
        if asset.state not in LISTED_STATES:
            raise BadInput(fields={"asset": [_("“%s” is not published: nobody would see it.") % asset.title]})
        there = PortalPick.objects.filter(concept=concept, place=place)
        found = there.filter(asset=asset).first()
        if found is not None:
            return found
        if there.filter(asset__state__in=LISTED_STATES).count() >= MOST_PICKS:
            raise Refused(
                _("%s stand first here already. Take one of them away before you add another.") % MOST_PICKS
            )
        chosen = PortalPick.objects.create(concept=concept, place=place, asset=asset)
        record("portal.pick", by_user_id=by.user_id, subject=asset.public_id, **_portal(chosen))
    return chosen


def unpick(asset: Asset, *, concept: Concept | None = None, place: Place | None = None, by: Reader) -> None:
    """Take the asset away from the top of the portal. Where it does not stand, nothing is changed."""
    with transaction.atomic():
        may_pick(by, asset).require()
        for row in PortalPick.objects.filter(asset=asset, concept=concept, place=place).select_related(
            "concept", "place"
        ):
            record("portal.unpick", by_user_id=by.user_id, subject=asset.public_id, **_portal(row))
            row.delete()


def _portal(chosen: PortalPick) -> dict[str, str]:
    return {
        "topic": chosen.concept.public_id if chosen.concept else "",
        "place": chosen.place.code if chosen.place else "",
    }
