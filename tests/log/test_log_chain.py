"""Chains of acts: what verifying finds, what it cannot, and what heads kept elsewhere add."""

from __future__ import annotations

import datetime as dt
import json
import shutil

import pytest
from tamper_trials import trials
from tampering import TAMPERINGS, rewrite_from, tamper, write_acts

from joinedup.accounts import add_agency, add_user
from joinedup.cli import main
from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.log import (
    acts,
    erase_words,
    export_heads,
    heads_as_text,
    read_heads,
    record_act,
    sign_ended_days,
    unguarded,
    verify,
)
from joinedup.terms import Purpose, Role
from joinedup.workspace import Workspace

NAMES = ("Quintessa", "Marrow")


@pytest.fixture
def chief(workspace):
    agency = add_agency("testshire-police", "Testshire Police")
    return add_user("chief", name="Chief", role=Role.ADMINISTRATOR, agency=agency).viewer()


def _flaws(workspace, against=()):
    return [(flaw.agency, flaw.number, flaw.what) for flaw in verify(workspace.secrets_folder, against).flaws]


def test_each_agency_has_a_chain_of_its_own(workspace, analyst, chief):
    for number in range(5):
        record_act("consultation", by=analyst, purpose=None, what=f"looked at {number}", reason="a meeting")
        record_act("disclosure", by=chief, purpose=Purpose.RESEARCH, what=f"showed {number}")
    verdict = verify(workspace.secrets_folder)
    assert not verdict.flaws
    assert {(one.agency, one.acts) for one in verdict.chains} >= {
        ("testshire-council", 5),
        ("testshire-police", 5),
    }
    mine = [act for act in acts() if act.agency == "testshire-council"]
    assert [act.number for act in mine] == [5, 4, 3, 2, 1]
    assert mine[0].previous == mine[1].digest and mine[-1].previous == "0" * 64
    assert {act.reason for act in mine} == {"a meeting"}


def test_an_act_that_is_rolled_back_leaves_no_gap(workspace, analyst):
    from django.db import transaction

    class Failed(Exception):
        pass

    record_act("consultation", by=analyst, purpose=None, what="first")
    with pytest.raises(Failed), transaction.atomic():
        record_act("consultation", by=analyst, purpose=None, what="undone", reason="never mind")
        raise Failed
    record_act("consultation", by=analyst, purpose=None, what="second")
    assert [act.what for act in acts(kind="consultation")] == ["second", "first"]
    assert _flaws(workspace) == []


def test_what_comes_back_from_the_database_is_what_was_digested(tmp_path, database_url):
    made = Workspace.create(tmp_path / "workspace", partnership="Testshire", database_url=database_url)
    ann = add_user("ann", name="Ann", role=Role.ANALYST, agency=add_agency("council", "Council")).viewer()
    detail = {"é": 1.5, "b": [1, (2, 3)], "a": {"z": None, "y": True}, "empty": "", "big": 10**15, "1": "x"}
    record_act("disclosure", by=ann, purpose=None, what="Ward “A” – 1", reason="“quoted” – é", detail=detail)
    record_act("disclosure", by=ann, purpose=None, what="after")
    assert verify(made.secrets_folder).flaws == ()
    assert unguarded() == []
    made.close()


@pytest.mark.parametrize("kind", sorted(TAMPERINGS))
def test_every_kind_of_tampering_is_found(workspace, analyst, chief, kind):
    write_acts([analyst, chief], 12, seed=1)
    assert _flaws(workspace) == []
    tamper(kind, seed=3)
    assert _flaws(workspace), kind


def test_tampering_trials_at_random(workspace):
    """A sample of those that ``make test-full`` runs."""
    done = list(trials(workspace, 60, seed=2))
    assert [one for one in done if not one[2]] == [] and len(done) == 60


def test_a_log_written_anew_is_found_against_heads_that_were_kept_elsewhere(workspace, analyst, tmp_path):
    write_acts([analyst], 10, seed=1)
    file = tmp_path / "heads.json"
    file.write_text(heads_as_text(export_heads(workspace.secrets_folder)), encoding="utf-8")
    record_act("consultation", by=analyst, purpose=None, what="later")
    kept = read_heads(file)
    assert _flaws(workspace, kept) == []
    rewrite_from("testshire-council", 4)
    assert _flaws(workspace) == [], "who rewrites all of it leaves no trace in it"
    (found,) = _flaws(workspace, kept)
    assert "written anew" in found[2]


def test_an_older_copy_put_back_is_found_against_heads_that_were_kept_elsewhere(workspace, analyst, tmp_path):
    write_acts([analyst], 6, seed=1)
    workspace.close()
    shutil.copytree(workspace.folder, tmp_path / "older")
    later = Workspace.open(workspace.folder)
    write_acts([analyst], 3, seed=9)
    kept = export_heads(later.secrets_folder)
    later.close()
    older = Workspace.open(tmp_path / "older")
    assert verify(older.secrets_folder).flaws == ()
    flaws = verify(older.secrets_folder, kept).flaws
    assert ["older copy" in flaw.what for flaw in flaws] == [True]
    older.close()


def test_heads_are_signed_once_for_each_day_that_is_over(workspace, analyst):
    from joinedup.log.models import Head

    write_acts([analyst], 4, seed=1)
    today = dt.datetime.now(dt.UTC)
    assert sign_ended_days(workspace.secrets_folder, today) == 0
    assert sign_ended_days(workspace.secrets_folder, today + dt.timedelta(days=1)) == 1
    assert sign_ended_days(workspace.secrets_folder, today + dt.timedelta(days=1)) == 0
    write_acts([analyst], 2, seed=2)
    head = Head.objects.get()
    assert (head.agency, head.number) == ("testshire-council", 4)
    assert _flaws(workspace) == []
    rewrite_from("testshire-council", 2)
    assert ["written anew" in what for _, _, what in _flaws(workspace)] == [True]


def test_a_forged_head_is_found(workspace, analyst):
    write_acts([analyst], 3, seed=1)
    (head,) = export_heads(workspace.secrets_folder)
    forged = [json.loads(heads_as_text([head]))["heads"][0] | {"number": 2}]
    from joinedup.log import SignedHead

    (flaw,) = _flaws(workspace, [SignedHead(**forged[0])])
    assert "not signed" in flaw[2]


def test_a_key_that_is_not_this_workspace_s_is_told(workspace, analyst, tmp_path):
    from joinedup.log import SignedHead, signing

    write_acts([analyst], 3, seed=1)
    (head,) = export_heads(workspace.secrets_folder)
    from joinedup.log.heads import _statement

    (tmp_path / "secrets").mkdir()
    key, signature = signing.sign(
        tmp_path / "secrets", _statement(head.agency, head.day, head.number, head.digest)
    )
    other = SignedHead(head.agency, head.day, head.number, head.digest, key, signature)
    verdict = verify(workspace.secrets_folder, [other])
    assert verdict.flaws == () and verdict.unknown_keys == (key,)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"form": "other"}', '{"form": "joinedup heads 1", "heads": [{}]}']
)
def test_what_is_no_file_of_heads_is_refused(tmp_path, text):
    file = tmp_path / "heads.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match="no file of heads"):
        read_heads(file)


def test_words_can_be_erased_and_the_chain_holds(workspace, analyst, chief):
    act = record_act(
        "consultation", by=analyst, purpose=None, what="looked at one record", reason=" ".join(NAMES)
    )
    record_act("consultation", by=analyst, purpose=None, what="another", reason="a meeting")
    with pytest.raises(NotPermitted):
        erase_words(act.id, by=analyst, reason="asked for")
    with pytest.raises(BadInput, match="said why"):
        erase_words(act.id, by=chief, reason=" ")
    with pytest.raises(NotFound):
        erase_words("00000000-0000-0000-0000-000000000000", by=chief, reason="asked for")
    erase_words(act.id, by=chief, reason="asked for")
    after = {one.what: one for one in acts()}
    assert (after["looked at one record"].reason, after["looked at one record"].reason_erased) == ("", True)
    assert after["another"].reason == "a meeting"
    erasure = after["erased the reason of act 1 of testshire-council"]
    assert (erasure.subjects, erasure.reason, erasure.kind) == ([str(act.id)], "asked for", "erasure")
    assert _flaws(workspace) == []
    assert [one.erased for one in verify(workspace.secrets_folder).chains if one.agency == act.agency] == [1]
    with pytest.raises(BadInput, match="no reason"):
        erase_words(act.id, by=chief, reason="again")


def test_words_without_a_mark_cannot_be_deleted(workspace, analyst):
    from django.db import DatabaseError, connection

    record_act("consultation", by=analyst, purpose=None, what="looked", reason="a meeting")
    for sql in (
        "DELETE FROM log_words",
        "UPDATE log_words SET text = 'x'",
        "UPDATE log_chain SET number = 0",
        "UPDATE log_chain SET number = number + 2",
        "DELETE FROM log_chain",
    ):
        with pytest.raises(DatabaseError, match="cannot be changed"), connection.cursor() as cursor:
            cursor.execute(sql)
    assert unguarded() == []


def test_acts_at_the_same_time_are_one_after_another(tmp_path, database_url):
    """Two threads of a hub, or two processes, write into one chain."""
    import threading

    from django.db import connections

    made = Workspace.create(tmp_path / "workspace", partnership="Testshire", database_url=database_url)
    ann = add_user("ann", name="Ann", role=Role.ANALYST, agency=add_agency("council", "Council")).viewer()
    failed = []

    def write():
        try:
            for number in range(15):
                record_act("consultation", by=ann, purpose=None, what=f"looked {number}", reason="why")
        except Exception as error:  # told below: a thread's own would be lost
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert verify(made.secrets_folder).flaws == ()
    assert len(acts(kind="consultation")) == 60
    made.close()


def _run(*arguments):
    """The exit status of a verb."""
    with pytest.raises(SystemExit) as ended:
        main([str(one) for one in arguments])
    return ended.value.code


def test_the_command_line_verifies_exports_and_erases(workspace, analyst, chief, tmp_path, capsys):
    act = record_act("consultation", by=analyst, purpose=None, what="looked", reason=" ".join(NAMES))
    folder, heads = workspace.folder, tmp_path / "heads.json"
    assert _run("-C", folder, "log", "verify") == 0
    assert _run("-C", folder, "log", "heads", "--out", heads) == 0
    assert _run("-C", folder, "log", "verify", "--against", heads) == 0
    capsys.readouterr()
    as_chief = ("-C", folder, "--as", "chief", "log")
    assert _run(*as_chief, "erase-reason", act.id, "--reason", "asked for") == 0
    assert _run(*as_chief, "--format", "json") == 0
    told = capsys.readouterr().out
    assert "(erased)" in told and "Marrow" not in told
    found = b"".join(path.read_bytes() for path in folder.glob("joinedup.sqlite3*"))
    assert b"Marrow" not in found and b"looked" in found
    Workspace.open(folder)
    tamper("edited", seed=1)
    assert _run("-C", folder, "log", "verify") == 1
    assert "not as it was written" in capsys.readouterr().err
    assert _run("-C", folder, "check") != 0
    assert "act 1 of testshire-council" in capsys.readouterr().out
