"""What a strategy is: a pure function from closed bars to a stance, and what a person should know before using it."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cryptouniverse.kernel.market import Bars, Floats, Timeframe
from cryptouniverse.kernel.words import gettext_noop as _
from strategies.catalog.beside import NOTHING_BESIDE, Beside, Needs, reference_id
from strategies.catalog.errors import BadParameter, MissingInput
from trading.indicators.types import Number, Parameter

__all__ = [
    "BY_RISK",
    "EXPONENTIAL_SETTLES",
    "FLAT",
    "LONG",
    "SHORT",
    "WILDER_SETTLES",
    "Beside",
    "Needs",
    "Number",
    "Parameter",
    "Parameters",
    "SignalKey",
    "Stances",
    "Strategy",
    "above",
    "after_warmup",
    "canonical",
    "holding",
    "opposed",
    "source_hash",
]

Parameters = Mapping[str, Number]
Stances = NDArray[np.int8]

LONG = np.int8(1)
FLAT = np.int8(0)
SHORT = np.int8(-1)
# So many periods after which a smoothing has forgotten where it began: less than 0.005% of it is left.
EXPONENTIAL_SETTLES, WILDER_SETTLES = 5, 10
BY_RISK: Mapping[str, str] = MappingProxyType({"method": "risk"})


@dataclass(frozen=True)
class Strategy:
    """One entry of the catalogue.

    name, family: the file and its folder. hypothesis: why it should earn; regime: when; known_failure: when it loses.
    warmup: bars before the first stance, from resolved parameters: a stance depends on little older than that.
    stop_bps, target_bps: default distances of the protective orders from the entry, in ten-thousandths of its price.
    plan: the lowest plan that may use it. rule: says, marked, what is wrong with the parameters together, or None.
    decide(bars, **parameters): int8 array as long as `bars`, +1 long, -1 short, 0 flat: the stance held after each bar
    closed. It is pure: value i depends on bars 0 to i alone, and is 0 for the first `warmup` bars. Where there is spot
    alone, as for bots, -1 is flat.
    needs: what it reads beside its bars; then `decide` takes a `Beside` after them.
    sizing: the default, as `trading.risk.sizing` reads it. entry: as which family the panel judges its entries,
    "" for its own.
    """

    name: str
    title: str
    family: str
    hypothesis: str
    regime: str
    known_failure: str
    parameters: tuple[Parameter, ...]
    warmup: Callable[[Mapping[str, Any]], int]
    stop_bps: int
    target_bps: int
    plan: str
    decide: Callable[..., Stances]
    rule: Callable[[Mapping[str, Any]], str | None] | None = None
    sizing: Mapping[str, str] = field(default_factory=lambda: BY_RISK)
    entry: str = ""
    needs: tuple[Needs, ...] = ()

    @property
    def judged_as(self) -> str:
        """The family by whose conditions the panel judges its entries."""
        return self.entry or self.family

    def resolve(self, parameters: Mapping[str, object]) -> dict[str, Number]:
        """`parameters` with the defaults filled in, checked. Raises BadParameter."""
        if unknown := sorted(set(parameters) - {parameter.name for parameter in self.parameters}):
            raise BadParameter(
                _("%(strategy)s has no parameter %(parameter)s."), strategy=self.name, parameter=unknown[0]
            )
        resolved = {p.name: p.read(parameters.get(p.name, p.default), refusal=BadParameter) for p in self.parameters}
        if self.rule and (broken := self.rule(resolved)):
            raise BadParameter(broken, strategy=self.name)
        return resolved

    def stances(self, bars: Bars, parameters: Mapping[str, object], beside: Beside = NOTHING_BESIDE) -> Stances:
        """The stance after each bar. Raises BadParameter or MissingInput."""
        return self.decided(bars, self.resolve(parameters), beside)

    def decided(self, bars: Bars, parameters: Parameters, beside: Beside = NOTHING_BESIDE) -> Stances:
        """The same with resolved parameters. Raises MissingInput where `beside` lacks what it needs."""
        self.require(beside)
        return self.decide(bars, beside, **parameters) if self.needs else self.decide(bars, **parameters)

    def require(self, beside: Beside = NOTHING_BESIDE) -> None:
        """Raises MissingInput where `beside` lacks what it needs."""
        if missing := [need.value for need in self.needs if beside.of(need) is None]:
            raise MissingInput(strategy=self.name, needs=", ".join(missing))

    def require_fed(self, instrument_ids: Iterable[str], funded: Callable[[Collection[str]], Collection[str]]) -> None:
        """Raises MissingInput where it reads funding and one of these instruments has none, saying what to do.

        funded: says which of some instruments have any; it is asked by those alone that read it.
        """
        ids = sorted(set(instrument_ids)) if Needs.FUNDING in self.needs else []
        if ids and (missing := sorted(set(ids) - set(funded(ids)))):
            said = _(
                "%(strategy)s reads funding rates, and none are stored of %(instruments)s: an operator brings them "
                "from a file with import_funding, or from the exchange with fetch_funding."
            )
            facts = {"needs": Needs.FUNDING.value, "instruments": ", ".join(missing)}
            raise MissingInput(said, strategy=self.name, **facts)

    def references(self, instrument_ids: Iterable[str]) -> dict[str, str]:
        """The instrument that it reads beside each of these; empty where it reads no other."""
        return {one: reference_id(one) for one in instrument_ids} if Needs.REFERENCE in self.needs else {}

    @property
    def code_hash(self) -> str:
        """The first 16 hex digits of the SHA-256 of the strategy's file: signals of other code are other signals."""
        return source_hash(self.decide.__module__)


class SignalKey(NamedTuple):
    """What a signal is computed for, once for all who use it. parameters: as `canonical` writes them.

    A tuple, because a cycle looks thousands of them up.
    """

    strategy: str
    parameters: str
    instrument_id: str
    timeframe: Timeframe


def canonical(parameters: Parameters) -> str:
    """Resolved parameters as text: the same ones always the same text."""
    return json.dumps(dict(parameters), sort_keys=True, separators=(",", ":"), allow_nan=False)


def above(one: Floats, other: Floats) -> NDArray[np.bool_]:
    """True where `one` is above `other` by more than a billionth of it; NaN is above nothing.

    An average that equals the price on paper differs from it by rounding; which way depends on where history begins.
    """
    return one - other > 1e-9 * np.abs(other)


def holding(enter: NDArray[np.bool_], leave: NDArray[np.bool_], *, patience: int, warmup: int) -> Stances:
    """Long from a bar with `enter` until one with `leave`, or until `patience` bars have passed without a new `enter`.

    Where both are true, `leave` wins. Flat for the first `warmup` bars. The answer at a bar depends on the last
    `patience` bars only, so that it does not matter where the history begins.
    """
    index = np.arange(len(enter))
    entered = np.maximum.accumulate(np.where(enter, index, -1))
    left = np.maximum.accumulate(np.where(leave, index, -1))
    return after_warmup((entered > left) & (index - entered < patience), warmup=warmup)


def opposed(long: Stances, short: Stances) -> Stances:
    """+1 where `long` alone holds, -1 where `short` alone does, 0 where both do; each as `holding` gives it."""
    return np.asarray(long - short, dtype=np.int8)


def after_warmup(long: NDArray[np.bool_], short: NDArray[np.bool_] | None = None, *, warmup: int) -> Stances:
    """+1 where `long`, -1 where `short` alone, 0 elsewhere and for the first `warmup` bars."""
    stances = np.where(long, LONG, FLAT if short is None else np.where(short, SHORT, FLAT))
    stances[:warmup] = FLAT
    return stances


@cache
def source_hash(module: str) -> str:
    """The first 16 hex digits of the SHA-256 of an imported module's file."""
    return hashlib.sha256(Path(str(sys.modules[module].__file__)).read_bytes()).hexdigest()[:16]
