"""The outermost middleware: a host is a tenant, or nothing is served."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from cryptouniverse.kernel.access import SAFE_METHODS
from cryptouniverse.kernel.addresses import settle_address
from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.errors import CryptoUniverseError
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.provisioning.errors import TenantMigrating, TenantSuspended, UnknownTenant
from tenants.provisioning.selectors import standing_of_host
from tenants.provisioning.types import Life, Standing

OPEN, STATIC = ("/healthz", "/internal/tls-allowed"), "/static/"  # to any host: no tenant's data are there


class TenantRequest(HttpRequest):
    """A request that knows its tenant.

    refusal: why nothing is served to it, for `CorrelationMiddleware` to say. requests_a_day: how many the tenant has.
    """

    tenant: TenantCtx
    refusal: CryptoUniverseError | None
    requests_a_day: int


class TenantMiddleware:
    """Run each request inside the tenant its Host names. An unknown host gets 404 and touches nothing else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer inside the tenant."""
        settle_address(request.META)
        if request.path in OPEN or request.path.startswith(STATIC):
            return self.get_response(request)
        try:
            standing = standing_of_host(request.get_host())
        except (UnknownTenant, DisallowedHost):
            return HttpResponse(render_to_string("unknown_host.html"), status=404)
        request.tenant = standing.tenant  # type: ignore[attr-defined]  # every view behind this middleware has it
        request.refusal = _refusal(standing, request.method or "GET")  # type: ignore[attr-defined]  # see above
        request.requests_a_day = standing.api_requests_day  # type: ignore[attr-defined]  # for the limits
        with in_tenant(standing.tenant):
            return self.get_response(request)


def _refusal(standing: Standing, method: str) -> CryptoUniverseError | None:
    """Why this tenant is not served, or not written to."""
    if standing.life is not Life.ACTIVE:
        return TenantSuspended()
    if standing.read_only and method not in SAFE_METHODS:
        return TenantMigrating()
    return None
