"""Where referrals to a service come from: of the cases that began, who sent them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from joinedup.measures.linked import shared_parts as shared
from joinedup.measures.linked.definitions import Definition, Records
from joinedup.measures.repeats.definitions import Clock, Unit, Window
from joinedup.terms import RecordType, Sensitivity


@dataclass(frozen=True)
class ReferredBy(Definition):
    """Cases that began in the period (the day of the field ``began``, else of the record), each once, and the
    share of each value of the field ``referrer``, of those of which it is told. No linkage is needed."""

    referrer: str = "referrer"
    began: str = ""

    @property
    def counts_people(self) -> bool:
        """Cases need no linkage."""
        return False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.window.clock is not Clock.PERIOD or not self.referrer or self.unit is not Unit.PERSON:
            raise self._wrong("Referrals are counted in a period, by the field that says who referred")


_NOT_THE_WAY = _(
    "Who referred is who wrote it down last: whoever was told of the service by one and came by oneself is "
    "there as one or the other."
)
_FEW_COME = _("Many referrals from an agency may be its good work, or its many clients.")

TREATMENT = ReferredBy(
    name="treatment-referrals",
    version=1,
    title=_("Where referrals to drug and alcohol treatment come from"),
    meaning=_(
        "Episodes of structured treatment that began in the period, each once, and the share that each "
        "agency, or the person alone, referred; of those of which it is told."
    ),
    origin=_("A partnership's question: where do referrals come from (social care, youth justice, self)?"),
    records=(shared.TREATMENT,),
    window=Window(Clock.PERIOD),
    began="started",
    caveats=(
        _(
            "The contract that joinedup comes with has no column for it, for no layout was found: a "
            "partnership whose services send one names its field “referrer” in a contract of its own."
        ),
        _NOT_THE_WAY,
        _FEW_COME,
    ),
)
ABUSE_SERVICES = ReferredBy(
    name="abuse-services-referrals",
    version=1,
    title=_("Where referrals to domestic abuse services come from"),
    meaning=_(
        "Cases with the domestic abuse service's advocates that began in the period, each once, and the "
        "share that each agency, or the person alone, referred; of those of which it is told."
    ),
    origin=_("A partnership's question: where do referrals come from?"),
    records=(Records("domestic-abuse-cases", RecordType.SPELL),),
    window=Window(Clock.PERIOD),
    began="started",
    sensitivity=Sensitivity.RESTRICTED,
    caveats=(_NOT_THE_WAY, _FEW_COME, _("Whoever comes back with a new case is counted again.")),
)
MARAC = ReferredBy(
    name="marac-referrers",
    version=1,
    title=_("Which agencies refer to the MARAC"),
    meaning=_(
        "Referrals to the multi-agency risk assessment conference in the period, and the share of each "
        "referring agency, of those of which it is told."
    ),
    origin=_("A partnership's question: where do referrals come from?"),
    records=(Records("marac", RecordType.INCIDENT),),
    window=Window(Clock.PERIOD),
    sensitivity=Sensitivity.RESTRICTED,
    caveats=(_FEW_COME, _("A referral is not a finding, and one household may be referred again.")),
)
