"""Young people: who enters the youth justice system, and who moves on to the services for adults."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from joinedup.measures.linked import shared_parts as shared
from joinedup.measures.linked.definitions import ComesOfAge, FirstEntrants, Records
from joinedup.measures.repeats.definitions import Clock, Window
from joinedup.terms import RecordType

FIRST_TIME_ENTRANTS = FirstEntrants(
    name="youth-first-entrants",
    version=1,
    title=_("First-time entrants to the youth justice system"),
    meaning=_(
        "Young people of 10 to 17 at the disposal whose first caution or conviction, by the service's "
        "records, was in the period; for 100,000 residents of these ages. Beside: those whom an earlier "
        "record already knows, by linkage."
    ),
    origin=_(
        "National indicator 111 and its successors: first-time entrants aged 10 to 17 for 100,000 of that "
        "age. The handbook's own text was not found."
    ),
    records=(Records("youth-first-offences", RecordType.SANCTION, ("client",)),),
    window=Window(Clock.PERIOD),
    earlier=(
        shared.OUT_OF_COURT,
        shared.SENTENCED,
        Records("youth-first-offences", RecordType.SANCTION, ("client",)),
    ),
    caveats=(
        _("From the service's records; the published figure is from the Police National Computer."),
        _("For the period as asked, not for a year."),
        _("An earlier record is one before the entry that was delivered here: what is older is not known."),
    ),
)
JUSTICE_AT_EIGHTEEN = ComesOfAge(
    name="youth-justice-at-18",
    version=2,
    title=_("Young people who come of age with the youth justice service"),
    meaning=_(
        "Of the people who turn 18 in a month of the period and have an open order with the youth justice "
        "service in that month or later, those with probation from three months before to six months after, "
        "those who stay with the youth service, and those who are in neither."
    ),
    origin=_(
        "A partnership's recommendations IX and 8: do people drop out between youth and adult services?"
    ),
    records=(shared.YOUTH_JUSTICE,),
    window=Window(Clock.AFTER_FIRST, 6),
    to=(shared.PROBATION,),
    before=3,
    caveats=(
        _(
            "The service does not say why an order ended: one that was over is not told from one "
            "that was lost."
        ),
        _("Days are from the end of the last youth order to the start of probation; below 0 they overlap."),
        _("Few in a year: look at several."),
    ),
)
TREATMENT_AT_EIGHTEEN = replace(
    JUSTICE_AT_EIGHTEEN,
    name="treatment-at-18",
    title=_("Young people who come of age in drug or alcohol treatment"),
    meaning=_(
        "Of the people who turn 18 in a month of the period and are in treatment in that month, those with "
        "an episode that began from three months before to six months after, those whose episode goes on, "
        "and those who are in neither."
    ),
    records=(shared.TREATMENT,),
    to=(shared.TREATMENT,),
    caveats=(
        _(
            "The feed does not tell a young people's service from one for adults: a new episode "
            "stands for it."
        ),
        _("Where the agency shares no names nobody is linked, and there is no figure."),
        _("Few in a year: look at several."),
    ),
)
