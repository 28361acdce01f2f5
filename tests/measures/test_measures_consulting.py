"""Answers weighted to the residents: by hand, against naive loops, and as they are told."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from joinedup import places
from joinedup.accounts import add_agency, add_user
from joinedup.cli import main
from joinedup.errors import BadInput, NotFound
from joinedup.measures.consulting import ConsultQuery, WeightBy, consulted
from joinedup.measures.consulting.definitions import AgeGroup, Consultation
from joinedup.measures.consulting.weighting import Margin, design_effect, rake, weighted_share
from joinedup.records import RecordBook
from joinedup.terms import Flag, Period, RecordType, Role
from tiny_town import at

YEAR = Period.parse("2024/25")
FIELDS = {"question": "VARCHAR", "answer": "VARCHAR", "age_band": "VARCHAR", "sex": "VARCHAR"}
NAME = "residents-consultation"


def margin(name, labels, residents, member):
    return Margin(name, tuple(labels), tuple(residents), np.array(member, dtype=np.int64))


def test_post_stratification_by_hand():
    """Eight old people, six of whom feel safer, and two young ones, who do not; half of all are young.

    As they came 6 of 10. Weighted 0.5 x 6/8 + 0.5 x 0/2 = 0.375. Weights 0.625 and 2.5: the sum of squares is
    8 x 0.390625 + 2 x 6.25 = 15.625, so the design effect is 10 x 15.625 / 100 = 1.5625, and the ten answers
    are worth 6.4. Wilson of 2.4 of 6.4: centre (0.375 + 3.8415 / 12.8) / (1 + 3.8415 / 6.4) = 0.4219.
    """
    age = margin("age", ["old", "young"], [1000, 1000], [0] * 8 + [1] * 2)
    raked = rake([age], np.ones(10))
    assert raked.converged
    assert raked.weights.tolist() == pytest.approx([0.625] * 8 + [2.5] * 2)
    assert design_effect(raked.weights) == pytest.approx(1.5625)
    found = weighted_share(np.array([True] * 6 + [False] * 4), raked.weights)
    assert found.value == pytest.approx(0.375)
    z2 = 1.959964**2
    half = math.sqrt(0.375 * 0.625 / 6.4 + z2 / (4 * 6.4**2)) * 1.959964 / (1 + z2 / 6.4)
    assert (found.lower + found.upper) / 2 == pytest.approx(0.421886, abs=1e-6)
    assert (found.upper - found.lower) / 2 == pytest.approx(half, abs=1e-6)


def test_labels_that_nobody_answers_of_are_said_and_nobody_stands_for_them():
    age = margin("age", ["16-24", "25-64", "65-over"], [100, 300, 200], [1, 1, 2, -1])
    assert age.empty == ("16-24",) and age.unknown == 1
    raked = rake([age], np.ones(4))
    assert raked.converged and raked.weights.tolist() == pytest.approx([0.9, 0.9, 1.2, 1.0])


def naive(margins, base):
    """Iterative proportional fitting, one answer and one label at a time."""
    weights = list(base)
    for _round in range(500):
        moved = 0.0
        for one in margins:
            known = [place for place, label in enumerate(one.member) if label >= 0]
            sums = defaultdict(float)
            for place in known:
                sums[int(one.member[place])] += weights[place]
            there = {label: one.residents[label] for label in sums if one.residents[label] > 0}
            if not there:
                continue
            told = sum(sums[label] for label in there)
            for place in known:
                label = int(one.member[place])
                if label in there:
                    factor = there[label] / sum(there.values()) * told / sums[label]
                    moved = max(moved, abs(factor - 1))
                    weights[place] *= factor
        if moved < 1e-10:
            break
    mean = sum(weights) / len(weights)
    return [one / mean for one in weights]


people = st.lists(st.tuples(st.integers(-1, 2), st.integers(-1, 1), st.booleans()), min_size=1, max_size=30)
residents = st.tuples(st.lists(st.integers(1, 500), min_size=3, max_size=3),
                      st.lists(st.integers(1, 500), min_size=2, max_size=2))  # fmt: skip


@given(people, residents, st.lists(st.floats(0.2, 5), min_size=30, max_size=30))
def test_equal_to_naive_raking_and_never_worth_more_than_it_has(who, living, base):
    number = len(who)
    margins = [
        margin("age", "abc", living[0], [one[0] for one in who]),
        margin("sex", "fm", living[1], [one[1] for one in who]),
    ]
    raked = rake(margins, np.array(base[:number]))
    if raked.converged:
        assert raked.weights.sum() == pytest.approx(number) and (raked.weights > 0).all()
        assert raked.weights.tolist() == pytest.approx(naive(margins, base[:number]), rel=1e-6)
        for one in margins:
            known = one.member >= 0
            sums = np.bincount(one.member[known], weights=raked.weights[known], minlength=len(one.labels))
            there = [at for at in range(len(one.labels)) if sums[at] > 0]
            of = sum(one.residents[at] for at in there)
            for label in there:
                assert sums[label] == pytest.approx(sums.sum() * one.residents[label] / of, rel=1e-6)
    weights = np.array(base[:number])
    assert design_effect(weights) >= 1 - 1e-12
    hit = np.array([one[2] for one in who])
    share = weighted_share(hit, weights)
    assert 0 <= share.lower <= share.value + 1e-9 and share.value <= share.upper + 1e-9 <= 1 + 2e-9
    plain = weighted_share(hit, np.full(number, 0.7))
    assert plain.value == pytest.approx(hit.mean())


def test_margins_that_contradict_each_other_are_not_met():
    """Who is young is a woman here and who is old a man: half young and a third women cannot both be."""
    margins = [margin("age", "yo", [1, 1], [0, 1]), margin("sex", "fm", [1, 2], [0, 1])]
    assert not rake(margins, np.ones(2)).converged


@given(st.lists(st.integers(0, 2), min_size=3, max_size=40))
def test_answers_that_are_like_the_residents_keep_their_weights(member):
    counts = Counter(member)
    same = margin("age", "abc", [counts[one] * 7 for one in range(3)], member)
    assert rake([same], np.ones(len(member))).weights.tolist() == pytest.approx([1] * len(member))


def test_a_definition_that_cannot_be_is_refused():
    said = {"version": 1, "title": "t", "meaning": "m", "source": "s", "is_sample": False}
    with pytest.raises(BadInput, match="lower case"):
        Consultation(name="A B", **said)
    with pytest.raises(BadInput, match="in one group"):
        Consultation(name="a", ages=(AgeGroup("x", ("b",), 1, 2), AgeGroup("y", ("b",), 3, 4)), **said)
    with pytest.raises(BadInput, match="one after another"):
        Consultation(name="a", ages=(AgeGroup("x", ("b",), 1, 3), AgeGroup("y", ("c",), 3, 4)), **said)
    with pytest.raises(BadInput, match="first year before its last"):
        AgeGroup("x", ("b",), 4, 3)


@pytest.fixture
def asked(town, tmp_path):
    """As many residents of 16 to 24 as of 65 and over, and no others; old people answered more."""
    lines = ["code,age,people"]
    for district in ("D1", "D2"):
        lines += [f"{district},{age},{10 * (16 <= age <= 24 or 65 <= age < 74)}" for age in range(91)]
    file = tmp_path / "ages.csv"
    file.write_text("\n".join(lines))
    places.load_residents(
        town.workspace, file, level="district", vintage="2025", year=2021, code="code", breakdown="age",
        label="age", count="people", title="Ages",
    )  # fmt: skip
    rows = [
        {"question": "Do you feel safer?", "answer": answer, "age_band": band, "sex": sex}
        for answer, band, sex, number in (
            ("Yes", "75-over", "female", 6),
            ("No", "65-74", "male", 2),
            ("No", "18-24", None, 2),
            (None, "65-over", "female", 3),
        )
        for _ in range(number)
    ]
    rows = [{"id": f"R{number}", **row} for number, row in enumerate(rows)]
    town.deliver(
        "2024-04..2025-03", [{**row, "month": "2024-05-01"} for row in rows], received=at(2025, 5),
        feed="survey", record_type=RecordType.RESPONSE, source="residents-consultation", fields=FIELDS,
    )  # fmt: skip
    return town


def ask(town, **more):
    return consulted(town.workspace, ConsultQuery(NAME, YEAR, **more))


def test_what_residents_answered_is_told_beside_what_they_would_have(asked):
    found = ask(asked)
    rows = {row.answer: row for row in found.rows}
    yes = rows["Yes"]
    assert (yes.numerator, yes.denominator, yes.value) == (6, 10, 0.6)
    assert yes.weighted == pytest.approx(0.375)
    assert (yes.effective, yes.design_effect) == (pytest.approx(6.4), pytest.approx(1.5625))
    assert rows["No"].weighted == pytest.approx(0.625) and rows["No"].numerator == 4
    silent = rows["(no answer)"]
    assert (silent.numerator, silent.denominator, silent.value) == (3, 13, None)
    assert found.weighted_by == (WeightBy.AGE,) and found.known_on and found.deliveries
    told = "\n".join(found.notes)
    assert "of no answer district is known, so it is not weighted by it." in told
    assert "Not weighted by sex" in told and "Weighted by age to residents of 2021: Ages" in told
    assert "nobody answered of age" not in told  # there are no residents of the ages between


def test_a_margin_that_is_named_and_not_loaded_is_refused_and_a_question_can_be_chosen(asked):
    with pytest.raises(BadInput, match=r"no table of residents to weight by \(sex\)"):
        ask(asked, by=(WeightBy.SEX,))
    assert ask(asked, by=(WeightBy.AGE,)).weighted_by == (WeightBy.AGE,)
    assert not ask(asked, question="cameras").rows
    assert len(ask(asked, question="SAFER").rows) == 3
    with pytest.raises(NotFound, match="residents-consultation"):
        consulted(asked.workspace, ConsultQuery("residents-consultations", YEAR))


def test_before_anything_was_delivered_there_is_nothing_and_it_is_said(asked):
    found = consulted(asked.workspace, ConsultQuery(NAME, YEAR, as_at=at(2025, 1)))
    assert not found.rows and found.notes == ("Nothing was delivered for this period.",)
    later = consulted(asked.workspace, ConsultQuery(NAME, Period.parse("2024-12..2025-05")))
    assert "Not delivered: 2025-04, 2025-05." in later.notes


def test_few_answers_are_flagged(asked):
    small = asked.workspace.settings.small_number
    flags = {row.answer: row.flags for row in ask(asked).rows}
    assert small <= 10 and Flag.SMALL_NUMBER not in flags["Yes"]


def test_the_command_lists_counts_and_refuses(asked):
    agency = add_agency("community-safety", "Community safety")
    add_user("ada", name="Ada", role=Role.ANALYST, agency=agency)
    add_user("cllr", name="Cllr", role=Role.COUNCILLOR, agency=agency)

    def run(*words, by="ada"):
        folder = str(asked.workspace.folder)
        result = CliRunner().invoke(main, ["-C", folder, "--as", by, "consultation", *words])
        return result.exit_code, result.stdout, result.stderr

    status, out, told = run(NAME, "--period", "2024/25")
    assert status == 0 and "60% (31 to 83)" in out and "38% (" in out and "1.56" in out, told
    assert "Whoever wished answered" in told
    rows = json.loads(run(NAME, "--period", "2024/25", "--format", "json")[1])
    assert rows[1]["weighted"] == pytest.approx(0.375) and rows[1]["weighted_by"] == ["age"]
    assert rows[1]["definition_version"] == 1 and rows[1]["deliveries"]
    assert [one["name"] for one in json.loads(run("--format", "json")[1])]
    assert run(NAME)[0] == 2 and "--period 2024/25" in run(NAME)[2]
    status, out, told = run(NAME, "--period", "2024/25", by="cllr")
    assert status == 2 and "60%" not in out + told
    from joinedup.log.models import Act

    act = Act.objects.filter(kind="disclosure").order_by("id").last()
    assert act.detail["consultation"] == NAME and "2024" in act.what


@pytest.fixture
def demo(partners_folder):
    """The demonstration with a consultation of an invented council's."""
    from joinedup.workspace import Workspace

    opened = Workspace.open(partners_folder)
    yield opened
    opened.close()


def test_the_demonstrations_consultation_is_weighted_as_by_hand(demo):
    """Districts of 2024/25, counted here from the records and raked one answer at a time."""
    found = consulted(demo, ConsultQuery(NAME, YEAR, by=(WeightBy.DISTRICT,), question="read"))
    with RecordBook(demo).reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.RESPONSE], ["residents-consultation"])
        rows = cursor.execute(
            "SELECT answer, stated_area FROM response WHERE question LIKE '%read%' "
            "AND month BETWEEN DATE '2024-04-01' AND DATE '2025-03-01' AND answer IS NOT NULL"
        ).fetchall()
    district = {one.code: one.parents["district"] for one in places.areas(demo, "lsoa")}
    lives = places.residents(demo, "district")
    codes = sorted(lives)
    where = [codes.index(district[row[1]]) if row[1] in district else -1 for row in rows]
    weights = naive([margin("d", codes, [lives[one] for one in codes], where)], [1.0] * len(rows))
    for row in found.rows[:-1]:
        own = [weight for weight, (answer, *_) in zip(weights, rows, strict=True) if answer == row.answer]
        assert row.numerator == len(own) and row.denominator == len(rows)
        assert row.weighted == pytest.approx(sum(own) / sum(weights), rel=1e-6)
    assert found.rows[0].design_effect == pytest.approx(
        len(weights) * sum(one * one for one in weights) / sum(weights) ** 2, rel=1e-6
    )
