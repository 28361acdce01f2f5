"""Count what residents answered, as they did and weighted to the residents by age, sex and place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.counting import knowledge_asked
from joinedup.cli.nearest import Choice
from joinedup.cli.output import Figures, counted, format_option, purpose_option, say, show
from joinedup.errors import BadInput
from joinedup.terms import Period, Purpose

if TYPE_CHECKING:
    from joinedup.measures.consulting import ConsultedRow

_BY = ["age", "sex", "district", "ward"]


@click.command(name="consultation", help=__doc__)
@click.argument("name", required=False)
@click.option("--period", metavar="PERIOD", help="2024-04, 2024-Q2, 2024/25, 2024 or A..B.")
@click.option("--question", default="", metavar="WORDS", help="Only questions that have these words.")
@click.option(
    "--weight-by",
    "by",
    type=Choice(_BY),
    multiple=True,
    help="What to weight by, repeated (default: age, sex and district, as far as residents are loaded).",
)
@click.option("--as-at", metavar="TIME", help="As it was known then; a date means the end of that day.")
@purpose_option
@click.option("--reason", default="", help="Why you ask, without naming anybody.")
@format_option
@click.pass_context
def command(ctx: click.Context, name: str | None, output_format: str, **asked: Any) -> None:
    workspace, who = open_workspace(ctx), viewer(ctx)
    from joinedup.measures.consulting import ConsultQuery, WeightBy
    from joinedup.release.consulting import consultations_available, released_consultation

    if name is None:
        show(
            [
                {"name": one.name, "title": str(one.title), "meaning": str(one.meaning)}
                for one in consultations_available(workspace, who)
            ],
            output_format,
            empty="No consultation may be seen whole by you.",
        )
        return
    if not asked["period"]:
        raise BadInput("It is not said of which months", next_step="Say --period 2024/25")
    query = ConsultQuery(
        name,
        Period.parse(asked["period"]),
        by=tuple(dict.fromkeys(WeightBy(one) for one in asked["by"])),
        question=asked["question"],
        as_at=knowledge_asked(asked),
    )
    found = released_consultation(
        workspace, who, query, purpose=Purpose(asked["purpose"]), reason=asked["reason"]
    )
    say(f"{found.definition.title} (definition {found.definition.version}), {query.period.words}.")
    for note in (*found.notes, *found.definition.caveats):
        say(f"Note: {note}")
    if output_format == "table":
        show([_row(one) for one in found.rows], empty="Nobody answered, or nothing was delivered.")
    else:
        show(found.to_json_rows(), output_format)


def _row(one: ConsultedRow) -> dict[str, Any]:
    return {
        "Question": one.question,
        "Answer": one.answer,
        "Answers": counted(one.numerator),
        "Of": counted(one.denominator),
        "As they came": Figures(_share(one.value, one.lower, one.upper)),
        "Weighted": Figures(_share(one.weighted, one.weighted_lower, one.weighted_upper)),
        "Worth": Figures("–" if one.effective is None else f"{one.effective:,.0f}"),
        "Design effect": Figures("–" if one.design_effect is None else f"{one.design_effect:.2f}"),
    }


def _share(value: float | None, lower: float | None, upper: float | None) -> str:
    if value is None or lower is None or upper is None:
        return "–"
    return f"{100 * value:.0f}% ({100 * lower:.0f} to {100 * upper:.0f})"
