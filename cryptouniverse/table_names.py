"""What tables are called in the operators' admin, where their models do not say it; see `labels`."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

MODELS: Final = {
    "accounts_scim.DirectoryEntry": (_("directory entry"), _("directory entries")),
    "accounts_scim.DirectoryToken": (_("directory token"), _("directory tokens")),
    "aiengine_autopilot.CycleRun": (_("cycle run"), _("cycle runs")),
    "aiengine_autopilot.DecisionRecord": (_("decision"), _("decisions")),
    "credits_ledger.Account": (_("account"), _("accounts")),
    "credits_ledger.CreditLot": (_("credit lot"), _("credit lots")),
    "credits_ledger.Entry": (_("entry"), _("entries")),
    "credits_ledger.Posting": (_("posting"), _("postings")),
    "credits_metering.MeteredProfit": (_("metered profit"), _("metered profits")),
    "credits_metering.ProfitMark": (_("profit mark"), _("profit marks")),
    "cryptouniverse_events.Delivery": (_("delivery"), _("deliveries")),
    "cryptouniverse_events.OutboxEvent": (_("outbox event"), _("outbox events")),
    "cryptouniverse_events.StreamHead": (_("stream head"), _("stream heads")),
    "tenants_branding.BrandLogo": (_("logo"), _("logos")),
    "tenants_branding.Branding": (_("branding"), _("brandings")),
    "tenants_branding.CreditPrice": (_("credit price"), _("credit prices")),
    "tenants_branding.LegalText": (_("legal text"), _("legal texts")),
    "tenants_provisioning.Domain": (_("domain"), _("domains")),
    "tenants_provisioning.Tenant": (_("tenant"), _("tenants")),
    "trading_execution.Attempt": (_("attempt"), _("attempts")),
    "trading_execution.Fill": (_("fill"), _("fills")),
    "trading_execution.Intent": (_("intent"), _("intents")),
    "trading_execution.Lease": (_("lease"), _("leases")),
    "trading_execution.Leg": (_("order of a pair"), _("orders of pairs")),
    "trading_execution.Order": (_("order"), _("orders")),
    "trading_execution.ParentOrder": (_("order over time"), _("orders over time")),
    "trading_execution.StrangeOrder": (_("strange order"), _("strange orders")),
    "trading_execution.Template": (_("order template"), _("order templates")),
    "trading_portfolio.Dust": (_("dust"), _("dust")),
    "trading_portfolio.EquityPoint": (_("equity point"), _("equity points")),
    "trading_portfolio.Lot": (_("lot"), _("lots")),
    "trading_portfolio.LotClose": (_("lot close"), _("lot closes")),
    "trading_portfolio.Portfolio": (_("portfolio"), _("portfolios")),
    "trading_portfolio.Position": (_("position"), _("positions")),
    "trading_portfolio.Transfer": (_("transfer"), _("transfers")),
    "trading_risk.RiskLimits": (_("risk limits"), _("risk limits")),
}
