"""The part of docs/what-can-be-sent.md that is told from the corpus. Run it to write that part anew."""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import nasty_variants

HERE = Path(__file__).parent
DOCUMENT = HERE.parents[2] / "docs" / "what-can-be-sent.md"
BEGIN = "<!-- from the corpus of nasty files -->\n"
END = "<!-- to here -->\n"
WORDS = {
    "accept": "accepted",
    "normalise": "accepted and normalised",
    "quarantine": "rows quarantined",
    "refuse": "refused",
}


def table() -> dict[str, dict[str, Any]]:
    """Name of a nasty file to what is right for it."""
    return tomllib.loads((HERE / "nasty_table.toml").read_text(encoding="utf-8"))


def legible_refused(right: dict[str, dict[str, Any]]) -> tuple[int, int]:
    """Files of readable formats that are refused without need, and all that can be read without a guess."""
    without = sum(one["action"] == "refuse" and not one.get("need") for one in right.values())
    return without, without + sum(one["action"] != "refuse" for one in right.values())


def generated() -> str:
    """The part of the document between its marks."""
    right = table()
    actions = Counter(one["action"] for one in right.values())
    needs = Counter(one["need"] for one in right.values() if one["action"] == "refuse")
    without, legible = legible_refused(right)
    wrong, variants = nasty_variants.refused()
    lines = [
        f"Of {len(right)} nasty files, {legible} can be read without a guess, are of a format that a "
        f"contract can name, and keep to the contract: {without} of these are refused. Of {variants:,} "
        "legible ways of writing one table (formats, delimiters, encodings, line ends, headers and packages, "
        f"crossed), {len(wrong)} are refused without need ({len(wrong) / variants:.1%}).",
        "",
        "| action | files |",
        "| --- | ---: |",
        *(f"| {WORDS[action]} | {actions[action]} |" for action in WORDS),
        "",
        "| why a file is refused | files |",
        "| --- | ---: |",
        *(f"| {need} | {count} |" for need, count in sorted(needs.items())),
        "",
        "| file | what becomes of it | what is said |",
        "| --- | --- | --- |",
        *(f"| {name.replace('-', ' ')} | {_becomes(one)} | {_said(one)} |" for name, one in right.items()),
    ]
    return "\n".join(lines) + "\n"


def _becomes(one: dict[str, Any]) -> str:
    if one["action"] == "refuse":
        return "refused"
    parts = [f"{one['accepted']:,} of {one['rows_in']:,} rows accepted"]
    parts += [f"{count:,} set aside ({rule})" for rule, count in one.get("set_aside", {}).items()]
    if quarantined := one.get("quarantined"):
        parts.append(f"{len(quarantined)} quarantined")
    return ", ".join(parts)


def _said(one: dict[str, Any]) -> str:
    told = [one["sentence"]] if one["action"] == "refuse" else list(one.get("notes", []))
    told += [f"Row {number}: {rules}." for number, rules in one.get("quarantined", [])]
    return " ".join(told).replace("|", "\\|")


def main() -> None:
    """Write the part anew."""
    text = DOCUMENT.read_text(encoding="utf-8")
    before, after = text[: text.index(BEGIN) + len(BEGIN)], text[text.index(END) :]
    DOCUMENT.write_text(before + "\n" + generated() + "\n" + after, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
