"""What the demonstration's registers hold from the start: data gaps with standards, holders by section 17A.

The gaps are those that partnership papers of Teesside name, in our words.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from joinedup import partnership
from joinedup.terms import LONDON, Viewer

if TYPE_CHECKING:
    from joinedup.partnership.models import Standard


@dataclass(frozen=True)
class _Asked:
    """A standard: a measure of quality of a field of a feed, and its least value."""

    measure: str
    feed: str
    field: str
    at_least: float


@dataclass(frozen=True)
class _Gap:
    """A data gap, and the standard that proves it, where one can."""

    reference: str
    title: str
    lead: str
    action: str
    asked: _Asked | None = None


_GAPS = (
    _Gap(
        "3.2.1",
        "The ethnicity of victims of crime is often not recorded, so who is over-represented is not known",
        "Police",
        "Remind all staff why it is asked, and check new records every month",
        _Asked("completeness", "police-victims", "ethnicity", 0.9),
    ),
    _Gap(
        "3.2.2",
        "Residents by ethnic group are needed for each ward, as the denominator of rates",
        "Community safety analyst",
        "Load the census table for the ward boundaries in force",
    ),
    _Gap(
        "3.2.3",
        "Serious violence is recorded without details of the victim",
        "Police",
        "List such records every month for the officer dealing",
        _Asked("completeness", "police-victims", "age", 0.95),
    ),
    _Gap(
        "3.2.4",
        "Where an assault happened is not captured when the injured come to accident and emergency",
        "Acute hospital trust",
        "Train reception staff to ask for the place and its kind",
        _Asked("completeness", "ae-assaults", "venue", 0.95),
    ),
    _Gap(
        "3.2.5",
        "The ethnicity of people who ring the anti-social behaviour team is not asked",
        "Council anti-social behaviour team",
        "Add “unknown” and “declined” to the form, so that empty means not asked",
        _Asked("completeness", "council-asb-callers", "ethnicity", 0.8),
    ),
    _Gap(
        "4.2.1",
        "Repeat suspects cannot be counted",
        "Police",
        "Send an indicator that names nobody but is the same for the same person",
        _Asked("completeness", "police-suspects", "suspect.identifiers.pnc", 0.9),
    ),
    _Gap(
        "4.2.2",
        "What courts decided is not known",
        "Courts service",
        "Agree a monthly extract of results",
        _Asked("completeness", "court-results", "category", 0.95),
    ),
    _Gap(
        "4.2.3",
        "Who offends again, and how often, is not analysed",
        "Police, probation and council",
        "Link the partners' records, then ask for suspected-again-by-first and sentenced-again-by-first",
    ),
    _Gap(
        "5.2.1",
        "What makes the most vulnerable neighbourhoods so is not known",
        "Community safety analyst",
        "Set deprivation, output areas and records side by side",
    ),
    _Gap(
        "5.2.2",
        "Why people from outside come and behave anti-socially is not known",
        "Council anti-social behaviour team",
        "Record where perpetrators live, and ask what brought them",
        _Asked("completeness", "council-asb-perpetrators", "perpetrator.postcode", 0.9),
    ),
)

_DAYS_TO_MEND = 180

_HOLDINGS = (
    (1, "police-incidents", "police-force", ""),
    (2, "police-recorded-crime", "police-force", ""),
    (3, "fire-deliberate", "fire-service", "deliberate fires"),
    (4, "fire-hoax-calls", "fire-service", ""),
    (5, "supplied-counts", "council-performance", "counted by ward and month"),
    (6, "supplied-counts", "council-performance", "counted by ward and month"),
    (7, "supplied-counts", "council-performance", "counted by ward and month"),
    (8, "council-asb-cases", "council-asb-team", ""),
    (11, "drug-treatment-quarterly", "public-health", "people in treatment, counted by district"),
    (12, "ambulance-assaults", "ambulance-service", "assaults"),
)


def fill(by: Viewer) -> None:
    """Put gaps, standards and holdings into empty registers; filled ones are left as they are."""
    if not partnership.gaps():
        due = dt.datetime.now(LONDON).date() + dt.timedelta(days=_DAYS_TO_MEND)
        for gap in _GAPS:
            partnership.add_gap(
                gap.reference,
                gap.title,
                lead=gap.lead,
                action=gap.action,
                due=due,
                by=by,
                standard=_standard(gap, by) if gap.asked else None,
            )
    if not partnership.holdings():
        for kind, feed, holder, item in _HOLDINGS:
            partnership.assign(kind, feed, holder=holder, item=item, by=by)


def _standard(gap: _Gap, by: Viewer) -> Standard:
    asked = gap.asked
    assert asked is not None  # noqa: S101 - the caller looked
    return partnership.set_standard(
        asked.measure,
        asked.feed,
        asked.field,
        threshold=asked.at_least,
        title=gap.title,
        lead=gap.lead,
        action=gap.action,
        by=by,
    )
