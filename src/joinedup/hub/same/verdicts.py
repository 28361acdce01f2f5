"""What may be decided of a pair, in the reader's language."""

from __future__ import annotations


def verdicts() -> dict[str, str]:
    """Each verdict and its words, in the order of the buttons."""
    from joinedup.people.models import Verdict

    return {str(value): str(words) for value, words in Verdict.choices}
