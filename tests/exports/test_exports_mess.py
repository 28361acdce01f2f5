"""The mess of the exports: as often as it is written down, and otherwise nothing but the truth."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter

import pytest
from hand_truth import BUSY_NIGHT, call_frame, crowd, event, event_frame, truth
from reading_back import contract_of, table

from joinedup.demo.exports import exporters, frozen
from joinedup.terms import Period

MONTHS = [Period.parse(month) for month in ("2024-01", "2024-02", "2024-03")]
CROWD = 1_000


def export(feed, folder, told, mess, months=MONTHS):
    """A feed's files and their rows, file by file."""
    files = exporters()[feed].write(told, folder, mess, months)
    return files, [table(file.path, contract_of(feed)) for file in files]


def rows_of(feed, folder, told, mess, months=MONTHS):
    """A feed's rows over all files."""
    return [row for rows in export(feed, folder, told, mess, months)[1] for row in rows]


def assert_as_often(found, of, rate):
    """Within four standard deviations of a binomial count."""
    spread = 4 * math.sqrt(of * rate * (1 - rate)) + 1
    assert abs(found - of * rate) <= spread, (found, of * rate)


def test_rates_are_shares_and_every_feed_named_has_an_exporter():
    mess = frozen()
    assert all(0 <= rate <= 1 for rates in (mess.rates, *mess.by_feed.values()) for rate in rates.values())
    known = set(exporters())
    assert set(mess.by_feed) <= known
    assert {feed for feed, _ in (*mess.doubled, *mess.parts)} <= known


def test_without_mess_a_victim_is_written_as_she_is(tmp_path):
    rows = rows_of("police-victims", tmp_path, truth(), frozen().without())
    first = next(row for row in rows if row["VICTIM NAME"].startswith("ALDERSEY"))
    assert first["VICTIM NAME"] == "ALDERSEY, Katherine Ann"
    assert first["DOB"] == "07/03/1984"
    assert first["AGE"] == "39"
    assert (first["HOUSE"], first["STREET"], first["POSTCODE"]) == ("2", "FOXGLOVE ROAD", "ZZ1 2AA")
    assert first["ETHNICITY"] == "W1"
    assert first["RELATIONSHIP TO SUSPECT"] == "Spouse/partner"


def test_letters_that_the_encoding_has_not_become_question_marks(tmp_path):
    rows = rows_of("police-victims", tmp_path, truth(), frozen().without())
    assert "?UCKA, Zofia" in {row["VICTIM NAME"] for row in rows}


@pytest.mark.parametrize(
    ("rate", "is_so"),
    [
        ("swapped_names", lambda row: row["VICTIM NAME"].startswith("KATHERINE, Aldersey")),
        ("first_of_january", lambda row: row["DOB"] == "01/01/1984"),
        ("day_month_swapped", lambda row: row["DOB"] == "03/07/1984"),
        ("birth_missing", lambda row: row["DOB"] == ""),
        ("ethnicity_missing", lambda row: row["ETHNICITY"] == ""),
        ("ethnicity_unknown", lambda row: row["ETHNICITY"] == "NS"),
        ("name_refused", lambda row: row["VICTIM NAME"] == "REFUSED"),
        ("name_unknown", lambda row: row["VICTIM NAME"] in {"UNKNOWN", "N/K"}),
        ("age_spoilt", lambda row: not row["AGE"].isdigit()),
        ("spelling_slip", lambda row: row["VICTIM NAME"] != "ALDERSEY, Katherine Ann"),
        ("postcode_missing", lambda row: row["POSTCODE"] == ""),
    ],
)
def test_a_slip_happens_as_often_as_is_written_down(rate, is_so, tmp_path):
    mess = frozen().only("police-victims", **{rate: 0.1})
    rows = rows_of("police-victims", tmp_path, crowd(CROWD), mess)
    assert len(rows) == CROWD
    assert_as_often(sum(map(is_so, rows)), CROWD, 0.1)


def test_the_frozen_rates_of_missing_ethnicity_and_missing_victims_are_reached(tmp_path):
    mess = frozen()
    rates = mess.of("police-victims")
    rows = rows_of("police-victims", tmp_path, crowd(CROWD), mess)
    copies = {tuple(row.values()) for row in rows}
    assert_as_often(len(copies), CROWD, 1 - rates["row-missing"])
    assert_as_often(sum(row["ETHNICITY"] == "" for row in rows), len(rows), rates["ethnicity-missing"])


def test_old_addresses_are_those_of_before(tmp_path):
    mess = frozen().only("police-victims", old_address=1.0)
    rows = rows_of("police-victims", tmp_path, truth(), mess)
    moved = next(row for row in rows if "Katherine" in row["VICTIM NAME"])
    assert moved["STREET"] == "LARKSPUR ROAD"


def test_late_crimes_come_in_a_later_months_file_and_none_is_lost(tmp_path):
    mess = frozen().only("police-recorded-crime", late=0.2, later_still=0.25)
    files, rows = export("police-recorded-crime", tmp_path, crowd(CROWD), mess)
    assert [file.period.end.month for file in files] == [2, 3, 4]
    assert sum(map(len, rows)) == CROWD
    assert_as_often(len(rows[1]) + len(rows[2]), CROWD, 0.2)
    assert all(row["DATE FROM"][3:] == "01/2024" for month in rows for row in month)


def test_duplicated_rows_are_whole_copies(tmp_path):
    mess = frozen().only("police-recorded-crime", duplicated_row=0.05)
    rows = [tuple(row.values()) for row in rows_of("police-recorded-crime", tmp_path, crowd(CROWD), mess)]
    assert len(set(rows)) == CROWD
    assert_as_often(len(rows) - CROWD, CROWD, 0.05)


def test_a_crime_changes_in_the_files_of_the_months_in_which_it_changed(tmp_path):
    files, rows = export("police-recorded-crime", tmp_path, truth(), frozen().without())
    told = [(f"{file.period.last:%Y-%m}", row["HO CODE"], row["STATUS"], row["VALIDATED"], row["OUTCOME"])
            for file, month in zip(files, rows, strict=True) for row in month]  # fmt: skip
    assert sorted(told) == [
        ("2024-01", "28/3", "UNDER INVESTIGATION", "N", ""),
        ("2024-01", "8/6", "UNDER INVESTIGATION", "N", ""),
        ("2024-02", "28/3", "UNDER INVESTIGATION", "Y", ""),
        ("2024-02", "58/4", "RECLASSIFIED", "N", ""),
        ("2024-02", "8/6", "FILED", "Y", "1"),
        ("2024-03", "28/3", "NO CRIME", "Y", ""),
    ]


def test_what_was_written_once_stays_written(tmp_path):
    """The mess of a crime is the same in each month's file: only what changed changes."""
    _, rows = export("police-recorded-crime", tmp_path, truth(), frozen())
    fixed = ("TIME FROM", "EASTING", "NORTHING", "ALCOHOL", "PREMISES NAME", "LOCATION", "RECORDED DATE")
    written = {}
    for row in (row for month in rows for row in month):
        cells = tuple(row[name] for name in fixed)
        assert written.setdefault(row["CRIME REF NO"], cells) == cells


def test_a_doubled_month_is_the_same_file_under_another_name(tmp_path):
    month = [Period.parse("2023-06")]
    told = truth(event=event_frame([event(1, "2023-06-05 10:00", kind="asb", police=True)]))
    files, rows = export("police-incidents", tmp_path, told, frozen(), month)
    assert len(files) == 2
    assert files[0].path.read_bytes() == files[1].path.read_bytes()
    assert files[0].received_at < files[1].received_at
    assert rows[0] == rows[1]


def test_a_month_in_part_holds_its_first_days_and_is_completed_later(tmp_path):
    month = [Period.parse("2023-11")]
    days = [event(day, f"2023-11-{day:02d} 10:00", kind="asb", police=True) for day in range(1, 31)]
    told = truth(event=event_frame(days))
    clean = frozen().without()
    mess = type(clean)(clean.seed, clean.rates, clean.by_feed, frozenset(), frozen().parts)
    files, rows = export("police-incidents", tmp_path, told, mess, month)
    assert [len(one) - 1 for one in rows] == [17, 30]  # and a footer each
    assert (files[1].received_at - files[0].received_at).days >= 20


def test_mistyped_days_are_days_that_no_calendar_has(tmp_path):
    days = [
        event(number, f"2024-01-{1 + number % 31:02d} 10:00", kind="asb", warden=True)
        for number in range(CROWD)
    ]
    told = truth(event=event_frame(days))
    rows = rows_of("warden-patrols", tmp_path, told, frozen().only("warden-patrols", date_mistyped=0.1))
    texts = [row["Date seen"] for row in rows if row["Report no"].startswith("W")]
    assert len(texts) == CROWD
    wrong = [text for text in texts if not re.fullmatch(r"(0[1-9]|[12]\d|3[01])/01/2024", text)]
    assert_as_often(len(wrong), CROWD, 0.1)
    for text in wrong:
        with pytest.raises(ValueError):
            dt.date(*map(int, reversed(text.split("/"))))


def test_no_identifier_reaches_the_hospitals_file(tmp_path):
    files, rows = export("ae-assaults", tmp_path, truth(), frozen().without())
    assert sum(map(len, rows)) == 2 + BUSY_NIGHT
    text = "".join(file.path.read_text(encoding="utf-8") for file in files)
    for name in ("Katherine", "Aldersey", "ALDERSEY", "Karimov", "9990000", "ZZ1", "1984"):
        assert name not in text


def test_anonymous_callers_have_no_words_of_their_own(tmp_path):
    rows = rows_of("council-asb-callers", tmp_path, truth(), frozen().without())
    assert len(rows) == 4
    anonymous = [row for row in rows if row["SURNAME"] in {"ANON", "Anonymous", "UNKNOWN"}]
    assert len(anonymous) == 1
    assert not any(anonymous[0][name] for name in ("FORENAME", "DOB", "ADDR", "PCODE", "TEL", "EMAIL"))
    assert sum(row["REQUESTED"] == "Yes" for row in rows) == 1


def test_one_caller_has_many_names_and_mostly_the_right_one(tmp_path):
    """She rings four hundred times; each time somebody else writes her down."""
    rings = [(number, 10, 1, "2024-01-15 10:00", "council", False) for number in range(400)]
    rows = rows_of("council-asb-callers", tmp_path, truth(call=call_frame(rings)), frozen())
    names = Counter((row["FORENAME"], row["SURNAME"]) for row in rows)
    assert len(names) > 10
    assert names.most_common(1)[0][0] == ("Katherine", "ALDERSEY")
    assert names["Kate", "ALDERSEY"] > 20  # her own nickname, at a rate of 0.12
    right = names["Katherine", "ALDERSEY"] / len(rows)
    rates = frozen().of("council-asb-callers")
    slips = ("name-unknown", "name-refused", "nickname", "spelling-slip", "swapped-names")
    assert_as_often(round(right * len(rows)), len(rows), math.prod(1 - rates[name] for name in slips))


def test_an_alias_is_given_as_often_as_is_written_down(tmp_path):
    rings = [(number, 10, 3, "2024-01-15 10:00", "council", False) for number in range(400)]
    told = truth(call=call_frame(rings))
    rows = rows_of(
        "council-asb-callers", tmp_path, told, frozen().only("council-asb-callers", other_name=0.25)
    )
    assert_as_often(sum(row["FORENAME"] == "Tommo" for row in rows), 400, 0.25)
    assert {row["FORENAME"] for row in rows} == {"Tommo", "Thomas"}
