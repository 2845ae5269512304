"""Bots that keep orders or read books: what is asked of one before it starts, and the ladder that it would lay now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cryptouniverse.kernel.market import Instrument
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.bots.errors import BadBot
from strategies.catalog.finding import Finder
from strategies.catalog.managing import LOSS_LIMIT, Manager, Start
from strategies.catalog.settings import minor_of
from strategies.catalog.types import BY_RISK, Strategy
from trading.exchanges.services import finds_by_client_id
from trading.fills.types import BPS, Costs
from trading.marketdata.errors import NoMarket
from trading.marketdata.selectors import feed_state, instruments, prices_at, require_spot

if TYPE_CHECKING:
    from trading.portfolio.models import Portfolio

COSTS: Final = Costs()  # of the paper venue
COLLAR_BPS: Final = 100
FINDER_LOSS_BPS: Final = 1_000
CHANGEABLE: Final = frozenset({"name", "parameters"})  # of the parameters its loss limit alone
_CENT: Final = Decimal("0.01")
_MOST: Final = Decimal(10) ** 9


class Usual(NamedTuple):
    """What a bot has of its strategy unless it is told otherwise."""

    sizing: Mapping[str, str]
    stop_bps: int
    target_bps: int


def usual_of(chosen: Strategy | Manager | Finder, parameters: Mapping[str, object]) -> Usual:
    """Of each kind. The stop of a manager or a finder is its loss limit, of all that it has."""
    if isinstance(chosen, Finder):
        return Usual(BY_RISK, FINDER_LOSS_BPS, 0)
    if isinstance(chosen, Strategy):
        return Usual(chosen.sizing, chosen.stop_bps, chosen.target_bps)
    return Usual(BY_RISK, loss_bps(chosen.resolve(parameters)), 0)


def loss_bps(resolved: Mapping[str, Any]) -> int:
    """The loss limit of a manager in bps; where it has none, nearly everything."""
    percent = Decimal(str(resolved[LOSS_LIMIT.name])) or Decimal(100)
    return min(max(int(percent * 100), 1), BPS - 1)


def require_its_own(given: Mapping[str, object]) -> None:
    """Raise BadBot for terms of other bots: how large the orders of these are is said elsewhere."""
    for name, value in given.items():
        if value:
            said = _("%(field)s is not for a bot that keeps orders or reads books: its parameters say it.")
            raise BadBot(said, field=name)


def require_books(chosen: Finder, *, portfolio: Portfolio, instrument_ids: Sequence[str], funds: Decimal) -> None:
    """Raise MissingInput, BadParameter or BadBot for a bot of a finder that could not trade: on markets that it is not
    made for, without play money of their currency, or without funds.
    """
    listed = instruments(instrument_ids)
    chosen.require_markets(list(listed.values()))
    if portfolio.kind != "paper":
        raise BadBot(_("Bots that read order books trade on play money only for now."))
    pays_in = {one.quote for one in listed.values()} - {one.base for one in listed.values()}
    if pays_in != {portfolio.currency}:
        said = _("A portfolio in %(currency)s cannot pay in %(foreign)s.")
        raise BadBot(said, currency=portfolio.currency, foreign=", ".join(sorted(pays_in)))
    require_funds(portfolio, funds)


def require_funds(portfolio: Portfolio, funds: Decimal) -> None:
    """Raise BadBot where there are none, or more than is free."""
    if funds <= 0:
        raise BadBot(_("Say what it may spend: a bot that keeps orders or reads books has its own funds."))
    free = portfolio.cash - portfolio.reserved
    if funds > free:
        said = _("It is to have %(funds)s %(currency)s; %(free)s are free.")
        raise BadBot(said, funds=f"{funds:.2f}", free=f"{free:.2f}", currency=portfolio.currency)


def require_ladder(
    chosen: Manager,
    parameters: Mapping[str, object],
    *,
    portfolio: Portfolio,
    instrument_ids: Sequence[str],
    funds: Decimal,
) -> None:
    """Raise BadBot or LadderRefused for a bot that could not begin now: at an exchange that cannot do what it needs,
    without funds or a ladder.

    A market without a price now is looked at when it has one.
    """
    if portfolio.kind != "paper":
        require_exchange(portfolio, instrument_ids)
    require_funds(portfolio, funds)
    part = share_of(funds, len(instrument_ids))
    for one, ticks in prices_now(instrument_ids).values():
        chosen.ladder(parameters, start_at(one, ticks, part))


def require_exchange(portfolio: Portfolio, instrument_ids: Sequence[str]) -> None:
    """Raise BadBot where what it keeps could not rest at the portfolio's exchange, each order once."""
    venue = portfolio.connection.venue if portfolio.connection else ""
    if not venue or not finds_by_client_id(venue):
        said = _("%(venue)s is not proven to find an order by our own name for it: bots that keep orders need that.")
        raise BadBot(said, venue=venue or portfolio.kind)
    if elsewhere := [name for name in instrument_ids if portfolio.kind == "live" and name.partition(":")[0] != venue]:
        said = _("%(instrument)s has the prices of another market: real money follows those of its own exchange.")
        raise BadBot(said, instrument=elsewhere[0])


def starts_now(instrument_ids: Sequence[str], funds: Decimal) -> list[Start]:
    """Where a bot with these funds would start in each of these markets. Raises BadBot for one without a price, and
    OnlyAtBooks for a contract.
    """
    require_spot(instrument_ids)
    found, part = prices_now(instrument_ids), share_of(funds, max(len(instrument_ids), 1))
    if missing := sorted(set(instrument_ids) - found.keys()):
        known = instruments(missing)
        said = _("%(instrument)s has no price now.") if known else _("No instrument is called %(instrument)s.")
        raise BadBot(said, instrument=missing[0])
    return [start_at(*found[name], part) for name in instrument_ids]


def prices_now(instrument_ids: Collection[str]) -> dict[str, tuple[Instrument, int]]:
    """Instrument id -> it, and the close that its market shows now, in ticks; without those that have none."""
    try:
        feed = feed_state()
    except NoMarket:
        return {}
    found = prices_at(instrument_ids, feed.timeframe, slot_ms=feed.cursor_ms)
    return {name: (one, close) for name, (one, (*_rest, close)) in found.items()}


def share_of(funds: Decimal, count: int) -> int:
    """The funds of one of `count` markets, minor units: whole cents, so that all together have no more.

    Raises BadBot for more than can be counted.
    """
    if not funds.is_finite() or funds > _MOST:
        raise BadBot(_("A bot that keeps orders has at most %(most)s."), most=f"{_MOST:f}")
    return minor_of(str((funds / count).quantize(_CENT, rounding="ROUND_DOWN")))


def start_at(one: Instrument, ticks: int, funds: int, *, collar_bps: int = COLLAR_BPS) -> Start:
    """Where a bot's manager starts. ticks: the last close. funds: minor units."""
    return Start(one, ticks, funds, COSTS, collar_bps)
