"""The people of one tenant. The same e-mail address in two tenants is two people."""

from __future__ import annotations

from typing import Any, ClassVar, Self
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.users.permissions import may
from accounts.users.store import public_id_of
from accounts.users.types import Role
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.errors import Invalid
from cryptouniverse.kernel.ids import new_id
from tenants.provisioning.services import require_room

ROLE_NAMES = [
    (Role.ADMIN.value, _("Administrator")),
    (Role.TRADER.value, _("Trader")),
    (Role.VIEWER.value, _("Viewer")),
    (Role.API.value, _("API only")),
]


class UserManager(BaseUserManager["User"]):
    """Makes users; e-mail addresses are compared and kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user; without a password they cannot sign in by one. Raises Invalid without an e-mail address."""
        if not email or not email.strip():
            raise Invalid(gettext_noop("A user needs an e-mail address."))
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """An operator: role admin, staff and superuser."""
        return self.create_user(
            email, password, **{"role": Role.ADMIN.value, **fields, "is_staff": True, "is_superuser": True}
        )

    def get_by_natural_key(self, username: str | None) -> User:
        """The user with this e-mail address, however it is written."""
        return self.get(email=self.normalize_email(username))

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """`email` trimmed and in lower case."""
        return (email or "").strip().lower()


class User(AbstractBaseUser, PermissionsMixin):
    """A person (or, with role api, a program) who belongs to the tenant whose schema this row lives in."""

    public_id = models.UUIDField(_("public id"), unique=True, default=new_id, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    display_name = models.CharField(_("display name"), max_length=120, blank=True)
    role = models.CharField(_("role"), max_length=10, choices=ROLE_NAMES, default=Role.TRADER.value)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("operator"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=clock.now, editable=False)

    objects = UserManager()
    rights_before: tuple[Any, ...] | None = None  # as the database has them; see `sessions.py`

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="accounts_users_email_lower"),
            models.CheckConstraint(
                condition=models.Q(role__in=[role for role, _name in ROLE_NAMES]), name="accounts_users_role_known"
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def save(self, *args: Any, **options: Any) -> None:
        """Save; whichever way somebody new comes, their tenant must have room for them. Raises QuotaReached."""
        with transaction.atomic():  # what was counted holds until the row is there
            if self._state.adding:
                require_room("users")
            super().save(*args, **options)

    def clean(self) -> None:
        """Forms may send any case."""
        super().clean()
        self.email = UserManager.normalize_email(self.email)

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any, **options: Any) -> Self:
        """Remembers what the row says of the person's rights, so that a change of them is noticed when it is saved."""
        user = super().from_db(db, field_names, values, **options)
        user.rights_before = user.rights()
        return user

    def rights(self) -> tuple[Any, ...]:
        """What a session stands on: when one of these changes, the person's sessions end."""
        return tuple(self.__dict__.get(name) for name in ("password", "role", "is_active"))

    def may(self, permission: str) -> bool:
        """Whether this person holds `permission` ("portfolio:read"); people who are not active hold none."""
        return self.is_active and may(self.role, permission)

    def get_full_name(self) -> str:
        """The display name, or the e-mail address's local part."""
        return self.display_name or self.email.partition("@")[0]

    def get_short_name(self) -> str:
        """The same as the full name: people choose what they are called."""
        return self.get_full_name()


class Session(AbstractBaseSession):
    """One signed-in browser (or one that is signing in: no user yet). `store.py` reads and writes it.

    session_key: the hash of the cookie's key. last_seen_at: to the minute. step_up_at: when a second factor was shown.
    """

    session_key = models.CharField(_("hash of the key"), max_length=64, primary_key=True)
    user = models.ForeignKey(User, verbose_name=_("user"), null=True, on_delete=models.CASCADE, related_name="sessions")
    address = models.GenericIPAddressField(_("address"), null=True)
    user_agent = models.CharField(_("browser"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created at"), default=clock.now)
    last_seen_at = models.DateTimeField(_("last seen at"), default=clock.now)
    step_up_at = models.DateTimeField(_("confirmed at"), null=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    @property
    def public_id(self) -> UUID:
        """What the session is called outside: nobody gets from it to its key."""
        return public_id_of(self.session_key)

    @classmethod
    def get_session_store_class(cls) -> Any:
        """Django's way from a row to its store."""
        from accounts.users.store import SessionStore

        return SessionStore
