"""A trader's desk in a few words: a portfolio, an entry on its way, candles that meet it, what the books say after."""

from decimal import Decimal
from uuid import UUID

from credits.ledger.services import top_up
from cryptouniverse.kernel.clock import from_ms
from cryptouniverse.kernel.ids import derived_id
from cryptouniverse.kernel.market import Instrument, Side, Timeframe
from cryptouniverse.kernel.money import Credits
from tests.people import member
from trading.execution.models import Fill, Intent, Order
from trading.execution.services import place_recorded, record_intents, settle_slot
from trading.execution.types import Candle, IntentDraft
from trading.fills.types import Costs
from trading.portfolio.models import Portfolio, Position
from trading.portfolio.services import open_portfolio
from trading.risk.services import set_limits

BTC = Instrument("binance:BTC/USDT", "BTC", "USDT", Decimal("0.01"), Decimal("0.00001"))
ETH = Instrument("binance:ETH/USDT", "ETH", "USDT", Decimal("0.01"), Decimal("0.0001"))
HOUR = Timeframe.H1
DAY_ONE = 1_704_067_200_000  # 2024-01-01 00:00 UTC
COSTS = Costs(maker_ppm=1_000, taker_ppm=1_000, slippage_bps=0)
BOT = UUID(int=7)


def slot(number: int) -> int:
    """The open of the desk's candle `number`, in UTC ms."""
    return DAY_ONE + number * HOUR.ms


def trader(email: str = "alice@example.com", *, cash: str = "10000", practice: str = "1000", **limits) -> Portfolio:
    """The portfolio of a new trader with `cash` and practice credits."""
    user = member(email)
    portfolio = open_portfolio(owner=user, cash=Decimal(cash))
    set_limits(portfolio=portfolio, **limits)
    if Decimal(practice):
        top_up(
            user=user, amount=Credits(practice), currency="PRACTICE", idempotency_key=f"{email}:first", reason="test"
        )
    return portfolio


def candle(instrument: Instrument, open_: str, high: str, low: str, close: str) -> Candle:
    """A candle with these prices."""
    ticks = [instrument.ticks_nearest(Decimal(price)) for price in (open_, high, low, close)]
    return Candle(instrument, *ticks)


def enter(
    portfolio: Portfolio,
    *,
    number: int = 0,
    quantity: str = "0.1",
    stop: str = "90",
    target: str | None = "120",
    limit: str = "101",
    instrument: Instrument = BTC,
    bot: UUID = BOT,
    place: bool = True,
) -> Intent:
    """An entry recorded (and placed) in slot `number`, which the next candle's open will meet."""
    reserved = Decimal(quantity) * Decimal(limit) * Decimal("1.001")
    draft = IntentDraft(
        id=derived_id("test-entry", portfolio.pk, bot, instrument.id, number),
        portfolio_pk=portfolio.pk,
        purpose="entry",
        side=Side.BUY,
        instrument_id=instrument.id,
        quantity=Decimal(quantity),
        bot_id=bot,
        limit_price=Decimal(limit),
        stop_price=Decimal(stop),
        target_price=Decimal(target) if target else None,
        reserved=reserved,
    )
    [intent] = record_intents(drafts=[draft], slot_ms=slot(number))
    if place:
        place_recorded()
    return intent


def leave(position: Position, *, number: int) -> Intent:
    """An exit of the whole position, recorded and placed in slot `number`."""
    draft = IntentDraft(
        id=derived_id("test-exit", position.pk),
        portfolio_pk=position.portfolio_id,
        purpose="exit",
        side=Side.SELL,
        instrument_id=position.instrument_id,
        quantity=position.quantity,
        bot_id=position.bot_id,
        position_pk=position.pk,
    )
    [intent] = record_intents(drafts=[draft], slot_ms=slot(number))
    place_recorded()
    return intent


def meet(number: int, *candles: Candle, costs: Costs = COSTS):
    """Settle slot `number` with these candles."""
    found = {c.instrument.id: c for c in candles}
    return settle_slot(slot_ms=slot(number), timeframe=HOUR, candles=found, costs=costs)


def fills() -> list[str]:
    """Every fill as text: `buy 0.1 at 100 (entry)`."""
    rows = Fill.objects.order_by("portfolio_id", "sequence")
    return [f"{f.side} {f.quantity.normalize():f} at {f.price.normalize():f} ({f.cause})" for f in rows]


def orders() -> list[str]:
    """Every order as text: `entry filled`, in the order of placing."""
    return [f"{o.intent.purpose} {o.state}" for o in Order.objects.select_related("intent").order_by("pk")]


def day_of(number: int):
    """The UTC day of slot `number`."""
    return from_ms(slot(number)).date()
