"""The register of information-sharing agreements: recording one, stopping a share, which are in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from joinedup.accounts.agreement import Agreement
from joinedup.accounts.agreement_files import read_agreement
from joinedup.accounts.roles import in_their_role
from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.terms import LONDON, Role, Viewer

if TYPE_CHECKING:
    from joinedup.accounts.models import AgreementVersion, StoppedShare

KEEPERS = frozenset({Role.ANALYST, Role.ADMINISTRATOR})
"""Who keeps contracts and agreements, and so knows of each feed by its contract."""

_read_before: dict[tuple[str, frozenset[str]], Agreement] = {}


def today() -> dt.date:
    """The civil day in London, by which agreements begin and end."""
    return dt.datetime.now(LONDON).date()


def record_agreement(text: str, *, where: str, by: Viewer) -> Agreement:
    """Take an agreement's text into the register; the caller writes the act to the log, in one transaction.

    A code that is there already needs a higher version. Raises BadInput with all that is wrong with the text,
    NotPermitted for who is neither an administrator nor an analyst.
    """
    from joinedup.accounts.models import AgreementVersion

    require_keeper(by)
    made = read_agreement(text, where=where)
    if made.carried_over:
        raise BadInput("Only a workspace of before carries an agreement over", where=where)
    latest = AgreementVersion.objects.filter(code=made.code).first()
    if latest is not None and latest.version >= made.version:
        raise BadInput(
            f"Version {latest.version} of that agreement is recorded already",
            where=f"{where}, version {made.version}",
            next_step=f"Write version = {latest.version + 1} for a new one; what was recorded stays",
        )
    AgreementVersion(code=made.code, version=made.version, text=text, recorded_by=by.username).save()
    return made


def stop_share(code: str, owner: str, *, reason: str, by: Viewer) -> Agreement:
    """Take back what an owner gives by an agreement, with effect at once, in all its versions so far.

    For a data owner of that agency, an administrator or an analyst. A later version, signed by the owner, can
    share again. The caller writes the act to the log, in one transaction.
    """
    from joinedup.accounts.models import StoppedShare

    if not may_stop(by, owner):
        require_keeper(by)
    if not reason.strip():
        raise BadInput("Taking a share back needs a reason", next_step="It is written to the log")
    latest = _latest(code)
    agreement = _read(latest)
    if agreement.share_of(owner) is None:
        raise BadInput("That owner gives nothing by this agreement", where=f"{owner}, {code}")
    StoppedShare(
        code=code,
        version=latest.version,
        owner=owner,
        stopped_by=by.username,
    ).save()
    return _read(latest)


def may_stop(by: Viewer, owner: str) -> bool:
    """Whether this person takes back what an owner shares."""
    return by.role in KEEPERS or (by.role is Role.DATA_OWNER and by.agency == owner)


def agreements() -> list[Agreement]:
    """The latest version of each agreement, by code, whether it holds or not."""
    from joinedup.accounts.models import AgreementVersion

    latest: dict[str, AgreementVersion] = {}
    for row in AgreementVersion.objects.all():
        latest.setdefault(row.code, row)
    stops = _stops()
    return [_read(row, stops) for row in latest.values()]


def in_force(day: dt.date | None = None) -> tuple[Agreement, ...]:
    """The agreements that hold on a day (None: today): of each, the newest version that has begun by then."""
    from joinedup.accounts.models import AgreementVersion

    day = day or today()
    stops = _stops()
    begun: dict[str, Agreement] = {}
    for row in AgreementVersion.objects.all():
        made = _read(row, stops)
        if made.starts <= day:
            begun.setdefault(made.code, made)
    return tuple(one for one in begun.values() if one.holds_on(day))


def require_keeper(by: Viewer) -> None:
    """Raise NotPermitted unless this person drafts and records agreements."""
    if by.role not in KEEPERS:
        raise NotPermitted(
            "Agreements are recorded by an administrator or an analyst",
            where=in_their_role(by),
            next_step="A data owner takes back what their own agency shares",
        )


def _latest(code: str) -> AgreementVersion:
    from joinedup.accounts.models import AgreementVersion

    found = AgreementVersion.objects.filter(code=code).first()
    if found is None:
        raise NotFound("There is no agreement of that code", where=code, next_step="See: joinedup agreements")
    return found


def _stops() -> list[StoppedShare]:
    from joinedup.accounts.models import StoppedShare

    return list(StoppedShare.objects.all())


def _read(row: AgreementVersion, stops: Iterable[StoppedShare] | None = None) -> Agreement:
    stopped = frozenset(
        one.owner
        for one in (_stops() if stops is None else stops)
        if one.code == row.code and one.version >= row.version
    )
    key = (row.text, stopped)
    if key not in _read_before:
        _read_before[key] = read_agreement(row.text, where=str(row), stopped=stopped)
    return _read_before[key]


def shared_otherwise_since(moment: dt.datetime) -> bool:
    """Whether an agreement was recorded, a share was taken back, or an agreement ended after a moment."""
    from joinedup.accounts.models import AgreementVersion, StoppedShare

    if AgreementVersion.objects.filter(recorded_at__gt=moment).exists():
        return True
    if StoppedShare.objects.filter(stopped_at__gt=moment).exists():
        return True
    then = moment.astimezone(LONDON).date()
    return any(then <= one.ends < today() for one in agreements())
