"""Reading weights: those that the product brings, and those in the folder ``harm-weights`` of the workspace.

A set of weights is a TOML file and a CSV file beside it. In the CSV each row has an ``offence_code`` and its
``weight`` (empty: no weight); ``rule`` says how it was found where the file explains several rules. A set
that ``extends`` another of the same vintage adds to it, or corrects it; its rows may name a
``count_offence`` of the published list in place of a weight.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from joinedup.errors import BadInput
from joinedup.measures.harm.weights import Weight, Weights
from joinedup.measures.nearest import no_such
from joinedup.toml_sections import Section
from joinedup.workspace import Workspace

FOLDER = "harm-weights"
GIVEN = "given"
_OWN = Path(__file__).parent / "published"
_PAGE = "docs/harm.md"


@dataclass(frozen=True)
class _Said:
    """What a TOML file says; the names of the files lie beside it."""

    title: str
    vintage: str
    unit: str
    source: str
    codes: str
    published: str
    extends: str
    rules: Mapping[str, str]


def weights_known(workspace: Workspace) -> list[str]:
    """The names of the sets of weights there are, the product's own first."""
    return list(_files(workspace))


def weights_named(workspace: Workspace, name: str) -> Weights:
    """One set of weights, checked.

    Raises NotFound for one there is not, naming the nearest, and BadInput for what is wrong with its files.
    """
    return _read(_files(workspace), name, ())


def _files(workspace: Workspace) -> dict[str, Path]:
    found = {path.stem: path for path in sorted(_OWN.glob("*.toml"))}
    for path in sorted((workspace.folder / FOLDER).glob("*.toml")):
        if path.stem in found:
            raise BadInput(
                "The product brings weights of that name, which stay as they were published",
                where=f"{FOLDER}/{path.name}",
                next_step='Give the file another name; with extends = "…" it adds to them',
            )
        found[path.stem] = path
    return found


def _read(files: Mapping[str, Path], name: str, extending: tuple[str, ...]) -> Weights:
    if name not in files:
        raise no_such("There are no weights of that name", name, files)
    if name in extending:
        raise BadInput("Weights extend each other in a ring", where=" → ".join([*extending, name]))
    path = files[name]
    said = _said(path)
    earlier = _read(files, said.extends, (*extending, name)) if said.extends else None
    if earlier is not None and (earlier.vintage, earlier.unit) != (said.vintage, said.unit):
        raise BadInput(
            f"Vintages and units are never mixed: {earlier.name} is of {earlier.vintage}, in {earlier.unit}",
            where=f"{path.name}: {said.vintage}, in {said.unit}",
            next_step="Write a set of its own, without extends",
        )
    published = _published(files, name)
    by_code = dict(earlier.by_code) if earlier else {}
    for code, weight in _rows(path.parent / said.codes, list(said.rules), published):
        if weight is None:
            by_code.pop(code, None)
        else:
            by_code[code] = weight
    rules = {**(earlier.rules if earlier else {}), **said.rules}
    return Weights(name, said.title, said.vintage, said.unit, said.source, rules, by_code)


def _said(path: Path) -> _Said:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("The weights cannot be read as UTF-8", where=path.name) from error
    except tomllib.TOMLDecodeError as error:
        raise BadInput("The weights are not valid TOML", where=f"{path.name}: {error}") from error
    section = Section(content, path.name, told_in=_PAGE)
    said = _Said(
        title=section.take("title", str),
        vintage=section.take("vintage", str),
        unit=section.take("unit", str),
        source=section.take("source", str),
        codes=_beside(section.take("codes", str, f"{path.stem}.csv"), path),
        published=_beside(section.take("published", str, ""), path),
        extends=section.take("extends", str, ""),
        rules=section.table_of_texts("rules") or {GIVEN: f"As the file of weights gives it ({path.stem})."},
    )
    section.done()
    return said


def _beside(name: str, path: Path) -> str:
    if Path(name).name != name:
        raise BadInput("A file of weights lies beside its TOML file", where=f"{path.name}: {name}")
    return name


def _published(files: Mapping[str, Path], name: str) -> dict[str, float]:
    """{count offence: weight} of the published list of the set, or of the one that it extends."""
    said = _said(files[name])
    if said.published:
        path = files[name].parent / said.published
        return {row["count_offence"]: _number(row["weight"], path, line) or 0.0 for line, row in _lines(path)}
    return _published(files, said.extends) if said.extends in files else {}


def _rows(
    path: Path, rules: list[str], published: Mapping[str, float]
) -> Iterator[tuple[str, Weight | None]]:
    """(offence code, weight) of each row; None where it has none. Raises BadInput for what is wrong."""
    seen: set[str] = set()
    for line, row in _lines(path):
        code = (row.get("offence_code") or "").strip()
        if not code or code in seen:
            what = "The offence code stands twice" if code else "A row has no offence code"
            raise BadInput(what, where=f"{path.name}, line {line}", next_step="Give each code once")
        seen.add(code)
        number = _number(row.get("weight") or "", path, line)
        named = (row.get("count_offence") or "").strip()
        if named and number is None:
            if named not in published:
                raise BadInput("The list has no such count offence", where=f"{path.name}, line {line}")
            number = published[named]
        rule = (row.get("rule") or "").strip() or rules[0]
        yield code, None if number is None else Weight(number, rule)


def _number(text: str, path: Path, line: int) -> float | None:
    if not text.strip():
        return None
    try:
        return float(text.replace(",", ""))
    except ValueError as error:
        where = f"{path.name}, line {line}, weight"
        raise BadInput("A weight is a number, or empty for none", where=where) from error


def _lines(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Each row with its line in the file; the columns, and that it is of one vintage, are checked."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput("The weights cannot be read as a CSV file in UTF-8", where=path.name) from error
    columns = set(reader.fieldnames or ())
    if not columns & {"weight", "count_offence"} or not columns & {"offence_code", "count_offence"}:
        raise BadInput(
            "A file of weights has the columns offence_code and weight",
            where=path.name,
            next_step=f"See {_PAGE}",
        )
    if len({row["vintage"].strip() for _, row in rows if row.get("vintage")}) > 1:
        raise BadInput(
            "The file holds several vintages, which are never mixed",
            where=path.name,
            next_step="Write a set for each",
        )
    return rows
