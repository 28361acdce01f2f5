"""What the demonstration's councillor asked: one request that was answered, one that waits, one that is late.

Days are counted back from the day on which the demonstration is built, so that the clocks are right whenever
that is; as it is left standing, more of them run out, as they would.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from joinedup.hub.information import changing
from joinedup.partnership import information
from joinedup.terms import LONDON

if TYPE_CHECKING:
    from joinedup.terms import Viewer
    from joinedup.workspace import Workspace

_YEAR = {"from": "2024-04", "to": "2025-03"}
_MIDDLESBROUGH = "E06000002"
_WARDS = {"measure": "anti-social-behaviour", "within": _MIDDLESBROUGH, "level": "ward", **_YEAR}


def fill(workspace: Workspace, asker: Viewer, analyst: Viewer) -> None:
    """Put three requests into an empty register; a filled one is left as it is."""
    if information.requests():
        return
    now = dt.datetime.now(LONDON)  # so that days are those of the calendar, whatever the clocks did since
    _answered(workspace, asker, analyst, now)
    _ask(
        workspace,
        asker,
        "Did more stop and searches lead to nothing in the last year than in the year before?",
        "The scrutiny panel's review of stop and search",
        {"measure": "stop-and-search", **_YEAR},
        now - dt.timedelta(days=12),
    )
    late = _ask(
        workspace,
        asker,
        "How long do people who report noise at night wait until a warden comes?",
        "Residents of the town centre have asked me",
        {},
        now - dt.timedelta(days=33),
    )
    when = now - dt.timedelta(days=30)
    changing.give_lead(workspace, analyst, late, "community-safety-team", at=when)


def _answered(workspace: Workspace, asker: Viewer, analyst: Viewer, now: dt.datetime) -> None:
    number = _ask(
        workspace,
        asker,
        "In which wards of Middlesbrough was most anti-social behaviour reported, and is it falling?",
        "The scrutiny panel's yearly look at the partnership",
        _WARDS,
        now - dt.timedelta(days=40),
    )
    changing.give_lead(workspace, analyst, number, analyst.username, at=now - dt.timedelta(days=39))
    changing.answer(
        workspace,
        analyst,
        number,
        "Central has the highest rate in the year to March 2025, then Berwick Hills and Pallister, then "
        "Hemlington. The table has each ward with the year before beside it.",
        ["&".join(f"{name}={value}" for name, value in {**_WARDS, "form": "rate"}.items())],
        depersonalised=True,
        at=now - dt.timedelta(days=21),
    )


def _ask(
    workspace: Workspace,
    asker: Viewer,
    question: str,
    purpose: str,
    about: dict[str, str],
    asked_at: dt.datetime,
) -> int:
    return changing.ask(workspace, asker, question, purpose, about, asked_at=asked_at).pk
