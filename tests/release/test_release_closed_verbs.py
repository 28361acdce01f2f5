"""A closed feed on the command line: what a councillor sees of its deliveries, and of why counts moved."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from closed_town import CONTRACT, QUARTER, viewer

from joinedup.accounts import add_agency, add_user
from joinedup.cli import main
from joinedup.errors import NotFound, NotPermitted
from joinedup.log import acts
from joinedup.measures import FigureQuery
from joinedup.release import explain, provenance
from joinedup.terms import AreaLevel, Role, parse_knowledge_date

BEFORE, AFTER = parse_knowledge_date("2024-07-01"), parse_knowledge_date("2024-07-31")
BY_WARD = FigureQuery("patrols", level=AreaLevel.WARD, period=QUARTER)


@pytest.fixture
def run(town):
    """Run a verb as the person of a role: (exit status, output, messages)."""
    council = add_agency("council", "Council")
    for role in (Role.ANALYST, Role.COUNCILLOR):
        add_user(role.value, name=role.value.title(), role=role, agency=council)

    def act(role, *words):
        result = CliRunner().invoke(main, ["-C", str(town.folder), "--as", role, *words])
        return result.exit_code, result.stdout, result.stderr

    return act


def test_a_councillor_sees_no_counts_of_rows_of_a_closed_feed(run):
    for words in (("deliveries",), ("quarantine",)):
        status, out, message = run("councillor", *words, "--format", "json")
        assert (status, json.loads(out)) == (0, [])
    status, _, message = run("councillor", "deliveries")
    assert "wardens" in message
    for words in (("deliveries", "show", "1"), ("quarantine", "show", "1")):
        status, out, message = run("councillor", *words)
        assert (status, out) == (2, "")
        assert "no delivery of that number that you may see" in message


def test_an_analyst_sees_them(run):
    _, out, message = run("analyst", "deliveries", "--format", "json")
    assert [row["feed"] for row in json.loads(out)] == ["warden-patrols"]
    assert "wardens" not in message
    assert run("analyst", "deliveries", "show", "1")[0] == 0
    _, out, _ = run("analyst", "deliveries", "--as-at", "2024-07-01", "--format", "json")
    assert json.loads(out) == []  # it came on the 5th


def test_provenance_is_as_known_on_the_date_asked_for(town):
    analyst = viewer(Role.ANALYST)
    assert len(provenance(town, analyst, as_at=AFTER).deliveries) == 1
    before = provenance(town, analyst, as_at=BEFORE)
    assert (list(before.deliveries), list(before.coverage)) == ([], [])


def test_why_a_closed_count_moved_is_told_to_those_who_see_it_whole_and_logged(town):
    found = explain(town, viewer(Role.ANALYST), BY_WARD, BEFORE, AFTER, channel="hub")
    assert (found.before["W1"], found.after["W1"]) == (0, 43)
    (act,) = acts(kind="disclosure")
    assert act.what == (
        "Why it moved from 2024-07-01 to 2024-07-31: Patrols, by ward, April 2024 to June 2024"
    )
    assert (act.detail["measure"], act.detail["channel"]) == ("patrols", "hub")
    assert not {"before", "after", "rows"} & set(act.detail)


@pytest.mark.parametrize("role", [Role.COUNCILLOR, Role.ADMINISTRATOR])
def test_whoever_sees_protected_tables_only_is_refused_with_the_sentence(town, role):
    with pytest.raises(NotPermitted, match=r"closed data|may not see this"):
        explain(town, viewer(role), BY_WARD, BEFORE, AFTER)
    assert acts(kind="disclosure") == []


def test_a_contract_that_closes_a_source_closes_its_explanations(town):
    contract = CONTRACT.replace('code = "wardens"\ntitle', 'code = "published-police-data"\ntitle')
    (town.contracts_folder / "closed-police.toml").write_text(
        contract.replace('name = "warden-patrols"', 'name = "closed-police"')
    )
    with pytest.raises(NotPermitted):
        explain(town, viewer(Role.COUNCILLOR), FigureQuery("recorded-crime"), BEFORE, AFTER)
    with pytest.raises(NotFound):
        explain(town, viewer(Role.ANALYST), FigureQuery("joy"), BEFORE, AFTER)


def test_nothing_is_explained_when_the_log_cannot_be_written(town):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER full BEFORE INSERT ON log_act BEGIN SELECT RAISE(ABORT, 'no room'); END"
        )
    with pytest.raises(NotPermitted, match="nothing is shown"):
        explain(town, viewer(Role.ANALYST), BY_WARD, BEFORE, AFTER)
