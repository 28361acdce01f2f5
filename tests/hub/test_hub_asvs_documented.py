"""The documentation lists the items of the ASVS that tests hold: all of them, and no other."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

from hub_asvs import TESTED

PAGE = Path(__file__).parents[2] / "docs" / "signing-in.md"


def test_the_page_lists_the_items_that_are_tested():
    for module in Path(__file__).parent.glob("test_hub_asvs_*.py"):
        importlib.import_module(module.stem)
    text = PAGE.read_text(encoding="utf-8")
    listed = re.search(r"`tests/hub/test_hub_asvs_\*\.py`\):\n\n(.*?)\n\n", text, re.DOTALL)[1]
    assert re.findall(r"\d+\.\d+\.\d+", listed) == sorted(
        TESTED, key=lambda item: [int(part) for part in item.split(".")]
    )
    assert len(TESTED) > 40
