"""A value of the ledger that nothing else says is found by the seal of its delivery."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from ledger_damage import SEALED, damage_a_value, sealed_rows
from tiny_feed import ANALYST, deliver_named

from joinedup.records import RecordBook, SeriesBreak
from joinedup.terms import Every, Role, Viewer
from joinedup.workspace import Workspace

CHIEF = Viewer("cass", "Cass Chief", Role.ADMINISTRATOR, "council")


@pytest.fixture
def stocked(workspace: Workspace) -> RecordBook:
    """A book with a row in every sealed table: deliveries, a withdrawal, an erasure, who is named."""
    book = RecordBook(workspace)
    told = {
        "breaks": (SeriesBreak(dt.date(2023, 4, 1), "channel", "By telephone too."),),
        "expected_every": Every.MONTH,
        "late_after_days": 30,
        "notes": ("The columns came in another order.",),
    }
    people = [("a", "victim", "Ann Other"), ("b", "caller", "Bob Unusual")]
    deliver_named(book, {"a": "x", "b": "y"}, people, **told)
    deliver_named(book, {"a": "x2"}, people, refused=["b"])
    deliver_named(book, {"a": "wrong"}, people)
    book.withdraw(3, by=ANALYST, reason="a wrong file")
    from tiny_feed import key_of

    book.erase("test-feed", [key_of("b")], by=CHIEF, reason="article 17")
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
        if column == "id":
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
