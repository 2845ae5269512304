"""The outermost middleware: a host is a tenant, or nothing is served."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from cryptouniverse.kernel.context import TenantCtx
from cryptouniverse.kernel.tenancy import in_tenant
from tenants.provisioning.errors import UnknownTenant
from tenants.provisioning.selectors import tenant_by_host

OPEN_TO_ANY_HOST = ("/healthz", "/static/")


class TenantRequest(HttpRequest):
    """A request that knows its tenant."""

    tenant: TenantCtx


class TenantMiddleware:
    """Run each request inside the tenant its Host names. An unknown host gets 404 and touches nothing else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer inside the tenant."""
        if request.path.startswith(OPEN_TO_ANY_HOST):
            return self.get_response(request)
        try:
            tenant = tenant_by_host(request.get_host())
        except UnknownTenant:
            return HttpResponse(render_to_string("unknown_host.html"), status=404)
        request.tenant = tenant  # type: ignore[attr-defined]  # every view behind this middleware has it
        with in_tenant(tenant):
            return self.get_response(request)
