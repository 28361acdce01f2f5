"""Write docs/measures.md: every measure that joinedup comes with, by kind and theme.

Run ``python tools/measures_document.py`` after a definition changed; a test compares the document with the
definitions. ``--figures WORKSPACE`` first counts the examples anew, on the demonstration: another test
compares those kept in tools/measure_examples.json with what the open data says.
"""

from __future__ import annotations

import argparse
import json
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from django.conf import settings as django_settings

from joinedup import settings

if not django_settings.configured:  # words are told in a language, which takes Django
    django_settings.configure(
        **settings.django_settings(
            {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}, "nothing is signed here", []
        )
    )
    django.setup()

from joinedup.measures import Measure, catalogue
from joinedup.measures.linked.catalogue import LINKED
from joinedup.measures.linked.definitions import Definition
from joinedup.measures.nominations.definitions import JAG
from joinedup.measures.quality.definitions import QUALITY
from joinedup.measures.reoffending.catalogue import REOFFENDING
from joinedup.measures.reoffending.definitions import PARTS, Reoffending
from joinedup.measures.reoffending.wording import part_says, part_title
from joinedup.measures.repeats.catalogue import REPEATS
from joinedup.measures.repeats.definitions import Clock, Counting, Repeat, Window
from joinedup.terms import AreaLevel, Form, Period, Sensitivity

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "measures.md"
EXAMPLES = ROOT / "tools" / "measure_examples.json"
WIDTH = 110  # of a line of SQL
SHORT = 14  # lines of SQL that are shown in the document
PERIOD = "2024/25"
REPEATS_ASKED = "joinedup repeats count NAME --from 2024-04 --to 2025-03"
INTRODUCTION = """# Every measure

Written by `python tools/measures_document.py` from the definitions; change those, not this. What a partnership adds
itself is in none of these lists: `joinedup measures` has it, and [measures of your own](own-measures.md) says how.

Each measure has a **name** by which it is asked for, and a **version**: what it counts never changes under the same
version, and every figure says which it is of (`joinedup measures show NAME` tells what a version changed).

## How a figure is made

A measure of the catalogue is one SELECT that gives a row for each thing counted; `joinedup figure NAME --show-sql`
prints the whole of it. Areas, periods, rates and intervals are the same for all:

| shown as | numerator | denominator | value | interval |
| --- | --- | --- | --- | --- |
| count | rows | – | the count | exact Poisson |
| rate | rows | residents | rows ÷ residents × 1,000, for the period as given | exact Poisson |
| share | rows that hit; without a hit, the rows of one value | all rows | numerator ÷ denominator | Wilson |
| change | rows now | rows in the months before | now ÷ before − 1 | exact conditional |
| year-to-date | rows from April to the month | the same months a year before | now ÷ before − 1 | exact conditional |
| rolling-12-months | rows of the 12 months to the month | – | the count | exact Poisson |

**Levels** are all, partnership, district, ward, msoa, lsoa, oa and square, where nothing else is said. What has no place,
or lies outside, has rows of its own. **Open** data is shown to everybody as it is; **official** and **restricted** data to
whom an [agreement](agreements.md) gives it, and to councillors and the public in [protected tables](public-tables.md) only.
"""  # noqa: E501


def document() -> str:
    """The whole document."""
    kept = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    parts = [
        INTRODUCTION,
        *_contents(),
        *_catalogue(kept),
        *_repeats(),
        *_linked(),
        *_reoffending(),
        *_quality(),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _contents() -> Iterator[str]:
    yield "## What there is"
    yield ""
    for theme in _themes():
        names = [f"`{one.name}`" for one in catalogue().values() if one.theme == theme]
        yield f"- **[{theme}](#{_anchor(theme)})**: {', '.join(names)}"
    for title, found in (
        ("Who and what repeats", REPEATS),
        ("People across agencies", {**LINKED, JAG.name: JAG}),
        ("Reoffending", REOFFENDING),
        ("Quality of the data", QUALITY),
    ):
        yield f"- **[{title}](#{_anchor(title)})**: {', '.join(f'`{name}`' for name in found)}"
    yield ""


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-").replace(",", "").replace("’", "")


def _themes() -> list[str]:
    return list(dict.fromkeys(one.theme for one in catalogue().values()))


def _catalogue(kept: dict[str, Any]) -> Iterator[str]:
    for theme in _themes():
        yield f"## {theme}"
        yield ""
        for measure in catalogue().values():
            if measure.theme == theme:
                yield from _measure(measure, kept.get(measure.name))


def _measure(measure: Measure, example: dict[str, Any] | None) -> Iterator[str]:
    yield f"### {measure.title} (`{measure.name}`, version {measure.version})"
    yield ""
    yield measure.meaning
    yield ""
    yield f"- **Counted in** {measure.unit}; {measure.sensitivity}; source `{'`, `'.join(measure.sources)}`."
    yield f"- **Formula**: {_formula(measure)}"
    if measure.breakdowns:
        cuts = [f"`{name}`{_values(labels)}" for name, labels in measure.breakdowns.items()]
        yield f"- **Cut by** {', '.join(cuts)}."
    yield f"- **Levels**: {_levels(measure)} {_adding_up(measure)}"
    for broken in measure.breaks:
        yield f"- **Break** from {broken.date:%B %Y}: {broken.sentence}"
    for caveat in measure.caveats:
        yield f"- {caveat}"
    yield ""
    sql = textwrap.dedent(measure.sql).strip()
    if len(sql.splitlines()) <= SHORT:
        lines = sql.splitlines()
        if len(lines) == 1:
            lines = textwrap.wrap(sql, WIDTH, break_long_words=False, break_on_hyphens=False)
        yield from ("```sql", *lines, "```", "")
    yield from _example(measure, example)


def _formula(measure: Measure) -> str:
    if measure.has_amount:
        counted = "the counts that arrive ready-made, added up"
    elif measure.has_hit:
        hit = next(one for one in measure.select().expressions if one.alias_or_name == "hit")
        counted = f"of all {measure.unit} counted, those that hit: `{hit.this.sql(dialect='duckdb')}`"
    else:
        counted = f"the {measure.unit} counted, each once"
    if measure.positive_values:
        counted += f"; positive are {', '.join(measure.positive_values)}"
    return f"{counted}. Shown as {', '.join(measure.forms)}."


def _values(labels: Any) -> str:
    return f" ({len(labels)} values)" if labels else " (as delivered)"


def _levels(measure: Measure) -> str:
    if not measure.placed:
        return "all (it comes without a place)."
    if measure.stated_area:
        stated = measure.stated_area
        return f"all, partnership and district (it arrives by {stated.level} of {stated.vintage})."
    return "every level."


def _adding_up(measure: Measure) -> str:
    areas, time = measure.additive_over_areas, measure.additive_over_time
    if areas and time:
        return "Adds up over areas and time."
    return f"Adds up over {'areas' if areas else 'time' if time else 'neither areas nor time'} only."


def _example(measure: Measure, example: dict[str, Any] | None) -> Iterator[str]:
    yield from ("```sh", command(measure), "```", "")
    if example is None:
        return
    yield f"| {example['heading']} | {PERIOD} | 95 % interval |"
    yield "| --- | --- | --- |"
    for area, value, interval in example["rows"]:
        yield f"| {area} | {value} | {interval} |"
    yield ""


def command(measure: Measure) -> str:
    """The example's command."""
    level = " --area-level district" if measure.placed else " --area-level all"
    form = "" if measure.forms[0] is Form.COUNT else f" --form {measure.forms[0]}"
    return f"joinedup figure {measure.name}{form}{level} --period {PERIOD}"


def examples(workspace: Any) -> dict[str, Any]:
    """The examples of open measures, counted on the demonstration: rows of area, value and interval."""
    from joinedup.measures import FigureQuery, figure

    found = {}
    for measure in catalogue().values():
        if measure.sensitivity is not Sensitivity.OPEN:
            continue
        query = FigureQuery(
            measure.name, form=measure.forms[0], level=AreaLevel.DISTRICT, period=Period.parse(PERIOD)
        )
        answer = figure(workspace, query)
        share = measure.forms[0] is Form.SHARE
        rows = [
            [
                row.area_name,
                _number(row.value, share),
                f"{_number(row.lower, share)} to {_number(row.upper, share)}",
            ]
            for row in answer.rows
            if row.value is not None
        ]
        if rows:
            found[measure.name] = {"heading": measure.title, "rows": rows}
    return found


def _number(value: float | None, share: bool) -> str:
    if value is None:
        return "–"
    return f"{value:.1%}" if share else f"{value:,.0f}"


def _repeats() -> Iterator[str]:
    yield from ("## Who and what repeats", "")
    yield f"Each is asked for with `{REPEATS_ASKED}`; [how to read them](repeats.md)."
    yield ""
    for one in REPEATS.values():
        yield from _defined(one, _repeat_formula(one), one.sensitivity)


def _repeat_formula(one: Repeat) -> str:
    of = (
        "each incident once, however many records tell of it"
        if one.counting is Counting.INCIDENT
        else "each record"
    )
    who = f"a {one.unit}" + (f" ({', '.join((*one.roles, *one.other_roles))})" if one.roles else "")
    day = "" if one.anchor == "occurred" else f", by the day it was {one.anchor}"
    return f"{who} with {one.threshold} events or more {_window(one.window)}; an event is {of}{day}."


def _window(window: Window) -> str:
    months = f"{window.months} month{'s' if window.months != 1 else ''}"
    return {
        Clock.PERIOD: "in the period",
        Clock.ROLLING: f"within any {months} of the period",
        Clock.AFTER_FIRST: f"within {months} of the first of the period",
        Clock.SINCE_LAST: f"within {months} of the one before",
    }[window.clock]


def _linked() -> Iterator[str]:
    yield from ("## People across agencies", "")
    yield f"Asked for with `{REPEATS_ASKED}`; [how to read them](repeats.md)."
    yield ""
    for one in LINKED.values():
        yield from _defined(one, f"{_kind(one)} Clock: {_window(one.window)}.")
    yield f"### {JAG.title} (`{JAG.name}`, version {JAG.version})"
    yield from ("", str(JAG.meaning), "", f"- **From**: {JAG.origin}")
    yield f"- **Reasons**: {', '.join(f'`{name}`' for name in JAG.reasons)}."
    yield from (f"- {caveat}" for caveat in JAG.caveats)
    yield from ("", "```sh", "joinedup repeats nominations --period 2024-03..2024-04 --reason WHY", "```", "")


def _kind(one: Definition) -> str:
    """What its kind of definition says of all of its kind, with this one's values for its fields."""
    said = " ".join((type(one).__doc__ or "").split()).split(". ")[0].rstrip(".") + "."
    said = re.sub(r" \(``(records|events|releases|to|proofs)``[^)]*\)", "", said)
    said = re.sub(r" \(the (window|field ``on``)\)| of the field ``on``", "", said)
    return re.sub(r"(the field )?``(\w+)``", lambda found: _value(one, found[2]), said)


def _value(one: Definition, name: str) -> str:
    value = getattr(one, name, name)
    return f"{value}" if isinstance(value, int) else f"`{value}`" if isinstance(value, str) else name


def _reoffending() -> Iterator[str]:
    yield from ("## Reoffending", "")
    asked = "joinedup reoffending count NAME --from 2023-01 --to 2023-06"
    yield f"Asked for with `{asked}`; [how to read them](reoffending.md)."
    yield "Numerator: people followed who reoffended; denominator: people followed. What each states:"
    yield ""
    yield "| measure | " + " | ".join(part_title(part) for part in PARTS) + " |"
    yield "| --- |" + " --- |" * len(PARTS)
    for one in REOFFENDING.values():
        yield f"| `{one.name}` | " + " | ".join(part_says(one, part) for part in PARTS) + " |"
    yield ""
    for one in REOFFENDING.values():
        yield from _defined(one, _reoffending_formula(one))


def _reoffending_formula(one: Reoffending) -> str:
    by_when = f"in these or {one.wait} months after" if one.wait else "in these"
    return (
        f"people who enter ({_inside(one.cohort.title)}) and commit an offence within {one.follow_up} months "
        f"that is proven ({_inside(one.proof.title)}) {by_when}, ÷ all who enter."
    )


def _inside(title: object) -> str:
    """A title in the middle of a sentence."""
    return str(title)[0].lower() + str(title)[1:]


def _defined(one: Repeat | Definition, formula: str, sensitivity: str = "") -> Iterator[str]:
    yield f"### {one.title} (`{one.name}`, version {one.version})"
    yield ""
    yield str(one.meaning)
    yield ""
    yield f"- **Formula**: {formula}"
    closed = f"; {sensitivity}" if sensitivity else ""
    yield f"- **Source** `{'`, `'.join(sorted(one.sources))}`{closed}. **From**: {one.origin}"
    yield from (f"- {caveat}" for caveat in one.caveats)
    yield ""


def _quality() -> Iterator[str]:
    yield from ("## Quality of the data", "")
    yield "Asked for with `joinedup quality NAME`, of each feed and period; shares have Wilson's interval."
    yield ""
    yield "| measure | meaning | numerator | denominator | better |"
    yield "| --- | --- | --- | --- | --- |"
    for one in QUALITY.values():
        better = "more" if one.high_is_good else "less"
        title = f"{one.title} (`{one.name}`, version {one.version})"
        yield f"| {title} | {one.meaning} | {one.numerator} | {one.denominator} | {better} |"
    yield ""


def _write_examples(folder: str) -> None:
    from joinedup.workspace import Workspace

    workspace = Workspace.open(Path(folder))
    EXAMPLES.write_text(
        json.dumps(examples(workspace), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    workspace.close()


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--figures", metavar="WORKSPACE", help="a demonstration to count the examples on")
    if folder := asked.parse_args().figures:
        _write_examples(folder)
    DOCUMENT.write_text(document(), encoding="utf-8")
