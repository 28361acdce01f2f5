"""What becomes of the people whom integrated offender management takes on."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from joinedup.measures.linked import shared_parts as shared
from joinedup.measures.linked.definitions import BeforeAfter
from joinedup.measures.repeats.definitions import Clock, Window

BEFORE_AND_AFTER = BeforeAfter(
    name="iom-before-and-after",
    version=1,
    title=_("Convictions before and after integrated offender management took somebody on"),
    meaning=_(
        "Of the people who first came onto the register in the period: offences committed in the 12 months "
        "before and in the 12 months from that day that were proven in court by six months after either, for "
        "each person and month at liberty; and the ratio of both. Beside those who offended: people who were "
        "not on the register by that day and had exactly as many offences, in about as many months at "
        "liberty, in the same time before."
    ),
    origin=_(
        "A partnership's paper of 2012: a cohort of about 250 on integrated offender management, tracked for "
        "reduced convictions."
    ),
    records=(shared.IOM,),
    window=Window(Clock.AFTER_FIRST, 12),
    events=(shared.SENTENCED,),
    releases=(shared.RELEASES,),
    on="started",
    wait=6,
    caveats=(
        _(
            "People are chosen when they offend most, and anybody chosen so offends less afterwards "
            "(regression to the mean). Look at the ratio against the others beside them, not at the ratio."
        ),
        _(
            "The others were not drawn by lot: they may differ in what the records do not tell, so that no "
            "difference from them is the scheme's work for certain. Some of them are taken on later. The "
            "interval is over the scheme's people only."
        ),
        _(
            "Custody is from the sentence to the release that the prison service tells within its length, "
            "else to half of it; remand, and what was imposed before the records begin, is not known."
        ),
        _("What was proven elsewhere, and not delivered here, is not known."),
    ),
)
SIX_MONTHS = replace(
    BEFORE_AND_AFTER,
    name="iom-six-months-before-and-after",
    title=_("Convictions six months before and after integrated offender management took somebody on"),
    meaning=_(
        "As iom-before-and-after, in the six months before and the six months from the day: less sure for "
        "each person, and for more people at an early date."
    ),
    window=Window(Clock.AFTER_FIRST, 6),
)
