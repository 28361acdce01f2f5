"""Fires that were set, hoax calls, calls for ambulances, drug litter, and what staff of the NHS report."""

from __future__ import annotations

from dataclasses import replace

from joinedup.measures.catalogue.cardiff import KINDS_OF_PLACE, SEXES
from joinedup.measures.catalogue.partners import YES_NO, incidents, yes_no
from joinedup.measures.catalogue.volume import ALL_FORMS
from joinedup.measures.definition import Measure
from joinedup.measures.translating import marked as _
from joinedup.terms import RecordType, Sensitivity

POSITION = 8

FIRE_CLASSES = {"primary": _("Primary"), "secondary": _("Secondary")}
FIRES = {
    "primary-vehicle": _("Deliberate Primary - Vehicle"),
    "primary-dwelling": _("Deliberate Primary - Dwelling"),
    "primary-other": _("Deliberate Primary - Other"),
    "secondary": _("Deliberate Secondary"),
}
"""Deliberate fires, by code."""

COMPLAINTS = {
    "assault": _("Assault / Sexual Assault"),
    "stab-gunshot": _("Stab / Gunshot / Penetrating Trauma"),
    "overdose": _("Overdose / Poisoning"),
    "intoxication": _("Intoxication"),
    "unknown-problem": _("Unknown Problem"),
}
"""Why an ambulance was called, by code."""

LAND = {
    "highway": _("Highway"),
    "park": _("Park / open space"),
    "alley": _("Back alley"),
    "car-park": _("Car park"),
    "housing": _("Housing land"),
}
"""Whose land drug litter lay on, by code."""

STAFF_REPORTS = {
    "physical": _("Physical assault"),
    "verbal": _("Verbal abuse or threats"),
    "hate": _("Hate related abuse"),
    "damage": _("Damage"),
    "theft": _("Theft"),
}
"""What staff report, by code."""


DELIBERATE_FIRES = Measure(
    name="deliberate-fires",
    version=1,
    title=_("Deliberate fires"),
    noun=_("deliberate fires"),
    meaning=_("Fires that the fire and rescue service attended and took to have been set."),
    unit=_("fires"),
    theme=_("Fire"),
    sources=("fire-and-rescue",),
    record_types=(RecordType.INCIDENT,),
    carries={RecordType.INCIDENT: "class"},
    sql=incidents("class, category, property", "deliberate-fire"),
    breakdowns={"class": FIRE_CLASSES, "category": FIRES, "property": {}},
    classified_by=("class", "category"),
    forms=ALL_FORMS,
    additive_over_areas=True,
    additive_over_time=True,
    sensitivity=Sensitivity.OFFICIAL,
    caveats=(
        _("Primary fires are of buildings, vehicles and whatever harmed somebody; secondary all others."),
    ),
)
HOAX_CALLS = replace(
    DELIBERATE_FIRES,
    name="hoax-fire-calls",
    title=_("Malicious false alarms"),
    noun=_("malicious false alarms"),
    meaning=_("Calls to the fire and rescue service that were malicious, attended or not."),
    unit=_("calls"),
    carries={RecordType.INCIDENT: "attended"},
    sql=incidents(yes_no("attended"), "hoax-call"),
    breakdowns={"attended": YES_NO},
    classified_by=(),
    caveats=(_("By where the caller said the fire was, which may be anywhere."),),
)
AMBULANCE_CALLS = replace(
    DELIBERATE_FIRES,
    name="ambulance-calls-to-violence",
    title=_("Ambulance calls to violence, drugs and drink"),
    noun=_("ambulance calls"),
    meaning=_("Emergency calls for an ambulance whose reason was violence, an overdose or intoxication."),
    unit=_("calls"),
    theme=_("Health"),
    sources=("ambulance-calls",),
    carries={RecordType.INCIDENT: "conveyed"},
    sql=incidents(
        f"category, venue AS kind_of_place, sex, {yes_no('alcohol')}, {yes_no('conveyed')}",
    ),
    breakdowns={
        "category": COMPLAINTS,
        "kind_of_place": KINDS_OF_PLACE,
        "sex": SEXES,
        "alcohol": YES_NO,
        "conveyed": YES_NO,
    },
    classified_by=("category",),
    caveats=(
        _("By what the caller said: what it was is known afterwards, and not told here."),
        _("Another count of violence than police records and emergency departments; they are never added."),
    ),
)
STAFF = replace(
    DELIBERATE_FIRES,
    name="crime-against-nhs-staff",
    title=_("What staff of the NHS report"),
    noun=_("reports by staff of the NHS"),
    meaning=_(
        "Crime and abuse that staff reported and that was not urgent, whether or not the police know of it."
    ),
    unit=_("reports"),
    theme=_("Health"),
    sources=("nhs-staff-reports",),
    carries={RecordType.INCIDENT: "supports_action"},
    sql=incidents(
        f"category, site, {yes_no('injured')}, {yes_no('clinical_cause')}, {yes_no('supports_action')}, "
        "CASE WHEN police_ref IS NULL THEN 'no' ELSE 'yes' END AS told_to_police",
    ),
    breakdowns={
        "category": STAFF_REPORTS,
        "site": {},
        "injured": YES_NO,
        "clinical_cause": YES_NO,
        "supports_action": YES_NO,
        "told_to_police": YES_NO,
    },
    classified_by=("category",),
    placed=False,
    caveats=(_("Sites have no point: these figures are for sites, not for wards."),),
)
DRUG_LITTER = replace(
    DELIBERATE_FIRES,
    name="drugs-litter-finds",
    title=_("Finds of drug litter"),
    noun=_("finds of drug litter"),
    meaning=_(
        "Times that the council found or was told of needles and other drug litter; not how many needles."
    ),
    unit=_("finds"),
    theme=_("Drugs"),
    sources=("street-cleansing",),
    carries={RecordType.INCIDENT: "needles"},
    sql=incidents("land"),
    breakdowns={"land": LAND},
    classified_by=(),
    caveats=(_("It shows where people look and tell, too."),),
)
