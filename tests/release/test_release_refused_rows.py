"""Rows in quarantine leave the house only for those whose role and reason allow it, and never unlogged."""

from __future__ import annotations

import csv
import stat
import sys

import pytest
from click.testing import CliRunner
from closed_town import viewer

from joinedup import feeds
from joinedup.accounts import add_agency, add_user
from joinedup.cli import main
from joinedup.errors import NotFound, NotPermitted
from joinedup.log import acts
from joinedup.release import export_quarantine
from joinedup.terms import Purpose, Role

SECRET = "Jane Roe of 3 High Street"
WHY = {"purpose": Purpose.CRIME_AND_DISORDER, "reason": "for the owner to mend"}


@pytest.fixture
def delivery(town, tmp_path):
    """A delivery of the closed feed with one refused row that names a person."""
    file = tmp_path / "2024-07_2024-09-patrols.csv"
    file.write_text(
        f"Number,Day,Longitude,Latitude,Kind\nA1,2024-07-01,-1.295,54.505,foot\nA2,2031-01-01,,,{SECRET}\n"
    )
    receipt = feeds.deliver(town, "warden-patrols", file, by=viewer(Role.ANALYST))
    assert receipt.quarantined == 1
    return receipt.delivery


def _make(town, sensitivity):
    path = town.contracts_folder / "warden-patrols.toml"
    path.write_text(path.read_text().replace('sensitivity = "official"', f'sensitivity = "{sensitivity}"'))


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(
    ("sensitivity", "allowed"),
    [
        ("open", {Role.ANALYST, Role.DATA_OWNER, Role.ADMINISTRATOR}),
        ("official", {Role.ANALYST, Role.DATA_OWNER}),
        ("restricted", set()),
    ],
)
def test_who_may_take_refused_rows_away(town, delivery, tmp_path, role, sensitivity, allowed):
    _make(town, sensitivity)
    out = tmp_path / "back.csv"
    before = len(acts(kind="disclosure"))
    if role in allowed:
        assert export_quarantine(town, viewer(role), delivery, out, **WHY) == 1
        with out.open(newline="") as content:
            assert list(csv.reader(content))[1][-1] == SECRET
        act = acts(kind="disclosure")[0]
        assert (act.username, act.recipients) == (role.value, ["wardens"])
        assert SECRET not in act.what + str(act.detail)
    else:
        with pytest.raises(NotFound if sensitivity == "restricted" else NotPermitted):
            export_quarantine(town, viewer(role), delivery, out, **WHY)
        assert not out.exists()
    assert len(acts(kind="disclosure")) - before == (role in allowed)


@pytest.mark.skipif(sys.platform == "win32", reason="modes are of POSIX")
def test_only_its_maker_can_read_the_file(town, delivery, tmp_path):
    out = tmp_path / "back.csv"
    export_quarantine(town, viewer(Role.ANALYST), delivery, out, **WHY)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_rows_of_a_closed_feed_take_a_reason_and_are_never_public_information(town, delivery, tmp_path):
    for purpose, reason in ((Purpose.CRIME_AND_DISORDER, " "), (Purpose.PUBLIC_INFORMATION, "asked for")):
        with pytest.raises(NotPermitted):
            export_quarantine(
                town, viewer(Role.ANALYST), delivery, tmp_path / "x", purpose=purpose, reason=reason
            )


def test_a_broken_contract_closes_its_feeds_refused_rows(town, delivery, tmp_path):
    (town.contracts_folder / "warden-patrols.toml").write_text('sensitivity = "open"\nthis is spoilt')
    with pytest.raises(NotPermitted):
        export_quarantine(town, viewer(Role.ADMINISTRATOR), delivery, tmp_path / "back.csv", **WHY)


def test_a_delivery_that_is_not_there_reads_as_a_restricted_one(town, delivery, tmp_path):
    _make(town, "restricted")
    told = []
    for number in (delivery, 99):
        with pytest.raises(NotFound) as raised:
            export_quarantine(town, viewer(Role.ANALYST), number, tmp_path / "back.csv", **WHY)
        told.append(raised.value.sentence().replace(str(number), "N"))
    assert told[0] == told[1]


def test_the_command_line_goes_through_the_door_and_shows_no_cell(town, delivery, tmp_path):
    council = add_agency("council", "Council")
    for role in (Role.ANALYST, Role.ADMINISTRATOR):
        add_user(role.value, name=role.value.title(), role=role, agency=council)
    out = tmp_path / "back.csv"

    def run(role, *words):
        act = ["-C", str(town.folder), "--as", role, "quarantine", *words]
        result = CliRunner().invoke(main, act)
        assert SECRET not in result.output
        return result.exit_code

    assert run("administrator", "export", str(delivery), "--out", str(out)) != 0
    assert not out.exists()
    assert run("analyst", "show", str(delivery)) == 0
    assert run("analyst", "export", str(delivery), "--out", str(out)) == 0
    assert SECRET in out.read_text()
