"""Tokens: known answers, what they have in common and what not, and linking by them as by clear text."""

from __future__ import annotations

import base64
import hashlib
import itertools

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.errors import BadInput, NotPermitted
from joinedup.people.comparisons import BY_NAME
from joinedup.people.explaining import explain_all
from joinedup.people.linking import Known, link_table
from joinedup.people.model import read_model
from joinedup.people.normalising import STANDARD, normalise
from joinedup.people.tokens.bonds import BONDS, FACETS
from joinedup.people.tokens.encoding import encode, token
from joinedup.people.tokens.key import Key
from joinedup.people.tokens.telling import digit_slips, slips, told

KEY, OTHER_KEY = Key(bytes(range(32))), Key(bytes(32))
TOLD = ("name", "born", "address", "postcode", "phone", "nhs")
COLUMNS = {
    "full_name": "name",
    "birth_date": "born",
    "address": "address",
    "postcode": "postcode",
    "phone": "phone",
    "identifier:nhs": "nhs",
}
LETTERS = st.text("abcdefghij", min_size=4, max_size=9)
ALONE = {"phone", "email", "identifiers"}


def people(*rows):
    """A table of persons; what is not said of one is nothing."""
    filled = [(*row, *[None] * (len(TOLD) - len(row))) for row in rows]
    return pa.table(
        {
            name: pa.array(list(one), pa.string())
            for name, one in zip(TOLD, zip(*filled, strict=True), strict=True)
        }
    )


def tidied(table):
    with duckdb.connect() as connection:
        connection.register("given_table", table.append_column("row", pa.array(np.arange(table.num_rows))))
        normalise(connection, "given_table", COLUMNS, "tidy")
        return (
            connection.sql(f"SELECT {', '.join(STANDARD)} FROM tidy ORDER BY row")
            .to_arrow_table()
            .to_pylist()
        )


def encoded(*rows, key=KEY, exact=False):
    return [encode(key, told(row), exact=exact) for row in tidied(people(*rows))]


def sections(cell):
    """The tokens of each facet of a cell, by its letter."""
    return {
        one[0]: {one[at : at + 7] for at in range(1, len(one), 7)}
        if one[0] != "I"
        else set(one[1:].split(","))
        for one in cell.split(".", 2)[2].split("|")
    }


def linked_by_tokens(cells, **more):
    table = pa.table({"cell": pa.array([cell or None for cell in cells], pa.string())})
    return link_table(table, {"identifier:tokens": "cell"}, model=read_model(), **more)


def hmac_by_hand(secret, text):
    """RFC 2104 with SHA-256, without the library that makes the tokens."""
    padded = secret.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(one ^ 0x36 for one in padded) + text).digest()
    return hashlib.sha256(bytes(one ^ 0x5C for one in padded) + inner).digest()


def test_a_token_is_the_start_of_an_hmac_of_what_is_joined():
    by_hand = hmac_by_hand(KEY.secret, b"jt1\x1fname\x1frobert\x1fbirth_key\x1f19800203")
    made = token(KEY, "name", "robert", "birth_key", "19800203")
    assert made == base64.urlsafe_b64encode(by_hand).decode()[:7] == "xkgKUbx"
    assert KEY.fingerprint == hmac_by_hand(KEY.secret, b"joinedup tokens: fingerprint of the key").hex()[:8]
    assert (KEY.fingerprint, OTHER_KEY.fingerprint) == ("9a338eba", "2722e333")


def test_the_cell_of_one_person_is_what_it_always_was():
    (cell,) = encoded(
        ("Robert Zeal", "1980-02-03", "1 High Street", "AB1 2CD", "01234 567890", "943 476 5919")
    )
    assert cell.startswith("jt1.9a338eba.g")
    assert hashlib.sha256(cell.encode()).hexdigest()[:16] == "dbda66d8a6c1c58b"
    assert encoded(
        ("Mr Robert ZEAL", "03/02/1980", "1 HIGH ST", "ab12cd", "+44 1234 567890", "9434765919")
    ) == [cell]


def test_nothing_but_numbers_that_few_share_stands_alone():
    assert {one.name for one in FACETS if () in one.anchors} == ALONE
    assert len({one.letter for one in FACETS}) == len(FACETS)
    assert set(BONDS) <= {one.name for one in FACETS}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            ("Robert Zeal", "1980-02-03", "1 High Street", "AB1 2CD"),
            ("Robert Zeal", "1961-11-27", "9 Low Road", "ZE3 9XY"),
        ),
        (("Robert Zeal", "1980-02-03"), ("Ann Abel", "1980-02-03")),
        (("Robert Zeal", None, "1 High Street", "AB1 2CD"), ("Ann Abel", None, "7 High Street", "AB1 2CD")),
    ],
)
def test_people_who_share_one_thing_have_no_token_in_common(one, other):
    first, second = (sections(cell) for cell in encoded(one, other))
    assert not set().union(*first.values()) & set().union(*second.values())


def test_two_keys_have_no_token_in_common():
    row = ("Robert Zeal", "1980-02-03", "1 High Street", "AB1 2CD", "01234 567890", "9434765919")
    first, second = (sections(encoded(row, key=key)[0]) for key in (KEY, OTHER_KEY))
    assert first.keys() == second.keys()
    assert not set().union(*first.values()) & set().union(*second.values())


def test_exact_tokens_are_some_of_all_and_forgive_no_slip():
    row = ("Robert Zeal", "1980-02-03", "1 High Street", "AB1 2CD", "01234 567890", "9434765919")
    whole, exact = (sections(encoded(row, exact=exact)[0]) for exact in (False, True))
    assert {letter: tokens <= whole[letter] for letter, tokens in exact.items()} == dict.fromkeys(exact, True)
    assert not {one.letter for one in FACETS if "slips" in one.value} & set(exact)


@given(LETTERS, st.data())
def test_the_number_of_tokens_does_not_tell_how_long_a_name_is(name, data):
    said = {"given_slips": tuple(slips(name)), "birth_key": ("19800203",)}
    tokens = sections(encode(KEY, said))["l"]
    assert len(tokens) in (8, 16)


@pytest.mark.parametrize("name", ["Li Ng", "Lee Fox", "Anne Cole", "Bartley Hubbard"])
def test_a_cell_does_not_show_that_a_name_is_short(name):
    """Sections and their sizes, which anybody sees, are the same for a name of two letters and of seven."""
    rest = ("1980-02-03", "1 High Street", "AB1 2CD")
    shapes = [
        {letter: len(tokens) for letter, tokens in sections(cell).items()}
        for cell in encoded((name, *rest), ("Jane Smith", *rest))
    ]
    assert shapes[0] == shapes[1]


@given(st.text("ab", min_size=1, max_size=3), st.text("ab", min_size=1, max_size=5))
def test_no_slip_is_forgiven_of_a_short_name(short, other):
    assert bool(set(slips(short)) & set(slips(other))) == (short == other)


@given(LETTERS, st.data())
def test_names_one_slip_apart_share_a_spelling(name, data):
    at = data.draw(st.integers(0, len(name) - 1))
    letter = data.draw(st.sampled_from("abcdefghijxyz"))
    swapped = name[:at] + name[at : at + 2][::-1] + name[at + 2 :]
    for other in (name[:at] + letter + name[at:], name[:at] + letter + name[at + 1 :], swapped):
        assert set(slips(name)) & set(slips(other)), other


@given(LETTERS, LETTERS)
def test_names_that_share_a_spelling_are_at_most_two_slips_apart(one, other):
    if set(slips(one)) & set(slips(other)):
        rows = duckdb.execute("SELECT levenshtein(?, ?)", [one, other]).fetchall()
        assert rows[0][0] <= 2


@given(st.dates(), st.integers(0, 7), st.integers(1, 9))
def test_dates_one_digit_apart_share_what_is_left(day, at, more):
    birth = f"{day:%Y%m%d}".rjust(8, "0")
    other = birth[:at] + str((int(birth[at]) + more) % 10) + birth[at + 1 :]
    assert set(digit_slips(birth)) & set(digit_slips(other))
    far = "".join(str((int(digit) + 5) % 10) for digit in birth)
    assert not set(digit_slips(birth)) & set(digit_slips(far))


R = ("Robert Zeal", "1980-02-03", "1 High Street", "AB1 2CD")
LEVELS = [
    ("given", R, 0),
    ("given", ("Zeal Robert", *R[1:]), 1),
    ("given", ("Bob Zeal", *R[1:]), 2),
    ("given", ("R Zeal", *R[1:]), 3),
    ("given", ("Robret Zeal", *R[1:]), 4),
    ("given", ("Alan Robert Zeal", *R[1:]), 5),
    ("given", ("Rabert Zeal", *R[1:]), 4),
    ("given", ("Maud Zeal", *R[1:]), 7),
    ("family", R, 0),
    ("family", ("Robert Zeale", *R[1:]), 1),
    ("family", ("Robert Zeal Abbot", *R[1:]), 2),
    ("family", ("Robert Cobham", *R[1:]), 4),
    ("birth", R, 0),
    ("birth", ("Robert Zeal", "1980-03-02", *R[2:]), 1),
    ("birth", ("Robert Zeal", "1980-02-08", *R[2:]), 2),
    ("birth", ("Robert Zeal", "1990-02-03", *R[2:]), 2),
    ("birth", ("Robert Zeal", "1980-01-01", *R[2:]), 3),
    ("birth", ("Robert Zeal", "2003-02-03", *R[2:]), 5),
    ("birth", ("Robert Zeal", "1980-11-27", *R[2:]), 6),
    ("birth", ("Robert Zeal", "1982-11-27", *R[2:]), 7),
    ("birth", ("Robert Zeal", "1971-11-27", *R[2:]), 8),
    ("birth", ("Robert Zeal", "1947-11-27", *R[2:]), 9),
    ("home", ("Robert Zeal", "1980-02-03", "1 High St", "AB1 2CD"), 0),
    ("home", ("Robert Zeal", "1980-02-03", "1 High Street", "ZE3 9XY"), 1),
    ("home", ("Robert Zeal", "1980-02-03", "8 Low Road", "AB1 2CD"), 2),
    ("home", ("Robert Zeal", "1980-02-03", "8 Low Road", "AB1 2XX"), 4),
    ("home", ("Robert Zeal", "1980-02-03", "8 Low Road", "AB1 9XX"), 5),
    ("home", ("Robert Zeal", "1980-02-03", "8 Low Road", "AB7 9XX"), 6),
    ("home", ("Robert Zeal", "1980-02-03", "8 Low Road", "ZE3 9XY"), 7),
]


@pytest.fixture(scope="module")
def explained():
    """R beside each of the others: by clear text, and by tokens. The evidence by comparison."""
    rows = [R, *dict.fromkeys(row for _, row, _ in LEVELS if row != R)]
    table, found = people(*rows), {}
    cells = pa.table({"cell": pa.array(encoded(*rows), pa.string())})
    for way, given_table, columns in (
        ("clear", table, COLUMNS),
        ("tokens", cells, {"identifier:tokens": "cell"}),
    ):
        connection = duckdb.connect()
        linked = link_table(given_table, columns, model=read_model(), connection=connection)
        first, *others = linked.description.tolist()
        told = explain_all(connection, "described", linked.model, [(first, other) for other in others])
        for row, why in zip(rows[1:], told, strict=True):
            found[way, row] = {piece.comparison: piece for piece in why.evidence}
    return found


@pytest.mark.parametrize(("comparison", "row", "level"), [one for one in LEVELS if one[1] != R])
def test_tokens_have_the_levels_of_clear_text_and_weigh_the_same(explained, comparison, row, level):
    code = f"{comparison}.{BY_NAME[comparison].levels[level].code}"
    clear, by_tokens = explained["clear", row][comparison], explained["tokens", row][comparison]
    assert (clear.code, by_tokens.code) == (code, code)
    assert by_tokens.weight == pytest.approx(clear.weight - clear.of_rarity, abs=1e-5)
    assert by_tokens.of_rarity == 0


TOWN = [
    ("Robert Zeal", "1980-02-03", "1 High Street", "AB1 2CD"),
    ("ZEAL, Bob", "03/02/1980", "1 High St", "ab1 2cd"),
    ("Robert Zeal", "1980-03-02", None, None),
    ("Joan Abel", "2001-05-06", "4 Mill Lane", "AB1 3EF"),
    ("Jean Abel", "2001-05-06", "4 Mill Lane", "AB1 3EF"),
    ("Mark Abel", "2001-05-06", "4 Mill Lane", "AB1 3EF"),
    ("Cyril Oldby", "1944-07-08", "9 Low Road", "AB2 1AA"),
    ("Cyril Oldby", "1971-12-09", "9 Low Road", "AB2 1AA"),
    ("Unknown", "1900-01-01", None, None),
]


def test_the_same_people_are_put_together_as_by_clear_text():
    clear = link_table(people(*TOWN), COLUMNS, model=read_model())
    by_tokens = linked_by_tokens(encoded(*TOWN))
    together = by_tokens.best[:8].tolist()
    assert together[0] == together[1] == together[2]
    assert len(set(together[2:])) == 6 - (together[3] == together[4])
    assert together[5] not in together[3:5]  # of one household and birth, and another given name
    assert together[6] != together[7]  # father and son
    for one, other in itertools.combinations(range(8), 2):
        if {one, other} != {3, 4}:
            assert (clear.best[one] == clear.best[other]) == (together[one] == together[other])


def test_whoever_tells_too_little_has_no_tokens_and_no_person():
    cells = encoded(("Robert Zeal", "1980-02-03"), ("Robert Zeal",))
    assert sections(cells[0]) and cells[1] == ""
    linked = linked_by_tokens([cells[0], None])
    assert linked.enough.tolist() == [True, False]


def test_cells_that_say_the_same_are_one_description_unless_half_a_name_is_missing():
    cells = encoded(*[("R Zeal", "1980-02-03")] * 2, *[("Robert", "1980-02-03")] * 2)
    description = linked_by_tokens(cells).description
    assert description[0] == description[1] and len(set(description.tolist())) == 3


def test_numbers_put_people_together_and_keep_them_apart_as_in_clear_text():
    rows = [
        ("Robert Zeal", "1980-02-03", None, None, None, "9434765919"),
        ("Ann Cobham", "1980-02-03", None, None, None, "943 476 5919"),
        ("Robert Zeal", "1980-02-03", None, None, None, "4010232137"),
    ]
    for linked in (
        link_table(people(*rows), COLUMNS, model=read_model(), known=Known(("nhs",))),
        linked_by_tokens(encoded(*rows), known=Known(("nhs",))),
    ):
        assert linked.best[0] == linked.best[1] != linked.best[2]


def test_clear_text_meets_tokens_through_a_file_that_has_both():
    """The first has clear text and tokens, the second tokens only, the third clear text only."""
    cells = [*encoded(TOWN[0], TOWN[1]), None]
    table = people(TOWN[0], (None,), TOWN[0]).append_column("cell", pa.array(cells, pa.string()))
    linked = link_table(table, {**COLUMNS, "identifier:tokens": "cell"}, model=read_model())
    assert linked.enough.tolist() == [True, True, True]
    assert linked.best[0] == linked.best[1] == linked.best[2]
    apart = table.take([1, 2])
    linked = link_table(apart, {**COLUMNS, "identifier:tokens": "cell"}, model=read_model())
    assert linked.best[0] != linked.best[1]  # nobody here has both


def test_clear_text_weighs_the_same_whether_somebody_else_sent_tokens_or_not():
    alone = link_table(people(*TOWN), COLUMNS, model=read_model())
    cells = [*[None] * len(TOWN), *encoded(TOWN[0])]
    table = people(*TOWN, (None,)).append_column("cell", pa.array(cells, pa.string()))
    beside = link_table(table, {**COLUMNS, "identifier:tokens": "cell"}, model=read_model())
    both = {}
    for linked in (alone, beside):
        prior = np.log2(linked.model.prior / (1 - linked.model.prior))
        pairs = zip(linked.pairs.left, linked.pairs.right, linked.pairs.weight - prior, strict=True)
        for left, right, weight in pairs:
            both.setdefault((int(left), int(right)), []).append(round(float(weight), 4))
    assert both and all(len(weights) == 2 and weights[0] == weights[1] for weights in both.values())


def test_tokens_of_two_keys_are_refused_not_silently_unlinked():
    cells = [*encoded(TOWN[0]), *encoded(TOWN[0], key=OTHER_KEY)]
    with pytest.raises(NotPermitted) as refused:
        linked_by_tokens(cells)
    assert KEY.fingerprint in str(refused.value) and OTHER_KEY.fingerprint in str(refused.value)


def test_a_cell_that_is_none_is_refused_without_its_words():
    with pytest.raises(BadInput) as refused:
        linked_by_tokens([*encoded(TOWN[0]), "Robert Zeal"])
    assert "Zeal" not in str(refused.value)
