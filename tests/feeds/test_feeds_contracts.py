"""Contracts and code lists: what they must say, and how their errors point to the place."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from staging_by_hand import small_contract

from joinedup.errors import BadInput, NotFound
from joinedup.feeds import broken_contracts, contract, contracts
from joinedup.feeds.codelists import read_code_list
from joinedup.feeds.library import OWN
from joinedup.feeds.reading_contracts import read_contract
from joinedup.terms import RecordType, Sensitivity

CODE_LISTS = OWN / "codelists"


def test_the_published_feeds_are_open_and_the_partners_own_are_not(workspace):
    found = contracts(workspace)
    published = {
        "fixmystreet-areas",
        "police-uk-outcomes",
        "police-uk-stop-and-search",
        "police-uk-street",
    }
    assert published < set(found)
    assert found["fixmystreet-areas"].record_type is RecordType.RETURN
    assert {
        name for name, one in found.items() if one.publishing.sensitivity is Sensitivity.OPEN
    } == published
    assert broken_contracts(workspace) == {}


def test_field_names_that_measures_rest_on(workspace):
    found = contracts(workspace)
    assert found["police-uk-street"].field_names() == [
        "reported_by",
        "falls_within",
        "location",
        "stated_area_name",
        "crime_type",
        "last_outcome",
        "context",
        "kind",
    ]
    assert {"incident_ref", "outcome_type"} <= set(found["police-uk-outcomes"].field_names())
    assert {"kind", "outcome_linked", "gender"} <= set(found["police-uk-stop-and-search"].field_names())
    assert found["fixmystreet-areas"].field_names() == ["category", "reports", "unique_users"]


def test_no_feed_is_named_in_code():
    """A contract file is enough: no module outside the demonstration knows a feed by name.

    Measures name statistical sources (decision 2), and a few sources have the name of their feed.
    """
    package = OWN.parents[1]
    known = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in OWN.glob("*.toml")}
    sources = {contract["source"]["code"] for contract in known.values()}
    names = known.keys() - sources
    assert len(names) >= len(known) - 4
    for module in package.rglob("*.py"):
        if "demo" in module.relative_to(package).parts:
            continue
        text = module.read_text(encoding="utf-8")
        assert not [name for name in names if name in text], module


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('mode = "snapshot"', 'mode = "sometimes"', "mode"),
        ('record_type = "incident"', "", "record_type"),
        ('columns = ["id"]', 'columns = ["number"]', "number"),
        ('field = "note"', 'field = "month"', "month"),
        ('field = "note"', 'field = "Note!"', "note"),
        ('field = "note"', 'codes = "no-such-list"', "no-such-list"),
        ('field = "note"', "", "note"),
        ("late_after_days = 30", 'late_after_days = "soon"', "late_after_days"),
        ("late_after_days = 30", "late_after_days = 30\nbroken = 1", "broken"),
        ('purposes = ["crime-and-disorder"]', 'purposes = ["curiosity"]', "purposes"),
        ("late_after_days = 30", "late_after_days = 30\nended = { on = 2020-12-31 }", "reason"),
        ("late_after_days = 30", 'late_after_days = 30\nended = { on = "2020", reason = "r" }', "'on'"),
        ("late_after_days = 30", 'late_after_days = 30\nended = { on = 2020-12-31, reason = "" }', "ended"),
        (
            "late_after_days = 30",
            'late_after_days = 30\nended = { on = 2020-12-31T10:00:00, reason = "r" }',
            "ended",
        ),
        ('name = "note"', 'name = "ID"', "same name"),
        ('format = "month"', 'format = "lunar"', "format"),
        ("version = 1", "version = ", "small-feed.toml"),
    ],
)
def test_an_error_names_the_file_and_the_key(tmp_path, old, new, told):
    path = small_contract(tmp_path, instead=[(old, new)])
    with pytest.raises(BadInput) as raised:
        read_contract(path, (CODE_LISTS,))
    assert "small-feed.toml" in raised.value.sentence()
    assert told in raised.value.sentence()


def test_a_contract_in_the_workspace_adds_a_feed_or_replaces_one(workspace):
    small_contract(workspace.contracts_folder)
    assert contract(workspace, "small-feed").title == "A small feed"
    own = (OWN / "police-uk-street.toml").read_text(encoding="utf-8").replace("version = 1", "version = 2", 1)
    (workspace.contracts_folder / "police-uk-street.toml").write_text(own, encoding="utf-8")
    assert contract(workspace, "police-uk-street").version == 2


def test_a_contract_or_code_list_that_was_changed_is_read_anew(workspace):
    text = (OWN / "police-uk-stop-and-search.toml").read_text(encoding="utf-8")
    own = workspace.contracts_folder / "police-uk-stop-and-search.toml"
    titles = []
    for title in ("Stops, once", "Stops, anew"):
        own.write_text(re.sub(r'(?m)^title = ".*"', f'title = "{title}"', text, count=1), encoding="utf-8")
        titles.append(contract(workspace, "police-uk-stop-and-search").title)
    assert titles == ["Stops, once", "Stops, anew"]
    lists = workspace.contracts_folder / "codelists"
    lists.mkdir(exist_ok=True)
    named = re.search(r'codes = "([a-z-]+)"', text)[1]
    (lists / f"{named}.csv").write_text("code,label,valid_from\n", encoding="utf-8")
    with pytest.raises(BadInput):
        contract(workspace, "police-uk-stop-and-search")


def test_a_feed_that_is_not_there_is_said_so(workspace):
    with pytest.raises(NotFound, match="no feed of that name"):
        contract(workspace, "unheard-of")


def test_a_contract_is_named_for_its_file(workspace):
    small_contract(workspace.contracts_folder).rename(workspace.contracts_folder / "other.toml")
    with pytest.raises(BadInput, match=r"small-feed\.toml"):
        contract(workspace, "other")


def _spoil(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace("version = 1", "version = "), encoding="utf-8")


def test_a_broken_contract_closes_no_other_feed(workspace):
    before = set(contracts(workspace))
    _spoil(small_contract(workspace.contracts_folder))
    assert set(contracts(workspace)) == before
    [(name, broken)] = broken_contracts(workspace).items()
    assert name == broken.feed == "small-feed"
    with pytest.raises(BadInput, match=r"small-feed\.toml"):
        contract(workspace, "small-feed")


def test_a_broken_contract_is_listed_with_its_error_and_waits_for_a_person(workspace, analyst):
    from click.testing import CliRunner

    from joinedup.cli import main

    _spoil(small_contract(workspace.contracts_folder))
    result = CliRunner().invoke(main, ["-C", str(workspace.folder), "feeds", "--format", "json"])
    rows = {row["feed"]: row for row in json.loads(result.stdout)}
    assert result.exit_code == 1
    assert re.match(r"1 of \d+ contracts have an error", result.stderr)
    assert "small-feed.toml" in rows["small-feed"]["error"]
    assert rows["police-uk-street"]["version"] == 1
    result = CliRunner().invoke(main, ["-C", str(workspace.folder), "feeds", "show", "small-feed"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "small-feed.toml" in result.stderr


@pytest.mark.parametrize(
    ("line", "closed"),
    [
        ('sensitivity = "open"', Sensitivity.OFFICIAL),
        ("sensitivity = 'official'  # agreed in May", Sensitivity.OFFICIAL),
        ('sensitivity = "restricted"', Sensitivity.RESTRICTED),
        ('sensitivity = "opne"', Sensitivity.RESTRICTED),
        ('# sensitivity = "open"', Sensitivity.RESTRICTED),
        ('sensitivity = "open"\nsensitivity = "restricted"', Sensitivity.RESTRICTED),
    ],
)
def test_a_broken_contract_is_believed_only_where_that_closes(workspace, line, closed):
    file = small_contract(workspace.contracts_folder)
    text = file.read_text(encoding="utf-8").replace('sensitivity = "official"', line)
    assert line in text
    file.write_text(text.replace("version = 1", "version = "), encoding="utf-8")
    assert broken_contracts(workspace)["small-feed"].sensitivity is closed


def test_a_contract_that_cannot_be_read_at_all_is_shown_to_nobody(workspace):
    (workspace.contracts_folder / "small-feed.toml").write_bytes(b"\xff\xfe")
    assert broken_contracts(workspace)["small-feed"].sensitivity is Sensitivity.RESTRICTED


def _list(folder: Path, *lines: str) -> Path:
    path = folder / "list.csv"
    path.write_text("\n".join(["code,label,valid_from,valid_to", *lines]) + "\n", encoding="utf-8")
    return path


def test_one_text_never_means_two_codes_on_one_day(tmp_path):
    with pytest.raises(BadInput, match="two codes"):
        read_code_list(_list(tmp_path, "a,Theft,2010-01-01,2013-04-30", "b,Theft,2013-04-30,"))
    assert read_code_list(_list(tmp_path, "a,Theft,2010-01-01,2013-04-30", "b,Theft,2013-05-01,")).codes


@pytest.mark.parametrize(
    "line", ["a,Theft,2010-1-1,", "a,Theft", ",Theft,,", "a,Theft,2014-01-01,2013-01-01"]
)
def test_a_wrong_line_of_a_code_list_is_pointed_out(tmp_path, line):
    with pytest.raises(BadInput) as raised:
        read_code_list(_list(tmp_path, line))
    assert raised.value.where


def test_every_word_that_police_uk_uses_is_known():
    crimes = read_code_list(CODE_LISTS / "police-uk-crime-types.csv")
    assert crimes.labels()["violent-crime"] == "Violence and sexual offences"
    kinds = {code.code: code.attributes["kind"] for code in crimes.codes}
    assert [code for code, kind in kinds.items() if kind != "crime"] == ["anti-social-behaviour"]
    outcomes = read_code_list(CODE_LISTS / "police-uk-outcomes.csv")
    assert len(outcomes.codes) == 28
    written = {text for code in outcomes.codes for text in code.spellings("label")}
    assert {"Offender given penalty notice", "Offender given a penalty notice", "Suspect charged"} <= written


def test_a_feed_that_has_ended_says_when_and_why(tmp_path):
    """An ended feed stays in the house with its last day and its reason; others have neither."""
    ended = 'late_after_days = 30\nended = { on = 2020-12-31, reason = "The website was closed." }'
    path = small_contract(tmp_path, instead=[("late_after_days = 30", ended)])
    found = read_contract(path, (CODE_LISTS,)).publishing.ended
    assert found is not None
    assert (found.on.isoformat(), found.reason) == ("2020-12-31", "The website was closed.")
    assert read_contract(small_contract(tmp_path), (CODE_LISTS,)).publishing.ended is None
