"""Which columns are likely to be about a person: by the words of their names, by the shape of values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from joinedup.feeds.drafting.definitions import About, Likely
from joinedup.records.tokens import SCHEME as TOKENS

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
# Whoever a row may name, by the words that owners put into the names of columns.
ROLES = {
    "victim": ("victim", "vic", "ip", "injured"),
    "suspect": ("suspect", "susp", "perpetrator", "perp", "accused", "alleged"),
    "offender": ("offender", "defendant", "nominal", "convicted"),
    "caller": ("caller", "complainant", "complainer", "reporter", "informant", "reporting", "applicant"),
    "witness": ("witness",),
    "patient": ("patient", "pt"),
    "client": ("client", "customer", "user", "service"),
    "tenant": ("tenant", "resident", "householder", "occupier", "landlord"),
    "subject": ("subject", "person", "individual", "child", "pupil", "learner"),
    "officer": ("officer", "worker", "warden", "practitioner", "keyworker", "staff"),
    "guardian": ("guardian", "parent", "mother", "father", "carer", "kin"),
}
# The words of a column's name that say which attribute of a person it holds; the first that fits is taken.
_ATTRIBUTES: tuple[tuple[str, str], ...] = (
    ("birth_date", r"d\.?o\.?b\.?|birth|birthdate|born"),
    ("family_name", r"surname|lastname|family name|last name|maiden name|maiden|sname"),
    ("middle_names", r"middle name|middle names|middlename|middle initial|initials"),
    ("given_name", r"forename|forenames|firstname|first name|given name|given names|christian name|fname"),
    ("alias", r"alias|aka|nickname|also known as|street name of person"),
    ("title", r"title|salutation|prefix"),
    ("email", r"e ?mail|e ?mail address"),
    ("phone", r"phone|telephone|tel|mobile|landline|contact number|phone number"),
    ("postcode", r"post ?code|postal code|pcode|pc code"),
    ("uprn", r"uprn"),
    ("age", r"age|age band|age group|age range|age at .*"),
    ("sex", r"sex|gender"),
    ("ethnicity", r"ethnicity|ethnic|ethnic group|ethnic origin|race|ethnic appearance"),
    (
        "address",
        r"address|addr|house|house number|house name|flat|building|street|road|town|locality|address line|"
        r"house no|premises|property",
    ),
    ("full_name", r"name|full name|fullname|known as"),
)
_SCHEMES: tuple[tuple[str, str], ...] = (
    ("nhs", r"nhs|nhs (?:number|no|num)"),
    ("pnc", r"pnc|pnc ?id|pnc (?:id|number|no|ref)"),
    ("cro", r"cro|cro (?:number|no)"),
    ("nino", r"nino|national insurance(?: number| no)?|ni (?:number|no)"),
    ("prison", r"prison (?:number|no)|noms|noms (?:number|no|id)|nomis"),
    ("crn", r"crn|crn (?:number|no)"),
    ("passport", r"passport(?: number| no)?"),
    ("licence", r"driving licence(?: number| no)?|driver number"),
    ("upn", r"upn"),
    ("person", r"(?:id|number|no|ref|reference|urn|uid)"),  # with a role's word: "Client no", "Person ID"
)
_SPECIAL = re.compile(
    r"\b(?:ethnic\w*|race|religion|faith|disab\w*|sexual orientation|sexuality|health|diagnosis|mental|"
    r"pregnan\w*|trade union|political|gender identity|trans(?:gender)?|injur\w*|convictions?)\b"
)
_DESCRIBING = re.compile(
    r"\b(?:sex|gender|age|nationality|marital|occupation|relationship|language|accommodation|employment|"
    r"vulnerab\w*)\b"
)
_NARRATIVE = re.compile(
    r"\b(?:narrative|notes?|comments?|remarks?|free ?text|summary|description|details|mo text|synopsis|"
    r"log text)\b"
)
_IDENTIFYING_THING = re.compile(
    r"\b(?:vrm|registration|reg(?:istration)? (?:no|number|mark)|number ?plate|vin|imei|ip address|"
    r"account (?:no|number)|sort code|photo|image|signature|exact (?:address|location))\b"
)
_ATTRIBUTE_SHAPES = frozenset({"email", "phone", "postcode", "address"})
_SCHEME_SHAPES = frozenset({"nhs", "nino", "pnc", "cro", "prison", TOKENS})
_SHARE_OF_NAMES = 0.25
_YEARS_OF_BIRTHS = 45
_WORDS_OF_NARRATIVE = 10
# Names of things that are no person: "LSOA name", "Street name", "Source title".
_THINGS = """
lsoa msoa oa ward district area borough county region parish beat sector division force team unit
department service school street road station file organisation organization org agency site
location place operation category type group offence crime product column field event project scheme
programme court prison hospital council authority local neighbourhood
"""
_OF_THINGS = frozenset(_THINGS.split())


def words_of(name: str) -> str:
    """A column's name as small words: ``VictimDOB_1`` is "victim dob 1"."""
    return " ".join(word.lower() for word in _WORD.findall(name.replace("'", "")))


def by_name(name: str) -> About:
    """What the name of a column says of a person."""
    words = words_of(name)
    role, bare = _without_role(words)
    for scheme, called in _SCHEMES:
        if re.fullmatch(called, bare) and (scheme != "person" or role not in {"", "officer"}):
            return About(Likely.IDENTIFIES, scheme=scheme, role=role)
    for attribute, called in _ATTRIBUTES:
        if re.fullmatch(rf"(?:{called})(?: \d+)?", bare) and not _is_of_a_thing(attribute, words, role):
            return About(_likely(attribute), attribute=attribute, role=role)
    if "name" in bare.split() and (role or not _OF_THINGS & set(words.split())):
        return About(Likely.IDENTIFIES, attribute="full_name", role=role)
    for likely, pattern in (
        (Likely.IDENTIFIES, _IDENTIFYING_THING),
        (Likely.IDENTIFIES, _NARRATIVE),
        (Likely.SPECIAL, _SPECIAL),
        (Likely.DESCRIBES, _DESCRIBING),
    ):
        if pattern.search(words):
            return About(likely, role=role)
    return About(role=role)


def _without_role(words: str) -> tuple[str, str]:
    """Whose it is, by a role's word in the name, and the name without it and without small words."""
    parts = words.split()
    for role, called in ROLES.items():
        if found := [word for word in parts if word in called]:
            rest = [word for word in parts if word not in found and word not in {"s", "of", "the", "details"}]
            return role, " ".join(rest) or "name"
    return "", words


def _is_of_a_thing(attribute: str, words: str, role: str) -> bool:
    """Whether a name is of a place or an office rather than a person."""
    parts = set(words.split())
    if attribute == "full_name":
        return bool(parts & _OF_THINGS)
    if attribute == "title":
        return not role and len(parts) > 1
    return False


def _likely(attribute: str) -> Likely:
    if attribute == "ethnicity":
        return Likely.SPECIAL
    return Likely.DESCRIBES if attribute in {"age", "sex"} else Likely.IDENTIFIES


def by_shape(about: About, shape: str, names: float, words: float, years: int) -> About:
    """What the values say beside the column's name.

    ``names``: the share of them that look like people's names; ``words``: how many one has in the mean;
    ``years``: over how many years its dates reach (0: no dates).
    """
    if about.likely is Likely.IDENTIFIES:
        return about
    seen = replace(about, likely=Likely.IDENTIFIES, by_shape=True)
    if shape in _ATTRIBUTE_SHAPES:
        return replace(seen, attribute=shape)
    if shape in _SCHEME_SHAPES:
        return replace(seen, scheme=shape)
    if not about.personal and names >= _SHARE_OF_NAMES:
        return replace(seen, attribute="full_name")
    if not about.personal and years >= _YEARS_OF_BIRTHS:
        return replace(seen, attribute="birth_date")
    return seen if not about.personal and words > _WORDS_OF_NARRATIVE else about


def role_of_all(abouts: Sequence[About]) -> str:
    """The role for columns that name none: the only other one there is, or ``person``."""
    roles = {about.role for about in abouts if about.role}
    return roles.pop() if len(roles) == 1 else "person"
