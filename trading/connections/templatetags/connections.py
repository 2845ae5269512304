"""How connections are shown: rights in words, ages that go on counting, reasons in the reader's language."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from cryptouniverse.kernel import words
from trading.connections.forms import VENUE_NAMES
from trading.connections.types import WHY_MISSING, Kind, Yes

if TYPE_CHECKING:
    from cryptouniverse.kernel.errors import CryptoUniverseError
    from trading.connections.models import Connection

register = template.Library()
UNKNOWN = "–"


@register.filter
def venue_name(venue: str) -> str:
    """The exchange's name as it writes itself."""
    return VENUE_NAMES.get(venue, venue.capitalize())


@register.filter
def kind_name(kind: str) -> str:
    """A kind of connection in words."""
    names = {Kind.SANDBOX: gettext("Sandbox"), Kind.PAPER: gettext("Paper"), Kind.LIVE: gettext("Live")}
    return names[Kind(kind)]


@register.filter
def yes_of(who: str) -> str:
    """Whose yes to real money it is, in words."""
    names = {
        Yes.PLATFORM: gettext("The platform"),
        Yes.TENANT: gettext("Your organisation"),
        Yes.VENUE: gettext("The exchange is proven"),
        Yes.CONNECTION: gettext("This account"),
    }
    return names[Yes(who)]


@register.filter
def yes_by(who: str) -> str:
    """Why a yes is missing, and what to do about it."""
    return told(WHY_MISSING[Yes(who)])


@register.filter
def told(text: str) -> str:
    """A sentence that was recorded in no language, in the reader's."""
    return words.told(text, gettext) if text else ""


@register.filter
def ended(text: str) -> str:
    """A sentence with its full stop, also where a person left it out."""
    return text if not text or text[-1] in ".!?" else text + "."


@register.filter
def exactly(value: Decimal) -> str:
    """All the digits there are, no needless zeros, a true minus."""
    text = format(value.normalize(), "f")
    return text.replace("-", "−")


@register.filter
def since(moment: datetime, now: datetime) -> SafeString:
    """How long ago, as a time that goes on counting in the browser."""
    age_s = max(0, int((now - moment).total_seconds()))
    return format_html(
        '<time datetime="{}" data-since="{}" data-seconds="{}" data-minutes="{}" title="{}">{}</time>',
        moment.isoformat(),
        age_s,
        gettext("{n} s ago"),
        gettext("{n} min ago"),
        f"{moment:%Y-%m-%d %H:%M:%S} UTC",
        _age(age_s),
    )


@register.simple_tag
def rights(row: Connection) -> SafeString:
    """What the key may do: an icon, a word, and the colour last. Nothing for paper, a dash for what is not told."""
    if row.kind == Kind.PAPER:
        return _quiet(gettext("No key"))
    asked = (
        (row.may_trade, True, gettext("trade"), gettext("not trade")),
        (row.may_withdraw, False, gettext("withdraw"), gettext("not withdraw")),
        (row.may_transfer, False, gettext("transfer"), gettext("not transfer")),
    )
    known = [_may(yes if has else no, good=has is want) for has, want, yes, no in asked if has is not None]
    if not known:
        return _quiet(gettext("The exchange does not tell"))
    return format_html('<span class="mays">{}</span>', format_html_join("", "{}", ((one,) for one in known)))


@register.simple_tag
def addresses(row: Connection) -> SafeString:
    """Whether the key works from our address alone."""
    if row.kind == Kind.PAPER:
        return _quiet(UNKNOWN)
    if row.ip_restricted is None:
        return _quiet(gettext("Not told"))
    if row.ip_restricted:
        return _may(gettext("bound to ours"), good=True)
    return _may(gettext("works from anywhere"), good=False, warn=True)


@register.simple_tag
def clock_of(row: Connection, most_ms: int) -> SafeString:
    """How far the venue's clock is from ours."""
    if row.clock_offset_ms is None:
        return _quiet(UNKNOWN)
    sign = "+" if row.clock_offset_ms > 0 else "−" if row.clock_offset_ms < 0 else ""
    text = f"{sign}{abs(row.clock_offset_ms):,} ms"
    if abs(row.clock_offset_ms) > most_ms:
        said = gettext("%(offset)s, too far: entries wait") % {"offset": text}
        return format_html('<b class="is-warn">{}</b>', said)
    return format_html("{}", text)


@register.simple_tag
def refused(error: CryptoUniverseError) -> str:
    """What to do about a refusal, where its title does not say it."""
    held = error.facts.get("rights") or []
    if held:
        spoken = {"withdraw": gettext("withdrawals"), "transfer": gettext("transfers")}
        listed = ", ".join(spoken[one] for one in held)
        return gettext("It allows: %(rights)s. Take that from the key, or make another.") % {"rights": listed}
    return error.sentence(gettext) if error.message != error.title else ""


def _may(text: str, *, good: bool, warn: bool = False) -> SafeString:
    colour = "is-gain" if good else "is-warn" if warn else "is-loss"
    shape = "check" if good else "warn"
    return format_html(
        '<span class="may"><svg class="i {}" aria-hidden="true"><use href="#i-{}"/></svg>{}</span>', colour, shape, text
    )


def _quiet(text: str) -> SafeString:
    return format_html('<span class="t3">{}</span>', text)


def _age(age_s: int) -> str:
    if age_s < 120:
        return gettext("{n} s ago").format(n=age_s)
    if age_s < 7_200:
        return gettext("{n} min ago").format(n=age_s // 60)
    hours = age_s // 3_600
    if hours < 48:
        return gettext("{n} h ago").format(n=hours)
    days = hours // 24
    return ngettext("{n} day ago", "{n} days ago", days).format(n=days)
