"""Give Home Office offence codes the severity weights that the ONS publishes for count offences.

    python tools/harm_weights.py COUNT_OFFENCES OFFENCE_CODES CLASSES

The two systems of codes have no published mapping. What links them is what was published in both: the same
words (``same-text``), or a class of offence codes that is one count offence by its description
(``own-class``); where several count offences fit and all carry one weight, that weight holds
(``one-weight``). Everything else has no weight. ``docs/harm.md`` says it in full, and decision 30 why.

COUNT_OFFENCES, OFFENCE_CODES and CLASSES are the published lists that ``ons-2020.toml`` names. It writes
``ons-2020.csv`` and ``ons-2020-published.csv``; which classes agree is judged by hand, with both texts, in
``ons-2020-classes.csv``.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

WEIGHTS = Path(__file__).parents[1] / "src" / "joinedup" / "measures" / "harm" / "published"
Row = Mapping[str, str]


@dataclass(frozen=True)
class Found:
    """The weight of an offence code, the rule that gave it, and what was matched."""

    weight: str
    rule: str
    count_offences: str
    matched: str


def plain(text: str) -> str:
    """Words without regard to capitals and spaces."""
    return " ".join(text.lower().split())


def matches(
    published: Sequence[Row], codes: Sequence[Row], classes: Sequence[Row], judged: Sequence[Row]
) -> dict[str, Found | None]:
    """{offence code: Found or None}; None where what was found carries more than one weight."""
    weight = {row["count_offence"]: row["weight"] for row in published}
    by_text: dict[tuple[str, str], list[str]] = defaultdict(list)
    by_words: dict[str, set[str]] = defaultdict(set)
    for row in published:
        if row["text"].strip():
            by_text[plain(row["sub_class"]), plain(row["text"])].append(row["count_offence"])
            by_words[plain(row["text"])].add(row["count_offence"])
    described = {(plain_code(row["ho_code"]), row["category_description"]) for row in classes}
    agreed = {row["class"]: row for row in judged if row["agrees"] == "yes"}
    found: dict[str, Found | None] = {}
    texts: dict[str, list[Row]] = defaultdict(list)
    for row in codes:
        texts[plain_code(row["ho_code"])].append(row)
    for code, rows in texts.items():
        residual = code.partition("/")[0] != RESIDUAL_CLASS
        same = {
            one: row["offence"]
            for row in rows
            if not (residual and plain(row["offence"]) == RESIDUAL)
            for one in by_text.get((plain(row["sub_class"]), plain(row["offence"])), [])
        }
        others = set() if same else {one for row in rows for one in by_words.get(plain(row["offence"]), ())}
        judgement = agreed.get(code.partition("/")[0])
        fits = judgement is not None and (code, judgement["class_text"]) in described
        by_class = judgement["count_offences"].split() if judgement is not None and fits else []
        candidates = sorted({*same, *by_class})
        weights = {weight[one] for one in candidates}
        if not candidates:
            continue
        if len(weights) > 1 or {weight[one] for one in others} - weights:
            found[code] = None  # what fits disagrees, or the words alone speak of another count offence
            continue
        rule = "one-weight" if len(same or by_class) > 1 else "same-text" if same else "own-class"
        matched = "; ".join(sorted(set(same.values()))) or (judgement or {})["class_text"]
        found[code] = Found(weights.pop(), rule, " ".join(sorted(same or by_class)), matched)
    return found


RESIDUAL, RESIDUAL_CLASS = "triable-either-way offences", "99"
"""A heading for whatever is left over names no offence: it counts as words for its own class only."""


def plain_code(code: str) -> str:
    """A Home Office code without zeros: ``001/01`` and ``1/01`` are ``1/1``, ``044/00`` is ``44``."""
    main, _, part = code.partition("/")
    short = part.lstrip("0")
    return f"{main.lstrip('0')}/{short}" if short else main.lstrip("0")


def read(path: Path | str) -> list[Row]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)


def in_order(code: str) -> tuple[int, int]:
    main, _, part = code.partition("/")
    return int(re.sub(r"\D", "", main) or 0), int(re.sub(r"\D", "", part) or 0)


def main(count_offences: str, offence_codes: str, classes: str) -> None:
    columns = {
        "count_offence": "prc_offence_code",
        "description": "prc_description",
        "weight": "css_weight",
        "sub_class": "policeuk_sub_class",
        "text": "policeuk_offence",
    }
    published = [
        {new: row[old] for new, old in columns.items()}
        for row in read(count_offences)
        if "/" not in row["prc_offence_code"]  # the sum of four that stand each for themselves
    ]
    write(WEIGHTS / "ons-2020-published.csv", list(columns), [list(row.values()) for row in published])
    codes = read(offence_codes)
    judged = read(WEIGHTS / "ons-2020-classes.csv")
    found = matches(published, codes, read(classes), judged)
    as_written = {plain_code(row["ho_code"]): row["ho_code"] for row in codes}
    rows = [
        [as_written[code], one.weight, one.rule, one.count_offences, one.matched]
        for code, one in sorted(found.items(), key=lambda pair: in_order(pair[0]))
        if one is not None
    ]
    write(WEIGHTS / "ons-2020.csv", ["offence_code", "weight", "rule", "count_offences", "matched"], rows)
    rules = Counter(row[2] for row in rows)
    none = [as_written[code] for code, one in found.items() if one is None]
    sys.stdout.write(
        f"{len(rows)} of {len(as_written)} codes have a weight: {dict(rules)}; {len(none)} have none because "
        f"what fits disagrees: {' '.join(none)}\n"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
