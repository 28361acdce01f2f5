"""Approved premises, and what happens around them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from joinedup.measures.linked import shared_parts as shared
from joinedup.measures.linked.definitions import AroundPlace, DuringStays
from joinedup.measures.repeats.definitions import Clock, Unit, Window

AROUND = AroundPlace(
    name="around-a-place",
    version=1,
    title=_("What happens within 100, 250 and 500 metres of a place"),
    meaning=_(
        "Crimes, and reports to police and landlords, of the period within these distances of a point that "
        "is asked for, for each square kilometre beside those of the ring from 500 to 1,000 metres around it."
    ),
    origin=_("joinedup's own; the issue asks for approved premises and what happens around them."),
    records=(shared.CRIMES, shared.CALLS, shared.LANDLORDS),
    window=Window(Clock.PERIOD),
    unit=Unit.PLACE,
    distances=(100, 250, 500),
    ring=(500, 1000),
    caveats=(
        _("The register of residents does not say where the premises are: whoever asks gives the point."),
        _("A point may stand for a place that is not known: see the measure of quality called heaped."),
        _("A busy street beside a quiet ring says nothing of whoever lives there."),
    ),
)
RESIDENTS = DuringStays(
    name="approved-premises-residents",
    version=1,
    title=_("What residents of approved premises are suspected of"),
    meaning=_(
        "Of the people with a stay in approved premises in the period, those suspected of a crime while they "
        "stayed, and within six months after they left; by type of crime."
    ),
    origin=_("joinedup's own."),
    records=(shared.STAYS,),
    window=Window(Clock.AFTER_FIRST, 6),
    events=(shared.SUSPECTS,),
    caveats=(
        shared.ALLEGED,
        _("A handful of people: say nothing of one year. Numbers are of people, not of crimes."),
        _("Whose six months after a stay still run counts for the stay alone."),
    ),
)
