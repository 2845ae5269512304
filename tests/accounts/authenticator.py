"""A passkey device in software: it makes an ES256 key and signs challenges, as a telephone does."""

import base64
import hashlib
import json
import os
from urllib.parse import urlsplit

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, WITH_KEY = 1, 4, 64


class Authenticator:
    """One device with one key. origin: the page that it believes to be at."""

    def __init__(self, origin: str) -> None:
        self.origin, self.count, self.id = origin, 0, os.urandom(32)
        self._site = urlsplit(origin).hostname or ""
        self.forget_key()

    def forget_key(self) -> None:
        """Another key under the same id."""
        self._key = ec.generate_private_key(ec.SECP256R1())

    def make(self, options: dict) -> str:
        """What `navigator.credentials.create` answers."""
        numbers = self._key.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        kept = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(key)
        made = {"fmt": "none", "attStmt": {}, "authData": self._data(PRESENT | VERIFIED | WITH_KEY) + kept}
        said = {"clientDataJSON": self._client("webauthn.create", options), "attestationObject": cbor2.dumps(made)}
        return self._answer(said)

    def sign(self, options: dict) -> str:
        """What `navigator.credentials.get` answers."""
        self.count += 1
        data, client = self._data(PRESENT | VERIFIED), self._client("webauthn.get", options)
        signature = self._key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer({"clientDataJSON": client, "authenticatorData": data, "signature": signature})

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self._site.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, options: dict) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin}).encode()

    def _answer(self, said: dict[str, bytes]) -> str:
        response = {name: _text(value) for name, value in said.items()}
        body = {"id": _text(self.id), "rawId": _text(self.id), "type": "public-key", "response": response}
        return json.dumps({**body, "clientExtensionResults": {}})


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
