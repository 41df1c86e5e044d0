"""What a reader may do with an asset.

The acts of its life, each with its words, as its kind's policy allows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from baobab.assets import actions
from baobab.assets.kinds import kind_of
from baobab.assets.models import LISTED_STATES, WORKING_STATES, Asset, State
from baobab.assets.policy import Policy
from baobab.kernel.decisions import Decision
from baobab.organisation.readers import Reader

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Act:
    """One act: from which states it can be done, who may, what the page that asks says, and what does it.

    `do(asset, by, reason)`; `reason` is "required", "optional" or "none".
    """

    name: str
    label: _StrPromise
    question: _StrPromise
    explanation: _StrPromise
    done: _StrPromise
    states: tuple[str, ...]
    permission: Callable[[Policy, Reader, Asset], Decision]
    do: Callable[[Asset, Reader, str], object]
    reason: str = "none"
    is_grave: bool = False
    style: str = "secondary"


ACTS: dict[str, Act] = {
    act.name: act
    for act in (
        Act(
            name="publish",
            label=_("Publish"),
            question=_("Publish this?"),
            explanation=_("From now on everybody in its audience can find and read it."),
            done=_("It is published. It can be found from now on."),
            states=(*WORKING_STATES, State.ARCHIVED),
            permission=lambda policy, by, asset: policy.may_publish(by, asset),
            do=lambda asset, by, reason: actions.publish(asset, by=by),
            style="",
        ),
        Act(
            name="submit",
            label=_("Hand to the editors"),
            question=_("Hand this to the editors of its unit?"),
            explanation=_("They can read, change and publish it. You can still work on it."),
            done=_("The editors of its unit have it now."),
            states=(State.DRAFT,),
            permission=lambda policy, by, asset: policy.may_change(by, asset),
            do=lambda asset, by, reason: actions.submit_for_review(asset, by=by),
        ),
        Act(
            name="archive",
            label=_("Archive"),
            question=_("Archive this?"),
            explanation=_(
                "It stays readable and can be found, and its page says that it is no longer current."
            ),
            done=_("It is archived: still readable, marked as no longer current."),
            states=(State.PUBLISHED,),
            permission=lambda policy, by, asset: policy.may_change(by, asset),
            do=lambda asset, by, reason: actions.archive(asset, by=by, reason=reason),
            reason="optional",
        ),
        Act(
            name="withdraw",
            label=_("Withdraw"),
            question=_("Withdraw this?"),
            explanation=_(
                "Lists and search forget it at once. Its address stays and says, to those who could read it, "
                "that it was withdrawn and why. It cannot be published again."
            ),
            done=_("It was withdrawn. Its address now says so, with your reason."),
            states=(*LISTED_STATES, *WORKING_STATES),
            permission=lambda policy, by, asset: policy.may_withdraw(by, asset),
            do=lambda asset, by, reason: actions.withdraw(asset, by=by, reason=reason),
            reason="required",
            is_grave=True,
        ),
        Act(
            name="purge",
            label=_("Remove for good"),
            question=_("Remove this for good?"),
            explanation=_(
                "Texts, files that nothing else uses, history and drafts are deleted and cannot be brought "
                "back. The reason goes into the audit trail. "
                "To take something out of sight, withdraw it instead."
            ),
            done=_("It was removed for good."),
            states=tuple(state for state in State.values if state != State.PURGED),
            permission=lambda policy, by, asset: policy.may_purge(by, asset),
            do=lambda asset, by, reason: actions.purge(asset, by=by, reason=reason),
            reason="required",
            is_grave=True,
        ),
    )
}


def acts_open_to(reader: Reader, asset: Asset) -> list[Act]:
    """What the reader may do with the asset as it stands, in the order of its life."""
    if not reader.is_signed_in:
        return []
    policy = kind_of(asset).policy
    return [
        act for act in ACTS.values() if asset.state in act.states and act.permission(policy, reader, asset)
    ]
