"""What the papers said and what the records say: the document is what the product says today."""

from __future__ import annotations

from pathlib import Path

import papers_document


def test_the_document_is_what_the_product_says(town_template: Path, tmp_path: Path) -> None:
    with papers_document.copies(town_template, tmp_path) as towns:
        assert papers_document.DOCUMENT.read_text(encoding="utf-8") == papers_document.generated(towns), (
            "Write it anew with: python tests/measures/papers_document.py"
        )
