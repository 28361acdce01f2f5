"""The corpus of nasty files: for each the right action, the exact accounts and all that is said."""

from __future__ import annotations

import nasty_bombs  # noqa: F401 - enters its files
import nasty_document
import nasty_typed  # noqa: F401 - enters its files
import nasty_variants
import nasty_workbooks  # noqa: F401 - enters its files
import pytest
from nasty_files import FILES
from nasty_staging import FILE, SET_ASIDE, stage_content, write_contract

TABLE = nasty_document.table()
# What the contract says of files, and of rows to be set aside, where that is not as usual.
VARIANTS = {
    "usual": (FILE, SET_ASIDE),
    "windows": (FILE + '\nencoding = "cp1252"', SET_ASIDE),
    "named-sheet": (FILE + '\nsheet = "Export"', SET_ASIDE),
    "csv-only": ("", ""),
}
_OF = {
    "windows-1252-as-agreed": "windows",
    "mixed-encodings-as-agreed": "windows",
    "bytes-that-are-not-windows-1252-either": "windows",
    "the-sheet-that-the-contract-names": "named-sheet",
    "no-sheet-of-the-name": "named-sheet",
    "a-workbook-where-only-csv-may-come": "csv-only",
}


def variant_of(name: str) -> str:
    """The variant of the contract under which a file is delivered."""
    return _OF.get(name, "usual")


@pytest.fixture(scope="module")
def contracts(tmp_path_factory):
    """The contract in each of its variants."""
    return {
        name: write_contract(tmp_path_factory.mktemp(name), file=file, set_aside=set_aside)
        for name, (file, set_aside) in VARIANTS.items()
    }


def test_the_table_and_the_corpus_have_the_same_files():
    assert list(TABLE) == list(FILES)
    assert len(FILES) >= 80


@pytest.mark.parametrize("name", FILES)
def test_the_right_action_and_the_exact_accounts(name, contracts):
    right = TABLE[name]
    outcome = stage_content(FILES[name](), contracts[variant_of(name)])
    if right["action"] == "refuse":
        assert outcome.refusal == right["sentence"]
        return
    assert outcome.staged is not None, outcome.refusal
    staged = outcome.staged
    assert (staged.rows_in, staged.accepted) == (right["rows_in"], right["accepted"])
    assert staged.set_aside == right.get("set_aside", {})
    assert [[number, "; ".join(rules)] for number, _, rules in outcome.refused] == right.get(
        "quarantined", []
    )
    assert list(staged.notes) == right.get("notes", [])
    assert outcome.adds_up
    assert _action(outcome) == right["action"]


def _action(outcome) -> str:
    if outcome.refused:
        return "quarantine"
    return "normalise" if outcome.staged.notes or outcome.staged.set_aside else "accept"


def test_what_was_normalised_is_the_same_records(contracts):
    """Whatever the format, what is right in it becomes the same rows."""
    wanted = stage_content(FILES["plain"](), contracts["usual"]).rows
    names = [name for name, right in TABLE.items() if right.get("accepted") == 3 and name not in DIFFERENT]
    assert len(names) > 50
    for name in names:
        rows = stage_content(FILES[name](), contracts[variant_of(name)]).rows
        told = [[row[field] for field in FIELDS] for row in rows]
        assert told == [[row[field] for field in FIELDS] for row in wanted], name


FIELDS = ("ref", "occurred_date", "ward", "note", "reports", "open")
DIFFERENT = {  # their cells are meant to differ
    "narratives-of-many-lines",
    "two-stray-quotes-with-rows-between",
    "two-stray-quotes-in-a-file-of-semicolons",
    "quotes-delimiters-and-lines-in-cells",
    "windows-1252-as-agreed",
    "mixed-encodings-as-agreed",
    "optional-columns-absent",
    "objects-with-types",
    "parquet-with-types",
    "zeros-lost-in-two-ways",
    "references-that-became-numbers",
    "workbook-with-inline-rich-and-escaped-texts",
}


def test_no_legible_way_of_writing_a_table_is_refused():
    wrong, total = nasty_variants.refused()
    assert total > 600
    assert not wrong


def test_no_file_that_can_be_read_without_a_guess_is_refused():
    """Of the formats that a contract can name; formats that are not read at all have a need of their own."""
    without_need, legible = nasty_document.legible_refused(TABLE)
    assert legible >= 80
    assert without_need / legible < 0.01
    assert {right["need"] for right in TABLE.values() if right["action"] == "refuse"} == NEEDS


NEEDS = {
    "says nothing",
    "not this feed's",
    "says two things",
    "against the contract",
    "no table",
    "a format that is not read",
    "cut off or damaged",
    "locked",
    "made to harm, or as large as if it were",
}
SECRETS = ("Jane Doe", "secret", "private", "IGNORE", "A9")


def test_nothing_outside_the_contract_and_no_cell_is_ever_told(contracts):
    for name in FILES:
        right = TABLE[name]
        told = [right.get("sentence", ""), *right.get("notes", [])]
        assert not any(secret in sentence for secret in SECRETS for sentence in told), name
    for name in ("more-columns", *(name for name in FILES if "outside-the-contract" in name)):
        outcome = stage_content(FILES[name](), contracts["usual"])
        kept = repr(outcome.rows) + repr(outcome.refused)
        assert not any(secret in kept for secret in ("secret", "private", "more")), name


def test_a_row_whose_key_can_be_read_keeps_its_key_in_quarantine(contracts):
    """So that what stood of its record keeps standing."""
    keys = stage_content(FILES["a-note-that-became-a-date"](), contracts["usual"]).keys
    plain = {
        row["ref"]: row["record_key"] for row in stage_content(FILES["plain"](), contracts["usual"]).rows
    }
    assert keys == {1: plain["A1"]}
    assert stage_content(FILES["too-few-cells"](), contracts["usual"]).keys == {3: None}


def test_the_document_tells_what_the_corpus_holds():
    """If it does not: python tests/feeds/nasty/nasty_document.py."""
    text = nasty_document.DOCUMENT.read_text(encoding="utf-8")
    told = text[text.index(nasty_document.BEGIN) + len(nasty_document.BEGIN) : text.index(nasty_document.END)]
    assert told.strip() == nasty_document.generated().strip()
