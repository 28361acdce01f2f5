"""Files under names that are no text: on POSIX a name is bytes, and old programs write Windows-1252."""

from __future__ import annotations

import gzip
import os
import sys

import pytest
from staging_by_hand import small_contract

from joinedup.cli import mishaps
from joinedup.errors import BadInput, NotFound
from joinedup.feeds import deliver
from joinedup.records import RecordBook
from joinedup.terms import Period

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="names are bytes of any kind on Linux only")
MAY = Period.parse("2024-05")
TWO = b"id,month,note\n1,2024-05,one\n2,2024-05,two\n"
NAME, SHOWN = os.fsdecode(b"caf\xe9.csv"), "caf\ufffd.csv"


def _deliver(workspace, analyst, path, content):
    small_contract(workspace.contracts_folder)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return deliver(workspace, "small-feed", path, by=analyst, period=MAY)


@pytest.mark.parametrize("content", [TWO, TWO.replace(b",", b";"), gzip.compress(TWO, mtime=0)])
def test_a_file_whose_name_is_no_text_is_delivered_under_one_that_is(workspace, analyst, tmp_path, content):
    receipt = _deliver(workspace, analyst, tmp_path / NAME, content)
    assert (receipt.accepted, receipt.file_name) == (2, SHOWN)
    assert [row.file_name for row in RecordBook(workspace).deliveries()] == [SHOWN]
    again = deliver(workspace, "small-feed", tmp_path / NAME, by=analyst, period=MAY)
    assert (again.state, again.file_name) == ("repeat", SHOWN)
    assert (tmp_path / NAME).read_bytes() == content
    assert not list(workspace.temporary_folder.iterdir())


def test_a_folder_whose_name_is_no_text(workspace, analyst, tmp_path):
    assert _deliver(workspace, analyst, tmp_path / NAME / "may.csv", TWO).accepted == 2


def test_its_refusal_is_a_sentence_and_is_kept(workspace, analyst, tmp_path):
    from joinedup.feeds.models import RefusedFile

    with pytest.raises(BadInput) as raised:
        _deliver(workspace, analyst, tmp_path / NAME, b"x,y\n1,2\n")
    assert SHOWN in raised.value.sentence()
    assert raised.value.sentence().encode()
    assert [one.file_name for one in RefusedFile.objects.all()] == [SHOWN]
    with pytest.raises(NotFound) as raised:
        deliver(workspace, "small-feed", tmp_path / f"no-{NAME}", by=analyst, period=MAY)
    assert raised.value.sentence().encode()


def test_details_of_an_unforeseen_error_that_names_it_are_kept(tmp_path):
    (tmp_path / "tmp").mkdir()
    try:
        raise BadInput("It is wrong", where=NAME)
    except BadInput as error:
        told = mishaps.unexpected(error, tmp_path)
    [kept] = (tmp_path / "tmp").iterdir()
    assert str(kept) in told and "caf\\udce9.csv" in kept.read_text(encoding="utf-8")
