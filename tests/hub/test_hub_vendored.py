"""The vendored front-end files are exactly those that were recorded, with their licences."""

import hashlib
import json
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
FOLDERS = (PROJECT / "src/joinedup/hub/static/vendor", PROJECT / "tests/browser/vendor")


@pytest.mark.parametrize("folder", FOLDERS, ids=["hub", "browser tests"])
def test_every_vendored_file_has_the_recorded_hash(folder):
    entries = json.loads((folder / "vendor.json").read_text(encoding="utf-8"))
    assert entries
    for entry in entries:
        assert hashlib.sha256((folder / entry["file"]).read_bytes()).hexdigest() == entry["sha256"], entry[
            "file"
        ]
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert present == {entry["file"] for entry in entries} | {"vendor.json", "LICENCES.md"}


@pytest.mark.parametrize("folder", FOLDERS, ids=["hub", "browser tests"])
def test_every_vendored_package_has_its_licence_in_full(folder):
    licences = (folder / "LICENCES.md").read_text(encoding="utf-8")
    for entry in json.loads((folder / "vendor.json").read_text(encoding="utf-8")):
        heading = f"## {entry['name']} {entry['version']} ({entry['licence']})"
        section = licences.split(heading, 1)[1].split("\n## ", 1)[0]
        assert len(section) > 500, heading


def test_no_style_sheet_brings_the_fonts_or_crest_that_only_government_may_use():
    for path in FOLDERS[0].rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert "GDS Transport" not in text
        assert "crest" not in text
