"""The measures of reoffending that joinedup comes with: the single one, the six before it, and its variants.

A partnership's papers set six measures and a share "within two years" side by side and could not reconcile
them. What each published definition says was taken from what was found of it; what was not found is said in
the caveats.
"""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from joinedup.measures.linked import shared_parts as shared
from joinedup.measures.linked.definitions import Records
from joinedup.measures.nearest import no_such
from joinedup.measures.reoffending.definitions import (
    Ages,
    Cohort,
    Counts,
    Index,
    Lives,
    Once,
    Proof,
    ProofRule,
    Reoffending,
    Taken,
)
from joinedup.terms import RecordType

_CUSTODY = replace(shared.SENTENCED, says=(("disposal", "custody"),))
_NO_CUSTODY = replace(shared.SENTENCED, left_out=(("disposal", "custody"),))
_CAUTIONED = Records(
    "police-records", RecordType.INVOLVEMENT, ("suspect",), says=(("suspect_state", "CAUTIONED"),)
)

_RELEASED = Index("released", _("Released from prison"), shared.RELEASES)
_SENTENCED = Index("sentenced", _("Sentenced, but not to custody"), _NO_CUSTODY, unless=_CUSTODY)
_CAUTION = Index("cautioned", _("Cautioned by the police"), _CAUTIONED, on="outcome_on")
_ORDER = Index("order-began", _("An order or licence with probation began"), shared.PROBATION, on="started")
_PANEL = Index("out-of-court", _("Disposed of out of court by the youth panel"), shared.OUT_OF_COURT)
_ORDERED = replace(shared.YOUTH_JUSTICE, left_out=(("tier", "out-of-court"),))
_YOUTH_ORDER = Index(
    "youth-order-began", _("A court's order with the youth justice service began"), _ORDERED, on="started"
)
_TREATED = Index("treatment-began", _("Drug or alcohol treatment began"), shared.TREATMENT, on="started")
_ON_PROBATION = Index("on-probation", _("On the probation caseload"), shared.PROBATION)
_ON_IOM = Index("on-the-scheme", _("On the scheme's register"), shared.IOM)

_COURT = Proof(shared.SENTENCED, offended="offence_date")
_POLICE_CAUTION = Proof(_CAUTIONED, proven="outcome_on", offended="day", by_incident=True)

CONVICTIONS = ProofRule("convictions", _("Convictions"), (_COURT,))
CONVICTIONS_AND_CAUTIONS = ProofRule(
    "convictions-and-cautions", _("Convictions and cautions"), (_COURT, _POLICE_CAUTION)
)
YOUTH_RECORDS = ProofRule(
    "youth-service-records",
    _("The youth justice service's own records of disposals"),
    (Proof(shared.OUT_OF_COURT), Proof(_ORDERED, proven="started")),
)

RELEASED_OR_SANCTIONED = Cohort(
    "released-or-sanctioned",
    _("Released from prison, sentenced but not to custody, or cautioned"),
    (_RELEASED, _SENTENCED, _CAUTION),
)

_NOT_PNC = _("From the records delivered here; the published figures are from the Police National Computer.")
_NO_DAY = _("Where no record tells the day of the offence, the day on which it was proven stands for it.")
_IN_CUSTODY = _("Time in custody is not taken off: who is inside can hardly reoffend.")
_ELSEWHERE = _("What was proven elsewhere, and not delivered here, is not known.")
_COMMON = (_NOT_PNC, _NO_DAY, _IN_CUSTODY, _ELSEWHERE)
_QUARTER = 3

PROVEN = Reoffending(
    name="proven-reoffending",
    version=1,
    title=_("Proven reoffending (the single measure)"),
    meaning=_(
        "Of the people released from prison, sentenced but not to custody, or cautioned in the period, each "
        "once, at the first of these: those who committed an offence within a year that was proven by "
        "conviction or caution in that year or the six months after it."
    ),
    origin=_(
        "The Ministry of Justice's definition of proven reoffending since 2011: one year of follow-up, six "
        "further months of waiting, convictions and cautions."
    ),
    cohort=RELEASED_OR_SANCTIONED,
    proof=CONVICTIONS_AND_CAUTIONS,
    caveats=(
        *_COMMON,
        _("No feed tells of positive drug tests, by which people came into the cohort until July 2016."),
    ),
)

RESIDENTS = replace(
    PROVEN,
    name="proven-reoffending-of-residents",
    title=_("Proven reoffending of those who live in the partnership"),
    meaning=_("The single measure, of the people whose record of entry tells a home in the partnership."),
    origin=_("joinedup's own: the single measure by where people live."),
    lives=Lives.PARTNERSHIP,
    caveats=(*_COMMON, _("Whose home is not known is not followed.")),
)

WITHIN_TWO_YEARS = replace(
    PROVEN,
    name="reoffended-within-two-years",
    title=_("Reoffended within two years"),
    meaning=_(
        "Of the same people as the single measure: those who committed an offence within two years that was "
        "proven within these two years."
    ),
    origin=_(
        "A partnership's minutes of 2013: 1,138 of 3,510 people “within two years”. They do not say which "
        "people or what proved it: both are taken from the single measure."
    ),
    follow_up=24,
    wait=0,
    caveats=_COMMON,
)

NATIONAL_ADULT = Reoffending(
    name="national-adult-reoffending",
    version=1,
    title=_("National adult reoffending (before 2011)"),
    meaning=_(
        "Of the adults released from prison, or whose order or licence with probation began, in the quarter: "
        "those who committed an offence within a year of which they were convicted in that year or the six "
        "months after it."
    ),
    origin=_(
        "The first of the six measures that the Ministry of Justice named in October 2011: adults of January "
        "to March."
    ),
    cohort=Cohort(
        "released-or-order-began",
        _("Released from prison, or an order or licence with probation began"),
        (_RELEASED, _ORDER),
    ),
    ages=Ages.ADULTS,
    proof=CONVICTIONS,
    cohort_months=_QUARTER,
    caveats=(
        *_COMMON,
        _("Its handbook was not found: cohort and proof are as it is usually described."),
    ),
)

LOCAL_ADULT = Reoffending(
    name="local-adult-reoffending",
    version=1,
    title=_("Local adult reoffending (national indicator 18)"),
    meaning=_(
        "Of the adults on the probation caseload at the end of a quarter, once for each quarter: those who "
        "committed an offence within three months that was proven in these or the three months after them."
    ),
    origin=_("National indicator 18: snapshots of the probation caseload, four quarters together."),
    cohort=Cohort(
        "on-probation-at-the-end-of-a-quarter",
        _("On the probation caseload at the end of a quarter"),
        (_ON_PROBATION,),
        Taken.QUARTERLY_SNAPSHOTS,
    ),
    once=Once.ENTRY,
    ages=Ages.ADULTS,
    follow_up=3,
    wait=3,
    proof=CONVICTIONS_AND_CAUTIONS,
    cohort_months=12,
    caveats=(
        *_COMMON,
        _(
            "Published as actual against predicted; how the prediction is made was not found, so there is "
            "none here."
        ),
        _("That three months are waited for proof was not found in its text: it is the usual description."),
    ),
)

NATIONAL_YOUTH = replace(
    PROVEN,
    name="national-youth-reoffending",
    title=_("National youth reoffending (before 2011)"),
    meaning=_(
        "Of the people of 10 to 17 released, sentenced but not to custody, or cautioned in the quarter: "
        "those who committed an offence within a year that was proven in it or the six months after it."
    ),
    origin=_(
        "The third of the six measures that the Ministry of Justice named in October 2011: young people of "
        "January to March."
    ),
    ages=Ages.YOUNG,
    cohort_months=_QUARTER,
    caveats=(*_COMMON, _("Its handbook was not found: it is as usually described.")),
)

LOCAL_YOUTH = Reoffending(
    name="local-youth-reoffending",
    version=1,
    title=_("Local youth reoffending (national indicator 19)"),
    meaning=_(
        "Of the young people of 10 to 17 with a disposal in the quarter, by the youth justice service's own "
        "records: those with a further one for an offence within a year, known in that year or the three "
        "months after it."
    ),
    origin=_(
        "National indicator 19: disposals and releases of January to March, twelve months and three, from "
        "the youth offending team's records, not the Police National Computer (Hansard, 11 January 2010)."
    ),
    cohort=Cohort("youth-disposals", _("A disposal with the youth justice service"), (_PANEL, _YOUTH_ORDER)),
    ages=Ages.YOUNG,
    wait=3,
    proof=YOUTH_RECORDS,
    cohort_months=_QUARTER,
    caveats=(
        _NO_DAY,
        _IN_CUSTODY,
        _ELSEWHERE,
        _("A team's area need not be the council's."),
        _("An order that begins within the year may be for an offence before it."),
        _("Published as reoffences for each young person: see reoffences for 100 people."),
    ),
)

PROLIFIC = Reoffending(
    name="prolific-offenders-reoffending",
    version=1,
    title=_("Prolific and other priority offenders (national indicator 30)"),
    meaning=_(
        "Of the people on the scheme at its first snapshot of the period: convictions for offences of the "
        "year that begins two months later, beside those of the year that began sixteen months before it."
    ),
    origin=_(
        "National indicator 30: those on the scheme on 1 February 2009, offences of April 2009 to March "
        "2010, against October 2007 to September 2008."
    ),
    cohort=Cohort("on-the-scheme", _("On the scheme's register"), (_ON_IOM,), Taken.FIRST_SNAPSHOT),
    starts_after=2,
    proof=CONVICTIONS,
    baseline=18,
    cohort_months=1,
    caveats=(
        *_COMMON,
        _("The register of integrated offender management stands for that of prolific offenders."),
        _(
            "People are chosen for a scheme when they offend most: a fall afterwards is partly regression to "
            "the mean, and would come without any scheme. Compare with like people who were not chosen."
        ),
    ),
)

DRUG_MISUSING = Reoffending(
    name="drug-misusing-offenders-reoffending",
    version=1,
    title=_("Drug-misusing offenders (national indicator 38)"),
    meaning=_(
        "Of the people whose treatment for drugs or alcohol began in the quarter: those who committed an "
        "offence within a year of which they were convicted in that year or the six months after it."
    ),
    origin=_(
        "National indicator 38: people identified in January to March, twelve months, convictions in court "
        "only, without cautions and offences taken into consideration (Hansard, 25 January 2010)."
    ),
    cohort=Cohort("treatment-began", _("Drug or alcohol treatment began"), (_TREATED,)),
    proof=CONVICTIONS,
    cohort_months=_QUARTER,
    caveats=(
        *_COMMON,
        _("People were identified by positive tests too, and by class A drugs: no feed tells either."),
        _("How long proof is waited for was not found: six months, as in the single measure."),
        _("Where the treatment service shares no names nobody is linked, and there is no figure."),
    ),
)

OCCASIONS = replace(
    PROVEN,
    name="proven-reoffending-occasions",
    title=_("Proven reoffending, by days of proof"),
    meaning=_("The single measure; offences that were proven on one day count as one reoffence."),
    origin=_("joinedup's own: what several offences before one court add."),
    counts=Counts.OCCASIONS,
    caveats=_COMMON,
)

REOFFENDING: dict[str, Reoffending] = {
    one.name: one
    for one in (
        PROVEN,
        NATIONAL_ADULT,
        LOCAL_ADULT,
        NATIONAL_YOUTH,
        LOCAL_YOUTH,
        PROLIFIC,
        DRUG_MISUSING,
        WITHIN_TWO_YEARS,
        RESIDENTS,
        OCCASIONS,
    )
}
"""Every measure of reoffending, by name."""

SIX = (NATIONAL_ADULT, LOCAL_ADULT, NATIONAL_YOUTH, LOCAL_YOUTH, PROLIFIC, DRUG_MISUSING)
"""The six that the Ministry of Justice named in October 2011, before the single measure."""


def reoffending_named(name: str) -> Reoffending:
    """The measure of that name; ``NotFound`` names the nearest ones."""
    if name in REOFFENDING:
        return REOFFENDING[name]
    raise no_such("There is no such measure of reoffending", name, REOFFENDING)
