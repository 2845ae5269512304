"""The operators' pages that speak of several domains: tenants at a glance, and health."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_celery_beat.models import PeriodicTask

from accounts.security.services.door import ask_for_new_password
from cryptouniverse.api.health import database_answers, redis_answers
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.admin import Page, asked_first, offer_action, offer_page
from cryptouniverse.kernel.context import TenantCtx, current_tenant
from cryptouniverse.kernel.events.selectors import dead_letters, outbox_waiting, worker_seen_at
from cryptouniverse.kernel.tenancy import in_public, in_tenant
from cryptouniverse.web import operating_risk as risk
from tenants.audit.selectors import chain_state, head_state
from tenants.provisioning.selectors import active_tenants, every_tenant, hosts_of
from trading.connections.selectors import every_connection
from trading.execution.selectors import leases, orders_since

if TYPE_CHECKING:
    from accounts.users.models import User

PAGE_TENANTS: Final = 25
LATE: Final = timedelta(minutes=1)


def offer_pages() -> None:
    """Put them into the admin."""
    offer_page(Page("tenants-now", _("Tenants now"), "operators/tenants.html", tenants_now))
    offer_action("accounts_users.User", send_reset)
    offer_page(Page("health", _("Health"), "operators/health.html", health))
    offer_page(Page("kill-switch", _("Kill switch"), "operators/kill_switch.html", risk.switch, risk.switched))
    offer_page(Page("platform-limits", _("Limits of the platform"), "operators/limits.html", risk.caps, risk.capped))


@asked_first(
    _("Send a code for a new password"),
    _("They get an e-mail with a code, as if they had asked for it on the sign-in page. The old password works on."),
)
def send_reset(own: Any, request: HttpRequest, user: User, reason: str) -> None:
    """Have them choose a new password."""
    hosts = hosts_of(current_tenant())
    ask_for_new_password(email=user.email, address=None, host=hosts[0] if hosts else request.get_host())
    own.admin_site.record(request, action="user.reset_sent", object=user, after={"reason": reason})


def tenants_now(request: HttpRequest) -> dict[str, Any]:
    """Each tenant with its people, its orders of today and how its audit is, some at a time; `q` narrows by name."""
    asked = request.GET.get("q", "").strip().lower()
    found = [tenant for tenant in every_tenant() if asked in tenant.slug]
    page = Paginator(found, PAGE_TENANTS).get_page(request.GET.get("page"))
    served = {tenant.id for tenant in active_tenants()}
    return {"q": asked, "shown": page, "rows": [{**_glance(tenant), "served": tenant.id in served} for tenant in page]}


def health(_request: HttpRequest) -> dict[str, Any]:
    """What the product stands on, and how the chosen tenant is."""
    now = clock.now()
    with in_public():
        beat = PeriodicTask.objects.exclude(last_run_at=None).order_by("-last_run_at").first()
        waiting, oldest = outbox_waiting()
        dead = dead_letters()
    worker = worker_seen_at()
    parts = [
        (_("PostgreSQL"), database_answers(), None, None),
        (_("Redis"), redis_answers(), None, None),
        (_("Worker"), worker is not None and now - worker < LATE, worker, None),
        (_("Beat"), beat is not None and now - beat.last_run_at < LATE, beat.last_run_at if beat else None, None),
        (_("Events that wait"), oldest is None or now - oldest < LATE, oldest, waiting),
        (_("Dead letters"), not dead, dead[0].since if dead else None, len(dead)),
    ]
    return {"parts": parts, "dead": dead[:20], **_of_tenant()}


def _glance(tenant: TenantCtx) -> dict[str, Any]:
    with in_tenant(tenant):
        state = chain_state()
        midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
        return {
            "tenant": tenant,
            "people": get_user_model().objects.filter(is_active=True).count(),
            "orders": orders_since(midnight),
            "stopped": sum(row.entries_stopped_at is not None for row in every_connection()),
            "audit": state,
        }


def _of_tenant() -> dict[str, Any]:
    """Trader, connections and audit of the tenant that is looked at."""
    return {"leases": leases(), "connections": every_connection(), "audit": chain_state(), "head": head_state()}
