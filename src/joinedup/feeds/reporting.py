"""Reporting by form: one person's answers become one delivery of one record, by the contract's own rules.

Nothing is stored until every answer is right; the answers themselves stand in the record book only. What is
sent twice (a second click, a page sent again) is known by the form's token and stays one report.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.feeds import answers, library, placing, storing
from joinedup.feeds.answers import WrongAnswers
from joinedup.feeds.intake.job import Staged
from joinedup.feeds.rule_words import meaning
from joinedup.feeds.scratch import scratch
from joinedup.feeds.translating import gettext as _
from joinedup.feeds.written_rows import Written, stage_written
from joinedup.terms import LONDON, Period, Viewer, add_months
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.feeds.contract import Contract
    from joinedup.feeds.form import FormRule
    from joinedup.feeds.storing import Prepared
    from joinedup.feeds.versions import Version
    from joinedup.records import DeliveryRow

MOST_IN_A_DAY = 200
"""So many reports one person sends in 24 hours; more is a mistake or a misuse."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: nothing that is read for something else
_LENGTH = 8
_LEAST_TOKEN = 16


@dataclass(frozen=True)
class Reported:
    """A report that was sent. ``state``: standing, withdrawn (it or its whole delivery), or erased: then
    neither reference nor delivery is known any more."""

    feed: str
    reference: str
    delivery: int | None
    at: dt.datetime
    state: str = "standing"


def forms(workspace: Workspace, by: Viewer) -> dict[str, Contract]:
    """The contracts in force today whose form this person may fill in, by feed."""
    today = _today()
    found = {}
    for feed, newest in library.contracts(workspace).items():
        contract: Contract | None = newest
        if (newest.valid_from or today) > today or (newest.valid_to or today) < today:
            contract = _in_force(workspace, feed, today)
        if contract is not None and contract.form is not None and by.role in contract.form.roles:
            found[feed] = contract
    return found


def _in_force(workspace: Workspace, feed: str, day: dt.date) -> Contract | None:
    try:
        return library.contract(workspace, feed, on=day)
    except BadInput:  # no version is for the day
        return None


def report(workspace: Workspace, feed: str, given: Mapping[str, str], *, token: str, by: Viewer) -> Reported:
    """Store one report. ``given`` has the answers by the column that each question names; see ``answers``.

    Sent again with the same token it is the same report. Raises WrongAnswers, with nothing stored, where an
    answer is missing or wrong; NotPermitted for a role that the form does not name.
    """
    version, form = _form_of(workspace, feed, by)
    reference = _reference(token)
    if (before := _sent_before(workspace, token, by)) is not None:
        return before
    _refuse_erased(workspace, feed, reference)
    _refuse_floods(by)
    row = answers.row_of(version.contract, form, given, reference, _today())
    name = f"form-{feed}-{reference}.csv"
    with scratch(workspace) as folder:
        prepared, staged = stage_written(workspace, folder, version, Written(name, name, [row], None))
        _require_accepted(version.contract, form, given, staged)
        stored = _store(workspace, prepared, staged, form, token, reference, by)
    return Reported(feed, reference, stored.number, stored.received_at)


def reports_of(workspace: Workspace, by: Viewer, most: int = 50) -> list[Reported]:
    """What this person reported by form, the latest first, and whether it still stands or was erased."""
    from joinedup.feeds.models import FormReport
    from joinedup.records import RecordBook

    mine = list(FormReport.objects.filter(by=by.username)[:most])
    feeds = {one.feed for one in mine}
    stored = _deliveries(workspace, feeds)
    taken = {(feed, ref) for feed in feeds for ref in RecordBook(workspace).taken_back(feed)}
    found = []
    for one in mine:
        row = stored.get(one.file_name)
        if not one.file_name:
            found.append(Reported(one.feed, "", None, one.at, "erased"))
        elif row is not None:
            state = "withdrawn" if (one.feed, one.reference) in taken else row.state
            found.append(Reported(one.feed, one.reference, row.number, one.at, state))
    return found


def _today() -> dt.date:
    return dt.datetime.now(LONDON).date()


def _form_of(workspace: Workspace, feed: str, by: Viewer) -> tuple[Version, FormRule]:
    from joinedup.accounts.roles import role_name

    version = library.version(workspace, feed, on=_today())
    form = version.contract.form
    if form is None:
        raise NotFound("The feed has no form", where=feed, next_step="Add [form] to its contract")
    if by.role not in form.roles:
        raise NotPermitted(
            _("This form is for other roles"),
            where=_("your role is {role}").format(role=role_name(by.role)),
            next_step=_("Ask one of these: {roles}").format(roles=", ".join(map(role_name, form.roles))),
        )
    return version, form


def _reference(token: str) -> str:
    """A reference that can be read out on the telephone; the same token always has the same one."""
    if not _LEAST_TOKEN <= len(token) <= 64 or not token.isascii():
        raise BadInput(_("The form was not opened here"), next_step=_("Open it again and send it from there"))
    number = int.from_bytes(hashlib.sha256(token.encode()).digest()[:5], "big")
    letters = "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(_LENGTH)))
    return f"R-{letters[:4]}-{letters[4:]}"


def _deliveries(workspace: Workspace, feeds: set[str]) -> dict[str, DeliveryRow]:
    from joinedup.records import RecordBook

    book = RecordBook(workspace)
    return {row.file_name: row for feed in sorted(feeds) for row in book.deliveries(feed)}


def _sent_before(workspace: Workspace, token: str, by: Viewer) -> Reported | None:
    """The report of this token, where it reached the record book."""
    from joinedup.feeds.models import FormReport

    one = FormReport.objects.filter(token=token).first()
    if one is None:
        return None
    if one.by != by.username:
        raise BadInput(
            _("The form was opened by somebody else"), next_step=_("Open it again and send it from there")
        )
    row = _deliveries(workspace, {one.feed}).get(one.file_name)
    return None if row is None else Reported(one.feed, one.reference, row.number, one.at, row.state)


def _refuse_erased(workspace: Workspace, feed: str, reference: str) -> None:
    """A page that is sent again after its report was erased: nothing may be written under its reference."""
    from joinedup.records import RecordBook

    if RecordBook(workspace).erased_references(feed, [reference]):
        raise BadInput(
            _("This report was sent before and has been erased"),
            next_step=_("Open the form again to report something else"),
        )


def _refuse_floods(by: Viewer) -> None:
    from joinedup.feeds.models import FormReport

    since = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    if FormReport.objects.filter(by=by.username, at__gt=since).count() >= MOST_IN_A_DAY:
        raise BadInput(
            _("You sent {most} reports in 24 hours, which is as many as one person may").format(
                most=MOST_IN_A_DAY
            ),
            next_step=_("Send a file instead, or go on tomorrow"),
        )


def _require_accepted(contract: Contract, form: FormRule, given: Mapping[str, str], staged: Staged) -> None:
    """Raise WrongAnswers unless intake took the row whole: for a person can mend it at once."""
    asked = {question.column for question in form.questions}
    place = contract.place.columns if contract.place else ()
    spot = next((name for name in place if name in asked), "")
    wrong: dict[str, str] = {}
    for reason in staged.reasons:
        column = reason.partition(": ")[2]
        shown = spot if column in place else column
        wrong[shown if shown in asked else ""] = meaning(reason).removeprefix(f"{column}: ")
    if staged.unlocated and given.get(spot, "").strip():
        wrong.setdefault(spot, _("That cannot be read as a place."))
    fields = {one.field: one.name for one in contract.columns if one.field}
    for field, (*_told, invalid) in staged.field_states.items():
        if invalid and fields.get(field) in asked:
            wrong.setdefault(fields[field], _("That is not one of the answers there are."))
    if wrong or not staged.rows_in == staged.accepted == 1:
        raise WrongAnswers(wrong or {"": _("The report cannot be taken as it is.")})


def _store(
    workspace: Workspace,
    prepared: Prepared,
    staged: Staged,
    form: FormRule,
    token: str,
    reference: str,
    by: Viewer,
) -> DeliveryRow:
    """Under the writer's lock: look once more whether it was sent, write down what is meant, deliver."""
    from joinedup.records import RecordBook

    folder = prepared.job.folder
    points = folder / "points.parquet"
    with (
        placing.Stored(workspace, points, prepared.contract) as placed,
        RecordBook(workspace).writing() as writer,
    ):
        before = _sent_before(workspace, token, by)
        stored = _deliveries(workspace, {prepared.contract.name})
        if before is not None:
            return stored[prepared.file_name]
        draft = dataclasses.replace(
            storing.draft_of(prepared, staged),
            period=_covered(prepared.contract, list(stored.values())) if form.only_channel else None,
            notes=(_("Reported by form as {reference}").format(reference=reference), *staged.notes),
        )
        named = storing.moved(folder / "named.parquet", writer.folder) if staged.mentions else None
        typed = storing.moved(folder / "staged.parquet", writer.folder)
        _write_down(prepared, token, reference, by)
        return placed.of(writer.add(draft, typed, None, by=by, named=named))


def _write_down(prepared: Prepared, token: str, reference: str, by: Viewer) -> None:
    from joinedup.feeds.models import FormReport
    from joinedup.feeds.noting import noted

    with noted():
        kept, made = FormReport.objects.get_or_create(
            token=token,
            defaults={
                "feed": prepared.contract.name,
                "reference": reference,
                "file_name": prepared.file_name,
                "by": by.username,
                "at": prepared.received_at,
            },
        )
        if not made:  # an attempt that came to nothing
            kept.at = prepared.received_at
            kept.save(update_fields=["at"])


def _covered(contract: Contract, stored: list[DeliveryRow]) -> Period:
    """The months of which all reports are in now: since the latest that are, to this one.

    As nothing comes by any other way, months without a report were months without anything to report.
    """
    month = Period.of_month(_today())
    ends = [row.period.end for row in stored if row.state == "standing" and row.period is not None]
    first = min([month.start, *([max(ends)] if ends else [])])
    if contract.valid_from is not None:
        first = max(first, min(month.start, _month_within(contract.valid_from)))
    return Period(first, month.end)


def _month_within(day: dt.date) -> dt.date:
    """The first month that lies in the days from ``day`` on, whole."""
    return day if day.day == 1 else add_months(day.replace(day=1), 1)
