"""Keep the impact register: changes of partners' funding; and read what might show them before and after."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.asking_figures import conditions
from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.counting import knowledge_asked
from joinedup.cli.days import day
from joinedup.cli.nearest import Choice
from joinedup.cli.output import Figures, counting_engine_option, format_option, purpose_option, say, show
from joinedup.cli.register_words import (
    PERS,
    area_level_option,
    change_row,
    one_area,
    per_words,
    place_words,
    pounds,
    register_group,
    show_line,
    where_words,
)
from joinedup.terms import AreaLevel, Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.partnership.models import FundingChange
    from joinedup.workspace import Workspace


def _lines(workspace: Workspace, who: Viewer, closed: bool) -> list[dict[str, Any]]:
    from joinedup.release.funding import changes_seen

    return [_summary(one) for one in changes_seen(workspace, who, closed=closed)]


command = register_group("funding", __doc__, "changes of funding", _lines)


@command.command(name="add")
@click.argument("name")
@click.option("--title", required=True, help="What was cut or added, in words.")
@click.option("--partner", required=True, help="Whose funding: an organisation, no person.")
@click.option("--cut", "direction", flag_value="cut", default=None, help="It was cut.")
@click.option("--added", "direction", flag_value="added", help="It was added.")
@click.option("--from", "started", required=True, metavar="DATE", help="From when: 2024-04-01.")
@click.option("--amount", metavar="POUNDS", help="How much: £85,000.")
@click.option("--amount-per", type=Choice(PERS), default="year", show_default=True, help="For how long.")
@click.option("--area", help="Where, if not everywhere: an area, by code or name.")
@area_level_option(AreaLevel.DISTRICT)
@click.option("--measure", "measures", metavar="MEASURE", multiple=True, help="What might show it (repeat).")
@click.option("--where", metavar="DIMENSION=VALUE", multiple=True, help="Of each only these (repeat).")
@click.option("--owner", required=True, help="Who watches it: an agency, no person.")
@click.option("--review", metavar="DATE", help="When it is to be looked at again.")
@click.option("--seen", default="", help="What was seen, in words. Name no people.")
@click.pass_context
def add(ctx: click.Context, name: str, **given: Any) -> None:
    """Enter a change of a partner's funding, and what might show it."""
    workspace, who = open_workspace(ctx), viewer(ctx)
    from joinedup.partnership.funding import Change
    from joinedup.partnership.keeping import pence
    from joinedup.release import measure_known
    from joinedup.release.funding import add_changes

    planned = Change(
        name,
        given["title"],
        given["partner"],
        given["direction"] or "",
        day(given["started"]),
        given["owner"],
        pence(given["amount"]) if given["amount"] else None,
        given["amount_per"],
        *one_area(workspace, given["area"], AreaLevel(given["area_level"])),
        tuple((one, conditions(measure_known(workspace, who, one), given["where"]))
              for one in given["measures"]),
        day(given["review"]) if given["review"] else None,
        given["seen"],
    )  # fmt: skip
    add_changes(workspace, who, [planned])
    say(f"The change {name} is in the register.")


@command.command(name="load")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def load(ctx: click.Context, file: Path) -> None:
    """Enter all changes of a CSV file, or none where one is wrong."""
    workspace, who = open_workspace(ctx), viewer(ctx)
    from joinedup.partnership.funding import read_changes
    from joinedup.release.funding import add_changes

    made = add_changes(workspace, who, read_changes(file))
    say(f"{len(made)} changes are in the register.")


@command.command(name="show")
@click.argument("name")
@format_option
@click.pass_context
def show_change(ctx: click.Context, name: str, output_format: str) -> None:
    """Show one change with its history."""
    workspace, who = open_workspace(ctx), viewer(ctx)
    from joinedup.release.funding import change_seen

    row = change_seen(workspace, who, name)
    show_line(_summary(row), row, output_format)


@command.command(name="change")
@click.argument("name")
@click.option("--title", help="What it is called now.")
@click.option("--amount", metavar="POUNDS", help="How much.")
@click.option("--owner", help="Who watches it now.")
@click.option("--review", metavar="DATE", help="When it is to be looked at again.")
@click.option("--seen", help="What was seen, in words. Name no people.")
@click.option("--note", default="", help="What is to be remembered.")
@click.pass_context
def change(ctx: click.Context, name: str, **given: Any) -> None:
    """Give a change another title, amount, owner, review or what was seen, or a note."""
    workspace, who = open_workspace(ctx), viewer(ctx)
    from joinedup.partnership.funding import alter_change
    from joinedup.partnership.keeping import pence
    from joinedup.release.funding import change_seen

    change_seen(workspace, who, name)
    alter_change(
        name,
        by=who,
        note=given["note"],
        title=given["title"],
        amount_pence=pence(given["amount"]) if given["amount"] else None,
        owner=given["owner"],
        review_on=day(given["review"]) if given["review"] else None,
        seen=given["seen"],
    )
    say(f"The change {name} is altered; what was before stays in its history.")


@command.command(name="close")
@click.argument("name")
@click.option("--why", required=True, help="It was reviewed, or entered wrongly.")
@click.pass_context
def close(ctx: click.Context, name: str, why: str) -> None:
    """Close a change; it stays in the register with its history."""
    workspace, who = open_workspace(ctx), viewer(ctx)
    from joinedup.partnership.funding import close_change
    from joinedup.release.funding import change_seen

    change_seen(workspace, who, name)
    close_change(name, why=why, by=who)
    say(f"The change {name} is closed.")


@command.command(name="read")
@click.argument("name")
@click.option("--months", type=int, default=12, show_default=True, help="Months on either side, at most.")
@click.option("--family", default="", metavar="NAME", help="Compare with this family of families.toml.")
@click.option("--as-at", metavar="TIME", help="As it was known then; a date means the end of that day.")
@counting_engine_option
@purpose_option
@format_option
@click.pass_context
def read(ctx: click.Context, name: str, output_format: str, **asked: Any) -> None:
    """Read each measure that NAME says might show it, before and after."""
    workspace, who = open_workspace(ctx), viewer(ctx)
    from joinedup.release.funding import released_impact

    answer = released_impact(
        workspace,
        who,
        name,
        months=asked["months"],
        family=asked["family"],
        as_at=knowledge_asked(asked),
        engine=asked["engine"],
        purpose=Purpose(asked["purpose"]),
        channel="command-line",
    )
    found = []
    for one in answer.measures:
        called = where_words(one.measure, one.where)
        for note in (one.why_not,) if one.reading is None else one.reading.reading.notes:
            say(f"{called}: {note}")
        if one.reading is not None:
            spans = one.reading.spans
            say(f"{called}: months of {spans.after.words} against the same of {spans.before.words}.")
            found += [{"Measure": called, **change_row(row)} for row in one.reading.reading.rows]
    show(found if output_format == "table" else answer.to_json_rows(), output_format)


def _summary(row: FundingChange) -> dict[str, Any]:
    found = {
        "name": row.name,
        "title": row.title,
        "partner": row.partner,
        "direction": row.direction,
        "amount": None
        if row.amount_pence is None
        else Figures(pounds(row.amount_pence) + per_words(row.amount_per)),
        "from": row.started_on,
        "place": place_words(row),
        "measures": ", ".join(where_words(name, where) for name, where in row.measures),
        "owner": row.owner,
        "review": row.review_on,
        "seen": row.seen,
    }
    return found if row.closed_on is None else {**found, "closed": row.closed_on}
