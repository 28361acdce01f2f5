"""The rounded cube in use: which way a source goes, what is answered from it, and what it never tells."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from closed_town import WARDS
from cube_town import ANALYST, COUNCILLOR, FILE, HALVES, KINDS, MEASURE, QUARTERS, sent

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.log import acts, record_act
from joinedup.measures import FigureQuery, registry
from joinedup.release import available, release
from joinedup.release.catalogue import approve, offered, prepare
from joinedup.release.cubes import listed, offer, refresh
from joinedup.release.export import csv_text, csvw_text
from joinedup.terms import AreaLevel, Every, Flag, Form, Period, Purpose

SECOND = replace(ANALYST, username="second", name="Second analyst")
LEVELS = (AreaLevel.ALL, AreaLevel.PARTNERSHIP, AreaLevel.DISTRICT, AreaLevel.WARD)
SPAN = Period.parse("2024-04..2024-12")


@pytest.fixture
def shown(cube_town):
    refresh(cube_town, ANALYST, "patrols")
    return cube_town


def asked(town, who=COUNCILLOR, **query):
    return release(town, who, FigureQuery("patrols", **{"period": SPAN, **query}))


def numbers(town, who=COUNCILLOR, **query):
    return {
        (row.area_code, str(row.period), *row.breakdowns.values()): row.numerator
        for row in asked(town, who, **query).rows
    }


def leaves(town, who=COUNCILLOR):
    return numbers(town, who, level=AreaLevel.WARD, every=Every.QUARTER, by=("kind", "half"))


def test_before_its_first_edition_nothing_is_shown_and_an_analyst_makes_it(cube_town):
    with pytest.raises(NotPermitted, match="not made yet"):
        asked(cube_town)
    with pytest.raises(NotPermitted, match="see the counts as they are"):
        refresh(cube_town, COUNCILLOR, "patrols")
    made, new = refresh(cube_town, ANALYST, "patrols")
    assert (made.number, new) == (1, True)
    (act,) = acts(kind="disclosure")
    assert act.what == "made edition 1 of the rounded cube of patrols"
    assert act.detail["breakdowns"] == ["kind", "half"]
    assert refresh(cube_town, ANALYST, "patrols")[1] is False  # nothing new is known
    assert len(acts(kind="disclosure")) == 1


def test_where_the_log_cannot_be_written_no_edition_is_made(cube_town, monkeypatch):
    from joinedup.release.cubes import ledger

    def broken(*_args, **_kinds):
        raise RuntimeError("no log")

    monkeypatch.setattr(ledger, "record_act", broken)
    with pytest.raises(RuntimeError):
        refresh(cube_town, ANALYST, "patrols")
    assert [one.edition for one in listed(cube_town, ANALYST)] == [0]


def test_every_leaf_is_a_multiple_of_five_next_to_its_count_and_zeros_stay(shown):
    rounded, true = leaves(shown), leaves(shown, ANALYST)
    inside = {key: count for key, count in true.items() if key[0] in WARDS}
    assert len(inside) == len(WARDS) * len(QUARTERS) * len(KINDS) * len(HALVES)
    for key, count in inside.items():
        assert rounded[key] % 5 == 0
        assert abs(rounded[key] - count) <= 4
        assert count % 5 or rounded[key] == count


@pytest.mark.parametrize("by", [(), ("kind",), ("half",), ("half", "kind")])
@pytest.mark.parametrize("every", [Every.QUARTER, Every.YEAR, Every.WHOLE])
def test_every_answer_is_the_sum_of_the_leaves(shown, by, every):
    finest = leaves(shown)
    for level in LEVELS:
        for row in asked(shown, level=level, every=every, by=by).rows:
            assert row.numerator == sum(
                count
                for (ward, period, kind, half), count in finest.items()
                if row.area_code
                in {ward, WARDS.get(ward), *(["partnership", "all"] if ward in WARDS else [])}
                and row.period.start <= Period.parse(period).start < row.period.end
                and all({"kind": kind, "half": half}[name] == value for name, value in row.breakdowns.items())
            )
            assert Flag.ROUNDED in row.flags


def test_any_quarters_a_filter_and_areas_within_a_district_are_answered(shown):
    finest = leaves(shown)
    two = Period.parse("2024-04..2024-09")
    found = numbers(
        shown, level=AreaLevel.WARD, areas=("D1",), period=two, where=(("kind", "foot"),), by=("half",)
    )
    assert set(found) == {(ward, str(two), half) for ward in ("W1", "W2", "W3") for half in HALVES}
    for (ward, _period, half), count in found.items():
        quarters = [str(quarter) for quarter in QUARTERS[:2]]
        assert count == sum(finest[ward, quarter, "foot", half] for quarter in quarters)


def test_shares_changes_intervals_and_cautions_follow_from_rounded_numbers_alone(shown):
    finest = leaves(shown)
    third, second = QUARTERS[1], QUARTERS[0]
    for row in asked(shown, form=Form.SHARE, level=AreaLevel.ALL, period=third, by=("kind",)).rows:
        assert (row.numerator % 5, row.denominator % 5) == (0, 0)
        assert row.value == row.numerator / row.denominator
    changes = asked(shown, form=Form.CHANGE, level=AreaLevel.WARD, period=third, against=second)
    for row in changes.rows:
        before, now = (
            sum(finest[row.area_code, str(quarter), kind, half] for kind in KINDS for half in HALVES)
            for quarter in (second, third)
        )
        assert (row.numerator, row.denominator) == (now, before)
        assert row.value == (now / before - 1 if before else None)
    for row in asked(shown, level=AreaLevel.WARD, period=third).rows:
        assert (Flag.SMALL_NUMBER in row.flags) == (row.numerator < 5)
        assert row.lower <= row.numerator <= row.upper


def test_nothing_of_an_answer_depends_on_the_counts(shown, monkeypatch):
    """With the same leaves kept and every record counted differently, all that is told stays the same."""
    from joinedup.measures import sql

    def told():
        questions = [
            {"form": form, "level": level, "by": by, "every": Every.QUARTER}
            for form, level, by in itertools.product(
                (Form.COUNT, Form.SHARE, Form.CHANGE), LEVELS, ((), ("kind",), ("kind", "half"))
            )
            if by or form is not Form.SHARE
        ]
        figures = [asked(shown, **question) for question in questions]
        return [
            (one.to_json_rows(), one.notes, one.sql, one.known_on, csv_text(one), csvw_text(one, "x.csv"))
            for one in figures
        ]

    before = told()

    def counted(*_how):
        raise AssertionError("a record was counted")

    monkeypatch.setattr(sql, "figure_sql", counted)
    monkeypatch.setattr("joinedup.measures.occurring.values_with_rows", counted)
    assert told() == before
    assert all(row["deliveries"] == [] for rows, *_ in before for row in rows)
    assert all("rounded to 5" in text for *_, text in before)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"form": Form.YEAR_TO_DATE}, "Running totals"),
        ({"level": AreaLevel.LSOA}, "no areas of this kind"),
        ({"period": Period.parse("2024-05..2024-07")}, "whole quarters"),
        ({"every": Every.MONTH}, "whole quarters"),
        ({"period": Period.parse("2023-04..2024-06")}, "April 2024 to December 2024 only"),
        ({"vintage": "2025"}, "their own areas"),
    ],
)
def test_what_is_no_sum_of_leaves_is_refused_with_what_can_be_asked(shown, query, words):
    with pytest.raises(NotPermitted, match=words) as refused:
        asked(shown, **{"level": AreaLevel.WARD, **query})
    assert "cut by kind, half, for any whole quarters of April 2024 to December 2024" in str(refused.value)


def test_a_breakdown_that_the_cube_has_not_is_refused(cube_town):
    (cube_town.folder / "public-tables.toml").write_text(FILE + 'by = ["half"]\n')
    refresh(cube_town, ANALYST, "patrols")
    with pytest.raises(NotPermitted, match="not cut by this breakdown"):
        asked(cube_town, by=("kind",))
    with pytest.raises(NotPermitted, match="not cut by this breakdown"):
        asked(cube_town, where=(("kind", "foot"),))
    assert offer(MEASURE).breakdowns == ("half",)


def test_too_many_leaves_are_refused_or_cut_by_fewer(cube_town, monkeypatch):
    from joinedup.release.cubes import ledger

    monkeypatch.setattr(ledger, "MOST_LEAVES", 6 * 2 * 12)
    (cube_town.folder / "public-tables.toml").write_text(FILE + 'by = ["half", "kind"]\n')
    with pytest.raises(BadInput, match="144 leaves"):
        refresh(cube_town, ANALYST, "patrols")
    (cube_town.folder / "public-tables.toml").write_text(FILE)
    made, _ = refresh(cube_town, ANALYST, "patrols")
    assert list(made.cube.breakdowns) == ["kind"]


def test_a_source_that_was_published_gets_no_cube(cube_town):
    (cube_town.folder / "public-tables.toml").unlink()
    made, _ = prepare(cube_town, ANALYST, "patrols", "public")
    (cube_town.folder / "public-tables.toml").write_text(FILE)
    with pytest.raises(NotPermitted, match="exact tables beside them"):
        approve(cube_town, SECOND, made.number)
    (cube_town.folder / "public-tables.toml").unlink()
    approve(cube_town, SECOND, made.number)
    (cube_town.folder / "public-tables.toml").write_text(FILE)
    with pytest.raises(NotPermitted, match="Exact tables of this source were published"):
        refresh(cube_town, ANALYST, "patrols")


def test_a_source_with_a_cube_gets_no_exact_table_whatever_the_file_says(cube_town):
    (cube_town.folder / "public-tables.toml").unlink()
    made, _ = prepare(cube_town, ANALYST, "patrols", "public")
    (cube_town.folder / "public-tables.toml").write_text(FILE)
    refresh(cube_town, ANALYST, "patrols")
    (cube_town.folder / "public-tables.toml").unlink()
    for act in (
        lambda: prepare(cube_town, ANALYST, "patrols", "public"),
        lambda: approve(cube_town, SECOND, made.number),
    ):
        with pytest.raises(NotPermitted, match="shown in rounded numbers"):
            act()
    assert "patrols" not in offered(cube_town, ANALYST)
    assert all(Flag.ROUNDED in row.flags for row in asked(cube_town).rows)
    refresh(cube_town, ANALYST, "patrols")  # and goes on without its entry


def test_another_measure_of_the_source_is_neither_shown_nor_published(shown, monkeypatch):
    twin = replace(MEASURE, name="patrols-again")
    known = dict(registry.catalogue())
    monkeypatch.setattr(registry, "_discovered", lambda: {**known, "patrols-again": twin})
    with pytest.raises(NotPermitted, match=r"one measure \(Patrols\)"):
        release(shown, COUNCILLOR, FigureQuery("patrols-again", period=SPAN))
    with pytest.raises(NotPermitted, match="shown in rounded numbers"):
        prepare(shown, ANALYST, "patrols-again", "public")
    assert release(shown, ANALYST, FigureQuery("patrols-again", period=SPAN)).rows
    assert offer(twin) is None


@pytest.mark.parametrize(
    "text",
    [
        FILE + '[[set]]\nmeasure = "patrols"\n',
        FILE + '[[cube]]\nmeasure = "patrols-again"\n',
        '[[cube]]\nmeasure = "recorded-crime"\n',
        FILE + 'by = ["kind", "half", "kind"]\n',
        FILE + 'by = ["colour"]\n',
        FILE + "threshold = 3\n",
        "[cube]\n",
    ],
)
def test_a_file_by_which_a_source_goes_two_ways_or_that_is_wrong_is_refused(cube_town, monkeypatch, text):
    known = dict(registry.catalogue())
    twin = {"patrols-again": replace(MEASURE, name="patrols-again")}
    monkeypatch.setattr(registry, "_discovered", lambda: {**known, **twin})
    (cube_town.folder / "public-tables.toml").write_text(text)
    with pytest.raises(BadInput) as told:
        refresh(cube_town, ANALYST, "patrols")
    assert "public-tables.toml" in str(told.value.where)
    with pytest.raises(BadInput):
        asked(cube_town)


def test_quarters_of_which_somebody_saw_exact_cells_are_in_no_cube(cube_town):
    record_act(  # as of a workspace from before decision 22
        "disclosure",
        by=COUNCILLOR,
        purpose=Purpose.CRIME_AND_DISORDER,
        what="Patrols by ward",
        recipients=[COUNCILLOR.username],
        detail={"measure": "patrols", "channel": "hub"},
    )
    with pytest.raises(NotFound, match="looked at before"):
        refresh(cube_town, ANALYST, "patrols")
    with pytest.raises(NotPermitted, match="not made yet"):
        asked(cube_town)


def test_a_cube_after_a_look_begins_with_the_quarter_after_it(cube_town, monkeypatch):
    from joinedup.release.cubes import ledger

    monkeypatch.setattr(ledger, "first_unseen_quarter", lambda _measures: QUARTERS[1].start)
    refresh(cube_town, ANALYST, "patrols")
    with pytest.raises(NotPermitted, match="July 2024 to December 2024 only"):
        asked(cube_town)
    change = asked(cube_town, form=Form.CHANGE, period=QUARTERS[1], against=QUARTERS[0], level=AreaLevel.WARD)
    assert all(row.denominator is None and row.value is None for row in change.rows)


def test_an_analyst_sees_the_counts_and_how_far_off_totals_are(shown):
    true = leaves(shown, ANALYST)
    assert any(count % 5 for count in true.values())
    (whole,), (protected,) = listed(shown, ANALYST), listed(shown, COUNCILLOR)
    assert whole.greatest_error >= 0
    assert protected.greatest_error is None
    assert (whole.edition, whole.span) == (1, SPAN)
    assert "patrols" in {one.name for one in available(shown, COUNCILLOR)}


def test_another_definition_is_neither_shown_nor_added(shown, monkeypatch):
    known = dict(registry.catalogue())
    later = replace(MEASURE, version=2)
    monkeypatch.setattr(registry, "_discovered", lambda: {**known, "patrols": later})
    for act in (lambda: refresh(shown, ANALYST, "patrols"), lambda: asked(shown)):
        with pytest.raises(NotPermitted, match="definition"):
            act()


def test_a_place_or_value_that_is_not_declared_has_a_row_only_where_its_leaves_are_not_zero(
    cube_town, tmp_path
):
    few = {(ward, "foot", "early"): 5 for ward in WARDS} | {("W1", "bicycle", "early"): 10}
    sent(cube_town, tmp_path / "more", QUARTERS[2], few, "2025-02-01")
    refresh(cube_town, ANALYST, "patrols")
    kinds = {row.breakdowns["kind"] for row in asked(cube_town, by=("kind",)).rows}
    assert kinds == {"foot", "car", "bicycle"}
    early = {row.breakdowns["kind"] for row in asked(cube_town, by=("kind",), period=QUARTERS[0]).rows}
    assert early == {"foot", "car"}


def test_an_unplaced_measure_has_a_cube_of_everything(cube_town, monkeypatch):
    known = dict(registry.catalogue())
    monkeypatch.setattr(registry, "_discovered", lambda: {**known, "patrols": replace(MEASURE, placed=False)})
    refresh(cube_town, ANALYST, "patrols")
    rows = asked(cube_town, level=AreaLevel.ALL, by=("kind", "half")).rows
    assert len(rows) == 4
    assert all(row.numerator % 5 == 0 for row in rows)
