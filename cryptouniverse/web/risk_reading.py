"""What the risk page says: limits and whose is the strictest, what locks now, what each trigger stands at."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.market import Timeframe
from cryptouniverse.kernel.words import told
from cryptouniverse.templatetags.figures import UNKNOWN, figure, places_of
from cryptouniverse.web import risk_types as t
from cryptouniverse.web.panels import stop_of
from cryptouniverse.web.reading import Reading
from cryptouniverse.web.risk_forms import PERCENT, CapsForm, MadeForm, ProtectionForm, TriggerForm, symbols_of
from trading.ceilings.caps import BPS, CAP_OF, COUNT, CURRENCY
from trading.ceilings.columns import MODES
from trading.ceilings.types import LEVEL_WORDS, Ceiling, Level, Mode
from trading.execution.selectors import closed_since, standing_now
from trading.marketdata.errors import NoMarket
from trading.marketdata.selectors import feed_state, market_instruments
from trading.marketdata.types import FeedState
from trading.risk.protections import METHODS, Protection, locked_until, reaches_back_ms
from trading.risk.protections.parameters import LASTS, Parameter, Sort, parameters_of
from trading.risk.protections.reading import read_protections
from trading.risk.protections.types import LOOKS_BACK, Closed
from trading.risk.selectors import limits_in_force, limits_of, of_bots, read_sizing
from trading.risk.sizing import METHODS as SIZINGS
from trading.risk.triggers import KINDS, Standing
from trading.risk.triggers.reading import read_triggers
from trading.risk.types import Limits

NAMES_SHOWN = 6
Bound = Mapping[tuple[str, str], MadeForm]  # forms that were refused, by part and key


class Risk:
    """A portfolio's risk as it is in the books now. Each attribute is read at its first use.

    bound: forms that were sent and refused, shown as they were typed.
    """

    def __init__(self, reading: Reading, bound: Bound | None = None) -> None:
        self.reading, self.bound = reading, bound or {}
        self.portfolio = reading.portfolio
        self.row = limits_of(reading.portfolio)

    @cached_property
    def in_force(self) -> Limits:
        """The limits as they hold now, whoever says them."""
        return limits_in_force(self.row)

    @cached_property
    def standing(self) -> Standing | None:
        """Where the portfolio stands against triggers."""
        return standing_now(self.portfolio)

    @cached_property
    def bot_caps(self) -> dict[Any, Ceiling]:
        """The ceilings of the portfolio's bots."""
        return of_bots([bot.public_id for bot in self.reading.bots])

    @property
    def may(self) -> bool:
        """Whether this person may change what is shown."""
        return "portfolio:write" in self.reading.rights

    @property
    def may_rearm(self) -> bool:
        """Whether this person may lift the most severe of the modes."""
        return stop_of(self.reading).allowed

    @cached_property
    def modes(self) -> list[t.Mode]:
        """What stops or holds back trading now, the most severe first; nothing where all is normal."""
        row = self.row
        found: list[tuple[Mode, Level, str, str, str, datetime | None]] = []
        if row.standing_mode is not Mode.NORMAL:
            cause = gettext(KINDS[row.stop_cause].words) if row.stop_cause in KINDS else ""
            reason = told(row.stop_reason, gettext)
            found.append((row.standing_mode, Level.PORTFOLIO, cause, reason, row.stopped_by, row.stopped_at))
        found += [(one.mode, one.level, "", one.reason, one.by, one.since) for one in self.reading.stops_above]
        found.sort(key=lambda one: -one[0].severity)
        return [
            t.Mode(gettext(LEVEL_WORDS[level]), str(dict(MODES)[mode.value]), cause, reason, by, since)
            for mode, level, cause, reason, by, since in found
        ]

    @cached_property
    def form(self) -> CapsForm:
        """The limits' form."""
        found = self.bound.get(("limits", ""))
        if isinstance(found, CapsForm):
            return found
        return caps_form(None, self.reading, self.row)

    @cached_property
    def caps(self) -> list[t.CapRow]:
        """Every limit, in its order; the instruments last."""
        return [self._cap(name) for name in (*CAP_OF, "whitelist")]

    @cached_property
    def protections(self) -> list[t.Part]:
        """Those that are set."""
        stored = read_protections(self.row.protections)
        locks = locks_of(self.reading, stored)
        return [
            self._part("protections", key, told_, METHODS[one.method], _facts(one), locks=locks[number])
            for number, (one, (key, told_)) in enumerate(zip(stored, keyed(self.row.protections), strict=True))
        ]

    @cached_property
    def triggers(self) -> list[t.Part]:
        """Those that are set, each with its meter."""
        return [
            self._part("triggers", key, told_, KINDS[one.trigger], (_then(one.mode),), meter=self._meter(one))
            for one, (key, told_) in zip(read_triggers(self.row.triggers), keyed(self.row.triggers), strict=True)
        ]

    @cached_property
    def protection_kinds(self) -> list[t.Kind]:
        """Those that can be added: all there are."""
        return [self._kind("protections", kind.name, kind.name, kind.meaning) for kind in METHODS.values()]

    @cached_property
    def trigger_kinds(self) -> list[t.Kind]:
        """Those that can be added: all there are, with what each stands at."""
        return [
            self._kind("triggers", kind.name, gettext(kind.words), kind.meaning, now=self._now(kind.name))
            for kind in KINDS.values()
        ]

    @cached_property
    def bots(self) -> list[t.BotSize]:
        """The portfolio's bots."""
        return [
            t.BotSize(
                bot.public_id, bot.name, gettext(SIZINGS[read_sizing(bot.sizing).method].words), self._own_caps(bot)
            )
            for bot in self.reading.bots
        ]

    def made(self, part: str, kind: str, stored: Mapping[str, Any] | None, data: Any, *, key: str) -> MadeForm:
        """The form of one protection or trigger. Raises KeyError for a kind that there is not."""
        if part == "protections":
            return ProtectionForm(data, METHODS[kind], stored, key=key)
        return TriggerForm(data, KINDS[kind], stored, key=key)

    def _part(
        self, part: str, key: str, stored: Mapping[str, Any], kind: Any, facts: tuple[str, ...], **more: Any
    ) -> t.Part:
        sent = self.bound.get((part, key))
        form = sent or self.made(part, kind.name, stored, None, key=key)
        words = kind.name if part == "protections" else gettext(kind.words)
        was = json.dumps(stored, sort_keys=True)
        return t.Part(key, kind.name, words, gettext(kind.meaning), was, facts, form, sent is not None, **more)

    def _kind(self, part: str, name: str, words: str, meaning: str, now: str = "") -> t.Kind:
        sent = self.bound.get((part, name))
        return t.Kind(
            name, words, gettext(meaning), sent or self.made(part, name, None, None, key=name), sent is not None, now
        )

    def _cap(self, name: str) -> t.CapRow:
        value, level = getattr(self.in_force, name), self.in_force.levels.get(name)
        bots = []
        for bot in self.reading.bots:
            own = getattr(self.bot_caps.get(bot.public_id), name, None)
            if (own and name == "whitelist") or (own is not None and name != "whitelist" and own < value):
                bots.append((bot.name, self._text(name, own)))
        held = self._text(name, value) if level else ""
        words = gettext(LEVEL_WORDS[level]) if level else ""
        return t.CapRow(name, self.form.row(name), words, held, tuple(bots))

    def _text(self, name: str, value: Any) -> str:
        if name != "whitelist":
            return measured(Decimal(value), CAP_OF[name].unit, self.portfolio.currency)
        names = [one.partition(":")[2] or one for one in sorted(value)]
        more = gettext("and %(number)s more") % {"number": len(names) - NAMES_SHOWN}
        return ", ".join([*names[:NAMES_SHOWN], *([more] if len(names) > NAMES_SHOWN else [])]) or gettext("none")

    def _meter(self, trigger: Any) -> t.Meter:
        kind = KINDS[trigger.trigger]
        value = kind.value(self.standing) if self.standing else None
        return t.Meter(value, trigger.limit, self._now(kind.name) or UNKNOWN, measured(trigger.limit, kind.unit))

    def _now(self, name: str) -> str:
        kind = KINDS[name]
        value = kind.value(self.standing) if self.standing else None
        if value is None:
            return ""
        return measured(value, kind.unit) if value.is_finite() else gettext("no number")

    def _own_caps(self, bot: Any) -> int:
        own = self.bot_caps.get(bot.public_id)
        return sum(getattr(own, name) is not None for name in CAP_OF) + bool(own.whitelist) if own else 0


def caps_form(data: Any, reading: Reading, row: Any) -> CapsForm:
    """The form of a portfolio's limits."""
    return CapsForm(data, row, required=True, currency=reading.portfolio.currency, known=market_symbols(reading.feed))


def market_symbols(feed: FeedState | None) -> dict[str, str]:
    """Symbol -> instrument id, of the market that is shown."""
    return symbols_of(market_instruments(feed.source, feed.timeframe)) if feed else {}


def symbols_now() -> dict[str, str]:
    """`market_symbols` of the market as it is read now."""
    try:
        return market_symbols(feed_state())
    except NoMarket:
        return {}


def keyed(stored: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """Each with a key that names it on the page: the same after others were added or removed."""
    seen: Counter[str] = Counter()
    found = []
    for one in stored:
        text = json.dumps(one, sort_keys=True)
        found.append((f"{zlib.crc32(text.encode()):08x}-{seen[text]}", one))
        seen[text] += 1
    return found


def measured(value: Decimal, unit: str, currency: str = "") -> str:
    """A number with its unit, at four places at most: "2.5%", "90 s", "500 USDT"."""
    text = figure(value, min(places_of(value), 2 if unit == "%" else 4))
    if unit == "%":
        return f"{text}%"
    if unit == CURRENCY:
        return f"{text} {currency}"
    return text if unit == COUNT else f"{text} {gettext('bps') if unit == BPS else unit}"


def locks_of(reading: Reading, protections: tuple[Protection, ...]) -> list[tuple[t.Lock, ...]]:
    """For each of `protections` what it locks at the market's time, for the candles of the portfolio's bots."""
    feed = reading.feed
    if not protections or feed is None:
        return [() for _each in protections]
    at_ms = feed.cursor_ms + feed.timeframe.ms
    frames = {Timeframe(bot.timeframe) for bot in reading.bots} or {feed.timeframe}
    reach_ms = max(reaches_back_ms(protections, frame.ms) for frame in frames)
    closes = closed_since([reading.portfolio.pk], since_ms=at_ms - reach_ms).get(reading.portfolio.pk, [])
    return [_locks(one, closes, frames, at_ms) for one in protections]


def _locks(protection: Protection, closes: list[Closed], frames: set[Timeframe], at_ms: int) -> tuple[t.Lock, ...]:
    method = METHODS[protection.method]
    apart = protection.only_per_pair if method.per_pair is None else method.per_pair
    names = sorted({one.instrument_id for one in closes}) if apart else [""] if closes else []
    ends: dict[tuple[str, datetime], list[str]] = {}
    for name in names:
        for frame in sorted(frames, key=lambda each: each.ms):
            until = locked_until(protection, closes, instrument_id=name, at_ms=at_ms, candle_ms=frame.ms)
            if until is not None:
                ends.setdefault((name, clock.from_ms(until)), []).append(frame.value)
    return tuple(
        t.Lock(name.partition(":")[2], until, "" if len(at) == len(frames) else ", ".join(at))
        for (name, until), at in ends.items()
    )


def _facts(protection: Protection) -> tuple[str, ...]:
    """What a protection says, in words; of how long and how far back what is usual, where it says nothing."""
    method = METHODS[protection.method]
    asked = {one.name: one for one in parameters_of(method)}
    found = []
    for names, message in ((LASTS, gettext("Locks for %(what)s")), (LOOKS_BACK, gettext("Looks back %(what)s"))):
        if known := [asked[name] for name in names if name in asked]:
            one = next((each for each in known if getattr(protection, each.name) is not None), None)
            one = one or next(each for each in known if each.usual is not None)
            found.append(message % {"what": _span(one, getattr(protection, one.name))})
    for one in asked.values():
        value = getattr(protection, one.name)
        if value is None or one.name in {*LASTS, *LOOKS_BACK}:
            continue
        if one.sort is Sort.FLAG:
            text = gettext("yes") if value else gettext("no")
        else:
            text = measured(value * PERCENT, "%") if one.sort is Sort.RATIO else figure(value, 0)
        found.append(f"{gettext(one.words)}: {text}")
    return tuple(found)


def _span(one: Parameter, value: Any) -> str:
    """A time of a protection: "24 candles", "60 minutes", "the time until 08:00 UTC"."""
    if one.sort is Sort.CLOCK:
        return gettext("the time until %(clock)s UTC") % {"clock": value}
    return f"{figure(value if value is not None else one.usual, 0)} {gettext(one.words).lower()}"


def _then(mode: Mode) -> str:
    return gettext("Then: %(mode)s") % {"mode": dict(MODES)[mode.value]}
