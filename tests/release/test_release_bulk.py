"""Many rows about people leave once a second person, who could take them too, approved exactly that."""

from __future__ import annotations

import dataclasses

import pytest
from click.testing import CliRunner
from closed_town import viewer
from test_release_reveal import _reveal, key, naming_town  # noqa: F401 - a fixture

from joinedup import feeds
from joinedup.accounts import NeedsSecond, set_active
from joinedup.cli import main
from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.log import acts
from joinedup.release import approvals, export_quarantine
from joinedup.terms import Purpose, Role, Viewer
from joinedup.workspace import Settings, read_settings, render_settings
from seconding import person

WHY = {"purpose": Purpose.CRIME_AND_DISORDER, "reason": "for the owner to mend"}
ROWS = 3


@pytest.fixture
def people(town):
    """People of the council and of the wardens, whose data it is; the threshold is at three rows."""
    town.settings = dataclasses.replace(town.settings, bulk_rows=ROWS)
    found = {role: person(viewer(role)) for role in Role}
    found["ann"] = person(Viewer("ann", "Ann", Role.ANALYST, "council"))
    found["owner"] = person(Viewer("wim", "Wim", Role.DATA_OWNER, "wardens"))
    return found


def refused_rows(town, rows, number=7):
    file = town.folder / f"2024-{number:02}_2024-{number + 2:02}-patrols.csv"
    lines = [f"A{row},2031-01-01,,,Jane Roe" for row in range(rows)]
    text = f"Number,Day,Longitude,Latitude,Kind\nOK,2024-{number:02}-01,-1.295,54.505,foot\n"
    file.write_text(text + "\n".join(lines))
    return feeds.deliver(town, "warden-patrols", file, by=viewer(Role.ANALYST)).delivery


def make(town, sensitivity):
    path = town.contracts_folder / "warden-patrols.toml"
    path.write_text(path.read_text().replace('sensitivity = "official"', f'sensitivity = "{sensitivity}"'))


def test_fewer_rows_than_the_threshold_take_one_person_and_so_do_open_ones(town, people, tmp_path):
    delivery = refused_rows(town, ROWS - 1)
    assert export_quarantine(town, people["ann"], delivery, tmp_path / "few.csv", **WHY) == ROWS - 1
    make(town, "open")
    more = refused_rows(town, ROWS, number=10)
    assert export_quarantine(town, people["ann"], more, tmp_path / "open.csv", **WHY) == ROWS


def test_from_the_threshold_on_they_leave_once_a_second_person_approved_exactly_these(town, people, tmp_path):
    delivery, out = refused_rows(town, ROWS), tmp_path / "many.csv"
    with pytest.raises(NeedsSecond) as needs:
        export_quarantine(town, people["ann"], delivery, out, **WHY)
    assert not out.exists() and acts(kind="disclosure") == []
    made = approvals.propose(town, needs.value, by=people["ann"])
    assert approvals.in_numbers(made) == f"{ROWS} rows; delivery {delivery}"
    approvals.approve(town, people["owner"], made.pk)
    with pytest.raises(NeedsSecond):
        export_quarantine(town, people["ann"], delivery, out, **{**WHY, "reason": "another"})
    assert export_quarantine(town, people["ann"], delivery, out, **WHY) == ROWS
    assert acts(kind="disclosure")[0].detail["proposal"] == made.pk
    with pytest.raises(NeedsSecond):
        export_quarantine(town, people["ann"], delivery, tmp_path / "again.csv", **WHY)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.PRACTITIONER, Role.COUNCILLOR])
def test_who_could_not_take_them_away_is_no_second(town, people, tmp_path, role):
    with pytest.raises(NeedsSecond) as needs:
        export_quarantine(town, people["ann"], refused_rows(town, ROWS), tmp_path / "x.csv", **WHY)
    made = approvals.propose(town, needs.value, by=people["ann"])
    assert approvals.waiting(town, people[role]) == []
    with pytest.raises((NotPermitted, NotFound)):
        approvals.approve(town, people[role], made.pk)


@pytest.mark.no_agreements
def test_an_analyst_without_an_agreement_is_no_second_for_what_they_do_not_see(town, people, tmp_path):
    from joinedup.accounts.models import AgreementVersion

    AgreementVersion.objects.all().delete()
    delivery = refused_rows(town, ROWS)
    with pytest.raises(NeedsSecond) as needs:
        export_quarantine(town, people["owner"], delivery, tmp_path / "x.csv", **WHY)
    with pytest.raises(NotPermitted, match="nobody else here may be it"):
        approvals.propose(town, needs.value, by=people["owner"])
    wanda = person(Viewer("wanda", "Wanda", Role.ANALYST, "wardens"))
    made = approvals.propose(town, needs.value, by=people["owner"])
    with pytest.raises(NotFound, match="No proposal of that number"):
        approvals.approve(town, people["ann"], made.pk)
    approvals.approve(town, wanda, made.pk)
    set_active("wanda", False)
    with pytest.raises(NeedsSecond):
        export_quarantine(town, people["owner"], delivery, tmp_path / "x.csv", **WHY)


def test_many_names_at_once_are_bulk_too(naming_town, people):  # noqa: F811
    keys, fields = [key(1), key(2), key(3)], ["caller.full_name"]
    assert len(_reveal(naming_town, Role.ANALYST, keys[:2], fields)) == 2
    with pytest.raises(NeedsSecond) as needs:
        _reveal(naming_town, Role.ANALYST, keys, fields)
    assert len(acts(kind="consultation")) == 1
    made = approvals.propose(naming_town, needs.value, by=people[Role.ANALYST])
    assert approvals.in_numbers(made) == "3 rows; caller.full_name"
    assert keys[0] not in str(vars(made))
    approvals.approve(naming_town, people["owner"], made.pk)
    with pytest.raises(NeedsSecond):
        _reveal(naming_town, Role.ANALYST, [*keys[:2], key(4)], fields)
    with pytest.raises(NeedsSecond):
        _reveal(naming_town, Role.ANALYST, keys, [*fields, "caller.birth_date"])
    assert len(_reveal(naming_town, Role.ANALYST, keys, fields)) == 2


def test_what_is_restricted_waits_for_nobody_outside(town, people, tmp_path):
    make(town, "restricted")
    delivery = refused_rows(town, ROWS)
    with pytest.raises(NeedsSecond) as needs:
        export_quarantine(town, people["owner"], delivery, tmp_path / "x.csv", **WHY)
    person(Viewer("wanda", "Wanda", Role.ANALYST, "wardens"))
    made = approvals.propose(town, needs.value, by=people["owner"])
    assert [one.proposal.pk for one in approvals.waiting(town, people["owner"])] == [made.pk]
    for who in (people["ann"], people[Role.ADMINISTRATOR], people[Role.AUDITOR]):
        assert approvals.waiting(town, who) == []
        said = []
        for number in (made.pk, 999):
            with pytest.raises(NotFound) as refused:
                approvals.decline(town, who, number, "x")
            said.append(str(refused.value).replace(str(number), "N"))
        assert said[0] == said[1]


def test_at_the_shell_the_same_command_does_it_after_the_approval(town, people, tmp_path):
    (town.folder / "joinedup.toml").write_text(render_settings(town.settings))
    delivery, out = refused_rows(town, ROWS), tmp_path / "many.xlsx"

    def run(who, *words):
        return CliRunner().invoke(main, ["-C", str(town.folder), "--as", who, *words])

    export = ("quarantine", "export", str(delivery), "--out", str(out))
    first = run("ann", *export)
    assert first.exit_code == 1 and "joinedup approvals approve 1" in first.stderr and not out.exists()
    assert "1 " in run("wim", "approvals").stdout and "approve NUMBER" in run("wim", "approvals").stderr
    assert run("wim", "approvals", "approve", "1").exit_code == 0
    assert run("ann", *export).exit_code == 0 and out.exists()


@pytest.mark.parametrize(("rows", "holds"), [(0, False), (1, True), (1000, True), (1001, False)])
def test_the_threshold_has_bounds_and_cannot_be_turned_off(tmp_path, rows, holds):
    path = tmp_path / "joinedup.toml"
    path.write_text(render_settings(Settings(partnership="x", bulk_rows=rows)))
    if holds:
        assert read_settings(path).bulk_rows == rows
    else:
        with pytest.raises(BadInput, match="bulk_rows should be 1 to 1000"):
            read_settings(path)
