"""The door for serious violence whose victim's details are missing: by reference, for the officer dealing.

Which offences are serious is an attribute of the partnership's code list (``serious_violence``), so no feed
and no offence is named here. Nothing that a victim said of themselves is in the list: only what is not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from joinedup.errors import NotFound, NotPermitted
from joinedup.release import bulk
from joinedup.release.asking import Decisions
from joinedup.release.deciding import all_of
from joinedup.release.decision import Decision, What
from joinedup.release.sources import of_sources
from joinedup.release.victim_details_sql import lacking
from joinedup.terms import Period, Purpose, RecordType, Role, Sensitivity, Viewer

if TYPE_CHECKING:
    from joinedup.feeds.contract import Contract
    from joinedup.workspace import Workspace

SERIOUS = "serious_violence"  # the attribute of a code list that says Y of such offences
COLUMNS = ("reference", "recorded_on", "district", "offence", "victim", "missing", "officer_dealing", "feed")


@dataclass(frozen=True)
class VictimGap:
    """A victim of a crime of serious violence (or a crime without one) whose details are not all there.

    ``victim`` is their number within the crime, None where no victim is listed. ``missing`` is the detail
    (ethnicity, age or date of birth, sex, victim) and how it is lacking: missing, unknown, refused, invalid,
    or ``not told apart`` where the feed was delivered before its contract told them apart. ``district`` is a
    code, None outside and where the crime has no place; ``officer_dealing`` None where the feed has none.
    """

    record_key: UUID
    reference: str | None
    recorded_on: Any
    district: str | None
    offence: str
    victim: int | None
    missing: dict[str, str]
    officer_dealing: str | None
    feed: str
    owner: str

    def plain(self) -> dict[str, Any]:
        """Its values under ``COLUMNS``, for a table or a file."""
        row = {name: getattr(self, name) for name in COLUMNS}
        return {**row, "missing": "; ".join(f"{name}: {how}" for name, how in self.missing.items())}


def victim_gaps(
    workspace: Workspace,
    viewer: Viewer,
    *,
    purpose: Purpose,
    reason: str,
    period: Period | None = None,
    to_a_file: bool = False,
) -> list[VictimGap]:
    """Crimes of serious violence of ``period`` (None: all) that lack a victim's details, oldest first.

    Decided like any named record (``What.REVEAL``): by role, purpose and a stated reason. A practitioner gets
    those of their own agency's data. The act is in the log, with the records as its subjects, before anything
    is handed back: a consultation, or with ``to_a_file`` a disclosure, which for many rows takes a second
    person (``bulk``, NeedsSecond). Raises ``NotPermitted``, also where the log cannot be written, and
    ``NotFound`` where no feed tells which offences are serious violence.
    """
    feeds = _feeds(workspace)
    asking = Decisions(workspace, viewer, glass=not to_a_file)
    decisions = {
        one.name: asking.of_feed(What.REVEAL, one.name, purpose=purpose, reason=reason)
        for one, _codes in feeds
    }
    allowed = [(one, codes) for one, codes in feeds if decisions[one.name].allowed]
    if viewer.role is not Role.ANALYST:
        allowed = [(one, codes) for one, codes in allowed if one.owner_code == viewer.agency]
    if not allowed:
        raise _refusal(viewer, decisions)
    found = [
        VictimGap(**row) for contract, codes in allowed for row in lacking(workspace, contract, codes, period)
    ]
    found.sort(key=lambda one: (str(one.recorded_on or ""), one.reference or "", one.victim or 0))
    owners = sorted({one.owner_code for one, _codes in allowed})
    keys = sorted({str(one.record_key) for one in found})
    decision = all_of([decisions[one.name] for one, _codes in allowed])
    bulky = bulk.asked_for(
        workspace,
        len(found) if to_a_file else 0,
        what=What.REVEAL,
        feeds=[one.name for one, _codes in allowed],
        owners=owners,
        purpose=purpose,
        exactly={"list": "victim details", "period": str(period or ""), "keys": bulk.digest(keys)},
        told={},
    )
    bulk.log_leaving(
        workspace,
        "disclosure" if to_a_file else "consultation",
        bulky,
        by=viewer,
        purpose=purpose,
        what="Serious violence with missing victim details",
        reason=reason,
        subjects=keys,
        recipients=owners if to_a_file else [viewer.username],
        detail={
            "rows": len(found),
            "period": str(period or ""),
            "feeds": [one.name for one, _codes in allowed],
            **decision.basis,
        },
    )
    return found


def _feeds(workspace: Workspace) -> list[tuple[Contract, dict[str, frozenset[str]]]]:
    """The feeds of incidents whose code list says which offences are serious violence: by field, their codes.

    What is restricted is not among them: it does not exist for anybody.
    """
    from joinedup.feeds import contracts

    known = of_sources(workspace)
    found = []
    for contract in contracts(workspace).values():
        if contract.record_type is not RecordType.INCIDENT:
            continue
        if known.get(contract.source, Sensitivity.OFFICIAL) is Sensitivity.RESTRICTED:
            continue
        codes = {
            column.field: frozenset(
                code.code for code in column.codes.codes if code.attributes.get(SERIOUS) == "Y"
            )
            for column in contract.columns
            if column.field and column.codes and SERIOUS in column.codes.attribute_names
        }
        if any(codes.values()):
            found.append((contract, codes))
    return found


def _refusal(viewer: Viewer, decisions: dict[str, Decision]) -> NotFound | NotPermitted:
    if not decisions:
        return NotFound(
            _("No feed of this partnership tells which offences are serious violence"),
            next_step=f"Give its code list the attribute {SERIOUS}, with Y for such codes",
        )
    refused = next((one for one in decisions.values() if not one.allowed), None)
    if refused is not None:
        return NotPermitted(refused.sentence)
    return NotPermitted(
        _("This list is for an analyst, or for people of the agency whose data it is."),
        where=f"{viewer.username} is of {viewer.agency}",
    )
