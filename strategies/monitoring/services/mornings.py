"""Mornings: how the desks of bots that keep orders stood when a day began, for a desk itself knows of now alone."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from cryptouniverse.kernel.bulk import write
from strategies.bots.types import BotRow
from strategies.finding.selectors import finders_now
from strategies.monitoring.models import Morning
from strategies.monitoring.selectors import mornings_of

_KEEP: Final = """
    INSERT INTO strategies_monitoring_morning (bot_id, instrument_id, day_ms, desk)
    SELECT d.bot_id, d.instrument_id, g.day_ms, to_jsonb(d)
    FROM (SELECT %s::bigint AS day_ms) g, strategies_managing_desk d
    WHERE d.bot_id = ANY(%s) AND d.numbers <> '' AND d.begun_slot_ms < g.day_ms AND NOT EXISTS (
        SELECT 1 FROM strategies_monitoring_morning m
        WHERE m.day_ms = g.day_ms AND m.bot_id = d.bot_id AND m.instrument_id = d.instrument_id)
    ON CONFLICT DO NOTHING
"""


def keep_mornings(keepers: Collection[BotRow], *, day_ms: int) -> None:
    """Keep the desks of these bots as they stand now, as those with which the day began, where none are kept of it.

    In the caller's transaction: after the last candle of the day before was worked, or before the first of the day is.
    """
    if keepers:
        write(_KEEP, [day_ms, [bot.pk for bot in keepers]])


def keep_mornings_at_books(finders: Collection[BotRow], *, day_ms: int, slot_ms: int) -> None:
    """Keep how these bots stand now as they stood when the day began, where none is kept of it. slot_ms: the first
    candle at whose books they look from here on.

    In the caller's transaction, as `keep_mornings`. One query once they are kept.
    """
    if not finders:
        return
    there = {pk for pk, _name in mornings_of([bot.pk for bot in finders], day_ms=day_ms)}
    missing = [bot for bot in finders if bot.pk not in there]
    rows = [
        Morning(bot_id=pk, instrument_id="", day_ms=day_ms, desk={**told, "slot_ms": slot_ms})
        for pk, told in finders_now(missing).items()
    ]
    Morning.objects.bulk_create(rows, ignore_conflicts=True)


def forget_mornings(*, before_ms: int) -> int:
    """Drop those of days before this one (UTC ms); how many."""
    return Morning.objects.filter(day_ms__lt=before_ms).delete()[0]
