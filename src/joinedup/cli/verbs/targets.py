"""Keep the targets of the plan: what is to be reached, where, by when and by whom, and whether it will be."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.area_names import COARSE_TO_FINE, area_codes
from joinedup.cli.asking_figures import conditions
from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.counting import knowledge_asked
from joinedup.cli.days import day
from joinedup.cli.lead_names import known_lead
from joinedup.cli.nearest import Choice
from joinedup.cli.output import (
    Figures,
    counting_engine_option,
    format_option,
    purpose_option,
    say,
    show,
    show_one,
)
from joinedup.cli.target_options import aim_asked, aim_changed, aim_options
from joinedup.cli.target_words import chance_in_words, range_in_words, wanted_in_words
from joinedup.terms import AreaLevel, Period, Purpose

if TYPE_CHECKING:
    from joinedup.hub.targets import Judged, Told

_LEVELS = [each.value for each in (AreaLevel.PARTNERSHIP, *COARSE_TO_FINE, AreaLevel.SQUARE)]
_CHANNEL = "command-line"


def _known_options(function: Any) -> Any:
    known = click.option(
        "--as-at", metavar="TIME", help="As it was known then; a date means the end of that day."
    )
    return known(counting_engine_option(purpose_option(format_option(function))))


@click.group(name="targets", help=__doc__, invoke_without_command=True)
@_known_options
@click.pass_context
def command(ctx: click.Context, **asked: Any) -> None:
    if ctx.invoked_subcommand is None:
        _list(ctx, year=None, state=None, **asked)


@command.command(name="list")
@click.option("--year", metavar="YEAR", help="Only those of these twelve months: 2024/25.")
@click.option("--state", type=click.Choice(["open", "closed"]), help="Only those that are open, or closed.")
@_known_options
@click.pass_context
def list_targets(ctx: click.Context, **asked: Any) -> None:
    """List the targets, each with its status now and the chance of meeting it."""
    _list(ctx, **asked)


@command.command(name="show")
@click.argument("reference")
@_known_options
@click.pass_context
def show_target(ctx: click.Context, reference: str, output_format: str, **asked: Any) -> None:
    """Show one target, where it is going, and its whole history."""
    workspace, who = open_workspace(ctx), viewer(ctx)
    from joinedup.hub import targets

    purpose = Purpose(asked["purpose"])
    one = targets.target_seen(workspace, who, reference)
    told = targets.told_to(workspace, who, one, purpose=purpose)
    judged = targets.judge(
        workspace,
        who,
        one,
        as_at=knowledge_asked(asked),
        engine=asked["engine"],
        purpose=purpose,
        channel=_CHANNEL,
    )
    history = [{"when": event.moment, "what": str(event.kind), "by": event.by, "text": event.text}
               for event in told.history]  # fmt: skip
    if output_format != "table":
        show_one({**_plain(told, judged), "history": history}, output_format)
        return
    show_one(_in_words(told, judged))
    click.echo()
    show(history)


@command.command(name="add")
@click.argument("reference")
@click.option("--measure", required=True, help="What is counted. See: joinedup measures")
@click.option("--year", required=True, metavar="YEAR", help="The target's twelve months: 2024/25 or 2024.")
@aim_options
@click.option("--owner", required=True, help="Who answers for it: an agency, by name or code, or a user.")
@click.option("--area-level", type=Choice(_LEVELS), default=AreaLevel.PARTNERSHIP.value, show_default=True,
              help="Of which kind the areas are that make the place.")  # fmt: skip
@click.option("--area", "areas", metavar="CODE|NAME", multiple=True,
              help="An area of the place, or all within it (repeat: they count together).")  # fmt: skip
@click.option("--place", default="", help="What the place is called (default: the names of its areas).")
@click.option("--vintage", metavar="YEAR", help="Boundaries of another year than the newest.")
@click.option("--where", metavar="DIMENSION=VALUE", multiple=True, help="Keep one value (repeat for more).")
@click.option("--title", default="", help="What it is called (default: the measure and the place).")
@click.option("--set-on", metavar="DATE", help="When it was set, where that was before today.")
@click.option("--review", metavar="DATE", help="When it is to be reviewed: 2025-10-01.")
@click.option("--note", default="", help="What is to be remembered. Name no people.")
@counting_engine_option
@purpose_option
@click.pass_context
def add(ctx: click.Context, reference: str, measure: str, **asked: Any) -> None:
    """Set a target, of a measure, a place and a year."""
    workspace, who = open_workspace(ctx), viewer(ctx)
    from joinedup.hub import targets
    from joinedup.release import measure_known

    level = AreaLevel(asked["area_level"])
    judged = targets.keep(
        workspace,
        who,
        reference,
        measure=measure,
        where=conditions(measure_known(workspace, who, measure), asked["where"]),
        level=level,
        areas=area_codes(workspace, asked["areas"], level, asked["vintage"]),
        vintage=asked["vintage"],
        place=asked["place"],
        year=Period.parse(asked["year"]),
        aim=aim_asked(asked),
        owner=known_lead(workspace, asked["owner"], where="--owner"),
        title=asked["title"],
        set_on=_day(asked["set_on"]),
        review_on=_day(asked["review"]),
        note=asked["note"],
        engine=asked["engine"],
        purpose=Purpose(asked["purpose"]),
        channel=_CHANNEL,
    )
    say(f"The target {reference} is kept. Now: {judged.words}.")
    for note in judged.notes:
        say(f"Note: {note}")


@command.command(name="change")
@click.argument("reference")
@aim_options
@click.option("--owner", default="", help="Who answers for it now: an agency or a user.")
@click.option("--title", default="", help="What it is called now.")
@click.option("--review", metavar="DATE", help="When it is to be reviewed.")
@click.option("--note", default="", help="What is to be remembered. Name no people.")
@click.option("--newest-definition", is_flag=True, help="Judge it by its measure's definition as it is now.")
@click.pass_context
def change(ctx: click.Context, reference: str, **asked: Any) -> None:
    """Change what is asked, who owns it or when it is reviewed; what was before stays in its history."""
    workspace, who = open_workspace(ctx), viewer(ctx)
    from joinedup.hub import targets
    from joinedup.partnership.targets import aim_of

    one = targets.target_seen(workspace, who, reference)
    targets.change(
        workspace,
        who,
        reference,
        aim=aim_changed(asked, aim_of(one)),
        owner=known_lead(workspace, asked["owner"], where="--owner") if asked["owner"] else "",
        title=asked["title"],
        review_on=_day(asked["review"]),
        note=asked["note"],
        newest_definition=asked["newest_definition"],
    )
    say(f"The target {reference} is changed; what was before stays in its history.")


@command.command(name="close")
@click.argument("reference")
@click.option("--why", required=True, help="Why: met, missed, or given up. Name no people.")
@click.pass_context
def close(ctx: click.Context, reference: str, why: str) -> None:
    """Close a target, with a reason. It stays in the register."""
    workspace = open_workspace(ctx)
    from joinedup.hub import targets

    targets.close(workspace, viewer(ctx), reference, why)
    say(f"The target {reference} is closed.")


def _list(
    ctx: click.Context, *, year: str | None, state: str | None, output_format: str, **asked: Any
) -> None:
    workspace, who = open_workspace(ctx), viewer(ctx)
    from joinedup.accounts import today
    from joinedup.hub import targets

    purpose, as_at = Purpose(asked["purpose"]), knowledge_asked(asked)
    found = targets.targets_seen(workspace, who, year=Period.parse(year) if year else None, state=state)
    told = [targets.told_to(workspace, who, one, purpose=purpose) for one in found]
    judged = [
        targets.judge(
            workspace, who, one, as_at=as_at, engine=asked["engine"], purpose=purpose, channel=_CHANNEL
        )
        if one.is_open
        else targets.Judged(one, None)
        for one in found
    ]
    both = list(zip(told, judged, strict=True))
    if output_format != "table":
        show([_plain(*one) for one in both], output_format)
        return
    show([_row(*one) for one in both], empty="No target is kept. Set one with: joinedup targets add")
    for note in dict.fromkeys([note for one in judged for note in one.notes]):
        say(f"Note: {note} ({', '.join(one.target.reference for one in judged if note in one.notes)})")
    late = [one.reference for one in found if one.is_open and one.review_on and one.review_on <= today()]
    if late:
        say(f"To be reviewed: {', '.join(late)}. See: joinedup targets show REFERENCE")


def _row(told: Told, judged: Judged) -> dict[str, Any]:
    one, projection = told.target, judged.projection
    return {
        "Reference": one.reference,
        "Target": f"{one.title}: {told.aim.words}",
        "Year": told.year.words,
        "Owner": one.owner,
        "Wanted": Figures(wanted_in_words(projection) if projection else "–"),
        "Year projected": Figures(range_in_words(projection) if projection else "–"),
        "Chance": Figures(chance_in_words(projection) if projection else "–"),
        "Status": judged.words,
    }


def _plain(told: Told, judged: Judged) -> dict[str, Any]:
    """The public table: the same keys for every target, whether or not it can be judged."""
    one, aim, projection = told.target, told.aim, judged.projection
    going = projection.to_json() if projection else dict.fromkeys(_GOING)
    return {
        "reference": one.reference,
        "title": one.title,
        "measure": one.measure,
        "definition_version": one.measure_version,
        "where": [f"{name}={value}" for name, value in one.where],
        "place": told.place.name,
        "area_level": told.place.level.value,
        "area_codes": list(told.place.areas),
        "vintage": told.place.vintage or None,
        "asked": aim.words,
        "baseline_year": str(aim.baseline_year) if aim.baseline_year else None,
        "baseline_count": aim.baseline_value,
        "baseline_known_at": aim.known_at,
        "owner": one.owner,
        "set_on": one.set_on,
        "set_by": one.set_by,
        "review_on": one.review_on,
        "state": str(one.state),
        "closed_on": one.closed_on,
        "note": one.note,
        **going,
        "year": str(told.year),
        "at_most": aim.at_most,
        "status": judged.status,
        "notes": list(judged.notes),
        "known_on": judged.known_on,
        "deliveries": list(judged.deliveries),
    }


_GOING = (
    "year", "months", "so_far", "same_months_before", "year_before", "wanted", "at_most", "projected",
    "lower", "upper", "chance", "status", "flags",
)  # fmt: skip
"""Keys of ``Projection.to_json``."""


def _in_words(told: Told, judged: Judged) -> dict[str, Any]:
    one, projection = told.target, judged.projection
    shown: dict[str, Any] = {
        "Reference": one.reference,
        "Target": one.title,
        "Asked": told.aim.words,
        "Measure": f"{one.measure}, version {one.measure_version}",
        "Only": ", ".join(f"{name}={value}" for name, value in one.where) or None,
        "Place": _place_in_words(told),
        "Year": told.year.words,
        "Owner": one.owner,
        "Set": f"{one.set_on}, by {one.set_by}",
        "Review": one.review_on,
        "Note": one.note or None,
        "State": str(one.state),
        "Status": judged.words,
    }
    if projection is not None:
        shown |= {
            "Months told": projection.months,
            "So far": projection.so_far,
            "Same months before": projection.same_before,
            "Year before": projection.before,
            "Wanted": wanted_in_words(projection),
            "Year projected": range_in_words(projection),
            "Chance": chance_in_words(projection),
            "Known on": judged.known_on,
        }
    for note in judged.notes:
        say(f"Note: {note}")
    return {name: value for name, value in shown.items() if value is not None}


def _place_in_words(told: Told) -> str:
    place = told.place
    if not place.areas:
        return place.name
    known = f" of {place.vintage}" if place.vintage else ""
    return f"{place.name} ({place.level.value}{known}: {', '.join(place.areas)})"


def _day(text: str | None) -> dt.date | None:
    return day(text) if text else None
