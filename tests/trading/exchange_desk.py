"""A desk at an exchange in a few words: what was recorded, what the venue says to it, what the books say after."""

from dataclasses import replace
from decimal import Decimal

from credits.ledger.services import top_up
from cryptouniverse.kernel.ids import derived_id, new_id
from cryptouniverse.kernel.market import Side
from cryptouniverse.kernel.money import Credits
from tests.people import member
from tests.trading.connections_cast import credentials, given_connection
from tests.trading.marketdata_cast import given_instrument
from trading.exchanges.types import Accepted, ExchangeMarket, Rejected, Unknown, VenueOrder, VenueStatus, VenueTrade
from trading.execution.models import Fill, Intent, Order
from trading.execution.services.learning import learn as take_in
from trading.execution.services.leases import raise_epoch
from trading.execution.services.opening import portfolio_of_connection
from trading.execution.services.record import record_intents
from trading.execution.services.sending import claim_sendable
from trading.execution.types import Answered, Desk, IntentDraft, Windows
from trading.portfolio.models import Position

BTC = "binance:BTC/USDT"
MARKETS = {
    "BTC/USDT": ExchangeMarket(
        "BTC/USDT", "BTC", "USDT", tick=Decimal("0.01"), step=Decimal("0.00001"), min_notional=Decimal(5)
    )
}
WINDOWS = Windows()


def given_desk(*, cash="10000", finds=True, **connection) -> Desk:
    """The desk of a trader whose sandbox account was given `cash`."""
    user = member(f"{new_id()}@example.com")
    top_up(user=user, amount=Credits(1000), currency="PRACTICE", idempotency_key=f"{user.pk}:first", reason="test")
    row = given_connection(user, keys=credentials(api_key=f"key-{user.pk}"), **connection)
    given_instrument(BTC)
    portfolio = portfolio_of_connection(connection_pk=row.pk, cash=Decimal(cash))
    epoch = raise_epoch(connection_pk=row.pk, holder="test")
    return Desk(row.pk, row.public_id, portfolio.pk, "binance", epoch, finds)


def wish(desk, *, quantity="0.1", limit="101", stop="90", target="") -> Intent:
    """A recorded entry; with a target its stop becomes a pair."""
    draft = IntentDraft(
        id=new_id(),
        portfolio_pk=desk.portfolio_pk,
        purpose="entry",
        side=Side.BUY,
        instrument_id=BTC,
        quantity=Decimal(quantity),
        bot_id=new_id(),
        limit_price=Decimal(limit),
        stop_price=Decimal(stop),
        target_price=Decimal(target) if target else None,
        reserved=Decimal(quantity) * Decimal(limit) * Decimal("1.001"),
    )
    [recorded] = record_intents(drafts=[draft], slot_ms=0)
    return Intent.objects.get(pk=recorded.pk)


def leave(desk, position) -> Intent:
    """A recorded exit of the whole position."""
    draft = IntentDraft(
        id=derived_id("test-exit", position.pk, new_id()),
        portfolio_pk=desk.portfolio_pk,
        purpose="exit",
        side=Side.SELL,
        instrument_id=BTC,
        quantity=position.quantity,
        bot_id=position.bot_id,
        position_pk=position.pk,
    )
    [recorded] = record_intents(drafts=[draft], slot_ms=0)
    return Intent.objects.get(pk=recorded.pk)


def claim(desk, **more):
    """What may leave now."""
    return claim_sendable(desk=desk, markets=MARKETS, clock_offset_ms=0, windows=WINDOWS, **more)


def send(desk):
    """The one sending that may leave now."""
    [sending] = claim(desk).sendings
    return sending


def venue_order(sending, number="1", *, executed="0", status=VenueStatus.OPEN, trades=()) -> VenueOrder:
    """The order that the venue made of a sending."""
    request = sending.request
    return VenueOrder(
        venue_order_id=number,
        client_order_id=request.client_order_id,
        symbol=request.symbol,
        side=request.side,
        status=status,
        quantity=request.quantity,
        executed=Decimal(executed),
        created_ms=request.signed_at_ms,
        limit_price=request.limit_price,
        stop_price=request.stop_price,
        trades=tuple(trades),
    )


def accepted(sending, number="1", **more) -> Accepted:
    """The venue has taken it; of a pair the other order's number ends with a t."""
    order, request = venue_order(sending, number, **more), sending.request
    if request.pair_price is None:
        return Accepted(order)
    names = {"venue_order_id": f"{number}t", "client_order_id": request.pair_id}
    return Accepted(order, replace(order, **names, limit_price=request.pair_price, stop_price=None))


def trade(order, number, quantity, price="100", *, fee="0", fee_currency="USDT") -> VenueTrade:
    """A fill of a venue's order."""
    return VenueTrade(
        trade_id=f"BTC/USDT:{number}",
        venue_order_id=order.venue_order_id,
        symbol=order.symbol,
        side=order.side,
        price=Decimal(price),
        quantity=Decimal(quantity),
        fee=Decimal(fee),
        fee_currency=fee_currency,
        at_ms=order.created_ms,
    )


def filled(sending, number="1", price="100", **fee) -> VenueOrder:
    """The venue's order, filled at once, its fill with it."""
    order = venue_order(sending, number, executed=str(sending.request.quantity), status=VenueStatus.FILLED)
    return replace(order, trades=(trade(order, number, str(order.quantity), price, **fee),))


def learn(desk, *news, **more):
    """The books take this in."""
    return take_in(desk=desk, news=list(news), markets=MARKETS, **more)


def answer(desk, sending, outcome, **more):
    """The venue says `outcome` to a sending."""
    return learn(desk, Answered(sending, outcome), **more)


def bought(desk, *, quantity="0.1", price="100", target="", **fee) -> Position:
    """A position that was bought, with its stop resting at the venue, and its target with it where it has one."""
    wish(desk, quantity=quantity, target=target)
    entry = send(desk)
    answer(desk, entry, Accepted(filled(entry, f"b{entry.intent_pk}", price, **fee)))
    stop = send(desk)
    answer(desk, stop, accepted(stop, f"s{stop.intent_pk}"))
    return Position.objects.get(pk=Intent.objects.get(pk=entry.intent_pk).position_id)


def stop_of(position, status=VenueStatus.OPEN, *, executed="0") -> VenueOrder:
    """The stop of a position as the venue has it."""
    intent = Intent.objects.get(position=position, purpose="protect")
    attempt = intent.sendings.get()
    return VenueOrder(
        venue_order_id=intent.order.venue_order_id,
        client_order_id=attempt.client_order_id,
        symbol="BTC/USDT",
        side=Side.SELL,
        status=status,
        quantity=attempt.quantity,
        executed=Decimal(executed),
        created_ms=attempt.signed_at_ms,
        stop_price=intent.stop_price,
    )


def intents(desk) -> list[str]:
    """Every intent as text: `entry filled`."""
    rows = Intent.objects.filter(portfolio_id=desk.portfolio_pk).order_by("pk")
    return [f"{row.purpose} {row.state}" for row in rows]


def fills(desk) -> list[str]:
    """Every fill as text: `buy 0.1 at 100 (entry)`."""
    rows = Fill.objects.filter(portfolio_id=desk.portfolio_pk).order_by("sequence")
    return [f"{f.side} {f.quantity.normalize():f} at {f.price.normalize():f} ({f.cause})" for f in rows]


def orders(desk) -> list[str]:
    """Every order as text: `1 filled`."""
    rows = Order.objects.filter(portfolio_id=desk.portfolio_pk).order_by("pk")
    return [f"{row.venue_order_id} {row.state}" for row in rows]


__all__ = ["Accepted", "Rejected", "Unknown"]
