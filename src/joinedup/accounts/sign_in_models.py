"""How people sign in: their open sessions, second factors, and who they are to an identity provider."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Factor(StrEnum):
    """What a session rests on beside, or instead of, the password; empty for the password alone."""

    CODE = "code"
    RECOVERY = "recovery"
    PASSKEY = "passkey"
    PROVIDER = "provider"


class OpenSession(models.Model):
    """A browser in which somebody is signed in; the session ends when this row goes."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="open_sessions")
    key = models.CharField(_("session key"), max_length=40, unique=True)
    started_at = models.DateTimeField(_("signed in"))
    seen_at = models.DateTimeField(_("last active"))
    confirmed_at = models.DateTimeField(_("last proved who they are"))
    browser = models.CharField(_("browser"), max_length=80, blank=True)
    factor = models.CharField(_("second factor"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("open session")
        verbose_name_plural = _("open sessions")
        ordering = ["-seen_at"]


class CodeApp(models.Model):
    """An app that shows time-based one-time codes (RFC 6238). The secret is encrypted (``sealing``)."""

    user = models.OneToOneField("accounts.User", on_delete=models.CASCADE, related_name="code_app")
    sealed_secret = models.CharField(_("encrypted secret"), max_length=200)
    added_at = models.DateTimeField(_("added"), auto_now_add=True)
    last_step = models.BigIntegerField(_("step of the last code used"))

    class Meta:
        verbose_name = _("app for codes")
        verbose_name_plural = _("apps for codes")


class RecoveryCode(models.Model):
    """One recovery code that was not used yet: its digest only."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(_("digest"), max_length=64)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="accounts_recovery_code_once")]


class Passkey(models.Model):
    """A passkey (WebAuthn): its public half."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="passkeys")
    name = models.CharField(_("name"), max_length=80)
    credential = models.CharField(_("credential id"), max_length=1400, unique=True)
    handle = models.CharField(_("user handle"), max_length=90)
    public_key = models.BinaryField(_("public key"))
    sign_count = models.BigIntegerField(_("signatures counted"), default=0)
    transports = models.JSONField(_("transports"), default=list)
    added_at = models.DateTimeField(_("added"), auto_now_add=True)
    used_at = models.DateTimeField(_("last used"), null=True)

    class Meta:
        verbose_name = _("passkey")
        verbose_name_plural = _("passkeys")
        ordering = ["added_at"]


class ProviderIdentity(models.Model):
    """Who a user is to the identity provider: issuer and subject of its tokens."""

    user = models.OneToOneField("accounts.User", on_delete=models.CASCADE, related_name="provider_identity")
    issuer = models.CharField(_("issuer"), max_length=300)
    subject = models.CharField(_("subject"), max_length=255)
    linked_at = models.DateTimeField(_("linked"), auto_now_add=True)

    class Meta:
        verbose_name = _("identity at a provider")
        verbose_name_plural = _("identities at a provider")
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="accounts_one_user_a_subject")
        ]
