"""Whether two names may be one person's, word by word: what trigrams alone cannot tell.

"Michael James" has most of the trigrams of "Michael Jagger", as everybody has with the same long given name.
Here each word counts by itself, by its slips: letters put in, left out, changed, or two neighbours swapped
(optimal string alignment, after Damerau 1964).
"""

from __future__ import annotations

from joinedup.people.normalising import nicknames


class AskedName:
    """A folded name that others are held against. What it remembers of them is gone with it."""

    def __init__(self, name: str) -> None:
        self._words = name.split()
        self._apart: dict[tuple[str, str], int] = {}

    def is_like(self, other: str) -> bool:
        """Whether a folded name is like it.

        It is where each word of the one with fewer words has its like in the other: the same but for a third
        of its letters, its initial, or a short form of it. So it is where all those words together, or the
        names run together, are no more than two slips apart (one where they are short, a sixth of their
        letters where they are long).
        """
        few, many = sorted((self._words, other.split()), key=len)
        if not few:
            return False
        if all(any(self._words_alike(word, each) for each in many) for word in few):
            return True
        letters = sum(map(len, few))
        allowed = max(min(2, letters // 4), letters // 6)
        apart = sum(min(self._between(word, each) for each in many) for word in few)
        return apart <= allowed or slips("".join(few), "".join(many), allowed) <= allowed

    def _words_alike(self, one: str, other: str) -> bool:
        if len(one) == 1 or len(other) == 1:
            return one[0] == other[0]
        return self._between(one, other) <= max(1, _third(one, other))

    def _between(self, one: str, other: str) -> int:
        """How many slips two words are apart, as they are or as the names that they are short for."""
        found = self._apart.get((one, other))
        if found is None:
            known = nicknames()
            found = slips(one, other, _third(one, other) + 1)
            if found and (one in known or other in known):
                left, right = known.get(one, one), known.get(other, other)
                found = min(found, slips(left, right, _third(left, right) + 1))
            self._apart[one, other] = found
        return found


def _third(one: str, other: str) -> int:
    return max(len(one), len(other)) // 3


def slips(one: str, other: str, most: int) -> int:
    """How many slips lead from one text to the other; ``most`` + 1 where they are more than ``most``."""
    far = most + 1
    # One slip puts at most one letter in and takes at most one out: most names are told apart by that.
    if abs(len(one) - len(other)) > most or len({*one} ^ {*other}) > 2 * most:
        return far
    if sum(abs(one.count(letter) - other.count(letter)) for letter in {*one, *other}) > 2 * most:
        return far
    before: list[int] = []
    row = [min(place, far) for place in range(len(other) + 1)]
    for at, letter in enumerate(one, 1):
        older, before, row = before, row, [far] * (len(other) + 1)
        row[0] = min(at, far)
        for place in range(max(1, at - most), min(len(other), at + most) + 1):  # further off is too far
            each = other[place - 1]
            least = min(before[place] + 1, row[place - 1] + 1, before[place - 1] + (letter != each))
            if at > 1 and place > 1 and letter == other[place - 2] and one[at - 2] == each:
                least = min(least, older[place - 2] + 1)
            row[place] = least
        if min(row) > most and min(before) > most:
            return far
    return min(row[-1], far)
