"""An identity provider for tests: on loopback, with real keys and real signatures, and lies on demand."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

CLIENT, SECRET = "joinedup-test", "a secret between the two"


class FakeProvider:
    """Serves a description, keys and tokens; ``claims`` and ``sign`` change what it says and how it signs."""

    def __init__(self) -> None:
        self.keys = [
            RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig", "alg": "RS256"}),
            ECKey.generate_key("P-256", {"kid": "ec", "use": "sig", "alg": "ES256"}),
        ]
        self.codes: dict[str, dict[str, str]] = {}
        self.claims: dict[str, Any] = {}
        self.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": "rsa"}, claims, self.keys[0])
        self.described: dict[str, Any] = {}
        self.asked: list[str] = []
        self.forms: list[dict[str, str]] = []
        self.broken = False
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self._server.server_port}/tenant/v2.0"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()

    def signs_in(self, address: str, subject: str) -> str:
        """Somebody signs in at the address that the hub sent them to; the query they come back with."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = query | {"sub": subject}
        return f"?code={code}&state={query['state']}"

    def description(self) -> dict[str, Any]:
        """The openid-configuration."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        } | self.described

    def token(self, form: dict[str, str]) -> dict[str, Any] | None:
        """What is given for a code: once, to the right client with the right verifier."""
        query = self.codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
        if (
            query is None
            or form.get("client_secret") != SECRET
            or form["redirect_uri"] != query["redirect_uri"]
            or challenge.rstrip(b"=").decode() != query["code_challenge"]
        ):
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": query["sub"],
            "nonce": query["nonce"],
            "iat": now,
            "exp": now + 300,
        } | self.claims
        kept = {name: value for name, value in claims.items() if value is not None}
        return {"id_token": self.sign(kept), "token_type": "Bearer"}

    def _handler(provider) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - the class inside has its own self
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.asked.append(self.path)
                pages = {
                    "/tenant/v2.0/.well-known/openid-configuration": provider.description,
                    "/tenant/v2.0/keys": KeySet(provider.keys).as_dict,
                }
                page = pages.get(self.path)
                self.give(page(private=False) if self.path.endswith("/keys") else page() if page else None)

            def do_POST(self) -> None:
                provider.asked.append(self.path)
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                provider.forms.append(form)
                self.give(provider.token(form))

            def give(self, content: dict[str, Any] | None) -> None:
                body = b"<html>broken" if provider.broken else json.dumps(content or {"error": "no"}).encode()
                self.send_response(200 if content is not None else 400)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: Any) -> None:
                pass

        return Handler


def unsigned(claims: dict[str, Any]) -> str:
    """A token that says of itself that it is not signed."""
    parts = [json.dumps(part).encode() for part in ({"alg": "none", "kid": "rsa"}, claims)]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


def signed_with_the_secret(claims: dict[str, Any]) -> str:
    """A token signed with what both sides know, not with the provider's key."""
    return jwt.encode({"alg": "HS256", "kid": "rsa"}, claims, OctKey.import_key(SECRET))


def signed_by_a_stranger(claims: dict[str, Any]) -> str:
    """A token signed with a key of the same name that is not the provider's."""
    return jwt.encode({"alg": "RS256", "kid": "rsa"}, claims, RSAKey.generate_key(2048, {"kid": "rsa"}))
