"""Numbers that arrive already counted."""

from __future__ import annotations

from joinedup.measures.definition import Measure, StatedArea
from joinedup.terms import AreaLevel, Form, RecordType, Sensitivity

POSITION = 4

CATEGORIES = {
    "B1": "Abandoned Vehicles",
    "B2": "Bin Replacement",
    "B3": "Bridge/Culvert Defects",
    "B4": "Bus Stops Damage",
    "B5": "Dangerous Building/Structure",
    "B6": "Dog Fouling",
    "B7": "Drainage",
    "B8": "Environmental Health",
    "B9": "Fences",
    "B10": "Floral Displays",
    "B11": "Gritting",
    "B12": "Grounds Maintenance",
    "B13": "Highways Enquiries",
    "B14": "Incivilities",
    "B15": "Open Spaces/Parks",
    "B16": "Other",
    "B17": "Overgrown/Fallen Veg/Trees",
    "B18": "Parking",
    "B19": "Pavement/Footway Defects",
    "B20": "Property Damage",
    "B21": "Public Toilets",
    "B22": "Retaining Wall",
    "B23": "Right of Way",
    "B24": "Road Safety",
    "B25": "Road Surface Defects",
    "B26": "Rubbish",
    "B27": "Street Furniture",
    "B28": "Street Lights",
    "B29": "Utility Works",
}
"""Categories of street reports of the University of Sheffield, by code."""

STREET_PROBLEM_REPORTS = Measure(
    name="street-problem-reports",
    version=1,
    title="Street problem reports",
    noun="reports of street problems",
    meaning="Problems in the street that people reported through FixMyStreet: rubbish, dog fouling, "
    "abandoned vehicles and the like.",
    unit="reports",
    theme="Environment",
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
        "It shows how much people use this one website: councils' own reporting channels are not in it.",
        "It arrives counted by area (LSOA of 2011) and month, so it cannot be cut more finely.",
    ),
)
