"""People whose first proven offence is known: what a definition states, and the ones that joinedup has."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from django.utils.translation import gettext_lazy as _

from joinedup.measures.linked import shared_parts as shared
from joinedup.measures.linked.definitions import Definition, Records
from joinedup.measures.linked.released import Bands, Seen
from joinedup.measures.repeats.definitions import Clock, Window
from joinedup.terms import RecordType


@dataclass(frozen=True)
class FirstKnown(Definition):
    """People of whom an offence was proven (``proofs``) in the period and none in the ``look_back`` months
    before that day (0: none in all that was delivered), each once; by age then, by sex and by the offences
    that were first proven; and how many of them ``earlier`` records know already."""

    records: tuple[Records, ...] = field(init=False)
    window: Window = field(init=False)
    proofs: tuple[Seen, ...] = field(kw_only=True)
    look_back: int = field(default=0, kw_only=True)
    ages: Bands = field(kw_only=True)
    sex: str = field(default="sex", kw_only=True)
    offence: str = field(default="crime_type", kw_only=True)
    earlier: tuple[Seen, ...] = field(default=(), kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "records", tuple(one.records for one in self.proofs))
        if self.look_back < 0:
            raise self._wrong("A look-back is so many months, or 0 for all that was delivered")
        clock = Clock.SINCE_LAST if self.look_back else Clock.PERIOD
        object.__setattr__(self, "window", Window(clock, self.look_back))
        super().__post_init__()

    @property
    def beside(self) -> tuple[Records, ...]:
        """The records in which one may have been before."""
        return tuple(dict.fromkeys(one.records for one in self.earlier))

    @property
    def needed(self) -> frozenset[str]:
        """Every source of proof: without one too many would seem to be there for the first time."""
        return frozenset(one.source for one in self.records)


_CAUTIONED = Records(
    "police-records", RecordType.INVOLVEMENT, ("suspect",), says=(("suspect_state", "CAUTIONED"),)
)
_CAVEATS = (
    _(
        "First known, not first: what was proven elsewhere, before the records begin, or under another "
        "identity that the linkage does not know is not in it. The stricter the linkage, the more are first."
    ),
    _(
        "Known before is from records that are no proof here: probation, prison, youth justice, disposals "
        "out of court. Whom they know has offended before: the true number of first offenders is lower."
    ),
    _("The day is that of the sentence or caution, months after the offence; the age is that of this day."),
    _(
        "Ages are by month of birth, so within their birthday's month somebody may stand a year too old; of "
        "whom no date of birth is told no age is known."
    ),
    _("Whoever had several offences proven on the first day is under each of them, and once in all."),
    _("By the court that sat and the force that cautioned, not by where people live: there is no rate."),
)

EVER = FirstKnown(
    name="first-known-offenders",
    version=1,
    title=_("First-time offenders by age, sex and offence (first known)"),
    meaning=_(
        "People of whom an offence was proven by conviction or caution in the period, and none before in all "
        "that was delivered; by age on that day, by sex and by offence. How far back that looks grows with "
        "the records: periods are not alike, and first-offenders-of-two-years is for comparing them."
    ),
    origin=_(
        "Asked for in the catalogue of measures: first-time offenders by age, sex and offence. The published "
        "first-time entrants are from the Police National Computer, which looks back to the beginning."
    ),
    proofs=(Seen(shared.SENTENCED), Seen(_CAUTIONED, known_on="outcome_on")),
    ages=Bands(
        "age",
        (
            ("10-to-17", 10),
            ("18-to-20", 18),
            ("21-to-24", 21),
            ("25-to-34", 25),
            ("35-to-49", 35),
            ("50-and-over", 50),
        ),
    ),
    earlier=(
        Seen(shared.PROBATION, on="started"),
        Seen(shared.RELEASES),
        Seen(shared.YOUTH_JUSTICE, on="started"),
        Seen(shared.OUT_OF_COURT),
        Seen(Records("youth-first-offences", RecordType.SANCTION, ("client",))),
    ),
    caveats=_CAVEATS,
)
TWO_YEARS = replace(
    EVER,
    name="first-offenders-of-two-years",
    title=_("Offenders without a proven offence in the two years before, by age, sex and offence"),
    meaning=_(
        "People of whom an offence was proven by conviction or caution in the period, and none in the 24 "
        "months before that day, whoever they were earlier; by age on that day, by sex and by offence. The "
        "same look-back for everybody, so that periods can be compared once the records reach so far."
    ),
    look_back=24,
)
