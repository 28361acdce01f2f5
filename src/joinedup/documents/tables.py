"""Tables in Markdown: a caption, headed columns, each number cited, and the row's references at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from joinedup.documents.citing import Marked, escape, reference_links, references

NOTHING = "–"


@dataclass(frozen=True)
class Column:
    """A column: its heading (plain words), whether it holds numbers, and its share of the width."""

    heading: Marked | str
    width: int
    numbers: bool = False


def table(
    caption: Marked | str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Marked | None]],
    *,
    workings: str = "",
    width: int = 12,
) -> str:
    """A pipe table. With ``workings`` (a heading), a last column links each row to its entries."""
    shown = [*columns, Column(workings, width)] if workings else list(columns)
    lines = [
        "| " + " | ".join(_heading(column.heading) for column in shown) + " |",
        "|" + "|".join(_rule(column) for column in shown) + "|",
    ]
    for row in rows:
        cells = [NOTHING if cell is None else str(cell).replace("\n", " ") for cell in row]
        if workings:
            cells.append(reference_links(references(" ".join(cells))).strip() or NOTHING)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + f"\n\n: {_heading(caption)}\n\n"


def _heading(text: Marked | str) -> str:
    if not isinstance(text, str):
        return str(text)
    if any(character.isdigit() for character in text):
        raise ValueError(f"A heading or caption holds a bare number: {text}")
    return escape(text)


def _rule(column: Column) -> str:
    return "-" * (column.width - 1) + (":" if column.numbers else "-")
