"""Ask for information, and keep the register of what was asked: who answers, by when, and what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.mishaps import needs_person
from joinedup.cli.numbers import NUMBER
from joinedup.cli.output import format_option, say, show, show_one
from joinedup.terms import Period

if TYPE_CHECKING:
    from joinedup.hub.information.telling import Told
    from joinedup.terms import Viewer
    from joinedup.workspace import Workspace

_REFUSALS = ("would-identify", "would-prejudice", "not-held", "other")


@click.group(name="requests", help=__doc__, invoke_without_command=True)
@format_option
@click.pass_context
def command(ctx: click.Context, output_format: str) -> None:
    if ctx.invoked_subcommand is not None:
        return
    workspace = open_workspace(ctx)
    from joinedup.accounts import today
    from joinedup.hub.information.seeing import requests_seen
    from joinedup.hub.information.telling import in_order, told

    found = in_order(requests_seen(workspace, viewer(ctx)))
    rows = [_summary(told(workspace, one, today())) for one in found]
    show(rows, output_format, empty="There is no request that you may see. Ask with: joinedup requests ask")


@command.command(name="ask")
@click.argument("question")
@click.option("--for", "purpose", required=True, help="What it is for, such as the committee's next meeting.")
@click.option("--measure", default="", help="The measure it is about. See: joinedup measures")
@click.option("--within", default="", metavar="CODE", help="The area it is about, by code.")
@click.option("--period", metavar="PERIOD", help="The months it is about: 2024-Q2, 2024/25.")
@click.pass_context
def ask(
    ctx: click.Context, question: str, purpose: str, measure: str, within: str, period: str | None
) -> None:
    """Ask for information. Name no people: places, kinds of incidents and months."""
    workspace = open_workspace(ctx)
    from joinedup.hub.information import changing

    about = {"measure": measure, "within": within, **_months(period)}
    if (within or period) and not measure:
        raise click.UsageError("An area or a period is that of a measure: give --measure too.")
    made = changing.ask(workspace, viewer(ctx), question, purpose, about)
    say(f"Request {made.pk} is asked. An answer is due by {made.due}.")


@command.command(name="show")
@click.argument("number", type=NUMBER)
@format_option
@click.pass_context
def show_request(ctx: click.Context, number: int, output_format: str) -> None:
    """Show one request: its words, its answer, where its tables are asked, and its steps."""
    workspace, who = open_workspace(ctx), viewer(ctx)
    from joinedup.accounts import today
    from joinedup.hub.information.seeing import request_seen
    from joinedup.hub.information.telling import told

    found = told(workspace, request_seen(workspace, who, number), today())
    steps = [_step(one) for one in found.request.steps.all()]
    if output_format == "table":
        show_one(_whole(workspace, who, found))
        click.echo()
        show(steps)
    else:
        show_one({**_whole(workspace, who, found), "steps": steps}, output_format)


@command.command(name="lead")
@click.argument("number", type=NUMBER)
@click.argument("who")
@click.pass_context
def lead(ctx: click.Context, number: int, who: str) -> None:
    """Say who leads the answer: an agency, by code or name, or a user."""
    workspace = open_workspace(ctx)
    from joinedup.hub.information import changing
    from joinedup.hub.information.leads import lead_of

    found = changing.give_lead(workspace, viewer(ctx), number, who)
    say(f"{lead_of(workspace, found)} leads the answer to request {number}, due by {found.due}.")


@command.command(name="answer")
@click.argument("number", type=NUMBER)
@click.argument("text")
@click.option("--table", "tables", multiple=True, metavar="ADDRESS", help="A question of Intelligence.")
@click.option(
    "--depersonalised", is_flag=True, help="State that nobody can be told from the answer; it is needed."
)
@click.pass_context
def answer(ctx: click.Context, number: int, text: str, tables: tuple[str, ...], depersonalised: bool) -> None:
    """Answer a request in words, and with tables that are made for whoever opens them."""
    workspace = open_workspace(ctx)
    from joinedup.hub.information import changing

    said = changing.answer(workspace, viewer(ctx), number, text, list(tables), depersonalised=depersonalised)
    for sentence in said:
        say(sentence)
    say(f"Request {number} is answered.")


@command.command(name="refuse")
@click.argument("number", type=NUMBER)
@click.option("--why", required=True, type=click.Choice(_REFUSALS), help="The reason.")
@click.option("--note", default="", help="The reason in words; needed where it is another one.")
@click.pass_context
def refuse(ctx: click.Context, number: int, why: str, note: str) -> None:
    """Refuse an answer, with its reason."""
    workspace = open_workspace(ctx)
    from joinedup.hub.information import changing

    changing.refuse(workspace, viewer(ctx), number, why, note)
    say(f"Request {number} is refused, with the reason.")


@command.command(name="withdraw")
@click.argument("number", type=NUMBER)
@click.pass_context
def withdraw(ctx: click.Context, number: int) -> None:
    """Take your own request back."""
    workspace = open_workspace(ctx)
    from joinedup.hub.information import changing

    changing.withdraw(workspace, viewer(ctx), number)
    say(f"Request {number} is withdrawn.")


@command.command(name="erase-words")
@click.argument("number", type=NUMBER)
@click.option("--reason", default="", help="Why, without naming anybody: it stays.")
@click.pass_context
def erase_words(ctx: click.Context, number: int, reason: str) -> None:
    """Erase what people wrote in a request, where it names anybody. The request and its steps stay."""
    open_workspace(ctx)
    from joinedup.partnership import information
    from joinedup.records import clear_database

    information.erase_words(number, by=viewer(ctx), reason=reason)
    say("The words are erased; the request stays, and its steps say that they were.")
    if not clear_database():
        needs_person("The database is in use: its free pages may hold the words until it is written anew.")


def _months(period: str | None) -> dict[str, str]:
    if period is None:
        return {}
    asked = Period.parse(period)
    return {"from": f"{asked.start:%Y-%m}", "to": f"{asked.last:%Y-%m}"}


def _summary(one: Told) -> dict[str, Any]:
    return {
        "number": one.request.pk,
        "state": str(one.request.state),
        "clock": one.words,
        "due": one.request.due,
        "days_late": one.clock.late or None,
        "asked_by": one.request.asked_by,
        "lead": one.lead or None,
        "question": one.request.question,
    }


def _whole(workspace: Workspace, who: Viewer, one: Told) -> dict[str, Any]:
    from joinedup.hub.information.about import shown

    found = one.request
    about = shown(workspace, who, found.measure, found.about)
    tables = [shown(workspace, who, each.measure, each.address) for each in found.tables.all()]
    return {
        **_summary(one),
        "asked": found.asked_at,
        "for": found.purpose,
        "about": about.words if about else None,
        "refused": found.refusal or None,
        "answer": found.answer or None,
        "tables": [each.link or each.words for each in tables if each] or None,
    }


def _step(step: Any) -> dict[str, Any]:
    return {"when": step.moment, "what": str(step.kind), "by": step.by, "text": step.text}
