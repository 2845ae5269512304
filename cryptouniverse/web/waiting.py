"""Which bots wait for something that their strategy reads beside candles."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from strategies.catalog.registry import all_strategies
from strategies.catalog.types import Needs
from trading.marketdata.selectors import without_funding
from trading.marketdata.types import FeedState


def unfunded_of(bots: Collection[Any], feed: FeedState | None) -> dict[UUID, tuple[str, ...]]:
    """By bot, the symbols of which no funding rate is known now, so that it enters nothing there. One query, where one
    of them reads funding.
    """
    paying = [bot for bot in bots if bot.strategy in _reading_funding()]
    if not paying or feed is None:
        return {}
    names = {name for bot in paying for name in bot.instruments}
    lacking = set(without_funding(names, at_ms=feed.cursor_ms + feed.timeframe.ms))
    return {bot.public_id: _symbols(bot, lacking) for bot in paying}


def _reading_funding() -> set[str]:
    return {name for name, one in all_strategies().items() if Needs.FUNDING in one.needs}


def _symbols(bot: Any, lacking: Collection[str]) -> tuple[str, ...]:
    return tuple(name.partition(":")[2] for name in bot.instruments if name in lacking)
