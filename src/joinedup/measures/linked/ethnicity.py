"""Who is harmed, by ethnic group: beside the residents of the group, and beside their neighbours."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from joinedup.measures.linked import shared_parts as shared
from joinedup.measures.linked.definitions import ByGroup, Group
from joinedup.measures.repeats.definitions import Clock, Window
from joinedup.terms import AreaLevel

CENSUS_GROUPS = (
    Group("asian", ("a",), "Asian, Asian British or Asian Welsh"),
    Group("black", ("b",), "Black, Black British, Black Welsh, Caribbean or African"),
    Group("mixed", ("m",), "Mixed or Multiple ethnic groups"),
    Group("other", ("o",), "Other ethnic group"),
    Group("white", ("w",), "White"),
)
"""The five groups of the census of 2021 (ONS, TS021), by the first letter of the self-defined codes in which
Chinese people are Asian."""

VICTIMS_BY_ETHNIC_GROUP = ByGroup(
    name="victims-by-ethnic-group",
    version=1,
    title=_("Victims of crime by ethnic group"),
    meaning=_(
        "People who live in the partnership and are a victim of a recorded crime in the period, each once, "
        "for 100,000 residents of their ethnic group. Beside white residents: the ratio of rates, and the "
        "ratio within wards, which compares neighbours only. A ratio that goes towards 1 within wards says "
        "that where people live explains it; one that stays says that it does not."
    ),
    origin=_(
        "A partnership's data gap 3.2.1 and its question: are residents of minority groups over-represented "
        "as victims, and is it address rather than ethnicity?"
    ),
    records=(shared.VICTIMS,),
    window=Window(Clock.PERIOD),
    field="ethnicity",
    groups=CENSUS_GROUPS,
    reference="white",
    breakdown="ethnic group",
    level=AreaLevel.WARD,
    caveats=(
        _("Self-defined ethnicity as the police recorded it; often nobody asked."),
        _(
            "Whose ethnic group is not known is in no rate. The two ratios “if unknown” say what it would be "
            "if all of them were white, and if all were of the group: the truth lies between."
        ),
        _("Only what was reported and recorded. Groups trust and report unlike."),
        _("A home is the point of the postcode; students and others may live elsewhere than they say."),
        _("Ages and sexes of groups differ, and are not allowed for."),
    ),
)
