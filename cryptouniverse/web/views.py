"""The desk: one page, its panels for HTMX, and three writes. Thin: parse, call one service, answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from credits.ledger.services import top_up
from credits.ledger.types import Currency
from cryptouniverse.kernel.access import Counted, access
from cryptouniverse.kernel.context import current_tenant
from cryptouniverse.kernel.errors import CryptoUniverseError, NotAllowed, NotFound
from cryptouniverse.kernel.ids import new_id
from cryptouniverse.kernel.money import Credits
from cryptouniverse.templatetags.figures import figure
from cryptouniverse.web.forms import ExplainForm, RearmForm, ReasonForm, StopForm, TopUpForm, WhichForm
from cryptouniverse.web.panels import NAMES, PERIODS_MS, desk_of
from cryptouniverse.web.reading import SHOWN, Reading, shown_name
from cryptouniverse.web.submits import submit_key
from cryptouniverse.web.trade_forms import PartForm
from strategies.bots import services as bots
from strategies.bots.selectors import access_bot, access_own_bot
from strategies.bots.services import allow_live, end_live
from tenants.audit import services as audit
from trading.ceilings.types import Level, Mode
from trading.connections.selectors import access_connection
from trading.execution.services import explain_order, leave_by_hand, resume_for, resume_level, stop_for, stop_level
from trading.portfolio.errors import UnknownPortfolio
from trading.portfolio.selectors import access_portfolio, access_position

if TYPE_CHECKING:
    from accounts.users.models import User
    from strategies.bots.models import Bot
    from trading.connections.models import Connection

PERIODS = [
    ("1d", pgettext_lazy("period", "1D")),
    ("1w", pgettext_lazy("period", "1W")),
    ("1m", pgettext_lazy("period", "1M")),
    ("3m", pgettext_lazy("period", "3M")),
    ("all", pgettext_lazy("period", "All")),
]
SHOWS = [("all", _("All")), ("taken", _("Taken")), ("refused", _("Refused"))]
STRIPS = {"sandbox": "sim", "live": "live"}  # the pattern across the window's top; paper's is the usual one
OPENED = {"stop", "rearm", "topup"}
BAR = ["switch", "bar_market", "bar_credits", "bar_stop", "clock", "notices"]


@access("portfolio:read")
@require_GET
@never_cache
def desk(request: HttpRequest) -> HttpResponse:
    """The whole dashboard of one portfolio; a person without one gets the first steps instead.

    Raises UnknownPortfolio for one that was asked for and is not theirs.
    """
    try:
        context = _context(request, list(NAMES))
    except UnknownPortfolio:
        if "portfolio" in request.GET:
            raise
        return render(request, "desk/first.html")
    opened = request.GET.get("open", "")
    return render(
        request,
        "desk/dashboard.html",
        {
            **context,
            "opened": opened if opened in OPENED else "",
            "stop_level": request.GET.get("level", ""),
            "topup_key": new_id(),
        },
    )


@access("portfolio:read")
@require_GET
@never_cache
def panels(request: HttpRequest) -> HttpResponse:
    """The panels named in `only` ("all" or a list with commas) and the bar, each to be swapped in place."""
    asked = request.GET.get("only", "all").split(",")
    names = [name for name in NAMES if name in asked or "all" in asked]
    try:
        context = _context(request, names)
    except UnknownPortfolio:
        if "portfolio" in request.GET:
            raise
        return HttpResponse(status=204)
    pieces = [f"desk/{name}.html" for name in [*BAR, *names]]
    return render(request, "desk/panels.html", {**context, "names": pieces, "oob": True})


@access("trading:execute", audit="trading.stopped", counted=Counted.NEVER)
@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """Stop one portfolio at once, all of one's own, or those of the whole organisation."""
    return _done(request, StopForm(request.POST), _stop)


@access("trading:execute", audit="trading.resumed", step_up=True)
@require_POST
def rearm(request: HttpRequest) -> HttpResponse:
    """Let the bots of one portfolio open positions again."""
    return _done(request, RearmForm(request.POST), _rearm)


@access("trading:execute", audit="trading.stopped", counted=Counted.NEVER)
@require_POST
def stop_bot(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    """Stop one bot at once. Raises UnknownBot."""
    bot = access_bot(cast("User", request.user), bot_id, permission="trading:execute")
    return _done(request, StopForm(request.POST), partial(_stop_bot, bot))


@access("trading:execute", audit="trading.resumed")
@require_POST
def rearm_bot(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    """Let a stopped bot go on. Raises UnknownBot."""
    bot = access_bot(cast("User", request.user), bot_id, permission="trading:execute")
    return _done(request, ReasonForm(request.POST), partial(_rearm_bot, bot))


@access("trading:execute", audit="position.left", counted=Counted.NEVER)
@require_POST
def close_position(request: HttpRequest, position_id: UUID) -> HttpResponse:
    """Sell an open position at the market, or a part of it, whatever is stopped."""
    form = PartForm(request.POST)
    return _done(request, form, partial(_close_position, position_id, form, submit_key(request.POST)))


@access("trading:execute", audit="order.explained")
@require_POST
def explain(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Put an order with our mark away as looked at. Raises UnknownConnection for somebody else's."""
    connection = access_connection(cast("User", request.user), connection_id)
    return _done(request, ExplainForm(request.POST), partial(_explain, connection))


@access("trading:write", audit="bot.live_allowed", step_up=True)
@require_POST
def bot_live(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    """Let one's own bot trade for real money. Raises UnknownBot, or NotYours for a shared portfolio's."""
    bot = access_own_bot(cast("User", request.user), bot_id)
    return _done(request, WhichForm(request.POST), partial(_bot_live, bot))


@access("trading:execute", audit="bot.live_ended")
@require_POST
def end_bot_live(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    """A bot buys for real money no more. Raises UnknownBot."""
    bot = access_bot(cast("User", request.user), bot_id, permission="trading:execute")
    return _done(request, WhichForm(request.POST), partial(_end_bot_live, bot))


@access("portfolio:write", audit="credits.topped_up")
@require_POST
def topup(request: HttpRequest) -> HttpResponse:
    """Add practice credits, once for each form that was opened."""
    return _done(request, TopUpForm(request.POST), _top_up)


def _stop(user: User, sent: dict[str, Any]) -> str:
    mode, level = Mode(sent["mode"] or Mode.CLOSE_ONLY), Level(sent["level"] or Level.PORTFOLIO)
    if level is not Level.PORTFOLIO:
        stop_level(**_above(user, level), reason=sent["reason"], mode=mode)
        return gettext("Trading is stopped everywhere you said. Stops stay in place.")
    portfolio = access_portfolio(user, sent["portfolio"], permission="trading:execute")
    stop_for(portfolio=portfolio, actor=user, reason=sent["reason"], mode=mode)
    if not (label := shown_name(user, portfolio)):
        return gettext("All trading on paper is stopped. Exits keep working.")
    return gettext("All trading on %(label)s is stopped. Exits keep working.") % {"label": label}


def _rearm(user: User, sent: dict[str, Any]) -> str:
    level = Level(sent["level"] or Level.PORTFOLIO)
    if level is not Level.PORTFOLIO:
        resume_level(**_above(user, level), reason=sent["reason"])
        return gettext("Trading is armed again, where nothing else stops it.")
    portfolio = access_portfolio(user, sent["portfolio"], permission="trading:execute")
    resume_for(portfolio=portfolio, actor=user, reason=sent["reason"])
    if not (label := shown_name(user, portfolio)):
        return gettext("Trading on paper is armed again.")
    return gettext("Trading on %(label)s is armed again.") % {"label": label}


def _above(user: User, level: Level) -> dict[str, Any]:
    """Who stops or re-arms what. Raises NotAllowed for the organisation of somebody who does not look after it."""
    if level is Level.USER:
        return {"level": level, "subject": user.public_id, "actor": user, "by_admin": False, "whose": user.public_id}
    if not user.may("admin:execute"):
        raise NotAllowed(permission="admin:execute")
    return {"level": level, "subject": current_tenant().id, "actor": user, "by_admin": True}


def _stop_bot(bot: Bot, user: User, sent: dict[str, Any]) -> str:
    bots.stop_bot(bot=bot, actor=user, reason=sent["reason"], mode=Mode(sent["mode"] or Mode.CLOSE_ONLY))
    return gettext("%(name)s is stopped. Stops stay in place.") % {"name": bot.name}


def _rearm_bot(bot: Bot, user: User, sent: dict[str, Any]) -> str:
    bots.rearm_bot(bot=bot, actor=user, reason=sent["reason"])
    return gettext("%(name)s may trade again, where nothing else stops it.") % {"name": bot.name}


def _close_position(position_id: UUID, form: PartForm, key: str, user: User, sent: dict[str, Any]) -> str:
    portfolio = access_portfolio(user, sent["portfolio"], permission="trading:execute")
    position = access_position(portfolio, position_id)
    part = form.of(position.quantity, position.instrument_id)
    if leave_by_hand(portfolio=portfolio, position_id=position.public_id, actor=user, quantity=part, key=key):
        return gettext("The position is being sold at the next price.")
    return gettext("The position is being sold already.")


def _explain(connection: Connection, user: User, sent: dict[str, Any]) -> str:
    explain_order(connection=connection, venue_order_id=sent["order"], actor=user, reason=sent["reason"])
    return gettext("The order is marked as looked at.")


def _bot_live(bot: Bot, user: User, _sent: dict[str, Any]) -> str:
    allow_live(bot=bot, actor=user)
    return gettext("%(name)s may trade for real money.") % {"name": bot.name}


def _end_bot_live(bot: Bot, user: User, _sent: dict[str, Any]) -> str:
    end_live(bot=bot, actor=user)
    return gettext("%(name)s buys for real money no more. Stops and exits go on.") % {"name": bot.name}


def _top_up(user: User, sent: dict[str, Any]) -> str:
    entry = top_up(
        user=user,
        amount=Credits(sent["amount"]),
        currency=Currency.PRACTICE,
        idempotency_key=f"top-up:{user.public_id}:{sent['key']}",
        reason="top-up from the dashboard",
    )
    if entry.is_new:
        after = {"credits": figure(sent["amount"]), "currency": Currency.PRACTICE.value}
        audit.record(actor=user, action="credits.topped_up", object=("entry", entry.public_id), after=after)
    return gettext("Practice credits were added.")


def _done(request: HttpRequest, form: Form, act: Callable[[User, dict[str, Any]], str]) -> HttpResponse:
    """Do it in one transaction and go back to the desk with a message; a refusal is said in the same place.

    Raises NotFound for what is somebody else's, NotAllowed for what was only given to look at.
    """
    user, back = cast("User", request.user), _desk_with(request.POST.get("portfolio", ""))
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect(back)
    try:
        with transaction.atomic():
            said = act(user, form.cleaned_data)
    except (NotFound, NotAllowed):
        raise
    except CryptoUniverseError as error:
        messages.error(request, error.sentence(gettext))
    else:
        messages.success(request, said)
    return redirect(back)


def _desk_with(portfolio: str) -> str:
    """The desk's address, with the portfolio that was shown."""
    asked = _id_of(portfolio)
    return reverse("desk") + (f"?portfolio={asked}" if asked else "")


def _id_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _context(request: HttpRequest, names: list[str]) -> dict[str, Any]:
    period, show = request.GET.get("period", "1w"), request.GET.get("show", "all")
    period, show = period if period in PERIODS_MS else "1w", show if show in SHOWN else "all"
    asked = _id_of(request.GET.get("portfolio", ""))
    if asked is None and request.GET.get("portfolio"):
        raise UnknownPortfolio
    reading = Reading(cast("User", request.user), names, show=show, asked=asked)
    return {
        "desk": desk_of(reading, period=period, panels=names),
        "strip": STRIPS.get(reading.portfolio.kind, "paper"),
        "keep": f"portfolio={asked}&" if asked else "",
        "periods": PERIODS,
        "period": period,
        "shows": SHOWS,
        "show": show,
    }
