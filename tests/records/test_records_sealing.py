"""A value of the ledger that nothing else says is found by the seal of its delivery."""

from __future__ import annotations

import random

import pytest
from damage_trials import stock
from ledger_damage import SEALED, damage_a_value, sealed_rows, tells_rows_apart

from joinedup.records import RecordBook
from joinedup.workspace import Workspace


@pytest.fixture
def stocked(workspace: Workspace) -> RecordBook:
    """A book with a row in every sealed table."""
    book = RecordBook(workspace)
    stock(book)
    assert book.check() == []
    return book


def test_every_column_of_the_ledger_is_sealed_or_known_not_to_be(stocked: RecordBook) -> None:
    from django.apps import apps

    unsealed = {
        "Delivery": {"seal"},
        "Erasure": {"seal", "finished_at"},
        "Segment": {"id", "delivery"},
        "DeliveryField": {"id", "delivery"},
        "CoveredPeriod": {"delivery"},
        "SeriesBreak": {"delivery"},
        "Promise": {"delivery"},
        "Tombstone": {"id", "erasure"},
        "RestrictionRow": {"seal"},
        "RestrictedRecord": {"id", "restriction"},
        "Linkage": {"seal"},
        "LinkedSegment": {"id", "linkage"},
        "KeyChange": {"linkage"},
    }
    for model, left_out in unsealed.items():
        names = {field.name for field in apps.get_model("records", model)._meta.concrete_fields}
        assert names == set(SEALED[model]) | left_out, f"{model}: seal the new column in a migration"


@pytest.mark.parametrize("model", SEALED)
def test_any_changed_value_of_a_sealed_row_is_found(stocked: RecordBook, model: str) -> None:
    chance = random.Random(20240601)
    rows = sealed_rows(model)
    assert rows
    for column in SEALED[model]:
        if tells_rows_apart(model, column):
            continue
        with damage_a_value(model, chance.choice(rows), column, chance):
            assert stocked.check(), f"{model}.{column}"
    assert stocked.check() == []


def test_a_generation_that_is_not_the_sum_of_the_changes_is_found(stocked: RecordBook) -> None:
    from joinedup.records.models import Generation

    for name in ("value", "erasures"):
        kept = getattr(Generation.objects.get(), name)
        Generation.objects.update(**{name: kept + 1})
        assert [finding.where for finding in stocked.check()] == ["the ledger"]
        Generation.objects.update(**{name: kept})
    assert stocked.check() == []


@pytest.mark.parametrize("kind", ["who", "pos", "neg", "quarantine"])
def test_a_segment_that_is_said_to_be_of_another_kind_is_found(stocked: RecordBook, kind: str) -> None:
    from joinedup.records.models import Segment

    for other in ({"who", "pos", "neg", "quarantine"} - {kind}) | {"vho"}:
        keys = list(Segment.objects.filter(kind=kind).values_list("pk", flat=True))
        assert keys
        Segment.objects.filter(pk__in=keys).update(kind=other)
        assert stocked.check(), other
        Segment.objects.filter(pk__in=keys).update(kind=kind)
    assert stocked.check() == []
