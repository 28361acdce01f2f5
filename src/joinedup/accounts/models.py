"""Agencies, and the people who sign in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from joinedup.terms import Role, Viewer


class Agency(models.Model):
    """An organisation of the partnership: police, council, probation…"""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager):
    """Makes users; Django's sign-in asks it to find them by name."""

    def get_by_natural_key(self, username: str | None) -> Any:
        """Find a user by name, whatever its capitals."""
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """A named person of an agency, with one role."""

    username = models.SlugField(_("user name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    role = models.CharField(_("role"), max_length=30, choices=[(role.value, role.value) for role in Role])
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="users")
    is_active = models.BooleanField(_("may sign in"), default=True)
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name", "role"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["username"]

    def __str__(self) -> str:
        return f"{self.name} ({self.username})"

    def get_full_name(self) -> str:
        """The person's name."""
        return self.name

    def viewer(self) -> Viewer:
        """Who this person is, for the rooms that decide and log."""
        return Viewer(self.username, self.name, Role(self.role), self.agency.code)


class AgreementVersion(models.Model):
    """One version of an information-sharing agreement, as it was recorded: its TOML text is what holds."""

    code = models.SlugField(_("code"), max_length=60)
    version = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("text"))
    recorded_at = models.DateTimeField(_("recorded"), auto_now_add=True)
    recorded_by = models.CharField(_("recorded by"), max_length=60)

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["code", "-version"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="one_text_for_a_version")]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class StoppedShare(models.Model):
    """An owner's share of an agreement, taken back with effect at once: of all versions up to this one."""

    code = models.SlugField(_("code"), max_length=60)
    version = models.PositiveIntegerField(_("version"))
    owner = models.CharField(_("owner"), max_length=60)
    stopped_at = models.DateTimeField(_("stopped"), auto_now_add=True)
    stopped_by = models.CharField(_("stopped by"), max_length=60)

    class Meta:
        verbose_name = _("stopped share")
        verbose_name_plural = _("stopped shares")
        ordering = ["stopped_at"]

    def __str__(self) -> str:
        return f"{self.owner}: {self.code} {self.version}"


from joinedup.accounts.grave_models import Grant, Proposal  # noqa: E402, F401 - Django looks for models here
from joinedup.accounts.sign_in_models import (  # noqa: E402, F401 - Django looks for models here
    CodeApp,
    OpenSession,
    Passkey,
    ProviderIdentity,
    RecoveryCode,
)
