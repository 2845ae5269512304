"""An OpenID Connect provider on this machine: discovery, authorize, token with PKCE, userinfo, keys. Real HTTP."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.servers import serving

CLIENT, SECRET, KEY_ID = "cryptouniverse", "the client's secret", "key-1"


@cache
def _keys() -> tuple[rsa.RSAPrivateKey, rsa.RSAPrivateKey]:
    """Two that differ, made once: to find the primes of one takes as long as a test."""
    return _key(), _key()


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider:
    """What the provider says; a test changes it. person: claims. wrong: which part of its answers is wrong."""

    def __init__(self) -> None:
        self.key, self.other_key = _keys()
        self.person = {"sub": "ann-1", "email": "ann@corp.example", "email_verified": True, "name": "Ann"}
        self.wrong, self.issuer, self.asked = "", "", []
        self.codes: dict[str, dict[str, str]] = {}

    def answer(self, path: str, query: dict[str, str], body: dict[str, str]) -> tuple[int, object, str]:
        """Status, JSON body, and where it redirects to."""
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            return 200, self._discovery(), ""
        if path == "/authorize":
            code = secrets.token_hex(8)
            self.codes[code] = query
            return 302, {}, f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"
        if path == "/token":
            return self._token(body)
        if path == "/userinfo":
            return 200, {**self.person, "sub": "somebody-else" if self.wrong == "sub" else self.person["sub"]}, ""
        if path == "/keys":
            public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
            return 200, {"keys": [{**public, "kid": KEY_ID, "alg": "RS256", "use": "sig"}]}, ""
        return 404, {}, ""

    def _discovery(self) -> dict[str, object]:
        issuer = "http://127.0.0.1:1" if self.wrong == "discovery" else self.issuer
        ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        made = {f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in ends.items()}
        return {"issuer": issuer, "jwks_uri": f"{self.issuer}/keys", **made}

    def _token(self, body: dict[str, str]) -> tuple[int, object, str]:
        asked = self.codes.pop(body.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(body.get("code_verifier", "").encode()).digest())
        known = (body.get("client_id"), body.get("client_secret")) == (CLIENT, SECRET)
        if not (asked and known and challenge.rstrip(b"=").decode() == asked["code_challenge"]):
            return 400, {"error": "invalid_grant"}, ""
        return 200, {"access_token": "opaque", "token_type": "Bearer", "id_token": self._id_token(asked)}, ""

    def _id_token(self, asked: dict[str, str]) -> str:
        now = int(time.time()) - (7200 if self.wrong == "expired" else 0)
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 600, **self.person}
        claims |= {"nonce": asked["nonce"]} if self.wrong != "no nonce" else {}
        claims |= {"nonce": "of another sign-in"} if self.wrong == "nonce" else {}
        claims |= {"aud": "another"} if self.wrong == "audience" else {}
        claims |= {"iss": "http://127.0.0.1:1"} if self.wrong == "issuer" else {}
        if self.wrong == "none":
            return jwt.encode(claims, None, algorithm="none", headers={"kid": KEY_ID})
        key = self.other_key if self.wrong == "signature" else self.key
        return jwt.encode(claims, key, algorithm="RS256", headers={"kid": KEY_ID})


@contextmanager
def running() -> Iterator[Provider]:
    """The provider, listening on a port of its own."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            self._answer(_single(sent))

        def _answer(self, body: dict[str, str]) -> None:
            parts = urlsplit(self.path)
            status, said, there = provider.answer(parts.path, _single(parts.query), body)
            text = json.dumps(said).encode()
            self.send_response(status)
            if there:
                self.send_header("Location", there)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    with serving(server):
        yield provider


def _single(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
