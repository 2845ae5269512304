"""Sessions as rows that name their user: what a request, a socket and the list of sessions read.

The cookie's key is not in the database, only its hash. A row and its user come in one query, whose SQL is made once a
process. A row that is gone is a session that is over, for the very next request.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, connection, router, transaction
from django.utils.crypto import constant_time_compare

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import tenant_or_none

if TYPE_CHECKING:
    from accounts.users.models import Session, User

SESSION_TENANT: Final = "tenant"
SEEN_EVERY: Final = timedelta(minutes=1)
AGENT_MAX: Final = 300


class SessionStore(SessionBase):
    """Django's session over our own table. address, agent: whence the request that saves it came.

    row: what the database had when it was loaded; None for a session that is not there, or not yet.
    """

    address: str | None = None
    agent: str = ""
    row: Session | None = None

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing, and no key any more, for one that is over."""
        self.row = live_session(self.session_key or "")
        if self.row is None:
            self._session_key = None
            return {}
        return self.decode(self.row.session_data)

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Plain JSON. Django signs it, which here would cost more than reading it: who can write this table can write
        the people's, too.
        """
        return json.dumps(session_dict, separators=(",", ":"))

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """What `encode` wrote."""
        data: dict[str, Any] = json.loads(session_data)
        return data

    def person(self) -> User | None:
        """Who is signed in by this session in the active tenant, or None.

        A session of another tenant, of a changed password or of somebody who is switched off is over: it is ended.
        """
        if self.get(SESSION_KEY) is None or self.row is None:
            return None
        user = self.row.user
        if user is None or str(user.pk) != self[SESSION_KEY] or not self._counts(user):
            self.flush()
            return None
        return user

    def _counts(self, user: User) -> bool:
        tenant = tenant_or_none()
        return (
            tenant is not None
            and self.get(SESSION_TENANT) == str(tenant.id)
            and self.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
            and user.is_active
            and constant_time_compare(self.get(HASH_SESSION_KEY) or "", user.get_session_auth_hash())
        )

    @property
    def public_id(self) -> UUID | None:
        """The public id of the row behind this session."""
        return public_id_of(digest_of(self.session_key)) if self.session_key else None

    @property
    def step_up_at(self) -> datetime | None:
        """When a second factor (or the password, without one) was last shown in this session."""
        self._get_session()  # type: ignore[attr-defined]  # Django's, not in its stubs
        return self.row.step_up_at if self.row else None

    def exists(self, session_key: str) -> bool:
        """Whether there is a row for the key."""
        return _model().objects.filter(session_key=digest_of(session_key)).exists()

    def create(self) -> None:
        """A new row under a new key."""
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]  # Django's, not in its stubs
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        """Write it. Raises UpdateError when its row is gone: what was ended does not come back."""
        if self.session_key is None:
            self.create()
            return
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]  # Django's, not in its stubs
        facts: dict[str, Any] = {
            "session_data": self.encode(data),
            "expire_date": self.get_expiry_date(),
            "user_id": data.get(SESSION_KEY),
        }
        key = digest_of(self.session_key)
        if must_create:
            self._insert(key, facts)
        elif not _model().objects.filter(session_key=key).update(**facts):
            raise UpdateError

    def _insert(self, key: str, facts: dict[str, Any]) -> None:
        model = _model()
        row = model(session_key=key, address=self.address, user_agent=self.agent[:AGENT_MAX], **facts)
        try:
            with transaction.atomic(using=router.db_for_write(model)):
                row.save(force_insert=True)
        except IntegrityError as error:
            raise CreateError from error
        self.row = row

    def delete(self, session_key: str | None = None) -> None:
        """End it."""
        if key := session_key or self.session_key:
            _model().objects.filter(session_key=digest_of(key)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        """Forget the rows of the active tenant's sessions that are over."""
        _model().objects.filter(expire_date__lt=clock.now()).delete()


def live_session(session_key: str) -> Session | None:
    """The session behind a cookie's key, with its user, in one query; None if there is none or it is over."""
    if not session_key:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_query(), [digest_of(session_key), clock.now()])
        found = cursor.fetchone()
    return _as_session(found) if found else None


def digest_of(session_key: str) -> str:
    """What the table has in the place of the key: 64 hex digits."""
    return hashlib.sha256(session_key.encode()).hexdigest()


def public_id_of(digest: str) -> UUID:
    """The public id of the session with this digest: half of a hash, which leads back to nothing."""
    return UUID(hex=digest[:32])


def _as_session(values: tuple[Any, ...]) -> Session:
    from accounts.users.models import User

    names = _names(_model())
    row = _model().from_db("default", names, values[: len(names)])
    owner = values[len(names) :]
    if row.user_id is not None:
        row.user = User.from_db("default", _names(User), owner)
    return row


@cache
def _names(model: Any) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@cache
def _query() -> str:
    """The statement, as the ORM writes it; compiling it anew would take longer than running it."""
    rows = _model().objects.select_related("user").filter(session_key="").filter(expire_date__gt=clock.now())
    statement, _parameters = rows.query.sql_with_params()
    return statement


def _model() -> type[Session]:
    from accounts.users.models import Session  # this module is named in the settings, which models read

    return Session
