"""The command for a nomination list: who and where, why, and what agencies know and do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.context import open_workspace, viewer
from joinedup.cli.output import format_option, purpose_option, say, show
from joinedup.cli.second_person import by_two_people
from joinedup.terms import Period, Purpose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from joinedup.measures.nominations import Doing, Nominee


@click.command(name="nominations")
@click.option("--period", required=True, metavar="PERIOD", help="Two months, such as 2024-05..2024-06.")
@click.option("--why", "reasons", multiple=True, metavar="DEFINITION", help="Only who repeats by this one.")
@click.option("--within", default="", metavar="CODE", help="Only with something in this district or ward.")
@purpose_option
@click.option("--reason", required=True, help="Why you ask, without naming anybody.")
@format_option
@click.pass_context
def nominations(
    ctx: click.Context,
    period: str,
    reasons: tuple[str, ...],
    within: str,
    purpose: str,
    reason: str,
    output_format: str,
) -> None:
    """List who and where repeats in a group's period, and what each agency knows and does: keys, no names."""
    workspace, by = open_workspace(ctx), viewer(ctx)
    from joinedup.release.nominations import released_nominations

    with by_two_people(workspace, by):
        found = released_nominations(
            workspace,
            by,
            Period.parse(period),
            purpose=Purpose(purpose),
            reason=reason,
            reasons=reasons,
            within=within,
        )
    for note in (*found.notes, *found.query.definition.caveats):
        say(str(note))
    if found.linkage is not None:
        say(f"{len(found.nominees):,} nominated; people as known by linkage {found.linkage}.")
    plain = output_format == "json"
    rows = [one.to_json() if plain else _in_words(one) for one in found.nominees]
    show(rows, output_format, empty="Nobody and no place repeats in these months.")


def _in_words(one: Nominee) -> dict[str, Any]:
    """One line: what a meeting reads. The first record is one to ask ``joinedup reveal`` of."""
    feed, record_key = one.records[0] if one.records else ("", "")
    where = "; ".join(f"{name} ({events})" for _code, name, events in one.wards)
    if one.point:
        where = "; ".join(part for part in (where, f"{one.point[1]:.5f} {one.point[0]:.5f}") if part)
    return {
        "unit": one.unit,
        "key": " ".join(one.keys),
        "why": "; ".join(
            f"{why.definition} {why.events}{'' if why.certain else ' (best linkage)'}" for why in one.reasons
        ),
        "last": max(why.last for why in one.reasons).isoformat(),
        "where": where,
        "known": "; ".join(
            f"{known.agency}: {known.what} as {known.role} {known.records}" for known in one.knows
        ),
        "doing": "; ".join(_doing(one.does)),
        "feed": feed,
        "record_key": record_key,
    }


def _doing(does: Sequence[Doing]) -> list[str]:
    """What agencies do: the same response again is told once, with how often and the last day."""
    alike: dict[tuple[str, str, str], list[Doing]] = {}
    for one in does:
        alike.setdefault((one.agency, one.kind, one.what), []).append(one)
    told = []
    for (agency, kind, what), some in alike.items():
        last = max(some, key=lambda one: one.since)
        until = f" until {last.until}" if last.until else ""
        told.append(f"{agency}: {kind} {what} {len(some)} (last {last.since}{until})")
    return told
