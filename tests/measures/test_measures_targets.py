"""Targets that are kept, judged: places of several areas, baselines of any year, and what is not shown."""

from __future__ import annotations

import dataclasses
import itertools
import json
import shutil

import pytest
from click.testing import CliRunner

from joinedup.accounts import add_agency, add_user
from joinedup.cli import main
from joinedup.hub import targets
from joinedup.measures import FigureQuery, measure_named
from joinedup.measures.projecting import Target, project
from joinedup.partnership.aims import Aim
from joinedup.release import release
from joinedup.terms import AreaLevel, Every, Period, Role, Viewer, parse_knowledge_date
from joinedup.workspace import Workspace
from tiny_town import Town, at

YEAR, BEFORE = Period.parse("2024/25"), Period.parse("2023/24")
ADA = Viewer("ada", "Ada", Role.ANALYST, "council")


@pytest.fixture(scope="session")
def told_folder(town_template, tmp_path_factory):
    """Two years and a half: W1 has ten a month, then eight; W2 four, then five; W3 twenty; the sea two."""
    folder = tmp_path_factory.mktemp("told") / "workspace"
    shutil.copytree(town_template, folder)
    town = Town(Workspace.open(folder))
    agency = add_agency("council", "Council")
    add_user("ada", name="Ada", role=Role.ANALYST, agency=agency)
    add_user("cllr", name="Cllr", role=Role.COUNCILLOR, agency=agency)
    for number in range(24 + 8):
        month = f"{2022 + (number + 3) // 12}-{(number + 3) % 12 + 1:02d}"
        this_year = number >= 24
        town.crimes(month, {"W1": 8 if this_year else 10, "W2": 5 if this_year else 4, "W3": 20, "sea": 2})
    town.workspace.close()
    return folder


@pytest.fixture
def told(told_folder, tmp_path):
    """A copy of it, to be changed."""
    shutil.copytree(told_folder, tmp_path / "workspace")
    workspace = Workspace.open(tmp_path / "workspace")
    yield Town(workspace, itertools.count(1_000))  # its files are others than those delivered already
    workspace.close()


@pytest.fixture
def run(told):
    def act(*words, by="ada"):
        folder = str(told.workspace.folder)
        result = CliRunner().invoke(main, ["-C", folder, "--as", by, "targets", *words])
        return result.exit_code, result.stdout, result.stderr

    return act


def keep(town, reference="T1", **changed):
    given = {
        "measure": "recorded-crime",
        "level": AreaLevel.WARD,
        "areas": ("W1", "W2"),
        "year": YEAR,
        "aim": Aim(at_most=True, change=-0.05),
        "owner": "Council",
    } | changed
    return targets.keep(town.workspace, ADA, reference, **given)


def by_hand(town, areas, target):
    """The same judgement from each area's released months, added up here."""
    months = release(
        town.workspace,
        ADA,
        FigureQuery(
            "recorded-crime",
            level=AreaLevel.WARD,
            areas=areas,
            period=Period(target.before.start, target.year.end),
            every=Every.MONTH,
        ),
    ).rows
    first = [row for row in months if row.area_code == areas[0]]
    sums = []
    for row in first:
        parts = [one for one in months if one.period == row.period]
        known = all(one.numerator is not None for one in parts)
        whole = sum(one.numerator for one in parts) if known else None
        sums.append(dataclasses.replace(row, numerator=whole, value=whole))
    return project(target, sums, first[0])


def test_a_neighbourhood_is_judged_by_the_sum_of_its_areas(told):
    """168 before (14 a month), 104 in eight months against 112: about 156 in all, of at most 159.6."""
    found = keep(told, place="Two wards")
    one = found.projection
    assert (one.so_far, one.same_before, one.before) == (104, 112, 168)
    assert one.wanted == pytest.approx(159.6) and one.projected == pytest.approx(104 + 104 / 112 * 56)
    assert one == dataclasses.replace(
        by_hand(told, ("W1", "W2"), Target(YEAR, change=-0.05)), notes=one.notes
    )
    assert found.status == "open" and 0.3 < one.chance < 0.9
    alone = keep(told, "T2", areas=("W1",)).projection
    assert (alone.so_far, alone.before) == (64, 120)
    whole = keep(told, "T3", level=AreaLevel.PARTNERSHIP, areas=()).projection
    assert (whole.so_far, whole.before) == (33 * 8, 34 * 12)  # not the sea
    known = Aim(at_most=True, change=0.0, known_at=parse_knowledge_date("2024-12-31"))
    fixed = keep(told, "T4", level=AreaLevel.PARTNERSHIP, areas=(), aim=known).projection
    assert fixed.wanted == 34 * 12


def test_a_district_that_is_named_for_its_wards_is_its_wards(told):
    found = keep(told, areas=("D1",))
    assert (found.target.areas, found.target.vintage) == (["W1", "W2"], "2025")
    assert found.target.title == "Recorded crime, Ward W1, Ward W2"


@pytest.mark.parametrize(
    ("aim", "wanted"),
    [
        (Aim(at_most=True, change=-0.05), 159.6),
        (Aim(at_most=True, change=-0.5, baseline_year=Period.parse("2022/23")), 84),
        (
            Aim(at_most=True, change=-0.5, baseline_value=250, known_at=parse_knowledge_date("2020-01-01")),
            125,
        ),
        (Aim(at_most=False, count=150), 150),
    ],
)
def test_a_baseline_is_the_year_before_another_year_or_a_number(told, aim, wanted):
    one = keep(told, aim=aim).projection
    assert one.wanted == pytest.approx(wanted) and one.chance is not None
    whole = Target(YEAR, count=wanted, at_most=aim.at_most)
    assert one.chance == pytest.approx(by_hand(told, ("W1", "W2"), whole).chance)


def test_a_baseline_stays_as_it_was_known_though_the_records_are_revised(told):
    fixed = Aim(at_most=True, change=0.0, known_at=parse_knowledge_date("2024-06-30"))
    keep(told, "FIXED", aim=fixed, areas=("W1",))
    keep(told, "MOVES", aim=Aim(at_most=True, change=0.0), areas=("W1",))
    told.crimes("2023-06", {"W1": 22, "W2": 4, "W3": 20, "sea": 2}, received=at(2025, 2))
    wanted = {}
    for one in targets.targets_seen(told.workspace, ADA):
        wanted[one.reference] = targets.judge(told.workspace, ADA, one).projection.wanted
    assert wanted == {"FIXED": 120, "MOVES": 132}
    moved = targets.target_seen(told.workspace, ADA, "MOVES")
    earlier = targets.judge(told.workspace, ADA, moved, as_at=parse_knowledge_date("2024-12-31"))
    assert earlier.projection.wanted == 120


def test_a_baseline_of_a_year_that_was_not_delivered_is_not_judged(told):
    found = keep(told, aim=Aim(at_most=True, change=-0.1, baseline_year=Period.parse("2019/20")))
    assert found.status == "not-judged" and "baseline were not delivered" in found.notes[0]


def test_one_more_than_a_tenth_more_is_not_missed_by_a_hair(told):
    """110 and 10 % more are 121, and not 121.00000000000001."""
    assert Target(YEAR, change=0.1, at_most=False).wanted(110) == 121


def test_a_new_version_of_the_definition_is_not_judged_until_somebody_takes_it(told, monkeypatch):
    keep(told)
    newer = dataclasses.replace(measure_named("recorded-crime"), version=7)
    for room in ("judging", "keeping"):
        monkeypatch.setattr(f"joinedup.hub.targets.{room}.measure_known", lambda *_: newer)
    one = targets.target_seen(told.workspace, ADA, "T1")
    found = targets.judge(told.workspace, ADA, one)
    assert (
        found.status == "not-judged" and "is version 7, and the target was set by version 1" in found.notes[0]
    )
    targets.change(told.workspace, ADA, "T1", newest_definition=True)
    one = targets.target_seen(told.workspace, ADA, "T1")
    assert targets.judge(told.workspace, ADA, one).status == "open"


def test_the_commands_keep_list_show_change_and_close(run):
    words = ("add", "T1", "--measure", "recorded-crime", "--year", "2024/25", "--owner", "council")
    place = ("--area-level", "ward", "--area", "W1", "--area", "ward w2", "--place", "Old town")
    status, _, said = run(
        *words, *place, "--change", "-5", "--where", "type=Burglary", "--review", "2024-10-01"
    )
    assert status == 0 and "The target T1 is kept. Now: open." in said, said
    status, out, said = run()
    assert status == 0 and "Old town: at least 5 % fewer than in the year before" in out
    assert "at most 159" in out and "open" in out and "To be reviewed: T1" in said
    _, out, _ = run("list", "--year", "2024/25", "--format", "json")
    (one,) = json.loads(out)
    assert (one["reference"], one["area_codes"], one["vintage"]) == ("T1", ["W1", "W2"], "2025")
    assert (one["where"], one["owner"], one["set_by"]) == (["type=burglary"], "Council", "ada")
    assert (one["so_far"], one["status"], one["definition_version"]) == (104, "open", 1)
    assert one["known_on"] and one["deliveries"]
    status, _, said = run("change", "T1", "--change", "-20", "--note", "Tightened")
    assert status == 0, said
    _, out, _ = run("show", "T1")
    assert "very unlikely to be met" in out and "Tightened" in out and "ward of 2025: W1, W2" in out
    assert "at least 5 % fewer than in the year before → at least 20 % fewer" in out
    _, out, _ = run("show", "T1", "--format", "json", "--as-at", "2024-09-15")
    shown = json.loads(out)
    assert shown["months"] == 5 and [one["what"] for one in shown["history"]] == ["set", "changed"]
    assert run("close", "T1", "--why", "Missed")[0] == 0
    _, out, _ = run("list", "--state", "closed", "--format", "json")
    assert [(one["reference"], one["status"], one["chance"]) for one in json.loads(out)] == [
        ("T1", "closed", None)
    ]
    assert json.loads(run("list", "--state", "open", "--format", "json")[1]) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--change", "-5", "--at-most", "9"), "said in one way"),
        ((), "said in one way"),
        (("--change", "lots"), "That is no number"),
        (("--at-most", "9.5"), "whole number"),
        (("--at-most", "9", "--direction", "at-least"), "say the direction"),
        (("--change", "-5", "--baseline-count", "9"), "on which day"),
        (("--change", "-5", "--owner", "Nobody"), "(--owner)"),
        (("--change", "-5", "--area-level", "ward"), "of which areas"),
        (("--change", "-5", "--area-level", "ward", "--area", "W9"), "no area of that name"),
        (("--change", "-5", "--where", "type=nothing"), "type"),
        (("--change", "-5", "--measure", "no-such-thing"), "no-such-thing"),
        (("--change", "-5", "--year", "2024-Q2"), "twelve months"),
    ],
)
def test_what_cannot_be_judged_is_not_kept(run, words, said):
    usual = {"--measure": "recorded-crime", "--year": "2024/25", "--owner": "council"}
    plain = [word for name, value in usual.items() if name not in words for word in (name, value)]
    status, _, told = run("add", "T1", *plain, *words)
    assert status == 2 and said in told, told
    assert json.loads(run("list", "--format", "json")[1]) == []


def test_changing_keeps_what_is_not_said_and_a_direction_can_be_told(run):
    usual = ("--measure", "recorded-crime", "--year", "2024/25", "--owner", "council")
    base = ("--baseline-count", "400", "--baseline-known", "2024-04-30")
    assert run("add", "T1", *usual, "--change", "5", "--direction", "at-most", *base)[0] == 0
    asked = lambda: json.loads(run("show", "T1", "--format", "json")[1])["asked"]  # noqa: E731
    assert asked() == "at most 5 % more than 400, as known on 2024-04-30"
    assert run("change", "T1", "--change", "-5")[0] == 0
    assert asked() == "at least 5 % fewer than 400, as known on 2024-04-30"
    assert run("change", "T1", "--baseline", "2022/23")[0] == 0
    assert asked() == "at least 5 % fewer than in April 2022 to March 2023"
    assert run("change", "T1", "--at-most", "380")[0] == 0
    assert asked() == "at most 380"
    status, _, said = run("change", "T1")
    assert status == 2 and "Nothing about the target is changed" in said


def test_whoever_sees_protected_numbers_reads_the_target_and_not_how_it_goes(told, run, monkeypatch):
    """The same source, closed: a councillor's counts are protected, so nothing is judged for them."""
    base = {"baseline_value": 173, "known_at": parse_knowledge_date("2024-04-30")}
    keep(told, aim=Aim(at_most=True, change=-0.05, **base))
    from joinedup.release.decision import Access, Decision

    hidden = Decision(Access.PROTECTED, "Small numbers are hidden.", "role-protected", "")
    monkeypatch.setattr("joinedup.release.asking.decide", lambda *_, **__: hidden)
    monkeypatch.setattr("joinedup.release.admitting.decide", lambda *_, **__: hidden)
    for words in (("list", "--format", "json"), ("show", "T1", "--format", "json")):
        status, out, _ = run(*words, by="cllr")
        found = json.loads(out)
        one = found[0] if isinstance(found, list) else found
        assert status == 0 and one["status"] == "not-judged" and "not shown to you" in one["notes"][0]
        assert "173" not in out and one["chance"] is None and one["baseline_count"] is None
        assert one["owner"] == "Council"
