"""The books: fixed account rows, immutable entries and postings, and the lots that wallets are filled from.

Written only by the SQL functions of `sql/books.sql`; triggers there refuse everything else, also to the tables' owner.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from credits.ledger.types import AccountKind, Currency
from cryptouniverse.kernel import ids

_KINDS = [(kind.value, kind.value) for kind in AccountKind]
_CURRENCIES = [(currency.value, currency.value) for currency in Currency]


class Account(models.Model):
    """A place that credits are in. `posted` caches the sum of its postings and changes with them in one transaction."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=_KINDS)
    currency = models.CharField(max_length=16, choices=_CURRENCIES)
    posted = models.DecimalField(max_digits=20, decimal_places=6, default=0)
    pending = models.DecimalField(max_digits=20, decimal_places=6, default=0)
    topped_to = models.DecimalField(max_digits=20, decimal_places=6, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "kind", "currency"], nulls_distinct=False, name="credits_account_once"
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=True) | Q(posted__gte=F("pending")), name="credits_wallet_not_negative"
            ),
            models.CheckConstraint(condition=Q(pending__gte=0), name="credits_pending_not_negative"),
            models.CheckConstraint(
                condition=Q(owner__isnull=False, kind=AccountKind.WALLET.value)
                | (Q(owner__isnull=True) & ~Q(kind=AccountKind.WALLET.value)),
                name="credits_wallet_has_owner",
            ),
            models.CheckConstraint(
                condition=Q(currency__in=[currency.value for currency in Currency]), name="credits_account_currency"
            ),
        ]

    def __str__(self) -> str:
        owner = f":{self.owner_id}" if self.owner_id else ""
        return f"{self.kind}{owner} {self.posted} {self.currency}"


class Entry(models.Model):
    """One fact, booked once: its postings sum to zero per currency. Never changed; a correction is a new entry."""

    public_id = models.UUIDField(unique=True, default=ids.new_id)
    idempotency_key = models.CharField(max_length=200, unique=True)
    reason = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    occurred_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = _("entries")

    def __str__(self) -> str:
        return f"{self.idempotency_key}: {self.reason}"


class Posting(models.Model):
    """One account's share of an entry, in credits; above zero comes in."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="postings")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="postings", db_index=False)
    amount = models.DecimalField(max_digits=20, decimal_places=6)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="credits_posting_not_zero"),
        ]
        indexes = [models.Index(fields=["account", "id"], name="credits_posting_by_account")]

    def __str__(self) -> str:
        return f"{self.amount} on account {self.account_id}"


class CreditLot(models.Model):
    """Credits that came into a wallet together, with what was paid. Consumed first in, first out.

    price_usd: USD paid per credit. ratio: USD of profit that one credit allows.
    """

    public_id = models.UUIDField(unique=True, default=ids.new_id)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lots", db_index=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")
    bought = models.DecimalField(max_digits=20, decimal_places=6)
    remaining = models.DecimalField(max_digits=20, decimal_places=6)
    price_usd = models.DecimalField(max_digits=20, decimal_places=6)
    ratio = models.DecimalField(max_digits=20, decimal_places=6)
    bought_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(bought__gt=0) & Q(remaining__gte=0) & Q(remaining__lte=F("bought")),
                name="credits_lot_in_bounds",
            ),
            models.CheckConstraint(condition=Q(price_usd__gte=0) & Q(ratio__gt=0), name="credits_lot_terms"),
        ]
        indexes = [
            models.Index(fields=["account", "id"], condition=Q(remaining__gt=0), name="credits_lot_open"),
        ]

    def __str__(self) -> str:
        return f"{self.remaining} of {self.bought} credits"
