"""Tenants and the hosts they answer to. Public schema."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.ids import new_id
from tenants.provisioning.domain_states import OWNED, DomainState


class Tenant(TenantMixin):  # type: ignore[misc]  # django-tenants has no types
    """An organisation or brand with a schema of its own. Its name is made by the server, never from user text.

    status_reason: why it is suspended or to be deleted, for operators. purge_after: from when it may be deleted.
    approves_support: whether its administrator must agree before operators look in.
    live_trading: its own yes to real money.
    The numbers that end in _max are its limits; empty means the platform's own (`types.QUOTAS`).
    """

    class Status(models.TextChoices):
        """TEMPLATE is the empty, migrated schema that new tenants are cloned from; it serves nobody."""

        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")
        CLOSING = "closing", _("To be deleted")
        TEMPLATE = "template", _("Template")

    auto_create_schema = False
    auto_drop_schema = False

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)
    created_at = models.DateTimeField(auto_now_add=True)
    status_reason = models.CharField(max_length=300, blank=True, default="", db_default="")
    status_since = models.DateTimeField(null=True)
    purge_after = models.DateTimeField(null=True)
    approves_support = models.BooleanField(default=False, db_default=False)
    live_trading = models.BooleanField(default=False, db_default=False)
    users_max = models.PositiveIntegerField(null=True)
    bots_max = models.PositiveIntegerField(null=True)
    connections_max = models.PositiveIntegerField(null=True)
    api_requests_day_max = models.PositiveIntegerField(null=True)
    storage_rows_max = models.PositiveBigIntegerField(null=True)
    signal_subscriptions_max = models.PositiveIntegerField(null=True)
    search_trials_max = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return self.name

    def as_ctx(self) -> TenantCtx:
        """The value that requests, tasks and sockets carry."""
        return TenantCtx(id=self.public_id, slug=self.slug, schema=self.schema_name)


class SchemaStatus(models.Model):
    """Which migrations a schema has, as the runner left it: for those who serve it. The truth is in the schema itself.

    version: a hash of `names` and the grants. names: "app.migration" of all it has, sorted. reason: why it failed.
    """

    class State(models.TextChoices):
        """BEHIND and FAILED are served read-only."""

        CURRENT = "current", _("Current")
        BEHIND = "behind", _("Behind")
        FAILED = "failed", _("Failed")

    schema_name = models.CharField(max_length=63, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.BEHIND)
    version = models.CharField(max_length=64, blank=True)
    names = models.JSONField(default=list)
    reason = models.CharField(max_length=500, blank=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("schema")
        verbose_name_plural = _("schemas")

    def __str__(self) -> str:
        return f"{self.schema_name}: {self.state}"


_STATES = [
    (DomainState.PENDING.value, _("Waiting for its record")),
    (DomainState.VERIFIED.value, _("Verified")),
    (DomainState.FAILING.value, _("Its record is gone")),
    (DomainState.HELD.value, _("Held")),
    (DomainState.REMOVED.value, _("Removed")),
]


class Domain(DomainMixin):  # type: ignore[misc]  # django-tenants has no types
    """A host name of a tenant. Only verified ones are served; several tenants may ask for one, and one has it.

    token: what the domain's TXT record must say; empty for the host that the platform gave, which needs no proof.
    proven_at: when the record was last seen. misses: lookups since that found another answer. since: of the state.
    """

    domain = models.CharField(_("domain"), max_length=253, db_index=True)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=_STATES,
        default=DomainState.VERIFIED.value,
        db_default=DomainState.VERIFIED.value,
    )
    token = models.CharField(_("token"), max_length=64, blank=True, default="", db_default="")
    since = models.DateTimeField(_("since"), default=clock.now, db_default=Now())
    proven_at = models.DateTimeField(_("proven at"), null=True)
    checked_at = models.DateTimeField(_("checked at"), null=True)
    misses = models.PositiveSmallIntegerField(_("misses"), default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain"], condition=Q(state__in=[s.value for s in OWNED]), name="tenants_domain_one_owner"
            ),
            models.UniqueConstraint(fields=["tenant", "domain"], name="tenants_domain_once"),
        ]

    @property
    def is_given(self) -> bool:
        """Whether the platform gave it, rather than the tenant brought it."""
        return not self.token
