"""The index that joinedup comes with, and those of the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from joinedup.measures.localities.definitions import Kind, Localities, Part, Per
from joinedup.measures.localities.files import own_localities
from joinedup.measures.nearest import no_such

if TYPE_CHECKING:
    from joinedup.workspace import Workspace

_HOMES = (Per.DWELLINGS, Per.RESIDENTS)

VULNERABLE_LOCALITIES = Localities(
    name="vulnerable-localities",
    version=1,
    title=_("Vulnerable localities index"),
    meaning=_(
        "The mean of six indexes, each 100 times an area's rate, share or score over that of all areas "
        "together: burglary of homes, damage to homes, deprivation of income, of employment and of "
        "education, and residents of 15 to 24."
    ),
    origin=_(
        "The six variables and the 200 of the Vulnerable Localities Index (UCL Jill Dando Institute, "
        "JDiBrief; Chainey 2008). Its template was not read: that 100 is the whole, and that the parts "
        "count alike, is how it is taken here."
    ),
    parts=(
        Part(
            "burglary",
            _("Burglary of homes"),
            Kind.COUNT,
            measure="burglary-of-homes",
            per=_HOMES,
        ),
        Part(
            "damage",
            _("Criminal damage to homes"),
            Kind.COUNT,
            measure="criminal-damage-to-homes",
            per=_HOMES,
        ),
        Part("income", _("Income deprivation"), Kind.DEPRIVATION, domain="income"),
        Part("employment", _("Employment deprivation"), Kind.DEPRIVATION, domain="employment"),
        Part("young", _("Residents of 15 to 24"), Kind.AGES, from_age=15, to_age=24),
        Part("education", _("Education deprivation"), Kind.DEPRIVATION, domain="education"),
    ),
    at_least=200.0,
    fewest_residents=50,
)


def localities_known(workspace: Workspace) -> dict[str, Localities]:
    """Every definition by name: the workspace's own take the place of one of the same name."""
    return {VULNERABLE_LOCALITIES.name: VULNERABLE_LOCALITIES, **own_localities(workspace)}


def localities_named(workspace: Workspace, name: str) -> Localities:
    """The definition of that name; ``NotFound`` names the nearest ones, ``BadInput`` what is wrong with the
    workspace's file."""
    known = localities_known(workspace)
    if name in known:
        return known[name]
    raise no_such("There is no such index of localities", name, known)
