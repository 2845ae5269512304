"""The exchange without its process: the pure venue, driven directly."""

from trading.sandbox.venue.amounts import units
from trading.sandbox.venue.candles import post_bar
from trading.sandbox.venue.markets import default_markets
from trading.sandbox.venue.opening import open_account
from trading.sandbox.venue.orders import Ticket
from trading.sandbox.venue.placing import place
from trading.sandbox.venue.state import Venue
from trading.sandbox.venue.walking import move_price, open_market

NOW = 1_700_000_000_000


def new_venue(*, in_bars=False, symbols=("BTCUSDT",), **more) -> Venue:
    """An exchange with some of the default markets and nobody in it."""
    venue = Venue(in_bars=in_bars, **more)
    for market in default_markets():
        if market.symbol in symbols:
            open_market(venue, market, NOW)
    return venue


def rich(venue, key="alice", **more):
    """An account with plenty of everything."""
    plenty = {"USDT": "100000000", "BTC": "1000", "ETH": "10000", "BNB": "1000"}
    account = open_account(venue, {"api_key": key, "balances": plenty} | more, NOW)
    settle(venue)
    return account


def order(venue, account, text, **more):
    """Place what `text` says: "BUY LIMIT 0.5 @ 49000", "SELL STOP_LOSS 1 ! 48000", "BUY MARKET 0.1"."""
    side, kind, quantity, *rest = text.split()
    marks = dict(zip(rest[::2], rest[1::2], strict=True))
    ticket = Ticket(
        symbol=more.pop("symbol", "BTCUSDT"),
        side=side,
        kind=kind,
        quantity=units(quantity),
        price=units(marks.get("@", "0")),
        stop=units(marks.get("!", "0")),
        **more,
    )
    placed = place(venue, account, ticket, NOW)
    settle(venue)
    return placed


def move(venue, price, symbol="BTCUSDT"):
    """Let the market jump."""
    move_price(venue, symbol, units(price), NOW)
    settle(venue)


def walk(venue, bar, symbol="BTCUSDT"):
    """Walk one bar."""
    walked = post_bar(venue, symbol, bar, NOW)
    settle(venue)
    return walked


def settle(venue) -> None:
    """End the action, as the server does after each request."""
    venue.settle(NOW, "test")
