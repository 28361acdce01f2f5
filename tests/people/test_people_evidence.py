"""Evidence is kept as codes, shown as words of the reader's language, and what stands stays readable."""

from __future__ import annotations

import uuid
from importlib import import_module

import pytest
from django.utils import translation

from joinedup.people.comparisons import ALL
from joinedup.people.evidence import BEGINS, RULES, code_of, in_words
from joinedup.people.reviewing import Drawn, Mentioned, draw, pair
from joinedup.terms import Role, Viewer

ANN = Viewer("ann", "Ann Analyst", Role.ANALYST, "council")
MIGRATION = import_module("joinedup.people.migrations.0002_evidence_as_codes")
OF_BEFORE = [
    ["before anything is compared", -12.5],
    ["the same surname", 8.25],
    ["kept apart: they were born more than ten years apart", 0.0],
    ["words of nobody's version", -1.0],
]
BY_NOW = [
    ["begins", -12.5],
    ["family.same", 8.25],
    ["apart.births", 0.0],
    ["words of nobody's version", -1.0],
]


def every_code():
    levels = [code_of(one.name, level.code) for one in ALL for level in one.levels]
    return [BEGINS, *levels, *RULES.values()]


@pytest.mark.usefixtures("workspace")
def test_each_code_is_of_one_thing_and_has_words_of_its_own():
    codes = every_code()
    words = [in_words(code) for code in codes]
    assert len(set(codes)) == len(codes)
    assert len(set(words)) == len(words) and not set(words) & set(codes)
    assert in_words("family.same") == "the same surname"
    assert in_words("apart.births") == "kept apart: they were born more than ten years apart"


@pytest.mark.usefixtures("workspace")
def test_words_of_before_are_shown_as_they_stand():
    assert in_words("words of nobody's version") == "words of nobody's version"


@pytest.mark.usefixtures("workspace")
def test_no_code_that_a_migration_wrote_is_without_words_and_they_are_those_it_stood_for():
    assert {code: in_words(code) for code in MIGRATION.CODES.values()} == {
        code: words for words, code in MIGRATION.CODES.items()
    }


def drawn(evidence):
    both = (Mentioned("victims", uuid.UUID(int=number), "victim", 1) for number in (1, 2))
    return Drawn(*both, 1.0, True, 1, 1, 1, evidence)


def test_a_pair_drawn_under_one_language_is_read_in_another(workspace, monkeypatch):
    from joinedup.people.models import ReviewPair

    draw(1, [drawn([("family.same", 8.25), ("apart.births", 0.0)])], by=ANN)
    (row,) = ReviewPair.objects.all()
    assert row.evidence == [["family.same", 8.25], ["apart.births", 0.0]]
    monkeypatch.setattr(translation._trans, "gettext", lambda words: f"«{words}»")
    told = [in_words(code) for code, _bits in pair(row.pk, ["victims"]).drawn.evidence]
    assert told == ["«the same surname»", "«kept apart: «they were born more than ten years apart»»"]


def test_words_that_stand_become_codes_and_what_is_none_stays(workspace):
    from django.apps import apps

    from joinedup.people.models import ReviewPair

    draw(1, [drawn([tuple(one) for one in OF_BEFORE])], by=ANN)
    MIGRATION.into_codes(apps, None)
    assert ReviewPair.objects.get().evidence == BY_NOW
    MIGRATION.into_codes(apps, None)  # again changes nothing
    assert ReviewPair.objects.get().evidence == BY_NOW
    MIGRATION.into_words(apps, None)
    assert ReviewPair.objects.get().evidence == OF_BEFORE
