"""Numbers with sources, plain words for changes, ranks and correlations against independent arithmetic."""

from __future__ import annotations

import datetime as dt
import random
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from joinedup.documents import checking, wording
from joinedup.documents.answers import as_markdown
from joinedup.documents.citing import Cited, Name, Plain, escape, say
from joinedup.documents.maps import Classes
from joinedup.documents.ranking import exact_poisson, ranks, spearman
from joinedup.documents.rendering import READER, _pandoc_path
from joinedup.documents.wording import Verdict
from joinedup.errors import JoinedupError

COUNT = Cited("F1", "numerator", 27512, "27,512")


def test_a_template_with_a_bare_number_is_refused():
    with pytest.raises(ValueError, match="no figure made"):
        say("{count} crimes in 2024.", count=COUNT)


@pytest.mark.parametrize("bare", [27512, "27,512", None])
def test_a_value_without_a_source_is_refused(bare):
    with pytest.raises(TypeError, match="neither a figure"):
        say("{count} crimes.", count=bare)


def test_a_sentence_ends_with_the_marks_of_its_numbers():
    said = say("{count} crimes, {count} in {period}.", count=COUNT, period=Plain("May 2024"))
    assert said.text == "27,512 crimes, 27,512 in May 2024."
    assert said.markdown.count("](#f1)") == 1


@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1)
)
def test_escaped_text_holds_no_bare_markup(text):
    bare = escape(text).replace("\\\\", "")
    for mark in "*_[]{}<>`$|#":
        assert bare.count(mark) == bare.count("\\" + mark)


def test_what_people_write_cannot_become_markup():
    import subprocess

    written = '<script>x</script> ![a](http://x) [1]{figure="F1"} :::ask\n\n# Title\n\n- **bold** & `code`'
    done = subprocess.run(
        [_pandoc_path(), f"--from={READER}", "--to=html5"], input=as_markdown(written).encode(),
        capture_output=True, check=True,
    )  # fmt: skip
    page = done.stdout.decode()
    for tag in ("<script", "<img", "<span", "<h1", "<strong", "<code", "<div", "<a "):
        assert tag not in page


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        (0.5, 8.78, Verdict.HIGHER),  # 7 to 25: ratio 3.57 (1.50 to 9.78)
        (-0.3, -0.1, Verdict.LOWER),
        (-0.01, 0.06, Verdict.NO_CLEAR_CHANGE),
        (0.0, 0.2, Verdict.NO_CLEAR_CHANGE),
        (0.1, float("inf"), Verdict.HIGHER),
        (None, None, Verdict.NOT_COMPARABLE),
    ],
)
def test_a_change_is_claimed_only_when_the_whole_interval_is_on_one_side(lower, upper, expected):
    assert wording.verdict(lower, upper) is expected


@pytest.mark.parametrize(
    ("now", "before", "small", "expected"),
    [(25, 7, False, False), (415, 400, False, True), (30, 30, True, False), (30, 29, False, False)],
)
def test_small_counts_are_not_said_as_a_percentage(now, before, small, expected):
    assert wording.percent_may_be_said(now, before, small) is expected


def test_numbers_are_written_as_people_read_them():
    assert wording.signed_percent(-0.0904) == "−9.0%"
    assert wording.signed_percent(0.0004) == "0.0%"
    assert wording.percent(0.117) == "12%"
    assert wording.percent(0.042) == "4.2%"
    assert [wording.ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 22, 111)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "111th",
    ]  # fmt: skip


def test_ranks_far_apart_are_certain_and_equal_ones_are_not():
    found = ranks([4000, 2000, 1000])
    assert [(rank.rank, rank.lower, rank.upper) for rank in found] == [(1, 1, 1), (2, 2, 2), (3, 3, 3)]
    level = ranks([100] * 5)
    assert all((rank.lower, rank.upper) == (1, 5) for rank in level)


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=12))
def test_a_rank_lies_in_its_interval_and_follows_the_counts(counts):
    found = ranks(counts)
    assert sorted(rank.rank for rank in found) == list(range(1, len(counts) + 1))
    assert all(1 <= rank.lower <= rank.rank <= rank.upper <= len(counts) for rank in found)
    order = sorted(range(len(counts)), key=lambda i: found[i].rank)
    assert [counts[i] for i in order] == sorted(counts, reverse=True)


def test_the_interval_of_a_rank_agrees_with_a_simulation_of_its_own():
    counts = [120, 110, 100, 60]
    rng = np.random.default_rng(7)
    drawn = np.array([stats.gamma.rvs(n + 0.5, size=40_000, random_state=rng) for n in counts])
    places = stats.rankdata(-drawn, axis=0)
    for index, found in enumerate(ranks(counts)):
        inside = np.mean((places[index] >= found.lower) & (places[index] <= found.upper))
        assert inside >= 0.945


def test_the_correlation_is_spearmans():
    chance = random.Random(3)
    first = [chance.randint(0, 9) for _ in range(24)]
    second = [value + chance.random() * 6 for value in first]
    r, lower, upper = spearman(first, second)
    assert r == pytest.approx(stats.spearmanr(first, second).statistic)
    assert lower < r < upper
    half = stats.norm.ppf(0.975) * np.sqrt((1 + r * r / 2) / 21)
    assert lower == pytest.approx(np.tanh(np.arctanh(r) - half))
    with pytest.raises(ValueError, match="four"):
        spearman([1, 2, 3], [1, 2, 3])


@pytest.mark.parametrize("count", [0, 1, 7, 25, 20597])
def test_the_exact_interval_is_garwoods(count):
    lower, upper = exact_poisson(count)
    assert lower == pytest.approx(stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0)
    assert upper == pytest.approx(stats.chi2.ppf(0.975, 2 * count + 2) / 2)


@given(st.lists(st.floats(0, 1e4), min_size=1, max_size=60))
def test_every_value_of_a_map_falls_in_one_class_in_order(values):
    classes = Classes.of(values)
    assert list(classes.edges) == sorted(set(classes.edges))
    assert 1 <= len(classes.edges) <= 5
    for value in values:
        index = classes.of_value(value)
        assert classes.edges[index] <= value
        assert index + 1 == len(classes.edges) or value < classes.edges[index + 1]


@pytest.mark.parametrize(
    ("main", "message"),
    [
        ("<p>There were 12 crimes.</p>", "no figure made"),
        ('<p><span data-figure="F1" data-part="value" data-number="12">12</span></p>', "do not bear out"),
    ],
)
def test_a_page_with_a_number_that_does_not_resolve_is_refused(main, message):
    with pytest.raises(JoinedupError, match=message):
        checking.check_page(f"<body><main>{main}</main></body>")


def test_a_page_whose_numbers_resolve_is_let_through():
    page = (
        '<main><p><span data-figure="F1" data-part="value" data-number="12">12</span> in '
        '<span class="plain">2024</span></p><div class="workings"><table><tr><td><span id="f1">F1</span></td>'
        '<td>value <span data-part="value" data-number="12">12</span></td></tr></table></div></main>'
    )
    assert checking.check_page(page) == 1


def test_the_command_in_the_workings_asks_the_same_question():
    from joinedup.documents.chapters.appendix import command
    from joinedup.terms import AreaLevel, Every, Form, Period

    query = SimpleNamespace(
        measure="recorded-crime", form=Form.RATE, level=AreaLevel.WARD, areas=("X1",),
        period=Period.parse("2024"), every=Every.MONTH, by=("type",), where=(("type", "drugs"),),
    )  # fmt: skip
    moment = dt.datetime(2025, 4, 30, 11, tzinfo=dt.UTC)
    assert command(query, moment) == (
        "joinedup figure recorded-crime --form rate --area-level ward --area X1 --from 2024-01 --to 2024-12 "
        "--every month --by type --where type=drugs --as-at 2025-04-30T12:00:00+01:00"
    )


def test_a_name_may_hold_digits_and_markup():
    said = say("In {area}.", area=Name("Part *012A*"))
    assert said.text == "In Part *012A*."
    assert "\\*012A\\*" in said.markdown
