"""Numbers that arrive already counted."""

from __future__ import annotations

from joinedup.measures.definition import Measure, StatedArea
from joinedup.measures.translating import marked as _
from joinedup.terms import AreaLevel, Form, RecordType, Sensitivity

POSITION = 4

CATEGORIES = {
    "B1": _("Abandoned Vehicles"),
    "B2": _("Bin Replacement"),
    "B3": _("Bridge/Culvert Defects"),
    "B4": _("Bus Stops Damage"),
    "B5": _("Dangerous Building/Structure"),
    "B6": _("Dog Fouling"),
    "B7": _("Drainage"),
    "B8": _("Environmental Health"),
    "B9": _("Fences"),
    "B10": _("Floral Displays"),
    "B11": _("Gritting"),
    "B12": _("Grounds Maintenance"),
    "B13": _("Highways Enquiries"),
    "B14": _("Incivilities"),
    "B15": _("Open Spaces/Parks"),
    "B16": _("Other"),
    "B17": _("Overgrown/Fallen Veg/Trees"),
    "B18": _("Parking"),
    "B19": _("Pavement/Footway Defects"),
    "B20": _("Property Damage"),
    "B21": _("Public Toilets"),
    "B22": _("Retaining Wall"),
    "B23": _("Right of Way"),
    "B24": _("Road Safety"),
    "B25": _("Road Surface Defects"),
    "B26": _("Rubbish"),
    "B27": _("Street Furniture"),
    "B28": _("Street Lights"),
    "B29": _("Utility Works"),
}
"""Categories of street reports of the University of Sheffield, by code."""

STREET_PROBLEM_REPORTS = Measure(
    name="street-problem-reports",
    version=1,
    title=_("Street problem reports"),
    noun=_("reports of street problems"),
    meaning=_(
        "Problems in the street that people reported through FixMyStreet: rubbish, dog fouling, "
        "abandoned vehicles and the like."
    ),
    unit=_("reports"),
    theme=_("Environment"),
    sources=("street-problem-reports",),
    record_types=(RecordType.RETURN,),
    carries={RecordType.RETURN: "reports"},
    stated_area=StatedArea(AreaLevel.LSOA, "2011"),
    sql="""
        SELECT month, stated_area AS area_code, category, CAST(reports AS BIGINT) AS amount
        FROM return
        WHERE status <> 'cancelled'
    """,
    breakdowns={"category": CATEGORIES},
    classified_by=("category",),
    forms=(Form.COUNT, Form.RATE, Form.SHARE, Form.CHANGE, Form.YEAR_TO_DATE, Form.ROLLING_12),
    additive_over_areas=True,
    additive_over_time=True,
    sensitivity=Sensitivity.OPEN,
    caveats=(
        _("It shows how much people use this one website: councils' own reporting channels are not in it."),
        _("It arrives counted by area (LSOA of 2011) and month, so it cannot be cut more finely."),
    ),
)
