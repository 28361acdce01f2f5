"""From records to cells: for each kind of definition what is read, and which pure function counts it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from joinedup.errors import BadInput
from joinedup.measures.linked.definitions import (
    AgainByFirst,
    AroundPlace,
    BeforeAfter,
    ByGroup,
    ComesOfAge,
    Definition,
    DuringStays,
    FirstEntrants,
    FromElsewhere,
    OnCaseload,
    SeveralAgencies,
    Travelled,
)
from joinedup.measures.linked.first_known import FirstKnown
from joinedup.measures.linked.for_age import StandardisedForAge
from joinedup.measures.linked.kinds.ages import standardised_for_age
from joinedup.measures.linked.kinds.around import around_place
from joinedup.measures.linked.kinds.before_and_after import before_and_after
from joinedup.measures.linked.kinds.caseload import on_caseload
from joinedup.measures.linked.kinds.coming_again import again_by_first
from joinedup.measures.linked.kinds.contacts import several_agencies
from joinedup.measures.linked.kinds.deprivation import by_deprivation
from joinedup.measures.linked.kinds.entrants import first_entrants
from joinedup.measures.linked.kinds.first_known import first_known
from joinedup.measures.linked.kinds.groups import by_groups
from joinedup.measures.linked.kinds.referrals import referred_by
from joinedup.measures.linked.kinds.released import after_prison
from joinedup.measures.linked.kinds.spells import comes_of_age, during_stays
from joinedup.measures.linked.kinds.travel import from_elsewhere, travelled
from joinedup.measures.linked.kinds.work import Done, Work
from joinedup.measures.linked.referrals import ReferredBy
from joinedup.measures.linked.released import AfterRelease
from joinedup.measures.linked.result import LinkedQuery
from joinedup.measures.linked.take_up import ByDeprivation

__all__ = ["COUNTED", "Work", "check_asked"]

COUNTED: Mapping[type[Definition], Callable[[Work], Done]] = {
    SeveralAgencies: several_agencies,
    AgainByFirst: again_by_first,
    FromElsewhere: from_elsewhere,
    Travelled: travelled,
    AroundPlace: around_place,
    ComesOfAge: comes_of_age,
    DuringStays: during_stays,
    FirstEntrants: first_entrants,
    ByGroup: by_groups,
    BeforeAfter: before_and_after,
    ByDeprivation: by_deprivation,
    StandardisedForAge: standardised_for_age,
    ReferredBy: referred_by,
    OnCaseload: on_caseload,
    AfterRelease: after_prison,
    FirstKnown: first_known,
}
"""Which counting is of which kind of definition."""


def check_asked(definition: Definition, query: LinkedQuery) -> None:
    """Raise BadInput where the question lacks what the definition needs, or has what it has no use for."""
    if isinstance(definition, AroundPlace) != (query.at is not None):
        raise BadInput(
            _("What is around a place needs its point")
            if query.at is None
            else _("Only what is around a place has a point"),
            where=definition.name,
            next_step=_("Say --at LONGITUDE LATITUDE") if query.at is None else _("Leave out --at"),
        )
    if query.since is not None and query.at is None:
        raise BadInput(_("Since when goes with a place"), where=definition.name)
