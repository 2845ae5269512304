"""A seeded market for the tests of indicators, from a UTC midnight on, hour by hour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

START_MS = 1_704_067_200_000  # 2024-01-01
HOUR_MS = 3_600_000


@dataclass(frozen=True)
class Market:
    open_ms: np.ndarray
    open: np.ndarray
    high: np.ndarray
    low: np.ndarray
    close: np.ndarray
    volume: np.ndarray

    def between(self, start, end):
        return Market(*(getattr(self, name)[start:end] for name in self.__dataclass_fields__))

    def of(self, indicator, **parameters):
        """The indicator's outputs over this market, by name."""
        columns = (self.close if name == "values" else getattr(self, name) for name in indicator.inputs)
        found = indicator.function(*columns, **parameters)
        return dict(zip(indicator.outputs, found if isinstance(found, tuple) else (found,), strict=True))


def given_walk(n, seed=7):
    noise = np.random.default_rng(seed)
    close = 100 * np.exp(noise.normal(0, 0.01, n).cumsum())
    open_ = np.concatenate(([100.0], close[:-1]))[:n] * np.exp(noise.normal(0, 0.001, n))
    high = np.maximum(open_, close) * (1 + noise.uniform(0, 0.006, n))
    low = np.minimum(open_, close) * (1 - noise.uniform(0, 0.006, n))
    return Market(START_MS + HOUR_MS * np.arange(n), open_, high, low, close, noise.uniform(1, 5, n))


def given_still(n, price, volume=0.0):
    flat = np.full(n, float(price))
    return Market(START_MS + HOUR_MS * np.arange(n), flat, flat, flat, flat, np.full(n, volume))
