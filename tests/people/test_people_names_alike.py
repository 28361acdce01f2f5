"""Names that may be one person's, and those that only share letters; slips counted as by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.people.names_alike import AskedName, slips

LETTERS = st.text("abc", max_size=5)


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("ann zeal", "anne zeal"),
        ("zeal ann", "ann zeal"),
        ("bob odell", "robert odell"),
        ("robert young", "rob young"),
        ("john smith", "john andrew smith"),
        ("john andrew smith", "john smith"),
        ("j smith", "john smith"),
        ("john smith", "j a smith"),
        ("stephen jones", "steven jones"),
        ("mohammed khan", "muhammad khan"),
        ("jhon smtih", "john smith"),
        ("jahn smath", "john smith"),
        ("mac donald ian", "macdonald ian"),
        ("robert", "robert smith"),
        ("wolstenholme", "catherine wolstenholm"),
    ],
)
def test_a_name_however_spelt_is_like_it(asked, written):
    assert AskedName(asked).is_like(written)


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("michael jagger", "michael james"),
        ("david quayle", "david dale"),
        ("karen heslop", "karen bird"),
        ("susan thackeray", "susan susan jackson"),
        ("bartholomew featherstone", "catherine barton"),
        ("jo li", "jo ng"),
        ("xavier quint", "lisa quinn"),
        ("", "ann zeal"),
        ("ann zeal", ""),
    ],
)
def test_a_name_that_shares_letters_or_one_word_only_is_not(asked, written):
    assert not AskedName(asked).is_like(written)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [("smith", "smith", 0), ("smith", "smyth", 1), ("smith", "smtih", 1), ("ann", "anne", 1), ("abc", "", 3)],
)
def test_slips_are_counted(one, other, apart):
    assert slips(one, other, 5) == slips(other, one, 5) == apart


@given(LETTERS, LETTERS)
def test_slips_are_those_of_a_plain_search(one, other):
    assert slips(one, other, 3) == min(_searched(one, other), 4)


def _searched(one: str, other: str) -> int:
    """The same by its definition, from the ends of both texts."""
    if not one or not other:
        return len(one) + len(other)
    ways = [
        _searched(one[1:], other) + 1,
        _searched(one, other[1:]) + 1,
        _searched(one[1:], other[1:]) + (one[0] != other[0]),
    ]
    if len(one) > 1 and len(other) > 1 and one[0] == other[1] and one[1] == other[0]:
        ways.append(_searched(one[2:], other[2:]) + 1)
    return min(ways)
