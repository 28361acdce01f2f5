"""A town in which things happen again: rows of the partners' feeds, and whom a linkage says that they name.

A row is a dictionary: ``id``, ``day`` (a date, or a moment with its time of day), who plays which part
(``caller="Ann"``; their ``postcode`` and ``born`` where they matter), fields of the feed, and ``ref``,
``place`` or ``status`` where they matter. Ann's keys are
hers in all three linkings; ``"Ann?"`` is Ann in the loose one only, ``"Ann~"`` in the best and the loose.
"""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from joinedup import places
from joinedup.measures.linked import LinkedFigure, LinkedQuery, LinkedRow, linked
from joinedup.measures.reoffending import Bridge, bridge, reoffending
from joinedup.measures.repeats import RepeatFigure, RepeatQuery, repeats
from joinedup.records import STAGED_ENVELOPE, DeliveryDraft, LinkageRow, NewLinkage, RecordBook
from joinedup.terms import LONDON, DeliveryMode, Period, RecordType
from joinedup.workspace import Workspace
from tiny_town import ANALYST, at, spot

FEEDS = {
    "police-incidents": ("police-command-and-control", RecordType.INCIDENT),
    "council-asb-cases": ("council-asb", RecordType.INCIDENT),
    "council-asb-callers": ("council-asb", RecordType.INVOLVEMENT),
    "council-asb-perpetrators": ("council-asb", RecordType.INVOLVEMENT),
    "housing-asb": ("social-landlords", RecordType.INCIDENT),
    "police-recorded-crime": ("police-records", RecordType.INCIDENT),
    "police-victims": ("police-records", RecordType.INVOLVEMENT),
    "police-suspects": ("police-records", RecordType.INVOLVEMENT),
    "court-results": ("court-results", RecordType.SANCTION),
    "marac-referrals": ("marac", RecordType.INCIDENT),
    "police-uk-street": ("published-police-data", RecordType.INCIDENT),
    "council-asb-actions": ("council-asb", RecordType.OUTCOME),
    "probation-caseload": ("probation-cases", RecordType.SPELL),
    "youth-justice-caseload": ("youth-justice-cases", RecordType.SPELL),
    "drug-treatment": ("treatment-cases", RecordType.SPELL),
    "warden-patrols": ("warden-reports", RecordType.INCIDENT),
    "councillor-reports": ("community-reports", RecordType.INCIDENT),
    "fire-deliberate": ("fire-and-rescue", RecordType.INCIDENT),
    "fire-hoax-calls": ("fire-and-rescue", RecordType.INCIDENT),
    "ambulance-assaults": ("ambulance-calls", RecordType.INCIDENT),
    "ae-assaults": ("emergency-department-assaults", RecordType.INCIDENT),
    "nhs-nonurgent-crime": ("nhs-staff-reports", RecordType.INCIDENT),
    "drug-litter": ("street-cleansing", RecordType.INCIDENT),
    "probation-needs": ("oasys", RecordType.ASSESSMENT),
    "prison-releases": ("prison-releases", RecordType.SPELL),
    "iom-cohort": ("iom-register", RecordType.SPELL),
    "domestic-abuse-services": ("domestic-abuse-cases", RecordType.SPELL),
    "approved-premises": ("approved-premises", RecordType.SPELL),
    "first-time-entrants": ("youth-first-offences", RecordType.SANCTION),
    "research-consents": ("consents-to-research", RecordType.RESPONSE),
    "youth-out-of-court-disposals": ("youth-out-of-court", RecordType.SANCTION),
}
ALL = tuple(sorted({source for source, _ in FEEDS.values()}))
_OF_THE_ENVELOPE = {"id", "day", "ref", "place", "status", "at"}
_OF_THE_PERSON = ("postcode", "born")
_WRITTEN = {"perpetrator_no": "perpetrator"}  # a field that is called like a part that people play
PARTS = ("caller", "victim", "suspect", "perpetrator", "defendant", "client", "asked")
Row = Mapping[str, object]


@dataclass
class Repeating:
    """The town's workspace, with verbs that a test reads like a table."""

    workspace: Workspace
    _copies: Iterator[int] = field(default_factory=itertools.count)
    _named: list[tuple[str, str, str, int, str]] = field(default_factory=list)
    _delivered: set[str] = field(default_factory=set)

    def told(
        self, feed: str, months: str, rows: Sequence[Row], received: dt.datetime | None = None, **more: object
    ) -> None:
        """Deliver what a feed tells of these months, all at once."""
        source, record_type = FEEDS[feed]
        self._delivered.add(feed)
        period = Period.parse(months)
        draft = DeliveryDraft(
            feed=feed,
            contract_version="1",
            source=source,
            record_type=record_type,
            owner=source,
            mode=DeliveryMode.CHANGES,
            period=period,
            file_name=f"{months}-{feed}.csv",
            file_sha256=f"{next(self._copies):064d}",
            file_bytes=1,
            received_at=received or at(2026, 1),
            rows_in=len(rows),
            **more,  # type: ignore[arg-type]
        )
        with RecordBook(self.workspace).writing() as writer:
            staged = writer.folder / "staged.parquet"
            writer.connection.register("given", pa.Table.from_pandas(_table(feed, rows)))
            columns = [f"CAST({name} AS {kind}) AS {name}" for name, kind in _kinds(rows).items()]
            writer.connection.execute(f"COPY (SELECT {', '.join(columns)} FROM given) TO '{staged}'")
            named = _who(feed, rows)
            who = writer.folder / "who.parquet" if len(named) else None
            if who is not None:
                pq.write_table(pa.Table.from_pandas(named, schema=_WHO), who)
            writer.add(draft, staged, None, by=ANALYST, named=who)
        for row in rows:
            self._named += [(feed, _key(feed, row["id"]), *mention) for mention in _mentions(row)]

    def link(self, *feeds: str, alone: bool = False, homes: Mapping[str, str] | None = None) -> LinkageRow:
        """A linkage of these feeds (none named: all delivered) that knows everybody whom their rows named
        since the last one; or of one by itself. ``homes``: where each of them lives, if they say so."""
        read = sorted(feeds or self._delivered)
        named = [one for one in self._named if one[0] in read]
        self._named = [one for one in self._named if one[0] not in read]
        rows = pd.DataFrame(named, columns=["feed", "record_key", "role", "ordinal", "who"])
        book = RecordBook(self.workspace)
        with book.reading() as reader:
            generation = reader.generation
        for level, marks in {"strict": "", "best": "~", "loose": "~?"}.items():
            rows[level] = [
                _person(who, key, marks) for who, key in zip(rows["who"], rows["record_key"], strict=True)
            ]
        rows["home"] = [_home((homes or {}).get(who)) for who in rows["who"]]
        with book.writing() as writer:
            path = writer.folder / "keys.parquet"
            writer.connection.register("keys", pa.Table.from_pandas(rows))
            writer.connection.execute(
                f"""COPY (SELECT feed, record_key::UUID AS record_key, role, ordinal::INTEGER AS ordinal,
                          strict::UUID AS strict, best::UUID AS best, loose::UUID AS loose,
                          home::VARCHAR::UUID AS home FROM keys)
                    TO '{path}'"""
            )
            made = NewLinkage("by name", generation, rows["best"].nunique(), read, alone=alone)
            return writer.link(path, made, by=ANALYST)

    def linked(self, name: str, months: str, **more: object) -> dict[tuple[str, str], LinkedRow]:
        """Ask for a figure of linked people: its rows by what they are of and their group."""
        return {(row.of, row.group): row for row in self.linked_figure(name, months, **more).rows}

    def linked_figure(self, name: str, months: str, **more: object) -> LinkedFigure:
        """The whole figure."""
        return linked(self.workspace, LinkedQuery(name, ALL, Period.parse(months), **more))  # type: ignore[arg-type]

    def reoffending(self, name: str, months: str, **more: object) -> LinkedFigure:
        """A figure of reoffending."""
        return reoffending(self.workspace, LinkedQuery(name, ALL, Period.parse(months), **more))  # type: ignore[arg-type]

    def bridge(self, name: str, other: str, months: str) -> Bridge:
        """What leads from one measure of reoffending to another."""
        return bridge(self.workspace, LinkedQuery(name, ALL, Period.parse(months)), other)

    def repeats(self, name: str, months: str, **more: object) -> RepeatFigure:
        """Ask how many repeat by a definition."""
        return repeats(self.workspace, RepeatQuery(name, ALL, Period.parse(months), **more))  # type: ignore[arg-type]


def _mentions(row: Row) -> Iterator[tuple[str, int, str]]:
    """Role, number and name of each whom a row names."""
    for role in PARTS:
        named = row.get(role, ())
        for ordinal, who in enumerate([named] if isinstance(named, str) else named, 1):  # type: ignore[arg-type]
            yield role, ordinal, who


_WHO = pa.schema(
    [
        ("record_key", pa.string()),
        ("row_number", pa.int64()),
        ("role", pa.string()),
        ("ordinal", pa.int32()),
        ("postcode", pa.string()),
        ("birth_date", pa.date32()),
    ]
)


def _who(feed: str, rows: Sequence[Row]) -> pd.DataFrame:
    """Where whom the rows name lives and when they were born, as intake writes it; of rows that tell it."""
    told = [
        (_key(feed, row["id"]), number, role, ordinal, row.get("postcode"), _born(row))
        for number, row in enumerate(rows, 1)
        for role, ordinal, _name in _mentions(row)
        if any(one in row for one in _OF_THE_PERSON)
    ]
    return pd.DataFrame(told, columns=_WHO.names)


def _born(row: Row) -> dt.date | None:
    born = row.get("born")
    return dt.date.fromisoformat(born) if isinstance(born, str) else None


def _home(name: str | None) -> str | None:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name)) if name else None


def _person(who: str, record: str, marks: str) -> str:
    """The key of a name; a doubtful mention is of a stranger where the linking is stricter."""
    name, doubt = who.rstrip("~?"), who[-1]
    known = doubt not in "~?" or doubt in marks
    return str(uuid.uuid5(uuid.NAMESPACE_OID, name if known else f"only in {record}"))


def _key(feed: str, name: object) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{feed}/{name}"))


def _kinds(rows: Sequence[Row]) -> dict[str, str]:
    """The columns of a feed's records: the envelope, and its own fields."""
    own = sorted({name for row in rows for name in row} - _OF_THE_ENVELOPE - {*PARTS, *_OF_THE_PERSON})
    own = sorted(_WRITTEN.get(name, name) for name in own)
    yes = {"requested", "domestic", "hate", "no_fixed_abode"}
    kinds = {name: "BOOLEAN" if name in yes else "VARCHAR" for name in own}
    return STAGED_ENVELOPE | kinds


def _table(feed: str, rows: Sequence[Row]) -> pd.DataFrame:
    """The rows as intake stages them."""
    return pd.DataFrame([_staged(feed, number, row) for number, row in enumerate(rows, 1)]).reindex(
        columns=list(_kinds(rows))
    )


def _staged(feed: str, number: int, row: Row) -> dict[str, object]:
    day = row["day"]
    if isinstance(day, str):
        day = dt.datetime.fromisoformat(day) if "T" in day else dt.date.fromisoformat(day)
    timed = isinstance(day, dt.datetime)
    date = day.date() if isinstance(day, dt.datetime) else day
    staged: dict[str, object] = {
        "record_key": _key(feed, row["id"]),
        "content_hash": str(uuid.uuid5(uuid.NAMESPACE_URL, repr(sorted(row.items(), key=str)))),
        "row_number": number,
        "ref": str(row.get("ref", row["id"])),
        "status": row.get("status", "recorded"),
        "occurred_from": _instant(day) if isinstance(day, dt.datetime) else None,
        "occurred_date": None if date is None else date.isoformat(),
        "occurred_time": day.time().isoformat() if isinstance(day, dt.datetime) else None,
        "precision": "minute" if timed else "day",
        "month": None if date is None else date.replace(day=1).isoformat(),
    }
    where = spot(row.get("place"))  # type: ignore[arg-type]
    if where is not None:
        staged |= {"longitude": where[0], "latitude": where[1]}
        number = places.encode_points(np.array([where[0]]), np.array([where[1]]))[0]
        staged["point"] = str(number)  # as text: beside rows without a place a column of numbers is of floats
    apart = {*_OF_THE_ENVELOPE, *PARTS, *_OF_THE_PERSON}
    own = {_WRITTEN.get(name, name): value for name, value in row.items() if name not in apart}
    return staged | own


def _instant(moment: dt.datetime) -> str:
    """A moment by London's clock, as UTC has it."""
    return moment.replace(tzinfo=LONDON).astimezone(dt.UTC).replace(tzinfo=None).isoformat()


def best(people: Repeating, name: str, months: str = "2024", **more: object) -> tuple[int, int, int, int]:
    """By the best linkage: units that repeat, units, events by them, events."""
    found = people.repeats(name, months, **more).best
    assert found is not None
    return found.repeat_units, found.units, found.repeat_events, found.events


def calls(who: str, *days: str, **more: object) -> list[dict[str, object]]:
    """Calls of one person on these days."""
    return [{"id": f"{who}-{day}-{more.get('at', '')}", "day": day, "caller": who, **more} for day in days]


def crimes(rows: list[tuple[str, str, bool]], **more: object) -> list[dict[str, object]]:
    """Crimes: reference, day, whether it is domestic."""
    return [{"id": ref, "day": day, "domestic": domestic, **more} for ref, day, domestic in rows]


def involved(role: str, rows: list[tuple[str, str, str]], **more: object) -> list[dict[str, object]]:
    """Rows of a crime's people: its reference, the day, who."""
    return [
        {"id": f"{ref}-{who}", "ref": ref, "day": day, role: who, "role": role, **more}
        for ref, day, who in rows
    ]
