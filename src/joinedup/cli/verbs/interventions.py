"""Keep the register of interventions, and read any count before and after one, beside comparison areas."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.area_names import COARSE_TO_FINE, area_codes
from joinedup.cli.asking_figures import conditions, where_option
from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.counting import knowledge_asked
from joinedup.cli.days import day
from joinedup.cli.nearest import Choice
from joinedup.cli.output import Figures, counted, format_option, purpose_option, say, show, show_one
from joinedup.errors import BadInput
from joinedup.terms import AreaLevel, Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures.placed_change import ReadRow
    from joinedup.partnership.models import Intervention
    from joinedup.release.interventions import ReleasedChange
    from joinedup.workspace import Workspace

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
@click.option(
    "--area-level",
    type=Choice([each.value for each in COARSE_TO_FINE]),
    default=AreaLevel.WARD.value,
    show_default=True,
    help="Of which level the area is.",
)
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
    from joinedup.partnership.interventions import Place, Planned, add_interventions, pence

    level = AreaLevel(given["area_level"]) if given["area"] else None
    longitude, latitude = given["at"] or (None, None)
    planned = Planned(
        name,
        given["title"],
        given["kind"],
        Place(level, _area(workspace, given["area"], level), longitude, latitude, given["radius"]),
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
    history = [
        {"moment": one.moment, "what": one.kind, "by": one.by, "text": one.text} for one in row.history.all()
    ]
    if output_format == "table":
        show_one(_summary(row, who))
        click.echo()
        show(history)
    else:
        show_one({**_summary(row, who), "history": history}, output_format)


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
    from joinedup.partnership.interventions import change_intervention, pence

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
    )
    purpose = Purpose(asked["purpose"])
    answer = released_change(workspace, who, question, purpose=purpose, channel="command-line")
    for note in answer.reading.notes:
        say(f"Note: {note}")
    if output_format != "table":
        show(answer.to_json_rows(), output_format)
        return
    say(_heading(answer))
    show([_row(one) for one in answer.reading.rows])
    say("A ratio is after / before; 1 is no change. Where the interval holds 1, none is shown.")


def _area(workspace: Workspace, written: str | None, level: AreaLevel | None) -> str:
    if not written or level is None:
        return ""
    codes = area_codes(workspace, [written], level)
    if len(codes) != 1:
        raise BadInput("An intervention has one area", where=written, next_step="Enter one for each")
    return codes[0]


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
        "cost": None if row.cost_pence is None else Figures(f"£{row.cost_pence / 100:,.2f}"),
        "owner": row.owner,
        "chosen_for": row.chosen_for,
    }
    return found if row.withdrawn_on is None else {**found, "withdrawn": row.withdrawn_on}


def _heading(answer: ReleasedChange) -> str:
    from joinedup.terms import LONDON

    row, months = answer.intervention, answer.reading.months
    known = f"{answer.known_on.astimezone(LONDON):%d %B %Y, %H:%M}" if answer.known_on else "never"
    cost = "" if row.cost_pence is None else f", £{row.cost_pence / 100:,.2f}"
    return (
        f"{row.title} ({row.kind}, from {row.started_on:%d %B %Y}{cost}): "
        f"{answer.measure.title} (definition {answer.measure.version}), {months} months of "
        f"{answer.spans.after.words} against the same months of {answer.spans.before.words}, "
        f"as known on {known}."
    )


def _row(one: ReadRow) -> dict[str, Any]:
    from joinedup.hub.intelligence.presentation import flag_words

    return {
        "Of": one.title,
        "Earlier still": counted(one.earlier),
        "Before": counted(one.before),
        "After": counted(one.after),
        "Ratio": Figures("–" if one.value is None else f"{one.value:.2f}"),
        "95% interval": _interval(one),
        "Cautions": "; ".join(flag_words(tuple(flag.value for flag in one.flags))),
    }


def _interval(one: ReadRow) -> Figures:
    if one.lower is None:
        return Figures("–")
    upper = "no limit" if one.upper is None else f"{one.upper:.2f}"
    return Figures(f"{one.lower:.2f} to {upper}")
