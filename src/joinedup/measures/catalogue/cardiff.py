"""The Cardiff model: assaults treated in emergency departments, and whether what prevention needs was asked.

Information Sharing to Tackle Violence (ISTV): time, method and place of the assault, by site and month.
"""

from __future__ import annotations

from collections.abc import Mapping

from joinedup.measures.catalogue.clock import BY_THE_CALENDAR, HOURS, WEEKDAYS, hour_band, weekday
from joinedup.measures.definition import Measure
from joinedup.measures.translating import marked as _
from joinedup.terms import Form, RecordType, Sensitivity

POSITION = 5

DEPARTMENTS = "emergency-department-assaults"

METHODS = {
    "fist": _("Fist"),
    "feet": _("Feet"),
    "head": _("Head"),
    "body": _("Other body part"),
    "push": _("Push"),
    "glass": _("Glass"),
    "knife": _("Knife"),
    "blunt": _("Blunt object"),
    "gun": _("Gun"),
    "other": _("Other"),
}
KINDS_OF_PLACE = {
    "home": _("Home"),
    "street": _("Street"),
    "licensed": _("Licensed premises"),
    "shop": _("Shop"),
    "school": _("School or college"),
    "park": _("Park or open space"),
    "other": _("Other"),
}
ETHNIC_GROUPS = {
    "asian": _("Asian"),
    "black": _("Black"),
    "mixed": _("Mixed"),
    "other": _("Other"),
    "white": _("White"),
}
SEXES = {"female": _("Female"), "male": _("Male")}
SITES: Mapping[str, str] = {}
"""Sites are codes of the NHS, as they come."""
WAYS_TO_ARRIVE: Mapping[str, str] = {}

WHO_WAS_ASKED = {
    "site": SITES,
    "sex": SEXES,
    "ethnic_group": ETHNIC_GROUPS,
    "arrival": WAYS_TO_ARRIVE,
}

TREATED_ONLY = _(
    "Only assaults that somebody sought treatment for: a different count from police records, never added to "
    "them."
)
NO_POINT = _("Places come as words, so these figures are for sites, not for wards.")


def _asked(name: str, title: str, meaning: str, hit: str) -> Measure:
    """A share of attendances of which something was recorded."""
    return Measure(
        name=name,
        version=1,
        title=title,
        noun=_("assault attendances"),
        meaning=meaning,
        unit=_("attendances"),
        theme=_("Cardiff model"),
        sources=(DEPARTMENTS,),
        record_types=(RecordType.INCIDENT,),
        carries={RecordType.INCIDENT: "site"},
        sql=f"""
            SELECT month, point, site, sex, ethnic_group, arrival_mode AS arrival, {hit} AS hit
            FROM incident
            WHERE status <> 'cancelled'
        """,
        breakdowns=WHO_WAS_ASKED,
        forms=(Form.SHARE, Form.COUNT),
        additive_over_areas=True,
        additive_over_time=True,
        sensitivity=Sensitivity.OFFICIAL,
        placed=False,
        caveats=(TREATED_ONLY, NO_POINT),
    )


ASSAULT_ATTENDANCES = Measure(
    name="assault-attendances",
    version=2,
    title=_("Assaults treated in emergency departments"),
    noun=_("assault attendances"),
    meaning=_("People treated in an emergency department for an injury that somebody did to them."),
    unit=_("attendances"),
    theme=_("Cardiff model"),
    sources=(DEPARTMENTS,),
    record_types=(RecordType.INCIDENT,),
    carries={RecordType.INCIDENT: "site"},
    sql=f"""
        SELECT
            month, point, site, sex, ethnic_group, arrival_mode AS arrival, method, venue AS kind_of_place,
            {hour_band()},
            {weekday()}
        FROM incident
        WHERE status <> 'cancelled'
    """,
    breakdowns={
        **WHO_WAS_ASKED,
        "method": METHODS,
        "kind_of_place": KINDS_OF_PLACE,
        "hour_band": HOURS,
        "weekday": WEEKDAYS,
    },
    forms=(Form.COUNT, Form.SHARE, Form.CHANGE, Form.YEAR_TO_DATE, Form.ROLLING_12),
    additive_over_areas=True,
    additive_over_time=True,
    sensitivity=Sensitivity.OFFICIAL,
    placed=False,
    caveats=(TREATED_ONLY, NO_POINT, BY_THE_CALENDAR),
)

ASSAULT_TIME_KNOWN = _asked(
    "assault-time-known",
    _("Assault attendances with the time of the assault"),
    _("Of assault attendances, the share for which the time of day of the assault was recorded."),
    "occurred_time IS NOT NULL",
)
ASSAULT_METHOD_KNOWN = _asked(
    "assault-method-known",
    _("Assault attendances with the method"),
    _(
        "Of assault attendances, the share for which it was recorded how the injury was done, other than by "
        "“other”."
    ),
    "coalesce(method, 'other') <> 'other'",
)
ASSAULT_PLACE_KNOWN = _asked(
    "assault-place-known",
    _("Assault attendances with kind and description of the place"),
    _(
        "Of assault attendances, the share for which both the kind of place and a description of it were "
        "recorded. Whether the description can be found on a map is not told by it."
    ),
    "venue IS NOT NULL AND location IS NOT NULL",
)
