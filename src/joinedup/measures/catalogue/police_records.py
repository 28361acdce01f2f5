"""Crime in the police force's own records: offences, flags, and what became of it."""

from __future__ import annotations

from dataclasses import replace

from joinedup.measures.catalogue.partners import YES_NO, incidents, yes_no
from joinedup.measures.catalogue.volume import ALL_FORMS, CRIME_TYPES
from joinedup.measures.definition import Measure
from joinedup.measures.translating import marked as _
from joinedup.terms import RecordType, Sensitivity

POSITION = 6

POLICE_RECORDS = "police-records"

KINDS_OF_PLACE = {
    "home": _("Dwelling"),
    "street": _("Street/highway"),
    "licensed": _("Licensed premises"),
    "shop": _("Shop/retail"),
    "school": _("School/college"),
    "park": _("Park/open space"),
    "other": _("Other"),
}
"""The kinds of premises that the force records, by code."""

OUTCOMES = {
    "0": _("Not yet assigned an outcome"),
    "1": _("Charged or summonsed"),
    "2": _("Caution, youths"),
    "3": _("Caution, adults"),
    "4": _("Taken into consideration"),
    "5": _("Offender died"),
    "6": _("Penalty notices for disorder"),
    "7": _("Cannabis or khat warning"),
    "8": _("Community resolution"),
    "9": _("Not in the public interest, Crown Prosecution Service"),
    "10": _("Not in the public interest, police"),
    "11": _("Prosecution prevented, suspect under age"),
    "12": _("Prosecution prevented, suspect too ill"),
    "13": _("Prosecution prevented, victim or key witness dead or too ill"),
    "14": _("Evidential difficulties, suspect not identified, victim does not support further action"),
    "15": _("Evidential difficulties, suspect identified, victim supports action"),
    "16": _("Evidential difficulties, suspect identified, victim does not support further action"),
    "17": _("Prosecution time limit expired"),
    "18": _("Investigation complete, no suspect identified"),
    "19": _("National Fraud Intelligence Bureau, fraud case"),
    "20": _("Responsibility for further investigation transferred to another body"),
    "21": _("Further investigation to support formal action not in the public interest, police decision"),
    "22": _("Diversionary, educational or intervention activity"),
}
"""The Home Office's outcome types, by number."""

FLAGS = ("alcohol", "drugs", "domestic", "hate", "weapon", "business", "youth")

MOST_SERIOUS = ("1/1", "1/2", "2", "4/1", "4/2", "4/10", "5/1", "5/7", "8/1", "8/59")
"""The offences of most serious violence, by the codes of the Home Office's list."""

BURGLARY_OF_HOMES = ("28/3", "29", *(f"28{letter}" for letter in "ABCDEFGH"), "29A")
"""Burglary of homes, by the codes of the Home Office's list and by its count-offence codes (28A to 29A)."""

DAMAGE_TO_DWELLINGS = ("57", "58A")
"""Criminal damage whose code alone says that it was to a dwelling."""

DAMAGE = ("58", "58/4", "58J", "149")
"""Other criminal damage, whatever it was done to: of the list's 58 the letters were lost (58A to 58D)."""

HOMICIDE = ("1/1", "1/2", "4/1", "4/2", "4/10")
"""Murder, manslaughter, corporate manslaughter and infanticide, by the codes of the Home Office's list."""

OWN_RECORDS = _(
    "The force's own records: another source than police.uk, with another count of the same crimes. The two "
    "are never added."
)
NOT_FLAGGED = _("A flag is what an officer ticked: a crime that nobody flagged counts as one without it.")
PROVISIONAL = _("Crimes are reclassified and cancelled after they were first told: ask as known on a date.")


CRIME = Measure(
    name="crime-in-police-records",
    version=1,
    title=_("Crime in the police force's records"),
    noun=_("crimes in the force's records"),
    meaning=_("Crimes that the force recorded and did not cancel, by the day on which they began."),
    unit=_("crimes"),
    theme=_("Police records"),
    sources=(POLICE_RECORDS,),
    record_types=(RecordType.INCIDENT,),
    carries={RecordType.INCIDENT: "offence_code"},
    sql=incidents(
        "crime_type AS type, offence_group, venue AS place, outcome_type AS outcome, "
        + ", ".join(yes_no(flag) for flag in FLAGS)
    ),
    breakdowns={
        "type": CRIME_TYPES,
        "offence_group": {},
        "place": KINDS_OF_PLACE,
        "outcome": OUTCOMES,
        **dict.fromkeys(FLAGS, YES_NO),
    },
    classified_by=("type", "offence_group"),
    forms=ALL_FORMS,
    additive_over_areas=True,
    additive_over_time=True,
    sensitivity=Sensitivity.OFFICIAL,
    caveats=(OWN_RECORDS, NOT_FLAGGED, PROVISIONAL),
)


def _of_them(name: str, title: str, noun: str, meaning: str, hit: str, *caveats: str) -> Measure:
    """Crimes of one kind, and their share of all."""
    return Measure(
        name=name,
        version=1,
        title=title,
        noun=noun,
        meaning=meaning,
        unit=_("crimes"),
        theme=_("Police records"),
        sources=(POLICE_RECORDS,),
        record_types=(RecordType.INCIDENT,),
        carries={RecordType.INCIDENT: "offence_code"},
        sql=incidents(f"crime_type AS type, venue AS place, {hit} AS hit"),
        breakdowns={"type": CRIME_TYPES, "place": KINDS_OF_PLACE},
        classified_by=("type",),
        forms=ALL_FORMS,
        additive_over_areas=True,
        additive_over_time=True,
        sensitivity=Sensitivity.OFFICIAL,
        caveats=(OWN_RECORDS, *caveats, PROVISIONAL),
    )


def _coded(codes: tuple[str, ...]) -> str:
    return ", ".join(repr(code) for code in codes)


def _flagged(name: str, title: str, noun: str, meaning: str, flag: str, *caveats: str) -> Measure:
    hit = f"coalesce(CAST({flag} AS BOOLEAN), false)"
    return _of_them(name, title, noun, meaning, hit, NOT_FLAGGED, *caveats)


SERIOUS_VIOLENCE = _of_them(
    "serious-violence",
    _("Most serious violence"),
    _("crimes of most serious violence"),
    _("Crimes with an offence code of most serious violence: homicide and the gravest injuries."),
    f"coalesce(offence_code IN ({_coded(MOST_SERIOUS)}), false)",
    _("By the offence code of the record: a crime that is reclassified moves in or out."),
)
DOMESTIC_HOMICIDE = _of_them(
    "domestic-homicide",
    _("Domestic homicide"),
    _("homicides flagged for domestic abuse"),
    _("Homicides by the offence code of the record that an officer flagged as domestic abuse."),
    f"coalesce(CAST(domestic AS BOOLEAN), false) AND coalesce(offence_code IN ({_coded(HOMICIDE)}), false)",
    NOT_FLAGGED,
    _("Rare: a year tells little. joinedup rare-events says what several can tell."),
    _("A review may follow deaths that are no homicide in these records, such as suicides."),
)
ALCOHOL_CRIME = _flagged(
    "alcohol-related-crime",
    _("Alcohol-related crime"),
    _("crimes flagged for alcohol"),
    _("Crimes that an officer flagged as related to alcohol."),
    "alcohol",
)
DRUG_CRIME = _flagged(
    "drug-related-crime",
    _("Drug-related crime"),
    _("crimes flagged for drugs"),
    _("Crimes that an officer flagged as related to drugs, of whatever type."),
    "drugs",
    _("Drug offences are a type of crime; this is the flag, of any type."),
)
DOMESTIC_CRIME = _flagged(
    "domestic-abuse-crime",
    _("Domestic abuse crime"),
    _("crimes flagged for domestic abuse"),
    _("Crimes that an officer flagged as domestic abuse."),
    "domestic",
    _("More of them may be more trust in the police: much domestic abuse is never told."),
)
HATE_CRIME = _flagged(
    "hate-crime",
    _("Hate crime"),
    _("crimes flagged for hate"),
    _("Crimes that an officer flagged as motivated by hostility."),
    "hate",
    _("More of them may be more trust in the police: much hate crime is never told."),
)
WEAPON_CRIME = _flagged(
    "weapon-related-crime",
    _("Crime with a weapon"),
    _("crimes flagged for a weapon"),
    _("Crimes that an officer flagged for a weapon, used or shown."),
    "weapon",
)
BUSINESS_CRIME = _flagged(
    "business-crime",
    _("Business and retail crime"),
    _("crimes flagged for business"),
    _("Crimes that an officer flagged as against a business; shoplifting is a type among them."),
    "business",
)
YOUTH_CRIME = _flagged(
    "youth-related-crime",
    _("Crime related to young people"),
    _("crimes flagged for young people"),
    _("Crimes that an officer flagged as related to young people, as victims or otherwise."),
    "youth",
)
METAL_THEFT = replace(
    _flagged(
        "metal-theft",
        _("Metal theft"),
        _("crimes marked as theft of metal"),
        _(
            "Crimes that the force marked as theft of metal, of whatever offence: cables, lead from roofs, "
            "catalytic converters. No offence code says it, so without the mark there is no count."
        ),
        "metal_theft",
        _("Months in which the force's file has no such mark are no data, and not zero."),
    ),
    carries={RecordType.INCIDENT: "metal_theft"},
    where_given=True,
)


def _listed(codes: tuple[str, ...]) -> str:
    return ", ".join(f"'{code}'" for code in codes)


BURGLARY_DWELLING = replace(
    CRIME,
    name="burglary-of-homes",
    title=_("Burglary of homes"),
    noun=_("burglaries of homes"),
    meaning=_("Burglaries that the force recorded as of a dwelling, or as residential, and did not cancel."),
    sql=incidents("venue AS place, outcome_type AS outcome")
    + f" AND offence_code IN ({_listed(BURGLARY_OF_HOMES)})",
    breakdowns={"place": KINDS_OF_PLACE, "outcome": OUTCOMES},
    classified_by=(),
    caveats=(
        OWN_RECORDS,
        _("Residential burglary takes in sheds and garages of homes, which burglary of a dwelling did not."),
        PROVISIONAL,
    ),
)
DAMAGE_DWELLING = replace(
    CRIME,
    name="criminal-damage-to-homes",
    title=_("Criminal damage to homes"),
    noun=_("crimes of damage to homes"),
    meaning=_(
        "Criminal damage (arson is not among it) whose code says that it was to a dwelling, or that was "
        "recorded as at one."
    ),
    sql=incidents("outcome_type AS outcome")
    + f" AND (offence_code IN ({_listed(DAMAGE_TO_DWELLINGS)})"
    + f" OR (offence_code IN ({_listed(DAMAGE)}) AND venue = 'home'))",
    breakdowns={"outcome": OUTCOMES},
    classified_by=(),
    caveats=(
        OWN_RECORDS,
        _("Where the code does not tell what was damaged, the recorded kind of premises does."),
        _("Damage without a recorded kind of premises is not counted; a car by a house may be."),
        PROVISIONAL,
    ),
)
