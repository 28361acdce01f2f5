"""Who a user is to the identity provider.

Nobody is made a user by signing in there, and nobody is matched by an address or a name: those change hands.
An administrator links somebody, or the person does when signed in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from joinedup.accounts.people import user_named
from joinedup.errors import BadInput, NotFound

if TYPE_CHECKING:
    from joinedup.accounts.models import User

LONGEST_SUBJECT = 255


def link(user: User, issuer: str, subject: str) -> User:
    """From now on whoever is this subject there is this user here. Raises ``BadInput`` if it is another's."""
    from joinedup.accounts.models import ProviderIdentity

    subject = subject.strip()
    if not subject or len(subject) > LONGEST_SUBJECT:
        raise BadInput("That is no subject of an identity provider", next_step="See docs/signing-in.md")
    if ProviderIdentity.objects.filter(issuer=issuer, subject=subject).exclude(user=user).exists():
        raise BadInput("Another user is linked to that subject", next_step="Unlink them first")
    identity = {"issuer": issuer, "subject": subject}
    ProviderIdentity.objects.update_or_create(user=user, defaults=identity)
    return user


def unlink(username: str) -> User:
    """The user can no longer sign in at the provider; their sessions end."""
    from joinedup.accounts import sessions
    from joinedup.accounts.models import ProviderIdentity

    user = user_named(username)
    deleted, _each = ProviderIdentity.objects.filter(user=user).delete()
    if not deleted:
        raise NotFound("That user is not linked to the identity provider", where=user.username)
    sessions.end_all(user)
    return user


def is_linked(user: User) -> bool:
    """Whether the user can sign in at the provider."""
    from joinedup.accounts.models import ProviderIdentity

    return ProviderIdentity.objects.filter(user=user).exists()


def user_of(issuer: str, subject: str) -> User | None:
    """The active user who is this subject; None where there is none."""
    from joinedup.accounts.models import User

    found = User.objects.select_related("agency").filter(
        provider_identity__issuer=issuer, provider_identity__subject=subject, is_active=True
    )
    return found.first()
