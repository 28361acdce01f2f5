"""Seals: a digest of everything that the ledger says of a delivery or an erasure, kept in its row.

Made anew by whatever lawfully changes one of those values, in the same transaction; so a value that changed
in any other way, by a failing disk or by hand, no longer fits. A column that is added later is sealed once it
is named here and a migration has sealed anew.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import UUID

from joinedup.records.definitions import Finding

# What is sealed: table, and its columns, the first of which tells its rows apart.
_DELIVERY = (
    "id number generation feed contract_version source record_type owner mode period_from period_to file_name"
    " file_sha256 file_bytes received_at known_from committed_at rows_in accepted unchanged revised withdrawn"
    " quarantined mentions set_aside state notes provisional delivered_by withdrawn_at withdrawn_by"
    " withdrawn_reason"
)
_PARTS = {
    "Segment": "file generation kind sha256 rows bytes fields month_from month_to known_from touches erased",
    "DeliveryField": "field given missing unknown refused invalid",
    "CoveredPeriod": "id feed source period_from period_to known_from ended_at",
    "SeriesBreak": "id feed source date kind what known_from",
    "Promise": "id feed source owner expected_every late_after_days known_from",
}
_ERASURE = "id number generation feed sources at by reason records rows before after known_from key_id"
_TOMBSTONE = "digest feed"
_RESTRICTION = "number feed kind at by reason delivery lifted_at lifted_by lifted_reason"
_RESTRICTED = "record_key"
_LINKAGE = "number generation read_generation known_from committed_at by model mentions people settings"
_LINKED = "file feed sha256 rows bytes erased"
_KEY_CHANGE = "id level kind key other"
SEALED = {
    "Delivery": _DELIVERY,
    **_PARTS,
    "Erasure": _ERASURE,
    "Tombstone": _TOMBSTONE,
    "RestrictionRow": _RESTRICTION,
    "RestrictedRecord": _RESTRICTED,
    "Linkage": _LINKAGE,
    "LinkedSegment": _LINKED,
    "KeyChange": _KEY_CHANGE,
}

GetModel = Callable[[str, str], Any]  # as ``django.apps.apps.get_model``, or a migration's


def seal(
    deliveries: Iterable[UUID], erasures: Iterable[UUID] = (), get_model: GetModel | None = None
) -> None:
    """Seal these deliveries and erasures as they are now, in the caller's transaction."""
    get = get_model or _get_model
    for key in deliveries:
        get("records", "Delivery").objects.filter(pk=key).update(seal=of_delivery(key, get))
    for key in erasures:
        get("records", "Erasure").objects.filter(pk=key).update(seal=of_erasure(key, get))


def seal_restrictions(numbers: Iterable[int]) -> None:
    """Seal these restrictions as they are now, in the caller's transaction."""
    for number in numbers:
        _get_model("records", "RestrictionRow").objects.filter(pk=number).update(seal=of_restriction(number))


def of_restriction(number: int) -> str:
    """The seal that a restriction should have, with its records."""
    records = _get_model("records", "RestrictedRecord").objects.filter(restriction_id=number)
    own = _get_model("records", "RestrictionRow").objects.filter(pk=number)
    return _digest(
        {"RestrictionRow": _rows(own, _RESTRICTION), "RestrictedRecord": _rows(records, _RESTRICTED)}
    )


def seal_linkages(numbers: Iterable[int]) -> None:
    """Seal these linkages as they are now, in the caller's transaction."""
    for number in numbers:
        _get_model("records", "Linkage").objects.filter(pk=number).update(seal=of_linkage(number))


def of_linkage(number: int) -> str:
    """The seal that a linkage should have, with its segments and what became of keys."""
    own = _get_model("records", "Linkage").objects.filter(pk=number)
    said = {"Linkage": _rows(own, _LINKAGE)}
    for name, columns in (("LinkedSegment", _LINKED), ("KeyChange", _KEY_CHANGE)):
        said[name] = _rows(_get_model("records", name).objects.filter(linkage_id=number), columns)
    return _digest(said)


def of_delivery(key: UUID, get: GetModel) -> str:
    """The seal that a delivery should have, with all that belongs to it."""
    said = {"Delivery": _rows(get("records", "Delivery").objects.filter(pk=key), _DELIVERY)}
    for name, columns in _PARTS.items():
        said[name] = _rows(get("records", name).objects.filter(delivery_id=key), columns)
    return _digest(said)


def of_erasure(key: UUID, get: GetModel) -> str:
    """The seal that an erasure should have, with its tombstones."""
    stones = get("records", "Tombstone").objects.filter(erasure_id=key)
    return _digest(
        {
            "Erasure": _rows(get("records", "Erasure").objects.filter(pk=key), _ERASURE),
            "Tombstone": _rows(stones, _TOMBSTONE),
        }
    )


def findings() -> Iterator[Finding]:
    """What has a seal that does not fit, and a generation that does not count the changes."""
    from joinedup.records.models import Delivery, Erasure, Generation, Linkage, RestrictionRow

    for key, number, sealed in Delivery.objects.order_by("number").values_list("pk", "number", "seal"):
        if of_delivery(key, _get_model) != sealed:
            yield Finding(
                "What the ledger says of it was changed: its seal does not fit", f"delivery {number}"
            )
    for key, number, sealed in Erasure.objects.order_by("number").values_list("pk", "number", "seal"):
        if of_erasure(key, _get_model) != sealed:
            yield Finding(
                "What the ledger says of it was changed: its seal does not fit", f"erasure {number}"
            )
    for number, sealed in RestrictionRow.objects.order_by("number").values_list("pk", "seal"):
        if of_restriction(number) != sealed:
            yield Finding(
                "What the ledger says of it was changed: its seal does not fit", f"restriction {number}"
            )
    for number, sealed in Linkage.objects.order_by("number").values_list("pk", "seal"):
        if of_linkage(number) != sealed:
            yield Finding(
                "What the ledger says of it was changed: its seal does not fit", f"linkage {number}"
            )
    erasures = Erasure.objects.count()
    changes = Delivery.objects.count() + Delivery.objects.filter(state="withdrawn").count() + erasures
    changes += RestrictionRow.objects.filter(delivery__isnull=True).count()
    changes += RestrictionRow.objects.filter(lifted_at__isnull=False).count() + Linkage.objects.count()
    kept = list(Generation.objects.values_list("pk", "value", "erasures"))
    if kept != ([(1, changes, erasures)] if changes or kept else []):
        yield Finding("The ledger's generation is not the number of its changes", "the ledger")


def _get_model(room: str, name: str) -> Any:
    from django.apps import apps

    return apps.get_model(room, name)


def _rows(query: Any, columns: str) -> list[list[Any]]:
    names = columns.split()
    return [list(row) for row in query.order_by(names[0]).values_list(*names)]


def _digest(said: dict[str, list[list[Any]]]) -> str:
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    return value.isoformat() if isinstance(value, dt.date) else str(value)
