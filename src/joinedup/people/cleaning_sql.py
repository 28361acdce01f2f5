"""SQL expressions (DuckDB) that tidy one value each: names, sounds, dates, postcodes, phones."""

from __future__ import annotations

HONORIFICS = (
    "mr|mrs|miss|ms|mx|master|dr|doctor|prof|professor|rev|reverend|revd|sir|dame|lord|lady|hon|the hon|"
    "the right hon|rt hon|capt|captain|major|maj|col|colonel|lt|lieutenant|gen|general|admiral|adm|sgt|fr|"
    "father|sister|saint|st|count|countess|baron|baroness|viscount|earl of|duke of|pc|cllr|councillor"
)
_SUFFIXES = "jr|junior|snr|sr|senior|esq|esquire|bt|obe|mbe|cbe|kc|qc|mp|phd|md|frs|ii|iii|iv"
_RANKS = "baronet|baron|earl|viscount|duke|marquess|marquis|lord|count|countess|duchess|bart"


def plain(value: str) -> str:
    """Lower case, no accents, no apostrophes, single blanks; what is then empty is NULL."""
    letters = f"replace(strip_accents(lower(CAST({value} AS VARCHAR))), '’', '''')"
    return f"nullif(trim(regexp_replace({letters}, '\\s+', ' ', 'g')), '')"


def name(value: str) -> str:
    """A tidied name: letters and single blanks only, without titles before it and ranks behind it."""
    bare = f"regexp_replace({value}, '\\([^)]*\\)|''', '', 'g')"
    bare = f"regexp_replace({bare}, ',\\s*(the )?(\\d+(st|nd|rd|th)|{_RANKS}|{_SUFFIXES})\\b.*$', '')"
    return bare


def given_name_first(value: str) -> str:
    """A full name as it was written, given name first: ``SMITH, Ann`` and ``SMITH Ann`` are turned round."""
    rank = f",\\s*(the )?(\\d+(st|nd|rd|th)|{_RANKS}|{_SUFFIXES})\\b"
    return f"""CASE WHEN {value} LIKE '%,%' AND NOT regexp_matches(lower({value}), '{rank}')
            THEN split_part({value}, ',', 2) || ' ' || split_part({value}, ',', 1)
        WHEN regexp_full_match({value}, '[A-Z][A-Z''’-]+ +[A-Z][a-z].*')
            AND NOT regexp_matches({value}, '^(MR|MRS|MISS|MS|DR|REV|SIR|PC|CLLR) ')
            THEN regexp_replace({value}, '^(\\S+) +(.*)$', '\\2 \\1') ELSE {value} END"""


def sex(value: str) -> str:
    """m or f, from words or from the codes 1 and 2; anything else is NULL."""
    first = f"left({value}, 1)"
    return f"CASE WHEN {first} IN ('m', '1') THEN 'm' WHEN {first} IN ('f', '2', 'w') THEN 'f' END"


def ethnic_group(value: str) -> str:
    """One of the five broad groups (w, m, a, b, o) from self-defined codes, officers' codes or words."""
    groups = (
        ("w", "w\\d|ic[12]|white.*|w"),
        ("m", "m\\d|mixed.*|m"),
        ("a", "a\\d|ic4|asian.*|a"),
        ("b", "b\\d|ic3|black.*|b"),
        ("o", "o\\d|ic[56]|chinese.*|arab.*|(any )?other.*|o"),
    )
    cases = " ".join(
        f"WHEN regexp_full_match({value}, '{pattern}') THEN '{group}'" for group, pattern in groups
    )
    return f"CASE {cases} END"


_STREETS = (
    ("street", "st"),
    ("road", "rd"),
    ("avenue", "ave"),
    ("close", "cl"),
    ("drive", "dr"),
    ("lane", "ln"),
    ("terrace", "ter"),
    ("crescent", "cres"),
    ("court", "ct"),
    ("place", "pl"),
    ("square", "sq"),
    ("gardens", "gdns"),
    ("grove", "gr"),
)


def street(value: str) -> str:
    """The first line of an address (up to a comma) with house and street, its last word shortened."""
    first = f"split_part({value}, ',', 1)"
    short = f"regexp_full_match({first}, '.{{0,8}}|(flat|apartment|apt|unit|room) .*')"
    line = f"CASE WHEN {short} THEN {first} || ' ' || split_part({value}, ',', 2) ELSE {first} END"
    line = f"trim(regexp_replace({line}, '[^a-z0-9]+', ' ', 'g'))"
    for whole, shortened in _STREETS:
        line = f"regexp_replace({line}, ' {whole}$', ' {shortened}')"
    return f"nullif({line}, '')"


def house_numbers(value: str) -> str:
    """All numbers of an address (flat and house) in their order."""
    return f"nullif(array_to_string(regexp_extract_all({value}, '\\b(\\d+[a-z]?)\\b'), ' '), '')"


_BESIDE_NAMES = f"{HONORIFICS}|{_RANKS}|{_SUFFIXES}|of|the|and|earl|duke|nee|known|as|aka"


def all_words(value: str) -> str:
    """Every word of a full name from three letters on, titles and ranks left out, as a list."""
    kept = f"NOT regexp_full_match(x, '{_BESIDE_NAMES}') AND length(x) > 2"
    return f"list_filter(string_split(regexp_replace({value}, '[^a-z]+', ' ', 'g'), ' '), lambda x: {kept})"


def words(value: str) -> str:
    """The letters of a name with single blanks, titles taken off its front and suffixes off its end."""
    spaced = f"trim(regexp_replace(regexp_replace({value}, '[^a-z]+', ' ', 'g'), '\\s+', ' ', 'g'))"
    bare = f"regexp_replace({spaced}, '^(({HONORIFICS}) )+', '')"
    return f"nullif(trim(regexp_replace({bare}, '( ({_SUFFIXES}))+$', '')), '')"


def sound(value: str) -> str:
    """A code for how a name sounds: its first sound and up to four consonant classes, after Soundex (1918),
    with silent first letters and a few English spellings evened out first.
    """
    even = value
    for pattern, by in (
        ("^(kn|gn|pn)", "n"),
        ("^wr", "r"),
        ("^wh", "w"),
        ("^(ps|sc[eiy])", "s"),
        ("^x", "s"),
        ("ph", "f"),
        ("^(c[ei])", "s"),
        ("^[cq]", "k"),
        ("^j", "g"),
        ("^z", "s"),
        ("tch", "ch"),
        ("gh", ""),
        ("dg", "g"),
    ):
        even = f"regexp_replace({even}, '{pattern}', '{by}', 'g')"
    first = f"translate(left({even}, 1), 'eiouy', 'aaaaa')"
    coded = f"translate(substr({even}, 2), 'bfpvcgjkqsxzdtlmnraeiouyhw ', '1111222222223345560000000')"
    for digit in "123456":
        coded = f"regexp_replace({coded}, '{digit}+', '{digit}', 'g')"
    return f"nullif({first} || left(replace({coded}, '0', ''), 4), '')"


def eight_digits(value: str) -> str:
    """A date as eight digits, year first, from a date or text of a usual order; NULL where it is none.

    Text is kept as it stands even where no calendar has the day: a mistyped date is still evidence. A year
    alone, or a year and a month, get 1 for what is missing.
    """
    text = f"regexp_replace(trim(CAST({value} AS VARCHAR)), '(T| )\\d\\d:.*$', '')"
    return f"""CASE
        WHEN regexp_full_match({text}, '\\d{{4}}[-/.]\\d{{1,2}}[-/.]\\d{{1,2}}') THEN
            regexp_extract({text}, '^\\d{{4}}')
            || lpad(regexp_extract({text}, '^\\d{{4}}\\D(\\d+)', 1), 2, '0')
            || lpad(regexp_extract({text}, '(\\d+)$', 1), 2, '0')
        WHEN regexp_full_match({text}, '\\d{{1,2}}[-/.]\\d{{1,2}}[-/.]\\d{{4}}') THEN
            regexp_extract({text}, '(\\d{{4}})$', 1)
            || lpad(regexp_extract({text}, '\\D(\\d+)\\D', 1), 2, '0')
            || lpad(regexp_extract({text}, '^\\d+'), 2, '0')
        WHEN regexp_full_match({text}, '\\d{{8}}') THEN {text}
        WHEN regexp_full_match({text}, '\\d{{4}}[-/.]\\d{{2}}')
            THEN left({text}, 4) || right({text}, 2) || '01'
        WHEN regexp_full_match({text}, '\\d{{4}}') THEN {text} || '0101' END"""


def phone(value: str) -> str:
    """The digits of a telephone number, the country's code 44 as a zero."""
    digits = f"regexp_replace({value}, '\\D', '', 'g')"
    return f"nullif(regexp_replace({digits}, '^(00)?44(0)?', '0'), '')"


def postcode(value: str) -> str:
    """A postcode without blanks."""
    return f"nullif(regexp_replace({value}, '[^a-z0-9]', '', 'g'), '')"


IS_BRITISH = "[a-z]{1,2}[0-9][a-z0-9]?[0-9][a-z]{2}"
