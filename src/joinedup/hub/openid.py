"""Signing in at an identity provider by OpenID Connect: authorization code flow with PKCE (RFC 6749, 7636).

The provider's description and keys are fetched only where the settings name one. Tokens are checked by
joserfc: signature by the provider's own keys (no shared secrets, never unsigned), issuer, audience, nonce and
times.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from joinedup.errors import BadInput, Busy, NotPermitted
from joinedup.workspace import Workspace

SECRET_FILE = "openid-client.secret"  # nosec B105  # noqa: S105 - the name of a file
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
LEEWAY = 60  # seconds that the two computers' clocks may differ
OLDEST_DESCRIPTION = 3600  # seconds
SOONEST_AGAIN = 60  # seconds between two looks for a key that is not known
TIMEOUT = 10  # seconds
LARGEST_ANSWER = 1 << 20  # bytes
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass
class Provider:
    """An identity provider as the settings name it. Its description is kept for an hour."""

    name: str
    issuer: str
    client_id: str
    claim: str
    client_secret: str = field(repr=False)
    _description: dict[str, Any] = field(default_factory=dict, repr=False)
    _keys: Any = field(default=None, repr=False)
    _fetched_at: float = field(default=-float("inf"), repr=False)

    def address_to_sign_in(self, returning_to: str, state: str, nonce: str, verifier: str) -> str:
        """Where the browser is sent."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": returning_to,
            "scope": "openid profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge.decode(),
            "code_challenge_method": "S256",
        }
        endpoint = self._described()["authorization_endpoint"]
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urllib.parse.urlencode(asked)}"

    def subject(self, code: str, returning_to: str, nonce: str, verifier: str) -> str:
        """Who signed in: the claim that the settings name, of the token that the provider gives for a code.

        Raises ``NotPermitted`` where the provider refuses or its token does not hold, and ``Busy`` where it
        does not answer.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": returning_to,
            "client_id": self.client_id,
            "code_verifier": verifier,
        }
        if self.client_secret:
            form["client_secret"] = self.client_secret
        token = _fetch(self._described()["token_endpoint"], form).get("id_token")
        claims = self._checked(token if isinstance(token, str) else "", nonce)
        who = claims.get(self.claim)
        if not isinstance(who, str) or not who:
            raise _untrue(f"has no claim '{self.claim}'")
        return who

    def _checked(self, token: str, nonce: str) -> dict[str, Any]:
        from joserfc import jwt
        from joserfc.errors import JoseError

        try:
            decoded = jwt.decode(token, self._keys_for(token), algorithms=ALGORITHMS)
            jwt.JWTClaimsRegistry(
                leeway=LEEWAY,
                iss={"essential": True, "value": self.issuer},
                aud={"essential": True, "value": self.client_id},
                sub={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
                nonce={"essential": True, "value": nonce},
            ).validate(decoded.claims)
        except (JoseError, ValueError, TypeError, KeyError):
            raise _untrue("does not hold") from None
        claims: dict[str, Any] = decoded.claims
        many = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if many else self.client_id) != self.client_id:
            raise _untrue("was made for another")
        return claims

    def _described(self) -> dict[str, Any]:
        if time.monotonic() - self._fetched_at > OLDEST_DESCRIPTION:
            self._fetch_description()
        return self._description

    def _keys_for(self, token: str) -> Any:
        """The provider's keys; fetched again where the token names one that is new."""
        self._described()
        named = _key_named(token)
        known = {key.kid for key in self._keys.keys}
        if named not in known and time.monotonic() - self._fetched_at > SOONEST_AGAIN:
            self._fetch_description()
        return self._keys

    def _fetch_description(self) -> None:
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        found = _fetch(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self.issuer:
            raise BadInput(
                "The identity provider calls itself by another name than the settings do",
                where="joinedup.toml, [openid] issuer",
                next_step="Write it exactly as in the provider's openid-configuration",
            )
        for endpoint in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not is_safe(str(found.get(endpoint, ""))):
                raise BadInput("An address of the identity provider is not https", where=endpoint)
        try:
            listed = _fetch(found["jwks_uri"])["keys"]
            self._keys = KeySet.import_key_set({"keys": [key for key in listed if _is_public(key)]})
        except (JoseError, ValueError, TypeError, KeyError):
            raise Busy("The identity provider's keys cannot be read", next_step="Try again later") from None
        self._description, self._fetched_at = found, time.monotonic()


_known: dict[tuple[str, ...], Provider] = {}


def provider(workspace: Workspace) -> Provider | None:
    """The identity provider of the workspace's settings; None where they name none."""
    settings = workspace.settings
    if not settings.openid_issuer:
        return None
    named = (
        settings.openid_name,
        settings.openid_issuer,
        settings.openid_client_id,
        settings.openid_claim,
        _client_secret(workspace.secrets_folder),
    )
    if named not in _known:
        _known.clear()
        _known[named] = Provider(*named)
    return _known[named]


def is_safe(address: str) -> bool:
    """Whether an address is https, or on this computer (for trials)."""
    parts = urllib.parse.urlsplit(address)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    )


def fresh() -> str:
    """A random text for a state, a nonce or a verifier: 256 bits."""
    return secrets.token_urlsafe(32)


def _client_secret(folder: Path) -> str:
    path = folder / SECRET_FILE
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


def _key_named(token: str) -> str | None:
    try:
        head = token.partition(".")[0]
        named = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))).get("kid")
    except (ValueError, AttributeError):
        return None
    return named if isinstance(named, str) else None


def _is_public(key: Any) -> bool:
    """A key to check signatures with; a provider's list may hold others, which are none of ours."""
    return isinstance(key, dict) and key.get("kty") in {"RSA", "EC"} and key.get("use", "sig") == "sig"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """What is fetched is fetched where the settings and the provider say, and nowhere else."""

    def redirect_request(self, *_arguments: Any) -> None:
        """urllib's hook: never follow."""


def _fetch(address: str, form: dict[str, str] | None = None) -> dict[str, Any]:
    """The JSON object at an address; a form is posted."""
    data = urllib.parse.urlencode(form).encode() if form else None
    request = urllib.request.Request(address, data, {"Accept": "application/json"})  # noqa: S310 - is_safe
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=TIMEOUT) as answer:
            content = answer.read(LARGEST_ANSWER + 1)
    except urllib.error.HTTPError as error:
        if form and 400 <= error.code < 500:
            raise NotPermitted(
                "The identity provider refused", next_step="Try again; if it goes on, tell an administrator"
            ) from None
        raise _silent() from None
    except (OSError, ValueError):
        raise _silent() from None
    try:
        found = json.loads(content) if len(content) <= LARGEST_ANSWER else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise _silent()
    return found


def _silent() -> Busy:
    return Busy(
        "The identity provider does not answer as it should",
        next_step="Try again in a minute, or sign in with your password",
    )


def _untrue(why: str) -> NotPermitted:
    return NotPermitted(f"The identity provider's token {why}", next_step="Try again to sign in")
