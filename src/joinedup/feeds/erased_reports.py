"""Reports by form that were erased: that one was sent stays, for whoever sent it; what leads to it does not.

The reference is made of the form's token, so the token goes too.
"""

from __future__ import annotations

import secrets

INSTEAD = "erased-"


def forget(*, feed: str, references: frozenset[str], **_of_the_signal: object) -> None:
    """Blank token, reference and file name of a feed's reports of these references."""
    from joinedup.feeds.models import FormReport

    for one in FormReport.objects.filter(feed=feed).exclude(file_name=""):
        if one.reference in references:
            one.token = INSTEAD + secrets.token_hex(16)
            one.reference = INSTEAD + secrets.token_hex(6)
            one.file_name = ""
            one.save(update_fields=["token", "reference", "file_name"])
