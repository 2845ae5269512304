"""Every route of API v1, and the answer for all others. Routes are made by `v1`, which keeps the common rules."""

from __future__ import annotations

from typing import Any

from django.urls import path, re_path
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.apikeys.api import ApiKeys, OneApiKey, OwnKey, RotateApiKey, RotateOwnKey
from accounts.scim.api import DirectoryTokens, OneDirectoryToken
from accounts.security import api as people
from accounts.teams import api as teams
from accounts.tokens.api import TokenRefresh, TokenRevoke, Tokens
from accounts.users import api as users
from accounts.webhooks import api as webhooks
from aiengine.autopilot import api as autopilot
from credits.ledger import api as ledger
from credits.metering import api as metering
from cryptouniverse.api import health, monitoring
from cryptouniverse.api.authentication import TenantSession
from cryptouniverse.api.routing import v1
from cryptouniverse.kernel.access import public
from cryptouniverse.kernel.errors import NotFound
from strategies.backtest import api as backtests
from strategies.bots import api as bots
from strategies.builder import api as builder
from strategies.feed import api as feed
from strategies.finding import api as finding
from strategies.hooks import api as hooks
from strategies.lab import api as lab
from strategies.managing import api as managing
from strategies.monitoring import api as watching
from strategies.scanner import api as scanner
from strategies.signals import api as signals
from tenants.audit.api import AuditExports, AuditRecords
from tenants.branding.api import BrandingLegal, BrandingLogo, BrandingView
from tenants.provisioning.api import CheckDomain, Domains, OneDomain, PrimaryDomain, Quotas
from tenants.regions.api import OneRegionRule, RegionPolicyView, RegionRules
from tenants.support.api import ApproveGrant, EndGrant, SupportGrants, SupportTerms
from trading.connections import api as connections
from trading.exchanges import api as exchanges
from trading.execution.api import bulk, by_hand, emergency, over_time, protection, templates
from trading.execution.api import orders as execution
from trading.marketdata import api as market
from trading.portfolio.api import portfolios, sharing, transfers
from trading.risk import api as risk


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
_CONNECTION = "exchanges/connections/<uuid:connection_id>"
_PORTFOLIO = "portfolios/<uuid:portfolio_id>"

urlpatterns = [
    path("health/ping", v1(health.Ping), name="api_ping"),
    path("health/database", v1(health.DatabaseHealth), name="api_health_database"),
    path("health/redis", v1(health.RedisHealth), name="api_health_redis"),
    path("health/full", v1(health.FullHealth), name="api_health_full"),
    path("monitoring/outbox", v1(monitoring.Outbox), name="api_outbox"),
    path("monitoring/workers", v1(monitoring.Workers), name="api_workers"),
    path("me", v1(users.Me), name="api_me"),
    path("me/stop", v1(emergency.StopMine), name="api_stop_mine"),
    path("me/rearm", v1(emergency.RearmMine), name="api_rearm_mine"),
    path("users", v1(users.People), name="api_users"),
    path("users/<uuid:user_id>", v1(users.OnePerson), name="api_user"),
    path("users/<uuid:user_id>/limits", v1(emergency.PersonCeiling), name="api_user_limits"),
    path("users/<uuid:user_id>/stop", v1(emergency.StopPerson), name="api_user_stop"),
    path("users/<uuid:user_id>/rearm", v1(emergency.RearmPerson), name="api_user_rearm"),
    path("teams", v1(teams.Teams), name="api_teams"),
    path("teams/<uuid:team_id>", v1(teams.OneTeam), name="api_team"),
    path("teams/<uuid:team_id>/members", v1(teams.TeamMembers), name="api_team_members"),
    path("teams/<uuid:team_id>/members/<uuid:member_id>", v1(teams.OneMember), name="api_team_member"),
    path("invitations", v1(teams.Invitations), name="api_invitations"),
    path("invitations/<uuid:invitation_id>", v1(teams.OneInvitation), name="api_invitation"),
    path("invitations/<uuid:invitation_id>/accept", v1(teams.AcceptInvitation), name="api_invitation_accept"),
    path("shares/<uuid:share_id>", v1(teams.OneShare), name="api_share"),
    path("delegations", v1(teams.Delegations), name="api_delegations"),
    path("delegations/<uuid:delegation_id>", v1(teams.OneDelegation), name="api_delegation"),
    path("delegations/<uuid:delegation_id>/accept", v1(teams.AcceptDelegation), name="api_delegation_accept"),
    path("portfolio", v1(portfolios.PortfolioView), name="api_portfolio"),
    path("portfolios", v1(portfolios.Portfolios), name="api_portfolios"),
    path(_PORTFOLIO, v1(portfolios.OnePortfolio), name="api_one_portfolio"),
    path(f"{_PORTFOLIO}/positions", v1(portfolios.Positions), name="api_positions"),
    path(f"{_PORTFOLIO}/positions/<uuid:position_id>/close", v1(emergency.ClosePosition), name="api_position_close"),
    path(
        f"{_PORTFOLIO}/positions/<uuid:position_id>/protection",
        v1(protection.PositionProtection),
        name="api_position_protection",
    ),
    path(f"{_PORTFOLIO}/equity", v1(portfolios.Equity), name="api_equity"),
    path(f"{_PORTFOLIO}/orders", v1(execution.Orders), name="api_orders"),
    path(f"{_PORTFOLIO}/orders/place", v1(by_hand.PlaceOrder), name="api_order_place"),
    path(f"{_PORTFOLIO}/orders/preview", v1(by_hand.PreviewOrder), name="api_order_preview"),
    path(f"{_PORTFOLIO}/orders/waiting", v1(by_hand.WaitingOrders), name="api_orders_waiting"),
    path(f"{_PORTFOLIO}/orders/cancel-all", v1(by_hand.CancelOrders), name="api_orders_cancel"),
    path("algorithms", v1(over_time.Algorithms), name="api_algorithms"),
    path(f"{_PORTFOLIO}/over-time", v1(over_time.OrdersOverTime), name="api_over_time"),
    path(f"{_PORTFOLIO}/over-time/<uuid:parent_id>", v1(over_time.OneOrderOverTime), name="api_one_over_time"),
    path(f"{_PORTFOLIO}/over-time/<uuid:parent_id>/pause", v1(over_time.PauseOverTime), name="api_over_time_pause"),
    path(f"{_PORTFOLIO}/over-time/<uuid:parent_id>/resume", v1(over_time.ResumeOverTime), name="api_over_time_resume"),
    path(f"{_PORTFOLIO}/orders/bulk", v1(bulk.PlaceOrders), name="api_orders_place"),
    path(f"{_PORTFOLIO}/orders/<uuid:order_id>", v1(by_hand.OrderByHand), name="api_order"),
    path(f"{_PORTFOLIO}/templates/<uuid:template_id>/apply", v1(templates.ApplyTemplate), name="api_template_apply"),
    path("order-templates", v1(templates.Templates), name="api_templates"),
    path("order-templates/<uuid:template_id>", v1(templates.OneTemplate), name="api_template"),
    path(f"{_PORTFOLIO}/fills", v1(execution.Fills), name="api_fills"),
    path(f"{_PORTFOLIO}/decisions", v1(autopilot.Decisions), name="api_decisions"),
    path(f"{_PORTFOLIO}/limits", v1(risk.PortfolioLimits), name="api_limits"),
    path(f"{_PORTFOLIO}/stop", v1(execution.StopTrading), name="api_stop"),
    path(f"{_PORTFOLIO}/rearm", v1(execution.RearmTrading), name="api_rearm"),
    path(f"{_PORTFOLIO}/shares", v1(sharing.PortfolioShares), name="api_shares"),
    path(f"{_PORTFOLIO}/delegations", v1(sharing.PortfolioDelegations), name="api_portfolio_delegations"),
    path("transfers", v1(transfers.Transfers), name="api_transfers"),
    path("bots", v1(bots.Bots), name="api_bots"),
    path("bots/ladders", v1(managing.BotLadders), name="api_bot_ladders"),
    path("bots/<uuid:bot_id>", v1(bots.OneBot), name="api_bot"),
    path("bots/<uuid:bot_id>/desks", v1(managing.BotDesks), name="api_bot_desks"),
    path("bots/<uuid:bot_id>/pause", v1(bots.PauseBot), name="api_bot_pause"),
    path("bots/<uuid:bot_id>/resume", v1(bots.ResumeBot), name="api_bot_resume"),
    path("bots/<uuid:bot_id>/limits", v1(bots.BotCeiling), name="api_bot_limits"),
    path("bots/<uuid:bot_id>/stop", v1(bots.StopBot), name="api_bot_stop"),
    path("bots/<uuid:bot_id>/rearm", v1(bots.RearmBot), name="api_bot_rearm"),
    path("bots/<uuid:bot_id>/backtest", v1(backtests.BotBacktest), name="api_bot_backtest"),
    path("bots/<uuid:bot_id>/days", v1(watching.BotDays), name="api_bot_days"),
    path("bots/<uuid:bot_id>/days/<str:date>", v1(watching.OneBotDay), name="api_bot_day"),
    path("bots/<uuid:bot_id>/drift", v1(watching.BotDrift), name="api_bot_drift"),
    path("bots/<uuid:bot_id>/drift/end", v1(watching.EndBotDrift), name="api_bot_drift_end"),
    path("bots/<uuid:bot_id>/live", v1(bots.LiveBot), name="api_bot_live"),
    path("bots/<uuid:signal_bot_id>/hook", v1(hooks.BotHook), name="api_hook"),
    path("bots/<uuid:signal_bot_id>/hook/rotate", v1(hooks.RotateHook), name="api_hook_rotate"),
    path("bots/<uuid:signal_bot_id>/hook/test", v1(hooks.TestHook), name="api_hook_test"),
    path("bots/<uuid:signal_bot_id>/alerts", v1(hooks.Alerts), name="api_alerts"),
    path("finders", v1(finding.Finders), name="api_finders"),
    path("finders/seen", v1(finding.FindersSeen), name="api_finders_seen"),
    path("bots/<uuid:bot_id>/found", v1(finding.BotFound), name="api_bot_found"),
    path("managers", v1(managing.Managers), name="api_managers"),
    path("strategies", v1(bots.Strategies), name="api_strategies"),
    path("strategies/<str:name>/execute", v1(signals.ExecuteStrategy), name="api_strategy_execute"),
    path("strategies/<str:name>", v1(bots.OneStrategy), name="api_strategy"),
    path("signals", v1(signals.Signals), name="api_signals"),
    path("rule-sets", v1(builder.RuleSets), name="api_rule_sets"),
    path("indicators", v1(builder.Indicators), name="api_indicators"),
    path("rule-sets/schema", v1(builder.RulesSchema), name="api_rules_schema"),
    path("rule-sets/validate", v1(builder.ValidateRules), name="api_rules_validate"),
    path("rule-sets/<uuid:rule_set_id>", v1(builder.OneRuleSet), name="api_rule_set"),
    path("rule-sets/<uuid:rule_set_id>/versions", v1(builder.Versions), name="api_rule_set_versions"),
    path("rule-sets/<uuid:rule_set_id>/versions/<int:number>", v1(builder.OneVersion), name="api_rule_set_version"),
    path("scanner", v1(scanner.LastScan), name="api_scanner"),
    path("scanner/opportunities", v1(scanner.ScannedOpportunities), name="api_scanned"),
    path("scanner/opportunities/<uuid:opportunity_id>", v1(scanner.OneOpportunity), name="api_scanned_one"),
    path("signals/subscriptions", v1(feed.Subscriptions), name="api_signal_subscriptions"),
    path(
        "signals/subscriptions/<uuid:subscription_id>",
        v1(feed.OneSubscription),
        name="api_signal_subscription",
    ),
    path("signals/feed", v1(feed.Feed), name="api_signal_feed"),
    path("signals/feed/address", v1(feed.Address), name="api_signal_feed_address"),
    path("optimisations", v1(lab.Optimisations), name="api_optimisations"),
    path("optimisations/<uuid:optimisation_id>", v1(lab.OneOptimisation), name="api_optimisation"),
    path("optimisations/<uuid:optimisation_id>/stop", v1(lab.StopOptimisation), name="api_optimisation_stop"),
    path("optimisations/<uuid:optimisation_id>/trials", v1(lab.OptimisationTrials), name="api_optimisation_trials"),
    path("optimisations/<uuid:optimisation_id>/map", v1(lab.OptimisationMap), name="api_optimisation_map"),
    path("backtests", v1(backtests.Backtests), name="api_backtests"),
    path("backtests/<uuid:run_id>", v1(backtests.OneBacktest), name="api_backtest"),
    path("backtests/<uuid:run_id>/cancel", v1(backtests.CancelBacktest), name="api_backtest_cancel"),
    path("backtests/<uuid:run_id>/line", v1(backtests.BacktestLine), name="api_backtest_line"),
    path("backtests/<uuid:run_id>/trades", v1(backtests.BacktestTrades), name="api_backtest_trades"),
    path("opportunities", v1(autopilot.Opportunities), name="api_opportunities"),
    path("opportunities/<uuid:verdict_id>", v1(autopilot.OneOpportunity), name="api_opportunity"),
    path("market/instruments", v1(market.Instruments), name="api_instruments"),
    path("market/instruments/<uuid:instrument_id>", v1(market.OneInstrument), name="api_instrument"),
    path("market/candles", v1(market.Candles), name="api_candles"),
    path("market/funding", v1(market.Funding), name="api_funding"),
    path("market/feed", v1(market.Feed), name="api_feed"),
    path("risk/rules", v1(risk.Rules), name="api_risk_rules"),
    path("credits", v1(metering.MyCredits), name="api_credits"),
    path("credits/entries", v1(ledger.CreditEntries), name="api_credit_entries"),
    path("credits/lots", v1(ledger.CreditLots), name="api_credit_lots"),
    path("credits/profits", v1(metering.MeteredProfits), name="api_credit_profits"),
    path("credits/top-ups", v1(ledger.CreditTopUps), name="api_credit_top_ups"),
    path("exchanges", v1(exchanges.Venues), name="api_exchanges"),
    path("exchanges/connections", v1(connections.Connections), name="api_connections"),
    path(_CONNECTION, v1(connections.OneConnection), name="api_connection"),
    path(f"{_CONNECTION}/test", v1(connections.TestConnection), name="api_connection_test"),
    path(f"{_CONNECTION}/activate", v1(connections.ActivateConnection), name="api_connection_activate"),
    path(f"{_CONNECTION}/deactivate", v1(connections.DeactivateConnection), name="api_connection_deactivate"),
    path(f"{_CONNECTION}/live", v1(connections.LiveConnection), name="api_connection_live"),
    path(f"{_CONNECTION}/limits", v1(emergency.ConnectionCeiling), name="api_connection_limits"),
    path(f"{_CONNECTION}/rotate", v1(connections.RotateConnection), name="api_connection_rotate"),
    path("exchanges/<str:venue>", v1(exchanges.OneVenue), name="api_exchange"),
    path("auth/token", v1(Tokens), name="api_token"),
    path("auth/token/refresh", v1(TokenRefresh), name="api_token_refresh"),
    path("auth/token/revoke", v1(TokenRevoke), name="api_token_revoke"),
    path("auth/keys", v1(ApiKeys), name="api_keys"),
    path("auth/keys/self", v1(OwnKey), name="api_key_self"),
    path("auth/keys/self/rotate", v1(RotateOwnKey), name="api_key_self_rotate"),
    path("auth/keys/<uuid:key_id>", v1(OneApiKey), name="api_key"),
    path("auth/keys/<uuid:key_id>/rotate", v1(RotateApiKey), name="api_key_rotate"),
    path("regions/policy", v1(RegionPolicyView), name="api_region_policy"),
    path("regions/rules", v1(RegionRules), name="api_region_rules"),
    path("regions/rules/<uuid:rule_id>", v1(OneRegionRule), name="api_region_rule"),
    path("sessions", v1(people.Sessions, **BY_SESSION), name="api_sessions"),
    path("sessions/end-others", v1(people.EndOtherSessions, **BY_SESSION), name="api_sessions_end_others"),
    path("sessions/<uuid:session_id>", v1(people.OneSession, **BY_SESSION), name="api_session"),
    path("security/factors", v1(people.Factors, **BY_SESSION), name="api_factors"),
    path("security/factors/<uuid:factor_id>", v1(people.OneFactor, **BY_SESSION), name="api_factor"),
    path("security/step-up", v1(people.StepUp, **BY_SESSION), name="api_step_up"),
    path("security/step-up/codes", v1(people.StepUpCodes, **BY_SESSION), name="api_step_up_codes"),
    path("security/sign-up", v1(people.SignUpSwitch), name="api_sign_up"),
    path("tenant/limits", v1(emergency.TenantCeiling), name="api_tenant_limits"),
    path("tenant/stop", v1(emergency.StopTenant), name="api_tenant_stop"),
    path("tenant/rearm", v1(emergency.RearmTenant), name="api_tenant_rearm"),
    path("tenant/branding", v1(BrandingView), name="api_branding"),
    path("tenant/branding/logo", v1(BrandingLogo), name="api_branding_logo"),
    path("tenant/branding/legal/<str:kind>", v1(BrandingLegal), name="api_branding_legal"),
    path("tenant/domains", v1(Domains), name="api_domains"),
    path("tenant/domains/<str:domain>", v1(OneDomain), name="api_domain"),
    path("tenant/domains/<str:domain>/check", v1(CheckDomain), name="api_domain_check"),
    path("tenant/domains/<str:domain>/primary", v1(PrimaryDomain), name="api_domain_primary"),
    path("tenant/directory/tokens", v1(DirectoryTokens), name="api_directory_tokens"),
    path("tenant/directory/tokens/<uuid:token_id>", v1(OneDirectoryToken), name="api_directory_token"),
    path("webhooks", v1(webhooks.Webhooks), name="api_webhooks"),
    path("webhooks/event-types", v1(webhooks.WebhookEventTypes), name="api_webhook_event_types"),
    path("webhooks/deliveries/<uuid:delivery_id>", v1(webhooks.OneDelivery), name="api_webhook_delivery"),
    path("webhooks/deliveries/<uuid:delivery_id>/replay", v1(webhooks.ReplayDelivery), name="api_webhook_resend"),
    path("webhooks/<uuid:webhook_id>", v1(webhooks.OneWebhook), name="api_webhook"),
    path("webhooks/<uuid:webhook_id>/on", v1(webhooks.SwitchWebhookOn), name="api_webhook_on"),
    path("webhooks/<uuid:webhook_id>/off", v1(webhooks.SwitchWebhookOff), name="api_webhook_off"),
    path("webhooks/<uuid:webhook_id>/rotate", v1(webhooks.RotateWebhookSecret), name="api_webhook_rotate"),
    path("webhooks/<uuid:webhook_id>/test", v1(webhooks.TestWebhook), name="api_webhook_test"),
    path("webhooks/<uuid:webhook_id>/replay", v1(webhooks.ReplayWebhook), name="api_webhook_replay"),
    path("webhooks/<uuid:webhook_id>/deliveries", v1(webhooks.WebhookDeliveries), name="api_webhook_deliveries"),
    path("audit/records", v1(AuditRecords), name="api_audit_records"),
    path("tenant/live-trading", v1(connections.LiveTrading), name="api_live_trading"),
    path("tenant/quotas", v1(Quotas), name="api_tenant_quotas"),
    path("support/terms", v1(SupportTerms), name="api_support_terms"),
    path("support/grants", v1(SupportGrants), name="api_support_grants"),
    path("support/grants/<uuid:grant_id>/approve", v1(ApproveGrant), name="api_support_grant_approve"),
    path("support/grants/<uuid:grant_id>/end", v1(EndGrant), name="api_support_grant_end"),
    path("audit/exports", v1(AuditExports), name="api_audit_exports"),
    path("openapi.json", v1(Document), name="api_document"),
    re_path(r"^.*$", v1(NoSuchRoute), name="api_nothing"),
]
