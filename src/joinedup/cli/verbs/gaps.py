"""Keep the register of data gaps: what the data cannot tell, who mends it, and by when."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.days import day
from joinedup.cli.feed_names import known_feeds
from joinedup.cli.lead_names import known_lead
from joinedup.cli.output import format_option, say, show, show_one
from joinedup.cli.second_person import by_two_people
from joinedup.errors import BadInput
from joinedup.terms import Period, Purpose

if TYPE_CHECKING:
    from joinedup.partnership.models import DataGap, GapEvent


_LONGEST_TITLE = 200  # of a standard; a gap says it at any length


@click.group(name="gaps", help=__doc__, invoke_without_command=True)
@click.option("--state", type=click.Choice(["open", "closed"]), help="Only those that are open, or closed.")
@format_option
@click.pass_context
def command(ctx: click.Context, state: str | None, output_format: str) -> None:
    if ctx.invoked_subcommand is not None:
        return
    workspace = open_workspace(ctx)
    from joinedup.hub.data_quality.registers import gaps_seen

    found = gaps_seen(workspace, viewer(ctx), state=state)
    rows = [_summary(gap) for gap in found]
    show(rows, output_format, empty="No data gap is in the register. Add one with: joinedup gaps add")
    unproved = [gap.reference for gap in found if gap.standard is None and gap.state == gap.State.OPEN]
    if unproved and output_format == "table":
        say(
            f"Nothing measures {', '.join(unproved)} yet: they stay open until somebody closes them by hand. "
            "To let the data prove one: joinedup gaps standard MEASURE FEED --proves REFERENCE"
        )


@command.command(name="show")
@click.argument("reference")
@format_option
@click.pass_context
def show_gap(ctx: click.Context, reference: str, output_format: str) -> None:
    """Show one gap with its whole history."""
    workspace, who = open_workspace(ctx), viewer(ctx)
    from joinedup.hub.data_quality.registers import gap_seen, history_seen

    gap = gap_seen(workspace, who, reference)
    history = [_event(event) for event in history_seen(workspace, who, gap)]
    if output_format == "table":
        show_one(_summary(gap))
        click.echo()
        show(history)
    else:
        show_one({**_summary(gap), "history": history}, output_format)


@command.command(name="add")
@click.argument("reference")
@click.option("--title", required=True, help="What is missing.")
@click.option("--lead", required=True, help="Who is to mend it: an agency, by name or code, or a user.")
@click.option("--action", required=True, help="What they do about it.")
@click.option("--due", metavar="DATE", help="By when: 2026-12-31.")
@click.pass_context
def add(ctx: click.Context, reference: str, title: str, lead: str, action: str, due: str | None) -> None:
    """Open a gap that people found."""
    workspace = open_workspace(ctx)
    from joinedup import partnership

    who = known_lead(workspace, lead)
    partnership.add_gap(
        reference, title, lead=who, action=action, due=day(due) if due else None, by=viewer(ctx)
    )
    say(f"The gap {reference} is in the register.")


@command.command(name="change")
@click.argument("reference")
@click.option("--lead", help="Who is to mend it now: an agency or a user.")
@click.option("--action", help="What they do about it now.")
@click.option("--due", metavar="DATE", help="By when: 2026-12-31.")
@click.option("--note", default="", help="What is to be remembered.")
@click.pass_context
def change(ctx: click.Context, reference: str, **changes: Any) -> None:
    """Give a gap another lead, action or date, or a note."""
    workspace, by = open_workspace(ctx), viewer(ctx)
    from joinedup import partnership
    from joinedup.hub.data_quality.registers import gap_seen

    gap_seen(workspace, by, reference)
    changes["due"] = day(changes["due"]) if changes["due"] else None
    changes["lead"] = known_lead(workspace, changes["lead"]) if changes["lead"] else None
    partnership.change_gap(reference, by=by, **changes)
    say(f"The gap {reference} is changed; what was before stays in its history.")


@command.command(name="close")
@click.argument("reference")
@click.option("--why", required=True, help="Why it is closed by hand.")
@click.pass_context
def close(ctx: click.Context, reference: str, why: str) -> None:
    """Close a gap by hand, with a reason."""
    workspace = open_workspace(ctx)
    from joinedup.hub.data_quality import close_gap

    close_gap(workspace, viewer(ctx), reference, why)
    say(f"The gap {reference} is closed.")


@command.command(name="standard")
@click.argument("measure")
@click.argument("feed")
@click.option("--field", default="", help="The field, or for overlap the other feed, that is asked for.")
@click.option("--at-least", type=float, help="At least this: a share from 0 to 1 (0.9 for 90 %), or days.")
@click.option("--at-most", type=float, help="At most this: a share from 0 to 1, or days.")
@click.option("--proves", default="", metavar="REFERENCE", help="A gap that opens and closes with it.")
@click.option("--title", default="", help="What is missing when it is not met (default: the gap's).")
@click.option(
    "--lead", default="", help="Who is to mend it: an agency or a user, by name or code (default: the gap's)."
)
@click.option("--action", default="", help="What they do about it (default: the gap's).")
@click.pass_context
def standard(
    ctx: click.Context,
    measure: str,
    feed: str,
    field: str,
    at_least: float | None,
    at_most: float | None,
    proves: str,
    **said: str,
) -> None:
    """Ask something of a feed: a gap opens by itself when it is missed three months in a row, or the gap that
    it proves closes when it holds."""
    workspace = open_workspace(ctx)
    from joinedup.hub.data_quality import ask
    from joinedup.hub.data_quality.registers import gap_seen
    from joinedup.measures.quality import quality_measure

    if (at_least is None) == (at_most is None):
        raise BadInput("A standard has one bound", next_step="Give --at-least or --at-most")
    by = viewer(ctx)
    known_feeds(
        workspace, by, [feed, field] if quality_measure(measure).detail == "other_feed" and field else [feed]
    )
    if said["lead"]:
        said["lead"] = known_lead(workspace, said["lead"])
    if proves:
        gap = gap_seen(workspace, by, proves)
        said = {name: text or getattr(gap, name) for name, text in said.items()}
        said["title"] = said["title"][:_LONGEST_TITLE]
    if lacking := [f"--{name}" for name, text in said.items() if not text.strip()]:
        raise BadInput(
            "A standard says what is missing, who mends it and what they do",
            where=", ".join(lacking),
            next_step="Give them, or the gap that it proves: --proves REFERENCE",
        )
    threshold = at_least if at_least is not None else at_most
    assert threshold is not None  # noqa: S101 - one of them is
    ask(
        workspace,
        by,
        measure,
        feed,
        field,
        threshold=threshold,
        at_least=at_least is not None,
        proves=proves,
        **said,
    )
    say("The standard stands. Hold the data against all standards with: joinedup gaps review")


@command.command(name="victims")
@click.option("--reason", required=True, help="Why you need the list; it is written to the log.")
@click.option(
    "--from", "start", metavar="PERIOD", help="Crimes from the start of 2024-04, 2024-Q2 or 2024/25."
)
@click.option("--to", "end", metavar="PERIOD", help="Crimes up to the end of this period.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the list to this CSV file, to hand on.")
@format_option
@click.pass_context
def victims(
    ctx: click.Context, reason: str, start: str | None, end: str | None, out: Path | None, output_format: str
) -> None:
    """List serious violence whose victim's details are missing, by reference, for the officer dealing.

    A long list takes two people to be taken away, as a file or in JSON or CSV.
    """
    workspace = open_workspace(ctx)
    from joinedup.release import victim_gaps
    from joinedup.release.export import rows_as_csv
    from joinedup.release.victim_details import COLUMNS as TOLD

    if out is not None and out.exists():
        raise BadInput("There is a file of that name already", where=str(out))
    by = viewer(ctx)
    with by_two_people(workspace, by):
        found = victim_gaps(
            workspace,
            by,
            purpose=Purpose.CRIME_AND_DISORDER,
            reason=reason,
            period=_between(start, end),
            to_a_file=out is not None or output_format != "table",
        )
    rows = [one.plain() for one in found]
    if out is None:
        none = "No serious violence lacks a victim's details."
        show(rows, output_format, columns=TOLD, empty=none)
        return
    out.touch(mode=0o600)
    out.write_text(rows_as_csv(TOLD, rows), encoding="utf-8", newline="")
    say(f"{len(rows):,} lines in {out}: send each to the officer dealing. What you took away is in the log.")


def _between(start: str | None, end: str | None) -> Period | None:
    if start is None and end is None:
        return None
    first, last = Period.parse(start or end or ""), Period.parse(end or start or "")
    return Period(first.start, last.end)


@command.command(name="review")
@format_option
@click.pass_context
def review(ctx: click.Context, output_format: str) -> None:
    """Hold the data against the standards: open what is missed, close what holds."""
    workspace = open_workspace(ctx)
    from joinedup.hub.data_quality import review_gaps

    events = [
        {"reference": event.gap.reference, **_event(event)} for event in review_gaps(workspace, viewer(ctx))
    ]
    show(events, output_format, empty="No gap opened or closed.")


def _summary(gap: DataGap) -> dict[str, Any]:
    from joinedup.hub.data_quality.registers import proof_in_words

    return {
        "reference": gap.reference,
        "state": str(gap.state),
        "title": gap.title,
        "lead": gap.lead,
        "action": gap.action,
        "due": gap.due,
        "opened": gap.opened_on,
        "closed": gap.closed_on,
        "proved_by": proof_in_words(gap.standard) or None,
    }


def _event(event: GapEvent) -> dict[str, Any]:
    return {
        "when": event.moment,
        "what": str(event.kind),
        "by": event.by or "the standard",
        "text": event.text,
        "value": event.value,
        "numerator": event.numerator,
        "denominator": event.denominator,
    }
