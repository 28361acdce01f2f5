"""The figures that the page of every measure shows are those of the open data of the demonstration."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

TOOL = Path(__file__).parents[2] / "tools" / "measures_document.py"


def test_the_examples_are_what_the_open_data_says(demo):
    spec = importlib.util.spec_from_file_location("measures_document", TOOL)
    assert spec is not None and spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    kept = json.loads(tool.EXAMPLES.read_text(encoding="utf-8"))
    assert kept == tool.examples(demo), "Run: python tools/measures_document.py --figures DEMONSTRATION"
    assert set(kept) >= {"recorded-crime", "anti-social-behaviour", "positive-outcomes", "stop-and-search"}
