"""List the people who may use the workspace; add, change or bar them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.context import open_workspace, session
from joinedup.cli.nearest import Choice
from joinedup.cli.output import format_option, say, show
from joinedup.cli.verbs.init import slug
from joinedup.errors import BadInput
from joinedup.terms import Role

if TYPE_CHECKING:
    from joinedup.accounts.models import User
    from joinedup.terms import Viewer
    from joinedup.workspace import Workspace

ROLES = Choice([role.value for role in Role])


@click.group(name="users", help=__doc__, invoke_without_command=True)
@format_option
@click.pass_context
def command(ctx: click.Context, output_format: str) -> None:
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_users, output_format=output_format)


@command.command(name="list")
@format_option
@click.pass_context
def list_users(ctx: click.Context, output_format: str) -> None:
    """List the users with their roles and agencies."""
    open_workspace(ctx)
    from joinedup.accounts import users

    show(
        [
            {
                "user": user.username,
                "name": user.name,
                "role": user.role,
                "agency": user.agency.name,
                "active": user.is_active,
                "signs_in": user.is_active and user.has_usable_password(),
                "last_sign_in": user.last_login,
            }
            for user in users()
        ],
        output_format,
        empty="There is no user yet. Add one: joinedup users add",
    )


@command.command(name="add")
@click.argument("user", metavar="USER")
@click.option("--name", metavar="FULL NAME", required=True, help="The person's full name.")
@click.option("--role", type=ROLES, required=True, help="What they do in the partnership.")
@click.option(
    "--agency", metavar="NAME", required=True, help="Their organisation, by name or code; made if it is new."
)
@click.option("--password/--no-password", default=True, help="Ask for a password, to sign in to the hub.")
@click.pass_context
def add(ctx: click.Context, user: str, name: str, role: str, agency: str, password: bool) -> None:
    """Add a person; a password is asked for unless --no-password."""
    code, title = _agency(open_workspace(ctx), agency)
    secret = _ask_password() if password else None

    def change() -> User:
        from joinedup.accounts import add_agency, add_user

        made = add_agency(code, title)
        return add_user(user, name=name, role=Role(role), agency=made, password=secret)

    _administer(ctx, change, "added the user {user}, {role}")
    say(f"Added {user} ({name}), {role} of {title} ({code}).")


@command.command(name="set-password")
@click.argument("user", metavar="USER")
@click.pass_context
def set_password(ctx: click.Context, user: str) -> None:
    """Ask for a new password for a person; they have to sign in again."""
    open_workspace(ctx)
    from joinedup import accounts

    accounts.user_named(user)
    secret = _ask_password()
    _administer(ctx, lambda: accounts.set_password(user, secret), "set a new password for {user}")
    say(f"{user} has a new password.")


@command.command(name="set-role")
@click.argument("user", metavar="USER")
@click.argument("role", type=ROLES)
@click.pass_context
def set_role(ctx: click.Context, user: str, role: str) -> None:
    """Give a person another role."""
    open_workspace(ctx)
    from joinedup import accounts

    _administer(ctx, lambda: accounts.set_role(user, Role(role)), "gave {user} the role {role}")
    say(f"{user} is {role} now.")


@command.command(name="deactivate")
@click.argument("user", metavar="USER")
@click.pass_context
def deactivate(ctx: click.Context, user: str) -> None:
    """Bar a person from signing in and acting; what they did stays in the log."""
    open_workspace(ctx)
    from joinedup import accounts

    _administer(ctx, lambda: accounts.set_active(user, False), "barred {user}")
    say(f"{user} can no longer sign in or act.")


@command.command(name="reactivate")
@click.argument("user", metavar="USER")
@click.pass_context
def reactivate(ctx: click.Context, user: str) -> None:
    """Let a barred person sign in and act again."""
    open_workspace(ctx)
    from joinedup import accounts

    _administer(ctx, lambda: accounts.set_active(user, True), "let {user} in again")
    say(f"{user} can sign in and act again.")


@command.command(name="unlock")
@click.argument("user", metavar="USER")
@click.pass_context
def unlock(ctx: click.Context, user: str) -> None:
    """Let a person try to sign in again at once, after too many failures."""
    open_workspace(ctx)
    from joinedup import accounts
    from joinedup.hub import throttle

    known = accounts.user_named(user)

    def change() -> User:
        throttle.forget(known.username)
        return known

    _administer(ctx, change, "let {user} try to sign in again at once")
    say(f"{user} can try to sign in again at once.")


@command.command(name="sign-out")
@click.argument("user", metavar="USER")
@click.pass_context
def sign_out(ctx: click.Context, user: str) -> None:
    """Sign a person out everywhere, at once."""
    open_workspace(ctx)
    from joinedup import accounts
    from joinedup.accounts import sessions

    known = accounts.user_named(user)

    def change() -> User:
        sessions.end_all(known)
        return known

    _administer(ctx, change, "signed {user} out everywhere")
    say(f"{user} is signed out everywhere.")


@command.command(name="reset-second-factor")
@click.argument("user", metavar="USER")
@click.pass_context
def reset_second_factor(ctx: click.Context, user: str) -> None:
    """Take away a person's app, passkeys and recovery codes, when they are lost; make sure who asks."""
    open_workspace(ctx)
    from joinedup import accounts

    _administer(ctx, lambda: accounts.reset_second_factor(user), "reset the second factor of {user}")
    say(f"{user} signs in with the password alone now, and sets up a second factor again.")


@command.command(name="link")
@click.argument("user", metavar="USER")
@click.option("--subject", metavar="TEXT", required=True, help="Who they are to the identity provider.")
@click.pass_context
def link(ctx: click.Context, user: str, subject: str) -> None:
    """Let a person sign in at the identity provider of the settings."""
    workspace = open_workspace(ctx)
    from joinedup import accounts
    from joinedup.accounts import provider_identities

    issuer = workspace.settings.openid_issuer
    if not issuer:
        raise BadInput("The settings name no identity provider", next_step="See docs/signing-in.md")
    known = accounts.user_named(user)
    _administer(
        ctx,
        lambda: provider_identities.link(known, issuer, subject),
        "linked {user} to the identity provider",
    )
    say(f"{user} can sign in at the identity provider.")


@command.command(name="unlink")
@click.argument("user", metavar="USER")
@click.pass_context
def unlink(ctx: click.Context, user: str) -> None:
    """Let a person no longer sign in at the identity provider."""
    open_workspace(ctx)
    from joinedup.accounts import provider_identities

    _administer(ctx, lambda: provider_identities.unlink(user), "unlinked {user} from the identity provider")
    say(f"{user} can no longer sign in at the identity provider.")


def _administer(ctx: click.Context, change: Callable[[], Any], what: str) -> None:
    """Make a change to the accounts and log it in one transaction: both happen, or neither."""
    from django.db import transaction

    from joinedup.accounts import require_administrator
    from joinedup.log import record_act

    with transaction.atomic():
        by = _who(ctx)
        if by is not None:
            require_administrator(by)
        changed = change()
        said = what.format(user=changed.username, role=changed.role)
        record_act("administration", by=by or changed.viewer(), purpose=None, what=said)


def _who(ctx: click.Context) -> Viewer | None:
    """Who acts; None where the workspace has nobody yet, so that the first user can be added."""
    from joinedup.accounts import acting_viewer, users

    return acting_viewer(session(ctx).username) if any(user.is_active for user in users()) else None


def _agency(workspace: Workspace, told: str) -> tuple[str, str]:
    """The code and the name of an agency: one that is here, or an owner of feeds, or else a new one."""
    from joinedup.hub.contracts import agency_words

    if not slug(told):
        raise BadInput("The agency's name has no letters", next_step="Give --agency NAME")
    return agency_words(workspace).get(told.strip().casefold(), (slug(told), told))


def _ask_password() -> str:
    answer: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return answer
