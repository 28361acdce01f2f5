"""Who is in drug or alcohol treatment: how many, who they are, and how many of those in need."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from joinedup.measures.linked import ethnicity
from joinedup.measures.linked import shared_parts as shared
from joinedup.measures.linked.definitions import OnCaseload
from joinedup.measures.repeats.definitions import Clock, Window

IN_TREATMENT = OnCaseload(
    name="people-in-treatment",
    version=1,
    title=_("People in drug or alcohol treatment, and how many of those in need"),
    meaning=_(
        "People with an episode of structured treatment that is open on some day of the period, each once; "
        "by main substance; the shares of women, of ethnic groups and of those under 18 when the period "
        "begins, of those of whom it is told; and, where the partnership has an estimate of need, people for "
        "each in need."
    ),
    origin=_("A partnership's questions: who is in treatment, who is not, and are women, young people and "
             "minority groups among them?"),
    records=(shared.TREATMENT,),
    window=Window(Clock.PERIOD),
    kind="category",
    shares=("sex", "ethnic_group"),
    caveats=(
        _("Whoever has episodes for two substances is in both numbers, and once in all."),
        _("An episode without an end lasts until the last day of which it is told."),
        _("Who is in treatment is not who needs it: shares say who comes."),
        _(
            "Penetration needs an estimate of need that is of the same area, ages and substances: whether it "
            "is, the words of the estimate say, and nothing here can check it."
        ),
        _("Where the agency shares no names nobody is linked, and there is no figure."),
    ),
)  # fmt: skip
EPISODES = replace(
    IN_TREATMENT,
    name="treatment-episodes",
    title=_("Episodes of drug or alcohol treatment, and how many for each in need"),
    meaning=_(
        "Episodes of structured treatment that are open on some day of the period, by main substance; the "
        "shares of women and of ethnic groups, of those of which it is told; and, where the partnership has "
        "an estimate of need, episodes for each in need. It needs no names and no linkage."
    ),
    by_case=True,
    caveats=(
        _(
            "Whoever has two episodes in the period is counted twice, so that penetration is too high: a "
            "shorter period has fewer of them."
        ),
        *IN_TREATMENT.caveats[1:4],
    ),
)
TREATMENT_BY_ETHNIC_GROUP = replace(
    ethnicity.VICTIMS_BY_ETHNIC_GROUP,
    name="treatment-by-ethnic-group",
    title=_("People in treatment by ethnic group"),
    meaning=_(
        "People who live in the partnership and are in drug or alcohol treatment at the end of a month of "
        "the period, or left it in one, each once, for 100,000 residents of their ethnic group. Beside white "
        "residents: the ratio of rates, and the ratio within wards, which compares neighbours only."
    ),
    origin=_("A partnership's question: are minority groups represented in treatment?"),
    records=(shared.TREATMENT,),
    caveats=(
        _("A rate of treatment is not a rate of need: fewer in treatment may be fewer who need it, or more "
          "who do not come."),
        _(
            "Whose ethnic group is not known is in no rate. The two ratios “if unknown” say what it would be "
            "if all of them were white, and if all were of the group: the truth lies between."
        ),
        _("A home is the point of the postcode; whoever has none is in no rate."),
        _("Ages and sexes of groups differ, and are not allowed for."),
    ),
)  # fmt: skip
