"""What Binance's error codes mean. What is not here means nothing: the order may be there.

Left out on purpose: -1000, -1001, -1006, -1007, -1008, -1016 (Binance itself does not know, or says so after the order
went on), -1003 and -1015 (rate limits), -1021 (a clock that is off), and -2010's "Duplicate order sent.".
"""

from __future__ import annotations

from cryptouniverse.kernel.words import gettext_noop as _
from trading.exchanges.outcomes import ANY, BAD_KEY, NOT_LISTED, Answers

KIND_NOT_OFFERED = _("The exchange does not take this kind of order for this pair.")
_MALFORMED = _("The exchange could not read the order.")
_NOT_AROUND = _("One price of a pair has to be above the market and one below it.")
_FILTERS = {
    "Filter failure: LOT_SIZE": _("The amount is below the pair's smallest, above its largest, or not on its step."),
    "Filter failure: MARKET_LOT_SIZE": _("The amount is too small or too large for a market order of this pair."),
    "Filter failure: NOTIONAL": _("The order's value is outside what the exchange takes for this pair."),
    "Filter failure: MIN_NOTIONAL": _("The order's value is below the exchange's minimum for this pair."),
    "Filter failure: PRICE_FILTER": _("The price is not on the pair's tick, or outside its limits."),
    "Filter failure: PERCENT_PRICE": _("The price is too far from the market's."),
    "Filter failure: MAX_NUM_ORDERS": _("There are too many open orders for this pair."),
    "Filter failure: MAX_NUM_ALGO_ORDERS": _("There are too many open stop orders for this pair."),
    "Filter failure: MAX_POSITION": _("The position would be larger than the exchange allows for this pair."),
    "Market is closed.": _("The market is halted at the exchange: try again when it trades."),
    ANY: _("The exchange refuses the order's numbers."),
}
_REJECTIONS = {
    "Account has insufficient balance for requested action.": _("The balance at the exchange is too small."),
    "Market is closed.": _("The market is halted at the exchange: try again when it trades."),
    "Order would immediately match and take.": _("The order would have taken from the book, and was not to."),
    "Order would trigger immediately.": _("The stop price is already reached."),
    "Stop price would trigger immediately.": _("The stop price is already reached."),
    "Price * QTY is zero or less.": _("The order's value is zero."),
    "IcebergQty exceeds QTY.": _("The visible part is larger than the order."),
    "Market orders are not supported for this symbol.": KIND_NOT_OFFERED,
    "Stop loss orders are not supported for this symbol.": KIND_NOT_OFFERED,
    "Limit orders require GTC for this phase.": _("The exchange takes only resting orders for this pair just now."),
    "This action is disabled on this account.": _("The exchange has closed this account for trading: ask it why."),
    "This account may not place or cancel orders.": _("The exchange has closed this account for trading: ask it why."),
    "This symbol is not permitted for this account.": _("The exchange does not let this account trade this pair."),
    "This symbol is restricted for this account.": _("The exchange does not let this account trade this pair."),
    "Symbol is not valid.": NOT_LISTED,
    "The relationship of the prices for the orders is not correct.": _NOT_AROUND,
}
_BAD_SECRET = _(
    "The exchange does not accept the signature: the secret does not belong to this API key. Enter both anew."
)

ANSWERS = Answers(
    refusals={
        "-1013": _FILTERS,
        "-1010": _REJECTIONS,
        "-2010": _REJECTIONS,
        "-1014": {ANY: KIND_NOT_OFFERED},
        "-1020": {ANY: KIND_NOT_OFFERED},
        "-1121": {ANY: NOT_LISTED},
        "-1111": {ANY: _("The price or amount has more digits than the pair allows.")},
        "-1131": {ANY: _MALFORMED},
        **{code: {ANY: _NOT_AROUND} for code in ("-1165", "-1166", "-1196", "-1197", "-1198", "-1199")},
        **{
            code: {ANY: _MALFORMED}
            for code in (
                "-1100",
                "-1101",
                "-1102",
                "-1103",
                "-1104",
                "-1105",
                "-1106",
                "-1114",
                "-1115",
                "-1116",
                "-1117",
                "-1118",
                "-1128",
                "-1130",
                "-1158",
                "-1168",
            )
        },
    },
    key_refused={
        "-1002": {ANY: BAD_KEY},
        "-2014": {ANY: BAD_KEY},
        "-2015": {ANY: BAD_KEY},
        "-1022": {ANY: _BAD_SECRET},
    },
    not_there={"-2013": {ANY: "-"}},
    not_open={"-2011": {"Unknown order sent.": "-"}, "-2013": {ANY: "-"}},
    clock_off=frozenset({"-1021"}),
)
