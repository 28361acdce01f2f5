"""Second factors: codes from an app (RFC 6238), recovery codes, and whether somebody has any.

A code counts once: the step of the last one is written down, and no step up to it is taken again. Recovery
codes have 120 random bits, so their plain digest is no way to guess them (OWASP ASVS 5.0, 6.5.2).
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from pathlib import Path
from typing import TYPE_CHECKING

from joinedup.accounts import sealing
from joinedup.errors import BadInput

if TYPE_CHECKING:
    from joinedup.accounts.models import CodeApp, User

STEP = 30  # seconds that a code lives
DIGITS = 6
TOLERANCE = 1  # steps that the clock of somebody's telephone may be out, either way
RECOVERY_CODES = 10
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # 32, without I, O, 0 and 1
_GROUPS, _IN_A_GROUP = 4, 6


def has_any(user: User) -> bool:
    """Whether the person has an app or a passkey."""
    return has_code_app(user) or user.passkeys.exists()


def has_code_app(user: User) -> bool:
    """Whether the person has an app for codes."""
    from joinedup.accounts.models import CodeApp

    return CodeApp.objects.filter(user=user).exists()


def new_secret() -> str:
    """A secret for an app: 160 random bits in base 32."""
    import pyotp

    return pyotp.random_base32(32)


def seal_secret(user: User, secret: str, secrets_folder: Path) -> str:
    """The secret as it is kept: encrypted, for this person."""
    return sealing.seal(secrets_folder, secret, _purpose(user))


def unseal_secret(user: User, sealed: str, secrets_folder: Path) -> str:
    """The secret again."""
    return sealing.unseal(secrets_folder, sealed, _purpose(user))


def address_for_app(user: User, secret: str, partnership: str) -> str:
    """The ``otpauth:`` address that an app reads from the square."""
    import pyotp

    totp = pyotp.TOTP(secret, digits=DIGITS, interval=STEP)
    return totp.provisioning_uri(name=user.username, issuer_name=f"joinedup {partnership}")


def add_code_app(user: User, secret: str, code: str, secrets_folder: Path) -> CodeApp:
    """Take an app whose code shows that it has the secret; it replaces the one before.

    Raises ``BadInput`` where the code is not the secret's of now.
    """
    from joinedup.accounts.models import CodeApp

    step = _step_of(secret, code)
    if step is None:
        raise BadInput(
            "That code does not go with the square",
            next_step="Write the six digits that the app shows now; is the telephone's clock right?",
        )
    sealed = seal_secret(user, secret, secrets_folder)
    CodeApp.objects.filter(user=user).delete()
    return CodeApp.objects.create(user=user, sealed_secret=sealed, last_step=step)


def use_code(user: User, code: str, secrets_folder: Path) -> bool:
    """Whether this is a code of the person's app that was not used yet; from now on it is used."""
    from joinedup.accounts.models import CodeApp

    app = CodeApp.objects.filter(user=user).first()
    if app is None:
        return False
    step = _step_of(unseal_secret(user, app.sealed_secret, secrets_folder), code)
    if step is None:
        return False
    return CodeApp.objects.filter(pk=app.pk, last_step__lt=step).update(last_step=step) == 1


def new_recovery_codes(user: User) -> list[str]:
    """Ten new recovery codes instead of those before; this is the only time they can be read."""
    from joinedup.accounts.models import RecoveryCode

    codes = [_random_code() for _ in range(RECOVERY_CODES)]
    user.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create([RecoveryCode(user=user, digest=_digest(user, code)) for code in codes])
    return codes


def use_recovery_code(user: User, code: str) -> bool:
    """Whether this is a recovery code of the person's; it can never be used again."""
    deleted, _each = user.recovery_codes.filter(digest=_digest(user, code)).delete()
    return deleted == 1


def remove_code_app(user: User) -> None:
    """Take the app away; where no other factor is left, the recovery codes go too."""
    from joinedup.accounts.models import CodeApp

    CodeApp.objects.filter(user=user).delete()
    drop_unneeded_recovery_codes(user)


def drop_unneeded_recovery_codes(user: User) -> None:
    """Recovery codes stand in for a lost factor: without any factor there is nothing to recover."""
    if not has_any(user):
        user.recovery_codes.all().delete()


def reset(user: User) -> None:
    """Take every second factor away: for somebody who lost theirs."""
    user.passkeys.all().delete()
    remove_code_app(user)


def _step_of(secret: str, code: str) -> int | None:
    """The step near now whose code this is; all are compared, in constant time each."""
    import pyotp

    typed = re.sub(r"[\s-]", "", code)
    if not re.fullmatch(rf"\d{{{DIGITS}}}", typed, re.ASCII):
        return None
    hotp = pyotp.HOTP(secret, digits=DIGITS)
    now = int(time.time()) // STEP
    steps = range(now - TOLERANCE, now + TOLERANCE + 1)
    fitting = [step for step in steps if secrets.compare_digest(hotp.at(step), typed)]
    return fitting[-1] if fitting else None


def _random_code() -> str:
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_IN_A_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def _digest(user: User, code: str) -> str:
    plain = re.sub(r"[\s-]", "", code).upper()
    return hashlib.sha256(f"recovery {user.pk} {plain}".encode()).hexdigest()


def _purpose(user: User) -> str:
    return f"code app of user {user.pk}"
