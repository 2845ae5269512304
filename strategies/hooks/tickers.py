"""Which of a bot's instruments a ticker names: "BTCUSDT", "BINANCE:BTCUSDT", "BTC/USDT", "binance:BTC/USDT". Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from cryptouniverse.kernel.words import gettext_noop as _
from strategies.hooks.errors import BadAlert

_FUTURES: Final = re.compile(r"(\.P|\.PERP|PERP|_PERP|-PERP|\d!)$")


def instrument_of(ticker: str, exchange: str, instruments: Sequence[str]) -> str:
    """The one that is meant. exchange: where the ticker is from, "" for anywhere; it decides between two of a name.

    A chart of another exchange is fine where the pair is clear. Raises BadAlert.
    """
    if not ticker:
        raise BadAlert(_("ticker is missing: which instrument is meant?"), field="ticker")
    if ticker in instruments:
        return ticker
    venue, _colon, pair = ticker.upper().rpartition(":")
    venue = venue or exchange.upper()
    if _FUTURES.search(pair):
        said = _("%(ticker)s is a future or a perpetual contract: this bot trades spot. Use the chart of the coin.")
        raise BadAlert(said, field="ticker", ticker=ticker)
    plain = re.sub(r"[/_\-]", "", pair)
    found = [one for one in instruments if one.partition(":")[2].replace("/", "").upper() == plain]
    there = [one for one in found if one.partition(":")[0].upper() == venue] or found
    if len(there) == 1:
        return there[0]
    if there:
        said = _("This bot trades %(ticker)s on several exchanges: name one, such as %(example)s.")
        raise BadAlert(said, field="ticker", ticker=ticker, example=there[0])
    raise BadAlert(_("This bot does not trade %(ticker)s."), field="ticker", ticker=ticker)
