"""What is small and made to take memory or time is refused, or read, in bounded memory and few passes."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import nasty_bombs  # noqa: F401 - enters its files
import pytest
from nasty_files import FILES
from nasty_staging import stage_content, write_contract

MOST_KILOBYTES = 500_000
BOMBS = (
    "parquet-of-one-long-text-in-every-row",
    "parquet-that-unpacks-to-far-too-much",
    "wide-lines-below-a-wrong-header",
    "workbook-of-sheets-of-empty-cells",
    "workbook-of-millions-of-styles",
    "open-document-whose-manifest-never-ends",
    "quotes-that-never-close-by-the-thousand",
    "a-sheet-that-unpacks-to-far-too-much",
)
ASKED = """
import re, sys
from pathlib import Path
from nasty_staging import stage_content
stage_content(Path(sys.argv[1]).read_bytes(), Path(sys.argv[2]))
print(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the system tells the peak on Linux only")
@pytest.mark.parametrize("name", BOMBS)
def test_the_peak_of_memory_stays_low(name, tmp_path):
    file = tmp_path / "file"
    file.write_bytes(FILES[name]())
    ended = subprocess.run(
        [sys.executable, "-c", ASKED, str(file), str(write_contract(tmp_path))],
        cwd=Path(__file__).parent,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(ended.stdout) < MOST_KILOBYTES


def test_sheets_of_an_open_document_are_not_parsed_one_by_one(tmp_path, monkeypatch):
    content, opened = FILES["open-document-of-many-sheets"](), Counter[str]()
    usual = zipfile.ZipFile.open

    def counted(self, name, *arguments, **named):
        opened[getattr(name, "filename", name)] += 1
        return usual(self, name, *arguments, **named)

    monkeypatch.setattr(zipfile.ZipFile, "open", counted)
    outcome = stage_content(content, write_contract(tmp_path))
    assert outcome.staged.accepted == 3
    assert opened["content.xml"] == 2  # for what is in it, and for the rows of the sheet that fits
