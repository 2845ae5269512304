"""Master keys: they wrap the tenants' data keys and nothing else. From the environment, a file, or a key service."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from cryptouniverse.kernel.errors import MasterKeyMissing
from cryptouniverse.kernel.sealing import KEY_BYTES, Wrapped, unwrap, wrap
from cryptouniverse.kernel.secret import Secret

if TYPE_CHECKING:
    from cryptouniverse.kernel.sealing import MasterKeys

_kept: list[tuple[Any, MasterKeys]] = []


class LocalMasterKeys:
    """Keys that this process holds itself: the first one wraps, all of them unwrap."""

    def __init__(self, keys: Sequence[Secret]) -> None:
        if not keys:
            raise MasterKeyMissing
        self._keys = {_id_of(key): key for key in keys}
        self._current = _id_of(keys[0])

    @property
    def current(self) -> str:
        """The first key's id."""
        return self._current

    def wrap(self, plain: bytes, *, context: bytes) -> Wrapped:
        """`plain` closed under the first key."""
        return Wrapped(self._current, wrap(plain, key=_raw(self._keys[self._current]), context=context))

    def unwrap(self, wrapped: Wrapped, *, context: bytes) -> bytes:
        """What was wrapped by any of the keys. Raises MasterKeyMissing or SealBroken."""
        key = self._keys.get(wrapped.master_id)
        if key is None:
            raise MasterKeyMissing(master_id=wrapped.master_id)
        return unwrap(wrapped.body, key=_raw(key), context=context)


class FileMasterKeys:
    """Keys in a file that its owner alone may read, one a line in base64, the newest first. Read again when it changes,
    so that a process that runs for months learns of a new key.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = self._load()

    @property
    def current(self) -> str:
        """The id of the key in the first line."""
        return self._now().current

    def wrap(self, plain: bytes, *, context: bytes) -> Wrapped:
        """`plain` closed under the key in the first line."""
        return self._now().wrap(plain, context=context)

    def unwrap(self, wrapped: Wrapped, *, context: bytes) -> bytes:
        """What was wrapped by any key in the file."""
        return self._now().unwrap(wrapped, context=context)

    def _now(self) -> LocalMasterKeys:
        if self._stamp() != self._read[0]:
            self._read = self._load()
        return self._read[1]

    def _stamp(self) -> tuple[int, int, int]:
        try:
            found = self._path.stat()
        except OSError as error:
            raise ImproperlyConfigured(f"CU_MASTER_KEY_FILE: it cannot be read ({error.strerror}).") from None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _load(self) -> tuple[tuple[int, int, int], LocalMasterKeys]:
        stamp = self._stamp()
        if stat.S_IMODE(self._path.stat().st_mode) & 0o077:
            raise ImproperlyConfigured("CU_MASTER_KEY_FILE: others may read it; run chmod 600 on it.")
        lines = [line.strip() for line in self._path.read_text().splitlines()]
        keys = [parse_key(Secret(line), name="CU_MASTER_KEY_FILE") for line in lines if line and line[0] != "#"]
        if not keys:
            raise ImproperlyConfigured("CU_MASTER_KEY_FILE: there is no key in it.")
        return stamp, LocalMasterKeys(keys)


class SeveralMasterKeys:
    """The first source wraps, each unwraps what is its own: a move from one source to another is a rotation."""

    def __init__(self, sources: Sequence[MasterKeys]) -> None:
        self._sources = sources

    @property
    def current(self) -> str:
        """The first source's."""
        return self._sources[0].current

    def wrap(self, plain: bytes, *, context: bytes) -> Wrapped:
        """`plain` closed by the first source."""
        return self._sources[0].wrap(plain, context=context)

    def unwrap(self, wrapped: Wrapped, *, context: bytes) -> bytes:
        """What any source wrapped. Raises MasterKeyMissing when none knows the key."""
        for source in self._sources:
            try:
                return source.unwrap(wrapped, context=context)
            except MasterKeyMissing:
                continue
        raise MasterKeyMissing(master_id=wrapped.master_id)


def master_keys() -> MasterKeys:
    """The sources that the settings name: key service, file, environment, and the environment's old keys.

    Raises MasterKeyMissing where there is none, ImproperlyConfigured for one that cannot be used.
    """
    if not _kept or _kept[0][0] is not settings.CU:
        _kept[:] = [(settings.CU, _from_settings())]
    return _kept[0][1]


def parse_key(text: Secret, *, name: str) -> Secret:
    """The base64 of 32 bytes, in its normal form. Raises ImproperlyConfigured by the setting's name alone."""
    try:
        raw = base64.b64decode(text.reveal().strip().replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != KEY_BYTES:
        raise ImproperlyConfigured(f"{name}: a master key is 32 random bytes in base64 (openssl rand -base64 32).")
    return Secret(base64.b64encode(raw).decode())


def _from_settings() -> MasterKeys:
    cu = settings.CU
    sources: list[MasterKeys] = []
    if cu.cu_master_key_kms:
        sources.append(import_string(cu.cu_master_key_kms)())
    if cu.cu_master_key_file:
        sources.append(FileMasterKeys(Path(cu.cu_master_key_file)))
    named = (("CU_MASTER_KEY", cu.cu_master_key), ("CU_MASTER_KEY_OLD", cu.cu_master_key_old))
    for name, value in named:
        texts = value.get_secret_value().split(",") if value else []
        keys = [parse_key(Secret(text), name=name) for text in texts if text.strip()]
        sources += [LocalMasterKeys(keys)] if keys else []
    if not sources:
        raise MasterKeyMissing
    return SeveralMasterKeys(sources)


def _id_of(key: Secret) -> str:
    """A name that a key gives itself: it does not lead back to the key."""
    return hmac.new(_raw(key), b"cryptouniverse master key id", hashlib.sha256).hexdigest()[:16]


def _raw(key: Secret) -> bytes:
    return base64.b64decode(key.reveal())
