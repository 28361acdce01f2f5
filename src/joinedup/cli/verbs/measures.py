"""List what can be counted, or show what one measure means."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.output import format_option, show, show_one

if TYPE_CHECKING:
    from joinedup.measures import Measure


@click.group(name="measures", help=__doc__, invoke_without_command=True)
@format_option
@click.pass_context
def command(ctx: click.Context, output_format: str) -> None:
    from joinedup.measures import catalogue

    if ctx.invoked_subcommand is None:
        show([_summary(measure) for measure in catalogue().values()], output_format)


@command.command(name="show")
@click.argument("name")
@format_option
def show_measure(name: str, output_format: str) -> None:
    """Show what the measure NAME means, how it may be cut, and its SQL."""
    from joinedup.measures import measure_named

    show_one(_details(measure_named(name), output_format), output_format)


def _summary(measure: Measure) -> dict[str, Any]:
    return {
        "measure": measure.name,
        "title": measure.title,
        "unit": measure.unit,
        "forms": list(measure.forms),
        "breakdowns": list(measure.breakdowns),
    }


def _details(measure: Measure, output_format: str) -> dict[str, Any]:
    text = output_format == "table"
    labels: Any = {name: dict(values) for name, values in measure.breakdowns.items()}
    if text:
        labels = "; ".join(
            f"{name} ({', '.join(values) or 'as delivered'})" for name, values in labels.items()
        )
    return {
        "measure": measure.name,
        "definition_version": measure.version,
        "title": measure.title,
        "meaning": measure.meaning,
        "unit": measure.unit,
        "sources": list(measure.sources),
        "record_types": list(measure.record_types),
        "forms": list(measure.forms),
        "breakdowns": labels,
        "positive_values": list(measure.positive_values),
        "adds_up_over_areas": measure.additive_over_areas,
        "adds_up_over_time": measure.additive_over_time,
        "sensitivity": measure.sensitivity,
        "breaks": [f"{broken.date:%Y-%m-%d}: {broken.sentence}" for broken in measure.breaks],
        "caveats": list(measure.caveats),
        "sql": textwrap.dedent(measure.sql).strip(),
    }
