"""Signal feeds, for operators: to read."""

from django.contrib import admin

from cryptouniverse.kernel.admin import ReadOnlyAdmin
from strategies.feed.models import DeliveredUpTo, SignalAddress, SignalNotice, SignalSubscription


@admin.register(SignalSubscription)
class SignalSubscriptionAdmin(ReadOnlyAdmin):
    """What people follow."""

    list_display = ("created_at", "public_id", "owner", "strategy", "instrument_id", "timeframe", "score_least")
    list_filter = ("timeframe", "strategy")
    list_select_related = ("owner",)
    search_fields = ("public_id", "owner__email", "instrument_id")


@admin.register(SignalNotice)
class SignalNoticeAdmin(ReadOnlyAdmin):
    """What they were told."""

    list_display = ("delivered_at", "public_id", "owner", "kind", "strategy", "instrument_id", "timeframe", "action")
    list_filter = ("kind", "timeframe", "action")
    list_select_related = ("owner",)
    search_fields = ("public_id", "signal_id", "owner__email")


@admin.register(SignalAddress)
class SignalAddressAdmin(ReadOnlyAdmin):
    """Secret addresses without what opens them."""

    exclude = ("digest",)
    list_display = ("created_at", "public_id", "owner", "hint", "last_used_at", "revoked_at")
    list_select_related = ("owner",)
    search_fields = ("public_id", "owner__email")


@admin.register(DeliveredUpTo)
class DeliveredUpToAdmin(ReadOnlyAdmin):
    """How far streams are delivered."""

    list_display = ("stream", "position")
    search_fields = ("stream",)
