"""The quality of closed data is for those who may see its deliveries; for others it is not there."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from closed_town import viewer

from joinedup.cli import main
from joinedup.measures.quality import QualityQuery
from joinedup.release import quality
from joinedup.terms import Role


def feeds(town, role, *sources):
    return {row.feed for row in quality(town, viewer(role), QualityQuery("acceptance", sources)).rows}


def test_whoever_may_see_the_deliveries_sees_how_good_they_are(town):
    assert feeds(town, Role.ANALYST) == {"warden-patrols"}
    assert feeds(town, Role.ANALYST, "another-source") == set()


def test_a_councillor_is_not_told_counts_of_closed_rows_even_by_naming_the_source(town):
    (source,) = {
        row.source for row in quality(town, viewer(Role.ANALYST), QualityQuery("acceptance", ())).rows
    }
    assert feeds(town, Role.COUNCILLOR) == set()
    assert feeds(town, Role.COUNCILLOR, source) == set()


@pytest.fixture
def shell(town, monkeypatch):
    """Runs a verb as the analyst and gives its JSON."""
    from joinedup.accounts import add_agency, add_user

    monkeypatch.setenv("JOINEDUP_WORKSPACE", str(town.folder))
    add_user("ann", name="Ann", role=Role.ANALYST, agency=add_agency("council", "Council"))

    def run(*words):
        result = CliRunner().invoke(main, [*words, *(["--format", "json"] if "add" not in words else [])])
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout) if result.stdout else None

    return run


def test_the_command_line_tells_every_feed_in_a_line_and_one_measure_by_field(shell):
    (line,) = shell("quality")
    assert (line["feed"], line["acceptance"]) == ("warden-patrols", 1.0)
    rows = shell("quality", "completeness")
    assert {row["field"] for row in rows} and all(row["denominator"] for row in rows)


def test_a_gap_goes_into_the_register_and_the_section_17a_register_has_twelve_kinds(shell):
    assert shell("gaps") == []
    shell("gaps", "add", "3.2.1", "--title", "Ethnicity", "--lead", "council", "--action", "Remind")
    (gap,) = shell("gaps")
    assert (gap["reference"], gap["state"], gap["lead"]) == ("3.2.1", "open", "Council")
    lines = shell("section-17a", "--period", "2024-Q2")
    assert [line["kind"] for line in lines] == list(range(1, 13))


@pytest.mark.parametrize(
    "words",
    [
        "held refused --feed warden-patrol",
        "gaps standard overlap warden-patrols --field warden-patrol --at-least 0.5 "
        "--title T --lead L --action A",
    ],
    ids=["refused files", "a standard of overlap"],
)
def test_a_feed_that_there_is_not_is_answered_by_the_nearest(shell, words):
    result = CliRunner().invoke(main, words.split())
    assert result.exit_code != 0
    assert "There is no feed of that name" in result.stderr and "warden-patrols" in result.stderr
