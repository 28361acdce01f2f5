"""Finding names that are like a name."""

from __future__ import annotations

import string

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.people.name_index import NameIndex, folded, is_latin

NAMES = [
    "katherine oconnor",
    "catherine oconnor",
    "kate connor",
    "john smith",
    "smith john",
    "jon smyth",
    "x",
]


def best(name, count=1):
    likeness = NameIndex.of(NAMES).like(folded(name))
    return [NAMES[place] for place in np.argsort(-likeness, kind="stable")[:count]]


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("O'Connor,  Zoë", "oconnor zoe"),
        ("Anne-Marie", "anne marie"),
        ("ŁUKASZ", "lukasz"),
        ("Søren Æs", "soren aes"),
        ("–", ""),
    ],
)
def test_a_name_is_folded_to_plain_letters(written, plain):
    assert folded(written) == plain


@pytest.mark.parametrize("name", ["Анна", "Анна Smith", "Smith-Анна Ελένη", "李", "안나"])
def test_a_word_in_other_letters_than_latin_is_told(name):
    assert not is_latin(name)


@pytest.mark.parametrize("name", ["Zoë Łukasz", "O’Brien", "Ann – 2", "", "Anna Анна-Maria"])
def test_a_name_of_which_every_word_leaves_something_is_searched(name):
    assert is_latin(name)


def test_spelling_slips_and_the_order_of_names_do_not_hide_a_name():
    assert best("Katherin O'Conor") == ["katherine oconnor"]
    assert set(best("Smith, John", 2)) == {"john smith", "smith john"}
    assert best("jon smyhte") == ["jon smyth"]


def test_the_same_name_is_wholly_like_and_a_strange_one_not_at_all():
    index = NameIndex.of(NAMES)
    assert index.like("kate connor")[2] == 1
    assert index.like("zzz").max() == 0
    assert index.like("").max() == 0
    assert NameIndex.of([]).like("anne").shape == (0,)


words = st.text(string.ascii_lowercase, min_size=1, max_size=8)
whole = st.lists(words, min_size=1, max_size=3).map(" ".join)


def naive(name):
    text = f" {name} "
    return {text[at : at + 3] for at in range(len(text) - 2) if text[at + 1] != " "}


@given(st.lists(whole, min_size=1, max_size=6), whole)
def test_likeness_is_the_dice_coefficient_of_trigrams(names, asked):
    found = NameIndex.of(names).like(asked)
    for name, likeness in zip(names, found, strict=True):
        one, other = naive(name), naive(asked)
        assert likeness == pytest.approx(2 * len(one & other) / (len(one) + len(other)))
