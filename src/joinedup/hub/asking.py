"""Challenges for passkeys: asked once, answered once, within minutes, in the same session."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone

from joinedup.accounts.passkeys import Site
from joinedup.errors import BadInput
from joinedup.hub import served

_ASKED = "passkey_asked"
TIME_TO_ANSWER = timedelta(minutes=5)
LONGEST_ANSWER = 50_000  # characters


def site(request: HttpRequest) -> Site:
    """Where the hub is, as the browser calls it; Django has checked the host against those allowed."""
    host = request.get_host()
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return Site(name, f"{request.scheme}://{host}", f"joinedup {served.workspace().settings.partnership}")


def remember(request: HttpRequest, kind: str, options: str, challenge: bytes) -> str:
    """Remember what was asked for, and give the options on."""
    handle = json.loads(options).get("user", {}).get("id", "")
    request.session[_ASKED] = {
        "kind": kind,
        "challenge": base64.b64encode(challenge).decode(),
        "handle": handle,
        "at": timezone.now().timestamp(),
    }
    return options


def answered(request: HttpRequest, kind: str) -> tuple[str, bytes, str]:
    """What the browser answers, the challenge that was asked, and the person's handle in it; only once.

    Raises ``BadInput`` where nothing of this kind was asked, or too long ago.
    """
    asked = request.session.pop(_ASKED, None)
    answer = request.POST.get("passkey", "")
    fresh = asked and timezone.now().timestamp() - asked["at"] <= TIME_TO_ANSWER.total_seconds()
    if not fresh or asked["kind"] != kind or not answer or len(answer) > LONGEST_ANSWER:
        raise BadInput("The time to use the passkey is over", next_step="Try again")
    return answer, base64.b64decode(asked["challenge"]), asked["handle"]
