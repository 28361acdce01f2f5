"""Invented persons of the past, each written down 1 to 30 times: names cut short, turned or misspelt, titles
kept or left out, births missing, vague or shifted, postcodes near by; fathers and sons of one name.
"""

import csv
import datetime as dt
import functools
import gzip
import random
from pathlib import Path

import pyarrow as pa

import joinedup.demo

_REFERENCE = Path(joinedup.demo.__file__).parent / "data" / "reference"
_RANKS = ("baronet", "baron", "earl of", "viscount", "duke of")
_OCCUPATIONS = [
    "politician",
    "writer",
    "painter",
    "cricketer",
    "bishop",
    "soldier",
    "actor",
    "engineer",
    "judge",
    "physician",
    "composer",
    "merchant",
    "missionary",
    "botanist",
    "architect",
    "footballer",
    "lawyer",
    "historian",
    "poet",
    "explorer",
    "surgeon",
    "sculptor",
]
_SHORT = {
    "william": ["will", "bill", "wm"],
    "thomas": ["tom", "thos"],
    "john": ["jack", "jno"],
    "elizabeth": ["eliza", "bess", "betty"],
    "robert": ["rob", "bob"],
    "edward": ["ned", "ted"],
    "charles": ["charlie", "chas"],
    "margaret": ["meg", "peggy"],
    "mary": ["polly", "molly"],
    "henry": ["harry", "hal"],
    "james": ["jim", "jas"],
    "richard": ["dick", "rich"],
}
COLUMNS = {
    "full_name": "full_name",
    "given_name": "first_name",
    "family_name": "surname",
    "birth_date": "dob",
    "birth_place": "birth_place",
    "postcode": "postcode",
    "occupation": "occupation",
    "sex": "gender",
}


@functools.cache
def _surnames() -> tuple[list[str], list[float]]:
    with gzip.open(_REFERENCE / "surnames_gb_weighted.csv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = [list(row.values()) for row in csv.DictReader(file)]
    return [row[0].lower() for row in rows], [float(row[1]) for row in rows]


@functools.cache
def _givens() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"m": [], "f": []}
    name = "baby_name_ranks_ew_1904_1994.csv.gz"
    with gzip.open(_REFERENCE / name, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            sex = next(
                value
                for value in row.values()
                if value.lower() in ("m", "f", "male", "female", "boys", "girls")
            )
            word = next(v for v in row.values() if v.isalpha() and v != sex)
            key = "f" if sex.lower()[0] in "fg" else "m"
            if word.lower() not in found[key]:
                found[key].append(word.lower())
    return found


class _Draw:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def given(self, sex: str) -> str:
        names = _givens()[sex]
        common = list(_SHORT)
        if self.random.random() < 0.45:
            of_sex = [name for name in common if (name in ("elizabeth", "margaret", "mary")) == (sex == "f")]
            return self.random.choice(of_sex)
        return names[min(int(self.random.expovariate(1 / 30)), len(names) - 1)]

    def surname(self) -> str:
        names, weights = _surnames()
        return self.random.choices(names, weights)[0]

    def slip(self, text: str) -> str:
        if len(text) < 3:
            return text
        at = self.random.randrange(1, len(text) - 1)
        way = self.random.randrange(3)
        if way == 0:
            return text[:at] + text[at + 1 :]
        if way == 1:
            return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        return text[:at] + self.random.choice("abcdefghiklmnoprstuwy") + text[at + 1 :]


def _person(draw: _Draw, number: int, places: list[tuple[str, str]]) -> dict:
    chance = draw.random
    sex = "f" if chance.random() < 0.2 else "m"
    place, area = places[min(int(chance.expovariate(1 / 60)), len(places) - 1)]
    born = dt.date(1600, 1, 1) + dt.timedelta(days=chance.randrange(365 * 320))
    names = [draw.given(sex)] + [draw.given(sex) for _ in range(chance.choices([0, 1, 2], [50, 40, 10])[0])]
    title = f"{chance.randrange(1, 9)}{chance.choice(['st', 'th'])} {chance.choice(_RANKS)} {draw.surname()}"
    return {
        "person": number,
        "sex": sex,
        "names": names,
        "surname": draw.surname(),
        "title": title if chance.random() < 0.12 else "",
        "born": born if chance.random() < 0.85 else None,
        "only_year": chance.random() < 0.1,
        "place": place,
        "postcode": f"{area}{chance.randrange(1, 30)} {chance.randrange(1, 10)}"
        + "".join(chance.choices("abdefgh", k=2)),
        "work": _OCCUPATIONS[min(int(chance.expovariate(1 / 4)), len(_OCCUPATIONS) - 1)],
        "bad": chance.betavariate(2, 2.5),
        "other": draw.surname(),  # a surname before marriage or a title, that some records have instead
    }


def _son(draw: _Draw, father: dict, number: int) -> dict:
    born = father["born"] and father["born"] + dt.timedelta(days=draw.random.randrange(20 * 365, 45 * 365))
    kept = draw.random.random() < 0.5
    names = father["names"] if kept else [draw.given("m"), *father["names"][1:]]
    return {
        **_person(draw, number, [(father["place"], father["postcode"][:2])]),
        "sex": "m",
        "names": names,
        "surname": father["surname"],
        "born": born,
        "postcode": father["postcode"],
        "title": father["title"],
    }


def _written(draw: _Draw, who: dict) -> dict:
    chance, bad = draw.random, who["bad"]
    names = list(who["names"])
    if chance.random() < 0.3:
        names[0] = chance.choice(_SHORT.get(names[0], [names[0]]))
    if chance.random() < 0.5 * bad:
        names[0] = names[0][0]
    if len(names) > 1 and chance.random() < 0.4:
        names = names[:1] if chance.random() < 0.7 else names[1:]
    surname = who["surname"]
    if chance.random() < 0.35 * bad:
        names[0] = draw.slip(names[0])
    if chance.random() < 0.35 * bad:
        surname = draw.slip(surname)
    if chance.random() < 0.15 * bad:
        surname = who["other"]
    if chance.random() < 0.1 * bad:
        names = [draw.given(who["sex"])]
    words = [*names, surname]
    if who["title"] and chance.random() < 0.6:
        words += who["title"].split()
        if chance.random() < 0.4:
            words.pop(chance.randrange(1, len(words)))
    if chance.random() < 0.03:
        words = [words[-1], *words[:-1]]
    born = who["born"]
    if born and chance.random() < 0.5 * bad:
        born = born + dt.timedelta(days=chance.choice([-1, 1, 10, -10, 30, 31, 365, -365, 3652]))
    dob = None if born is None or chance.random() < 0.6 * bad else born.isoformat()
    if dob and (who["only_year"] or chance.random() < 0.1):
        dob = f"{born.year:04d}-01-01"
    code = who["postcode"]
    if chance.random() < 0.5:
        code = code[:-2] + chance.choice("abdefgh") + chance.choice("abdefgh")
    if chance.random() < 0.3:
        code = f"{code.split()[0]} {chance.randrange(1, 10)}{code[-2:]}"
    if chance.random() < 0.4:
        code = f"{code[:2]}{chance.randrange(1, 30)} {code[-3:]}"
    if chance.random() < 0.3 * bad:
        code = None
    return {
        "person": who["person"],
        "full_name": " ".join(words),
        "first_name": words[0],
        "surname": words[-1],
        "dob": dob,
        "birth_place": None
        if chance.random() < 0.7 * bad
        else who["place"]
        if chance.random() < 0.9
        else "london",
        "postcode": code,
        "occupation": None
        if chance.random() < 0.2 + bad / 2
        else (who["work"] if chance.random() < 0.85 else chance.choice(_OCCUPATIONS)),
        "gender": None if chance.random() < 0.2 else {"m": "male", "f": "female"}[who["sex"]],
    }


def historical_people(people: int, seed: int) -> pa.Table:
    """A table of such records with the column ``person`` for the truth."""
    draw = _Draw(seed)
    places = [
        (draw.surname() + "ton", draw.random.choice("bcdeghlmnoprstw") + draw.random.choice("abdelnorst"))
        for _ in range(300)
    ]
    rows: list[dict] = []
    before: dict | None = None
    for number in range(people):
        son = before is not None and before["sex"] == "m" and draw.random.random() < 0.15
        who = _son(draw, before, number) if son and before else _person(draw, number, places)
        rows += [_written(draw, who) for _ in range(1 + min(int(draw.random.expovariate(1 / 9)), 29))]
        before = who
    draw.random.shuffle(rows)
    return pa.Table.from_pylist(rows)
