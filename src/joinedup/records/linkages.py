"""Whom the mentions are of: person keys, which a linkage writes and figures that count people read.

A key belongs to a mention of a record (its feed, key, role and number), whatever version of it stands, and is
known from a moment: a later linkage writes only what it changed. Three linkings stand side by side, from the
strictest to the loosest. Nothing here names anybody; a mention that is of nobody any more has empty keys.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import duckdb
from django.db.models import F, Max

from joinedup.errors import BadInput, Busy
from joinedup.log import record_act
from joinedup.records import ledger, restricting, sealing
from joinedup.records.definitions import KeyChanged, LinkageRow
from joinedup.records.filing import Filed, Filing
from joinedup.records.segments import columns_of, scan, text
from joinedup.terms import Strictness, Viewer

if TYPE_CHECKING:
    from joinedup.records.models import Linkage, LinkedSegment

FOLDER = "people"
BY_MENTION = "ORDER BY record_key, role, ordinal"
_KEYS = {one.value: "UUID" for one in Strictness}
_MENTION = {"record_key": "UUID", "role": "VARCHAR", "ordinal": "INTEGER"}
ALONE = "alone"
HOME = "home"
GIVEN = {"feed": "VARCHAR", **_MENTION, **_KEYS, HOME: "UUID"}
"""What a linkage hands over, by column; a row with empty keys takes the keys of a mention away. ``home`` is a
key too, of where a mention says that somebody lives: it may be empty, or not be there at all."""
SEGMENT = {**_MENTION, "linkage": "INTEGER", **_KEYS, HOME: "UUID"}
"""The columns of a linked segment; those of before homes were told end with the person keys."""
_AT_ONCE = 2_000  # rows written to the database together


@dataclass(frozen=True)
class NewLinkage:
    """What ``RecordBook.link`` writes down beside the keys.

    ``read_generation``: the generation of the reader that the mentions came from; ``people``: how many keys
    of the best linking stand afterwards; ``feeds``: those that were read; ``changes``: keys that existed
    before and were merged or split. ``alone``: the linkage of one feed by itself, as restricted ones are
    linked; it stands beside the linkages of all others.
    """

    model: str
    read_generation: int
    people: int
    feeds: Sequence[str]
    changes: Sequence[KeyChanged] = ()
    settings: Mapping[str, object] | None = None
    alone: bool = False


@dataclass(frozen=True)
class Placed:
    """A linked segment that is written and waits for its ledger row."""

    path: Path
    feed: str
    file: str
    sha256: str
    rows: int
    bytes: int


def _placed(filed: Filed, feed: str) -> Placed:
    said = filed.segment
    filed.path.chmod(0o600)
    return Placed(filed.path, feed, said.file, said.sha256, said.rows, said.bytes)


def write(filing: Filing, given: Path, new: NewLinkage) -> tuple[int, dt.datetime, list[Placed]]:
    """Write the keys of each feed as a segment in the staging folder; the linkage's number and known-from.

    Raises BadInput for a file that is not as promised, and Busy where another linkage came in between.
    """
    _require_newest(new.read_generation)
    _require_nothing_erased(new.read_generation)
    _require_columns(filing.connection, given)
    number, known_from = _next_number(), _next_known_from(new)
    values = {name: name for name in GIVEN} | {"linkage": str(number)}
    if HOME not in dict(columns_of(filing.connection, scan([given]))):
        values[HOME] = "NULL"
    columns = ", ".join(f"CAST({values[name]} AS {kind}) AS {name}" for name, kind in SEGMENT.items())
    feeds = filing.connection.execute(f"SELECT DISTINCT feed FROM {scan([given])} ORDER BY feed").fetchall()
    placed = []
    for (feed,) in feeds:
        file = f"{FOLDER}/{number:06d}-{feed}.parquet"
        query = f"SELECT {columns} FROM {scan([given])} WHERE feed = {text(feed)}"
        placed.append(_placed(filing.write(FOLDER, file, query, BY_MENTION), str(feed)))
    return number, known_from, placed


def commit(
    number: int,
    known_from: dt.datetime,
    placed: Sequence[Placed],
    new: NewLinkage,
    by: Viewer,
    alongside: Callable[[int], None] | None = None,
) -> LinkageRow:
    """Enter a linkage, its segments and its changes of keys in the ledger, with the act and what is done
    ``alongside``, all or nothing."""
    from joinedup.records.models import KeyChange, Linkage, LinkedSegment

    with ledger.change() as generation:
        made = Linkage.objects.create(
            number=number,
            generation=generation,
            read_generation=new.read_generation,
            known_from=known_from,
            committed_at=dt.datetime.now(dt.UTC),
            by=by.username,
            model=new.model,
            mentions=sum(one.rows for one in placed),
            people=new.people,
            settings={
                **(new.settings or {}),
                "feeds": sorted(new.feeds),
                **({ALONE: True} if new.alone else {}),
            },
        )
        for one in placed:
            LinkedSegment.objects.create(
                linkage=made,
                feed=one.feed,
                file=one.file,
                sha256=one.sha256,
                rows=one.rows,
                bytes=one.bytes,
            )
        KeyChange.objects.bulk_create(
            [
                KeyChange(linkage=made, level=one.level, kind=one.kind, key=one.key, other=one.other)
                for one in new.changes
            ],
            batch_size=_AT_ONCE,
        )
        sealing.seal_linkages([number])
        record_act(
            "combination",
            by=by,
            purpose=None,
            what=_what(number),
            detail=facts_of(made),
        )
        if alongside is not None:
            alongside(number)
    return row_of(made)


def _what(number: int) -> str:
    return f"linkage {number} of people"


def facts_of(made: Linkage) -> dict[str, object]:
    """What the log keeps of a linkage, beside the ledger, so that the two can be compared."""
    return {
        "linkage": made.number,
        "model": made.model,
        "mentions": made.mentions,
        "people": made.people,
        "feeds": list(made.settings.get("feeds", [])),
        "changed": sorted(made.segments.values_list("feed", flat=True)),
    }


def rows(as_at: dt.datetime | None = None, up_to: int | None = None, alone: str = "") -> list[LinkageRow]:
    """The linkages known at a date and at a generation of the ledger, oldest first: those of all feeds that
    are linked with each other, or of a feed that is linked ``alone``."""
    from joinedup.records.models import Linkage

    found = Linkage.objects.order_by("number")
    if as_at is not None:
        found = found.filter(known_from__lte=as_at)
    if up_to is not None:
        found = found.filter(generation__lte=up_to)
    told = [row_of(one) for one in found]
    if alone:
        return [one for one in told if one.settings.get(ALONE) and one.feeds == (alone,)]
    return [one for one in told if not one.settings.get(ALONE)]


def acts_differ(logged: Mapping[str, Mapping[str, object]]) -> Iterator[tuple[int, str]]:
    """Linkages that the log has not, or has otherwise: number, and what is wrong."""
    from joinedup.records.models import Linkage

    for made in Linkage.objects.order_by("number"):
        told = logged.get(_what(made.number))
        if told is None:
            yield made.number, "The log has no act of it"
        elif told != facts_of(made):
            yield made.number, "The log tells another linkage than the ledger"


def row_of(made: Linkage) -> LinkageRow:
    """A linkage as the door gives it."""
    return LinkageRow(
        number=made.number,
        known_from=made.known_from,
        committed_at=made.committed_at,
        by=made.by,
        model=made.model,
        mentions=made.mentions,
        people=made.people,
        settings=made.settings,
    )


def define_view(
    cursor: duckdb.DuckDBPyConnection,
    records: Path,
    feeds: Iterable[str],
    as_at: dt.datetime | None,
    up_to: int,
    *,
    alone: bool = False,
) -> None:
    """Make the view ``person``: feed, record_key, role, ordinal, the keys strict, best and loose, and home.

    One row for each mention that a linkage gave keys to; of restricted records none. ``alone``: the keys that
    feeds have by themselves; else those that they share.
    """
    wanted = set(feeds)
    hidden = restricting.standing(wanted)
    restricting.hide(cursor, hidden)
    parts = [_nobody()]
    for feed, files in _files(records, wanted, as_at, up_to, alone).items():
        latest = "" if len(files) == 1 else f"QUALIFY linkage = max(linkage) OVER ({_OF_ONE_MENTION})"
        parts.append(
            f"""SELECT {text(feed)} AS feed, * EXCLUDE (linkage)
                FROM (SELECT * FROM (SELECT * FROM {scan(files, by_name=True)} {latest})
                      WHERE best IS NOT NULL) AS linked"""
            + restricting.unless_hidden(feed, hidden)
        )
    cursor.execute(f"CREATE OR REPLACE TEMP VIEW person AS {' UNION ALL BY NAME '.join(parts)}")


def untold(
    cursor: duckdb.DuckDBPyConnection, records: Path, feed: str, up_to: int
) -> dict[UUID, frozenset[tuple[Strictness, UUID]]]:
    """For each restricted record of a feed the keys of whom it names, and whatever these were merged into or
    split off since: a linkage reads no restricted record again, so any of these may be theirs."""
    from joinedup.records.models import KeyChange

    found: dict[UUID, set[tuple[Strictness, UUID]]] = {
        key: set() for key in restricting.standing([feed]).get(feed, [])
    }
    files = _files(records, [feed], None, up_to, alone=False).get(feed, [])
    if not found or not files:
        return {key: frozenset() for key in found}
    went: dict[tuple[str, UUID], set[UUID]] = {}
    for level, key, other in KeyChange.objects.values_list("level", "key", "other"):
        went.setdefault((level, key), set()).add(other)
    levels = list(Strictness)
    named = cursor.execute(
        f"""SELECT DISTINCT record_key, {", ".join(levels)} FROM {scan(files, by_name=True)}
            WHERE list_contains(?::UUID[], record_key) AND best IS NOT NULL""",
        [list(found)],
    ).fetchall()
    for record, *keys in named:
        for level, key in zip(levels, keys, strict=True):
            ahead = [key] if key is not None else []
            while ahead:
                one = (level, ahead.pop())
                if one not in found[record]:
                    found[record].add(one)
                    ahead += went.get((level.value, one[1]), ())
    return {key: frozenset(theirs) for key, theirs in found.items()}


def moved(number: int, feeds: Collection[str]) -> set[str]:
    """Those of these feeds of which versions came, went or came back after what a linkage read, or of whose
    restrictions one was lifted since."""
    from joinedup.records.models import Linkage, RestrictionRow, Segment

    made = Linkage.objects.get(number=number)
    wanted = list(feeds)
    segments = Segment.objects.filter(generation__gt=made.read_generation, delivery__feed__in=wanted)
    lifted = RestrictionRow.objects.filter(lifted_at__gt=made.committed_at, feed__in=wanted)
    return {*segments.values_list("delivery__feed", flat=True), *lifted.values_list("feed", flat=True)}


_OF_ONE_MENTION = f"PARTITION BY {', '.join(_MENTION)}"


def _nobody() -> str:
    listed = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in GIVEN.items())
    return f"SELECT {listed} WHERE false"


def _files(
    records: Path, feeds: Collection[str], as_at: dt.datetime | None, up_to: int, alone: bool
) -> dict[str, list[Path]]:
    from joinedup.records.models import Linkage, LinkedSegment

    said = Linkage.objects.values_list("number", "settings")
    which = [number for number, settings in said if bool(settings.get(ALONE)) is alone]
    found = LinkedSegment.objects.filter(
        feed__in=list(feeds), linkage__in=which, linkage__generation__lte=up_to
    )
    if as_at is not None:
        found = found.filter(linkage__known_from__lte=as_at)
    files: dict[str, list[Path]] = {}
    for feed, file in found.order_by("linkage", "id").values_list("feed", "file"):
        files.setdefault(feed, []).append(records / file)
    return files


def leading_to(keys: Collection[UUID], level: Strictness) -> dict[UUID, UUID]:
    """For each of these keys that was merged, the key that it leads to now."""
    from joinedup.records.models import KeyChange

    merged = KeyChange.objects.filter(level=level.value, kind=KeyChange.Kind.MERGED)
    into = dict(merged.order_by("linkage", "id").values_list("key", "other"))
    found = {}
    for key in keys:
        at, seen = key, {key}
        while at in into and into[at] not in seen:
            at = into[at]
            seen.add(at)
        if at != key:
            found[key] = at
    return found


def changes_of(number: int) -> list[KeyChanged]:
    """The keys that a linkage merged or split, in the order in which they were told."""
    from joinedup.records.models import KeyChange

    found = KeyChange.objects.filter(linkage=number).order_by("id")
    return [KeyChanged(Strictness(one.level), one.kind, one.key, one.other) for one in found]


def _require_newest(read_generation: int) -> None:
    from joinedup.records.models import Linkage

    if Linkage.objects.filter(generation__gt=read_generation).exists():
        raise Busy(
            "Somebody else linked the people meanwhile",
            next_step="Link again: it begins with what they left",
        )


def _require_nothing_erased(read_generation: int) -> None:
    """What was erased since it was read would stand in the new keys again."""
    from joinedup.records.models import Erasure

    if Erasure.objects.filter(generation__gt=read_generation).exists():
        raise Busy("Records were erased meanwhile", next_step="Link again: it reads what is left")


def _require_columns(connection: duckdb.DuckDBPyConnection, given: Path) -> None:
    found = dict(columns_of(connection, scan([given])))
    for name, kind in GIVEN.items():
        if found.get(name) != kind and not (name == HOME and name not in found):
            raise BadInput(
                f"A file of person keys should have the column {name} of type {kind}",
                where=f"found {found.get(name, 'nothing')}",
            )
    query = f"""SELECT count(*) FROM (SELECT 1 FROM {scan([given])}
                GROUP BY feed, record_key, role, ordinal HAVING count(*) > 1)"""
    twice = connection.execute(query).fetchall()[0][0]
    half = f"SELECT count(*) FROM {scan([given])} WHERE NOT ((strict IS NULL) = (best IS NULL)"
    half += " AND (best IS NULL) = (loose IS NULL))"
    if twice or connection.execute(half).fetchall()[0][0]:
        raise BadInput("Each mention has its three keys once, or none", where="a file of person keys")


def _next_number() -> int:
    from joinedup.records.models import Linkage

    return (Linkage.objects.aggregate(last=Max("number"))["last"] or 0) + 1


def _next_known_from(new: NewLinkage) -> dt.datetime:
    """Known with the latest delivery of its feeds that it read; where that was read before, from now on, so
    that what was known then stays as it was."""
    from joinedup.records.models import Segment

    read = ledger.delivery_query().filter(generation__lte=new.read_generation, feed__in=new.feeds)
    again = Segment.objects.filter(generation__lte=new.read_generation, delivery__feed__in=new.feeds)
    latest = [one.aggregate(last=Max("known_from"))["last"] for one in (read, again)]
    there = [one for one in latest if one is not None]
    if not there:
        raise BadInput(
            "There is nobody to link: nothing was delivered yet", next_step="See: joinedup deliver"
        )
    before = [one.known_from for one in rows(alone=new.feeds[0] if new.alone else "")]
    if not before or max(there) > max(before):
        return _free(max(there))
    return _free(max(dt.datetime.now(dt.UTC), max(before) + ledger.MICROSECOND))


def _free(moment: dt.datetime) -> dt.datetime:
    """The moment, or the next from which no linkage is known yet: one of other feeds may be of the same."""
    from joinedup.records.models import Linkage

    while Linkage.objects.filter(known_from=moment).exists():
        moment += ledger.MICROSECOND
    return moment


@dataclass(frozen=True)
class Held:
    """A linked segment that holds keys of records that are to be erased, and how many."""

    segment: LinkedSegment
    rows: int


def holding(connection: duckdb.DuckDBPyConnection, records: Path, feed: str) -> list[Held]:
    """The linked segments of a feed with keys of what the table ``erased`` names."""
    found = []
    for one in segments_of(feed):
        query = f"SELECT count(*) FROM {scan([records / one.file])} WHERE {_ERASED}"
        if rows := int(connection.execute(query).fetchall()[0][0]):
            found.append(Held(one, rows))
    return found


_ERASED = "record_key IN (FROM erased)"


def without(filing: Filing, records: Path, held: Held, file: str) -> Placed:
    """A linked segment written anew in the staging folder, as ``file``, without the erased rows."""
    query = f"SELECT * FROM {scan([records / held.segment.file])} WHERE NOT ({_ERASED})"
    return _placed(filing.write(FOLDER, file, query, BY_MENTION), held.segment.feed)


def exchange(held: Held, placed: Placed) -> None:
    """Put the new file in the old one's place in the ledger, within the caller's transaction."""
    from joinedup.records.models import LinkedSegment

    LinkedSegment.objects.filter(pk=held.segment.pk).update(
        file=placed.file,
        sha256=placed.sha256,
        rows=placed.rows,
        bytes=placed.bytes,
        erased=F("erased") + held.rows,
    )
    sealing.seal_linkages([held.segment.linkage_id])


def segments_of(feed: str | None = None) -> list[LinkedSegment]:
    """The linked segments, of one feed if named, oldest first."""
    from joinedup.records.models import LinkedSegment

    found = LinkedSegment.objects.order_by("linkage", "id")
    return list(found.filter(feed=feed) if feed else found)
