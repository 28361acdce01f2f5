"""Every command that writes, really run: no transaction commits a change without an act in the log."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from committed import committed
from doors_table import COMMANDS, UPKEEP
from doors_town import FILES, OFFICIAL
from test_doors_writes import COMMANDS_THAT_WRITE, NOT_TRIED

from own_measures import OPEN as OPEN_MEASURE

pytestmark = pytest.mark.slow
TECHNICAL = {
    "log_act", "log_head", "log_reason",  # the log itself
    "django_session", "hub_attempt",  # who is signed in, and how often somebody tried
    "records_generation", "records_retiredfile",  # that something changed; files that readers still hold
    "places_placedpoints",  # in which file points lie that were worked out from records
}  # fmt: skip
FOLLOW_UP = {"records_erasure", "partnership_retentiondecision"}
"""What an erasure does after its act is committed: it is marked as finished, and the decision as done."""
OWNER, ADMINISTRATOR, ANALYST = (("helpline", role) for role in ("data-owner", "administrator", "analyst"))
SECOND, AUDITOR = ("council", "administrator"), ("helpline", "auditor")
AGREEMENT = """
code = "new"
version = 1
title = "A new one"
basis = "For this test"
purposes = ["crime-and-disorder"]
starts = 2026-01-01
ends = 2099-12-31
review = 2099-01-01
[[shares]]
owner = "helpline"
feeds = ["calls"]
[[receives]]
agency = "council"
roles = ["analyst"]
"""
STEPS = [  # in this order: each a command, who runs it, and its words
    ("agreements draft", ANALYST, "--out {new}"),
    ("agreements record", ANALYST, "{agreement}"),
    ("agreements stop", OWNER, "new --owner helpline --reason x"),
    (
        "watch-lists make", ANALYST, "new --title x --purpose crime-and-disorder --basis x --feed calls"
        " --expires {day} --to council:practitioner --detail caller.full_name",
    ),
    ("watch-lists change", ANALYST, "new --title y"),
    ("watch-lists add", ANALYST, "new --ref N2 --why other"),
    ("watch-lists remove", ANALYST, "new --ref N2"),
    ("watch-lists end", OWNER, "new --reason x"),
    ("deliver", OWNER, "calls {file}"),
    ("measures add", ANALYST, "{own_measure}"),
    ("records withdraw", OWNER, "calls --ref N7 --reason x"),
    ("records restore", OWNER, "5 --reason x"),
    ("records restrict", ANALYST, "calls --ref N7 --kind marac --reason x"),
    ("records lift", OWNER, "2 --reason x"),
    ("approvals approve", AUDITOR, "3"),
    ("records lift", OWNER, "2 --reason x"),
    ("deliveries withdraw", OWNER, "4 --reason x"),
    ("quarantine export", ANALYST, "2 --out {rows} --reason x"),
    ("quarantine judge-again", OWNER, "2"),
    ("held accept", OWNER, "1 --why looked"),
    ("held refuse", ANALYST, "2 --why looked"),
    ("gaps add", ANALYST, "G.7 --title x --lead helpline --action x"),
    ("gaps change", ANALYST, "G.7 --note x"),
    ("gaps close", ANALYST, "G.7 --why x"),
    ("gaps review", ANALYST, ""),
    ("gaps standard", ANALYST, "acceptance calls --at-least 1 --title x --lead council --action x"),
    ("retention keep", ANALYST, "calls --up-to 2024-04 --until {day} --why x"),
    ("retention end", ANALYST, "1 --why x"),
    ("requests ask", OWNER, "x --for x"),
    ("requests lead", ANALYST, "3 helpline"),
    ("link run", ANALYST, ""),
    ("link list", ANALYST, ""),
    ("link quality", ANALYST, ""),
    ("repeats nominations", ANALYST, "--period 2024-03..2024-04 --reason look"),
    ("link find", ANALYST, "Somebody --purpose crime-and-disorder --reason look"),
    ("requests answer", ANALYST, "3 x --depersonalised"),
    ("requests refuse", ANALYST, "1 --why not-held"),
    ("requests ask", OWNER, "x --for x"),
    ("requests withdraw", OWNER, "4"),
    ("requests erase-words", ADMINISTRATOR, "3 --reason x"),
    ("section-17a assign", ANALYST, "5 calls --holder helpline"),
    ("section-17a unassign", ANALYST, "5 calls"),
    ("erase", ADMINISTRATOR, "zephyrlodge --ref N9 --all --reason x"),
    ("approvals approve", SECOND, "4"),
    ("erase", ADMINISTRATOR, "zephyrlodge --ref N9 --all --reason x"),
    ("retention erase", ADMINISTRATOR, "zephyrlodge --up-to 2024-04 --why x"),
    ("approvals approve", SECOND, "5"),
    ("retention erase", ADMINISTRATOR, "zephyrlodge --up-to 2024-04 --why x"),
    ("approvals decline", SECOND, "1 --reason x"),
    ("break-glass open", ADMINISTRATOR, "hospital-analyst --feed calls --reason x"),
    ("break-glass close", OWNER, "3"),
    ("break-glass review", OWNER, "3 --finding x"),
    ("retention finish", ADMINISTRATOR, ""),
    (
        "commissioned add", ANALYST, "seen --title x --provider x --commissioner x --from 2024-04-01 --unit x"
    ),
    ("commissioned change", ANALYST, "seen --note x"),
    ("commissioned count", ANALYST, "seen delivered 2024-04 --count 9 --source x"),
    ("commissioned close", ANALYST, "seen --why x"),
    ("funding add", ANALYST, "less --title x --partner x --cut --from 2024-04-01 --owner x"),
    ("funding change", ANALYST, "less --note x"),
    ("funding close", ANALYST, "less --why x"),
    (
        "interventions add", ANALYST,
        "lights --title x --kind lighting --at -1.23 54.57 --radius 100 --from 2024-01-01 --owner x",
    ),
    ("interventions change", ANALYST, "lights --note x"),
    ("interventions withdraw", ANALYST, "lights --why x"),
    ("targets change", ANALYST, "T.1 --note x"),
    ("targets close", ANALYST, "T.1 --why x"),
    ("users add", ADMINISTRATOR, "new --name New --role analyst --agency helpline --no-password"),
    ("users set-role", ADMINISTRATOR, "new auditor"),
    ("users deactivate", ADMINISTRATOR, "new"),
    ("users reactivate", ADMINISTRATOR, "new"),
    ("users reset-second-factor", ADMINISTRATOR, "new"),
    ("users sign-out", ADMINISTRATOR, "new"),
    ("users unlock", ADMINISTRATOR, "new"),
]  # fmt: skip
ELSEWHERE = {
    "users link": "needs an identity provider: tests/hub; the same door as the other changes of users",
    "users unlink": "needs an identity provider: tests/hub; the same door as the other changes of users",
    "targets add": "needs a measure with a change of a year: tests/partnership/test_targets.py",
    "quarantine mend": "tests/feeds/test_feeds_mending.py, through the same door as quarantine judge-again",
    "quarantine release": "tests/feeds, through the same door as quarantine judge-again",
}


def test_every_command_that_writes_is_a_step_here():
    upkeep = {name for name, door in COMMANDS.items() if door.shows == UPKEEP}
    lacking = set(COMMANDS_THAT_WRITE) - {name for name, _who, _words in STEPS} - set(ELSEWHERE) - upkeep
    assert lacking == set(), (
        "Add who runs it, and with which words, to STEPS in tests/doors/test_doors_every_act.py"
    )
    assert not set(NOT_TRIED) & {name for name, _who, _words in STEPS}


def test_no_transaction_commits_a_change_without_an_act(town, shell, tmp_path):
    (tmp_path / "agreement.toml").write_text(AGREEMENT)
    file = tmp_path / FILES[OFFICIAL].replace("2024-04", "2024-03")
    file.write_text(
        "Number,Day,Longitude,Latitude,Kind,Caller\nN1,2024-03-01,-1.295,54.505,day,A\nN7,2024-03-02,,,,B\n"
    )
    (tmp_path / "own-crimes.toml").write_text(OPEN_MEASURE)
    told = {
        "own_measure": tmp_path / "own-crimes.toml",
        "agreement": tmp_path / "agreement.toml",
        "file": file,
        "new": tmp_path / "new.toml",
        "rows": tmp_path / "rows.csv",
        "day": dt.date.today() + dt.timedelta(days=300),  # noqa: DTZ011 - any day within the years ahead
    }
    silent, failed = {}, {}
    for name, who, words in STEPS:
        with committed() as done:
            given = shell(who, f"{name} {words.format(**told)}")
        if given.status not in {0, 1}:
            failed[name] = given.text
        if changed := without_act(done):
            silent[name] = changed
    assert failed == {}
    assert silent == {}
    assert [
        one["records"] for one in json.loads(shell(ADMINISTRATOR, "erase --list --format json").text)
    ] == [
        1,
        1237,
    ]


def without_act(done: list[set[str]]) -> list[set[str]]:
    """The transactions that changed a table and wrote no act, but for what follows one that did."""
    found, acted = [], False
    for tables in done:
        acted = acted or "log_act" in tables
        changed = tables - TECHNICAL - (FOLLOW_UP if acted else set())
        if changed and "log_act" not in tables:
            found.append(changed)
    return found


def test_the_guard_sees_a_write_that_has_no_act(town):
    from django.db import transaction

    from joinedup.accounts.models import Agency

    with committed() as done:
        with transaction.atomic():
            Agency.objects.create(code="silent", name="Silent")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            Agency.objects.create(code="undone", name="Undone")
            raise ZeroDivisionError
    assert done == [{"accounts_agency"}]
