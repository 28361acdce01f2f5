"""The register of requests for information: asked, led, and answered, refused or withdrawn.

Every change is a step of the request's history and an act in the log, in one transaction. The log never has
the words: they are in the register, where they can be erased. Who may see a request and who may answer it is
decided above (``hub.information``), because it rests on agreements; here only the states are kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.log import record_act
from joinedup.partnership.clock import civil_day, due_on
from joinedup.partnership.saying_who import refuse_saying_who
from joinedup.terms import Purpose, Role, Viewer

if TYPE_CHECKING:
    from joinedup.partnership.asking_models import InformationRequest

MOST_TABLES = 10
_SEE = "See: joinedup requests"


def ask(
    question: str,
    purpose: str,
    *,
    by: Viewer,
    measure: str = "",
    about: str = "",
    asked_at: dt.datetime | None = None,
) -> InformationRequest:
    """Ask for information. ``asked_at`` (None: now) is earlier where old requests are taken over.

    ``about`` are the parameters of a question of Intelligence and ``measure`` the one in it, checked above.
    """
    from joinedup.partnership import asking_models as models

    question = _words(question, models.LONGEST_QUESTION, _("the question"))
    purpose = _words(purpose, models.LONGEST_PURPOSE, _("what it is for"))
    moment = asked_at or _now()
    if moment > _now():
        raise BadInput(_("A request cannot be asked in the future"), where=f"{civil_day(moment)}")
    with transaction.atomic():
        made = models.InformationRequest.objects.create(
            asked_by=by.username,
            role=by.role.value,
            agency=by.agency,
            asked_at=moment,
            due=due_on(moment),
            question=question,
            purpose=purpose,
            measure=measure,
            about=about,
        )
        _step(made, "asked", by, "", moment)
        _act(made, by, f"asked for information: request {made.pk}")
    return made


def give_lead(
    number: int, *, by: Viewer, agency: str = "", user: str = "", name: str, at: dt.datetime | None = None
) -> InformationRequest:
    """Say who leads the answer: an agency or a user, by code. ``name`` is what the history calls them."""
    if bool(agency) is bool(user):
        raise BadInput(_("An agency or a user leads the answer, one of them"), where=f"request {number}")
    with transaction.atomic():
        found = _open(number)
        if (found.lead_agency, found.lead_user) == (agency, user):
            raise BadInput(_("They lead the answer already"), where=f"request {number}")
        found.lead_agency, found.lead_user, found.state = agency, user, found.State.IN_HAND
        found.save(update_fields=["lead_agency", "lead_user", "state"])
        _step(found, "led", by, name, at)
        _act(found, by, f"gave request {number} a lead", lead=agency or user)
    return found


def answer(
    number: int,
    text: str,
    *,
    by: Viewer,
    depersonalised: bool,
    tables: Iterable[tuple[str, str]] = (),
    at: dt.datetime | None = None,
) -> InformationRequest:
    """Answer a request in words and with tables (pairs of measure and address), which end it.

    ``depersonalised`` is the answerer's statement that the words say who nobody is. The act is a disclosure
    to whoever asked.
    """
    from joinedup.partnership import asking_models as models

    text = _words(text, models.LONGEST_ANSWER, _("the answer"))
    if not depersonalised:
        raise BadInput(
            _("An answer is depersonalised, and it is not stated that this one is"),
            where=f"request {number}",
            next_step=_("Read it again for anything that says who somebody is, and state it"),
        )
    pointed = list(dict.fromkeys(tables))
    if len(pointed) > MOST_TABLES:
        raise BadInput(_("An answer has no more than {n} tables").format(n=MOST_TABLES))
    with transaction.atomic():
        found = _open(number)
        found.answer = text
        _end(found, "answered", at)
        for measure, address in pointed:
            models.AnswerTable.objects.create(request=found, measure=measure, address=address)
        _step(found, "answered", by, "", at)
        record_act(
            "disclosure",
            by=by,
            purpose=Purpose.CRIME_AND_DISORDER,
            what=f"answered request {number}",
            recipients=[found.asked_by],
            detail={**_detail(found), "tables": [address for _measure, address in pointed]},
        )
    return found


def refuse(
    number: int, why: str, note: str = "", *, by: Viewer, at: dt.datetime | None = None
) -> InformationRequest:
    """Refuse an answer, for a reason of the list; another reason is said in words."""
    from joinedup.partnership import asking_models as models

    refusals = models.InformationRequest.Refusal
    if why not in refusals.values:
        raise BadInput(
            _("That is no reason for a refusal"), next_step=_("One of: ") + ", ".join(refusals.values)
        )
    if why == "other" and not note.strip():
        raise BadInput(_("Another reason is said in words"), where=f"request {number}")
    note = _words(note, models.LONGEST_NOTE, _("the note")) if note.strip() else ""
    with transaction.atomic():
        found = _open(number)
        found.refusal = why
        _end(found, "refused", at)
        _step(found, "refused", by, note, at)
        _act(found, by, f"refused request {number}", refusal=why)
    return found


def withdraw(number: int, *, by: Viewer, at: dt.datetime | None = None) -> InformationRequest:
    """Take one's own request back."""
    with transaction.atomic():
        found = _open(number)
        if found.asked_by != by.username:
            raise NotPermitted(_("Only whoever asked takes a request back"), where=f"request {number}")
        _end(found, "withdrawn", at)
        _step(found, "withdrawn", by, "", at)
        _act(found, by, f"withdrew request {number}")
    return found


def erase_words(number: int, *, by: Viewer, reason: str) -> InformationRequest:
    """Erase all that people wrote in a request, where it names anybody; the request and its steps stay.

    What is left of the words in the database's files is the caller's to clear (``records.clear_database``).
    """
    if by.role is not Role.ADMINISTRATOR:
        raise NotPermitted(_("Words of a request are erased by an administrator"), next_step=_("Ask one"))
    if not reason.strip():
        raise BadInput(_("It is not said why"), next_step=_("Say it without naming anybody: it stays"))
    with transaction.atomic():
        found = _locked(number)
        if found.words_erased:
            raise BadInput(_("The words of that request are erased already"), where=f"request {number}")
        found.question = found.purpose = found.answer = ""
        found.words_erased = True
        found.save(update_fields=["question", "purpose", "answer", "words_erased"])
        found.steps.exclude(kind="led").update(text="")
        _step(found, "erased", by, "", None)
        what = f"erased the words of request {number}"
        record_act("erasure", by=by, purpose=None, what=what, reason=reason.strip(), detail=_detail(found))
    return found


def requests() -> list[InformationRequest]:
    """Every request, in the order in which they were asked; who sees which is decided above."""
    from joinedup.partnership.asking_models import InformationRequest

    return list(InformationRequest.objects.prefetch_related("steps", "tables"))


def request_numbered(number: int) -> InformationRequest:
    """The request of this number."""
    from joinedup.partnership.asking_models import InformationRequest

    found = InformationRequest.objects.filter(pk=number).first()
    if found is None:
        raise no_such_request(number)
    return found


def no_such_request(number: int) -> NotFound:
    """What is said of a request that is not there, and of one that is not there for somebody."""
    return NotFound(
        _("There is no request of that number that you may see"), where=str(number), next_step=_SEE
    )


def _locked(number: int) -> InformationRequest:
    from joinedup.partnership.asking_models import InformationRequest

    found = InformationRequest.objects.select_for_update().filter(pk=number).first()
    if found is None:
        raise no_such_request(number)
    return found


def _open(number: int) -> InformationRequest:
    found = _locked(number)
    if not found.is_open:
        raise BadInput(
            _("That request has ended"),
            where=f"request {number}",
            next_step=_("Ask anew where more is wanted"),
        )
    return found


def _end(found: InformationRequest, state: str, at: dt.datetime | None) -> None:
    found.state, found.ended_at = state, at or _now()
    found.save(update_fields=["state", "ended_at", "answer", "refusal"])


def _words(text: str, longest: int, what: str) -> str:
    text = text.replace("\r\n", "\n").replace("\0", "").strip()  # a database of text takes no zero
    if not text:
        raise BadInput(_("It is not said: {what}").format(what=what))
    if len(text) > longest:
        raise BadInput(
            _("That is too long: {what}").format(what=what),
            next_step=_("Write no more than {n} characters").format(n=longest),
        )
    refuse_saying_who(text, where=what)
    return text


def _step(found: InformationRequest, kind: str, by: Viewer, text: str, at: dt.datetime | None) -> None:
    found.steps.create(moment=at or _now(), kind=kind, by=by.username, text=text)


def _act(found: InformationRequest, by: Viewer, what: str, **detail: Any) -> None:
    record_act("administration", by=by, purpose=None, what=what, detail={**_detail(found), **detail})


def _detail(found: InformationRequest) -> dict[str, Any]:
    """With the measure the log shows an act on what is restricted to nobody outside."""
    return {"request": found.pk, **({"measure": found.measure} if found.measure else {})}


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
