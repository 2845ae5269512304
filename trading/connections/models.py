"""A person's accounts at exchanges, their sealed secrets, and the tenant's own keys. Tenant schema."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.columns import amount
from cryptouniverse.kernel.ids import new_id
from trading.connections.types import KeyPurpose, Kind, SecretField, Status, StopCause
from trading.exchanges.types import KeyRights

_KINDS = [(Kind.PAPER.value, _("Paper")), (Kind.SANDBOX.value, _("Sandbox")), (Kind.LIVE.value, _("Live"))]
_STATUSES = [
    (Status.DRAFT.value, _("Draft")),
    (Status.TESTED.value, _("Tested")),
    (Status.ACTIVE.value, _("Active")),
    (Status.INACTIVE.value, _("Inactive")),
    (Status.REFUSED.value, _("Refused")),
    (Status.DELETED.value, _("Deleted")),
]
_CAUSES = [
    (StopCause.DRIFT.value, _("Our books and the exchange's differ")),
    (StopCause.RIGHTS.value, _("The key's rights")),
    (StopCause.CLOCK.value, _("The clocks differ")),
    (StopCause.OTHER.value, _("Other")),
]
_FIELDS = [
    (SecretField.API_KEY.value, _("API key")),
    (SecretField.SECRET.value, _("Secret")),
    (SecretField.PASSPHRASE.value, _("Passphrase")),
]
_PURPOSES = [
    (KeyPurpose.SECRETS.value, _("Sealing secrets")),
    (KeyPurpose.FINGERPRINTS.value, _("Fingerprints of API keys")),
]


class Connection(models.Model):
    """An account at a venue. Its row outlives it: orders and fills name it.

    served_since: while it is set the trader owns the account, whatever the status: switched off or refused, it takes no
    entries, and its stops and exits go on.
    secrets_version: of the credentials in force, 0 = none; a sealed secret of another version does not open.
    key_fingerprint: tells two API keys apart and is no key. may_*, ip_restricted: as last seen, empty = not told.
    last_proven_at, drift: when our books were last held against the venue's, and by how much they differed then.
    """

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="connections")
    venue = models.CharField(_("exchange"), max_length=40)
    label = models.CharField(_("label"), max_length=60)
    kind = models.CharField(_("kind"), max_length=8, choices=_KINDS)
    base_url = models.CharField(_("address"), max_length=200, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=_STATUSES, default=Status.DRAFT.value)
    created_at = models.DateTimeField(_("created"), default=clock.now, editable=False)
    served_since = models.DateTimeField(_("served since"), null=True)

    secrets_version = models.PositiveIntegerField(default=0)
    key_fingerprint = models.CharField(max_length=64, blank=True)

    may_trade = models.BooleanField(_("may trade"), null=True)
    may_withdraw = models.BooleanField(_("may withdraw"), null=True)
    may_transfer = models.BooleanField(_("may transfer"), null=True)
    ip_restricted = models.BooleanField(_("bound to addresses"), null=True)
    checked_at = models.DateTimeField(_("checked"), null=True)
    check_error = models.CharField(_("what the check found"), max_length=300, blank=True)
    check_asked_at = models.DateTimeField(_("check asked for"), null=True)
    clock_offset_ms = models.IntegerField(_("clock offset, ms"), null=True)

    autonomous_live = models.BooleanField(_("autonomous live trading"), default=False)
    terms_version = models.CharField(_("terms accepted"), max_length=20, blank=True)
    terms_accepted_at = models.DateTimeField(_("accepted"), null=True)

    entries_stopped_at = models.DateTimeField(_("entries stopped"), null=True)
    entries_stopped_cause = models.CharField(_("cause"), max_length=8, choices=_CAUSES, blank=True)
    entries_stopped_reason = models.CharField(_("reason"), max_length=300, blank=True)
    last_proven_at = models.DateTimeField(_("proven"), null=True)
    drift = amount(default=0)
    circuit = models.CharField(_("circuit"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("connection")
        verbose_name_plural = _("connections")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(Kind)), name="connection_kind_known"),
            models.CheckConstraint(condition=Q(status__in=list(Status)), name="connection_status_known"),
            models.UniqueConstraint(
                fields=["owner", "label"], condition=~Q(status=Status.DELETED.value), name="connection_label_once"
            ),
            models.UniqueConstraint(
                fields=["venue", "key_fingerprint"],
                condition=Q(served_since__isnull=False) & ~Q(key_fingerprint=""),
                name="connection_one_writer_per_key",
            ),
            models.CheckConstraint(
                condition=~Q(kind=Kind.PAPER.value) | Q(key_fingerprint="", secrets_version=0, base_url=""),
                name="connection_paper_has_no_key",
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.PAPER.value)
                | Q(status__in=[Status.DRAFT.value, Status.DELETED.value])
                | (Q(secrets_version__gt=0) & ~Q(key_fingerprint="")),
                name="connection_tested_has_a_key",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.ACTIVE.value)
                | (
                    Q(served_since__isnull=False)
                    & (Q(may_withdraw__isnull=True) | Q(may_withdraw=False))
                    & (Q(may_transfer__isnull=True) | Q(may_transfer=False))
                    & (Q(may_trade__isnull=True) | Q(may_trade=True))
                ),
                name="connection_active_may_trade_only",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[Status.DRAFT.value, Status.DELETED.value]) | Q(served_since__isnull=True),
                name="connection_served_is_tested",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.DELETED.value) | Q(key_fingerprint=""),
                name="connection_deleted_keeps_no_key",
            ),
            models.CheckConstraint(
                condition=~Q(kind=Kind.LIVE.value, status=Status.ACTIVE.value)
                | (~Q(terms_version="") & Q(terms_accepted_at__isnull=False)),
                name="connection_live_has_terms",
            ),
            models.CheckConstraint(
                condition=Q(autonomous_live=False) | Q(kind=Kind.LIVE.value), name="connection_autonomous_live_is_live"
            ),
            models.CheckConstraint(
                condition=Q(entries_stopped_at__isnull=True, entries_stopped_reason="", entries_stopped_cause="")
                | (Q(entries_stopped_at__isnull=False) & ~Q(entries_stopped_reason="") & ~Q(entries_stopped_cause="")),
                name="connection_stop_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.venue})"

    @property
    def rights(self) -> KeyRights:
        """What the key may do, as last seen."""
        return KeyRights(self.may_trade, self.may_withdraw, self.may_transfer, self.ip_restricted)

    @property
    def takes_entries(self) -> bool:
        """Whether something new may be bought there now. Exits are asked of nobody."""
        return self.status == Status.ACTIVE and self.entries_stopped_at is None


class TenantKey(models.Model):
    """A key of the tenant's own, wrapped under a master key. The one in force of its purpose is not retired.

    Retired keys still open what they sealed, until all of it is sealed anew; then they are dropped.
    """

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    purpose = models.CharField(max_length=12, choices=_PURPOSES)
    master_id = models.CharField(max_length=80)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(default=clock.now, editable=False)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("tenant key")
        verbose_name_plural = _("tenant keys")
        constraints = [
            models.UniqueConstraint(
                fields=["purpose"], condition=Q(retired_at__isnull=True), name="tenant_key_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class SealedSecret(models.Model):
    """One part of a connection's credentials, sealed. Only the version in force is kept."""

    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="sealed_secrets")
    field = models.CharField(max_length=12, choices=_FIELDS)
    version = models.PositiveIntegerField()
    key = models.ForeignKey(TenantKey, on_delete=models.PROTECT, related_name="sealed_secrets")
    nonce = models.BinaryField()
    ciphertext = models.BinaryField()

    class Meta:
        verbose_name = _("sealed secret")
        verbose_name_plural = _("sealed secrets")
        constraints = [
            models.UniqueConstraint(fields=["connection", "field"], name="sealed_secret_once"),
            models.UniqueConstraint(fields=["key", "nonce"], name="sealed_secret_nonce_once"),
            models.CheckConstraint(condition=Q(version__gt=0), name="sealed_secret_has_a_version"),
        ]

    def __str__(self) -> str:
        return f"{self.connection_id} {self.field} {self.version}"
