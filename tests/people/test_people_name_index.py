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
    places, likeness = NameIndex.of(NAMES).like(folded(name), 0.1)
    return [NAMES[places[one]] for one in np.argsort(-likeness, kind="stable")[:count]]


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
    places, likeness = index.like("kate connor", 1)
    assert (places.tolist(), likeness.tolist()) == ([2], [1])
    for names, asked in ((index, "zzz"), (index, ""), (NameIndex.of([]), "anne")):
        assert [len(one) for one in names.like(asked, 0.01)] == [0, 0]


words = st.text(string.ascii_lowercase, min_size=1, max_size=8)
whole = st.lists(words, min_size=1, max_size=3).map(" ".join)


def naive(name):
    text = f" {name} "
    return {text[at : at + 3] for at in range(len(text) - 2) if text[at + 1] != " "}


@given(st.lists(whole, min_size=1, max_size=6), whole, st.sampled_from([0.01, 0.2, 0.35, 0.5, 1.0]))
def test_the_names_that_are_like_enough_are_found_by_the_dice_coefficient_of_trigrams(names, asked, least):
    dice = [2 * len(naive(one) & naive(asked)) / (len(naive(one)) + len(naive(asked))) for one in names]
    places, likeness = NameIndex.of(names).like(asked, least)
    assert dict(zip(places.tolist(), likeness.tolist(), strict=True)) == pytest.approx(
        {place: one for place, one in enumerate(dice) if one >= least}
    )
