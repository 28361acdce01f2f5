"""Headings of anti-social behaviour: from the truth's words to a key, from the key to an agency's words."""

from __future__ import annotations

import functools

# Told apart by the first of these words that is in a heading; the thirteen are the Metropolitan Police's.
_TOLD_BY = (
    ("abandon", "abandoned-vehicle"),
    ("vehicle", "vehicle-nuisance"),
    ("neighbour", "neighbours"),
    ("litter", "litter-drugs"),
    ("paraphernalia", "litter-drugs"),
    ("animal", "animals"),
    ("trespass", "trespass"),
    ("communication", "malicious-communications"),
    ("drinking", "street-drinking"),
    ("prostitut", "prostitution"),
    ("noise", "noise"),
    ("begging", "begging"),
    ("firework", "fireworks"),
)
NATIONAL = {
    "abandoned-vehicle": "Abandoned vehicle",
    "vehicle-nuisance": "Vehicle nuisance or inappropriate use",
    "rowdy": "Rowdy or inconsiderate behaviour",
    "neighbours": "Rowdy or nuisance neighbours",
    "litter-drugs": "Littering or drugs paraphernalia",
    "animals": "Animal problems",
    "trespass": "Trespass",
    "malicious-communications": "Nuisance or malicious communications",
    "street-drinking": "Street drinking",
    "prostitution": "Prostitution related activity",
    "noise": "Noise",
    "begging": "Begging or vagrancy",
    "fireworks": "Inappropriate use of fireworks",
}
COUNCIL = {
    "abandoned-vehicle": "ABVEH",
    "vehicle-nuisance": "VEH",
    "rowdy": "YOUTH",
    "neighbours": "NEIGH",
    "litter-drugs": "RUBB",
    "animals": "DOGS",
    "trespass": "TRESP",
    "malicious-communications": "VERB",
    "street-drinking": "ALC",
    "prostitution": "PROST",
    "noise": "NOISE",
    "begging": "BEG",
    "fireworks": "FWRK",
}
WARDENS = {
    "abandoned-vehicle": "Abandoned vehicle",
    "vehicle-nuisance": "Motorbikes / nuisance vehicles",
    "rowdy": "Youths congregating",
    "neighbours": "Neighbour issue",
    "litter-drugs": "Litter / fly tip",
    "animals": "Dogs",
    "street-drinking": "Street drinking",
    "noise": "Noise",
    "begging": "Begging",
    "fireworks": "Fireworks",
}


@functools.cache
def heading_key(heading: str | None) -> str:
    """The key of a heading; what no word tells apart is rowdy or inconsiderate behaviour, the commonest."""
    lower = (heading or "").lower()
    return next((key for word, key in _TOLD_BY if word in lower), "rowdy")
