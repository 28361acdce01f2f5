"""How much was recorded: crimes and anti-social behaviour as the police publish them."""

from __future__ import annotations

import datetime as dt

from joinedup.measures.definition import Break, Measure
from joinedup.measures.translating import marked as _
from joinedup.terms import Form, RecordType, Sensitivity

POSITION = 1
PUBLISHED_POLICE_DATA = "published-police-data"

CRIME_TYPES = {
    "bicycle-theft": _("Bicycle theft"),
    "burglary": _("Burglary"),
    "criminal-damage-arson": _("Criminal damage and arson"),
    "drugs": _("Drugs"),
    "other-theft": _("Other theft"),
    "possession-of-weapons": _("Possession of weapons"),
    "public-order": _("Public order"),
    "robbery": _("Robbery"),
    "shoplifting": _("Shoplifting"),
    "theft-from-the-person": _("Theft from the person"),
    "vehicle-crime": _("Vehicle crime"),
    "violent-crime": _("Violence and sexual offences"),
    "other-crime": _("Other crime"),
}
"""police.uk's crime types since May 2013, by their slugs. Anti-social behaviour is no crime."""

OUTCOMES = {
    "awaiting-court-result": _("Awaiting court outcome"),
    "court-result-unavailable": _("Court result unavailable"),
    "unable-to-proceed": _("Court case unable to proceed"),
    "local-resolution": _("Local resolution"),
    "no-further-action": _("Investigation complete; no suspect identified"),
    "deprived-of-property": _("Offender deprived of property"),
    "fined": _("Offender fined"),
    "absolute-discharge": _("Offender given absolute discharge"),
    "cautioned": _("Offender given a caution"),
    "drugs-possession-warning": _("Offender given a drugs possession warning"),
    "penalty-notice-issued": _("Offender given a penalty notice"),
    "community-penalty": _("Offender given community sentence"),
    "conditional-discharge": _("Offender given conditional discharge"),
    "suspended-sentence": _("Offender given suspended prison sentence"),
    "imprisoned": _("Offender sent to prison"),
    "other-court-disposal": _("Offender otherwise dealt with"),
    "compensation": _("Offender ordered to pay compensation"),
    "sentenced-in-another-case": _("Suspect charged as part of another case"),
    "charged": _("Suspect charged"),
    "not-guilty": _("Defendant found not guilty"),
    "sent-to-crown-court": _("Defendant sent to Crown Court"),
    "unable-to-prosecute": _("Unable to prosecute suspect"),
    "formal-action-not-in-public-interest": _("Formal action is not in the public interest"),
    "action-taken-by-another-organisation": _("Action to be taken by another organisation"),
    "further-investigation-not-in-public-interest": _("Further investigation is not in the public interest"),
    "under-investigation": _("Under investigation"),
    "status-update-unavailable": _("Status update unavailable"),
    "further-action-not-in-public-interest": _("Further action is not in the public interest"),
}
"""police.uk's outcome categories, by the slugs of its interface."""

ALL_FORMS = (Form.COUNT, Form.RATE, Form.SHARE, Form.CHANGE, Form.YEAR_TO_DATE, Form.ROLLING_12)

TYPE_BREAKS = (
    Break(dt.date(2011, 9, 1), _("Police.uk went from 6 to 11 crime types in September 2011."), "type"),
    Break(dt.date(2013, 5, 1), _("Police.uk went from 11 to 14 crime types in May 2013."), "type"),
)

SNAPPED = _(
    "Points are moved to the nearest of a list of snap points before they are published, so small areas can "
    "be one street out."
)
POLICE_STATION = _(
    "Records pinned “On or near Police Station”, or at a hospital or shopping area, may have happened "
    "elsewhere."
)

RECORDED_CRIME = Measure(
    name="recorded-crime",
    version=1,
    title=_("Recorded crime"),
    noun=_("recorded crimes"),
    meaning=_(
        "Crimes that the police recorded, by the month that police.uk gives. "
        "Anti-social behaviour is not in it."
    ),
    unit=_("crimes"),
    theme=_("Volume"),
    sources=(PUBLISHED_POLICE_DATA,),
    record_types=(RecordType.INCIDENT,),
    carries={RecordType.INCIDENT: "crime_type"},
    sql="""
        SELECT month, point, crime_type AS type, last_outcome AS outcome
        FROM incident
        WHERE kind = 'crime' AND status <> 'cancelled'
    """,
    breakdowns={"type": CRIME_TYPES, "outcome": OUTCOMES},
    forms=ALL_FORMS,
    additive_over_areas=True,
    dated_to="month",
    additive_over_time=True,
    sensitivity=Sensitivity.OPEN,
    breaks=TYPE_BREAKS,
    classified_by=("type",),
    caveats=(
        SNAPPED,
        POLICE_STATION,
        _("Police.uk's types are groups that cannot be split: violence and sexual offences are one."),
        _("The outcome is the last one known when the file was downloaded, and changes later."),
        _("Only the month is published, not the day or the hour."),
    ),
)

ANTI_SOCIAL_BEHAVIOUR = Measure(
    name="anti-social-behaviour",
    version=1,
    title=_("Anti-social behaviour"),
    noun=_("incidents of anti-social behaviour"),
    meaning=_(
        "Incidents of anti-social behaviour that were reported to the police and published on police.uk. "
        "None of them is a recorded crime."
    ),
    unit=_("incidents"),
    theme=_("Volume"),
    sources=(PUBLISHED_POLICE_DATA,),
    record_types=(RecordType.INCIDENT,),
    carries={RecordType.INCIDENT: "crime_type"},
    sql="""
        SELECT month, point
        FROM incident
        WHERE kind = 'anti-social-behaviour' AND status <> 'cancelled'
    """,
    forms=(Form.COUNT, Form.RATE, Form.CHANGE, Form.YEAR_TO_DATE, Form.ROLLING_12),
    additive_over_areas=True,
    dated_to="month",
    additive_over_time=True,
    sensitivity=Sensitivity.OPEN,
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
        _("Published incidents have no identifier, so exact copies are counted as separate incidents."),
        SNAPPED,
        POLICE_STATION,
        _("Only what was reported to the police is in it; councils and landlords record their own."),
    ),
)
