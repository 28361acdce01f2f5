"""What becomes of people who are released from prison to the area."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from joinedup.measures.linked import shared_parts as shared
from joinedup.measures.linked.definitions import Records
from joinedup.measures.linked.released import AfterRelease, Bands, Outcome, Seen
from joinedup.measures.repeats.definitions import Clock, Window
from joinedup.terms import RecordType

_CUSTODY = replace(shared.SENTENCED, says=(("disposal", "custody"),))
_RECALLED_BY_COURT = replace(shared.SENTENCED, says=(("category", "1501"),))
_LICENCE_REVOKED = replace(shared.PROBATION, says=(("category", "licence"), ("end_reason", "revoked")))
_CAUTIONED = Records(
    "police-records", RecordType.INVOLVEMENT, ("suspect",), says=(("suspect_state", "CAUTIONED"),)
)
_BACK = Outcome(
    "back-in-custody",
    _("Back in custody"),
    (
        Seen(_CUSTODY),
        Seen(shared.RELEASES),
        Seen(_RECALLED_BY_COURT),
        Seen(_LICENCE_REVOKED, on="ended"),
    ),
)
RELEASED_PRISONERS = AfterRelease(
    name="released-prisoners",
    version=2,
    title=_("Released prisoners, and what happened next"),
    meaning=_(
        "People whom the prison service released to the area in the period, each once, from their first "
        "release in it: by prison and by length of sentence, and how many another record knows. Of them, "
        "within 30, 91, 183 and 365 days (1, 3, 6 and 12 months): the share who committed an offence that "
        "was proven by conviction or caution within six months of it, were suspected of a crime, were back "
        "in custody, were in drug or alcohol treatment, lived in approved premises, or were named in an "
        "anti-social behaviour case of a landlord or the council; each before they were back in custody or "
        "died. Of offences and suspicions also the share if nobody had gone back (at liberty)."
    ),
    origin=_(
        "A partnership's paper asks what became of those on a prison's monthly release list; published "
        "measures follow only proven reoffending, and take no time in custody off."
    ),
    records=(shared.RELEASES,),
    window=Window(Clock.AFTER_FIRST, 12),
    place="establishment",
    lengths=Bands(
        "sentence_months",
        (("under-12-months", 0), ("12-months-to-under-4-years", 12), ("4-years-and-over", 48)),
    ),
    months=(1, 3, 6, 12),
    custody=_BACK,
    deaths=(
        Seen(replace(shared.PROBATION, says=(("end_reason", "died"),)), on="ended"),
        Seen(replace(shared.TREATMENT, says=(("end_group", "died"),)), on="ended"),
    ),
    outcomes=(
        Outcome(
            "reoffended",
            _("Committed an offence that was proven"),
            (Seen(shared.SENTENCED, on="offence_date"), Seen(_CAUTIONED, known_on="outcome_on")),
            wait=6,
            at_liberty=True,
        ),
        Outcome("suspected", _("Suspected of a crime"), (Seen(shared.SUSPECTS),), at_liberty=True),
        _BACK,
        Outcome(
            "in-treatment",
            _("In drug or alcohol treatment"),
            (Seen(shared.TREATMENT, on="started", ends="ended"),),
        ),
        Outcome(
            "in-approved-premises",
            _("Lived in approved premises"),
            (Seen(shared.STAYS, on="started", ends="ended"),),
        ),
        Outcome(
            "in-landlords-cases",
            _("Named in a social landlord's anti-social behaviour case"),
            (Seen(shared.LANDLORDS),),
        ),
        Outcome(
            "in-council-cases",
            _("Named in the council's anti-social behaviour records"),
            (Seen(shared.COUNCIL),),
        ),
    ),
    caveats=(
        shared.ALLEGED,
        _(
            "Back in custody is a sentence of custody, a recall by a court, a licence that was revoked or, "
            "where none of these is told, the next release: that day is the latest on which they can have "
            "gone back. Remand is not known: some time that counts as liberty was spent inside."
        ),
        _(
            "At liberty: as if those who went back or died had gone on like the others, which nobody can "
            "know. Who goes back has often offended first."
        ),
        _(
            "Whom no other record knows is followed too: nothing happened to them that was delivered here. "
            "Somebody who moved away, or whom the linkage did not find, looks the same. Deaths are known "
            "from probation and treatment alone."
        ),
        _(
            "A caution of which no record tells the day is taken for given on the day of its record, so "
            "within six months of the offence."
        ),
        _(
            "Named in a case of anti-social behaviour is as a caller or as an alleged perpetrator: it is "
            "contact, not blame."
        ),
        _("Where no record tells the day of the offence, the day on which it was proven stands for it."),
        _("The prison's list has people released to the area, not those who moved here later."),
    ),
)
