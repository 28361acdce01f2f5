"""What the ledger says twice must agree: deliveries, their segments, coverage and acts in the log.

A single value that somebody changed by hand then differs from what says the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from joinedup.log import acts
from joinedup.records import ledger, linkages, restricting
from joinedup.records.definitions import Finding

if TYPE_CHECKING:
    from joinedup.log.models import Act
    from joinedup.records.models import CoveredPeriod, Delivery


def findings() -> Iterator[Finding]:
    """Everything in the ledger that contradicts the ledger or the log."""
    delivered = {act.what: act for act in acts(kind="collection")}
    withdrawals = {act.what: act for act in acts(kind="alteration")}
    delivered |= {what: act for what, act in withdrawals.items() if what.startswith("delivery ")}
    for delivery in ledger.delivery_query().prefetch_related(
        "segments", "coverage", "field_states", "breaks"
    ):
        said = [
            *_of_segments(delivery),
            *_of_coverage(delivery),
            *_of_field_states(delivery),
            *_of_declared(delivery),
            *_of_state(delivery, withdrawals),
            *_of_act(delivery, delivered.get(f"delivery {delivery.number} of {delivery.feed}")),
        ]
        for what in said:
            yield Finding(what, f"delivery {delivery.number}")
    yield from _of_restrictions(withdrawals)
    linked = {act.what: act.detail for act in acts(kind="combination")}
    for number, what in linkages.acts_differ(linked):
        yield Finding(what, f"linkage {number}")


def _of_restrictions(logged: Mapping[str, Act]) -> Iterator[Finding]:
    """Each restriction, and each lifting, is in the log and in the ledger."""
    told = set()
    for one in restricting.rows():
        name = f"restriction {one.number} of records of {one.feed}"
        told.add(name)
        if name not in logged:
            yield Finding("The log has no act of it", f"restriction {one.number}")
        if one.stands == (f"lifting of {name}" in logged):
            what = "The log has its lifting, yet it stands" if one.stands else "The log has no lifting of it"
            yield Finding(what, f"restriction {one.number}")
    for name in sorted(logged):
        if name.startswith("restriction ") and name not in told:
            yield Finding("The log has a restriction that the ledger has not", name.split(" of ")[0])


def _of_segments(delivery: Delivery) -> Iterator[str]:
    """Segments that came with a delivery became known with it (those of a withdrawal: later)."""
    for segment in delivery.segments.all():
        own = segment.generation == delivery.generation
        if own and segment.known_from != delivery.known_from:
            yield _differ(
                "known from", delivery.known_from, f"its segment {segment.file}", segment.known_from
            )
        if not own and segment.known_from <= delivery.known_from:
            yield f"Its segment {segment.file} is of a withdrawal, yet known before the delivery"


def _of_coverage(delivery: Delivery) -> Iterator[str]:
    covered = list(delivery.coverage.all())
    wanted = 0 if delivery.period_from is None or delivery.period_to is None else 1
    if len(covered) != wanted:
        yield f"It should cover {wanted} periods, the ledger has {len(covered)}"
        return
    for period in covered:
        for name, its, other in _facts_of(delivery, period):
            if its != other:
                yield _differ(name, its, "its covered period", other)


def _facts_of(delivery: Delivery, period: CoveredPeriod) -> Iterator[tuple[str, object, object]]:
    for name in ("feed", "source", "period_from", "period_to", "known_from"):
        yield name.replace("_", " "), getattr(delivery, name), getattr(period, name)
    yield "end", delivery.withdrawn_at, period.ended_at


def _of_field_states(delivery: Delivery) -> Iterator[str]:
    """A field was something in each row, so all fields of the record have one sum.

    Those of a role (``caller.phone``) need not: a row may name two callers, and of the second only a name.
    """
    states = [state for state in delivery.field_states.all() if "." not in state.field]
    sums = {one.given + one.missing + one.unknown + one.refused + one.invalid for one in states}
    if len(sums) > 1:
        yield "Its fields are counted over different numbers of rows"


def _of_declared(delivery: Delivery) -> Iterator[str]:
    """A break or a promise says again of which feed and source it is, and since when it is known."""
    from joinedup.records.models import Promise

    for one in [*delivery.breaks.all(), *Promise.objects.filter(delivery=delivery)]:
        for name in ("feed", "source", "known_from"):
            if getattr(one, name) != getattr(delivery, name):
                where = f"its {one._meta.verbose_name}"
                yield _differ(name.replace("_", " "), getattr(delivery, name), where, getattr(one, name))


def _of_state(delivery: Delivery, withdrawals: Mapping[str, Act]) -> Iterator[str]:
    withdrawn = delivery.state == delivery.State.WITHDRAWN
    if withdrawn != (delivery.withdrawn_at is not None):
        yield f"It is {delivery.state}, which its date of withdrawal contradicts"
    logged = f"withdrawal of delivery {delivery.number} of {delivery.feed}" in withdrawals
    if withdrawn != logged:
        yield f"It is {delivery.state}, the log has {'a' if logged else 'no'} withdrawal of it"


def _of_act(delivery: Delivery, act: Act | None) -> Iterator[str]:
    """What the log wrote down when it was delivered (older acts hold less)."""
    if act is None:
        yield "The log has no act of its delivery"
        return
    ledgered = {**ledger.facts_of(delivery), "delivered_by": delivery.delivered_by}
    logged: dict[str, Any] = {**act.detail, "delivered_by": act.username}
    for name, value in logged.items():
        if name in ledgered and ledgered[name] != value:
            yield _differ(name.replace("_", " "), ledgered[name], "the log", value)


def _differ(name: str, its: object, where: str, other: object) -> str:
    return f"The ledger's {name} is {_plain(its)}, {where} says {_plain(other)}"


def _plain(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    return "nothing" if value is None else str(value)
