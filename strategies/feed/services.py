"""Following signals, and the secret address at which a program reads them. Every write by a person is audited."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.users.services import take_turns
from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import Timeframe
from cryptouniverse.kernel.secret import Secret
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.builder.selectors import is_own, strategy_named, strategy_of
from strategies.builder.services import hold_rules
from strategies.catalog.errors import UnknownStrategy
from strategies.catalog.outside import WEBHOOK
from strategies.catalog.types import canonical
from strategies.feed.errors import BadScore, NothingToFollow, TooManySubscriptions
from strategies.feed.models import SignalAddress, SignalNotice, SignalSubscription
from strategies.feed.selectors import access_subscription, address_of, digest_of, subscriptions_of
from strategies.feed.types import KEPT_DAYS
from strategies.scanner.types import SCORE_LEAST, SCORE_PLACES
from tenants.audit.services import record
from tenants.provisioning.services import most_of
from tenants.provisioning.types import SUBSCRIPTIONS
from trading.marketdata.selectors import feed_state, funding_spans, instrument, require_spot, timeframes_there

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.users.models import User

HINT_LENGTH = 6


@transaction.atomic
def follow_strategy(
    *, actor: User, strategy: str, parameters: Mapping[str, object], instrument_id: str, timeframe: Timeframe
) -> SignalSubscription:
    """Follow what a strategy asks for on a market, from the next closed candle on. Audited as "signals.followed".

    strategy: of the catalogue, or a version of a rule set of the actor's. parameters: any of the strategy's; the rest
    are its defaults. Followed already, it stays as it is, unaudited. Raises UnknownStrategy, NotForBots, MissingInput,
    BadParameter, UnknownInstrument, OnlyAtBooks, NothingToFollow, NoMarket, TooManySubscriptions.
    """
    if is_own(strategy):
        strategy_named(strategy, actor)  # whose it is
    elif strategy == WEBHOOK:
        raise UnknownStrategy(_("There is no strategy named %(strategy)s."), strategy=strategy)
    chosen = strategy_of(strategy)
    text, listed = canonical(chosen.resolve(parameters)), instrument(instrument_id)
    require_spot([listed.id])
    chosen.require_fed([listed.id], funding_spans)
    if listed.id not in timeframes_there().get(timeframe, []):
        raise NothingToFollow(instrument=listed.symbol, timeframe=timeframe.value)
    named = {
        "strategy": chosen.name,
        "parameters": text,
        "instrument_id": listed.id,
        "timeframe": timeframe.value,
    }
    take_turns(actor)
    hold_rules(chosen.name)
    if found := subscriptions_of(actor).filter(**named).first():
        return found
    _require_room(actor)
    made = SignalSubscription.objects.create(owner=actor, since_ms=_market_ms(), **named)
    record(actor=actor, action="signals.followed", object=made, after=named)
    return made


@transaction.atomic
def follow_opportunities(*, actor: User, score_least: Decimal) -> SignalSubscription:
    """Follow all opportunities that the scanner finds from now on with this score or more, in R; one such a person.

    Audited as "signals.followed"; the same score again is harmless, and unaudited. Raises BadScore, NoMarket,
    TooManySubscriptions.
    """
    if not score_least.is_finite() or not SCORE_LEAST <= score_least <= -SCORE_LEAST:
        raise BadScore(low=str(SCORE_LEAST), high=str(-SCORE_LEAST))
    take_turns(actor)
    found = subscriptions_of(actor).filter(strategy="").first()
    if found is None:
        _require_room(actor)
        found = SignalSubscription(owner=actor, since_ms=_market_ms())
    score_least = score_least.quantize(SCORE_PLACES, rounding=ROUND_HALF_EVEN)
    before = {"score_least": str(found.score_least)}
    if found.pk and found.score_least == score_least:
        return found
    found.score_least = score_least
    found.save()
    record(actor=actor, action="signals.followed", object=found, before=before, after={"score_least": str(score_least)})
    return found


@transaction.atomic
def unfollow(*, actor: User, subscription_id: UUID) -> None:
    """End it: what is not delivered yet will not be. Audited as "signals.unfollowed". Raises UnknownSubscription."""
    row = access_subscription(actor, subscription_id, lock=True)
    facts = {"strategy": row.strategy, "instrument_id": row.instrument_id, "timeframe": row.timeframe}
    record(actor=actor, action="signals.unfollowed", object=row, before=facts)
    row.delete()


@transaction.atomic
def make_address(*, actor: User) -> tuple[SignalAddress, Secret]:
    """A new secret address in place of the one before, which opens nothing from now on. Its token is shown once.

    Audited as "signals.address_made".
    """
    take_turns(actor)
    before = address_of(actor)
    if before is not None:
        _revoke(before)
    text = secrets.token_urlsafe(32)
    made = SignalAddress.objects.create(owner=actor, digest=digest_of(text), hint=text[:HINT_LENGTH])
    record(
        actor=actor,
        action="signals.address_made",
        object=made,
        before={"replaces": str(before.public_id) if before else None},
    )
    return made, Secret(text)


@transaction.atomic
def revoke_address(*, actor: User) -> None:
    """From now on the person's address opens nothing. Audited as "signals.address_revoked"; without one, harmless."""
    take_turns(actor)
    found = address_of(actor)
    if found is not None:
        _revoke(found)
        record(actor=actor, action="signals.address_revoked", object=found, before={"hint": found.hint})


def paths_of(token: Secret) -> dict[str, str]:
    """Where a feed reader finds it, below the tenant's host, by format."""
    return {form: f"/feeds/{token.reveal()}/signals.{form}" for form in ("atom", "json")}


def forget_old_notices() -> int:
    """Drop what was delivered more than KEPT_DAYS ago; how many."""
    old = SignalNotice.objects.filter(delivered_at__lt=clock.now() - timedelta(days=KEPT_DAYS))
    count, _each = old.delete()
    return count


def _revoke(row: SignalAddress) -> None:
    row.revoked_at = clock.now()
    row.save(update_fields=["revoked_at"])


def _require_room(person: User) -> None:
    most = most_of(SUBSCRIPTIONS)
    if subscriptions_of(person).count() >= most:
        raise TooManySubscriptions(limit=most)


def _market_ms() -> int:
    """The time of the market as it is shown: when its last candle closed."""
    feed = feed_state()
    return feed.cursor_ms + feed.timeframe.ms
