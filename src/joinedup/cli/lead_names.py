"""Who mends a data gap or answers for a target, as people write it: an agency or a user, or the nearest."""

from __future__ import annotations

from joinedup.cli.nearest import nearest, or_these
from joinedup.errors import NotFound
from joinedup.workspace import Workspace

_MOST_NAMED = 3


def known_lead(workspace: Workspace, written: str, *, where: str = "--lead") -> str:
    """The name of the agency or active user that is meant, by code, user name or name, in any capitals.

    An agency is one that a user belongs to or that a contract names as its owner. Raises NotFound for any
    other, naming the nearest.
    """
    known = _known(workspace)
    word = " ".join(written.split())
    found = known.get(word.casefold())
    if found is not None:
        return found
    near = dict.fromkeys(known[one.casefold()] for one in nearest(word, known, most=2 * _MOST_NAMED))
    meant = or_these(list(near)[:_MOST_NAMED])
    raise NotFound(
        "The lead is no agency of the partnership and none of its users",
        where=where,
        next_step=f"{meant} Give an agency's name or code, or a user. See: joinedup users".strip(),
    )


def _known(workspace: Workspace) -> dict[str, str]:
    """What may be written, folded, to the name that is kept. A user gives way to an agency of that name."""
    from joinedup.accounts import users
    from joinedup.hub.contracts import agency_words

    active = [(user.username, user.name) for user in users() if user.is_active]
    people = {word.casefold(): name for code, name in active for word in (name, code)}
    return people | {word: name for word, (_code, name) in agency_words(workspace).items()}
