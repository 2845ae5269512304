"""`manage.py market_status`: which market is being shown, how far, and how fast."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from cryptouniverse.kernel import clock
from cryptouniverse.kernel.commands import ProductCommand, decimal_said
from trading.marketdata.selectors import coverage, feed_state, market_instruments
from trading.marketdata.services import set_speed


class Command(ProductCommand):
    help = _("Say which market is being shown, how far, and how fast; or set its speed.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--speed", type=decimal_said, help=gettext("candles per second; 0 holds the market"))

    def handle(self, *_args: Any, **options: Any) -> None:
        state = feed_state() if options["speed"] is None else set_speed(speed=options["speed"])
        pace = (
            gettext("ended")
            if state.ended
            else gettext("%s candles a second") % state.speed
            if state.running
            else gettext("held")
        )
        cursor, end = (f"{clock.from_ms(moment):%F %R}" for moment in (state.cursor_ms, state.end_ms))
        self.stdout.write(f"{state.source.value} {state.timeframe.value}: {cursor} / {end} UTC, {pace}")
        for name in market_instruments(state.source, state.timeframe):
            there = coverage(name, state.timeframe)
            self.stdout.write(
                gettext("  %(name)s: %(count)d candles, %(gaps)d gaps")
                % {"name": name, "count": there.count, "gaps": len(there.gaps)}
            )
