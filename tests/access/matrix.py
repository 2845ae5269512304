"""Who may do what: every route and method with the answer that each caller gets. The one table; it is told, not read
off the code.

What a row says stands in `rows.py`. A new route needs one. `body` is what a permitted caller sends; `fine` says what
else than 2xx and 3xx is an answer to somebody who may.
"""

from __future__ import annotations

from json import dumps
from urllib.parse import urlencode

from tests.access.matrix_alone import REFUSALS_OF_CONTENT, lines
from tests.access.rows import (
    HERS,
    LOOK,
    MANAGER,
    MEMBER,
    OPEN,
    OWNER,
    P_READ,
    P_WRITE,
    T_EXECUTE,
    T_READ,
    T_WRITE,
    TRADE,
    Row,
    row,
)
from tests.strategies.rule_documents import RULES

NEW_BOT = {"strategy": "donchian_breakout", "timeframe": "1h", "instruments": ["sim:BTC/USDT"]}
LADDER = {
    "portfolio": "{portfolio_id}", "strategy": "dca_ladder", "instruments": ["sim:BTC/USDT"], "funds": "5000",
    "parameters": {"maximum": 2},
}  # fmt: skip
TICKET = {"instrument": "sim:BTC/USDT", "kind": "market", "quantity": "0.001", "stop_price": "1000"}
OVER_TIME = {
    "instrument": "sim:BTC/USDT", "kind": "twap", "quantity": "0.01", "stop_price": "1000",
    "parameters": {"duration_s": 7_200, "interval_s": 3_600},
}  # fmt: skip
LIMIT = {**TICKET, "instrument": "sim:ETH/USDT", "kind": "limit", "limit_price": "1090", "quantity": "0.1"}
TEMPLATE = {"name": "New", "kind": "market", "size_quote": "50", "stop_pct": "-5"}
LAB_FORM = {
    "strategy": "donchian_breakout", "instruments": "sim:BTC/USDT", "timeframe": "1h", "capital": "10000",
    "sizing": "risk", "size": "2", "fee": "0.1", "slippage": "0.05", "stop": "3",
}  # fmt: skip
LAB_SEARCH = {"method": "random", "objective": "sharpe", "trials": "5", "trades": "0", "folds": "0"}
NEXT_RULES = {"document": {**RULES, "stop_bps": 99}, "based_on": 1}
RAW, NEXT_RAW = (  # texts here are filled in: their own braces stand twice
    dumps(one).replace("{", "{{").replace("}", "}}") for one in (RULES, NEXT_RULES["document"])
)
FOLLOW = {"strategy": "donchian_breakout", "instrument": "sim:BTC/USDT", "timeframe": "1h"}
BACKTEST = {"strategy": "donchian_breakout", "instruments": ["sim:BTC/USDT"], "timeframe": "1h"}
UNTIL = "{until}"
SEARCH = {**BACKTEST, "method": "random", "trials": 5, "checks": {"folds": 0}}
V1 = "api/v1/"
_P, _C, _T = f"{V1}portfolios/<uuid:portfolio_id>", f"{V1}exchanges/connections/<uuid:connection_id>", "settings/team/"
_O = f"{V1}optimisations/<uuid:optimisation_id>"
_PAGE_C = "connections/<uuid:connection_id>/"

MATRIX: dict[tuple[str, str], Row] = {
    # everybody
    ("GET", "healthz"): row(OPEN),
    ("GET", "accounts/login/"): row(OPEN),
    ("POST", "accounts/login/"): row(OPEN),
    ("GET", "accounts/logout/"): row(OPEN),
    ("POST", "accounts/logout/"): row(OPEN),
    ("GET", "api/docs/"): row(OPEN),
    ("GET", "problems/<str:code>"): row(OPEN),
    ("GET", f"{V1}openapi.json"): row(OPEN),
    ("GET", f"{V1}health/ping"): row(OPEN),
    ("GET", f"{V1}health/database"): row(OPEN),
    ("GET", f"{V1}health/redis"): row(OPEN),
    ("GET", f"{V1}health/full"): row(OPEN),
    ("GET", f"{V1}^.*$"): row(OPEN, fine=(404,)),
    # the API: people
    ("GET", f"{V1}me"): row(T_READ),
    ("GET", f"{V1}users"): row("users:read"),
    ("POST", f"{V1}users"): row("users:write", email="new@acme.example", role="viewer"),
    ("POST", f"{V1}me/stop"): row(T_EXECUTE, reason="looked wrong"),
    ("POST", f"{V1}me/rearm"): row(T_EXECUTE, reason="looked at"),
    ("GET", f"{V1}users/<uuid:user_id>"): row("users:read"),
    ("GET", f"{V1}users/<uuid:user_id>/limits"): row("users:read"),
    ("PATCH", f"{V1}users/<uuid:user_id>/limits"): row("users:write", order_notional_max="500"),
    ("POST", f"{V1}users/<uuid:user_id>/stop"): row("users:execute", reason="looked wrong"),
    ("POST", f"{V1}users/<uuid:user_id>/rearm"): row("users:execute", reason="looked at"),
    ("GET", f"{V1}tenant/limits"): row("admin:read"),
    ("PATCH", f"{V1}tenant/limits"): row("admin:write", order_notional_max="500"),
    ("POST", f"{V1}tenant/stop"): row("admin:execute", reason="looked wrong"),
    ("POST", f"{V1}tenant/rearm"): row("admin:execute", reason="looked at"),
    ("PATCH", f"{V1}users/<uuid:user_id>"): row("users:write", display_name="Somebody"),
    ("GET", f"{V1}audit/records"): row("system:read"),
    ("GET", f"{V1}monitoring/outbox"): row("system:read"),
    ("GET", f"{V1}monitoring/workers"): row("system:read"),
    # the API: teams
    ("GET", f"{V1}teams"): row(P_READ),
    ("POST", f"{V1}teams"): row(P_WRITE, name="Another"),
    ("GET", f"{V1}teams/<uuid:team_id>"): row(P_READ, MEMBER),
    ("PATCH", f"{V1}teams/<uuid:team_id>"): row(P_WRITE, MANAGER, name="Renamed"),
    ("DELETE", f"{V1}teams/<uuid:team_id>"): row(P_WRITE, MANAGER),
    ("POST", f"{V1}teams/<uuid:team_id>/members"): row(P_WRITE, MANAGER, email="x@acme.example", role="viewer"),
    ("GET", f"{V1}teams/<uuid:team_id>/members/<uuid:member_id>"): row(P_READ, MEMBER),
    ("PATCH", f"{V1}teams/<uuid:team_id>/members/<uuid:member_id>"): row(P_WRITE, MANAGER, role="viewer"),
    ("DELETE", f"{V1}teams/<uuid:team_id>/members/<uuid:member_id>"): row(P_READ, MANAGER),
    ("GET", f"{V1}invitations"): row(P_READ),
    ("DELETE", f"{V1}invitations/<uuid:invitation_id>"): row(P_READ, HERS),
    ("POST", f"{V1}invitations/<uuid:invitation_id>/accept"): row(P_READ, HERS),
    ("DELETE", f"{V1}shares/<uuid:share_id>"): row(P_READ, HERS),
    ("GET", f"{V1}delegations"): row(P_READ),
    ("GET", f"{V1}delegations/<uuid:delegation_id>"): row(P_READ, HERS),
    ("DELETE", f"{V1}delegations/<uuid:delegation_id>"): row(P_READ, HERS),
    ("POST", f"{V1}delegations/<uuid:delegation_id>/accept"): row(P_READ, HERS),
    # the API: portfolios
    ("GET", f"{V1}portfolio"): row(P_READ, LOOK, query="?portfolio={portfolio_id}"),
    ("GET", f"{V1}portfolios"): row(P_READ),
    ("POST", f"{V1}portfolios"): row(P_WRITE, name="Another"),
    ("GET", _P): row(P_READ, LOOK),
    ("GET", f"{_P}/positions"): row(P_READ, LOOK),
    ("GET", f"{_P}/equity"): row(P_READ, LOOK),
    ("GET", f"{_P}/orders"): row(T_READ, LOOK),
    ("POST", f"{_P}/orders/place"): row(T_EXECUTE, TRADE, once=True, **TICKET),
    ("GET", f"{_P}/orders/preview"): row(T_READ, LOOK, query="?" + urlencode(TICKET)),
    ("GET", f"{_P}/orders/waiting"): row(T_READ, LOOK),
    ("POST", f"{_P}/orders/cancel-all"): row(T_EXECUTE, TRADE),
    ("POST", f"{_P}/orders/bulk"): row(T_EXECUTE, TRADE, once=True, orders=[TICKET]),
    ("GET", f"{_P}/orders/<uuid:order_id>"): row(T_READ, LOOK),
    ("PATCH", f"{_P}/orders/<uuid:order_id>"): row(T_EXECUTE, TRADE, limit_price="1090"),
    ("DELETE", f"{_P}/orders/<uuid:order_id>"): row(T_EXECUTE, TRADE),
    ("GET", f"{V1}algorithms"): row(T_READ),
    ("GET", f"{_P}/over-time"): row(T_READ, LOOK),
    ("POST", f"{_P}/over-time"): row(T_EXECUTE, TRADE, once=True, **OVER_TIME),
    ("GET", f"{_P}/over-time/<uuid:parent_id>"): row(T_READ, LOOK),
    ("DELETE", f"{_P}/over-time/<uuid:parent_id>"): row(T_EXECUTE, TRADE),
    ("POST", f"{_P}/over-time/<uuid:parent_id>/pause"): row(T_EXECUTE, TRADE, reason="lunch"),
    ("POST", f"{_P}/over-time/<uuid:parent_id>/resume"): row(T_EXECUTE, TRADE),
    ("GET", f"{_P}/templates/<uuid:template_id>/apply"): row(T_READ, HERS, query="?instrument=sim:BTC/USDT"),
    ("GET", f"{V1}order-templates"): row(T_READ),
    ("POST", f"{V1}order-templates"): row(T_EXECUTE, once=True, **TEMPLATE),
    ("GET", f"{V1}order-templates/<uuid:template_id>"): row(T_READ, HERS),
    ("PATCH", f"{V1}order-templates/<uuid:template_id>"): row(T_EXECUTE, HERS, stop_pct="-6"),
    ("DELETE", f"{V1}order-templates/<uuid:template_id>"): row(T_EXECUTE, HERS),
    ("GET", f"{_P}/fills"): row(T_READ, LOOK),
    ("GET", f"{_P}/decisions"): row(T_READ, LOOK),
    ("GET", f"{_P}/limits"): row(P_READ, LOOK),
    ("PATCH", f"{_P}/limits"): row(P_WRITE, OWNER, order_notional_max="500"),
    ("POST", f"{_P}/stop"): row(T_EXECUTE, TRADE, reason="looked wrong"),
    ("POST", f"{_P}/positions/<uuid:position_id>/close"): row(T_EXECUTE, TRADE),
    ("GET", f"{_P}/positions/<uuid:position_id>/protection"): row(T_READ, LOOK),
    ("PATCH", f"{_P}/positions/<uuid:position_id>/protection"): row(T_EXECUTE, TRADE, stop_price="91"),
    ("POST", f"{_P}/rearm"): row(T_EXECUTE, TRADE, reason="looked at"),
    ("GET", f"{_P}/shares"): row(P_READ, OWNER),
    ("POST", f"{_P}/shares"): row(P_WRITE, OWNER, team="{team_id}", access="read"),
    ("POST", f"{_P}/delegations"): row(
        P_WRITE, OWNER, email="x@acme.example", permissions=["trading:read"], until=UNTIL
    ),
    ("GET", f"{V1}transfers"): row(P_READ),
    ("POST", f"{V1}transfers"): row(
        P_WRITE, OWNER, once=True, source="{portfolio_id}", target="{sub_account_id}", amount="10"
    ),
    # the API: bots and what they listen to
    ("GET", f"{V1}bots"): row(T_READ),
    ("POST", f"{V1}bots"): row(T_WRITE, TRADE, portfolio="{portfolio_id}", **NEW_BOT),
    ("GET", f"{V1}managers"): row(T_READ),
    ("GET", f"{V1}finders"): row(T_READ),
    ("GET", f"{V1}finders/seen"): row(T_READ),
    ("GET", f"{V1}bots/<uuid:bot_id>/found"): row(T_READ, LOOK),
    ("POST", f"{V1}bots/ladders"): row(T_READ, LOOK, **LADDER),
    ("GET", f"{V1}bots/<uuid:bot_id>/desks"): row(T_READ, LOOK),
    ("GET", f"{V1}bots/<uuid:bot_id>"): row(T_READ, LOOK),
    ("PATCH", f"{V1}bots/<uuid:bot_id>"): row(T_WRITE, TRADE, allocation="10"),
    ("POST", f"{V1}bots/<uuid:bot_id>/pause"): row(T_EXECUTE, TRADE),
    ("POST", f"{V1}bots/<uuid:bot_id>/resume"): row(T_EXECUTE, TRADE),
    ("POST", f"{V1}bots/<uuid:bot_id>/live"): row(T_WRITE, OWNER, fine=(422,)),  # hers trades with play money
    ("DELETE", f"{V1}bots/<uuid:bot_id>/live"): row(T_EXECUTE, TRADE),
    ("POST", f"{V1}bots/<uuid:bot_id>/backtest"): row(T_WRITE, LOOK, fine=(422,)),
    ("GET", f"{V1}bots/<uuid:bot_id>/days"): row(T_READ, LOOK),
    ("GET", f"{V1}bots/<uuid:bot_id>/days/<str:date>"): row(T_READ, LOOK),
    ("GET", f"{V1}bots/<uuid:bot_id>/drift"): row(T_READ, LOOK),
    ("PATCH", f"{V1}bots/<uuid:bot_id>/drift"): row(T_WRITE, TRADE, pause_on_drift=True),
    ("POST", f"{V1}bots/<uuid:bot_id>/drift/end"): row(T_EXECUTE, TRADE, fine=(409,)),
    ("GET", f"{V1}bots/<uuid:signal_bot_id>/hook"): row(T_READ, LOOK),
    ("POST", f"{V1}bots/<uuid:signal_bot_id>/hook"): row(T_WRITE, OWNER, fine=(409,)),  # hers has secrets
    ("PATCH", f"{V1}bots/<uuid:signal_bot_id>/hook"): row(T_WRITE, OWNER, judged_as="breakout"),
    ("DELETE", f"{V1}bots/<uuid:signal_bot_id>/hook"): row(T_EXECUTE, TRADE),
    ("POST", f"{V1}bots/<uuid:signal_bot_id>/hook/rotate"): row(T_WRITE, OWNER),
    ("POST", f"{V1}bots/<uuid:signal_bot_id>/hook/test"): row(T_EXECUTE, TRADE, instrument="sim:BTC/USDT"),
    ("GET", f"{V1}bots/<uuid:signal_bot_id>/alerts"): row(T_READ, LOOK),
    ("GET", f"{V1}bots/<uuid:bot_id>/limits"): row(T_READ, LOOK),
    ("PATCH", f"{V1}bots/<uuid:bot_id>/limits"): row(T_WRITE, TRADE, order_notional_max="500"),
    ("POST", f"{V1}bots/<uuid:bot_id>/stop"): row(T_EXECUTE, TRADE, reason="looked wrong"),
    ("POST", f"{V1}bots/<uuid:bot_id>/rearm"): row(T_EXECUTE, TRADE, reason="looked at"),
    ("GET", f"{V1}strategies"): row(T_READ),
    ("GET", f"{V1}strategies/<str:name>"): row(T_READ),
    ("POST", f"{V1}strategies/<str:name>/execute"): row(T_EXECUTE, instrument="sim:BTC/USDT"),
    ("GET", f"{V1}signals"): row(T_READ),
    ("GET", f"{V1}rule-sets"): row(T_READ),
    ("POST", f"{V1}rule-sets"): row(T_WRITE, document=RULES),
    ("GET", f"{V1}rule-sets/schema"): row(T_READ),
    ("GET", f"{V1}indicators"): row(T_READ),
    ("POST", f"{V1}rule-sets/validate"): row(T_READ, document=RULES),
    ("GET", f"{V1}rule-sets/<uuid:rule_set_id>"): row(T_READ, HERS),
    ("PATCH", f"{V1}rule-sets/<uuid:rule_set_id>"): row(T_WRITE, HERS, name="Renamed"),
    ("DELETE", f"{V1}rule-sets/<uuid:rule_set_id>"): row(T_WRITE, HERS),
    ("GET", f"{V1}rule-sets/<uuid:rule_set_id>/versions"): row(T_READ, HERS),
    ("POST", f"{V1}rule-sets/<uuid:rule_set_id>/versions"): row(T_WRITE, HERS, **NEXT_RULES),
    ("GET", f"{V1}rule-sets/<uuid:rule_set_id>/versions/<int:number>"): row(T_READ, HERS),
    ("GET", f"{V1}optimisations"): row(T_READ),
    ("POST", f"{V1}optimisations"): row(T_WRITE, **SEARCH),
    ("GET", f"{_O}"): row(T_READ, HERS),
    ("DELETE", f"{_O}"): row(T_WRITE, HERS),
    ("POST", f"{_O}/stop"): row(T_WRITE, HERS),
    ("GET", f"{_O}/trials"): row(T_READ, HERS),
    ("GET", f"{_O}/map"): row(T_READ, HERS, query="?x=entry&y=exit"),
    ("GET", f"{V1}backtests"): row(T_READ),
    ("POST", f"{V1}backtests"): row(T_WRITE, **BACKTEST),
    ("GET", f"{V1}backtests/<uuid:run_id>"): row(T_READ, HERS),
    ("DELETE", f"{V1}backtests/<uuid:run_id>"): row(T_WRITE, HERS),
    ("POST", f"{V1}backtests/<uuid:run_id>/cancel"): row(T_WRITE, HERS),
    ("GET", f"{V1}backtests/<uuid:run_id>/line"): row(T_READ, HERS),
    ("GET", f"{V1}backtests/<uuid:run_id>/trades"): row(T_READ, HERS),
    ("GET", f"{V1}scanner"): row(T_READ),
    ("GET", f"{V1}scanner/opportunities"): row(T_READ),
    ("GET", f"{V1}scanner/opportunities/<uuid:opportunity_id>"): row(T_READ),
    ("GET", f"{V1}signals/subscriptions"): row(T_READ),
    ("POST", f"{V1}signals/subscriptions"): row(T_WRITE, **FOLLOW),
    ("GET", f"{V1}signals/subscriptions/<uuid:subscription_id>"): row(T_READ, HERS),
    ("DELETE", f"{V1}signals/subscriptions/<uuid:subscription_id>"): row(T_WRITE, HERS),
    ("GET", f"{V1}signals/feed"): row(T_READ),
    ("GET", f"{V1}signals/feed/address"): row(T_READ, fine=(404,)),
    ("POST", f"{V1}signals/feed/address"): row(T_WRITE),
    ("DELETE", f"{V1}signals/feed/address"): row(T_WRITE),
    ("GET", f"{V1}opportunities"): row(T_READ),
    ("GET", f"{V1}opportunities/<uuid:verdict_id>"): row(T_READ, LOOK),
    ("GET", f"{V1}risk/rules"): row(T_READ),
    ("GET", f"{V1}market/instruments"): row(T_READ),
    ("GET", f"{V1}market/instruments/<uuid:instrument_id>"): row(T_READ),
    ("GET", f"{V1}market/candles"): row(T_READ, query="?instrument=sim:BTC/USDT&timeframe=1h"),
    ("GET", f"{V1}market/funding"): row(T_READ, query="?instrument=sim:BTC/USDT"),
    ("GET", f"{V1}market/feed"): row(T_READ),
    # the API: credits, never shared
    ("GET", f"{V1}credits"): row(P_READ),
    ("GET", f"{V1}credits/entries"): row(P_READ),
    ("GET", f"{V1}credits/lots"): row(P_READ),
    ("GET", f"{V1}credits/profits"): row(P_READ),
    ("POST", f"{V1}credits/top-ups"): row(P_WRITE, once=True, amount="5", currency="PRACTICE"),
    # the API: exchanges; connections are never shared
    ("GET", f"{V1}exchanges"): row(T_READ),
    ("GET", f"{V1}exchanges/<str:venue>"): row(T_READ),
    ("GET", f"{V1}exchanges/connections"): row(T_READ),
    ("POST", f"{V1}exchanges/connections"): row(T_WRITE, venue="binance", kind="paper", label="Another"),
    ("GET", _C): row(T_READ, HERS),
    ("PATCH", _C): row(T_WRITE, HERS, label="Renamed"),
    ("DELETE", _C): row(T_WRITE, HERS),
    ("POST", f"{_C}/test"): row(T_EXECUTE, HERS, fine=(409, 422)),
    ("POST", f"{_C}/activate"): row(T_EXECUTE, HERS, fine=(409, 422)),
    ("POST", f"{_C}/deactivate"): row(T_EXECUTE, HERS, fine=(409, 422)),
    ("POST", f"{_C}/rotate"): row(T_WRITE, HERS, fine=(409, 422), api_key="k" * 20, secret="s" * 20),
    ("GET", f"{_C}/limits"): row(P_READ, HERS),
    ("PATCH", f"{_C}/limits"): row(P_WRITE, HERS, order_notional_max="500"),
    ("POST", f"{_C}/live"): row(T_WRITE, HERS, fine=(422,), terms_version="2026-11"),
    ("DELETE", f"{_C}/live"): row(T_EXECUTE, HERS),
    # pages: the desk
    ("GET", ""): row(P_READ, LOOK, query="?portfolio={portfolio_id}"),
    ("GET", "desk/panels/"): row(P_READ, LOOK, query="?only=all&portfolio={portfolio_id}"),
    ("POST", "desk/stop/"): row(T_EXECUTE, TRADE, portfolio="{portfolio_id}", reason="looked wrong"),
    ("POST", "desk/rearm/"): row(T_EXECUTE, TRADE, portfolio="{portfolio_id}", reason="looked at"),
    ("GET", "risk/"): row(P_READ, LOOK, query="?portfolio={portfolio_id}"),
    ("POST", "risk/"): row(P_WRITE, OWNER, query="?portfolio={portfolio_id}", part="triggers", kind="drawdown",
                           limit="10", mode="close_only"),
    ("GET", "risk/panels/"): row(P_READ, LOOK, query="?portfolio={portfolio_id}"),
    ("GET", "bots/ladders/new/"): row(T_READ, LOOK, query="?portfolio={portfolio_id}"),
    ("GET", "bots/ladders/show/"): row(T_READ, LOOK, query="?portfolio={portfolio_id}"),
    ("POST", "bots/ladders/start/"): row(
        T_WRITE, TRADE, portfolio="{portfolio_id}", strategy="dca_ladder", funds="4000", instruments="sim:BTC/USDT"
    ),
    ("GET", "bots/<uuid:bot_id>/desk/"): row(T_READ, LOOK),
    ("GET", "bots/<uuid:bot_id>/found/"): row(T_READ, LOOK),
    ("POST", "bots/<uuid:bot_id>/desk/pause/"): row(T_EXECUTE, TRADE),
    ("POST", "bots/<uuid:bot_id>/desk/resume/"): row(T_EXECUTE, TRADE),
    ("POST", "bots/<uuid:bot_id>/desk/change/"): row(T_WRITE, TRADE, name="Mine"),
    ("GET", "bots/<uuid:bot_id>/stops/"): row(T_READ, LOOK),
    ("POST", "bots/<uuid:bot_id>/stops/"): row(
        T_WRITE, TRADE, stop="2", target="5", trail="1", break_even="3", candles="48"
    ),
    ("GET", "bots/<uuid:rules_bot_id>/rules/"): row(T_READ, LOOK),
    ("POST", "bots/<uuid:rules_bot_id>/rules/"): row(T_WRITE, TRADE, strategy="{rules_version}"),
    ("GET", "bots/new/"): row(T_WRITE),
    ("POST", "bots/new/"): row(T_WRITE, TRADE, portfolio="{portfolio_id}", **NEW_BOT),
    ("GET", "bots/<uuid:signal_bot_id>/signals/"): row(T_READ, LOOK),
    ("GET", "bots/<uuid:signal_bot_id>/signals/panels/"): row(T_READ, LOOK, query="?only=alerts"),
    ("POST", "bots/<uuid:signal_bot_id>/signals/open/"): row(T_WRITE, OWNER, fine=(302,)),  # hers has secrets
    ("POST", "bots/<uuid:signal_bot_id>/signals/judge/"): row(T_WRITE, OWNER, judged_as="breakout"),
    ("POST", "bots/<uuid:signal_bot_id>/signals/rotate/"): row(T_WRITE, OWNER, overlap_hours="24"),
    ("POST", "bots/<uuid:signal_bot_id>/signals/revoke/"): row(T_EXECUTE, TRADE),
    ("POST", "bots/<uuid:signal_bot_id>/signals/test/"): row(T_EXECUTE, TRADE, instrument="sim:BTC/USDT"),
    ("GET", "bots/<uuid:bot_id>/sizing/"): row(T_READ, LOOK),
    ("POST", "bots/<uuid:bot_id>/sizing/"): row(T_WRITE, TRADE, method="fixed", amount="100"),
    ("GET", "bots/<uuid:bot_id>/expected/"): row(T_READ, LOOK),
    ("GET", "bots/<uuid:bot_id>/expected/days.csv"): row(T_READ, LOOK),
    ("GET", "bots/<uuid:bot_id>/expected/<str:date>/"): row(T_READ, LOOK),
    ("POST", "bots/<uuid:bot_id>/expected/backtest/"): row(T_WRITE, LOOK, fine=(302,)),
    ("POST", "bots/<uuid:bot_id>/expected/choose/"): row(T_WRITE, TRADE, pause_on_drift="yes"),
    ("POST", "bots/<uuid:bot_id>/expected/end/"): row(T_EXECUTE, TRADE),
    ("GET", "bots/<uuid:bot_id>/limits/"): row(T_READ, LOOK),
    ("POST", "bots/<uuid:bot_id>/limits/"): row(T_WRITE, TRADE, order_notional_max="500"),
    ("GET", f"{_PAGE_C}limits/"): row(P_READ, HERS),
    ("POST", f"{_PAGE_C}limits/"): row(P_WRITE, HERS, order_notional_max="500"),
    ("GET", "settings/limits/"): row("admin:read"),
    ("POST", "settings/limits/"): row("admin:write", order_notional_max="500"),
    ("GET", "settings/limits/people/<uuid:user_id>/"): row("users:read"),
    ("POST", "settings/limits/people/<uuid:user_id>/"): row("users:write", order_notional_max="500"),
    ("GET", "trade/"): row(T_READ, LOOK, query="?portfolio={portfolio_id}"),
    ("GET", "trade/preview/"): row(T_READ, LOOK, query="?portfolio={portfolio_id}&" + urlencode(TICKET)),
    ("GET", "trade/history.csv"): row(T_READ, LOOK, query="?portfolio={portfolio_id}"),
    ("POST", "trade/place/"): row(T_EXECUTE, TRADE, portfolio="{portfolio_id}", key="{key}", **TICKET),
    ("POST", "trade/orders/<uuid:order_id>/amend/"): row(T_EXECUTE, TRADE, portfolio="{portfolio_id}", **LIMIT),
    ("GET", "trade/positions/<uuid:position_id>/"): row(T_READ, LOOK, query="?portfolio={portfolio_id}"),
    ("POST", "trade/positions/<uuid:position_id>/close/"): row(
        T_EXECUTE, TRADE, portfolio="{portfolio_id}", part="100"
    ),
    ("POST", "trade/positions/<uuid:position_id>/protect/"): row(
        T_EXECUTE, TRADE, portfolio="{portfolio_id}", stop_price="91"
    ),
    ("POST", "trade/templates/"): row(
        T_EXECUTE, LOOK, portfolio="{portfolio_id}", keep_as="Mine", keep_size="quote", **TICKET
    ),
    ("POST", "trade/templates/<uuid:template_id>/delete/"): row(T_EXECUTE, HERS, portfolio="{portfolio_id}"),
    ("POST", "trade/cancel-all/"): row(T_EXECUTE, TRADE, portfolio="{portfolio_id}"),
    ("GET", "lab/"): row(T_READ),
    ("POST", "lab/start/"): row(T_WRITE, **LAB_FORM),
    ("GET", "lab/rules/"): row(T_READ),
    ("GET", "lab/rules/new/"): row(T_READ),
    ("POST", "lab/rules/edit/"): row(T_READ),
    ("POST", "lab/rules/create/"): row(T_WRITE, raw=RAW, do="raw"),
    ("GET", "lab/rules/<uuid:rule_set_id>/"): row(T_READ, HERS),
    ("POST", "lab/rules/<uuid:rule_set_id>/save/"): row(
        T_WRITE, HERS, raw=NEXT_RAW, do="raw", based_on="1"
    ),
    ("POST", "lab/rules/<uuid:rule_set_id>/delete/"): row(T_WRITE, HERS),
    ("GET", "lab/rules/<uuid:rule_set_id>/rules.json"): row(T_READ, HERS),
    ("GET", "lab/ladder/"): row(T_READ),
    ("POST", "lab/search/start/"): row(T_WRITE, **LAB_FORM, **LAB_SEARCH),
    ("GET", "lab/search/<uuid:optimisation_id>/"): row(T_READ, HERS),
    ("POST", "lab/search/<uuid:optimisation_id>/stop/"): row(T_WRITE, HERS),
    ("POST", "lab/search/<uuid:optimisation_id>/delete/"): row(T_WRITE, HERS),
    ("GET", "lab/opportunities/"): row(T_READ),
    ("POST", "lab/opportunities/follow/"): row(T_WRITE, **FOLLOW),
    ("GET", "lab/signals/"): row(T_READ),
    ("GET", "lab/signals/panels/"): row(T_READ),
    ("POST", "lab/signals/follow-all/"): row(T_WRITE, score="0.1"),
    ("GET", "lab/signals/address/"): row(T_READ),
    ("POST", "lab/signals/address/"): row(T_WRITE),
    ("POST", "lab/signals/address/revoke/"): row(T_WRITE),
    ("POST", "lab/signals/<uuid:subscription_id>/end/"): row(T_WRITE, HERS),
    ("GET", "feeds/<str:feed_token>/signals.atom"): row(OPEN),
    ("GET", "feeds/<str:feed_token>/signals.json"): row(OPEN),
    ("GET", "lab/compare/"): row(T_READ, fine=(302,)),
    ("GET", "lab/<uuid:run_id>/"): row(T_READ, HERS),
    ("POST", "lab/<uuid:run_id>/cancel/"): row(T_WRITE, HERS),
    ("POST", "lab/<uuid:run_id>/delete/"): row(T_WRITE, HERS),
    ("GET", "lab/<uuid:run_id>/trades.csv"): row(T_READ, HERS),
    ("GET", "lab/<uuid:run_id>/report.html"): row(T_READ, HERS),
    ("GET", "trade/over-time/"): row(T_READ, LOOK, query="?portfolio={portfolio_id}"),
    ("POST", "trade/over-time/begin/"): row(
        T_EXECUTE, TRADE, portfolio="{portfolio_id}", instrument="sim:BTC/USDT", kind="twap", quantity="0.01",
        stop_price="1000", key="{key}", **{"twap-duration_s": "120", "twap-interval_s": "60"},
    ),
    ("POST", "trade/over-time/<uuid:parent_id>/pause/"): row(T_EXECUTE, TRADE, portfolio="{portfolio_id}"),
    ("POST", "trade/over-time/<uuid:parent_id>/resume/"): row(T_EXECUTE, TRADE, portfolio="{portfolio_id}"),
    ("POST", "trade/over-time/<uuid:parent_id>/end/"): row(T_EXECUTE, TRADE, portfolio="{portfolio_id}"),
    ("POST", "trade/orders/<uuid:order_id>/cancel/"): row(T_EXECUTE, TRADE, portfolio="{portfolio_id}"),
    ("POST", "desk/positions/<uuid:position_id>/close/"): row(T_EXECUTE, TRADE, portfolio="{portfolio_id}"),
    ("POST", "desk/bots/<uuid:bot_id>/stop/"): row(T_EXECUTE, TRADE, portfolio="{portfolio_id}", reason="wrong"),
    ("POST", "desk/bots/<uuid:bot_id>/rearm/"): row(T_EXECUTE, TRADE, portfolio="{portfolio_id}", reason="fine"),
    ("POST", "desk/connections/<uuid:connection_id>/explain/"): row(
        T_EXECUTE, HERS, fine=(404,), order="7", reason="mine"
    ),
    ("POST", "desk/bots/<uuid:bot_id>/live/"): row(T_WRITE, OWNER, fine=(302,), portfolio="{portfolio_id}"),
    ("POST", "desk/bots/<uuid:bot_id>/live/end/"): row(T_EXECUTE, TRADE, portfolio="{portfolio_id}"),
    ("POST", "desk/top-ups/"): row(P_WRITE, amount="5", key="{key}"),
    # pages: connections
    ("GET", "connections/"): row(T_READ),
    ("GET", "connections/panels/"): row(T_READ),
    ("GET", "connections/add/"): row(T_WRITE),
    ("POST", "connections/add/"): row(T_WRITE, fine=(422,)),
    ("GET", "connections/add/panels/"): row(T_READ),
    ("POST", "connections/sandbox/"): row(T_WRITE, fine=(302,)),  # no exchange runs here
    ("GET", _PAGE_C): row(T_READ, HERS),
    ("GET", f"{_PAGE_C}panels/"): row(T_READ, HERS),
    ("POST", f"{_PAGE_C}rename/"): row(T_WRITE, HERS, label="Renamed"),
    ("POST", f"{_PAGE_C}test/"): row(T_EXECUTE, HERS, fine=(302,)),
    ("POST", f"{_PAGE_C}activate/"): row(T_EXECUTE, HERS, fine=(302,)),
    ("POST", f"{_PAGE_C}deactivate/"): row(T_EXECUTE, HERS, fine=(302,)),
    ("POST", f"{_PAGE_C}allow/"): row(T_EXECUTE, HERS, fine=(302,), reason="looked at"),
    ("POST", f"{_PAGE_C}rotate/"): row(T_WRITE, HERS, fine=(302,), api_key="k" * 20, secret="s" * 20),
    ("POST", f"{_PAGE_C}live/"): row(T_WRITE, HERS, fine=(302,), terms="2026-11"),
    ("POST", f"{_PAGE_C}live/end/"): row(T_EXECUTE, HERS),
    ("POST", f"{_PAGE_C}delete/"): row(T_WRITE, HERS),
    # the API and pages: keys, tokens, region rules
    ("POST", f"{V1}auth/token"): row(OPEN, fine=(401,), email="nobody@acme.example", password="wrong"),
    ("POST", f"{V1}auth/token/refresh"): row(OPEN, fine=(401,), refresh_token="none"),
    ("POST", f"{V1}auth/token/revoke"): row(OPEN, refresh_token="none"),
    ("GET", f"{V1}auth/keys"): row(T_READ),
    ("POST", f"{V1}auth/keys"): row(T_READ, name="Bot", scopes=[T_READ]),
    ("GET", f"{V1}auth/keys/self"): row(T_READ, fine=(422,)),  # a person has come by no key
    ("POST", f"{V1}auth/keys/self/rotate"): row(T_READ, fine=(422,)),
    ("GET", f"{V1}auth/keys/<uuid:key_id>"): row(T_READ, HERS),
    ("PATCH", f"{V1}auth/keys/<uuid:key_id>"): row(T_READ, HERS, name="Other"),
    ("DELETE", f"{V1}auth/keys/<uuid:key_id>"): row(T_READ, HERS),
    ("POST", f"{V1}auth/keys/<uuid:key_id>/rotate"): row(T_READ, HERS),
    ("GET", "keys/"): row(T_READ),
    ("GET", "keys/panels/"): row(T_READ),
    ("POST", "keys/create/"): row(T_READ, name="Bot", scopes=[T_READ], expires="90"),
    ("GET", "keys/<uuid:key_id>/"): row(T_READ, HERS),
    ("POST", "keys/<uuid:key_id>/rename/"): row(T_READ, HERS, name="Other"),
    ("POST", "keys/<uuid:key_id>/rotate/"): row(T_READ, HERS, overlap_hours="1"),
    ("POST", "keys/<uuid:key_id>/revoke/"): row(T_READ, HERS),
    ("GET", f"{V1}regions/policy"): row("system:read"),
    ("PUT", f"{V1}regions/policy"): row("system:write", otherwise="allow"),
    ("GET", f"{V1}regions/rules"): row("system:read"),
    ("POST", f"{V1}regions/rules"): row("system:write", kind="network", value="203.0.113.7", verdict="deny"),
    ("DELETE", f"{V1}regions/rules/<uuid:rule_id>"): row("system:delete"),
    ("GET", "regions/"): row("system:read"),
    ("GET", "regions/panels/"): row("system:read"),
    ("POST", "regions/add/"): row("system:write", kind="network", value="203.0.113.7", verdict="deny"),
    ("POST", "regions/otherwise/"): row("system:write", otherwise="allow"),
    ("POST", "regions/<uuid:rule_id>/delete/"): row("system:delete"),
    # pages: the team
    ("GET", _T): row(P_READ),
    ("GET", f"{_T}panels/"): row(P_READ),
    ("POST", f"{_T}create/"): row(P_WRITE, name="Another"),
    ("POST", f"{_T}portfolios/"): row(P_WRITE, name="Another"),
    ("POST", f"{_T}transfers/"): row(
        P_WRITE, OWNER, source="{portfolio_id}", target="{sub_account_id}", amount="10", key="{key}"
    ),
    ("POST", f"{_T}delegations/"): row(
        P_WRITE, OWNER, portfolio="{portfolio_id}", email="x@acme.example", permissions=[T_EXECUTE], until="{day}"
    ),
    ("POST", f"{_T}delegations/<uuid:delegation_id>/accept/"): row(P_READ, HERS),
    ("POST", f"{_T}delegations/<uuid:delegation_id>/end/"): row(P_READ, HERS),
    ("POST", f"{_T}invitations/<uuid:invitation_id>/accept/"): row(P_READ, HERS),
    ("POST", f"{_T}invitations/<uuid:invitation_id>/decline/"): row(P_READ, HERS),
    ("POST", f"{_T}shares/<uuid:share_id>/end/"): row(P_READ, HERS),
    ("POST", f"{_T}<uuid:team_id>/invite/"): row(P_WRITE, MANAGER, email="x@acme.example", role="viewer"),
    ("POST", f"{_T}<uuid:team_id>/share/"): row(P_WRITE, OWNER, portfolio="{portfolio_id}", access="read"),
    ("POST", f"{_T}<uuid:team_id>/end/"): row(P_WRITE, MANAGER),
    ("POST", f"{_T}<uuid:team_id>/members/<uuid:member_id>/role/"): row(P_WRITE, MANAGER, role="viewer"),
    ("POST", f"{_T}<uuid:team_id>/members/<uuid:member_id>/end/"): row(P_READ, MANAGER),
    # the socket of pages; whose hints it gets is in test_access_matrix
    ("GET", "ws:ws/live/"): row(P_READ),
}  # fmt: skip


def _alone(permission: str, second_factor: bool) -> Row:
    """A row of what no team and no delegation reaches; pages may say in a message why not."""
    fine = {*REFUSALS_OF_CONTENT, 302} | ({403} if second_factor else set())
    if permission in {"open", "own"}:
        return Row(OPEN, fine=frozenset({*fine, 401, 403}))
    return Row(permission, fine=frozenset(fine))


WALKED_FOR_AUDIT = frozenset(MATRIX)  # the others' own tests call them
MATRIX |= {(method, path): _alone(permission, more) for permission, more, method, path in lines()}
