"""By what a person is known again, beside a record's key and reference: SQL expressions over segments.

Capitals and spaces do not matter; otherwise identifiers, names and birth dates are as their owner wrote them.
Within a reference that several records share (a family, a crime), a person is known by name and birth date.
"""

from __future__ import annotations

from collections.abc import Collection

_MOST_CELLS = 100  # of a row in which each cell is tried for a name: whoever sends more gains nothing by it
TELLING = 6  # characters: a shorter cell of a refused row may be anybody's
_PARTS = r"""'[,;|\t"\r\n]+'"""  # what parts the cells of a refused row's raw text
_CELL = r"""'"(?:[^"]|"")*"|[^,;|\t"\r\n]+'"""
_UNQUOTED = """replace(trim(part, '"'), '""', '"')"""
_NO_WORD = r"'[^\p{L}\p{N}]+'"
_NAMES = ("full_name", "given_name", "family_name")
_WORDS = (*_NAMES, "middle_names", "alias")


def folded(value: str) -> str:
    """An SQL expression: a value without what two files may write differently."""
    return rf"upper(regexp_replace({value}, '\s+', '', 'g'))"


def fold(value: str) -> str:
    """The same of a value in Python."""
    return "".join(value.split()).upper()


def cells(raw: str) -> str:
    """An SQL expression: the cells of a refused row's raw text."""
    return f"[trim(part) FOR part IN regexp_split_to_array({raw}, {_PARTS})]"


def telling_cells(raw: str) -> str:
    """An SQL expression: those cells that are long enough to tell a record or a person."""
    return f"[part FOR part IN {cells(raw)} IF length(part) >= {TELLING}]"


def whole_cells(raw: str) -> str:
    """An SQL expression: the cells of a refused row's raw text, folded; a quoted one is one cell."""
    found = f"regexp_extract_all({raw}, {_CELL})[1:{_MOST_CELLS}]"
    return f"[{folded(_UNQUOTED)} FOR part IN {found}]"


def people(cells: str) -> str:
    """An SQL expression: what may be somebody's name and birth date among such cells, as ``within`` has them.

    A name is a cell or two cells, without a digit; a birth date is a cell with two digits, or none is given.
    """
    names = f"[name FOR name IN {cells} IF NOT regexp_matches(name, '\\d')]"
    both = f"flatten([[given || family FOR family IN {names}] FOR given IN {names}])"
    born = f"list_concat([day FOR day IN {cells} IF regexp_matches(day, '\\d.*\\d')], [''])"
    name = f"list_concat({names}, {both})"
    return f"flatten([[name || chr(10) || day FOR day IN {born}] FOR name IN {name}])"


def identifiers(map_of_them: str) -> str:
    """An SQL expression: ``scheme:value`` of each entry of a mention's identifiers, folded."""
    entry = f"concat(entry.key, ':', {folded('entry.value')})"
    return f"[{entry} FOR entry IN map_entries({map_of_them})]"


def within(reference: str, columns: Collection[str]) -> str:
    """An SQL expression: reference, name and birth date of a mention as one text; NULL where one is missing.

    ``columns``: those that the mentions have.
    """
    names = [name for name in _NAMES if name in columns]
    if not names:
        return "CAST(NULL AS VARCHAR)"
    name = f"nullif({folded(f'concat_ws({_listed(names)})')}, '')"
    born = folded("birth_date_given") if "birth_date_given" in columns else "CAST(NULL AS VARCHAR)"
    return f"{folded(reference)} || chr(10) || {name} || chr(10) || coalesce({born}, '')"


def words(text: str) -> str:
    """An SQL expression: the words of a text, in small letters."""
    return f"regexp_split_to_array(lower({text}), {_NO_WORD})"


def words_of_names() -> str:
    """An SQL expression: the words of all that a mention says of somebody's name."""
    return words(f"concat_ws({_listed(_WORDS)})")


def _listed(names: Collection[str]) -> str:
    return ", ".join(["' '", *names])
