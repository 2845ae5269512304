"""Every address of every face."""

from django.contrib import admin
from django.urls import include, path

from cryptouniverse.api.health import healthz
from cryptouniverse.api.views import api_docs, problem_page
from tenants.provisioning.api import tls_allowed

urlpatterns = [
    path("api/v1/", include("cryptouniverse.api.urls")),
    path("", include("accounts.security.urls")),
    path("api/docs/", api_docs, name="api_docs"),
    path("problems/<str:code>", problem_page, name="api_problem"),
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("settings/audit/", include("tenants.audit.urls")),
    path("internal/tls-allowed", tls_allowed, name="tls_allowed"),
    path("", include("tenants.branding.urls")),
    path("", include("accounts.scim.urls")),
    path("settings/domains/", include("tenants.provisioning.urls")),
    path("connections/", include("trading.connections.urls")),
    path("keys/", include("accounts.apikeys.urls")),
    path("regions/", include("tenants.regions.urls")),
    path("webhooks/", include("accounts.webhooks.urls")),
    path("hooks/", include("strategies.hooks.urls")),
    path("", include("cryptouniverse.web.urls")),
]

handler400 = "cryptouniverse.api.pages.bad_request"
handler403 = "cryptouniverse.api.pages.forbidden"
handler404 = "cryptouniverse.api.pages.not_found"
handler500 = "cryptouniverse.api.pages.server_error"
