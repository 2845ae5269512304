"""Every route of API v1, and the answer for all others. Routes are made by `v1`, which keeps the common rules."""

from __future__ import annotations

from typing import Any

from django.urls import path, re_path
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.apikeys.api import ApiKeys, OneApiKey, RotateApiKey
from accounts.scim.api import DirectoryTokens, OneDirectoryToken
from accounts.security import api as people
from accounts.tokens.api import TokenRefresh, TokenRevoke, Tokens
from credits.ledger.api import CreditTopUps
from credits.metering.api import MyCredits
from cryptouniverse.api.authentication import TenantSession
from cryptouniverse.api.health import Ping
from cryptouniverse.api.routing import v1
from cryptouniverse.kernel.access import public
from cryptouniverse.kernel.errors import NotFound
from tenants.audit.api import AuditExports, AuditRecords
from tenants.branding.api import BrandingLegal, BrandingLogo, BrandingView
from tenants.provisioning.api import CheckDomain, Domains, OneDomain, PrimaryDomain, Quotas
from tenants.regions.api import OneRegionRule, RegionPolicyView, RegionRules
from tenants.support.api import ApproveGrant, EndGrant, SupportGrants, SupportTerms
from trading.connections.api import (
    ActivateConnection,
    Connections,
    DeactivateConnection,
    OneConnection,
    RotateConnection,
    TestConnection,
)
from trading.portfolio.api import Portfolios, PortfolioView


@public
class Document(SpectacularJSONAPIView):
    """What there is, for programs: OpenAPI 3.1."""

    def _get_filename(self, request: Request, version: str) -> str:
        """A name that names nobody."""
        return "openapi.json"


@public
class NoSuchRoute(APIView):
    """What is not here is said as a problem document, whatever the method."""

    @extend_schema(exclude=True)
    def get(self, request: Request, **_: Any) -> Response:
        """Raises NotFound."""
        raise NotFound

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Before anything is asked of the caller. Raises NotFound."""
        raise NotFound


# What belongs to a person's own sessions is done in one of them: a program's credential does not count there.
BY_SESSION: dict[str, Any] = {"authentication_classes": [TenantSession]}
urlpatterns = [
    path("health/ping", v1(Ping), name="api_ping"),
    path("auth/token", v1(Tokens), name="api_token"),
    path("auth/token/refresh", v1(TokenRefresh), name="api_token_refresh"),
    path("auth/token/revoke", v1(TokenRevoke), name="api_token_revoke"),
    path("auth/keys", v1(ApiKeys), name="api_keys"),
    path("auth/keys/<uuid:key_id>", v1(OneApiKey), name="api_key"),
    path("auth/keys/<uuid:key_id>/rotate", v1(RotateApiKey), name="api_key_rotate"),
    path("regions/policy", v1(RegionPolicyView), name="api_region_policy"),
    path("regions/rules", v1(RegionRules), name="api_region_rules"),
    path("regions/rules/<uuid:rule_id>", v1(OneRegionRule), name="api_region_rule"),
    path("portfolio", v1(PortfolioView), name="api_portfolio"),
    path("portfolios", v1(Portfolios), name="api_portfolios"),
    path("credits", v1(MyCredits), name="api_credits"),
    path("credits/top-ups", v1(CreditTopUps), name="api_credit_top_ups"),
    path("exchanges/connections", v1(Connections), name="api_connections"),
    path("exchanges/connections/<uuid:connection_id>", v1(OneConnection), name="api_connection"),
    path("exchanges/connections/<uuid:connection_id>/test", v1(TestConnection), name="api_connection_test"),
    path("exchanges/connections/<uuid:connection_id>/activate", v1(ActivateConnection), name="api_connection_activate"),
    path(
        "exchanges/connections/<uuid:connection_id>/deactivate",
        v1(DeactivateConnection),
        name="api_connection_deactivate",
    ),
    path("exchanges/connections/<uuid:connection_id>/rotate", v1(RotateConnection), name="api_connection_rotate"),
    path("sessions", v1(people.Sessions, **BY_SESSION), name="api_sessions"),
    path("sessions/end-others", v1(people.EndOtherSessions, **BY_SESSION), name="api_sessions_end_others"),
    path("sessions/<uuid:session_id>", v1(people.OneSession, **BY_SESSION), name="api_session"),
    path("security/factors", v1(people.Factors, **BY_SESSION), name="api_factors"),
    path("security/factors/<uuid:factor_id>", v1(people.OneFactor, **BY_SESSION), name="api_factor"),
    path("security/step-up", v1(people.StepUp, **BY_SESSION), name="api_step_up"),
    path("security/step-up/codes", v1(people.StepUpCodes, **BY_SESSION), name="api_step_up_codes"),
    path("security/sign-up", v1(people.SignUpSwitch), name="api_sign_up"),
    path("tenant/branding", v1(BrandingView), name="api_branding"),
    path("tenant/branding/logo", v1(BrandingLogo), name="api_branding_logo"),
    path("tenant/branding/legal/<str:kind>", v1(BrandingLegal), name="api_branding_legal"),
    path("tenant/domains", v1(Domains), name="api_domains"),
    path("tenant/domains/<str:domain>", v1(OneDomain), name="api_domain"),
    path("tenant/domains/<str:domain>/check", v1(CheckDomain), name="api_domain_check"),
    path("tenant/domains/<str:domain>/primary", v1(PrimaryDomain), name="api_domain_primary"),
    path("tenant/directory/tokens", v1(DirectoryTokens), name="api_directory_tokens"),
    path("tenant/directory/tokens/<uuid:token_id>", v1(OneDirectoryToken), name="api_directory_token"),
    path("audit/records", v1(AuditRecords), name="api_audit_records"),
    path("tenant/quotas", v1(Quotas), name="api_tenant_quotas"),
    path("support/terms", v1(SupportTerms), name="api_support_terms"),
    path("support/grants", v1(SupportGrants), name="api_support_grants"),
    path("support/grants/<uuid:grant_id>/approve", v1(ApproveGrant), name="api_support_grant_approve"),
    path("support/grants/<uuid:grant_id>/end", v1(EndGrant), name="api_support_grant_end"),
    path("audit/exports", v1(AuditExports), name="api_audit_exports"),
    path("openapi.json", v1(Document), name="api_document"),
    re_path(r"^.*$", v1(NoSuchRoute), name="api_nothing"),
]
