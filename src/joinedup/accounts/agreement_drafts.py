"""A draft of an agreement: everything that could be shared, for people to strike out what is not agreed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from joinedup.accounts.agreements import today
from joinedup.terms import Purpose, Role

_YEARS = 3
_RECEIVING = (
    Role.ANALYST,
    Role.COORDINATOR,
    Role.DATA_OWNER,
    Role.THEME_LEAD,
    Role.AUDITOR,
    Role.COUNCILLOR,
    Role.ADMINISTRATOR,
)


def draft_agreement(
    feeds: Mapping[str, Collection[str]], *, restricted: Collection[str], purposes: Collection[Purpose]
) -> str:
    """The TOML of a draft: ``feeds`` by their owner's code, those that are ``restricted`` struck out.

    Every agency that has people, and every owner, is a receiver; nothing is signed, no names are shared.
    """
    from joinedup.accounts.models import Agency

    starts = today().replace(day=1)
    agencies = {agency.code for agency in Agency.objects.filter(users__is_active=True)}
    parts = [_head(starts, sorted({*purposes, Purpose.PUBLIC_INFORMATION}))]
    parts += [_share(owner, sorted(set(feeds[owner])), restricted) for owner in sorted(feeds)]
    parts += [_receiver(agency) for agency in sorted({*agencies, *feeds})]
    return "\n".join(parts)


def _head(starts: dt.date, purposes: Collection[Purpose]) -> str:
    ends = starts.replace(year=starts.year + _YEARS) - dt.timedelta(days=1)
    return f"""# A draft: strike out what is not agreed. What each key means: docs/agreements.md
code = "community-safety"
version = 1
title = "Information-sharing agreement of the community safety partnership"
basis = "Crime and Disorder Act 1998, section 115"
purposes = [{_texts(purposes)}]
starts = {starts}
ends = {ends}
review = {starts.replace(year=starts.year + 1)}
"""


def _share(owner: str, feeds: Collection[str], restricted: Collection[str]) -> str:
    lines = [
        f'  "{feed}",' if feed not in restricted else f'  # "{feed}",  restricted: name it only on purpose'
        for feed in feeds
    ]
    if all(feed in restricted for feed in feeds):
        return "\n".join(
            [f"# {owner} has restricted feeds only; an agreement of their own serves them better."]
            + [f"#   {feed}" for feed in feeds]
            + [""]
        )
    told = "\n".join(lines)
    return f"""[[shares]]
owner = "{owner}"
feeds = [
{told}
]
names = []  # identifying details that may be shown of named records, such as "victim.*"
# signed_by = ""
# signed_as = ""
# signed_on = {today()}
"""


def _receiver(agency: str) -> str:
    return f"""[[receives]]
agency = "{agency}"
roles = [{_texts(_RECEIVING)}]
"""


def _texts(words: Collection[str]) -> str:
    return ", ".join(f'"{word}"' for word in words)
