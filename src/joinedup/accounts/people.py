"""Adding agencies and users, and finding who acts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from joinedup.errors import BadInput, NotFound
from joinedup.terms import Role, Viewer

if TYPE_CHECKING:
    from joinedup.accounts.models import Agency, User


def add_agency(code: str, name: str) -> Agency:
    """The agency with this code, made if it is new."""
    from joinedup.accounts.models import Agency

    agency, _made = Agency.objects.get_or_create(code=code, defaults={"name": name})
    return agency


def add_user(username: str, *, name: str, role: Role, agency: Agency, password: str | None = None) -> User:
    """Add a person; without a password they can act on the command line but not sign in to the hub."""
    from django.core.exceptions import ValidationError
    from django.contrib.auth.password_validation import validate_password

    from joinedup.accounts.models import User

    if User.objects.filter(username__iexact=username).exists():
        raise BadInput(
            "There is already a user of that name", where=username, next_step="Choose another name"
        )
    user = User(username=username, name=name, role=role.value, agency=agency)
    if password is None:
        user.set_unusable_password()
    else:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise BadInput("That password will not do", next_step=" ".join(error.messages)) from error
        user.set_password(password)
    try:
        user.full_clean(exclude=["password"])
    except ValidationError as error:
        raise BadInput(
            "That user name will not do", where=username, next_step="Use letters, digits, - and _"
        ) from error
    user.save()
    return user


def acting_viewer(username: str | None) -> Viewer:
    """Who the command line or Python acts as: the named user, or the only active one."""
    from joinedup.accounts.models import User

    users = User.objects.filter(is_active=True).select_related("agency")
    if username:
        user = users.filter(username__iexact=username).first()
        if user is None:
            raise NotFound(
                "There is no active user of that name", where=username, next_step="See: joinedup users"
            )
        return user.viewer()
    found = list(users[:2])
    if not found:
        raise NotFound("This workspace has no user yet", next_step="Add one with: joinedup users add NAME")
    if len(found) > 1:
        raise BadInput(
            "This workspace has several users, and it is not said who you are",
            next_step="Set JOINEDUP_USER, or give --as NAME",
        )
    return found[0].viewer()
