"""Show how good the data is: by feed, owner, field and month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.feed_names import known_feeds
from joinedup.cli.output import format_option, say, show
from joinedup.terms import Every, Period, parse_knowledge_date

if TYPE_CHECKING:
    import datetime as dt

    from joinedup.measures.quality import QualityFigure, QualityMeasure
    from joinedup.terms import Viewer
    from joinedup.workspace import Workspace

_TOLD_FOR = ("feed", "owner", "field", "other_feed", "period")
COLUMNS = (*_TOLD_FOR, "numerator", "denominator", "value", "lower", "upper", "flags")
_DETAILS = ("field", "other_feed")
_OVERVIEW = ("acceptance", "completeness", "located", "stated-area-agreement")


@click.command(name="quality", help=__doc__)
@click.argument("measure", required=False)
@click.option("--feed", "feeds", metavar="FEED", multiple=True, help="Only this feed (repeat for more).")
@click.option("--field", "fields", metavar="FIELD", multiple=True, help="Only this field (repeat for more).")
@click.option(
    "--other-feed",
    "others",
    metavar="FEED",
    multiple=True,
    help="For overlap: only beside this feed (repeat for more).",
)
@click.option("--from", "start", metavar="PERIOD", help="2024-04, 2024-Q2, 2024/25 or 2024: from its start.")
@click.option("--to", "end", metavar="PERIOD", help="To the end of this period.")
@click.option(
    "--every",
    type=click.Choice([each.value for each in Every]),
    default=Every.WHOLE.value,
    show_default=True,
    help="How finely to cut by time.",
)
@click.option("--as-at", metavar="TIME", help="As known on this date.")
@click.option("--measures", "listed", is_flag=True, help="List the measures of quality and what they mean.")
@format_option
@click.pass_context
def command(ctx: click.Context, measure: str | None, output_format: str, listed: bool, **asked: Any) -> None:
    workspace = open_workspace(ctx)  # which sets the language
    if listed:
        show(_definitions(), output_format)
        return
    who = viewer(ctx)
    known_feeds(workspace, who, (*asked["feeds"], *asked["others"]))
    moment = parse_knowledge_date(asked["as_at"]) if asked["as_at"] else None
    nothing = "Nothing was delivered that the quality of could be told."
    if measure is None:
        show(_overview(workspace, who, asked, moment), output_format, empty=nothing)
        say("One of them by field or month: joinedup quality completeness --every month")
        return
    found = _ask(workspace, who, measure, asked, moment)
    for note in found.notes:
        say(note)
    shown = tuple(name for name in COLUMNS if name not in _DETAILS or name == found.measure.detail)
    rows = found.to_json_rows()
    if output_format != "table":
        show(rows, output_format, empty=nothing)
        return
    show([_in_per_cent(found.measure, row) for row in rows], output_format, columns=shown, empty=nothing)


def _in_per_cent(measure: QualityMeasure, row: dict[str, Any]) -> dict[str, Any]:
    """The row with its shares as people read them; days stay days."""
    if measure.ground.value == "days":
        return row
    shares = {name: row[name] for name in ("value", "lower", "upper")}
    told = {name: None if share is None else f"{100 * share:.1f} %" for name, share in shares.items()}
    return {**row, **told}


def _definitions() -> list[dict[str, Any]]:
    from joinedup.measures.quality import QUALITY

    return [
        {
            "measure": one.name,
            "title": str(one.title),
            "meaning": str(one.meaning),
            "numerator": str(one.numerator),
            "denominator": str(one.denominator),
            "told_for_each": one.detail,
        }
        for one in QUALITY.values()
    ]


def _ask(
    workspace: Workspace, who: Viewer, measure: str, asked: dict[str, Any], moment: dt.datetime | None
) -> QualityFigure:
    from joinedup.measures.quality import QualityQuery
    from joinedup.release import quality

    query = QualityQuery(
        measure=measure,
        sources=(),
        feeds=asked["feeds"],
        fields=(*asked["fields"], *asked["others"]),
        period=_period(asked["start"], asked["end"]),
        every=Every(asked["every"]),
        as_at=moment,
    )
    return quality(workspace, who, query)


def _period(start: str | None, end: str | None) -> Period | None:
    if start is None and end is None:
        return None
    first = Period.parse(start or end or "")
    return Period(first.start, Period.parse(end or start or "").end)


def _overview(
    workspace: Workspace, who: Viewer, asked: dict[str, Any], moment: dt.datetime | None
) -> list[dict[str, Any]]:
    """A line for each feed: shares over all its fields and months."""
    feeds: dict[str, dict[str, Any]] = {}
    for name in _OVERVIEW:
        counted: dict[str, tuple[int, int]] = {}
        for row in _ask(workspace, who, name, {**asked, "every": Every.WHOLE}, moment).rows:
            feeds.setdefault(row.feed, {"feed": row.feed, "owner": row.owner, "period": row.period.words})
            hits, total = counted.get(row.feed, (0, 0))
            counted[row.feed] = (hits + (row.numerator or 0), total + (row.denominator or 0))
        for feed, (hits, total) in counted.items():
            feeds[feed][name] = hits / total if total else None
    return [
        {
            **{name: line[name] for name in ("feed", "owner", "period")},
            **{name.replace("-", "_"): line.get(name) for name in _OVERVIEW},
        }
        for _feed, line in sorted(feeds.items())
    ]
