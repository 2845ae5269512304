"""Book pressure: the size on both sides of the book says which way the next trade moves the price (Stoikov 2018)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.finding import PPM, Finder, Found, Leg, Top, View
from strategies.catalog.managing import Exact, Parameter


@dataclass(frozen=True, slots=True)
class Seen:
    """A book as it is now. levels: (price, size) from the best down on each side. held, money: what is free. age_ms: of
    the book. maker_ppm: the fee. step: whole multiples of sizes. market: what its leg is to call it.
    """

    bids: tuple[tuple[Decimal, Decimal], ...]
    asks: tuple[tuple[Decimal, Decimal], ...]
    held: Decimal
    money: Decimal
    age_ms: int
    maker_ppm: int
    step: Decimal
    market: str = "book"

    @property
    def top(self) -> Top:
        """The best of both sides."""
        return Top(*self.bids[0], *self.asks[0])


def see(view: View) -> Seen:
    """The levels of the one book."""
    [one] = view.instruments
    book, age_ms = view.books[one.id], view.age_ms
    bids, asks = (
        tuple((one.price_of(ticks), one.quantity_of(steps)) for ticks, steps in levels)
        for levels in (book.bids, book.asks)
    )
    held, money = view.free(one, one.base), view.free(one, one.quote)
    return Seen(bids, asks, held, money, age_ms, view.costs.maker_ppm, one.step, one.id)


def weighted_price(seen: Seen, depth: int) -> Decimal:
    """The price between bid and ask, nearer to the side that is thinner over `depth` levels."""
    bids = sum((size for _price, size in seen.bids[:depth]), Decimal(0))
    asks = sum((size for _price, size in seen.asks[:depth]), Decimal(0))
    top = seen.top
    return (top.ask * bids + top.bid * asks) / (bids + asks) if bids + asks else (top.ask + top.bid) / 2


def find(seen: Seen, *, depth: int, lean_pct: str, amount: str, age_ms_most: int) -> Found | None:
    """A bid at the best bid where the weighted price leans up, an ask at the best ask where it leans down and something
    is held; nothing where half the spread does not pay the fee, or the book is old.
    """
    if seen.age_ms > age_ms_most or not seen.bids or not seen.asks:
        return None
    top = seen.top
    middle, half = (top.bid + top.ask) / 2, (top.ask - top.bid) / 2
    lean = (weighted_price(seen, depth) - middle) / half
    if half <= middle * seen.maker_ppm / PPM or abs(lean) * 100 < Decimal(lean_pct):
        return None
    price = top.bid if lean > 0 else top.ask
    most = seen.money / (price * (1 + seen.maker_ppm / PPM)) if lean > 0 else seen.held
    size = min(Decimal(amount) / price, most) // seen.step * seen.step
    if size <= 0:
        return None
    profit = (half - middle * seen.maker_ppm / PPM) * size
    return Found((Leg(seen.market, 1 if lean > 0 else -1, size, price),), profit, price * size, "quote")


FINDER = Finder(
    name="book_pressure",
    title=_("Book pressure"),
    family="market_making",
    hypothesis=_("Where the book is thin on one side the next trade moves the price that way."),
    regime=_("Quiet books with a spread wider than two fees."),
    known_failure=_("Sizes that are shown and withdrawn; and whoever is faster is first in the queue."),
    needs=_("Levels of the book, less than a tenth of a second old. A quote fills once the book went through it."),
    parameters=(
        Parameter("depth", int, 3, 1, 20, _("Levels that count on each side"), step=1),
        Exact("lean_pct", "40", "1", "99", _("Least lean, percent of half the spread"), "10"),
        Exact("amount", "200", "1", "1000000", _("Size of a quote, quote currency")),
        Parameter(
            "age_ms_most", int, 100, 1, 5_000, _("A book older than this does not count, milliseconds"), step=100
        ),
    ),
    plan="enterprise",
    find=find,
    see=see,
    rests=True,
)
