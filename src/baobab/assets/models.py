"""The tables of all behaviours, gathered where Django looks for them."""

from .card.models import (
    LISTED_STATES,
    WORKING_STATES,
    Asset,
    AssetDetail,
    Contribution,
    LabelInSet,
    LabelSet,
    State,
)
from .classification.models import AssetConcept, AssetPlace, Suggestion
from .files.models import AssetFile, Blob, FilePage, FileReading
from .indexing.models import Dirty
from .links.models import AssetLink
from .origins.models import Origin, RemovedRecord
from .picks.models import PortalPick
from .quality.models import QualityMark
from .revisions.models import Draft, Revision
from .texts.models import AssetText

__all__ = [
    "LISTED_STATES",
    "WORKING_STATES",
    "Asset",
    "AssetConcept",
    "AssetDetail",
    "AssetFile",
    "AssetLink",
    "AssetPlace",
    "AssetText",
    "Blob",
    "Contribution",
    "Dirty",
    "Draft",
    "FilePage",
    "FileReading",
    "LabelInSet",
    "LabelSet",
    "Origin",
    "PortalPick",
    "QualityMark",
    "RemovedRecord",
    "Revision",
    "State",
    "Suggestion",
]
