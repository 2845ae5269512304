"""Making bots and telling them to wait. Every write is audited in its transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid5

from django.db import connection, transaction
from django.db.models import Max

from accounts.teams.selectors import on_behalf
from cryptouniverse.kernel.market import Timeframe
from cryptouniverse.kernel.money import Exactable
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.bots.errors import BadBot, BotIsStopped, NotYourPortfolio
from strategies.bots.keeping import (
    CHANGEABLE,
    loss_bps,
    require_books,
    require_its_own,
    require_ladder,
    usual_of,
)
from strategies.bots.models import Bot
from strategies.bots.terms import MOVES, allocation_of, distance, listed, move, ways_out
from strategies.bots.types import BotStatus
from strategies.builder.selectors import PREFIX, strategy_named, strategy_of
from strategies.builder.services import hold_rules
from strategies.catalog.finding import Finder
from strategies.catalog.managing import LOSS_LIMIT, Manager
from strategies.catalog.registry import all_finders, all_managers
from strategies.catalog.types import Strategy
from tenants.audit.services import record
from tenants.provisioning.services import require_room
from trading.ceilings.types import Level, Mode
from trading.execution.services import resume_level, stop_level, withdraw_entries_of
from trading.marketdata.selectors import funding_spans, require_spot
from trading.risk.selectors import lock_stop, read_sizing

if TYPE_CHECKING:
    from accounts.users.models import User
    from trading.portfolio.models import Portfolio

_NUMBER_LOCK = 7_315_010
_OF_A_FINDER: Final = frozenset({"name", "parameters", "stop_bps"})


@transaction.atomic
def create_bot(
    *,
    owner: User,
    portfolio: Portfolio,
    strategy: str,
    parameters: Mapping[str, object],
    timeframe: Timeframe,
    instruments: Sequence[str],
    allocation: Exactable = 0,
    sizing: Mapping[str, Any] | None = None,
    stop_bps: int | None = None,
    target_bps: int | None = None,
    name: str = "",
    actor: User | None = None,
    key: str = "",
    **moves: int | None,
) -> Bot:
    """An active bot that trades `strategy` on `instruments` in the owner's `portfolio`, audited as "bot.created".

    actor: who makes it, where that is not the owner; the caller has asked whether they may. parameters: any of the
    strategy's; the rest are its defaults. allocation: most quote currency an entry may cost, 0 = none; of a strategy
    that keeps orders or reads books its funds, for all instruments. sizing: as `read_sizing` takes it; None: the
    strategy's. stop_bps (1 to 9,999) and target_bps (to 100,000; 0 = none): None takes the strategy's. key: with the
    same one the portfolio has one bot, and a repeat is given that one. moves: of `MOVES`, 0 where not so.
    Raises UnknownStrategy, MissingInput, BadParameter, BadSizing, BadBot, LadderRefused, NotYourPortfolio, OnlyAtBooks
    for a contract and a strategy that reads no books, or QuotaReached.
    """
    if portfolio.owner_id != owner.pk:
        raise NotYourPortfolio(portfolio=str(portfolio.public_id))
    number, once = _next_number(), {"public_id": uuid5(portfolio.public_id, key)} if key else {}
    if once and (made := Bot.objects.filter(**once).first()):
        return made
    chosen = _tradable(strategy, owner)
    bot = Bot(
        **once,
        number=number,
        owner=owner,
        portfolio=portfolio,
        name=name.strip()[:80] or _default_name(chosen, number),
        strategy=chosen.name,
        parameters=chosen.resolve(parameters),
        timeframe=timeframe.value,
        instruments=listed(instruments),
        allocation=allocation_of(allocation),
        **ways_out(usual_of(chosen, parameters), sizing, stop_bps, target_bps, moves),
    )
    _require_fed(chosen, bot.instruments)
    _require_what_it_needs(bot, chosen, parameters, {"sizing": sizing, "target_bps": target_bps, **moves}, stop_bps)
    require_room("bots")
    return _begun(bot, actor=actor or owner)


def _begun(bot: Bot, *, actor: User) -> Bot:
    bot.save(force_insert=True)
    whose = on_behalf(actor=actor, owner_id=bot.owner.public_id)
    record(actor=actor, action="bot.created", object=bot, after={**_facts(bot), **whose})
    return bot


@transaction.atomic
def change_bot(*, bot: Bot, actor: User, **changes: Any) -> Bot:
    """The bot with those of its terms that are named, as `create_bot` takes them; strategy: another version of its
    rule set, nothing else.

    They count from the next candle on. Of one that keeps orders only its name and its loss limit can be changed: the
    rest is what was shown before it began. Audited as "bot.changed". Raises BotIsStopped, BadParameter,
    MissingInput, OnlyAtBooks or BadBot.
    """
    locked = Bot.objects.select_for_update().get(pk=bot.pk)
    if locked.status == BotStatus.STOPPED:
        raise BotIsStopped(bot=str(locked.public_id))
    chosen, before = _of_bot(locked.strategy), _facts(locked)
    if "strategy" in changes:
        locked.strategy = _moved(locked, changes.pop("strategy"))
        chosen, changes = _of_bot(locked.strategy), {"parameters": locked.parameters, **changes}
    usual = usual_of(chosen, locked.parameters)
    if isinstance(chosen, Manager):
        changes = _of_a_ladder(locked, chosen, changes)
    if isinstance(chosen, Finder) and (fixed := sorted(changes.keys() - _OF_A_FINDER)):
        raise BadBot(_("%(field)s of a bot that reads books stays as it began; make another bot."), field=fixed[0])
    read: dict[str, Callable[[Any], Any]] = {
        "name": lambda text: text.strip()[:80] or locked.name,
        "parameters": chosen.resolve,
        "instruments": listed,
        "allocation": allocation_of,
        "sizing": lambda sent: read_sizing(sent).told(),
        "stop_bps": lambda bps: distance("stop_bps", bps, usual.stop_bps, least=1, most=9_999),
        "target_bps": lambda bps: distance("target_bps", bps, usual.target_bps, least=0, most=100_000),
        **{name: move(name) for name in MOVES},
    }
    for field, value in changes.items():
        setattr(locked, field, read[field](value))
    if "instruments" in changes:
        _require_fed(chosen, locked.instruments)
    after = _facts(locked)
    if after != before:
        locked.save(update_fields=sorted({"strategy", *changes}))
        moved = {name: value for name, value in after.items() if value != before[name]}
        facts = {**moved, **on_behalf(actor=actor, owner_id=locked.owner.public_id)}
        record(actor=actor, action="bot.changed", object=locked, before={k: before[k] for k in moved}, after=facts)
    return locked


def pause_bot(*, bot: Bot, actor: User | None, reason: str = "") -> Bot:
    """Enter nothing more until resumed; exits go on. Audited as "bot.paused"; a paused bot stays as it is.

    Raises BotIsStopped.
    """
    return _turn(bot, BotStatus.PAUSED, actor=actor, action="bot.paused", reason=reason)


def resume_bot(*, bot: Bot, actor: User | None, reason: str = "") -> Bot:
    """Enter again from the next candle on. Audited as "bot.resumed"; an active bot stays as it is.

    Raises BotIsStopped.
    """
    return _turn(bot, BotStatus.ACTIVE, actor=actor, action="bot.resumed", reason=reason)


def stop_bot(*, bot: Bot, actor: User, reason: str, mode: Mode = Mode.CLOSE_ONLY) -> int:
    """Stop one bot at once, as far as `mode` says; how many entries were withdrawn. Audited as "trading.stopped".

    Unlike a pause it takes back what is on its way, and can close what the bot holds.
    """
    return stop_level(level=Level.BOT, subject=bot.public_id, actor=actor, reason=reason, mode=mode, **_at(bot))


def rearm_bot(*, bot: Bot, actor: User, reason: str) -> None:
    """Let a stopped bot go on where nothing else stops it. Audited as "trading.resumed". Raises ReasonMissing."""
    resume_level(level=Level.BOT, subject=bot.public_id, actor=actor, reason=reason, **_at(bot))


def _at(bot: Bot) -> dict[str, Any]:
    return {"by_admin": False, "portfolio_id": bot.portfolio.public_id, "whose": bot.owner.public_id}


@transaction.atomic
def allow_live(*, bot: Bot, actor: User) -> Bot:
    """Let it trade for real money, where its portfolio has any; audited as "bot.live_allowed". Raises BotIsStopped, and
    BadBot for a bot with play money.
    """
    if bot.portfolio.kind != "live":
        raise BadBot(_("This bot trades with play money: real money is a live connection's."))
    return _set_live(bot, True, actor=actor, action="bot.live_allowed")


@transaction.atomic
def end_live(*, bot: Bot, actor: User) -> Bot:
    """It buys for real money no more: what it had wished for and was not sent is withdrawn; stops and exits go on.

    Audited as "bot.live_ended". The limits are locked first, as every cycle does: none of its entries is recorded after
    the commit.
    """
    lock_stop(bot.portfolio)
    after = _set_live(bot, False, actor=actor, action="bot.live_ended")
    withdraw_entries_of(portfolio=bot.portfolio, bot_id=bot.public_id, reason="live_ended")
    return after


def _set_live(bot: Bot, live: bool, *, actor: User, action: str) -> Bot:
    locked = Bot.objects.select_for_update(of=("self",)).select_related("portfolio", "owner").get(pk=bot.pk)
    if live and locked.status == BotStatus.STOPPED:
        raise BotIsStopped(bot=str(locked.public_id))
    if locked.live == live:
        return locked
    locked.live = live
    locked.save(update_fields=["live"])
    after = {"live": live, **on_behalf(actor=actor, owner_id=locked.owner.public_id)}
    record(actor=actor, action=action, object=locked, before={"live": not live}, after=after)
    return locked


@transaction.atomic
def _turn(bot: Bot, status: BotStatus, *, actor: User | None, action: str, reason: str) -> Bot:
    locked = Bot.objects.select_for_update().get(pk=bot.pk)
    if locked.status == BotStatus.STOPPED:
        raise BotIsStopped(bot=str(locked.public_id))
    if locked.status == status:
        return locked
    before, locked.status = locked.status, status
    locked.save(update_fields=["status"])
    after = {"status": status, "reason": reason}
    if actor is not None:
        after |= on_behalf(actor=actor, owner_id=locked.owner.public_id)
    record(actor=actor, action=action, object=locked, before={"status": before}, after=after)
    return locked


@transaction.atomic
def move_bots(*, owner: User, timeframe: Timeframe, instruments: Sequence[str]) -> int:
    """The owner's bots watch `instruments` at `timeframe` from the next candle on; how many of them did not before.
    Those that keep orders or read books stay where they are.

    Audited as "bot.moved", each. Raises BadBot, OnlyAtBooks.
    """
    wanted = listed(instruments)
    require_spot(wanted)
    after = {"timeframe": timeframe.value, "instruments": wanted}
    moved = 0
    others = Bot.objects.exclude(strategy__in=[*all_managers(), *all_finders()])
    for bot in others.select_for_update().filter(owner=owner).order_by("pk"):
        before = {"timeframe": bot.timeframe, "instruments": bot.instruments}
        if before == after:
            continue
        bot.timeframe, bot.instruments = timeframe.value, wanted
        bot.save(update_fields=["timeframe", "instruments"])
        record(actor=owner, action="bot.moved", object=bot, before=before, after=after)
        moved += 1
    return moved


def _tradable(name: str, owner: User) -> Strategy | Manager | Finder:
    """What bots of `owner` can trade: of the catalogue, a version of a rule set of theirs, or signals from outside."""
    if name.startswith(PREFIX):
        strategy_named(name, owner)
        hold_rules(name)
    return _of_bot(name)


def _require_what_it_needs(
    bot: Bot,
    chosen: Strategy | Manager | Finder,
    parameters: Mapping[str, object],
    terms: Mapping[str, object],
    stop_bps: int | None,
) -> None:
    """Raise for a bot that keeps orders or reads books which could not begin, or was given the terms of others."""
    money: dict[str, Any] = {"portfolio": bot.portfolio, "instrument_ids": bot.instruments, "funds": bot.allocation}
    if isinstance(chosen, Manager):
        require_its_own({**terms, "stop_bps": stop_bps})
        require_ladder(chosen, parameters, **money)
    elif isinstance(chosen, Finder):
        require_its_own(terms)
        require_books(chosen, **money)


def _of_bot(name: str) -> Strategy | Manager | Finder:
    """What a bot that has this name trades by, whoever's it is."""
    return all_managers().get(name) or all_finders().get(name) or strategy_of(name)


def _require_fed(chosen: Strategy | Manager | Finder, instrument_ids: Sequence[str]) -> None:
    if not isinstance(chosen, Finder):
        require_spot(instrument_ids)
    if isinstance(chosen, Strategy):
        chosen.require_fed(instrument_ids, funding_spans)


def _of_a_ladder(bot: Bot, chosen: Manager, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes of a bot that keeps orders, with the stop that its loss limit is. Raises BadBot."""
    sent = chosen.resolve({**bot.parameters, **changes.get("parameters", {})})
    fixed = {name: value for name, value in sent.items() if value != bot.parameters[name]}
    if wrong := sorted({*changes.keys() - CHANGEABLE, *fixed.keys() - {LOSS_LIMIT.name}}):
        said = _("%(field)s of a bot that keeps orders stays as it began; make another bot.")
        raise BadBot(said, field=wrong[0])
    return {**changes, **({"parameters": sent, "stop_bps": loss_bps(sent)} if "parameters" in changes else {})}


def _moved(bot: Bot, name: str) -> str:
    """Another version of the bot's rule set; its parameters go along as far as that one has them."""
    if name != bot.strategy:
        if not name.startswith(PREFIX) or name.rpartition(":")[0] != bot.strategy.rpartition(":")[0]:
            raise BadBot(_("A bot keeps its strategy; one with rules goes to another version of the same rule set."))
        chosen = _tradable(name, bot.owner)
        known = {parameter.name for parameter in chosen.parameters}
        bot.parameters = chosen.resolve({field: value for field, value in bot.parameters.items() if field in known})
    return name


def _next_number() -> int:
    """One more than the tenant's last, taken under a lock that ends with the transaction: one bot at a time is made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(current_schema()))", [_NUMBER_LOCK])
    return (Bot.objects.aggregate(last=Max("number"))["last"] or 0) + 1


def _default_name(strategy: Strategy | Manager | Finder, number: int) -> str:
    return f"{strategy.title} {number}"


def _facts(bot: Bot) -> dict[str, object]:
    return {
        "number": bot.number,
        "name": bot.name,
        "strategy": bot.strategy,
        "parameters": bot.parameters,
        "timeframe": bot.timeframe,
        "instruments": bot.instruments,
        "allocation": str(bot.allocation),
        "sizing": bot.sizing,
        "stop_bps": bot.stop_bps,
        "target_bps": bot.target_bps,
        "trail_bps": bot.trail_bps,
        "break_even_bps": bot.break_even_bps,
        "time_stop_candles": bot.time_stop_candles,
    }
