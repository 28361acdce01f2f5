"""Keep the register of interventions, and read any count before and after one, beside comparison areas."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.asking_figures import conditions, known_on, where_option
from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.counting import knowledge_asked
from joinedup.cli.days import day
from joinedup.cli.nearest import Choice
from joinedup.cli.output import counting_engine_option, format_option, purpose_option, say, show
from joinedup.cli.register_words import area_level_option, change_row, money, one_area, pounds, show_line
from joinedup.terms import AreaLevel, Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.partnership.models import Intervention
    from joinedup.release.interventions import ReleasedChange

KINDS = ["cameras", "lighting", "signs", "patrols", "other"]
REASONS = ["high-count", "other", "unknown"]


@click.group(name="interventions", help=__doc__, invoke_without_command=True)
@click.option("--withdrawn", is_flag=True, help="Those that were withdrawn, too.")
@format_option
@click.pass_context
def command(ctx: click.Context, withdrawn: bool, output_format: str) -> None:
    if ctx.invoked_subcommand is not None:
        return
    open_workspace(ctx)
    who = viewer(ctx)
    from joinedup.partnership.interventions import interventions

    rows = [_summary(one, who) for one in interventions(withdrawn=withdrawn)]
    show(rows, output_format, empty="None is in the register. Add one with: joinedup interventions add")


@command.command(name="add")
@click.argument("name")
@click.option("--title", required=True, help="What it is, in words.")
@click.option("--kind", type=Choice(KINDS), required=True, help="Which kind.")
@click.option("--area", help="Its place: an area, by code or name.")
@area_level_option(AreaLevel.WARD)
@click.option("--at", type=(float, float), metavar="LONGITUDE LATITUDE", help="Or a point, in degrees.")
@click.option("--radius", type=int, metavar="METRES", help="Around the point.")
@click.option("--from", "started", required=True, metavar="DATE", help="Since when: 2024-10-01.")
@click.option("--to", "ended", metavar="DATE", help="Its last day, where it has ended.")
@click.option("--cost", metavar="POUNDS", help="What it cost: £400,000.")
@click.option("--owner", required=True, help="Whose it is: an agency or a scheme, no person.")
@click.option(
    "--chosen-for", type=Choice(REASONS), default="unknown", show_default=True, help="Why this place."
)
@click.pass_context
def add(ctx: click.Context, name: str, **given: Any) -> None:
    """Enter an intervention: what was put where, since when, at what cost."""
    workspace, by = open_workspace(ctx), viewer(ctx)
    from joinedup.partnership.interventions import Place, Planned, add_interventions
    from joinedup.partnership.keeping import pence

    level, area = one_area(workspace, given["area"], AreaLevel(given["area_level"]))
    longitude, latitude = given["at"] or (None, None)
    planned = Planned(
        name,
        given["title"],
        given["kind"],
        Place(AreaLevel(level) if level else None, area, longitude, latitude, given["radius"]),
        day(given["started"]),
        given["owner"],
        day(given["ended"]) if given["ended"] else None,
        pence(given["cost"]) if given["cost"] else None,
        given["chosen_for"],
    )
    add_interventions(workspace, [planned], by=by)
    say(f"The intervention {name} is in the register.")


@command.command(name="load")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def load(ctx: click.Context, file: Path) -> None:
    """Enter all interventions of a CSV file, or none where one is wrong."""
    workspace, by = open_workspace(ctx), viewer(ctx)
    from joinedup.partnership.interventions import add_interventions, read_interventions

    made = add_interventions(workspace, read_interventions(file), by=by)
    say(f"{len(made)} interventions are in the register.")


@command.command(name="show")
@click.argument("name")
@format_option
@click.pass_context
def show_intervention(ctx: click.Context, name: str, output_format: str) -> None:
    """Show one intervention with its history."""
    open_workspace(ctx)
    who = viewer(ctx)
    from joinedup.partnership.interventions import intervention_named

    row = intervention_named(name)
    show_line(_summary(row, who), row, output_format)


@command.command(name="change")
@click.argument("name")
@click.option("--title", help="What it is called now.")
@click.option("--to", "ended", metavar="DATE", help="Its last day.")
@click.option("--cost", metavar="POUNDS", help="What it cost.")
@click.option("--owner", help="Whose it is now.")
@click.option("--chosen-for", type=Choice(REASONS), help="Why this place.")
@click.option("--note", default="", help="What is to be remembered.")
@click.pass_context
def change(ctx: click.Context, name: str, **given: Any) -> None:
    """Give an intervention another title, end, cost, owner or reason, or a note."""
    open_workspace(ctx)
    from joinedup.partnership.interventions import change_intervention
    from joinedup.partnership.keeping import pence

    change_intervention(
        name,
        by=viewer(ctx),
        note=given["note"],
        title=given["title"],
        ended_on=day(given["ended"]) if given["ended"] else None,
        cost_pence=pence(given["cost"]) if given["cost"] else None,
        owner=given["owner"],
        chosen_for=given["chosen_for"],
    )
    say(f"The intervention {name} is changed; what was before stays in its history.")


@command.command(name="withdraw")
@click.argument("name")
@click.option("--why", required=True, help="Why it should not be in the register.")
@click.pass_context
def withdraw(ctx: click.Context, name: str, why: str) -> None:
    """Take out an intervention that was entered wrongly; it stays in its history."""
    open_workspace(ctx)
    from joinedup.partnership.interventions import withdraw_intervention

    withdraw_intervention(name, why=why, by=viewer(ctx))
    say(f"The intervention {name} is withdrawn.")


@command.command(name="read")
@click.argument("name")
@click.argument("measure")
@click.option("--months", type=int, default=12, show_default=True, help="Months on either side, at most.")
@click.option("--family", default="", metavar="NAME", help="Compare with this family of families.toml.")
@where_option
@click.option("--as-at", metavar="TIME", help="As it was known then; a date means the end of that day.")
@counting_engine_option
@purpose_option
@format_option
@click.pass_context
def read(ctx: click.Context, name: str, measure: str, output_format: str, **asked: Any) -> None:
    """Read the counts of MEASURE at the place of NAME before and after, beside comparison areas."""
    from joinedup.release import measure_asked
    from joinedup.release.interventions import Asked, released_change

    workspace, who = open_workspace(ctx), viewer(ctx)
    question = Asked(
        measure,
        name,
        asked["months"],
        asked["family"],
        conditions(measure_asked(workspace, who, measure), asked["where"]),
        knowledge_asked(asked),
        asked["engine"],
    )
    purpose = Purpose(asked["purpose"])
    answer = released_change(workspace, who, question, purpose=purpose, channel="command-line")
    for note in answer.reading.notes:
        say(f"Note: {note}")
    if output_format != "table":
        show(answer.to_json_rows(), output_format)
        return
    say(_heading(answer))
    show([change_row(one) for one in answer.reading.rows])
    say("A ratio is after / before; 1 is no change. Where the interval holds 1, none is shown.")


def _place(row: Intervention, who: Viewer) -> str:
    """Where it is: of a circle only those who keep the register are told the point, others to about a
    kilometre, for it may be somebody's door."""
    from joinedup.accounts import KEEPERS

    if row.area:
        return f"{row.level} {row.area}"
    if who.role in KEEPERS:
        return f"{row.radius:,} m around {row.longitude:g} {row.latitude:g}"
    return f"{row.radius:,} m around a point near {row.longitude:.2f} {row.latitude:.2f}"


def _summary(row: Intervention, who: Viewer) -> dict[str, Any]:
    found = {
        "name": row.name,
        "title": row.title,
        "kind": row.kind,
        "place": _place(row, who),
        "from": row.started_on,
        "to": row.ended_on,
        "cost": None if row.cost_pence is None else money(row.cost_pence),
        "owner": row.owner,
        "chosen_for": row.chosen_for,
    }
    return found if row.withdrawn_on is None else {**found, "withdrawn": row.withdrawn_on}


def _heading(answer: ReleasedChange) -> str:
    row, months = answer.intervention, answer.reading.months
    cost = "" if row.cost_pence is None else f", {pounds(row.cost_pence)}"
    return (
        f"{row.title} ({row.kind}, from {row.started_on:%d %B %Y}{cost}): "
        f"{answer.measure.title} (definition {answer.measure.version}), {months} months of "
        f"{answer.spans.after.words} against the same months of {answer.spans.before.words}, "
        f"as known on {known_on(answer)}."
    )
