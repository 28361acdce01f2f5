"""Passkeys (WebAuthn level 2): asking a browser for one, and checking what it brings, by py_webauthn.

A passkey belongs to the host name of the hub, never to an address: browsers refuse those, other than
``localhost``.
"""

from __future__ import annotations

import ipaddress
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from joinedup.errors import BadInput, NotPermitted

if TYPE_CHECKING:
    from joinedup.accounts.models import Passkey, User

LONGEST_NAME = 80
MOST = 20  # passkeys of one person
_TRANSPORTS = {"usb", "nfc", "ble", "internal", "cable", "hybrid", "smart-card"}


@dataclass(frozen=True)
class Site:
    """Where the hub is to a browser: host name, its whole origin, and what people call it."""

    host: str
    origin: str
    name: str

    @property
    def can_have_passkeys(self) -> bool:
        """Whether browsers take passkeys for it: it needs a name, and https unless it is this computer."""
        try:
            ipaddress.ip_address(self.host.strip("[]"))
        except ValueError:
            return self.origin.startswith("https://") or self.host == "localhost"
        return False


def asking_for_new(user: User, site: Site) -> tuple[str, bytes]:
    """What the browser is asked for to make a passkey, as JSON, and the challenge in it."""
    import webauthn
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    own = user.passkeys.first()
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_name=user.username,
        user_display_name=user.name,
        user_id=webauthn.base64url_to_bytes(own.handle) if own else None,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_descriptors(user),
    )
    return webauthn.options_to_json(options), options.challenge


def add(user: User, name: str, answer: str, handle: str, challenge: bytes, site: Site) -> Passkey:
    """Take the passkey that a browser made for this challenge.

    ``handle`` is the person's in what was asked for. Raises ``BadInput`` for what does not hold.
    """
    import webauthn
    from webauthn.helpers import bytes_to_base64url

    from joinedup.accounts.models import Passkey

    if user.passkeys.count() >= MOST:
        raise BadInput(f"You have {MOST} passkeys", next_step="Remove one that you do not use")
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except Exception:  # whatever the library makes of a browser's bytes
        raise _unusable() from None
    credential = bytes_to_base64url(made.credential_id)
    if Passkey.objects.filter(credential=credential).exists():
        raise BadInput("That passkey is known already", next_step="Choose another device or security key")
    return Passkey.objects.create(
        user=user,
        name=name.strip()[:LONGEST_NAME],
        credential=credential,
        handle=handle,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=_transports(answer),
    )


def asking_for_known(user: User | None, site: Site) -> tuple[str, bytes]:
    """What the browser is asked for to use a passkey: one of this person's, or any that it knows for here."""
    import webauthn
    from webauthn.helpers.structs import UserVerificationRequirement

    wanted = UserVerificationRequirement
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        allow_credentials=_descriptors(user) if user else None,
        user_verification=wanted.PREFERRED if user else wanted.REQUIRED,
    )
    return webauthn.options_to_json(options), options.challenge


def use(user: User | None, answer: str, challenge: bytes, site: Site) -> Passkey:
    """The passkey that answered this challenge. Without ``user`` it stands alone, so the device must have
    verified the person (by a PIN, a finger or a face).

    Raises ``NotPermitted`` where it is unknown, somebody else's, or does not hold.
    """
    import webauthn
    from django.utils import timezone

    from joinedup.accounts.models import Passkey

    known = Passkey.objects.select_related("user__agency").filter(user__is_active=True)
    if user is not None:
        known = known.filter(user=user)
    passkey = known.filter(credential=_credential_of(answer)).first()
    if passkey is None:
        raise _refused()
    try:
        used = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=user is None,
        )
    except Exception:  # whatever the library makes of a browser's bytes
        raise _refused() from None
    passkey.sign_count, passkey.used_at = used.new_sign_count, timezone.now()
    passkey.save(update_fields=["sign_count", "used_at"])
    return passkey


def _descriptors(user: User) -> list[Any]:
    from webauthn import base64url_to_bytes
    from webauthn.helpers.structs import AuthenticatorTransport, PublicKeyCredentialDescriptor

    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(passkey.credential),
            transports=[AuthenticatorTransport(one) for one in passkey.transports] or None,
        )
        for passkey in user.passkeys.all()
    ]


def _transports(answer: str) -> list[str]:
    named = json.loads(answer).get("response", {}).get("transports") or []
    return [one for one in named if isinstance(one, str) and one in _TRANSPORTS]


def _credential_of(answer: str) -> str:
    try:
        named = json.loads(answer)["id"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
    return named if isinstance(named, str) else ""


def _unusable() -> BadInput:
    return BadInput("The browser's answer does not hold", next_step="Try again to add the passkey")


def _refused() -> NotPermitted:
    return NotPermitted(
        "That passkey does not open this hub", next_step="Try another, or sign in with your password"
    )
