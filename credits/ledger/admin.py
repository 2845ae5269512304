"""The books, for operators: to read."""

from django.contrib import admin

from credits.ledger.models import Account, CreditLot, Entry, Posting
from cryptouniverse.kernel.admin import ReadOnlyAdmin


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    """Balances, as the database keeps them."""

    list_display = ("id", "kind", "currency", "owner", "posted", "pending")
    list_filter = ("kind", "currency")
    list_select_related = ("owner",)


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """Bookings, newest first."""

    list_display = ("occurred_at", "public_id", "reason", "idempotency_key")
    search_fields = ("idempotency_key", "public_id")
    ordering = ("-id",)


@admin.register(Posting)
class PostingAdmin(ReadOnlyAdmin):
    """One side of an entry."""

    list_display = ("id", "entry", "account", "amount")
    list_select_related = ("entry", "account__owner")
    search_fields = ("entry__idempotency_key",)
    ordering = ("-id",)


@admin.register(CreditLot)
class CreditLotAdmin(ReadOnlyAdmin):
    """What was bought at which price, and what is left of it."""

    list_display = ("bought_at", "account", "bought", "remaining", "price_usd", "ratio")
    list_select_related = ("account__owner",)
    ordering = ("-id",)
