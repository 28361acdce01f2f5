"""Keep the register of commissioned services, and read what was delivered against contract and cost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.asking_figures import conditions, known_on
from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.counting import knowledge_asked
from joinedup.cli.days import day
from joinedup.cli.nearest import Choice
from joinedup.cli.output import (
    Figures,
    cautions,
    counted,
    counting_engine_option,
    format_option,
    purpose_option,
    say,
    show,
)
from joinedup.cli.register_words import (
    PERS,
    area_level_option,
    money,
    one_area,
    per_words,
    place_words,
    pounds,
    register_group,
    show_line,
    where_words,
)
from joinedup.errors import BadInput
from joinedup.terms import AreaLevel, Period, Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures.commissioning import DeliveredRow
    from joinedup.partnership.models import CommissionedService
    from joinedup.release.commissioned import ReleasedDelivery
    from joinedup.workspace import Workspace

THINGS = ["delivered", "outcome"]


def _lines(workspace: Workspace, who: Viewer, closed: bool) -> list[dict[str, Any]]:
    from joinedup.release.commissioned import services_seen

    return [_summary(one) for one in services_seen(workspace, who, closed=closed)]


command = register_group("commissioned", __doc__, "commissioned services", _lines)


@command.command(name="add")
@click.argument("name")
@click.option("--title", required=True, help="What it is for, in words.")
@click.option("--provider", required=True, help="Who provides it: an organisation, no person.")
@click.option("--commissioner", required=True, help="Who pays for it.")
@click.option("--from", "started", required=True, metavar="DATE", help="Since when: 2024-04-01.")
@click.option("--to", "ended", metavar="DATE", help="Its last day.")
@click.option("--cost", metavar="POUNDS", help="What it costs: £120,000.")
@click.option("--cost-per", type=Choice(PERS), default="year", show_default=True, help="For how long.")
@click.option("--volume", type=int, help="How many units are contracted.")
@click.option("--volume-per", type=Choice(PERS), default="year", show_default=True, help="For how long.")
@click.option("--unit", required=True, help="Units of what: referrals seen, sessions.")
@click.option("--area", help="Where, if not everywhere: an area, by code or name.")
@area_level_option(AreaLevel.DISTRICT)
@click.option("--delivered", metavar="MEASURE", default="", help="Which counts the units, if any.")
@click.option("--delivered-where", metavar="DIMENSION=VALUE", multiple=True, help="Only these (repeat).")
@click.option("--outcome", metavar="MEASURE", default="", help="Which counts its outcome, if any.")
@click.option("--outcome-where", metavar="DIMENSION=VALUE", multiple=True, help="Only these (repeat).")
@click.option("--outcome-unit", default="", help="Outcomes in which unit: people housed.")
@click.pass_context
def add(ctx: click.Context, name: str, **given: Any) -> None:
    """Enter a commissioned service: who is paid for what, how much was contracted, and what counts it."""
    workspace, who = open_workspace(ctx), viewer(ctx)
    from joinedup.partnership.commissioned import Service
    from joinedup.partnership.keeping import pence
    from joinedup.release import measure_known
    from joinedup.release.commissioned import add_services

    def narrowed(measure: str, written: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        if not measure:
            if written:
                raise BadInput("A condition is of a measure, and none is named", where=name)
            return ()
        return conditions(measure_known(workspace, who, measure), written)

    service = Service(
        name,
        given["title"],
        given["provider"],
        given["commissioner"],
        day(given["started"]),
        given["unit"],
        day(given["ended"]) if given["ended"] else None,
        pence(given["cost"]) if given["cost"] else None,
        given["cost_per"],
        given["volume"],
        given["volume_per"],
        *one_area(workspace, given["area"], AreaLevel(given["area_level"])),
        given["delivered"],
        narrowed(given["delivered"], given["delivered_where"]),
        given["outcome"],
        narrowed(given["outcome"], given["outcome_where"]),
        given["outcome_unit"],
    )
    add_services(workspace, who, [service])
    say(f"The service {name} is in the register.")


@command.command(name="load")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def load(ctx: click.Context, file: Path) -> None:
    """Enter all services of a CSV file, or none where one is wrong."""
    workspace, who = open_workspace(ctx), viewer(ctx)
    from joinedup.partnership.commissioned import read_services
    from joinedup.release.commissioned import add_services

    made = add_services(workspace, who, read_services(file))
    say(f"{len(made)} services are in the register.")


@command.command(name="show")
@click.argument("name")
@format_option
@click.pass_context
def show_service(ctx: click.Context, name: str, output_format: str) -> None:
    """Show one service with its history; to those who keep the register, with what was typed in."""
    workspace, who = open_workspace(ctx), viewer(ctx)
    from joinedup.partnership.keeping import KEEPERS
    from joinedup.release.commissioned import service_seen

    row = service_seen(workspace, who, name)
    typed = [
        {
            "of": one.of,
            "period": str(Period(one.period_from, one.period_to)),
            "count": one.count,
            "source": one.source,
            "moment": one.moment,
        }
        for one in (row.counts.all() if who.role in KEEPERS else ())
    ]
    show_line(_summary(row), row, output_format, counts=typed)


@command.command(name="change")
@click.argument("name")
@click.option("--title", help="What it is for now.")
@click.option("--provider", help="Who provides it now.")
@click.option("--to", "ended", metavar="DATE", help="Its last day.")
@click.option("--cost", metavar="POUNDS", help="What it costs.")
@click.option("--volume", type=int, help="How many units are contracted.")
@click.option("--outcome-unit", help="Outcomes in which unit.")
@click.option("--note", default="", help="What is to be remembered.")
@click.pass_context
def change(ctx: click.Context, name: str, **given: Any) -> None:
    """Give a service another title, provider, end, cost, volume or unit of its outcome, or a note."""
    workspace, who = open_workspace(ctx), viewer(ctx)
    from joinedup.partnership.commissioned import change_service
    from joinedup.partnership.keeping import pence
    from joinedup.release.commissioned import service_seen

    service_seen(workspace, who, name)
    change_service(
        name,
        by=who,
        note=given["note"],
        title=given["title"],
        provider=given["provider"],
        ended_on=day(given["ended"]) if given["ended"] else None,
        cost_pence=pence(given["cost"]) if given["cost"] else None,
        volume=given["volume"],
        outcome_unit=given["outcome_unit"],
    )
    say(f"The service {name} is changed; what was before stays in its history.")


@command.command(name="count")
@click.argument("name")
@click.argument("of", type=Choice(THINGS))
@click.argument("period")
@click.option("--count", type=int, help="How many, in these months together.")
@click.option("--take-back", is_flag=True, help="Or: what was typed of these months does not stand.")
@click.option("--source", required=True, help="Whose number it is, from which report.")
@click.pass_context
def count(
    ctx: click.Context, name: str, of: str, period: str, count: int | None, take_back: bool, source: str
) -> None:
    """Type in what the provider counted in PERIOD (2024-04, 2024-Q2): delivered, or outcome."""
    workspace, who = open_workspace(ctx), viewer(ctx)
    from joinedup.partnership.commissioned import type_count
    from joinedup.release.commissioned import service_seen

    service_seen(workspace, who, name)
    if (count is None) != take_back:
        raise BadInput("Give --count, or --take-back")
    type_count(name, of, Period.parse(period), count, source=source, by=who)
    say(f"Kept: {of} by {name} in {Period.parse(period).words}.")


@command.command(name="close")
@click.argument("name")
@click.option("--why", required=True, help="It ended, or was entered wrongly.")
@click.pass_context
def close(ctx: click.Context, name: str, why: str) -> None:
    """Close a service; it stays in the register with its history."""
    workspace, who = open_workspace(ctx), viewer(ctx)
    from joinedup.partnership.commissioned import close_service
    from joinedup.release.commissioned import service_seen

    service_seen(workspace, who, name)
    close_service(name, why=why, by=who)
    say(f"The service {name} is closed.")


@command.command(name="read")
@click.argument("name")
@click.option("--period", metavar="PERIOD", help="Only these months: 2024/25, 2024-Q2, A..B.")
@click.option("--as-at", metavar="TIME", help="As it was known then; a date means the end of that day.")
@counting_engine_option
@purpose_option
@format_option
@click.pass_context
def read(ctx: click.Context, name: str, output_format: str, **asked: Any) -> None:
    """Read what NAME delivered against its contract, and what each unit and each outcome cost."""
    workspace, who = open_workspace(ctx), viewer(ctx)
    from joinedup.release.commissioned import released_delivery

    answer = released_delivery(
        workspace,
        who,
        name,
        Period.parse(asked["period"]) if asked["period"] else None,
        as_at=knowledge_asked(asked),
        engine=asked["engine"],
        purpose=Purpose(asked["purpose"]),
        channel="command-line",
    )
    for note in answer.notes:
        say(f"Note: {note}")
    if output_format != "table":
        show(answer.to_json_rows(), output_format)
        return
    say(_heading(answer))
    show([_row(one) for one in answer.rows])


def _summary(row: CommissionedService) -> dict[str, Any]:
    found = {
        "name": row.name,
        "title": row.title,
        "provider": row.provider,
        "commissioner": row.commissioner,
        "from": row.started_on,
        "to": row.ended_on,
        "cost": None if row.cost_pence is None else Figures(pounds(row.cost_pence) + per_words(row.cost_per)),
        "volume": None if row.volume is None else f"{row.volume:,} {row.unit}{per_words(row.volume_per)}",
        "place": place_words(row),
        "delivered": where_words(row.delivered_measure, row.delivered_where) or "typed in",
        "outcome": where_words(row.outcome_measure, row.outcome_where) or "typed in",
    }
    return found if row.closed_on is None else {**found, "closed": row.closed_on}


def _heading(answer: ReleasedDelivery) -> str:
    one = answer.service
    return f"{one.title} ({one.provider}), {answer.period.words}, as known on {known_on(answer)}."


def _row(one: DeliveredRow) -> dict[str, Any]:
    return {
        "Of": one.of,
        "Unit": one.unit,
        "Months": Figures(f"{one.months} of {one.months_wanted}"),
        "Count": counted(one.count),
        "Contracted": Figures("–" if one.contracted is None else f"{one.contracted:,.4g}"
                              if one.contracted < 1000 else f"{one.contracted:,.0f}"),
        "Of contract": Figures("–" if one.value is None else f"{one.value:.0%}"),
        "95% interval": Figures("–" if one.lower is None else f"{one.lower:.0%} to {one.upper:.0%}"),
        "Cost": money(one.cost_pence),
        "Cost for each": money(one.cost_each),
        "Range": _range(one),
        "Counted by": one.counted_by,
        "Cautions": cautions(one.flags),
    }  # fmt: skip


def _range(one: DeliveredRow) -> Figures:
    if one.cost_each_lower is None:
        return Figures("–")
    upper = "no limit" if one.cost_each_upper is None else pounds(one.cost_each_upper)
    return Figures(f"{pounds(one.cost_each_lower)} to {upper}")
