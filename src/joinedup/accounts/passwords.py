"""What a password must be: long enough, hard to guess, and not made of words that belong to the place.

No kind of character is asked for or refused. How soon a password is guessed is estimated by zxcvbn, whose
lists come with it: 30,000 common passwords, 30,000 words of English, names and surnames, and the patterns
people make of them (letters replaced, years and digits added, rows of keys, repeats). Django's own list of
20,000 is looked up too, but would not serve alone: only 194 of its passwords have twelve characters or more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SHORTEST = 12
LONGEST = 128
LEAST_GUESSES = 10**10
"""How many guesses an attacker who knows how people choose should need; zxcvbn's highest score."""
ESTIMATED = 72  # characters: zxcvbn looks at no more, for the time it takes
SHORTEST_WORD = 4  # characters: shorter ones are in too many words
LEAST_LEFT = 8  # characters that the place's words do not explain
PRODUCT = "joinedup"


class Length:
    """At least twelve characters, at most 128."""

    def validate(self, password: str, user: Any = None) -> None:
        """Django's hook: raises where the password is too short or too long."""
        if len(password) < SHORTEST:
            raise ValidationError(
                _("It needs at least %(least)d characters: three unrelated words with spaces will do.")
                % {"least": SHORTEST}
            )
        if len(password) > LONGEST:
            raise ValidationError(_("It may have at most %(most)d characters.") % {"most": LONGEST})

    def get_help_text(self) -> str:
        """What is asked, in a sentence."""
        return _("At least %(least)d characters, of any kind.") % {"least": SHORTEST}


class HardToGuess:
    """Not a common password or pattern, nor one with a little added."""

    def validate(self, password: str, user: Any = None) -> None:
        """Django's hook: raises where too few guesses would find the password."""
        if password and (_is_listed(password) or _guesses(password, user) < LEAST_GUESSES):
            raise ValidationError(
                _(
                    "It is common, or made from common words and patterns: take three unrelated words with "
                    "spaces between them."
                )
            )

    def get_help_text(self) -> str:
        """What is asked, in a sentence."""
        return _("No common password, and nothing that is soon guessed.")


class OwnWords:
    """Not made of the partnership's, the agency's, the person's or the product's names."""

    def validate(self, password: str, user: Any = None) -> None:
        """Django's hook: raises where little is left once those words are taken away."""
        left = password.casefold()
        for word in sorted(own_words(user), key=len, reverse=True):
            left = left.replace(word, "")
        if len(left) != len(password.casefold()) and len(left) < LEAST_LEFT:
            raise ValidationError(
                _("It rests on the name of the partnership, the agency, yourself or this product.")
            )

    def get_help_text(self) -> str:
        """What is asked, in a sentence."""
        return _("Not the name of the partnership, the agency, yourself or this product.")


def _is_listed(password: str) -> bool:
    try:
        _django_list().validate(password)
    except ValidationError:
        return True
    return False


@cache
def _django_list() -> CommonPasswordValidator:
    return CommonPasswordValidator()


def _guesses(password: str, user: Any) -> float:
    from zxcvbn import zxcvbn

    return float(zxcvbn(password[:ESTIMATED], sorted(own_words(user)))["guesses"])


def own_words(user: Any = None) -> frozenset[str]:
    """The words whoever knows the place would try first: see ``OwnWords``."""
    from django.conf import settings

    named = [PRODUCT, settings.JOINEDUP_PARTNERSHIP]
    if user is not None:
        named += [user.username, user.name]
        named += [user.agency.name, user.agency.code] if user.agency_id else []
    return frozenset(_words(named))


def _words(named: Iterable[str]) -> Iterable[str]:
    for name in named:
        words = re.findall(r"\w+", name.casefold().replace("_", " "))
        yield from (word for word in (*words, "".join(words)) if len(word) >= SHORTEST_WORD)
