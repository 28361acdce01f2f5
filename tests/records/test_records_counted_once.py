"""Whoever counts delivered rows counts each once: against rows kept one by one in a list."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from joinedup.records import DeliveryRow, returned_name, returned_note, still_telling
from joinedup.records.counted_once import home_of
from joinedup.terms import DeliveryMode, Every, Period, RecordType

QUARTER = Period.parse("2024-Q2")
APRIL, MAY, JUNE = QUARTER.each(Every.MONTH)
KEPT, REFUSED, ASIDE = "kept", "refused", "aside"
NOON = dt.datetime(2024, 7, 1, 12, tzinfo=dt.UTC)


@dataclass
class NaiveFile:
    """One file, row by row: what became of each, after it was mended too."""

    number: int
    period: Period
    whole: bool
    rows: list[str]
    returns: list[int] = field(default_factory=list)


def row_of(number, period, mode, states, *, name="may.csv", notes=()):
    """What the ledger says of a delivery whose rows became this."""
    moment = NOON + dt.timedelta(hours=number)
    return DeliveryRow(
        number=number, id=uuid.uuid4(), feed="fire", contract_version="1", source="fire",
        record_type=RecordType.INCIDENT, owner="fire", mode=mode, period=period, file_name=name,
        file_sha256="0" * 64, file_bytes=1, received_at=moment, known_from=moment, committed_at=moment,
        rows_in=len(states), accepted=states.count(KEPT), unchanged=0, revised=0, withdrawn=0,
        quarantined=states.count(REFUSED), set_aside={"exact-repeats": states.count(ASIDE)},
        state="standing", delivered_by="ann", notes=notes,
    )  # fmt: skip


def history(acts):
    """The naive files, and the ledger's rows, of acts: (what, period, what became of rows)."""
    files: list[NaiveFile] = []
    ledger: list[DeliveryRow] = []
    for what, period, states in acts:
        number = len(ledger) + 1
        if what != "mend":
            mode = DeliveryMode.SNAPSHOT if what == "whole" else DeliveryMode.CHANGES
            files.append(NaiveFile(number, period, what == "whole", list(states)))
            ledger.append(row_of(number, period, mode, list(states)))
            continue
        home = next((one for one in reversed(files) if one.period == period and REFUSED in one.rows), None)
        if home is None:
            continue
        waits = [place for place, state in enumerate(home.rows) if state == REFUSED]
        sent = dict(zip(waits, states, strict=False))
        for place, state in sent.items():
            home.rows[place] = state
        home.returns.append(number)
        name = returned_name("mended", home.number, "0a1b2c3d")
        notes = (returned_note(len(sent), "mended", home.number),)
        ledger.append(
            row_of(number, period, DeliveryMode.CHANGES, list(sent.values()), name=name, notes=notes)
        )
    return files, ledger


def months_left(one, files):
    """The months of a file that no later whole file told anew."""
    later = [other for other in files if other.whole and other.number > one.number]
    return [
        month
        for month in one.period.each(Every.MONTH)
        if not any(other.period.start <= month.start < other.period.end for other in later)
    ]


ACTS = st.tuples(
    st.sampled_from(["whole", "whole", "mend", "mend", "adds"]),
    st.sampled_from([APRIL, MAY, MAY, JUNE, QUARTER]),
    st.lists(st.sampled_from([KEPT, KEPT, REFUSED, REFUSED, ASIDE]), min_size=1, max_size=5).map(tuple),
)
TEN = (KEPT,) * 6 + (REFUSED,) * 4


@given(st.lists(ACTS, max_size=9))
@example([("whole", MAY, TEN), ("mend", MAY, (KEPT,) * 4), ("whole", MAY, (KEPT,) * 10)])
@example([("whole", QUARTER, TEN), ("whole", MAY, (KEPT,)), ("mend", QUARTER, (KEPT, REFUSED))])
def test_the_rows_counted_are_the_rows_there_are(acts):
    files, ledger = history(acts)
    told = {one.delivery.number: one for one in still_telling(ledger)}
    for one in files:
        left = months_left(one, files)
        assert (one.number in told) == bool(left)
        if one.number not in told:
            continue
        assert told[one.number].in_part == (len(left) < one.period.months)
        group = [told[number] for number in [one.number, *one.returns] if number in told]
        assert all(each.home == one.number for each in group[1:])
        if len(group) == 1 + len(one.returns):
            assert sum(each.came for each in group) == len(one.rows)
            assert sum(each.kept for each in group) == one.rows.count(KEPT)
            assert sum(each.judged for each in group) == len(one.rows) - one.rows.count(ASIDE)


@pytest.mark.parametrize(
    ("name", "notes"),
    [
        (returned_name("mended", 1, "0a1b2c3d"), ()),
        (returned_name("judged-again", 1, "0a1b2c3d"), ()),
        (returned_name("mended", 1, "0a1b2c3d"), ("3 empty lines at the end were left out.",)),
        ("may.csv", (returned_note(4, "mended", 1),)),
    ],
)
def test_a_partners_file_is_no_return_whatever_its_name(name, notes):
    first = row_of(1, MAY, DeliveryMode.CHANGES, list(TEN))
    second = row_of(2, MAY, DeliveryMode.CHANGES, [KEPT] * 4, name=name, notes=notes)
    assert [one.home for one in still_telling([first, second])] == [None, None]


def test_rows_mended_after_every_month_of_their_file_was_told_anew_count_by_themselves():
    months = [
        row_of(number, month, DeliveryMode.SNAPSHOT, [KEPT])
        for number, month in ((2, APRIL), (3, MAY), (4, JUNE))
    ]
    first = row_of(1, QUARTER, DeliveryMode.SNAPSHOT, list(TEN))
    how = "judged-again"
    name, notes = returned_name(how, 1, "0a1b2c3d"), (returned_note(2, how, 1),)
    late = row_of(5, QUARTER, DeliveryMode.CHANGES, [KEPT, REFUSED], name=name, notes=notes)
    told = still_telling([first, *months, late])
    assert [(one.delivery.number, one.home, one.kept, one.judged) for one in told] == [
        (2, None, 1, 1), (3, None, 1, 1), (4, None, 1, 1), (5, None, 1, 2),
    ]  # fmt: skip


def test_a_withdrawn_file_replaces_nothing():
    rows = [row_of(1, MAY, DeliveryMode.SNAPSHOT, [KEPT]), row_of(2, MAY, DeliveryMode.SNAPSHOT, [KEPT] * 2)]
    assert [one.delivery.number for one in still_telling(rows)] == [2]
    rows[1] = replace(rows[1], state="withdrawn")
    assert [one.delivery.number for one in still_telling(rows)] == [1]


@pytest.mark.parametrize("how", ["mended", "released", "judged-again"])
def test_rows_that_come_again_are_told_however_they_came(how):
    name, notes = returned_name(how, 1, "0a1b2c3d"), (returned_note(2, how, 1),)
    assert home_of(row_of(2, MAY, DeliveryMode.CHANGES, [KEPT, KEPT], name=name, notes=notes)) == 1
