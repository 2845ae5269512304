"""Bots that keep orders: one is started with its ladder in sight, and its desk is drawn over the price."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from credits.ledger.selectors import wallets_of
from cryptouniverse.kernel.access import access
from cryptouniverse.kernel.clock import from_ms
from cryptouniverse.kernel.errors import CryptoUniverseError, Invalid, NotAllowed, NotFound
from cryptouniverse.kernel.ids import new_id
from cryptouniverse.kernel.words import gettext_noop as _
from cryptouniverse.kernel.words import told
from cryptouniverse.web.keepers_shown import Drawn, drawn_desk, drawn_ladder
from cryptouniverse.web.lab_forms import fields_of, said_of
from cryptouniverse.web.reading import shown_name
from cryptouniverse.web.submits import submit_key
from cryptouniverse.web.trade_parts import at_hand, instruments_now, person, portfolio_asked
from cryptouniverse.web.trade_shown import told_on_page
from cryptouniverse.web.wording import tidy
from strategies.bots.selectors import access_bot
from strategies.bots.services import change_bot, create_bot, pause_bot, resume_bot
from strategies.catalog.errors import UnknownStrategy
from strategies.catalog.managing import LOSS_LIMIT, Manager
from strategies.catalog.registry import all_managers, manager
from strategies.managing.selectors import desks_of, ladders_now, promised_in, room_of
from trading.ceilings.types import Level, Mode
from trading.marketdata.errors import NoMarket
from trading.marketdata.selectors import feed_state
from trading.portfolio.selectors import rights_on
from trading.portfolio.types import metered_in
from trading.risk.selectors import ceiling_of, ceilings_above

if TYPE_CHECKING:
    from strategies.bots.models import Bot
    from strategies.managing.types import DeskShown

FIRST: Final = "dca_ladder"
FUNDS: Final = "6000"
PERCENT: Final = Decimal(100)


@access("trading:read")
@require_GET
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """The form that starts one."""
    return _form(request, request.GET)


@access("trading:read")
@require_GET
@never_cache
def ladder(request: HttpRequest) -> HttpResponse:
    """What it would place now: each order, what it costs, where it is sold, and where all of it fails."""
    try:
        context = _ladders(request)
    except (NotFound, NotAllowed) as error:
        if not isinstance(error, UnknownStrategy):
            raise
        context = {"wrong": told_on_page(error)}
    except CryptoUniverseError as error:
        context = {"wrong": told_on_page(error)}
    return render(request, "keepers/ladders.html", context)


@access("trading:write", audit="bot.created")
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Start it, and go to its desk; what is wrong is said beside the form, which keeps what was typed."""
    portfolio, sent = portfolio_asked(request, "trading:write"), request.POST
    try:
        _require_kept(sent)
        chosen = manager(sent.get("strategy", ""))
        bot = create_bot(
            owner=portfolio.owner,
            actor=person(request),
            portfolio=portfolio,
            strategy=chosen.name,
            parameters=said_of(chosen, sent),
            timeframe=feed_state().timeframe,
            instruments=sent.getlist("instruments"),
            allocation=_funds(sent),
            name=sent.get("name", ""),
            key=submit_key(sent),
        )
    except CryptoUniverseError as error:
        if isinstance(error, NotAllowed):
            raise
        messages.error(request, told_on_page(error))
        return _form(request, sent, status=422)
    messages.success(request, gettext("%(name)s begins with the next candle.") % {"name": bot.name})
    return redirect("bot-desk", bot.public_id)


@access("trading:read")
@require_GET
@never_cache
def desk(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    """Its open ladder over the price, its deals, and what it earned apart from what it still holds."""
    bot = access_bot(person(request), bot_id, permission="trading:read")
    desks = desks_of(bot)
    context = {
        "page": "desk",
        "bot": bot,
        "portfolio": bot.portfolio,
        "strip": _strip(bot.portfolio.kind),
        "whose": shown_name(person(request), bot.portfolio),
        "desks": [_shown(one, bot.timeframe) for one in desks],
        "settings": _settings(bot.strategy, bot.parameters),
        "keeps_orders": bot.strategy in all_managers(),
        "stands": _stands(bot),
        "ended": len(desks) == len(bot.instruments) and all(one.ended for one in desks),
        "loss_limit": bot.parameters.get(LOSS_LIMIT.name, ""),
        "acts": "trading:execute" in (rights := rights_on(person(request), bot.portfolio)),
        "may": "trading:write" in rights,
    }
    return render(request, "keepers/desk.html", context)


@access("trading:execute", audit="bot.paused")
@require_POST
def pause(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    """Buy nothing more; sells go on."""
    bot = access_bot(person(request), bot_id, permission="trading:execute")
    said = gettext("%(name)s buys nothing more; its sells go on.")
    return _done(request, bot, lambda: pause_bot(bot=bot, actor=person(request)), said)


@access("trading:execute", audit="bot.resumed")
@require_POST
def resume(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    """Buy again from the next candle on."""
    bot = access_bot(person(request), bot_id, permission="trading:execute")
    said = gettext("%(name)s goes on with the next candle.")
    return _done(request, bot, lambda: resume_bot(bot=bot, actor=person(request)), said)


@access("trading:write", audit="bot.changed")
@require_POST
def change(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    """Another name, or another loss limit, from the next candle on."""
    bot = access_bot(person(request), bot_id, permission="trading:write")
    changes: dict[str, Any] = {"name": request.POST.get("name", "")}
    if bot.strategy in all_managers():
        changes["parameters"] = {LOSS_LIMIT.name: request.POST.get("loss_limit", "")}

    def act() -> None:
        _require_kept(request.POST)
        change_bot(bot=bot, actor=person(request), **changes)

    return _done(request, bot, act, gettext("%(name)s is changed."))


def _strip(kind: str) -> str:
    """The pattern across the window's top."""
    return "sim" if kind == "sandbox" else kind


def _stands(bot: Bot) -> str:
    """What the dashboard says of one that is on: "stopped", "closes" at the end of its profit limit, or "runs"."""
    limits, pk = getattr(bot.portfolio, "limits", None), bot.portfolio_id
    modes = {one.mode for one in ceilings_above([pk])[pk]} | {Mode(ceiling_of(Level.BOT, bot.public_id).mode)}
    if modes | {limits.standing_mode if limits else Mode.NORMAL} != {Mode.NORMAL}:
        return "stopped"
    wallet = wallets_of([bot.owner_id], metered_in(bot.portfolio.kind))[bot.owner_id]
    return "closes" if wallet.available <= 0 else "runs"


def _done(request: HttpRequest, bot: Bot, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except CryptoUniverseError as error:
        if isinstance(error, NotAllowed):
            raise
        messages.error(request, told_on_page(error))
    else:
        messages.success(request, said % {"name": bot.name})
    return redirect("bot-desk", bot.public_id)


def _form(request: HttpRequest, sent: QueryDict, *, status: int = 200) -> HttpResponse:
    portfolio = portfolio_asked(request, "trading:read")
    chosen = _chosen(sent.get("strategy", ""))
    names, asked = instruments_now(), sent.getlist("instruments")
    context = {
        "page": "desk",
        "key": new_id(),
        "portfolio": portfolio,
        "strip": _strip(portfolio.kind),
        "portfolios": at_hand(person(request)),
        "managers": [(one.name, gettext(one.title)) for one in all_managers().values()],
        "chosen": chosen,
        "parameters": fields_of(chosen, said_of(chosen, sent)),
        "instruments": names,
        "asked": asked or [name for name, _pair in names[:1]],
        "funds": sent.get("funds", "") or FUNDS,
        "name": sent.get("name", ""),
        "free": portfolio.cash - portfolio.reserved,
        "may": "trading:write" in rights_on(person(request), portfolio),
    }
    return render(request, "keepers/new.html", context, status=status)


def _chosen(name: str) -> Manager:
    return all_managers().get(name) or all_managers()[FIRST]


def _ladders(request: HttpRequest) -> dict[str, Any]:
    portfolio, sent = portfolio_asked(request, "trading:read"), request.GET
    _require_kept(sent)
    names = sent.getlist("instruments")
    if not names:
        raise Invalid(_("Choose at least one instrument."))
    chosen, funds = manager(sent.get("strategy", "")), _funds(sent)
    found = ladders_now(chosen, said_of(chosen, sent), instrument_ids=names, funds=funds)
    order, held = room_of(portfolio)
    free, promised = portfolio.cash - portfolio.reserved, promised_in(portfolio)
    return {
        "ladders": [_with_room(one, order, held) for one in found],
        "currency": portfolio.currency,
        "order_at_most": order,
        "held_at_most": held,
        "free": free,
        "short": funds > free,
        "promised": promised,
        "shared": free - promised < funds <= free,
    }


def _with_room(one: dict[str, Any], order: Decimal, held: Decimal) -> dict[str, Any]:
    """The ladder with its picture, and whether the limits let all of it rest."""
    costs = [Decimal(rung["cost"]) for rung in one["orders"]]
    waits = (
        any(cost > order for cost in costs) or max((Decimal(r["all_cost"]) for r in one["orders"]), default=0) > held
    )
    orders = [
        {**rung, "rise": Decimal(rung["bounce"]) * PERCENT if rung["bounce"] is not None else None}
        for rung in one["orders"]
    ]
    return {**one, "orders": orders, "waits": waits, "drawn": _drawn(one)}


def _drawn(one: dict[str, Any]) -> Drawn | None:
    try:
        frame = feed_state().timeframe
    except NoMarket:
        return None
    return drawn_ladder(one["instrument"], frame, one["orders"], Decimal(one["fails_at"]))


def _require_kept(sent: QueryDict) -> None:
    """Raise Invalid for a text with a sign that no database keeps."""
    if any("\0" in text for _name, texts in sent.lists() for text in texts):
        raise Invalid(_("A text holds a sign that cannot be kept."))


def _funds(sent: Mapping[str, Any]) -> Decimal:
    try:
        funds = Decimal(str(sent.get("funds", "")).strip() or "0")
    except InvalidOperation:
        raise Invalid(_("%(field)s must be a number."), field=_("Funds")) from None
    if not funds.is_finite():
        raise Invalid(_("%(field)s must be a number."), field=_("Funds"))
    return funds


def _settings(name: str, said: Mapping[str, Any]) -> Sequence[tuple[str, Any]]:
    chosen = all_managers().get(name)
    return [(gettext(one.meaning), said.get(one.name, one.default)) for one in chosen.parameters] if chosen else []


def _shown(one: DeskShown, timeframe: str) -> dict[str, Any]:
    orders = [
        (
            order,
            gettext(order.waits) if order.waits else "",
            tidy(told(order.limit, gettext)),
            tidy(told(order.value, gettext)),
        )
        for order in one.orders
    ]
    return {
        "desk": one,
        "orders": orders,
        "deals": [(deal, from_ms(deal.closed_ms)) for deal in one.deals],
        "problem": told(one.problem, gettext),
        "drawn": drawn_desk(one, timeframe),
    }
