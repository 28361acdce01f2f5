"""Reporting by form: a contract describes it, answers become one record, and nothing is stored in between."""

from __future__ import annotations

import datetime as dt
import functools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staging_by_hand import small_contract

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.feeds import (
    WrongAnswers,
    check_contract,
    forms,
    report,
    reporting,
    reports_of,
    take_back,
    withdraw,
)
from joinedup.feeds.answers import row_of
from joinedup.feeds.library import OWN
from joinedup.feeds.reading_contracts import read_contract
from joinedup.records import RecordBook
from joinedup.terms import RecordType, Role, Viewer
from joinedup.wrongs import sentences
from sampling import examples
from seconding import by_two

FEED = "councillor-reports"
COUNCILLOR = Viewer("cllr", "Cllr Hale", Role.COUNCILLOR, "council")
TOKEN = "0123456789abcdef0123456789abcdef"
ANSWERS = {
    "Reported by": "Councillor",
    "Reported on": "2026-05-31",
    "Topic": "Noise",
    "What was said": 'Loud "music", 3 nights\nTotal',
    "Map ref": "54.5742, -1.2350",
    "Reporter": "=Pat Doe",
}
FORM = """
[form]
title = "Tell us"
reference = "id"
roles = ["councillor"]

[[form.question]]
column = "month"
ask = "Which month?"

[[form.question]]
column = "note"
ask = "What?"
lines = 3
"""


def known(workspace, columns='ref, occurred_date, point, category, "reporter_kind"'):
    with RecordBook(workspace).reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.INCIDENT], ["community-reports"])
        return cursor.execute(f"SELECT {columns} FROM incident ORDER BY ref").fetchall()


def stored(workspace, feed=FEED):
    return RecordBook(workspace).deliveries(feed)


def test_a_report_becomes_one_record_with_its_place_and_who_told(workspace):
    done = report(workspace, FEED, ANSWERS, token=TOKEN, by=COUNCILLOR)
    assert re.fullmatch(r"R-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", done.reference)
    [(reference, day, point, category, kind)] = known(workspace)
    assert (reference, day) == (done.reference, dt.date(2026, 5, 31))
    assert point is not None and (category, kind) == ("noise", "Councillor")
    [delivery] = stored(workspace)
    assert (delivery.rows_in, delivery.accepted, delivery.mentions) == (1, 1, 2)
    assert delivery.number == done.delivery and delivery.period is None  # it makes no month complete
    with RecordBook(workspace).reading() as reader:
        keys = [key for (key,) in known(workspace, "record_key")]
        named = reader.identifying(FEED, keys)
    values = {value for one in named for value in (*one.attributes.values(), *one.private.values())}
    assert ANSWERS["What was said"] in values and "=Pat Doe" in values  # as it was written, to the letter


def test_a_form_sent_twice_is_one_report(workspace):
    first = report(workspace, FEED, ANSWERS, token=TOKEN, by=COUNCILLOR)
    again = report(workspace, FEED, ANSWERS | {"Topic": "Neighbours"}, token=TOKEN, by=COUNCILLOR)
    assert again == first and len(stored(workspace)) == 1
    other = report(workspace, FEED, ANSWERS, token=TOKEN[::-1], by=COUNCILLOR)
    assert other.reference != first.reference and len(known(workspace)) == 2
    other_person = Viewer("cllr2", "Cllr Two", Role.COUNCILLOR, "council")
    with pytest.raises(BadInput, match="opened by somebody else"):
        report(workspace, FEED, ANSWERS, token=TOKEN, by=other_person)


def test_a_report_that_was_cut_off_is_sent_again_and_stored_once(workspace, monkeypatch):
    from joinedup.records.writing import Writer

    def cut_off(*_args, **_named):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Writer, "add", cut_off)
        with pytest.raises(KeyboardInterrupt):
            report(workspace, FEED, ANSWERS, token=TOKEN, by=COUNCILLOR)
    assert stored(workspace) == [] and reports_of(workspace, COUNCILLOR) == []
    done = report(workspace, FEED, ANSWERS, token=TOKEN, by=COUNCILLOR)
    assert len(known(workspace)) == 1
    assert [one.reference for one in reports_of(workspace, COUNCILLOR)] == [done.reference]


@pytest.mark.parametrize(
    ("column", "text", "sentence"),
    [
        ("Reported by", "", "Answer this question."),
        ("Reported by", "Mayor", "Choose one of the answers."),
        ("Reported on", "", "Answer this question."),
        ("Reported on", "31/05/2026", "Write it as a date"),
        ("Reported on", "2999-01-01", "has not come yet"),
        ("Reported on", "0024-05-31", "the year with four digits"),
        ("Topic", "Music", "not in the agreed list"),
        ("Map ref", "by the shop", "cannot be read as a place"),
        ("Map ref", "10.0, 10.0", "not in Great Britain"),
        ("Anti-social", "perhaps", "not one of the answers"),
        ("Place", "x" * 201, "at most 200 characters"),
    ],
)
def test_a_wrong_answer_is_told_by_its_question_and_nothing_is_stored(workspace, column, text, sentence):
    with pytest.raises(WrongAnswers) as told:
        report(workspace, FEED, ANSWERS | {column: text}, token=TOKEN, by=COUNCILLOR)
    assert list(told.value.wrong) == [column] and sentence in told.value.wrong[column]
    if text:
        assert text not in str(told.value) + str(told.value.wrong)
    assert stored(workspace) == [] and not any(workspace.temporary_folder.iterdir())


def test_only_the_roles_of_the_form_fill_it_in(workspace, analyst):
    administrator = Viewer("admin", "Ada", Role.ADMINISTRATOR, "council")
    assert list(forms(workspace, COUNCILLOR)) == list(forms(workspace, analyst)) == [FEED]
    assert forms(workspace, administrator) == {}
    with pytest.raises(NotPermitted, match="other roles"):
        report(workspace, FEED, ANSWERS, token=TOKEN, by=administrator)
    with pytest.raises(NotFound, match="no form"):
        report(workspace, "police-incidents", ANSWERS, token=TOKEN, by=COUNCILLOR)
    with pytest.raises(BadInput, match="not opened here"):
        report(workspace, FEED, ANSWERS, token="short", by=COUNCILLOR)


def test_one_person_cannot_flood_the_feed(workspace, monkeypatch):
    monkeypatch.setattr(reporting, "MOST_IN_A_DAY", 1)
    report(workspace, FEED, ANSWERS, token=TOKEN, by=COUNCILLOR)
    with pytest.raises(BadInput, match="as many as one person may"):
        report(workspace, FEED, ANSWERS, token=TOKEN[::-1], by=COUNCILLOR)


def test_a_withdrawn_report_says_so_to_whoever_sent_it(workspace, analyst):
    done = report(workspace, FEED, ANSWERS, token=TOKEN, by=COUNCILLOR)
    withdraw(workspace, done.delivery, by=analyst, reason="a hoax")
    assert known(workspace) == []
    [mine] = reports_of(workspace, COUNCILLOR)
    assert (mine.reference, mine.state) == (done.reference, "withdrawn")
    assert reports_of(workspace, analyst) == []


def test_one_report_is_taken_back_though_others_came_since(workspace, analyst):
    first = report(workspace, FEED, ANSWERS, token=TOKEN, by=COUNCILLOR)
    second = report(workspace, FEED, ANSWERS, token=TOKEN[::-1], by=COUNCILLOR)
    with pytest.raises(NotPermitted):
        take_back(workspace, FEED, references=[first.reference], by=COUNCILLOR, reason="mine")
    take_back(workspace, FEED, references=[first.reference], by=analyst, reason="a hoax")
    assert [row[0] for row in known(workspace)] == [second.reference]
    states = {one.reference: one.state for one in reports_of(workspace, COUNCILLOR)}
    assert states == {first.reference: "withdrawn", second.reference: "standing"}
    assert RecordBook(workspace).check() == []


def test_an_erased_report_is_told_as_such_and_leaves_no_reference(workspace, analyst):
    chief = Viewer("cass", "Cass", Role.ADMINISTRATOR, "council")
    first = report(workspace, FEED, ANSWERS, token=TOKEN, by=COUNCILLOR)
    second = report(workspace, FEED, ANSWERS, token=TOKEN[::-1], by=COUNCILLOR)
    take_back(workspace, FEED, references=[first.reference], by=analyst, reason="a hoax")
    book = RecordBook(workspace)
    by_two(book.erase, FEED, references=[first.reference], by=chief, reason="request 12")
    database = (workspace.folder / "joinedup.sqlite3").read_bytes()
    assert TOKEN.encode() not in database
    assert first.reference.encode() not in database
    states = {one.reference: (one.state, one.delivery) for one in reports_of(workspace, COUNCILLOR)}
    assert states == {"": ("erased", None), second.reference: ("standing", second.delivery)}
    with pytest.raises(BadInput, match="has been erased"):  # the page is still open, and is sent again
        report(workspace, FEED, ANSWERS, token=TOKEN, by=COUNCILLOR)
    assert book.check() == [] and len(stored(workspace)) == 3


def only_form(workspace, more=""):
    path = small_contract(workspace.contracts_folder)
    text = path.read_text().replace('"content-and-ordinal"', '"refuse"')
    text = re.sub(r'mode = "\w+"', 'mode = "append"', text)
    path.write_text(text + FORM.replace("[form]\n", f"[form]\n{more}"))
    return path


def test_the_only_channel_of_a_feed_says_which_months_are_complete(workspace, monkeypatch):
    only_form(workspace, "only_channel = true\n")
    days = iter([dt.date(2026, 1, 31), dt.date(2026, 4, 1), dt.date(2026, 4, 2)])
    for turn, day in enumerate(days):
        monkeypatch.setattr(reporting, "_today", lambda day=day: day)
        answers = {"month": f"{day:%Y-%m}", "note": f"note {turn}"}
        report(workspace, "small-feed", answers, token=f"{turn:032d}", by=COUNCILLOR)
    with RecordBook(workspace).reading() as reader:
        covered = [str(one.period) for one in reader.coverage(["small-source"])]
    assert covered == ["2026-01", "2026-02..2026-04", "2026-04"]  # nothing came in February and March


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('reference = "id"', 'reference = "note"', "that column alone is the key"),
        ('column = "note"', 'column = "nothing"', "There is no column 'nothing'"),
        ('column = "note"', 'column = "month"', "'month' is filled twice"),
        ('column = "month"\nask', 'column = "id"\nask', "'month', and no question asks for it"),
        ("lines = 3", "lines = 0", "lines is a number from 1 to 30"),
        ("lines = 3", 'choices = ["a", "A"]', "different texts"),
        ('roles = ["councillor"]', 'roles = ["mayor"]', "should be among"),
        ('roles = ["councillor"]', "roles = []", "who may fill it in"),
        ("lines = 3", "rows = 3", "Unknown key 'rows'"),
        ('mode = "append"', 'mode = "snapshot"', "no snapshot of a period"),
    ],
)
def test_what_is_wrong_with_a_form_is_said(workspace, old, new, sentence):
    path = only_form(workspace)
    assert check_contract(workspace, path).form is not None
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(BadInput) as told:
        check_contract(workspace, path)
    assert any(sentence in one for one in sentences(told.value))


def test_a_form_does_not_change_how_files_are_read(workspace):
    from joinedup.feeds.intake.digests import rules_of

    path = only_form(workspace)
    with_form = check_contract(workspace, path)
    path.write_text(path.read_text().replace(FORM, ""))
    assert rules_of(check_contract(workspace, path)) == rules_of(with_form)


CONTRACT = read_contract(OWN / f"{FEED}.toml", (OWN / "codelists",))


@given(day=st.dates(dt.date(1990, 1, 1), dt.date(2026, 6, 1)), text=st.text(max_size=300))
@settings(max_examples=examples(200, 3), deadline=None)
def test_any_day_and_any_text_reach_their_cells(day, text):
    given_ = ANSWERS | {"Reported on": day.isoformat(), "What was said": text}
    row = row_of(CONTRACT, CONTRACT.form, given_, "R-1", dt.date(2026, 6, 1))
    cells = dict(zip([column.name for column in CONTRACT.columns], row, strict=True))
    assert dt.datetime.strptime(cells["Reported on"], "%d/%m/%Y").date() == day  # noqa: DTZ007
    assert cells["What was said"] == text.strip() and cells["Ref"] == "R-1"


@functools.cache
def _national_grid():
    import pyproj

    return pyproj.Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)


@given(longitude=st.floats(-5, 1, allow_nan=False), latitude=st.floats(50.2, 58, allow_nan=False))
@settings(max_examples=examples(100, 3), deadline=None)
def test_a_place_on_the_map_is_within_15_metres_in_the_cell(longitude, latitude):
    """Read back by another way: the reference's figures, and pyproj's own National Grid."""
    given_ = ANSWERS | {"Map ref": f"{latitude:.6f}, {longitude:.6f}"}
    cell = row_of(CONTRACT, CONTRACT.form, given_, "R-1", dt.date(2026, 6, 1))[8]
    letters, east, north = cell.split()
    index = ["ABCDEFGHJKLMNOPQRSTUVWXYZ".index(letter) for letter in letters]
    column = (index[0] - 2) % 5 * 5 + index[1] % 5
    row = 19 - index[0] // 5 * 5 - index[1] // 5
    found = (column * 100_000 + int(east) * 10 + 5, row * 100_000 + int(north) * 10 + 5)
    meant = _national_grid().transform(longitude, latitude)
    assert abs(found[0] - meant[0]) < 15 and abs(found[1] - meant[1]) < 15
