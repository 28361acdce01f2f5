"""Who rows name, against a naive reading of the same cells in Python."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from staging_by_hand import small_contract, stage_bytes
from test_feeds_who import COLUMNS

from sampling import examples

NAMES = ["Caller", "DOB", "House", "Street", "Sex", "Suspect 1", "Suspect 2", "PNC", "Narrative"]
UNKNOWN, REFUSED = {"Anonymous", "N/K"}, {"Refused"}
CELLS = st.sampled_from(
    ["", " ", "Anonymous", "N/K", "Refused", "None", "Won't say", "Ann", 'A, "B"', " padded ", "é'; --"]
)
BIRTHS = st.sampled_from(["", "01/02/1990", "31/02/1990", "30/05/2024", "01/06/2024", "N/K", "Refused", "x"])
ROWS = st.lists(
    st.fixed_dictionaries({name: BIRTHS if name == "DOB" else CELLS for name in NAMES}), max_size=8
)
MAY_ENDS = dt.date(2024, 5, 31)


def _state(cell, unknown, refused):
    """The value, and how it counts: given, missing, unknown or refused."""
    bare = cell.strip(" ")
    if bare in refused:
        return None, "refused"
    if bare in unknown:
        return None, "unknown"
    return (bare, "given") if bare else (None, "missing")


def _born(text):
    try:
        born = dt.datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 - a civil date
    except ValueError:
        return None
    return born if dt.date(1894, 5, 31) <= born <= MAY_ENDS else None


def _told(row):
    """The mentions of a row, and the state of each attribute."""
    states = {}
    caller = {}
    for attribute, name, also in (
        ("full_name", "Caller", set()),
        ("birth_date", "DOB", set()),
        ("sex", "Sex", {"Won't say"}),
    ):
        value, states[f"caller.{attribute}"] = _state(row[name], UNKNOWN, REFUSED | also)
        caller[attribute] = value
    parts = [_state(row[name], UNKNOWN, REFUSED) for name in ("House", "Street")]
    known = [value for value, _ in parts if value is not None]
    caller["address"] = ", ".join(known) or None
    worst = [one for one in ("refused", "unknown") if any(state == one for _, state in parts)]
    states["caller.address"] = "given" if known else (worst or ["missing"])[0]
    caller["birth_date_given"] = caller["birth_date"]
    if caller["birth_date"] is not None:
        caller["birth_date"] = _born(caller["birth_date"])
        states["caller.birth_date"] = "given" if caller["birth_date"] else "invalid"
    first, states["suspect.full_name"] = _state(row["Suspect 1"], set(), set())
    pnc, states["suspect.identifiers.pnc"] = _state(row["PNC"], set(), set())
    second, _ = _state(row["Suspect 2"], set(), set())
    narrative, states["record.narrative"] = _state(row["Narrative"], {"None"}, set())
    mentions = {
        ("caller", 1): caller,
        ("suspect", 1): {"full_name": first, "identifiers": {"pnc": pnc} if pnc is not None else None},
        ("suspect", 2): {"full_name": second},
        ("record", 1): {"private": {"narrative": narrative} if narrative is not None else None},
    }
    return {key: one for key, one in mentions.items() if any(v is not None for v in one.values())}, states


@settings(
    max_examples=examples(24, 4), phases=[Phase.generate]
)  # each example stages a file: shrinking takes minutes
@given(ROWS)
def test_mentions_and_states_are_what_a_naive_reading_finds(tmp_path_factory, rows):
    contract = small_contract(tmp_path_factory.mktemp("contract"))
    contract.write_text(contract.read_text() + COLUMNS)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["id", "month", "note", *NAMES])
    writer.writerows(
        [number, "2024-05", "x", *(row[name] for name in NAMES)] for number, row in enumerate(rows, 1)
    )
    found = stage_bytes(out.getvalue().encode(), contract)
    expected = {}
    states = Counter()
    for number, row in enumerate(rows, 1):
        mentions, told = _told(row)
        expected |= {(number, *key): one for key, one in mentions.items()}
        states.update(told.items())
        if ("suspect", 2) in mentions:
            states["suspect.full_name", "given"] += 1
    seen = {}
    for one in found.named:
        key = (one["row_number"], one["role"], one["ordinal"])
        assert key not in seen
        seen[key] = {name: one[name] for name in expected.get(key, {})}
        rest = set(one) - {"record_key", "row_number", "role", "ordinal", *expected.get(key, {})}
        assert not [name for name in rest if one[name] is not None]
    assert seen == expected
    names = ("given", "missing", "unknown", "refused", "invalid")
    for field, counts in found.staged.field_states.items():
        if "." in field:
            assert counts == tuple(states[field, name] for name in names), field
