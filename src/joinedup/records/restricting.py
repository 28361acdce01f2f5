"""Restricting single records: for those outside they do not exist, for whatever date somebody asks.

A restricted record is in no view, so in no figure, map, list or search, and its rows in quarantine are not
there either. It stays in the book: its keys stand in the ledger, and whoever is inside may still ask who it
names. Lifting the restriction puts it back as if it had never been away.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import duckdb
from django.db.models import Count, Max

from joinedup.accounts import Asked, Seconder, use
from joinedup.errors import BadInput, NotFound
from joinedup.log import record_act
from joinedup.records import ledger, sealing
from joinedup.records.definitions import Restricted, Restricting
from joinedup.records.identity import quoted
from joinedup.records.segments import columns_of, scan, text
from joinedup.terms import Restriction, Role, Viewer

if TYPE_CHECKING:
    from joinedup.records.models import RestrictionRow

_AT_ONCE = 500  # keys in one question: SQLite takes at most some thousand
_TABLE = "restricted_record"

Found = Sequence[tuple[Restricting, Sequence[UUID]]]
"""What each rule of a contract found in a delivery."""


def restrict(
    feed: str, owner: str, keys: Collection[UUID], kind: Restriction, by: Viewer, reason: str
) -> Restricted:
    """Restrict these records of a feed, holding the writer's lock. Raises NotFound or BadInput."""
    if not reason.strip():
        raise BadInput("Restricting a record needs its reason", next_step="Say why, without naming anybody")
    if not keys:
        raise NotFound(
            "No record of that feed has such a reference or key", where=feed, next_step="Name records of it"
        )
    with ledger.change():
        return _of_row(_write(feed, owner, keys, kind, by, reason.strip(), None))


def by_rules(feed: str, owner: str, number: int, found: Found, by: Viewer) -> None:
    """Restrict what a contract's rules found in a delivery, within the caller's transaction.

    What was restricted so before is left as it is: also where it was lifted since.
    """
    for rule, keys in found:
        new = sorted(set(keys) - _once_restricted(feed, rule.kind))
        if new:
            _write(feed, owner, new, rule.kind, by, "By a rule of the feed's contract", number)


def lift(number: int, by: Viewer, reason: str) -> Restricted:
    """Lift a restriction, holding the writer's lock, and use the approval of a second person up.

    Raises NotFound, BadInput for no reason, NeedsSecond.
    """
    if not reason.strip():
        raise BadInput("Lifting a restriction needs its reason", next_step="Say why, without naming anybody")
    with ledger.change():
        row = _standing_row(number)
        row.lifted_at, row.lifted_by, row.lifted_reason = dt.datetime.now(dt.UTC), by.username, reason.strip()
        row.save(update_fields=["lifted_at", "lifted_by", "lifted_reason"])
        use(asked_to_lift(_of_row(row)), by=by, reason=reason)
        sealing.seal_restrictions([row.number])
        owner = ledger.owner_of(row.feed)
        _log(f"lifting of restriction {row.number} of records of {row.feed}", row, owner, by, reason.strip())
    return _of_row(row)


def asked_to_lift(row: Restricted) -> Asked:
    """What takes a second person: one who is inside by answering for the data, or an auditor."""
    owner = ledger.owner_of(row.feed)
    return Asked(
        "lifting",
        [row.feed],
        [owner],
        {"restriction": row.number},
        [Seconder(Role.DATA_OWNER, owner), Seconder(Role.AUDITOR)],
        {"records": row.records, "restrictions": [row.kind.value]},
    )


def absent(number: int) -> NotFound:
    """What is said of a restriction that is not there, or not for who asks."""
    return NotFound(
        "No such restriction stands", where=str(number), next_step="See: joinedup records restricted"
    )


def standing_one(number: int) -> Restricted:
    """The restriction of this number, if it stands. Raises NotFound."""
    return _of_row(_standing_row(number))


def _standing_row(number: int) -> RestrictionRow:
    from joinedup.records.models import RestrictionRow

    row = RestrictionRow.objects.filter(number=number, lifted_at__isnull=True).first()
    if row is None:
        raise absent(number)
    return row


def rows(feed: str | None = None) -> list[Restricted]:
    """The restrictions so far, of one feed if named, oldest first."""
    from joinedup.records.models import RestrictionRow

    found = RestrictionRow.objects.annotate(count=Count("records")).order_by("number")
    return [_of_row(one, one.count) for one in (found.filter(feed=feed) if feed else found)]


def keys_of(number: int) -> list[UUID]:
    """The keys of the records of a restriction."""
    from joinedup.records.models import RestrictedRecord

    found = RestrictedRecord.objects.filter(restriction=number).order_by("record_key")
    return list(found.values_list("record_key", flat=True))


def standing(feeds: Collection[str]) -> dict[str, list[UUID]]:
    """The restricted records of these feeds now; a feed that has none is left out."""
    from joinedup.records.models import RestrictedRecord

    found = RestrictedRecord.objects.filter(
        restriction__lifted_at__isnull=True, restriction__feed__in=list(feeds)
    )
    by_feed: dict[str, list[UUID]] = defaultdict(list)
    for feed, key in found.values_list("restriction__feed", "record_key").distinct():
        by_feed[feed].append(key)
    return by_feed


def kinds(feed: str, keys: Sequence[UUID]) -> dict[UUID, frozenset[Restriction]]:
    """By which restrictions each of these records of a feed is hidden; those that are not are left out."""
    from joinedup.records.models import RestrictedRecord

    found: dict[UUID, set[Restriction]] = defaultdict(set)
    for start in range(0, max(len(keys), 1), _AT_ONCE):  # asked of none too, so that time does not tell
        some = RestrictedRecord.objects.filter(
            restriction__lifted_at__isnull=True,
            restriction__feed=feed,
            record_key__in=list(keys[start : start + _AT_ONCE]),
        )
        for key, kind in some.values_list("record_key", "restriction__kind"):
            found[key].add(Restriction(kind))
    return {key: frozenset(said) for key, said in found.items()}


def unrestricted(feed: str, keys: Sequence[UUID]) -> list[UUID]:
    """Those of these records that exist for everybody."""
    hidden = kinds(feed, keys)
    return [key for key in keys if key not in hidden]


def forget(feed: str, keys: Iterable[UUID]) -> None:
    """Let go of erased records, within the caller's transaction: a key follows from a reference."""
    from joinedup.records.models import RestrictedRecord

    gone, touched = list(keys), set()
    for start in range(0, len(gone), _AT_ONCE):
        some = RestrictedRecord.objects.filter(
            restriction__feed=feed, record_key__in=gone[start : start + _AT_ONCE]
        )
        touched |= set(some.values_list("restriction", flat=True))
        some.delete()
    sealing.seal_restrictions(touched)


def hide(cursor: duckdb.DuckDBPyConnection, hidden: Mapping[str, Sequence[UUID]]) -> None:
    """Put what is hidden into a temporary table of the cursor, which ``unless_hidden`` asks.

    What is there of other feeds stays: views that were made before may be read later.
    """
    if not hidden:
        return
    cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS {_TABLE} (feed VARCHAR, record_key UUID)")
    for feed, keys in hidden.items():
        cursor.execute(f"DELETE FROM {_TABLE} WHERE feed = ?", [feed])
        cursor.execute(f"INSERT INTO {_TABLE} SELECT ?, unnest(?::UUID[])", [feed, list(keys)])


def unless_hidden(feed: str, hidden: Mapping[str, Sequence[UUID]]) -> str:
    """The end of a query over rows of a feed that have ``record_key``: without those that are hidden."""
    return f" ANTI JOIN {_hidden_of(feed)} USING (record_key)" if feed in hidden else ""


def only_hidden(feed: str, hidden: Mapping[str, Sequence[UUID]]) -> str:
    """The end of a query over rows of a feed that have ``record_key``: only those that are hidden."""
    return f" SEMI JOIN {_hidden_of(feed)} USING (record_key)" if feed in hidden else " WHERE false"


def _hidden_of(feed: str) -> str:
    return f"(SELECT record_key FROM {_TABLE} WHERE feed = {text(feed)}) AS hidden"


def found_by(
    connection: duckdb.DuckDBPyConnection, rules: Sequence[Restricting], staged: Path, named: Path | None
) -> Found:
    """Which of the records that arrived each rule restricts; none by a field that the rows have not."""
    found = []
    for rule in rules:
        query = _of_age(rule, staged, named) if rule.role else _of_field(connection, rule, staged)
        keys = connection.execute(query).fetchall() if query else []
        found.append((rule, [key for (key,) in keys]))
    return found


def _of_field(connection: duckdb.DuckDBPyConnection, rule: Restricting, staged: Path) -> str | None:
    if rule.field not in {name for name, _ in columns_of(connection, scan([staged]))}:
        return None
    values = ", ".join(text(value) for value in rule.values)
    return (
        f"SELECT DISTINCT record_key FROM {scan([staged])} "
        f"WHERE CAST({quoted(rule.field)} AS VARCHAR) IN ({values})"
    )


def _of_age(rule: Restricting, staged: Path, named: Path | None) -> str | None:
    if named is None:
        return None
    people = f"(SELECT record_key, birth_date FROM {scan([named])} WHERE role = {text(rule.role)})"
    return f"""SELECT DISTINCT record_key FROM {scan([staged])} JOIN {people} AS person USING (record_key)
               WHERE birth_date > occurred_date - to_years({int(rule.under)})"""


def _once_restricted(feed: str, kind: Restriction) -> set[UUID]:
    from joinedup.records.models import RestrictedRecord

    found = RestrictedRecord.objects.filter(restriction__feed=feed, restriction__kind=kind.value)
    return set(found.values_list("record_key", flat=True))


def _write(
    feed: str,
    owner: str,
    keys: Collection[UUID],
    kind: Restriction,
    by: Viewer,
    reason: str,
    delivery: int | None,
) -> RestrictionRow:
    from joinedup.records.models import RestrictedRecord, RestrictionRow

    row = RestrictionRow.objects.create(
        number=(RestrictionRow.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
        feed=feed,
        kind=kind.value,
        at=dt.datetime.now(dt.UTC),
        by=by.username,
        reason=reason,
        delivery=delivery,
    )
    RestrictedRecord.objects.bulk_create(
        RestrictedRecord(restriction=row, record_key=key) for key in sorted(keys)
    )
    sealing.seal_restrictions([row.number])
    named = [] if delivery else sorted(str(key) for key in keys)
    _log(f"restriction {row.number} of records of {feed}", row, owner, by, reason, named)
    return row


def _log(
    what: str, row: RestrictionRow, owner: str, by: Viewer, reason: str, subjects: Sequence[str] = ()
) -> None:
    detail = {"restrictions": [row.kind], "records": row.records.count(), "owners": [owner]}
    record_act("alteration", by=by, purpose=None, what=what, reason=reason, subjects=subjects, detail=detail)


def _of_row(row: RestrictionRow, count: int | None = None) -> Restricted:
    return Restricted(
        number=row.number,
        feed=row.feed,
        kind=Restriction(row.kind),
        records=row.records.count() if count is None else count,
        at=row.at,
        by=row.by,
        reason=row.reason,
        delivery=row.delivery,
        lifted_at=row.lifted_at,
        lifted_by=row.lifted_by,
        lifted_reason=row.lifted_reason,
    )
