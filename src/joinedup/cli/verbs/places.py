"""Load boundaries, lookups, residents, workday people, deprivation, classes, postcodes; list them, areas."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.context import open_workspace
from joinedup.cli.nearest import Choice
from joinedup.cli.output import format_option, say, show
from joinedup.cli.progress import console_progress
from joinedup.errors import BadInput
from joinedup.terms import AreaLevel, Per

if TYPE_CHECKING:
    from joinedup.places import LoadedTable

_LEVELS = [level.value for level in AreaLevel if level not in {AreaLevel.ALL, AreaLevel.PARTNERSHIP}][:-1]
_File = click.Path(path_type=Path, dir_okay=False)
_LISTED = ("kind", "level", "vintage", "detail", "rows", "title", "licence", "version", "loaded_at")


@click.group(name="places", help=__doc__)
def command() -> None:
    pass


def _set_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Which set: its level and vintage."""
    level = click.option("--level", type=Choice(_LEVELS), required=True, help="What the areas are.")
    vintage = click.option("--vintage", metavar="YEAR", required=True, help="Of which year, such as 2021.")
    return level(vintage(function))


def _origin_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Where the file comes from, shown wherever its content is."""
    title = click.option("--title", default="", help="What to call it.")
    source = click.option("--source", default="", help="Who published it, with the attribution they ask for.")
    licence = click.option("--licence", default="", help="Under which licence.")
    return title(source(licence(function)))


@command.command("load")
@click.argument("files", type=_File, nargs=-1, required=True)
@_set_options
@click.option("--code", metavar="COLUMN", required=True, help="The column of area codes.")
@click.option("--name", metavar="COLUMN", default="", help="The column of names (default: the code).")
@click.option("--parent", metavar="COLUMN", help="The column of the code of the area above.")
@click.option("--parent-name", metavar="COLUMN", help="The column of that area's name.")
@click.option(
    "--dissolve-into",
    metavar="LEVEL",
    type=Choice(_LEVELS),
    help="Also join the areas of one parent into areas of this level (districts from wards).",
)
@click.option("--layer", help="The layer to read, where the file has several.")
@click.option("--repair", is_flag=True, help="Mend invalid geometries instead of refusing them.")
@_origin_options
@format_option
@click.pass_context
def load(
    ctx: click.Context,
    files: tuple[Path, ...],
    dissolve_into: str | None,
    output_format: str,
    **given: Any,
) -> None:
    """Load boundaries: GeoJSON, GeoPackage or Shapefile; several FILES make one set."""
    from joinedup import places

    if dissolve_into and not given["parent"]:
        raise BadInput(
            "To dissolve, the areas must name their parents", next_step="Give --parent COLUMN with its code"
        )
    workspace = open_workspace(ctx)
    loaded = [places.load_boundaries(workspace, files, progress=console_progress(), **given)]
    if dissolve_into:
        loaded.append(
            places.dissolve(
                workspace,
                level=dissolve_into,
                vintage=given["vintage"],
                child_level=given["level"],
                child_vintage=given["vintage"],
            )
        )
    for row in loaded:
        done = f"version {row.version} is in use" if row.changed else "nothing has changed"
        say(f"{row.level} {row.vintage}: {row.features:,} areas, {done}.")
    show([dataclasses.asdict(row) for row in loaded], output_format, columns=_SET_COLUMNS)


_SET_COLUMNS = ("level", "vintage", "version", "features", "changed", "title", "source", "licence")


@command.command("load-lookup")
@click.argument("file", type=_File)
@click.option("--child-set", metavar="LEVEL VINTAGE", nargs=2, required=True, help="The areas looked up.")
@click.option("--parent-set", metavar="LEVEL VINTAGE", nargs=2, required=True, help="What they belong to.")
@click.option("--child", metavar="COLUMN", required=True, help="The column of codes looked up.")
@click.option("--parent", metavar="COLUMN", required=True, help="The column of codes they belong to.")
@click.option(
    "--kind",
    type=Choice(["best-fit", "exact", "change"]),
    default="best-fit",
    show_default=True,
    help="What its rows mean: 'change' goes from one vintage of a level to the next.",
)
@click.option("--change", metavar="COLUMN", help="The column of change codes (U, S, M, X).")
@_origin_options
@format_option
@click.pass_context
def load_lookup(ctx: click.Context, file: Path, output_format: str, **given: Any) -> None:
    """Load which area each area belongs to, from a CSV file."""
    from joinedup import places

    _tell(places.load_lookup(open_workspace(ctx), file, **given), output_format)


@command.command("load-residents")
@click.argument("file", type=_File)
@_set_options
@click.option("--year", type=int, required=True, help="The year the counts are of.")
@click.option("--code", metavar="COLUMN", required=True, help="The column of area codes.")
@click.option("--total", metavar="COLUMN", default="", help="The column of all residents.")
@click.option("--breakdown", type=Choice(["age", "sex", "ethnic group"]), help="What the counts are cut by.")
@click.option(
    "--column", "columns", metavar="COLUMN", multiple=True, help="A column of counts, one for each label."
)
@click.option("--label", metavar="COLUMN", default="", help="Or: the column of labels.")
@click.option("--count", metavar="COLUMN", default="", help="And the column of counts.")
@_origin_options
@format_option
@click.pass_context
def load_residents(
    ctx: click.Context, file: Path, breakdown: str | None, output_format: str, **given: Any
) -> None:
    """Load how many people live in each area, from a CSV file."""
    from joinedup import places

    loaded = places.load_residents(open_workspace(ctx), file, breakdown=breakdown or "", **given)
    _tell(loaded, output_format)


@command.command("load-deprivation")
@click.argument("file", type=_File)
@_set_options
@click.option("--year", type=int, required=True, help="The year of the index.")
@click.option("--code", metavar="COLUMN", required=True, help="The column of area codes.")
@click.option(
    "--domain",
    "domains",
    metavar="NAME RANK DECILE SCORE",
    nargs=4,
    multiple=True,
    required=True,
    help="A domain's name and its three columns, - for one that is not there. One is named 'overall'.",
)
@_origin_options
@format_option
@click.pass_context
def load_deprivation(
    ctx: click.Context,
    file: Path,
    domains: tuple[tuple[str, str, str, str], ...],
    output_format: str,
    **given: Any,
) -> None:
    """Load an index of deprivation, from a CSV file; rank 1 is the most deprived."""
    from joinedup import places

    columns = {
        name: places.DomainColumns(*("" if column == "-" else column for column in rest))
        for name, *rest in domains
    }
    _tell(places.load_deprivation(open_workspace(ctx), file, domains=columns, **given), output_format)


@command.command("load-denominator")
@click.argument("file", type=_File)
@click.option(
    "--per",
    type=Choice([one.value for one in Per if one is not Per.RESIDENTS]),
    required=True,
    help="Of whom: those there on a working day, visitors, or dwellings (or households).",
)
@_set_options
@click.option("--year", type=int, required=True, help="The year the counts are of.")
@click.option("--code", metavar="COLUMN", required=True, help="The column of area codes.")
@click.option("--count", metavar="COLUMN", required=True, help="The column of counts.")
@_origin_options
@format_option
@click.pass_context
def load_denominator(ctx: click.Context, file: Path, output_format: str, **given: Any) -> None:
    """Load what rates can divide by beside residents, from a CSV file: workday people, visitors, homes."""
    from joinedup import places

    _tell(places.load_denominator(open_workspace(ctx), file, **given), output_format)


@command.command("load-dwellings")
@click.argument("file", type=_File)
@_set_options
@click.option("--year", type=int, required=True, help="The year the counts are of.")
@click.option("--code", metavar="COLUMN", required=True, help="The column of area codes.")
@click.option("--count", metavar="COLUMN", required=True, help="The column of dwellings, or of households.")
@_origin_options
@format_option
@click.pass_context
def load_dwellings(ctx: click.Context, file: Path, output_format: str, **given: Any) -> None:
    """Load how many dwellings stand in each area: load-denominator --per dwellings, in fewer words."""
    from joinedup import places

    loaded = places.load_denominator(open_workspace(ctx), file, per=Per.DWELLINGS, **given)
    _tell(loaded, output_format)


@command.command("load-classification")
@click.argument("file", type=_File)
@click.option("--name", metavar="NAME", required=True, help="What it is asked for by: oac, ruc.")
@_set_options
@click.option("--year", type=int, required=True, help="The year of the classification.")
@click.option("--code", metavar="COLUMN", required=True, help="The column of area codes.")
@click.option("--class", "class_code", metavar="COLUMN", required=True, help="The column of classes.")
@click.option("--class-name", metavar="COLUMN", default="", help="The column of what a class is called.")
@_origin_options
@format_option
@click.pass_context
def load_classification(ctx: click.Context, file: Path, output_format: str, **given: Any) -> None:
    """Load which class each area is of, from a CSV file: the output area or rural-urban classification."""
    from joinedup import places

    _tell(places.load_classification(open_workspace(ctx), file, **given), output_format)


@command.command("load-postcodes")
@click.argument("file", type=_File)
@click.option("--vintage", metavar="YEAR", required=True, help="Of which year or edition, such as 2025-02.")
@click.option("--postcode", metavar="COLUMN", default="pcds", show_default=True, help="The postcodes.")
@click.option("--longitude", metavar="COLUMN", default="long", show_default=True, help="In degrees.")
@click.option("--latitude", metavar="COLUMN", default="lat", show_default=True, help="In degrees.")
@_origin_options
@format_option
@click.pass_context
def load_postcodes(ctx: click.Context, file: Path, output_format: str, **given: Any) -> None:
    """Load where postcodes lie, from a CSV file such as the ONS Postcode Directory: homes are found by it."""
    from joinedup import places

    loaded = places.load_postcodes(open_workspace(ctx), file, **given)
    say(f"{loaded.rows:,} postcodes; {loaded.set_aside:,} rows without a place, or again, were set aside.")
    if not loaded.changed:
        say("Nothing has changed.")
    show([dataclasses.asdict(loaded)], output_format)


def _tell(loaded: LoadedTable, output_format: str) -> None:
    """What became of a table, in words and as the result."""
    if loaded.set_aside:
        say(f"{loaded.set_aside:,} rows are for areas that are not loaded; they were set aside.")
    if loaded.areas_without:
        say(f"{loaded.areas_without:,} loaded areas are not in the table.")
    if not loaded.changed:
        say("Nothing has changed.")
    show([dataclasses.asdict(loaded)], output_format)


@command.command("list")
@format_option
@click.pass_context
def list_places(ctx: click.Context, output_format: str) -> None:
    """List what is loaded: kind, level, vintage, source and licence."""
    from joinedup import places

    rows = [dataclasses.asdict(entry) for entry in places.catalogue(open_workspace(ctx))]
    show(rows, output_format, columns=_LISTED, empty="Nothing is loaded. See: joinedup places load --help")


@command.command("areas")
@click.argument("level", type=Choice([*_LEVELS, AreaLevel.SQUARE.value]))
@click.option("--vintage", metavar="YEAR", help="Of which year (default: the newest loaded).")
@click.option("--within", metavar="CODE", multiple=True, help="Only those in this area (repeatable).")
@format_option
@click.pass_context
def list_areas(
    ctx: click.Context, level: str, vintage: str | None, within: tuple[str, ...], output_format: str
) -> None:
    """List the areas of a LEVEL: codes, names, residents and what they lie in."""
    from joinedup import places

    workspace = open_workspace(ctx)
    people = places.residents(workspace, level, vintage=vintage)
    listed = places.areas(workspace, level, vintage=vintage, within=within or None)
    rows = [
        {
            "code": area.code,
            "name": area.name,
            "vintage": area.vintage,
            "residents": people.get(area.code),
            **area.parents,
        }
        for area in listed
    ]
    show(rows, output_format, empty="There is no such area.")
