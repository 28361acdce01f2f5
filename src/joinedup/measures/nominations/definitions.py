"""What a nomination list states: which repeats put somebody on it, and how far back agencies' records go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from joinedup.errors import BadInput

if TYPE_CHECKING:
    from typing import TypeAlias

    from django.utils.functional import _StrPromise

    Words: TypeAlias = str | _StrPromise


@dataclass(frozen=True)
class Nomination:
    """Who and where is put before a problem-solving group.

    ``reasons`` are the names of the definitions of repeats that put them there; ``months`` the period's
    length; ``known_months`` how many months before the period's end agencies' records are told of.
    """

    name: str
    version: int
    title: Words
    meaning: Words
    origin: Words
    reasons: tuple[str, ...]
    months: int
    known_months: int
    caveats: tuple[Words, ...] = ()

    def __post_init__(self) -> None:
        if not self.reasons or len(set(self.reasons)) < len(self.reasons):
            raise BadInput("A nomination list has reasons, each once", where=self.name)
        if self.months < 1 or self.known_months < self.months:
            raise BadInput("Agencies' records go back at least as far as the period", where=self.name)


JAG = Nomination(
    name="jag",
    version=1,
    title=_("Nominations for a joint action group"),
    meaning=_(
        "People, places and pairs of people who repeat within the period, usually two months, by any of the "
        "definitions named; with what each agency's records of the last 12 months know of them, and what it "
        "does."
    ),
    origin=_(
        "A partnership's joint action groups: 3 calls or more within the JAG period, usually two months; the "
        "other reasons are joinedup's own."
    ),
    reasons=(
        "repeat-caller-jag",
        "repeat-asb-perpetrator",
        "repeat-asb-pair",
        "repeat-asb-location",
        "repeat-suspect",
        "repeat-pair",
    ),
    months=2,
    known_months=12,
    caveats=(
        _("Victims of domestic abuse go to the MARAC: they are here only for other reasons."),
        _("A list to look at, not a judgement: whoever is on it may be the victim of somebody's calls."),
        _("An allegation is no finding: a suspect or alleged perpetrator may have done nothing."),
        _("Who gives no name is on no list; who is told under another name may be missing."),
        _("Keys and not names: joinedup reveal shows names of the records given, for a reason of its own."),
    ),
)
