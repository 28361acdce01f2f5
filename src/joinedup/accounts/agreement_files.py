"""Reading an agreement from TOML."""

from __future__ import annotations

import datetime as dt
import tomllib

from joinedup.accounts.agreement import Agreement, Receiver, Share
from joinedup.errors import BadInput, JoinedupError
from joinedup.terms import Purpose, Restriction, Role
from joinedup.toml_sections import Section
from joinedup.wrongs import Wrongs, of_file

_TOLD_IN = "docs/agreements.md"
_ALL = ("all",)


def read_agreement(text: str, *, where: str, stopped: frozenset[str] = frozenset()) -> Agreement:
    """The agreement that a TOML text says. Raises BadInput with all that is wrong ``where``."""
    try:
        section = Section(tomllib.loads(text), "the agreement", told_in=_TOLD_IN)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(
            "The agreement is no TOML", where=f"{where}: {error}", next_step=f"See {_TOLD_IN}"
        ) from error
    try:
        wrongs = Wrongs()
        shares = [wrongs.part(_share, one) for one in wrongs.part(section.sections, "shares") or ()]
        receivers = [wrongs.part(_receiver, one) for one in wrongs.part(section.sections, "receives") or ()]
        wrongs.settle()
        made = Agreement(
            code=_code(section),
            version=section.take("version", int, 1),
            title=section.take("title", str),
            basis=section.take("basis", str),
            purposes=frozenset(section.choices("purposes", Purpose)),
            starts=section.take("starts", dt.date),
            ends=section.take("ends", dt.date),
            review=section.take("review", dt.date),
            shares=tuple(one for one in shares if one),
            receivers=tuple(one for one in receivers if one),
            carried_over=section.take("carried_over", bool, False),
            stopped=stopped,
        )
        section.done()
    except JoinedupError as error:
        raise of_file(error, where) from error
    return made


def _code(section: Section) -> str:
    code: str = section.take("code", str)
    if not code or not all(part.isalnum() for part in code.split("-")) or code != code.lower():
        raise BadInput("An agreement's code has small letters, digits and hyphens", where="code")
    return code


def _share(section: Section) -> Share:
    feeds = section.texts("feeds")
    if not feeds:
        raise BadInput(
            "A share names its feeds", where="feeds", next_step='Write their names, or feeds = ["all"]'
        )
    made = Share(
        owner=section.take("owner", str),
        feeds=frozenset() if feeds == _ALL else frozenset(feeds),
        names=section.texts("names"),
        restricted=frozenset(section.choices("restricted", Restriction, ())),
        signed_by=section.take("signed_by", str, ""),
        signed_as=section.take("signed_as", str, ""),
        signed_on=section.take("signed_on", dt.date, None),
    )
    section.done()
    return made


def _receiver(section: Section) -> Receiver:
    made = Receiver(
        agency=section.take("agency", str),
        roles=frozenset(section.choices("roles", Role)),
        purposes=frozenset(section.choices("purposes", Purpose, ())),
    )
    if not made.roles:
        raise BadInput("A receiver names its roles", where=made.agency)
    section.done()
    return made
