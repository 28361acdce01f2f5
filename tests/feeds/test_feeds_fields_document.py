"""The table of what is kept of each feed says what the contracts say."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from joinedup.feeds.contract import Personal
from joinedup.feeds.describing import fields
from joinedup.feeds.library import contracts

TOOL = Path(__file__).parents[2] / "tools" / "feed_fields.py"


def test_the_document_of_fields_is_current():
    spec = importlib.util.spec_from_file_location("feed_fields", TOOL)
    assert spec is not None and spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    written = tool.DOCUMENT.read_text(encoding="utf-8")
    assert written == tool.document(), "Run: python tools/feed_fields.py"


def test_what_identifies_is_always_kept_apart(workspace):
    told = [row for contract in contracts(workspace).values() for row in fields(contract)]
    assert {row["kept"] for row in told if row["sensitivity"] == Personal.IDENTIFYING} <= {"apart"}


def test_no_field_is_left_out(workspace):
    for contract in contracts(workspace).values():
        told = {row["field"] for row in fields(contract)}
        assert {*contract.field_names(), *contract.private_fields()} <= told, contract.name


def test_what_is_derived_from_a_sensitive_column_is_as_sensitive(workspace):
    for contract in contracts(workspace).values():
        told = {row["field"]: row["sensitivity"] for row in fields(contract)}
        for derived in contract.derived:
            if derived.of is not None:
                assert told[derived.field] == told[derived.of], contract.name
