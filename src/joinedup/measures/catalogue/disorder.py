"""Anti-social behaviour as each source records it: police, council, landlords, wardens, the public."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from joinedup.measures.catalogue.partners import YES_NO, incidents, yes_no
from joinedup.measures.catalogue.volume import ALL_FORMS
from joinedup.measures.definition import Break, Measure
from joinedup.measures.translating import marked as _
from joinedup.terms import RecordType, Sensitivity

POSITION = 7

CATEGORIES = {
    "personal": _("Personal"),
    "nuisance": _("Nuisance"),
    "environmental": _("Environmental"),
}
"""The categories of the National Standard for Incident Recording 2011."""

HEADINGS = {
    "abandoned-vehicle": _("Abandoned vehicle"),
    "vehicle-nuisance": _("Vehicle nuisance or inappropriate use"),
    "rowdy": _("Rowdy or inconsiderate behaviour"),
    "neighbours": _("Rowdy or nuisance neighbours"),
    "litter-drugs": _("Littering or drugs paraphernalia"),
    "animals": _("Animal problems"),
    "trespass": _("Trespass"),
    "malicious-communications": _("Nuisance or malicious communications"),
    "street-drinking": _("Street drinking"),
    "prostitution": _("Prostitution related activity"),
    "noise": _("Noise"),
    "begging": _("Begging or vagrancy"),
    "fireworks": _("Inappropriate use of fireworks"),
}
"""The headings under which police forces record anti-social behaviour."""

SIGHTINGS = {
    "youths": _("Youths congregating"),
    "drinking": _("Street drinking"),
    "begging": _("Begging"),
    "litter": _("Litter / fly tip"),
    "needles": _("Drug litter seen"),
    "noise": _("Noise"),
    "vehicles": _("Motorbikes / nuisance vehicles"),
    "abandoned": _("Abandoned vehicle"),
    "dogs": _("Dogs"),
    "damage": _("Damage seen"),
    "neighbours": _("Neighbour issue"),
    "fireworks": _("Fireworks"),
    "advice": _("Advice / reassurance"),
    "other": _("Other"),
}
"""What wardens report, by code."""

TOPICS = {
    "youths": _("Young people gathering"),
    "drugs": _("Drug dealing or use"),
    "vehicles": _("Off-road bikes or vehicles"),
    "rubbish": _("Fly-tipping or rubbish"),
    "drinking": _("Street drinking"),
    "noise": _("Noise"),
    "neighbours": _("Neighbours"),
    "damage": _("Damage or graffiti"),
    "burglary": _("Burglary or theft"),
    "violence": _("Violence or threats"),
    "lighting": _("Lighting or feeling unsafe"),
    "empty": _("Empty property"),
    "other": _("Something else"),
}
"""What the form asks councillors and residents to choose from."""

NOT_ADDED = _(
    "One incident may be told to the police, the council and a landlord: their counts are shown side by side "
    "and never added. Where one rises and another falls people may only tell it elsewhere."
)


POLICE_INCIDENTS = Measure(
    name="asb-told-to-police",
    version=1,
    title=_("Anti-social behaviour told to the police"),
    noun=_("incidents of anti-social behaviour told to the police"),
    meaning=_("Calls that the force's control room closed as anti-social behaviour, by its own records."),
    unit=_("incidents"),
    theme=_("Anti-social behaviour by source"),
    sources=("police-command-and-control",),
    record_types=(RecordType.INCIDENT,),
    carries={RecordType.INCIDENT: "category"},
    sql=incidents(f"category, heading, {yes_no('requested')}, {yes_no('youth')}, {yes_no('alcohol')}"),
    breakdowns={
        "category": CATEGORIES,
        "heading": HEADINGS,
        "requested": YES_NO,
        "youth": YES_NO,
        "alcohol": YES_NO,
    },
    classified_by=("category", "heading"),
    forms=ALL_FORMS,
    additive_over_areas=True,
    additive_over_time=True,
    sensitivity=Sensitivity.OFFICIAL,
    breaks=(
        Break(
            dt.date(2011, 4, 1),
            _(
                "The recording of anti-social behaviour changed on 1 April 2011 "
                "(National Standard for Incident Recording 2011)."
            ),
        ),
    ),
    caveats=(
        _("Calls that an officer asked for are in it: cut by requested to see them apart."),
        NOT_ADDED,
    ),
)
COUNCIL_COMPLAINTS = replace(
    POLICE_INCIDENTS,
    breaks=(),
    name="asb-told-to-council",
    title=_("Anti-social behaviour told to the council"),
    noun=_("complaints of anti-social behaviour to the council"),
    meaning=_("Complaints that the council's team for anti-social behaviour took on."),
    unit=_("complaints"),
    sources=("council-asb",),
    carries={RecordType.INCIDENT: "category_local"},
    sql=incidents("category, heading, channel"),
    breakdowns={"category": CATEGORIES, "heading": HEADINGS, "channel": {}},
    caveats=(
        _("By the council's own types; which category each belongs to is this partnership's grouping."),
        NOT_ADDED,
    ),
)
LANDLORD_REPORTS = replace(
    POLICE_INCIDENTS,
    breaks=(),
    name="asb-told-to-landlords",
    title=_("Anti-social behaviour told to landlords"),
    noun=_("reports of anti-social behaviour to landlords"),
    meaning=_("Reports that housing associations took on from their tenants."),
    unit=_("reports"),
    sources=("social-landlords",),
    carries={RecordType.INCIDENT: "landlord"},
    sql=incidents("category, landlord"),
    breakdowns={"category": CATEGORIES, "landlord": {}},
    classified_by=("category",),
    caveats=(
        _("Only tenants of these landlords can tell them: it says nothing of other homes."),
        NOT_ADDED,
    ),
)
WARDEN_SIGHTINGS = replace(
    POLICE_INCIDENTS,
    breaks=(),
    name="warden-sightings",
    title=_("What street wardens saw"),
    noun=_("sightings by street wardens"),
    meaning=_("What wardens wrote down on patrol."),
    unit=_("sightings"),
    sources=("warden-reports",),
    carries={RecordType.INCIDENT: "people_seen"},
    sql=incidents(f"category, heading, {yes_no('youth')}, {yes_no('alcohol')}"),
    breakdowns={"category": SIGHTINGS, "heading": HEADINGS, "youth": YES_NO, "alcohol": YES_NO},
    caveats=(_("It shows where wardens go: more patrols see more."), NOT_ADDED),
)
COMMUNITY_REPORTS = replace(
    POLICE_INCIDENTS,
    breaks=(),
    name="community-reports",
    title=_("What councillors and residents report"),
    noun=_("reports by councillors and residents"),
    meaning=_("Reports by the form of the hub, or in a file of such reports, of whatever troubles people."),
    unit=_("reports"),
    sources=("community-reports",),
    carries={RecordType.INCIDENT: "reporter_kind"},
    sql=incidents("category AS topic, reporter_kind AS reporter"),
    breakdowns={"topic": TOPICS, "reporter": {}},
    classified_by=("topic",),
    caveats=(_("Few people report much: it finds places, and does not count what happens."), NOT_ADDED),
)
