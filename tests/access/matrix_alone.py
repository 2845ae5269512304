"""The rest of the table of who may do what: routes of things that no team and no delegation reaches.

A line is a permission, a method and a path. `open`: everybody. `own`: asks for a credential of its own, which no
session is. A `+` asks for a fresh second factor, too. Whose things they are is the crawl's to show, with ids that
exist: here the role alone is asked, and what it may gets any answer but a refusal of the role.
"""

from __future__ import annotations

ALONE = """
trading:read GET api/v1/webhooks
trading:write+ POST api/v1/webhooks
trading:write DELETE api/v1/webhooks/<uuid:webhook_id>
trading:read GET api/v1/webhooks/<uuid:webhook_id>
trading:write+ PATCH api/v1/webhooks/<uuid:webhook_id>
trading:read GET api/v1/webhooks/<uuid:webhook_id>/deliveries
trading:write POST api/v1/webhooks/<uuid:webhook_id>/off
trading:write POST api/v1/webhooks/<uuid:webhook_id>/on
trading:write POST api/v1/webhooks/<uuid:webhook_id>/replay
trading:write+ POST api/v1/webhooks/<uuid:webhook_id>/rotate
trading:write POST api/v1/webhooks/<uuid:webhook_id>/test
trading:read GET api/v1/webhooks/deliveries/<uuid:delivery_id>
trading:write POST api/v1/webhooks/deliveries/<uuid:delivery_id>/replay
trading:read GET api/v1/webhooks/event-types
trading:read GET webhooks/
trading:read GET webhooks/<uuid:webhook_id>/
trading:write+ POST webhooks/<uuid:webhook_id>/change/
trading:write POST webhooks/<uuid:webhook_id>/delete/
trading:write POST webhooks/<uuid:webhook_id>/off/
trading:write POST webhooks/<uuid:webhook_id>/on/
trading:read GET webhooks/<uuid:webhook_id>/panels/
trading:write POST webhooks/<uuid:webhook_id>/replay/
trading:write+ POST webhooks/<uuid:webhook_id>/rotate/
trading:write POST webhooks/<uuid:webhook_id>/test/
trading:write+ POST webhooks/add/
trading:read GET webhooks/add/panels/
trading:read GET webhooks/deliveries/<uuid:delivery_id>/
trading:write POST webhooks/deliveries/<uuid:delivery_id>/replay/
trading:read GET webhooks/panels/
system:read POST api/v1/audit/exports
trading:read GET api/v1/auth/keys
trading:read+ POST api/v1/auth/keys
trading:read DELETE api/v1/auth/keys/<uuid:key_id>
trading:read GET api/v1/auth/keys/<uuid:key_id>
trading:read PATCH api/v1/auth/keys/<uuid:key_id>
trading:read+ POST api/v1/auth/keys/<uuid:key_id>/rotate
open POST api/v1/auth/token
open POST api/v1/auth/token/refresh
open POST api/v1/auth/token/revoke
system:read GET api/v1/regions/policy
system:read GET api/v1/regions/rules
system:write POST api/v1/regions/rules
system:delete DELETE api/v1/regions/rules/<uuid:rule_id>
portfolio:read GET api/v1/security/factors
portfolio:read+ DELETE api/v1/security/factors/<uuid:factor_id>
users:read GET api/v1/security/sign-up
portfolio:read POST api/v1/security/step-up
portfolio:read POST api/v1/security/step-up/codes
portfolio:read GET api/v1/sessions
portfolio:read DELETE api/v1/sessions/<uuid:session_id>
portfolio:read POST api/v1/sessions/end-others
system:read GET api/v1/support/grants
system:write POST api/v1/support/grants/<uuid:grant_id>/approve
system:write POST api/v1/support/grants/<uuid:grant_id>/end
system:read GET api/v1/support/terms
system:write DELETE api/v1/tenant/branding
system:read GET api/v1/tenant/branding
system:write PATCH api/v1/tenant/branding
system:read GET api/v1/tenant/branding/legal/<str:kind>
system:write POST api/v1/tenant/branding/legal/<str:kind>
system:write DELETE api/v1/tenant/branding/logo
users:read GET api/v1/tenant/directory/tokens
users:write+ POST api/v1/tenant/directory/tokens
users:delete DELETE api/v1/tenant/directory/tokens/<uuid:token_id>
users:read GET api/v1/tenant/directory/tokens/<uuid:token_id>
system:read GET api/v1/tenant/domains
system:write POST api/v1/tenant/domains
system:delete DELETE api/v1/tenant/domains/<str:domain>
system:read GET api/v1/tenant/domains/<str:domain>
system:write POST api/v1/tenant/domains/<str:domain>/check
system:write POST api/v1/tenant/domains/<str:domain>/primary
system:read GET api/v1/tenant/live-trading
system:write+ PUT api/v1/tenant/live-trading
system:read GET api/v1/tenant/quotas
open GET accounts/github/login/
open GET accounts/github/login/callback/
open GET accounts/google/login/
open GET accounts/google/login/callback/
open GET accounts/oidc/<slug:provider_id>/login/
open GET accounts/oidc/<slug:provider_id>/login/callback/
open POST accounts/password/reset/
open POST accounts/password/reset/code/
open POST accounts/second-factor/
open POST accounts/second-factor/passkey/
open POST accounts/second-factor/send/
open POST accounts/signup/
open POST accounts/signup/code/
open GET accounts/social/cancelled/
open POST accounts/unlock/<uuid:public_id>/<str:secret>/
open GET brand.css
open GET brand/logo/<str:name>
open GET brand/mark.svg
open GET favicon.ico
open GET internal/tls-allowed
system:write+ POST connections/live/allow/
system:write POST connections/live/end/
trading:read GET keys/
trading:read GET keys/<uuid:key_id>/
trading:read POST keys/<uuid:key_id>/rename/
trading:read POST keys/<uuid:key_id>/revoke/
trading:read+ POST keys/<uuid:key_id>/rotate/
trading:read+ POST keys/create/
trading:read GET keys/panels/
open GET legal/<str:kind>/
open GET manifest.webmanifest
system:read GET regions/
system:delete POST regions/<uuid:rule_id>/delete/
system:write POST regions/add/
system:write POST regions/otherwise/
system:read GET regions/panels/
open GET robots.txt
own GET scim/v2/<path:rest>
own GET scim/v2/ResourceTypes
own GET scim/v2/ResourceTypes/<str:name>
own GET scim/v2/Schemas
own GET scim/v2/Schemas/<str:name>
own GET scim/v2/ServiceProviderConfig
own GET scim/v2/Users
own POST scim/v2/Users
own DELETE scim/v2/Users/<str:user_id>
own GET scim/v2/Users/<str:user_id>
own PATCH scim/v2/Users/<str:user_id>
portfolio:read GET security/
portfolio:read POST security/app/
portfolio:read+ POST security/app/begin/
portfolio:read POST security/confirm/
portfolio:read POST security/confirm/passkey/
portfolio:read POST security/confirm/send/
portfolio:read+ POST security/email/
portfolio:read POST security/email/code/
portfolio:read+ POST security/factors/<uuid:factor_id>/remove/
portfolio:read+ POST security/mail/
portfolio:read+ POST security/passkeys/
portfolio:read+ POST security/passkeys/options/
portfolio:read+ POST security/password/
users:write+ POST security/providers/
users:write+ POST security/providers/<uuid:provider_id>/delete/
portfolio:read+ POST security/recovery/
portfolio:read POST security/sessions/<uuid:session_id>/end/
portfolio:read POST security/sessions/end-others/
users:write+ POST security/sign-up/
portfolio:read+ POST security/sms/
portfolio:read POST security/sms/code/
system:read GET settings/audit/
system:read GET settings/audit/<uuid:record_id>/
system:read POST settings/audit/export/
system:read GET settings/audit/panels/
system:write POST settings/branding/
system:write POST settings/branding/legal/<str:kind>/
system:write POST settings/branding/logo/
system:write POST settings/branding/logo/remove/
system:read GET settings/branding/preview/
system:write POST settings/branding/reset/
users:write+ POST settings/directory/
users:delete POST settings/directory/tokens/<uuid:token_id>/revoke/
system:read GET settings/domains/
system:write POST settings/domains/add/
system:write POST settings/domains/check/
system:write POST settings/domains/primary/
system:delete POST settings/domains/remove/
"""
REFUSALS_OF_CONTENT = (400, 404, 405, 409, 410, 412, 415, 422, 428, 429, 503)


def lines() -> list[tuple[str, bool, str, str]]:
    """(permission, whether it asks for a second factor, method, path) of each."""
    rows = [line.split() for line in ALONE.strip().splitlines()]
    return [(permission.rstrip("+"), permission.endswith("+"), method, path) for permission, method, path in rows]
