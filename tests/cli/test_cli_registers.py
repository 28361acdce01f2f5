"""The registers on the command line: what cannot be measured is not asked; holders are known agencies."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from test_cli_retention import CONTRACT

from joinedup import partnership
from joinedup.accounts import add_agency, add_user
from joinedup.cli import main
from joinedup.feeds import deliver
from joinedup.terms import Role

FEED = "warden-reports"
SNAPSHOT = CONTRACT.replace('mode = "changes"', 'mode = "snapshot"').replace(
    "one_month = false", "file_name = '(?P<period>\\d{4}-\\d{2})-reports'"
)
KIND = '\n[[column]]\nname = "Kind"\nfield = "report_kind"\n'


@pytest.fixture
def wardens(workspace, tmp_path: Path):
    """Three months of reports, none of which says of what kind it is."""
    (workspace.contracts_folder / f"{FEED}.toml").write_text(SNAPSHOT + KIND)
    analyst = add_user("ann", name="Ann", role=Role.ANALYST, agency=add_agency("council", "Council")).viewer()
    for month in ("2024-01", "2024-02", "2024-03"):
        _deliver(workspace, tmp_path, month, analyst)
    return workspace


def _deliver(workspace, folder: Path, month: str, by) -> None:
    file = folder / f"{month}-reports.csv"
    file.write_text(f"Number,Day,Caller,Kind\nR-{month}-0001,{month}-03,Obadiah Stays,\n")
    deliver(workspace, FEED, file, by=by)


def run(workspace, *words: str):
    return CliRunner().invoke(main, ["-C", str(workspace.folder), "--as", "ann", *words])


def ask(workspace, measure: str, *words: str):
    told = ("--title", "Kinds of reports", "--lead", "wardens", "--action", "Ask them")
    return run(workspace, "gaps", "standard", measure, FEED, *words, *told)


@pytest.mark.parametrize(
    ("measure", "words", "sentence"),
    [
        ("completeness", ("--field", "nosuchfield", "--at-least", "0.9"), "has no field of that name"),
        ("completeness", ("--field", "report_kin", "--at-least", "0.9"), "Perhaps: report_kind"),
        ("completeness", ("--field", "report_kind", "--at-least", "90"), "Write 0.9 for 90 %"),
        ("missing", ("--field", "report_kind", "--at-most", "nan"), "0 or more"),
        ("lateness", ("--at-most", "inf"), "0 or more"),
        ("acceptance", ("--field", "report_kind", "--at-least", "0.9"), "has no --field"),
        ("completeness", ("--at-least", "0.9"), "needs --field"),
    ],
)
def test_a_standard_that_could_never_be_held_against_anything_is_refused(
    wardens, measure, words, sentence
) -> None:
    refused = ask(wardens, measure, *words)
    assert refused.exit_code == 2 and sentence in refused.stderr
    assert partnership.standards() == []


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        ("completeness", ("--field", "report_kind", "--at-least", "0.9")),
        ("completeness", ("--field", "caller.full_name", "--at-least", "1")),
        ("lateness", ("--at-most", "14")),
    ],
)
def test_one_that_can_is_kept(wardens, measure, words) -> None:
    assert ask(wardens, measure, *words).exit_code == 0
    assert len(partnership.standards()) == 1


def test_a_gap_closed_by_hand_stays_closed_until_three_later_months_miss_it(wardens, tmp_path: Path) -> None:
    from joinedup.accounts import acting_viewer

    ask(wardens, "completeness", "--field", "report_kind", "--at-least", "0.9")
    assert "opened" in run(wardens, "gaps", "review").stdout
    assert run(wardens, "gaps", "close", "DQ-1", "--why", "agreed with the wardens").exit_code == 0
    for month in ("2024-04", "2024-05"):
        _deliver(wardens, tmp_path, month, acting_viewer("ann"))
        assert run(wardens, "gaps", "review").stdout.strip() == "No gap opened or closed."
    _deliver(wardens, tmp_path, "2024-06", acting_viewer("ann"))
    assert "reopened" in run(wardens, "gaps", "review").stdout


def test_a_standard_proves_a_gap_and_takes_its_words_from_it(wardens) -> None:
    from joinedup.accounts import acting_viewer

    by = acting_viewer("ann")
    for reference in ("3.2.1", "4.2.3"):
        partnership.add_gap(reference, "Kinds of reports", lead="Wardens", action="Ask them", by=by)
    bound = ("gaps", "standard", "completeness", FEED, "--field", "report_kind", "--at-least", "0.95")
    refused = run(wardens, *bound, "--proves", "9.9")
    assert refused.exit_code == 2 and "no data gap of that reference" in refused.stderr
    refused = run(wardens, *bound)
    assert refused.exit_code == 2 and "--title, --lead, --action" in refused.stderr
    assert partnership.standards() == []
    assert run(wardens, *bound, "--proves", "3.2.1").exit_code == 0
    (standard,) = partnership.standards()
    assert (standard.title, standard.lead, standard.action) == ("Kinds of reports", "Wardens", "Ask them")
    listed = run(wardens, "gaps")
    assert f"Completeness ({FEED} report_kind): at least 95%" in listed.stdout
    assert "Nothing measures 4.2.3 yet" in listed.stderr
    assert run(wardens, "gaps", "review").stdout.strip() == "No gap opened or closed.", (
        "3.2.1 is open already"
    )
    assert len(partnership.gaps()) == 2
    # A stricter one takes the place of the first and proves the same gap, which is said once.
    assert run(wardens, *bound[:-1], "0.99", "--proves", "3.2.1").exit_code == 0
    assert [one.threshold for one in partnership.standards()] == [0.99]
    assert partnership.gap_named("3.2.1").standard.threshold == 0.99


def test_section_17a_says_how_a_kind_without_a_feed_comes(wardens) -> None:
    told = run(wardens, "section-17a", "--period", "2024-Q1")
    assert "No feed is named for kind 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12" in told.stderr
    assert "supplied-counts: Counts supplied by the council" in told.stderr
    for kind in ("5", "6"):
        words = ("section-17a", "assign", kind, "supplied-counts", "--holder", "council-performance")
        assert run(wardens, *words).exit_code == 0
    told = run(wardens, "section-17a", "--period", "2024-Q1")
    assert "No feed is named for kind 1, 2, 3, 4, 7, 8," in told.stderr
    assert "supplied-counts: " not in told.stderr and "stands with all its rows" in told.stderr


def test_section_17a_takes_known_agencies_only_and_what_is_named_can_be_taken_back(wardens) -> None:
    refused = run(wardens, "section-17a", "assign", "8", FEED, "--holder", "No Such Agency")
    assert refused.exit_code == 2 and "No agency has that code" in refused.stderr
    assert "Perhaps: wardens" in run(wardens, "section-17a", "assign", "8", FEED, "--holder", "warden").stderr
    for holder in ("wardens", "council"):
        assert run(wardens, "section-17a", "assign", "8", FEED, "--holder", holder).exit_code == 0
        [named] = json.loads(run(wardens, "section-17a", "holdings", "--format", "json").stdout)
        assert (named["kind"], named["feed"], named["holder"], named["until"]) == (8, FEED, holder, None)
        assert run(wardens, "section-17a", "unassign", "8", FEED).exit_code == 0
    assert json.loads(run(wardens, "section-17a", "holdings", "--format", "json").stdout) == []
    run(wardens, "section-17a", "assign", "8", FEED, "--holder", "wardens")
    assert run(wardens, "section-17a", "unassign", "8", FEED, "--last", "soon").exit_code == 2
    assert run(wardens, "section-17a", "unassign", "8", FEED, "--last", "2024-03-31").exit_code == 0
    feeds = {
        quarter: [
            row["feed"]
            for row in json.loads(run(wardens, "section-17a", "--period", quarter, "--format", "json").stdout)
            if row["kind"] == 8
        ]
        for quarter in ("2024-Q1", "2024-Q2")
    }
    assert feeds == {"2024-Q1": [FEED], "2024-Q2": [None]}


def test_every_field_whose_states_were_delivered_can_be_asked_for(wardens) -> None:
    from joinedup.hub.data_quality import fields_of
    from joinedup.records import RecordBook

    with RecordBook(wardens).reading() as reader:
        counted = {state.field for state in reader.field_states({FEED})}
    assert counted == fields_of(wardens, FEED) == {"report_kind", "caller.full_name"}


def add_gap(workspace, lead: str):
    told = ("--title", "Kinds of reports", "--lead", lead, "--action", "Ask them")
    return run(workspace, "gaps", "add", "3.2.1", *told)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("wardens", "Wardens"),
        ("COUNCIL", "Council"),
        ("police-force", "The police force"),
        (" the  police force ", "The police force"),
        ("Ann", "Ann"),
    ],
    ids=["a contract's owner", "a user's agency", "a code", "a name", "a user"],
)
def test_the_lead_of_a_gap_is_an_agency_or_a_user_under_their_name(wardens, written, kept) -> None:
    assert add_gap(wardens, written).exit_code == 0
    assert partnership.gap_named("3.2.1").lead == kept


def test_an_unknown_lead_is_refused_with_the_nearest_and_nothing_is_kept(wardens) -> None:
    refused = add_gap(wardens, "police forse")
    assert refused.exit_code == 2 and "The police force" in refused.stderr
    assert partnership.gaps() == []
    assert "an agency's name or code" in add_gap(wardens, "xyzzyx").stderr
    told = ("--title", "T", "--lead", "warden", "--action", "A")
    words = ("gaps", "standard", "lateness", FEED, "--at-most", "14", *told)
    assert "Wardens" in run(wardens, *words).stderr and partnership.standards() == []


def test_a_lead_that_stands_in_the_register_stays_until_somebody_names_another(wardens) -> None:
    from joinedup.accounts import acting_viewer, set_active

    by = acting_viewer("ann")
    partnership.add_gap("3.2.1", "Kinds", lead="Whoever it was in 2010", action="Ask", by=by)
    assert run(wardens, "gaps", "change", "3.2.1", "--action", "Ask again").exit_code == 0
    gap = partnership.gap_named("3.2.1")
    assert (gap.lead, gap.action) == ("Whoever it was in 2010", "Ask again")
    add_user("bob", name="Bob Gone", role=Role.ANALYST, agency=add_agency("council", "Council"))
    set_active("bob", active=False)
    assert run(wardens, "gaps", "change", "3.2.1", "--lead", "Bob Gone").exit_code == 2
    assert run(wardens, "gaps", "change", "3.2.1", "--lead", "wardens").exit_code == 0
    assert partnership.gap_named("3.2.1").lead == "Wardens"
