"""The contracts shown in docs/feeds.md are good ones, and show every key that there is."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from joinedup.feeds import check_contract
from joinedup.feeds.columns import Column, Derived
from joinedup.feeds.form import FormRule, Question
from joinedup.feeds.library import OWN
from joinedup.feeds.persons import SINGLE
from joinedup.feeds.rules import PlaceRule, SetAside, TimeRule

DOCUMENT = Path(__file__).parents[2] / "docs" / "feeds.md"
SHOWN = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
BLOCKS = [text for text in SHOWN if "name" in tomllib.loads(text)]
PARTS = [text for text in SHOWN if text not in BLOCKS]


@pytest.mark.parametrize("text", BLOCKS, ids=[tomllib.loads(text)["name"] for text in BLOCKS])
def test_a_contract_of_the_document_is_a_good_one(workspace, tmp_path, text):
    folder = tmp_path / "codelists"
    folder.mkdir()
    for name in set(re.findall(r'^codes = "(.*?)"', text, re.MULTILINE)):
        (folder / f"{name}.csv").write_text("code,label,valid_from,valid_to\na,A,,\n", encoding="utf-8")
    file = tmp_path / f"{tomllib.loads(text)['name']}.toml"
    file.write_text(text, encoding="utf-8")
    found = check_contract(workspace, file)
    assert found.columns


def test_the_form_of_the_document_fits_the_contract_that_it_names(workspace, tmp_path):
    [part] = PARTS
    whole = (OWN / "councillor-reports.toml").read_text(encoding="utf-8")
    before, after = whole.split("[form]\n")[0], whole[whole.index("[[person]]") :]
    file = tmp_path / "councillor-reports.toml"
    file.write_text(f"{before}{part}\n{after}", encoding="utf-8")
    form = check_contract(workspace, file).form
    assert form is not None
    assert [question.column for question in form.questions] == [
        "What was said",
        "Reported by",
        "Reported on",
        "Topic",
    ]


def test_every_key_of_the_language_is_in_the_document():
    text = DOCUMENT.read_text(encoding="utf-8")
    of_columns = {*Column.__dataclass_fields__, *Derived.__dataclass_fields__} - {"keep_unknown"}
    of_rules = {
        *TimeRule.__dataclass_fields__,
        *SetAside.__dataclass_fields__,
        *PlaceRule.__dataclass_fields__,
    } - {"x", "y", "grid", "bounds", "zero_is_missing"}
    of_files = {"formats", "encoding", "delimiter", "sheet", "header_within", "valid_from", "file_name"}
    of_forms = {*FormRule.__dataclass_fields__, *Question.__dataclass_fields__} - {"questions"}
    silent = {
        key
        for key in {*of_columns, *of_rules, *of_files, *of_forms, *SINGLE}
        if not re.search(rf"\b{key}\b", text)
    }
    assert not silent
