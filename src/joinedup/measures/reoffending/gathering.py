"""Reading who enters and what is proven: two tables for each linkage, on which all measures are counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from joinedup import places
from joinedup.measures.linked.definitions import Records
from joinedup.measures.linked.kinds.work import Work, read
from joinedup.measures.linked.reading import adult_months, days_said, own_days
from joinedup.measures.reoffending.definitions import Index, Lives, Proof, Reoffending, Taken
from joinedup.terms import AreaLevel, Strictness
from joinedup.workspace import Workspace

Way = tuple[Index, bool]
"""A way in, and whether it is of a caseload as it stood on a day."""

ENTRY = ("unit", "way", "day", "adult_month", "lives_here")
PROVEN = ("unit", "proof", "offence", "offended", "proven")


@dataclass(frozen=True)
class Gathered:
    """What counting works on, by linkage.

    ``entries`` (columns ``ENTRY``): ``way`` is the number of the way in, ``adult_month`` and ``lives_here``
    may be missing. ``proofs`` (``PROVEN``): ``proof`` is the number of the kind of proof, ``offence`` tells
    one from another. ``of_nobody`` records name nobody known; ``undated`` ones lack the field that would tell
    the day; ``without_day`` are proven offences of which no day of the offence is told.
    """

    ways: tuple[Way, ...]
    proofs_of: tuple[Proof, ...]
    entries: dict[Strictness, pd.DataFrame]
    proofs: dict[Strictness, pd.DataFrame]
    of_nobody: int
    without_day: int
    undated: int

    def ways_of(self, measure: Reoffending) -> list[int]:
        """The numbers of a measure's ways in, in its own order."""
        return [self.ways.index(one) for one in _ways(measure)]

    def proofs_for(self, measure: Reoffending) -> list[int]:
        """The numbers of a measure's kinds of proof."""
        return [self.proofs_of.index(one) for one in measure.proof.proofs]


def _ways(measure: Reoffending) -> list[Way]:
    return [(one, measure.cohort.taken is not Taken.EVENTS) for one in measure.cohort.ways]


def gather(work: Work, measures: Sequence[Reoffending]) -> Gathered:
    """Read all that these measures need, once."""
    ways = tuple(dict.fromkeys(way for one in measures for way in _ways(one)))
    proofs_of = tuple(dict.fromkeys(proof for one in measures for proof in one.proof.proofs))
    asked = [way.records for way, _ in ways] + [way.unless for way, _ in ways if way.unless]
    asked += [proof.records for proof in proofs_of]
    part = {records: number for number, records in enumerate(dict.fromkeys(asked))}
    fields = {"case_ref", "ended", *(way.on for way, _ in ways)}
    fields |= {name for proof in proofs_of for name in (proof.proven, proof.offended)}
    frame = read(work, tuple(part), sorted(fields - {"", "day"}), circumstances=True)
    if any(one.lives is Lives.PARTNERSHIP for one in measures):
        frame = frame.assign(lives_here=_lives_here(work.workspace, frame))
    else:
        frame = frame.assign(lives_here=None)
    entries, proofs, lacking = {}, {}, 0
    for level in Strictness:
        known = frame[frame[level.value].notna()]
        known = known.assign(unit=known[level.value])
        adult = adult_months(known, level)
        entered = [_entries(known, number, part, way) for number, way in enumerate(ways)]
        told = [
            _proven(known[known["part"] == part[proof.records]], number, proof)
            for number, proof in enumerate(proofs_of)
        ]
        rows = pd.concat(entered, ignore_index=True)
        rows["adult_month"] = rows["unit"].map(adult)
        entries[level] = rows[list(ENTRY)]
        proofs[level] = pd.concat(told, ignore_index=True)[list(PROVEN)]
        if level is Strictness.BEST:
            lacking = sum(int(one["day_lacks"].sum()) for one in told)
    named = frame["best"].notna()
    on = {(part[way.records], way.on) for way, _ in ways}
    on |= {(part[proof.records], proof.proven) for proof in proofs_of}
    undated = [frame[named & (frame["part"] == one) & frame[field].isna()] for one, field in on if field]
    return Gathered(ways, proofs_of, entries, proofs, _records(frame[~named]), lacking, _records(*undated))


def _records(*frames: pd.DataFrame) -> int:
    """How many records these rows are of."""
    rows = [frame[["feed", "record_key"]] for frame in frames]
    return len(pd.concat(rows).drop_duplicates()) if rows else 0


def _entries(known: pd.DataFrame, number: int, part: Mapping[Records, int], way: Way) -> pd.DataFrame:
    """The entries by one way, those without a day left out; of a caseload those that were open on the day."""
    index, standing = way
    rows = known[known["part"] == part[index.records]]
    day = days_said(rows[index.on]) if index.on else own_days(rows)
    keep = ~np.isnat(day)
    if standing:
        ended = days_said(rows["ended"])
        keep &= np.isnat(ended) | (ended > day)
    rows = rows.assign(way=number, entered=day)[keep]
    if index.unless:
        out = known[known["part"] == part[index.unless]]
        barred = set(zip(out["unit"], own_days(out).tolist(), strict=True))
        there = zip(rows["unit"], rows["entered"].to_numpy().astype("datetime64[D]").tolist(), strict=True)
        rows = rows[[one not in barred for one in there]]
    return rows.drop(columns="day").rename(columns={"entered": "day"})


def _proven(rows: pd.DataFrame, number: int, proof: Proof) -> pd.DataFrame:
    """Each proven offence of somebody once, with both days; ``day_lacks`` where the offence's is not told."""
    proven = days_said(rows[proof.proven]) if proof.proven else own_days(rows)
    if proof.offended == "day":
        offended = own_days(rows)
    elif proof.offended:
        offended = days_said(rows[proof.offended])
    else:
        offended = np.full(len(rows), np.datetime64("NaT"), dtype="datetime64[D]")
    lacks = np.isnat(offended)
    offence = rows["feed"] + "/" + rows["record_key"]
    if proof.proven:  # a spell is told again each month: its reference and day say which it is
        case = rows["feed"] + "/" + rows["case_ref"].fillna("") + "/" + np.datetime_as_string(proven)
        offence = case.where(rows["case_ref"].notna(), offence)
    found = rows.assign(
        proof=number,
        proven=proven,
        offended=np.where(lacks, proven, offended),
        offence=offence,
        day_lacks=lacks,
    )[~np.isnat(proven)]
    return found.drop_duplicates(["unit", "offence"])


def _lives_here(workspace: Workspace, frame: pd.DataFrame) -> NDArray[np.object_]:
    """Whether each row's home is in the partnership; None where no home is known."""
    east, north = (frame[f"home_{name}"].to_numpy(dtype=np.float64) for name in ("longitude", "latitude"))
    there = ~np.isnan(east)
    found = np.full(len(frame), None, dtype=np.object_)
    if there.any():
        ours = set(places.partnership_districts(workspace))
        district = places.locate(workspace, east[there], north[there], level=AreaLevel.DISTRICT)
        found[there] = [one in ours for one in district]
    return found
