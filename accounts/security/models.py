"""Tables of signing in. What is used once is a row that one conditional UPDATE uses up; what is secret is hashed or
sealed. Second factors are devices of django-otp, which finds them by their base class.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device

from accounts.security.types import Guess, Method, Purpose
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.ids import new_id

USER = "accounts_users.User"


class OneTimeCode(models.Model):
    """A code or link that works once. The code is not here: it is derived from the id and the installation's secret.

    address: the e-mail address or telephone number it goes to. payload: what becomes true when it is used. decoy: no
    code fits. tries: guesses so far, counted before they are compared.
    """

    public_id = models.UUIDField(_("public id"), unique=True, default=new_id, editable=False)
    purpose = models.CharField(_("purpose"), max_length=20, choices=[(p.value, p.value) for p in Purpose])
    user = models.ForeignKey(USER, verbose_name=_("user"), null=True, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(_("address"), max_length=254, blank=True)
    asked_from = models.GenericIPAddressField(_("asked from"), null=True)
    decoy = models.BooleanField(_("decoy"), default=False)
    payload = models.JSONField(_("payload"), default=dict)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    created_at = models.DateTimeField(_("created at"), default=clock.now)
    expires_at = models.DateTimeField(_("expires at"), db_index=True)
    used_at = models.DateTimeField(_("used at"), null=True)

    class Meta:
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")
        indexes = [models.Index(fields=["purpose", "address", "created_at"], name="accounts_security_code_to")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.public_id}"


class Letter(models.Model):
    """An e-mail or a text message to be sent, or sent. facts: what it says beyond its kind; never a secret.

    code: whose code it carries. address: "" where nobody has the account: then nothing is sent, and all else is done.
    """

    kind = models.CharField(_("kind"), max_length=30)
    address = models.CharField(_("address"), max_length=254, blank=True)
    code = models.ForeignKey(OneTimeCode, verbose_name=_("code"), null=True, on_delete=models.CASCADE)
    facts = models.JSONField(_("facts"), default=dict)
    host = models.CharField(_("host"), max_length=253, blank=True)
    created_at = models.DateTimeField(_("created at"), default=clock.now)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        indexes = [models.Index(fields=["id"], condition=models.Q(sent_at=None), name="accounts_security_unsent")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Factor(Device):  # type: ignore[misc]  # django-otp is not typed
    """What every second factor has. last_used_at: shown to its owner."""

    user = models.ForeignKey(USER, verbose_name=_("user"), on_delete=models.CASCADE, related_name="+")
    public_id = models.UUIDField(_("public id"), unique=True, default=new_id, editable=False)
    created_at = models.DateTimeField(_("created at"), default=clock.now)
    last_used_at = models.DateTimeField(_("last used at"), null=True)

    method: ClassVar[Method]

    class Meta:
        abstract = True


class TotpFactor(Factor):
    """An authenticator app. sealed_key: the shared secret. last_step: the newest 30 s step whose code was used."""

    method = Method.TOTP
    sealed_key = models.BinaryField(_("sealed key"))
    master_id = models.CharField(_("master key"), max_length=80)
    last_step = models.BigIntegerField(_("last step"), default=-1)

    class Meta:
        verbose_name = _("authenticator app")
        verbose_name_plural = _("authenticator apps")
        constraints = [models.UniqueConstraint(fields=["user"], name="accounts_security_one_totp")]


class MailFactor(Factor):
    """Codes by e-mail, to the address the person has then."""

    method = Method.MAIL

    class Meta:
        verbose_name = _("e-mail codes")
        verbose_name_plural = _("e-mail codes")
        constraints = [models.UniqueConstraint(fields=["user"], name="accounts_security_one_mail")]


class SmsFactor(Factor):
    """Codes by text message."""

    method = Method.SMS
    number = models.CharField(_("telephone number"), max_length=20)

    class Meta:
        verbose_name = _("text message codes")
        verbose_name_plural = _("text message codes")
        constraints = [models.UniqueConstraint(fields=["user"], name="accounts_security_one_sms")]


class Passkey(Factor):
    """A key on a device of the person. sign_count: how often it has signed, where the device tells."""

    method = Method.PASSKEY
    credential_id = models.BinaryField(_("credential id"), unique=True)
    public_key = models.BinaryField(_("public key"))
    sign_count = models.BigIntegerField(_("times signed"), default=0)
    transports = models.JSONField(_("transports"), default=list)

    class Meta:
        verbose_name = _("passkey")
        verbose_name_plural = _("passkeys")


class RecoveryCode(models.Model):
    """One of the codes on paper."""

    user = models.ForeignKey(USER, verbose_name=_("user"), on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(_("hash"), max_length=64)
    created_at = models.DateTimeField(_("created at"), default=clock.now)
    used_at = models.DateTimeField(_("used at"), null=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="accounts_security_recovery_once")]


class GuessCount(models.Model):
    """Wrong guesses at one account from one network address on one UTC day.

    account: keyed hash of the e-mail address that was tried, whether anybody has it or not. network: the address, or
    the first 64 bits of a long one.
    """

    kind = models.CharField(_("what was guessed"), max_length=10, choices=[(g.value, g.value) for g in Guess])
    account = models.CharField(_("account"), max_length=64)
    network = models.CharField(_("network"), max_length=45)
    day = models.DateField(_("day"))
    count = models.PositiveIntegerField(_("count"), default=0)
    last_at = models.DateTimeField(_("last at"))

    class Meta:
        verbose_name = _("wrong guesses")
        verbose_name_plural = _("wrong guesses")
        constraints = [
            models.UniqueConstraint(fields=["kind", "account", "network", "day"], name="accounts_security_guesses_once")
        ]
        indexes = [models.Index(fields=["network", "day"], name="accounts_security_guess_net")]


class FrontDoor(models.Model):
    """How people come in here, one row a tenant. Without it sign-up is closed."""

    sign_up_open = models.BooleanField(_("sign-up is open"), default=False)

    class Meta:
        verbose_name = _("front door")
        verbose_name_plural = _("front doors")


class IdentityProvider(models.Model):
    """An OpenID Connect provider of this tenant. provisions: people it vouches for may come in for the first time."""

    public_id = models.UUIDField(_("public id"), unique=True, default=new_id, editable=False)
    slug = models.SlugField(_("short name"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=40)
    issuer = models.URLField(_("issuer"), max_length=200)
    client_id = models.CharField(_("client id"), max_length=190)
    sealed_secret = models.BinaryField(_("sealed secret"))
    master_id = models.CharField(_("master key"), max_length=80)
    provisions = models.BooleanField(_("lets new people in"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"), default=clock.now)

    class Meta:
        verbose_name = _("identity provider")
        verbose_name_plural = _("identity providers")

    def __str__(self) -> str:
        return self.name
