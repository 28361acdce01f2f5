"""Heads: where each agency's chain stood at the end of a day, signed, kept here and handed to others."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from joinedup.errors import BadInput, JoinedupError
from joinedup.log import chain, signing
from joinedup.terms import LONDON

if TYPE_CHECKING:
    from joinedup.log.models import Act, Head

FORM = "joinedup heads 1"
_FORM_OF_HEAD = "joinedup head 1"


@dataclass(frozen=True)
class SignedHead:
    """The chain of ``agency`` had ``number`` acts, the last with this ``digest``, on ``day`` (ISO 8601).

    ``key`` is the public key, ``signature`` that of the statement: hexadecimal text.
    """

    agency: str
    day: str
    number: int
    digest: str
    key: str
    signature: str

    @property
    def is_signed(self) -> bool:
        """Whether the signature is right."""
        message = _statement(self.agency, self.day, self.number, self.digest)
        return signing.is_signed(self.key, self.signature, message)


def sign_ended_days(secrets_folder: Path, now: dt.datetime | None = None) -> int:
    """Sign where each chain stood at the end of each civil day that is over and is not signed yet; how many.

    Days without an act need no head: the one before holds. Whoever opens the workspace first on a day does
    it.
    """
    from django.db import IntegrityError, transaction

    from joinedup.log.models import Chain

    today = (now or dt.datetime.now(dt.UTC)).astimezone(LONDON).date()
    signed = 0
    for agency in Chain.objects.values_list("agency", flat=True):
        for day, last in _unsigned(agency, today):
            try:
                with transaction.atomic():
                    _sign(secrets_folder, last, day).save(force_insert=True)
                signed += 1
            except IntegrityError:  # another process signed it in the meantime
                continue
    return signed


def sign_if_possible(secrets_folder: Path) -> Exception | None:
    """The same on the way to other work, which does not fail for it; what went wrong, to be told.

    It is tried again the next time.
    """
    from django.db import DatabaseError

    try:
        sign_ended_days(secrets_folder)
    except (JoinedupError, OSError, DatabaseError) as error:
        return error
    return None


def export_heads(secrets_folder: Path) -> list[SignedHead]:
    """Where each agency's chain stands now, signed anew, for another agency to keep."""
    from joinedup.log.models import Act, Chain

    told = []
    for end in Chain.objects.order_by("agency"):
        last = Act.objects.filter(agency=end.agency, number=end.number).first()
        if last is not None:
            told.append(told_of(_sign(secrets_folder, last, _day(last.moment))))
    return told


def told_of(head: Head) -> SignedHead:
    """A stored head as it is told to others."""
    return SignedHead(head.agency, str(head.day), head.number, head.digest, head.key, head.signature)


def heads_as_text(heads: Iterable[SignedHead]) -> str:
    """Heads as a file to hand over."""
    return json.dumps({"form": FORM, "heads": [asdict(head) for head in heads]}, indent=1) + "\n"


def read_heads(file: Path) -> list[SignedHead]:
    """The heads of such a file. Raises BadInput where it is none."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        if told["form"] != FORM:
            raise ValueError
        return [_head(one) for one in told["heads"]]
    except OSError as error:
        raise BadInput("The file of heads cannot be read", where=f"{file}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(
            "That is no file of heads",
            where=str(file),
            next_step="Name one that was made with: joinedup log heads --out FILE",
        ) from error


def _head(told: dict[str, object]) -> SignedHead:
    if set(told) != {one.name for one in fields(SignedHead)} or not isinstance(told["number"], int):
        raise ValueError
    return SignedHead(**told)  # type: ignore[arg-type]


def _unsigned(agency: str, today: dt.date) -> list[tuple[dt.date, Act]]:
    """Each ended day after the last signed one on which the agency acted, with its last act.

    Acts of today are not looked at: every verb of the command line asks this.
    """
    from joinedup.log.models import Act, Head

    latest = Head.objects.filter(agency=agency).order_by("-day").first()
    begins = dt.datetime.combine(today, dt.time.min, tzinfo=LONDON)
    unsigned = Act.objects.filter(agency=agency, number__gt=latest.number if latest else 0)
    later = unsigned.filter(moment__lt=begins)
    last: dict[dt.date, int] = {}
    for number, moment in later.order_by("number").values_list("number", "moment").iterator():
        last[_day(moment)] = number
    numbers = {number: day for day, number in last.items()}
    found = Act.objects.filter(agency=agency, number__in=numbers).order_by("number")
    return [(numbers[act.number], act) for act in found]


def _sign(secrets_folder: Path, last: Act, day: dt.date) -> Head:
    from joinedup.log.models import Head

    message = _statement(last.agency, str(day), last.number, last.digest)
    key, signature = signing.sign(secrets_folder, message)
    return Head(
        agency=last.agency,
        day=day,
        number=last.number,
        digest=last.digest,
        signed_at=dt.datetime.now(dt.UTC),
        key=key,
        signature=signature,
    )


def _statement(agency: str, day: str, number: int, digest: str) -> bytes:
    told = {"form": _FORM_OF_HEAD, "agency": agency, "day": day, "number": number, "digest": digest}
    return chain.one_way(told).encode()


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(LONDON).date()
