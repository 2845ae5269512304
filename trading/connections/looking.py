"""One look at an account: does the venue take the key, what may it do, how far are the clocks apart.

What a venue says in its own words is never kept or shown: it could repeat the key. Only our sentences are.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Final

from cryptouniverse.kernel.words import gettext_noop as _
from trading.connections.errors import CannotTrade, NotIpRestricted, TooManyRights
from trading.connections.types import Finding, Kind
from trading.exchanges.errors import ExchangeUnavailable, KeyRefused
from trading.exchanges.types import OrderVenue

WITHIN_S: Final = 15.0
_REFUSED = _("The exchange refuses this key: it is mistyped, revoked, or not allowed from our address.")
_SILENT = _("The exchange gave no usable answer. Nothing was changed; try again in a minute.")
_SLOW = _("The exchange did not answer in time. Nothing was changed; try again in a minute.")
_PLAIN = re.compile(r"[A-Za-z]{1,60}|HTTP \d{3}")


async def look_at(venue: OrderVenue, *, within_s: float = WITHIN_S) -> Finding:
    """What `venue` says of its key, within that time. Places nothing, and raises nothing for a bad answer."""
    try:
        async with asyncio.timeout(within_s):
            offset_ms = await venue.clock_offset_ms()  # first: what is signed later is signed with it
            await venue.balances()
            return Finding(await venue.rights(), offset_ms)
    except KeyRefused as error:
        return Finding(error=_REFUSED, refused=True, reason=_told(error))
    except ExchangeUnavailable as error:
        return Finding(error=_SILENT, reason=_told(error))
    except TimeoutError:
        return Finding(error=_SLOW, reason=f"no answer within {within_s:g} s")


async def look_once(opened: Callable[[], OrderVenue], *, within_s: float = WITHIN_S) -> Finding:
    """`look_at` an account that is opened in this event loop, and closed afterwards."""
    venue = opened()
    try:
        return await look_at(venue, within_s=within_s)
    finally:
        await venue.close()


def require_fit(kind: Kind, finding: Finding, *, venue: str) -> None:
    """Raises what is wrong with a key that `finding` describes: KeyRefused, ExchangeUnavailable, TooManyRights,
    CannotTrade, or NotIpRestricted for a live key. A right that the venue does not tell is not held against it.
    """
    if finding.refused:
        raise KeyRefused(finding.error, venue=venue)
    if finding.rights is None:
        raise ExchangeUnavailable(finding.error, venue=venue, reason=finding.reason)
    if finding.excessive:
        raise TooManyRights(venue=venue, rights=list(finding.excessive))
    if finding.rights.trade is False:
        raise CannotTrade(venue=venue)
    if kind == Kind.LIVE and finding.rights.ip_restricted is False:
        raise NotIpRestricted(venue=venue)


def _told(error: ExchangeUnavailable | KeyRefused) -> str:
    """Of the reason, the kind of error and the status: the venue's own words stay out."""
    parts = str(error.facts.get("reason", "")).split(", ")
    return ", ".join(part for part in parts if _PLAIN.fullmatch(part))
