"""Where signed heads are kept: outside the database. A port, and the store that needs nothing but a folder."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from tenants.audit.errors import HeadTaken


class HeadStore(Protocol):
    """A place to which heads are added and from which none is taken.

    An object store does it with one object a head, named by tenant and number, written on the condition that there is
    none yet, under a retention lock.
    """

    def lines(self, tenant: UUID) -> list[bytes]:
        """The tenant's heads, oldest first, without line ends; none is an empty list."""

    def append(self, tenant: UUID, number: int, line: bytes) -> None:
        """Keep head `number`, for good before it returns. Raises HeadTaken if there is one with this number."""


class FolderHeads:
    """A file for each tenant, to which lines are only added; readable by us alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def lines(self, tenant: UUID) -> list[bytes]:
        """The whole lines of the tenant's file."""
        path = self._path(tenant)
        return _whole_lines(path.read_bytes()) if path.exists() else []

    def append(self, tenant: UUID, number: int, line: bytes) -> None:
        """Add the line and see it to the disk. What a crash left of a line before it is taken away."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._path(tenant)
        fresh = not path.exists()
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600), "rb+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            kept = file.read()
            if len(_whole_lines(kept)) != number - 1:
                raise HeadTaken(number=number)
            file.truncate(kept.rfind(b"\n") + 1)
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())
        if fresh:
            _keep_name(self._folder)

    def _path(self, tenant: UUID) -> Path:
        return self._folder / f"{tenant}.jsonl"


def head_store() -> HeadStore:
    """The store that the settings name: a class of your own, or a folder."""
    if settings.CU.cu_audit_head_store:
        made: HeadStore = import_string(settings.CU.cu_audit_head_store)()
        return made
    return FolderHeads(Path(settings.AUDIT_HEADS))


def _whole_lines(kept: bytes) -> list[bytes]:
    return kept[: kept.rfind(b"\n") + 1].split(b"\n")[:-1]


def _keep_name(folder: Path) -> None:
    """A new file's name is in its folder, which has to reach the disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
