"""Adding agencies and users, and finding who acts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.terms import Role, Viewer

if TYPE_CHECKING:
    from joinedup.accounts.models import Agency, User

MOST_NAMED = 8
"""Users named to somebody who did not say which of them they are."""


def add_agency(code: str, name: str) -> Agency:
    """The agency with this code, made if it is new."""
    from joinedup.accounts.models import Agency

    agency, _made = Agency.objects.get_or_create(code=code, defaults={"name": name})
    return agency


def agencies() -> list[Agency]:
    """Every agency, by name."""
    from joinedup.accounts.models import Agency

    return list(Agency.objects.all())


def add_user(username: str, *, name: str, role: Role, agency: Agency, password: str | None = None) -> User:
    """Add a person; without a password they can act on the command line but not sign in to the hub."""
    from joinedup.accounts.models import User

    if User.objects.filter(username__iexact=username).exists():
        raise BadInput(
            "There is already a user of that name", where=username, next_step="Choose another name"
        )
    user = User(username=username, name=name, role=role.value, agency=agency)
    _give_password(user, password)
    _check(user)
    user.save()
    return user


def set_password(username: str, password: str) -> User:
    """Give a person a new password; whoever was signed in as them has to sign in again."""
    user = user_named(username)
    _give_password(user, password)
    user.save(update_fields=["password"])
    _sign_out_everywhere(user)
    return user


def set_role(username: str, role: Role) -> User:
    """Give a person another role, with effect at once; whoever was signed in as them signs in again."""
    user = user_named(username)
    user.role = role.value
    user.save(update_fields=["role"])
    _sign_out_everywhere(user)
    return user


def set_active(username: str, active: bool) -> User:
    """Let a person sign in and act, or no longer; what they did stays in the log under their name."""
    user = user_named(username)
    user.is_active = active
    user.save(update_fields=["is_active"])
    if not active:
        _sign_out_everywhere(user)
    return user


def reset_second_factor(username: str) -> User:
    """Take every second factor of a person away and end their sessions: for somebody who lost theirs."""
    from joinedup.accounts import second_factor

    user = user_named(username)
    second_factor.reset(user)
    _sign_out_everywhere(user)
    return user


def _sign_out_everywhere(user: User) -> None:
    from joinedup.accounts import sessions

    sessions.end_all(user)


def change_own_password(user: User, old: str, new: str) -> None:
    """A person changes their own password, proving that they know the one they have.

    Raises ``NotPermitted`` where ``old`` is wrong and ``BadInput`` where ``new`` will not do.
    """
    if not user.check_password(old):
        raise NotPermitted("Your present password is not right", next_step="Write it again")
    _give_password(user, new)
    user.save(update_fields=["password"])


def users() -> list[User]:
    """Everybody, in the order of their user names."""
    from joinedup.accounts.models import User

    return list(User.objects.select_related("agency").order_by("username"))


def user_named(username: str) -> User:
    """The user of that name, whatever its capitals, active or not."""
    from joinedup.accounts.models import User

    user = User.objects.select_related("agency").filter(username__iexact=username).first()
    if user is None:
        raise NotFound("There is no user of that name", where=username, next_step="See: joinedup users")
    return user


def _give_password(user: User, password: str | None) -> None:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    if password is None:
        user.set_unusable_password()
        return
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise BadInput("That password will not do", next_step=" ".join(error.messages)) from error
    user.set_password(password)


def _check(user: User) -> None:
    from django.core.exceptions import ValidationError

    try:
        user.full_clean(exclude=["password"])
    except ValidationError as error:
        raise BadInput(
            "That user will not do",
            where=f"{user.username}: {', '.join(sorted(error.message_dict))}",
            next_step="A user name has letters, digits, - and _ only, and a person has a name",
        ) from error


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
    found = list(users[:MOST_NAMED])
    if not found:
        raise NotFound("This workspace has no user yet", next_step="Add one with: joinedup users add NAME")
    if len(found) > 1:
        names = ", ".join(user.username for user in found)
        raise BadInput(
            "This workspace has several users, and it is not said who you are",
            next_step=f"Give --as NAME before the verb, or set JOINEDUP_USER. Its users: {names}",
        )
    return found[0].viewer()
