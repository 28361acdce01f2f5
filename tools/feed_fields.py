"""Write docs/feed-fields.md: what is kept of each feed that the product brings, by its contracts.

Run ``python tools/feed_fields.py`` after a contract changed; a test compares the document with the contracts.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from joinedup.feeds.contract import Contract
from joinedup.feeds.describing import fields
from joinedup.feeds.library import OWN
from joinedup.feeds.reading_contracts import read_contract

DOCUMENT = Path(__file__).parents[1] / "docs" / "feed-fields.md"
HEADINGS = {
    "field": "field",
    "column": "from the column",
    "holds": "holds",
    "required": "required",
    "sensitivity": "personal",
    "kept": "kept",
}
INTRODUCTION = """# What is kept of each feed

Written by `python tools/feed_fields.py` from the contracts that the product brings; change those, not this.

*Personal* is as the contract says: `no`, `personal`, `special` (special category or criminal offence data)
or `identifying`. What is kept *apart* stands in a folder of its own, is in no measure, and is shown only
through `reveal`, to a stated purpose and reason, with the act in the log. A column that is in no table is
never stored.
"""


def document() -> str:
    """The whole document."""
    contracts = [read_contract(path, (OWN / "codelists",)) for path in sorted(OWN.glob("*.toml"))]
    return "\n".join([INTRODUCTION, *(line for one in contracts for line in _about(one))])


def _about(contract: Contract) -> Iterator[str]:
    days = f", until {contract.valid_to}" if contract.valid_to else ""
    years = contract.publishing.retention_years
    yield f"## {contract.title} (`{contract.name}`, version {contract.version}{days})"
    yield ""
    yield (
        f"{contract.owner_name}; one row is one {contract.record_type}; {contract.publishing.sensitivity}; "
        f"kept {f'for {years} years' if years else 'without a limit'}."
    )
    yield ""
    yield "| " + " | ".join(HEADINGS.values()) + " |"
    yield "| " + " | ".join("---" for _ in HEADINGS) + " |"
    for row in fields(contract):
        yield "| " + " | ".join(row[key].replace("|", "\\|") for key in HEADINGS) + " |"
    yield ""


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
