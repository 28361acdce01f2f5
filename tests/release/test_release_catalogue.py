"""Public tables: two people, one gate, one ledger; and councillors see the same cells."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from attacker import Attacker
from closed_town import PATROLS, QUARTER, WARDS, publish, tables_file, viewer

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.log import acts
from joinedup.measures import FigureQuery
from joinedup.release import release
from joinedup.release.catalogue import approve, prepare, publications, table_sets, withdraw
from joinedup.release.catalogue.ledger import cells_of
from joinedup.terms import AreaLevel, Every, Form, Role

ANALYST = viewer(Role.ANALYST)
SECOND = replace(viewer(Role.ANALYST), username="second", name="Second analyst")
COUNCILLOR = viewer(Role.COUNCILLOR)


def test_a_closed_measure_has_coarse_tables_without_being_asked(town):
    tables = table_sets(town)["patrols"]
    assert [table.name for table in tables.tables] == [
        "ward-year-breakdown",
        "district-quarter-breakdown",
        "ward-quarter",
    ]
    assert "recorded-crime" not in table_sets(town)  # open data needs no protection


@pytest.mark.parametrize(
    "text",
    [
        '[[set]]\nmeasure = "recorded-crime"',
        '[[set]]\nmeasure = "patrols"\ntables = ["street-day"]',
        '[[set]]\nmeasure = "patrols"\nrule = "none"',
        '[[set]]\nmeasure = "patrols"\nthreshold = 1',
        "[[set",
    ],
)
def test_a_file_of_tables_that_is_wrong_is_refused_in_words(town, text):
    (town.folder / "public-tables.toml").write_text(text)
    with pytest.raises(BadInput) as told:
        table_sets(town)
    assert "public-tables.toml" in str(told.value.where)


def test_small_counts_are_hidden_zeros_shown_and_the_rest_is_what_it_is(town, published):
    cells = cells_of(published, in_catalogue=True)
    for ward, kinds in PATROLS.items():
        for kind, count in kinds.items():
            shown = cells["ward", ward, str(QUARTER), kind]
            assert shown is None if 0 < count < 5 else shown in {count, None}
    assert cells["ward", "W2", str(QUARTER), "car"] == 0
    assert cells["all", "all", str(QUARTER), ""] == sum(sum(kinds.values()) for kinds in PATROLS.values())


def test_before_anything_is_published_a_councillor_is_told_who_can_change_that(town):
    query = FigureQuery("patrols", level=AreaLevel.WARD, period=QUARTER)
    prepare(town, ANALYST, "patrols", "councillors")  # not approved yet
    with pytest.raises(NotPermitted, match="made safe to show yet") as told:
        release(town, COUNCILLOR, query)
    assert "docs/public-tables.md" in str(told.value.next_step)
    assert acts(by=COUNCILLOR.username) == []


def test_an_attacker_with_all_a_councillor_gets_finds_nothing(town, published):
    wards, kinds = list(WARDS), ["foot", "car"]
    counts = np.array([[PATROLS[ward][kind] for kind in kinds] for ward in wards])
    attacker, goals = Attacker(counts.size), []
    for level, by in itertools.product(
        (AreaLevel.WARD, AreaLevel.DISTRICT, AreaLevel.PARTNERSHIP, AreaLevel.ALL), ((), ("kind",))
    ):
        query = FigureQuery("patrols", level=level, period=QUARTER, every=Every.QUARTER, by=by)
        for row in release(town, COUNCILLOR, query).rows:
            members = [
                place
                for place, (ward, kind) in enumerate(itertools.product(wards, kinds))
                if row.area_code in {ward, WARDS[ward], "all", "partnership"}
                and row.breakdowns.get("kind", kind) == kind
            ]
            if members and row.numerator is None:
                attacker.knows(members, 1)
                goals.append(members)
            elif members:
                attacker.knows(members, row.numerator, row.numerator)
    assert goals
    assert attacker.finds(goals, 4) == []


def test_who_prepared_does_not_approve_and_a_councillor_does_neither(town):
    made, _ = prepare(town, ANALYST, "patrols", "public")
    with pytest.raises(NotPermitted, match="another analyst"):
        approve(town, ANALYST, made.number)
    for act in (
        lambda: prepare(town, COUNCILLOR, "patrols", "public"),
        lambda: approve(town, COUNCILLOR, made.number),
        lambda: withdraw(town, COUNCILLOR, made.number, "a reason"),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert [one.state for one in publications()] == ["prepared"]


def test_each_step_is_in_the_log_with_who_receives_it(town, published):
    withdraw(town, ANALYST, published.number, "A mistake in the areas")
    told = [(act.what.split()[0], act.username, list(act.recipients)) for act in acts(kind="disclosure")]
    assert sorted(told) == sorted(
        [
            ("prepared", ANALYST.username, [ANALYST.username]),
            ("approved", "second", ["public"]),
            ("withdrew", ANALYST.username, ["public"]),
        ]
    )


def test_where_the_log_cannot_be_written_nothing_is_published(town, monkeypatch):
    from joinedup.release.catalogue import ledger

    made, _ = prepare(town, ANALYST, "patrols", "public")

    def broken(*_args, **_kinds):
        raise RuntimeError("no log")

    monkeypatch.setattr(ledger, "record_act", broken)
    with pytest.raises(RuntimeError):
        approve(town, SECOND, made.number)
    with pytest.raises(RuntimeError):
        prepare(town, ANALYST, "patrols", "public")
    assert [one.state for one in publications()] == ["prepared"]


def test_councillors_see_the_cells_of_the_published_tables_and_no_other(town, published):
    cells = cells_of(published, in_catalogue=True)
    for by in ((), ("kind",)):
        query = FigureQuery("patrols", level=AreaLevel.WARD, period=QUARTER, every=Every.QUARTER, by=by)
        for row in release(town, COUNCILLOR, query).rows:
            if row.area_code in WARDS:
                value = next(iter(row.breakdowns.values()), "")
                assert row.numerator == cells["ward", row.area_code, str(QUARTER), value]
    publish(town, "district-quarter")
    by_ward = FigureQuery("patrols", level=AreaLevel.WARD, period=QUARTER, every=Every.QUARTER)
    assert all(
        row.numerator is None for row in release(town, COUNCILLOR, by_ward).rows if row.area_code in WARDS
    )


def test_what_is_withdrawn_is_shown_no_more_but_stays_in_the_attack(town, published):
    withdraw(town, ANALYST, published.number, "A mistake in the areas")
    query = FigureQuery("patrols", level=AreaLevel.WARD, period=QUARTER, form=Form.COUNT)
    with pytest.raises(NotPermitted, match="withdrawn"):
        release(town, COUNCILLOR, query)
    again, _ = prepare(town, ANALYST, "patrols", "public")
    hidden = {key for key, count in cells_of(published).items() if count is None}
    assert hidden <= {key for key, count in cells_of(again).items() if count is None}
    with pytest.raises(BadInput, match="reason"):
        withdraw(town, ANALYST, published.number, " ")


def test_tables_prepared_before_another_edition_left_are_prepared_again(town):
    first, _ = prepare(town, ANALYST, "patrols", "public")
    second, _ = prepare(town, ANALYST, "patrols", "public")
    approve(town, SECOND, second.number)
    with pytest.raises(NotPermitted, match="prepare them again"):
        approve(town, SECOND, first.number)


def test_a_gate_that_does_not_hold_lets_nothing_be_prepared(town, monkeypatch):
    from joinedup.release.catalogue import gate

    (town.folder / "public-tables.toml").write_text(tables_file())
    real = gate.suppress

    def careless(system, rule):
        found = real(system, rule)
        return replace(found, witnesses=found.witnesses[:0])

    monkeypatch.setattr(gate, "suppress", careless)
    with pytest.raises(NotPermitted, match="cannot be made safe"):
        prepare(town, ANALYST, "patrols", "public")
    assert publications() == []


def test_counts_that_changed_behind_an_edition_stop_the_next_one(town, published):
    cell = published.cells.filter(count__gt=5).first()
    type(published.cells.first()).objects.filter(pk=cell.pk).update(count=cell.count + 1)
    with pytest.raises(NotPermitted, match="no longer be counted"):
        prepare(town, ANALYST, "patrols", "public")


def test_by_the_nhs_rule_one_to_seven_are_hidden_and_councillors_read_rounded_counts(town):
    (town.folder / "public-tables.toml").write_text(tables_file() + 'rule = "nhs"\n')
    made, _ = prepare(town, ANALYST, "patrols", "public")
    approve(town, SECOND, made.number)
    cells = cells_of(made, in_catalogue=True)
    assert not any(0 < count < 8 for count in cells.values() if count is not None)
    query = FigureQuery("patrols", level=AreaLevel.WARD, period=QUARTER, every=Every.QUARTER, by=("kind",))
    assert all(
        row.numerator % 5 == 0 for row in release(town, COUNCILLOR, query).rows if row.numerator is not None
    )
    with pytest.raises(NotPermitted, match="rounded"):
        release(town, COUNCILLOR, replace(query, form=Form.SHARE))


def test_another_measure_of_the_same_source_is_neither_published_nor_shown_beside_it(
    town, published, monkeypatch
):
    from closed_town import PATROL_MEASURE

    from joinedup.measures import registry

    twin = replace(PATROL_MEASURE, name="patrols-again")
    known = dict(registry.catalogue())
    monkeypatch.setattr(registry, "_discovered", lambda: {**known, "patrols-again": twin})
    with pytest.raises(NotPermitted, match="played off"):
        prepare(town, ANALYST, "patrols-again", "public")
    query = FigureQuery("patrols-again", level=AreaLevel.WARD, period=QUARTER, every=Every.QUARTER)
    with pytest.raises(NotPermitted, match="same source"):
        release(town, COUNCILLOR, query)
    assert release(town, ANALYST, query).rows


def test_a_measure_without_places_has_tables_for_everything(town, monkeypatch):
    from closed_town import PATROL_MEASURE

    from joinedup.measures import registry

    known = dict(registry.catalogue())
    monkeypatch.setattr(
        registry, "_discovered", lambda: {**known, "patrols": replace(PATROL_MEASURE, placed=False)}
    )
    made, _ = prepare(town, ANALYST, "patrols", "public")
    cells = cells_of(made, in_catalogue=True)
    assert {key[0] for key in cells} == {"all"}
    for kind in ("foot", "car"):
        assert cells["all", "all", str(QUARTER), kind] == sum(kinds[kind] for kinds in PATROLS.values())
    approve(town, SECOND, made.number)
    query = FigureQuery("patrols", level=AreaLevel.ALL, period=QUARTER, every=Every.QUARTER, by=("kind",))
    assert [row.numerator for row in release(town, COUNCILLOR, query).rows] == [
        sum(kinds[kind] for kinds in PATROLS.values()) for kind in ("foot", "car")
    ]


def test_what_left_while_the_gate_was_at_work_is_not_overlooked(town, monkeypatch):
    from joinedup.release.catalogue import ledger

    other, _ = prepare(town, ANALYST, "patrols", "public")
    real = ledger.pass_gate

    def slow(*what):
        passed = real(*what)
        approve(town, SECOND, other.number)
        return passed

    monkeypatch.setattr(ledger, "pass_gate", slow)
    made, _ = prepare(town, ANALYST, "patrols", "public")
    with pytest.raises(NotPermitted, match="prepare them again"):
        approve(town, SECOND, made.number)


def test_what_no_agreement_gives_to_the_public_is_not_published(town, monkeypatch):
    from joinedup.release import Decisions
    from joinedup.release.decision import Access, Decision
    from joinedup.terms import Purpose

    real = Decisions.of_measure

    def without_the_public(*who, **how):
        if how.get("purpose") is Purpose.PUBLIC_INFORMATION:
            return Decision(Access.NONE, "Not given for that.", "agreement-purpose")
        return real(*who, **how)

    ready, _ = prepare(town, ANALYST, "patrols", "public")
    monkeypatch.setattr(Decisions, "of_measure", without_the_public)
    with pytest.raises(NotPermitted, match="Not given for that"):
        prepare(town, ANALYST, "patrols", "public")
    with pytest.raises(NotPermitted, match="Not given for that"):
        approve(town, SECOND, ready.number)
    made, _ = prepare(town, ANALYST, "patrols", "councillors")
    assert approve(town, SECOND, made.number).state == "published"


def test_unknown_names_are_told(town):
    with pytest.raises(NotFound, match="no public tables"):
        prepare(town, ANALYST, "nonsense", "public")
    with pytest.raises(NotFound, match="no publication"):
        approve(town, SECOND, 99)


def test_a_workspace_from_before_the_ledger_opens_and_publishes(town):
    from django.core.management import call_command

    from joinedup.workspace import Workspace

    call_command("migrate", "release", "zero", verbosity=0)
    town.close()
    opened = Workspace.open(town.folder)
    assert publications() == []
    made, _ = prepare(opened, ANALYST, "patrols", "public")
    assert approve(opened, SECOND, made.number).state == "published"
    opened.close()


def test_the_demonstration_publishes_once_and_never_what_is_no_whole_quarter(town, monkeypatch):
    from joinedup.demo import public_tables

    assert public_tables.fill(town, ANALYST, SECOND) == 0  # nothing of the hospitals' data is here
    monkeypatch.setattr(public_tables, "MEASURE", "patrols")
    assert [public_tables.fill(town, ANALYST, SECOND) for _ in range(2)] == [1, 0]
    whole = FigureQuery("patrols", period=QUARTER, every=Every.QUARTER)
    (row,) = release(town, COUNCILLOR, whole).rows
    assert row.numerator == sum(sum(kinds.values()) for kinds in PATROLS.values())
